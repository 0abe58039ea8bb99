//! Ranges of a module → what stands around and between the nodes there: comments, parentheses,
//! indentation, line ends, joined statements.
//!
//! All offsets are of the module text. Nothing here looks farther than the logical lines it is asked
//! about.

use ruff_python_ast::token::{Token, TokenKind, parenthesized_range};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::parse::Module;
use super::tree::{NodeId, Tree};

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

/// Returns whether a statement shares its line with another: joined by `;`, or behind the colon of a
/// one-line block.
pub fn shares_line(module: &Module, statement: TextRange) -> bool {
    let (before, after) = neighbors(module, statement);
    let is_first = before.is_none_or(|token| {
        matches!(
            token.kind(),
            TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
        )
    });
    let is_last =
        after.is_none_or(|token| matches!(token.kind(), TokenKind::Newline | TokenKind::EndOfFile));
    !is_first || !is_last
}

/// Returns the `;` right before a statement, on its line.
pub fn semicolon_before(module: &Module, statement: TextRange) -> Option<TextRange> {
    let (before, _) = neighbors(module, statement);
    before
        .filter(|token| token.kind() == TokenKind::Semi)
        .map(Ranged::range)
}

/// Returns the `;` right behind a statement.
pub fn semicolon_after(module: &Module, statement: TextRange) -> Option<TextRange> {
    let (_, after) = neighbors(module, statement);
    after
        .filter(|token| token.kind() == TokenKind::Semi)
        .map(Ranged::range)
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

/// Returns where the line with `offset` begins; of the first line, behind a byte order mark.
pub fn line_start(text: &str, offset: TextSize) -> TextSize {
    let between =
        text[..offset.to_usize()].ends_with('\r') && text[offset.to_usize()..].starts_with('\n');
    text.line_start(if between {
        offset - TextSize::new(1)
    } else {
        offset
    })
}

/// Returns where the line with `offset` ends, its line end left out.
pub fn line_end(text: &str, offset: TextSize) -> TextSize {
    text.line_end(offset)
}

/// Returns the whole lines that `range` touches, with their ends.
pub fn full_lines(text: &str, range: TextRange) -> TextRange {
    text.full_lines_range(range)
}

/// Returns what to delete so that the lines of `range` are gone: the lines with their ends, or, where
/// they are the last of `bounds` (a cell, or the file) and have no end, the line end before them.
pub fn removable_lines(text: &str, bounds: TextRange, range: TextRange) -> TextRange {
    let lines = text.lines_range(range);
    let full = text.full_lines_range(range);
    if full.end() <= bounds.end() && full.end() > lines.end() {
        return full;
    }
    let end = lines.end().min(bounds.end());
    let before = &text[TextRange::new(bounds.start(), lines.start().max(bounds.start()))];
    let without = before
        .strip_suffix("\r\n")
        .or_else(|| before.strip_suffix(['\n', '\r']))
        .unwrap_or(before);
    TextRange::new(bounds.start() + without.text_len(), end)
}

/// Returns the white space that the line with `offset` begins with.
pub fn indentation(text: &str, offset: TextSize) -> &str {
    let line = &text[line_start(text, offset).to_usize()..];
    let rest = line.trim_start_matches([' ', '\t', '\x0c']);
    &line[..line.len() - rest.len()]
}

/// Returns the line end in use at `offset`: that of its line, else of the line before, else `\n`.
pub fn newline_at(text: &str, offset: TextSize) -> &str {
    let full = text.full_line_end(offset);
    let own = &text[TextRange::new(text.line_end(offset), full)];
    if !own.is_empty() {
        return own;
    }
    let before = &text[..line_start(text, offset).to_usize()];
    ["\r\n", "\n", "\r"]
        .into_iter()
        .find(|newline| before.ends_with(newline))
        .unwrap_or("\n")
}

/// Returns whether nothing but white space stands on the lines of `range` around it.
pub fn own_line(text: &str, range: TextRange) -> bool {
    let before = TextRange::new(line_start(text, range.start()), range.start());
    let after = TextRange::new(range.end(), text.line_end(range.end()));
    text[before].trim().is_empty() && text[after].trim().is_empty()
}

fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace)
}

fn closes(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace)
}

/// Returns the tokens around `range`, comments and empty lines passed over.
fn neighbors(module: &Module, range: TextRange) -> (Option<&Token>, Option<&Token>) {
    let tokens = module.tokens(range.start());
    let first = tokens.partition_point(|token| token.start() < range.start());
    let next = tokens.partition_point(|token| token.start() < range.end());
    let is_code = |token: &&Token| !token.kind().is_trivia();
    (
        tokens[..first].iter().rev().find(is_code),
        tokens[next..].iter().find(is_code),
    )
}

/// Returns the starts of the lines that begin within `range`.
pub fn line_starts(text: &str, range: TextRange) -> impl Iterator<Item = TextSize> {
    let end = |offset: &TextSize| Some(text.full_line_end(*offset));
    std::iter::successors(Some(text.full_line_end(range.start())), end)
        .take_while(move |start| *start < range.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use ruff_python_ast::PythonVersion;

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
    fn joined_statements_are_told() {
        check(shares_line, "if x: a\n", "a", true);
        check(shares_line, "a; b\n", "a", true);
        check(shares_line, "a; b\n", "b", true);
        check(shares_line, "if x:\n    # c\n    a  # d\n", "a", false);
        check(shares_line, "z\na", "a", false);
        check(
            semicolon_after,
            "a ; b\n",
            "a",
            Some(TextRange::new(2.into(), 3.into())),
        );
        check(
            semicolon_before,
            "a ; b\n",
            "b",
            Some(TextRange::new(2.into(), 3.into())),
        );
        check(semicolon_before, "a ;\nb\n", "b", None);
    }

    #[test]
    fn the_unit_of_indentation_is_the_files_own() {
        let unit = |text: &'static str| unit_of_indentation(&module(text), text);
        assert_eq!(unit("if a:\n\tif b:\n\t\tc\n"), "\t");
        assert_eq!(unit("a\n"), "    ");
    }

    #[test]
    fn lines_end_as_they_do_in_the_file() {
        let at = |text: &'static str, offset: u32| newline_at(text, offset.into());
        assert_eq!(at("a\r\nb", 0), "\r\n");
        assert_eq!(at("a\r\nb", 3), "\r\n");
        assert_eq!(at("a\rb\n", 0), "\r");
        assert_eq!(at("a", 0), "\n");
        assert_eq!(line_start("a\r\nb", 2.into()), 0.into());
        assert_eq!(indentation("x\n \tb", 4.into()), " \t");
    }

    #[test]
    fn lines_are_removed_with_one_line_end() {
        let text = "a\r\nb\nc";
        let removed = |bounds: (u32, u32), part: &str| {
            let bounds = TextRange::new(bounds.0.into(), bounds.1.into());
            &text[removable_lines(text, bounds, range_of(text, part))]
        };
        assert_eq!(removed((0, 6), "a"), "a\r\n");
        assert_eq!(removed((0, 6), "c"), "\nc");
        assert_eq!(removed((0, 4), "b"), "\r\nb");
        assert_eq!(removed((3, 4), "b"), "b");
    }

    #[test]
    fn a_statement_alone_has_its_own_line() {
        let own = |text: &str, part: &str| own_line(text, range_of(text, part));
        assert!(own("  a \nb", "a"));
        assert!(!own("a; b", "a"));
        assert!(!own("a # c", "a"));
    }
}
