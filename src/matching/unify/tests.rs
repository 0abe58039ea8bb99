//! Every sort of pattern on small texts: what fits, and what the captures stand for.

use super::*;
use crate::matching::analysis::{Tables, analyze, parse};
use crate::matching::subject::Target;
use crate::project::Alone;
use crate::recipe::catalog::Catalog;
use crate::source::SourceFile;

/// Lists where a pattern fits: the matched text, and the captures in order.
fn matches(path: &str, pattern: &str, text: &str) -> Vec<String> {
    let pattern = Pattern::parse(pattern).expect("a pattern");
    let catalog = Catalog::shipped_once();
    let source = SourceFile::from_text(path, text).expect("it can be read");
    let target = Target {
        version: (3, 12),
        assumed: false,
    };
    let describe = |subject: &Subject| {
        let given = Captures::default();
        let nodes = subject.tree.ids().skip(1);
        let fits = nodes.filter_map(|id| unify(&pattern, subject.tree.node(id), &given, subject));
        fits.map(|fit| rendered(&pattern, &fit, subject)).collect()
    };
    let module = parse(&source, target, &Alone).expect("it parses");
    let tables = Tables::new(catalog);
    analyze(&source, &module, target, None, &tables, &Alone, describe)
}

fn rendered(pattern: &Pattern, fit: &Fit<'_, '_>, subject: &Subject) -> String {
    let text = subject.text();
    let captured = pattern.captures.iter().map(|(name, _)| {
        let range = fit.captures.find(name).and_then(Captured::range);
        range.map_or("-", |range| &text[range])
    });
    let parts = std::iter::once(&text[fit.range]).chain(captured);
    let sure = if fit.unsure.is_some() { " ?" } else { "" };
    parts.collect::<Vec<_>>().join(" | ") + sure
}

#[track_caller]
fn check(pattern: &str, text: &str, expected: &[&str]) {
    assert_eq!(matches("a.py", pattern, text), expected, "{pattern}");
}

#[test]
fn a_lambda_without_parameters_fits_by_its_body() {
    let text = "f(lambda: g(a))\nf(lambda a: g(a))\nf(lambda *a: g(a))\nf(lambda: h(a))\nf(g(a))\n";
    check("f(lambda: g($x))", text, &["f(lambda: g(a)) | a"]);
}

#[test]
fn comprehensions_have_the_same_clauses() {
    let text = "[g(1, a) for a in b]\n[g(2, a) for a in b if a]\n[g(3, a) for a in b for c in d]\n{g(4, a) for a in b}\n(g(5, a) for a in b)\n[g(6, c) for a in b]\n";
    let check = |pattern: &str, lines: &[usize]| {
        crate::matching::tests::check_condition(
            pattern,
            "inside: [script, generator]",
            text,
            lines,
        );
    };
    check("[g($at, $x) for $x in b]", &[1]);
    check("[g($at, $x) for $x in b if $x]", &[2]);
    check("[g($at, $_) for $_ in b]", &[1, 6]);
    check("{g($at, $x) for $x in b}", &[4]);
    check("(g($at, $x) for $x in b)", &[5]);
}

#[test]
fn names_mean_what_they_mean() {
    let text = "import time as t\nfrom time import sleep as nap\nt.sleep(1)\nnap(2)\nsleep(3)\nself.sleep(4)\n";
    check("time.sleep($x)", text, &["t.sleep(1) | 1", "nap(2) | 2"]);
    check(
        "$o.sleep($x)",
        text,
        &["t.sleep(1) | t | 1", "self.sleep(4) | self | 4"],
    );
    check("open($x)", "open(1)\n", &["open(1) | 1"]);
    check("open($x)", "def open(x): pass\nopen(1)\n", &[]);
}

#[test]
fn arguments_come_in_any_order() {
    let text = "f(1, x=2, y=3)\nf(y=3, x=2)\nf(1)\nf(*a, x=2)\nf(1, **k)\n";
    check(
        "f($*rest, x=$x)",
        text,
        &[
            "f(1, x=2, y=3) | 1, x=2, y=3 | 2",
            "f(y=3, x=2) | y=3 | 2",
            "f(*a, x=2) | *a | 2",
        ],
    );
    check("f($a)", text, &["f(1) | 1"]);
    check(
        "f($a, $**kw)",
        text,
        &[
            "f(1, x=2, y=3) | 1 | x=2, y=3",
            "f(1) | 1 | -",
            "f(*a, x=2) | *a | x=2 ?",
            "f(1, **k) | 1 | **k",
        ],
    );
    check("f($a, $*_)", "f(*a)\n", &["f(*a) | *a ?"]);
    check("f($a, **$k)", text, &["f(1, **k) | 1 | k"]);
    check("f(*$x, $*_)", "f(*a, 1)\nf(1)\n", &["f(*a, 1) | a"]);
}

