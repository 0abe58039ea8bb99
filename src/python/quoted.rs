//! Statements → what the strings spell that are annotations or types in them: `x: "Row | None"`, `list["Row"]`.
//!
//! A string may be no type (`Literal["a"]`): it is read inside of what is known to hold types only.

use ruff_python_ast::visitor::source_order::SourceOrderVisitor;
use ruff_python_ast::{Expr, ModExpression, Operator, Stmt, StringFlags};
use ruff_python_parser::{Parsed, parse_string_annotation};
use ruff_text_size::{Ranged, TextRange};

use super::stdlib::container;

/// Longer ones are not read: trees stay shallow enough to walk and drop.
const LIMIT: usize = 500;

/// Parses the strings, in order of place; those that are no Python are left out.
pub(super) fn read<'m>(
    text: &str,
    statements: impl Iterator<Item = &'m Stmt>,
) -> Vec<(TextRange, Parsed<ModExpression>)> {
    let mut strings = Strings {
        text,
        found: Vec::new(),
    };
    for statement in statements {
        strings.visit_stmt(statement);
    }
    strings.found.sort_by_key(|(range, _)| range.start());
    strings.found
}

struct Strings<'t> {
    text: &'t str,
    found: Vec<(TextRange, Parsed<ModExpression>)>,
}

impl<'m> SourceOrderVisitor<'m> for Strings<'_> {
    fn visit_annotation(&mut self, annotation: &'m Expr) {
        match annotation {
            Expr::Subscript(generic) if holds_types(&generic.value) => match &*generic.slice {
                Expr::Tuple(parts) => parts.elts.iter().for_each(|it| self.visit_annotation(it)),
                only => self.visit_annotation(only),
            },
            Expr::BinOp(union) if union.op == Operator::BitOr => {
                self.visit_annotation(&union.left);
                self.visit_annotation(&union.right);
            }
            annotation => {
                let parsed = parse(self.text, annotation);
                let found = parsed.map(|parsed| (annotation.range(), parsed));
                self.found.extend(found);
            }
        }
    }

    /// No annotation stands in an expression.
    fn visit_expr(&mut self, _expression: &'m Expr) {}
}

/// What stands in brackets behind it are types. Names are not resolved yet: what is spelled so counts.
fn holds_types(form: &Expr) -> bool {
    match form {
        Expr::Name(name) => container::holds_types(&name.id),
        Expr::Attribute(attribute) => container::holds_types(&attribute.attr),
        _ => false,
    }
}

fn parse(text: &str, annotation: &Expr) -> Option<Parsed<ModExpression>> {
    let literal = annotation
        .as_string_literal_expr()?
        .as_single_part_string()?;
    let code = &text[literal.range()];
    // What is written another way than it is read has no places for its names.
    let is_plain = code.starts_with(['"', '\'']) && !code.contains(['\\', '\n', '\r']);
    if !is_plain || code.len() > LIMIT || literal.flags.is_triple_quoted() {
        return None;
    }
    parse_string_annotation(text, literal).ok()
}

#[cfg(test)]
mod tests {
    use crate::python::parse::Module;

    /// Compares what is spelled by the string at the first quote.
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let module = Module::parse_plain(text).expect("it parses");
        let quote = text.find(['"', '\'']).expect("it has a string");
        let at = u32::try_from(quote).expect("it is short").into();
        let range = ruff_text_size::TextRange::empty(at);
        let found = module.quoted(range);
        let found = found.map(|code| &text[ruff_text_size::Ranged::range(code)]);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_annotation_that_is_a_string_is_code() {
        check("x: 'a.B' = 1\n", Some("a.B"));
        check("def f(x: \"A[int]\"): pass\n", Some("A[int]"));
        check(
            "class C:\n    async def f(self) -> \"C | None\": pass\n",
            Some("C | None"),
        );
    }

    #[test]
    fn a_string_among_types_is_code() {
        check("x: Optional['a.B'] = None\n", Some("a.B"));
        check("def f() -> dict[str, list['B']]: pass\n", Some("B"));
        check("x: int | typing.List['B']\n", Some("B"));
    }

    #[test]
    fn other_strings_are_none() {
        check("x = 'a'\n", None);
        check("x: Literal['a']\n", None);
        check("x: list[Literal['a']]\n", None);
        check("x: Annotated[int, 'a']\n", None);
        check("x: list[made('a')]\n", None);
        check("def f() -> 'no type': pass\n", None);
        check("x: 'a' 'b'\n", None);
        check("x: r'a'\n", None);
        check("x: '\\x41'\n", None);
    }
}
