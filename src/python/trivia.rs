//! Ranges of a module → what stands around and between the nodes there: comments, parentheses,
//! brackets, strings.
//!
//! All offsets are of the module text. Nothing here looks farther than the logical lines it is asked
//! about.

use ruff_python_ast::token::{Token, TokenKind, parenthesized_range};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::parse::Module;
use super::tree::{NodeId, Tree};
use crate::text::blank::line_starts;

/// Iterates over the comments within `range`.
pub fn comments_in(module: &Module, range: TextRange) -> impl Iterator<Item = TextRange> {
    module
        .tokens_within(range)
        .filter(|token| token.kind() == TokenKind::Comment)
        .map(Ranged::range)
}

/// Returns the range of an expression's outermost own parentheses; `None` if it has none, or is no
/// expression. A call's parentheses are not its argument's.
pub fn parenthesized(module: &Module, tree: &Tree<'_>, node: NodeId) -> Option<TextRange> {
    let expression = tree.node(node).as_expr_ref()?;
    let parent = tree.parent_node(node);
    let closing = TextSize::new(u32::from(parent.is_arguments()));
    // A generator that is a call's only argument shares its parentheses.
    if expression.end() + closing > parent.end() {
        return None;
    }
    parenthesized_range(expression, parent, module.tokens(expression.start()))
}

/// Returns whether a bracket that opens before `range`, in the same logical line, is still open
/// there: a line may then end anywhere in it.
pub fn in_brackets(module: &Module, range: TextRange) -> bool {
    let tokens = module.tokens(range.start());
    let next = tokens.partition_point(|token| token.start() < range.start());
    let mut closed = 0_u32;
    for token in tokens[..next].iter().rev() {
        match token.kind() {
            TokenKind::Newline => return false,
            kind if closes(kind) => closed += 1,
            kind if opens(kind) && closed == 0 => return true,
            kind if opens(kind) => closed -= 1,
            _ => {}
        }
    }
    false
}

/// Returns whether a line ends within `range`, but in a bracket or string that opens there, so that
/// the text could not stand elsewhere without parentheses.
pub fn newlines_at_depth_zero(module: &Module, range: TextRange) -> bool {
    let mut depth = 0_u32;
    module.tokens_within(range).any(|token| {
        let kind = token.kind();
        if opens(kind) {
            depth += 1;
        } else if closes(kind) {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && kind.is_any_newline() && !token.range().is_empty()
    })
}

/// Returns the starts of the lines that begin inside a string (or a continued magic) within `range`:
/// what stands there is no indentation and must not be moved.
pub fn string_line_starts(module: &Module, text: &str, range: TextRange) -> Vec<TextSize> {
    let mut starts = Vec::new();
    // Where the f-strings and t-strings around the token begin.
    let mut open = Vec::new();
    for token in module.tokens_within(range) {
        let string = match token.kind() {
            TokenKind::FStringStart | TokenKind::TStringStart => {
                open.push(token.start());
                continue;
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                let start = open.pop().unwrap_or(token.start());
                TextRange::new(start, token.end())
            }
            TokenKind::String | TokenKind::IpyEscapeCommand => token.range(),
            _ => continue,
        };
        // One inside another is listed with that.
        if open.is_empty() {
            starts.extend(line_starts(text, string));
        }
    }
    starts
}

/// Returns one level of indentation as the module writes it: its first indented block's, else four
/// spaces.
pub fn unit_of_indentation<'a>(module: &Module, text: &'a str) -> &'a str {
    module
        .tokens_within(module.root().range)
        .find(|token| token.kind() == TokenKind::Indent)
        .map(|token| text[token.range()].trim_start_matches('\x0c'))
        .filter(|unit| !unit.is_empty())
        .unwrap_or("    ")
}

/// Returns whether a token opens a bracket.
pub fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace)
}

/// Returns whether a token closes a bracket.
pub fn closes(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace)
}

/// Returns the bracket that what stands behind some tokens closes; they come from the last one on, and those
/// before the bracket are left.
pub fn opening_bracket<'t>(before: &mut impl Iterator<Item = &'t Token>) -> Option<&'t Token> {
    let mut depth = 0_usize;
    before.find(|it| {
        let is_opening = depth == 0 && opens(it.kind());
        depth += usize::from(closes(it.kind()));
        depth = depth.saturating_sub(usize::from(opens(it.kind())));
        is_opening
    })
}

/// First words of comments that tools read of the code on their line.
const TOOLS: [&str; 10] = [
    "flake8", "fmt", "mypy", "noqa", "nosec", "pragma", "pylint", "pyright", "ruff", "type",
];

