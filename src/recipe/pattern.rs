//! A snippet of Python with metavariables → a pattern, and what a file must have for it to match.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, Expr, NodeKind, Stmt};

use super::error::{Complaint, Problem};
use super::snippet::{self, Snippet};

mod no_code;

mod words;

pub use no_code::normalized;

pub use super::snippet::{Arity, Metavariable, Root, dotted, metavariable};

/// A pattern, parsed once.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As typed.
    pub text: String,
    /// What it is compared with.
    pub root: Root,
    /// Names it captures, in order of first use; `_` left out.
    pub captures: Vec<(String, Arity)>,
}

/// What the node at which a match begins looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head<'p> {
    /// A call whose callee's last name is this, once imports are followed.
    Call(&'p str),
    /// A name or attribute whose last name is this, once imports are followed.
    Name(&'p str),
    /// A node of this kind; of an `except` header the handler, of an import what is imported.
    Node(NodeKind),
    /// No node: an entry of a dependency file, or of a line that installs packages.
    Entry,
    /// Nothing can be ruled out.
    Any,
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// The first mistake, its place a byte offset in `text`.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let snippet = snippet::parse(text)?;
        check_rests(&snippet)?;
        let mut captures: Vec<(String, Arity)> = Vec::new();
        for used in snippet.uses {
            if used.name != "_" && captures.iter().all(|(name, _)| *name != used.name) {
                captures.push((used.name, used.arity));
            }
        }
        Ok(Self {
            text: text.to_owned(),
            root: snippet.root,
            captures,
        })
    }

    /// Returns what an identifier of [`Pattern::root`] stands for; `None` for an ordinary name.
    pub fn metavariable(identifier: &str) -> Option<Metavariable<'_>> {
        snippet::metavariable(identifier)
    }

    /// Returns what a match begins with, for dispatch.
    pub fn head(&self) -> Head<'_> {
        match &self.root {
            Root::Expression(expression) => expression_head(expression),
            Root::Statements(statements) => match statements.as_slice() {
                [Stmt::Import(_)] => Head::Node(NodeKind::Alias),
                statements => statements.first().map_or(Head::Any, statement_head),
            },
            Root::Magic(_) => Head::Node(NodeKind::StmtIpyEscapeCommand),
            Root::Dependency(_) => Head::Entry,
            Root::Header(statement) => match &**statement {
                Stmt::Try(_) => Head::Node(NodeKind::ExceptHandlerExceptHandler),
                statement => Head::Node(AnyNodeRef::from(statement).kind()),
            },
        }
    }

    /// Returns the words (names and keywords) that every text with a match contains, each once.
    ///
    /// Of a qualified name only the first and the last part: `from asyncio import run as r` has both.
    /// A text may spell a name with other characters that Python takes as equal (NFKC).
    pub fn words(&self) -> Vec<String> {
        words::words(&self.root)
    }
}

/// Two rests in one argument list would have to guess which takes what.
fn check_rests(snippet: &Snippet) -> Result<(), Complaint> {
    let mut rests = Rests::default();
    snippet::walk(&snippet.root, &mut rests);
    let Some(second) = rests.second else {
        return Ok(());
    };
    let at = snippet
        .uses
        .iter()
        .filter(|used| used.arity == second.arity && used.name == second.name)
        .map(|used| used.typed_at)
        .next_back()
        .unwrap_or_default();
    let rest = format!("{}{}", second.arity.sigil(), second.name);
    Err(Complaint::new(at, Problem::TwoRests { rest }).expected("one, except between elements"))
}

#[derive(Default)]
struct Rests<'p> {
    second: Option<Metavariable<'p>>,
}

impl<'p> SourceOrderVisitor<'p> for Rests<'p> {
    fn enter_node(&mut self, node: AnyNodeRef<'p>) -> TraversalSignal {
        if let AnyNodeRef::Arguments(arguments) = node {
            let stars = arguments.args.iter().filter_map(|argument| match argument {
                Expr::Starred(starred) => name_metavariable(&starred.value),
                _ => None,
            });
            let double_stars = arguments.keywords.iter().filter_map(|keyword| {
                let rest = keyword.arg.is_none().then_some(&keyword.value)?;
                name_metavariable(rest)
            });
            let second = stars.skip(1).chain(double_stars.skip(1)).next();
            self.second = self.second.take().or(second);
        }
        TraversalSignal::Traverse
    }
}

fn name_metavariable(expression: &Expr) -> Option<Metavariable<'_>> {
    match expression {
        Expr::Name(name) => snippet::metavariable(name.id.as_str()),
        _ => None,
    }
}