#[test]
fn one_name_twice_is_equal_code() {
    check(
        "f($x, $x)",
        "f(a . b, a.b)\nf(a, b)\n",
        &["f(a . b, a.b) | a . b"],
    );
    check(
        "$x.add($_)\n$x.done()",
        "a.b.add(1)\na.b.done()\na.add(1)\nb.done()\n",
        &["a.b.add(1)\na.b.done() | a.b"],
    );
}

#[test]
fn an_assignment_may_have_an_annotation_or_be_an_expression() {
    let text = "a = f()\nb: int = f()\nif (c := f()): pass\nd = e = f()\n";
    check(
        "$x = f()",
        text,
        &["a = f() | a", "b: int = f() | b", "c := f() | c"],
    );
}

#[test]
fn an_assignment_in_place_has_its_operator() {
    let text = "a[k] += 1\na[k] -= 1\na[k] = 1\na += a[k]\n";
    check("$x[$k] += $v", text, &["a[k] += 1 | a | k | 1"]);
    check(
        "$x += $v",
        text,
        &["a[k] += 1 | a[k] | 1", "a += a[k] | a | a[k]"],
    );
}

#[test]
fn neighbors_stand_in_one_block() {
    let text = "if a:\n    x = f()\n    g(x)\ny = f()\nh()\nh()\ng(y)\n";
    check("$x = f()\ng($x)", text, &["x = f()\n    g(x) | x"]);
    check(
        "$x = f()\n$...gap\ng($x)",
        text,
        &[
            "x = f()\n    g(x) | x | -",
            "y = f()\nh()\nh()\ng(y) | y | h()\nh()",
        ],
    );
}

#[test]
fn a_gap_is_as_short_as_can_be() {
    check(
        "f()\n$...gap\ng()",
        "f()\na\ng()\nb\ng()\n",
        &["f()\na\ng() | a"],
    );
}

#[test]
fn neighbors_stand_in_one_cell() {
    let text = "# %%\nx = f()\ng(x)\n# %%\ny = f()\n# %%\ng(y)\n";
    assert_eq!(
        matches("a.py", "$x = f()\n$...gap\ng($x)", text),
        ["x = f()\ng(x) | x | -"]
    );
}

#[test]
fn bodies_may_have_gaps_anywhere() {
    let text = "try:\n    a\n    f()\n    b\nfinally:\n    g()\n";
    check(
        "try:\n    $...one\n    f()\n    $...two\nfinally:\n    g()",
        text,
        &[&format!("{} | a | b", text.trim_end())],
    );
    check("try:\n    f()\nfinally:\n    g()", text, &[]);
}

#[test]
fn a_def_has_any_parameters() {
    let text = "import b\n@a\n@b.c(1)\ndef f(x, *y) -> int:\n    pass\nasync def g(): pass\n";
    check("def $f", text, &["def f(x, *y) -> int | f"]);
    check("async def $f", text, &["async def g() | g"]);
    check("@a\ndef $f", text, &["def f(x, *y) -> int | f"]);
    check(
        "@b.c($x)\n@a\ndef $f",
        text,
        &["def f(x, *y) -> int | 1 | f"],
    );
    check("@a\n@a\ndef $f", text, &[]);
    check(
        "def $f($*_) -> $r",
        text,
        &["def f(x, *y) -> int | f | int"],
    );
    check("def f", text, &["def f(x, *y) -> int"]);
}

#[test]
fn a_decorator_may_stand_alone() {
    let text = "@a.b(1)\ndef f(): pass\n@a.c\nclass C: pass\na.b(2)\n";
    check("@$x.b($y)", text, &["@a.b(1) | a | 1"]);
    check("@$x", text, &["@a.b(1) | a.b(1)", "@a.c | a.c"]);
}