/// Those behind which nothing need be said.
const WHOLE: [&str; 3] = ["noqa", "nosec", "pragma"];

/// Returns whether a comment is for tools: `# noqa`, `# type: ignore`, `# pragma: no cover`.
pub fn is_for_tools(comment: &str) -> bool {
    let said = comment.trim_start_matches('#').trim_start();
    let end = said.find(|it: char| !it.is_ascii_alphanumeric());
    let (first, rest) = said.split_at(end.unwrap_or(said.len()));
    let first = first.to_ascii_lowercase();
    TOOLS.contains(&first.as_str()) && (rest.starts_with(':') || WHOLE.contains(&first.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use ruff_python_ast::PythonVersion;
    use ruff_text_size::TextLen;

    fn module(text: &str) -> Module {
        let source = SourceFile::from_text("a.py", text).expect("it can be read");
        Module::parse(&source, PythonVersion::PY312).expect("it parses")
    }

    fn range_of(text: &str, part: &str) -> TextRange {
        let at = text.find(part).expect("the part is in the text");
        TextRange::at(
            TextSize::try_from(at).expect("a short text"),
            part.text_len(),
        )
    }

    /// Asks about the range of `part` in `text`.
    #[track_caller]
    fn check<T: PartialEq + std::fmt::Debug>(
        ask: impl Fn(&Module, TextRange) -> T,
        text: &str,
        part: &str,
        expected: T,
    ) {
        assert_eq!(ask(&module(text), range_of(text, part)), expected);
    }

    #[track_caller]
    fn check_parentheses(text: &str, part: &str, expected: Option<&str>) {
        let module = module(text);
        let tree = Tree::build(&module);
        let wanted = range_of(text, part);
        let node = tree
            .ids()
            .find(|&id| tree.node(id).is_expression() && tree.range(id) == wanted)
            .expect("an expression");
        let found = parenthesized(&module, &tree, node).map(|range| &text[range]);
        assert_eq!(found, expected);
    }

    #[test]
    fn own_parentheses_are_found() {
        check_parentheses("x = ((a + b))\n", "a + b", Some("((a + b))"));
        check_parentheses("f((a), b)\n", "a", Some("(a)"));
        check_parentheses("f(a)\n", "a", None);
        check_parentheses("f(a for a in b)\n", "a for a in b", None);
        check_parentheses("class A(b): pass\n", "b", None);
        check_parentheses("f(k=(a))\n", "a", Some("(a)"));
        check_parentheses("x = (a, b)\n", "b", None);
        check_parentheses("(f)(a)\n", "f", Some("(f)"));
    }

    #[test]
    fn comments_are_found_within_a_range() {
        let text = "f(  # one\n  a, # '# no'\n) # two\n";
        check(
            |module, range| comments_in(module, range).count(),
            text,
            "f(  # one\n  a, # '# no'\n)",
            2,
        );
    }

    #[test]
    fn brackets_are_those_that_open_before() {
        check(in_brackets, "x = f(\n  a)\n", "a", true);
        check(in_brackets, "x = [b](a)\n", "a", true);
        check(in_brackets, "(x)\na\n", "a", false);
        check(in_brackets, "x = f() + a\n", "a", false);
    }

    #[test]
    fn line_ends_count_outside_brackets_and_strings() {
        check(newlines_at_depth_zero, "x = (a +\n  b)\n", "a +\n  b", true);
        check(
            newlines_at_depth_zero,
            "x = f(a,\n  b)\n",
            "f(a,\n  b)",
            false,
        );
        check(newlines_at_depth_zero, "x = '''\n'''\n", "'''\n'''", false);
        check(newlines_at_depth_zero, "x = a\n", "a", false);
    }

    #[test]
    fn lines_inside_strings_are_listed() {
        let starts = |module: &Module, text: &str| -> Vec<u32> {
            string_line_starts(module, text, module.root().range)
                .into_iter()
                .map(|start| start.to_u32())
                .collect()
        };
        let text = "x = '''a\r\nb\nc'''\ny\n'd\\\ne'\n";
        assert_eq!(starts(&module(text), text), [10, 12, 23]);
        let text = "f'''{\nf'''\n''' }'''\n";
        assert_eq!(starts(&module(text), text), [6, 11]);
    }

    #[test]
    fn the_unit_of_indentation_is_the_files_own() {
        let unit = |text: &'static str| unit_of_indentation(&module(text), text);
        assert_eq!(unit("if a:\n\tif b:\n\t\tc\n"), "\t");
        assert_eq!(unit("a\n"), "    ");
    }
}