fn statement_head(statement: &Stmt) -> Head<'_> {
    match statement {
        // `$...body` and `$x` as statements fit any.
        Stmt::Expr(inner) if name_metavariable(&inner.value).is_some() => Head::Any,
        _ => Head::Node(AnyNodeRef::from(statement).kind()),
    }
}

fn expression_head(expression: &Expr) -> Head<'_> {
    if name_metavariable(expression).is_some() {
        return Head::Any;
    }
    let kind = AnyNodeRef::from(expression).kind();
    match expression {
        Expr::Call(call) => last_name(&call.func).map_or(Head::Node(kind), Head::Call),
        _ => last_name(expression).map_or(Head::Node(kind), Head::Name),
    }
}

/// Returns the last part of a name or attribute, unless it is a metavariable.
fn last_name(expression: &Expr) -> Option<&str> {
    let name = match expression {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return None,
    };
    snippet::metavariable(name).is_none().then_some(name)
}

#[cfg(test)]
mod tests {
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
                    Root::Magic(_) | Root::Dependency(_) => "no code",
                };
                let captures: Vec<String> = pattern
                    .captures
                    .iter()
                    .map(|(name, arity)| format!("{}{name}", arity.sigil()))
                    .collect();
                format!("{root} {:?} {}", pattern.head(), captures.join(" "))
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
        assert_eq!(pattern.words().join(" "), expected, "{text}");
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
        check("$x = f($*_)", "statement Node(StmtAssign) $x");
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
        check(
            "def $f($*params) -> $r:",
            "header Node(StmtFunctionDef) $f $*params $r",
        );
        check("@app.task\nasync def $f", "header Node(StmtFunctionDef) $f");
        check("for $x in $it", "header Node(StmtFor) $x $it");
        check("async with $cm as $v", "header Node(StmtWith) $cm $v");
        check("except $e", "header Node(ExceptHandlerExceptHandler) $e");
        check("except", "header Node(ExceptHandlerExceptHandler)");
        check("if __name__ == \"__main__\"", "header Node(StmtIf)");
        check("class $C", "header Node(StmtClassDef) $C");
        check("while True", "header Node(StmtWhile)");
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
        check("f($x, $*x)", "6: `$x` and `$*x` have one name");
        check(
            "f($*x, 1, $*y)",
            "10: a second `$*y` in one argument list (one, except between elements)",
        );
        check(
            "f($**x, $**y)",
            "8: a second `$**y` in one argument list (one, except between elements)",
        );
        check(
            "2 $*x",
            "2: not Python: a rest stands where one expression belongs (an argument, an element or the parameters)",
        );
        check(
            "f($...body)",
            "2: not Python: statements stand inside an expression (a line of its own)",
        );
        check("for $x on $it", "7: not Python: Expected `in`, found name");
        check(
            "@app.task",
            "9: not Python: Expected class, function definition or async function definition after decorator",
        );
        check("", "0: this is empty (Python)");
        check(
            &"(".repeat(3000),
            "0: the snippet is longer than 2000 bytes",
        );
    }

    #[test]
    fn words_must_stand_in_every_text_with_a_match() {
        check_words("asyncio.run($x)", "run asyncio");
        check_words("os.path.join($*_)", "join os");
        check_words("$loop.run_until_complete($work)", "run_until_complete");
        check_words("$x.a.b(k=$v)", "b a");
        check_words("async def $f", "def async");
        check_words(
            "try:\n  await $t\nexcept asyncio.CancelledError:\n  pass",
            "try await except CancelledError asyncio pass",
        );
        check_words("if $x", "");
        check_words("import some_module", "import some_module");
        check_words("$fn($*args)", "");
    }

    #[test]
    fn deep_nesting_does_not_overflow() {
        let nested = |open: &str, n: usize, close: &str| {
            let text = format!("{}x{}", open.repeat(n), close.repeat(n));
            let pattern = Pattern::parse(&text).expect("a pattern");
            (pattern.words(), format!("{:?}", pattern.head()))
        };
        nested("-", 1990, "");
        nested("[", 990, "]");
        nested("", 990, ".a");
        nested("$f(", 490, ")");
        nested("lambda:", 280, "");
    }

    #[test]
    fn metavariables_are_told_from_names() {
        let found = Pattern::metavariable("__mvs__").expect("a rest");
        assert_eq!((found.name, found.arity), ("_", Arity::Rest));
        assert_eq!(Pattern::metavariable("mv_x"), None);
    }
}
