//! Patterns as typed → how they are understood, or the mistake and its place.

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let rendered = match Pattern::parse(text) {
        Ok(pattern) => {
            let root = match pattern.root {
                Root::Expression(_) => "expression",
                Root::Statements(ref statements) => {
                    ["statement", "statements"][usize::from(statements.len() > 1)]
                }
                Root::Header(_) => "header",
                Root::Decorator(_) => "decorator",
                Root::Magic(_) | Root::Dependency(_) => "no code",
            };
            let captures: Vec<String> = pattern
                .captures
                .iter()
                .map(|(name, arity)| format!("{}{name}", arity.sigil()))
                .collect();
            let heads: Vec<String> = pattern
                .heads()
                .iter()
                .map(|head| format!("{head:?}"))
                .collect();
            format!("{root} {} {}", heads.join(" "), captures.join(" "))
        }
        Err(complaint) => {
            let hint = complaint.expected.map(|text| format!(" ({text})"));
            format!(
                "{}: {}{}",
                u32::from(complaint.at),
                complaint.problem,
                hint.unwrap_or_default()
            )
        }
    };
    assert_eq!(rendered.trim_end(), expected, "{text}");
}

#[track_caller]
fn check_words(text: &str, expected: &str) {
    let pattern = Pattern::parse(text).expect("a pattern");
    let words: Vec<String> = pattern.words().iter().map(Spelled::to_string).collect();
    assert_eq!(words.join(" "), expected, "{text}");
}