#[test]
fn a_class_has_any_bases() {
    let text = "class A: pass\n@d\nclass B(C, D, metaclass=M): pass\n";
    check(
        "class $c",
        text,
        &["class A | A", "class B(C, D, metaclass=M) | B"],
    );
    check(
        "class $c($*_, metaclass=$m)",
        text,
        &["class B(C, D, metaclass=M) | B | M"],
    );
    check("class A", text, &["class A"]);
}

#[test]
fn a_handler_may_have_a_name() {
    let text = "try: pass\nexcept A: pass\nexcept (B, C) as e: pass\nexcept: pass\n";
    check(
        "except $x",
        text,
        &["except A | A", "except (B, C) | (B, C)"],
    );
    check(
        "except $x as $e",
        text,
        &["except (B, C) as e | (B, C) | e"],
    );
    check("except ($*_, C, $*_)", text, &["except (B, C)"]);
    check("except", text, &["except"]);
}

#[test]
fn one_item_of_a_with_is_enough() {
    let text = "with a() as x, b(): pass\nasync with a(): pass\nwith (a()): pass\n";
    // At the statement itself and at its item.
    check(
        "async with a()",
        text,
        &["async with a()", "async with a()"],
    );
    check(
        "with a() as $x",
        text,
        &["with a() as x, b() | x", "a() as x | x"],
    );
    check(
        "with a()",
        "with (a()): pass\n",
        &["with (a())", "with (a())"],
    );
    check("with a() as $x, $_", text, &["with a() as x, b() | x"]);
}

#[test]
fn a_for_may_stand_in_a_comprehension() {
    let text = "for x in (a): pass\nasync for y in a: pass\n[z for z in a if z]\n";
    check("for $x in a", text, &["for x in (a) | x", "for z in a | z"]);
    check("async for $x in a", text, &["async for y in a | y"]);
}

#[test]
fn one_name_of_an_import_is_enough() {
    let text = "from a.b import c, d as e\nimport f, g.h\nfrom . import c\n";
    check("from a.b import c", text, &["from a.b import c, d as e"]);
    check("from a.b import d", text, &[]);
    check(
        "from $m import $_ as e",
        text,
        &["from a.b import c, d as e | a.b"],
    );
    check("import g.h", text, &["g.h"]);
    check("from . import c", text, &["from . import c"]);
}

#[test]
fn jumps_and_yields_are_code() {
    let text = "def f():\n    yield\n    x = yield 1\n    yield from g()\n    raise A from b\n    raise\n    raise C\n";
    check("yield", text, &["yield"]);
    check("yield $x", text, &["yield 1 | 1"]);
    check("yield from $x", text, &["yield from g() | g()"]);
    check("raise $e", text, &["raise C | C"]);
    check("raise $e from $c", text, &["raise A from b | A | b"]);
    check("raise", text, &["raise"]);
}

#[test]
fn a_value_is_used_in_many_ways() {
    let text = "g()\nx = g()\nx: int = g()\nx += g()\nassert g(), x\nif g() != 0: pass\nwhile not g() and x: pass\nf(g())\n";
    let expected = [
        "g()",
        "x = g()",
        "x: int = g()",
        "x += g()",
        "assert g(), x",
        "if g() != 0: pass",
        "while not g() and x: pass",
    ];
    check("value of g()", text, &expected);
    check(
        "$p = m.P()\nvalue of $p.wait()",
        "import m\np = m.P()\nif x and p.wait() == 0:\n    pass\np = m.P()\nif p:\n    p.wait()\n",
        &["p = m.P()\nif x and p.wait() == 0:\n    pass | p"],
    );
}

#[test]
fn tests_slices_and_names_in_expressions_are_compared() {
    check(
        "global $x\n$x = $v",
        "def f():\n    global b, a\n    b = 1\n",
        &["global b, a\n    b = 1 | b | 1"],
    );
    check(
        "assert f($x)",
        "assert f(1)\nassert f(2), 3\n",
        &["assert f(1) | 1"],
    );
    check("$x[:$n]", "a[:2]\na[1:2]\n", &["a[:2] | a | 2"]);
    check(
        "$x if $t else None",
        "y = 1 if b else None\n",
        &["1 if b else None | 1 | b"],
    );
    check(
        "{$k: $v for $k in $s}",
        "y = {a: 1 for a in b}\n",
        &["{a: 1 for a in b} | a | 1 | b"],
    );
}