#[test]
fn expressions() {
    check("time.sleep($delay)", r#"expression Call("sleep") $delay"#);
    check(
        "http.$verb($url, $*args)",
        r"expression Node(ExprCall) $verb $url $*args",
    );
    check(
        "$fn($*args, $**kw)",
        r"expression Node(ExprCall) $fn $*args $**kw",
    );
    check("asyncio.TimeoutError", r#"expression Name("TimeoutError")"#);
    check("await f($x)", "expression Node(ExprAwait) $x");
    check("$x", "expression Any $x");
    check("f($k=$v, *$rest)", r#"expression Call("f") $k $v $rest"#);
    check(
        "($*before, asyncio.CancelledError, $*after)",
        "expression Node(ExprTuple) $*before $*after",
    );
    check(
        "f('$x', \"\"\"$*\"\"\", $_)  # $",
        r#"expression Call("f")"#,
    );
}

#[test]
fn statements() {
    check(
        "$x = f($*_)",
        "statement Node(StmtAssign) Node(StmtAnnAssign) Node(ExprNamed) $x",
    );
    check("import a.b", "statement Node(Alias)");
    check("del $x", "statement Node(StmtDelete) $x");
    check("raise $x", "statement Node(StmtRaise) $x");
    check("$t.cancel()\nawait $t", "statements Node(StmtExpr) $t");
    check("$...gap\nawait $t", "statements Any $...gap $t");
    check(
        "with $cm:\n    $...body",
        "statement Node(StmtWith) $cm $...body",
    );
    check(
        "try:\n  await $t\nexcept ($*a, E, $*b):\n  pass",
        "statement Node(StmtTry) $t $*a $*b",
    );
}

#[test]
fn headers_have_no_body() {
    check("async def $f", "header Node(StmtFunctionDef) $f");
    check("def $f($*_) -> $r:", "header Node(StmtFunctionDef) $f $r");
    check("@app.task\nasync def $f", "header Node(StmtFunctionDef) $f");
    check(
        "for $x in $it",
        "header Node(StmtFor) Node(Comprehension) $x $it",
    );
    check("async with $cm as $v", "header Node(WithItem) $cm $v");
    check("except $e", "header Node(ExceptHandlerExceptHandler) $e");
    check("except", "header Node(ExceptHandlerExceptHandler)");
    check("if __name__ == \"__main__\"", "header Node(StmtIf)");
    check("class $C", "header Node(StmtClassDef) $C");
    check("while True", "header Node(StmtWhile)");
    check("@$app.on($e)", "decorator Node(Decorator) $app $e");
}

#[test]
fn mistakes_have_a_place() {
    check(
        "f($x,, $y)",
        "5: not Python: Expected an expression or a ')'",
    );
    check(
        "f($)",
        "2: `$` is not followed by a name (`$name`, `$*name`, `$**name` or `$...name`, not inside another name)",
    );
    check(
        "f($1)",
        "2: `$` is not followed by a name (`$name`, `$*name`, `$**name` or `$...name`, not inside another name)",
    );
    check(
        "f(a$x)",
        "3: `$` is not followed by a name (`$name`, `$*name`, `$**name` or `$...name`, not inside another name)",
    );
    check(
        "f($x, $*x)",
        "6: `$x` and `$*x` have one name (one of them everywhere: `$x` is one expression, `$*x` the other arguments)",
    );
    check(
        "f($*x, 1, $*y)",
        "10: a second `$*y` in one argument list (one; `has` finds an argument wherever it stands)",
    );
    check(
        "f($**x, $**y)",
        "8: a second `$**y` in one argument list (one; `has` finds an argument wherever it stands)",
    );
    check(
        "2 $*x",
        "2: not Python: a rest stands where one expression belongs (an argument, an element or the parameters)",
    );
    check(
        "f($...body)",
        "2: not Python: statements stand inside an expression (a separate line)",
    );
    check("for $x on $it", "7: not Python: Expected `in`, found name");
    check(
        "def $f(a)",
        "0: a parameter in the pattern of a def is not part of the language (`def $f`, which fits any parameters)",
    );
    check(
        "@app.task\n@b",
        "12: not Python: Expected class, function definition or async function definition after decorator",
    );
    check("", "0: this is empty (Python)");
    check(
        &"(".repeat(3000),
        "0: the snippet is longer than 2000 bytes",
    );
}

#[test]
fn words_must_stand_in_every_text_with_a_match() {
    check_words("asyncio.run($x)", "?.run asyncio");
    check_words("os.path.join($*_)", "?.join os");
    check_words("$loop.run_until_complete($work)", ".run_until_complete");
    check_words("$x.a.b(k=$v)", ".b .a k=");
    check_words("async def $f", "def async");
    check_words(
        "try:\n  await $t\nexcept asyncio.CancelledError:\n  pass",
        "try await except ?.CancelledError asyncio pass",
    );
    check_words("if $x", "");
    check_words("f($*_, loop=$x)", "f loop=");
    check_words("$x.a.b(c.d.e)", ".b .a ?.e c");
    check_words("import some_module", "import some_module");
    check_words("$fn($*args)", "");
}

#[test]
fn deep_nesting_does_not_overflow() {
    let nested = |open: &str, n: usize, close: &str| {
        let text = format!("{}x{}", open.repeat(n), close.repeat(n));
        let pattern = Pattern::parse(&text).expect("a pattern");
        (pattern.words().len(), format!("{:?}", pattern.heads()))
    };
    nested("-", 1990, "");
    nested("[", 990, "]");
    nested("", 990, ".a");
    nested("$f(", 490, ")");
    nested("not ", 480, "");
    nested("y if z else ", 160, "");
}

#[test]
fn metavariables_are_told_from_names() {
    let found = Pattern::metavariable("__mvs__").expect("a rest");
    assert_eq!((found.name, found.arity), ("_", Arity::Rest));
    assert_eq!(Pattern::metavariable("mv_x"), None);
}

#[test]
fn what_would_never_match_is_refused() {
    for text in [
        "f(lambda a: $x)",
        "f(f\"{$x}\")",
        "def $f(*$_):\n    $...body\n",
        "class C:\n    pass",
        "type $x = int",
        "self.close()",
        "$t = f()\nmatch $t:\n    case 1:\n        pass",
    ] {
        assert!(Pattern::parse(text).is_err(), "{text}");
    }
}
