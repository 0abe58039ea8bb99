//! Statements that stay, at another level of indentation than before: which lines move, and how far.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use crate::text::blank::{indentation, line_end, line_starts};

/// A stretch of statements and the code of a template that takes its place.
pub(super) struct Nesting<'n> {
    pub(super) text: &'n str,
    /// The stretch.
    pub(super) range: TextRange,
    /// Its tokens.
    pub(super) old: &'n [Token],
    /// The tokens of the code.
    pub(super) new: &'n [Token],
    /// Where what stays begins, in the text and in the code.
    pub(super) staying: &'n [(TextSize, TextSize)],
}

impl Nesting<'_> {
    /// Returns the lines of each statement that stays, with its indentation and its level in the code.
    /// The first line of the stretch is none of them.
    pub(super) fn lines(&self) -> Vec<(TextSize, usize, usize)> {
        let mut lines = Vec::new();
        for statement in self.statements() {
            let Some((old, new)) = self.staying_in(statement) else {
                continue;
            };
            let was = indentation(self.text, self.first_code(statement).unwrap_or(old)).len();
            let level = self.level(new);
            let starts = line_starts(self.text, statement);
            let starts = starts.filter(|start| !self.is_blank(*start));
            lines.extend(starts.map(|start| (start, was, level)));
        }
        lines
    }

    fn is_blank(&self, start: TextSize) -> bool {
        let line = self.text[start.to_usize()..].lines().next();
        line.is_none_or(|line| line.trim().is_empty())
    }

    /// The lines of each statement, a compound one's header alone, with the line break before them and
    /// the comments above.
    fn statements(&self) -> Vec<TextRange> {
        let ends = self.old.iter();
        let ends = ends.filter(|token| token.kind() == TokenKind::Newline);
        let mut start = self.range.start();
        let mut statements = Vec::new();
        for end in ends.map(Ranged::start).chain([self.range.end()]) {
            statements.push(TextRange::new(start, end));
            start = end;
        }
        statements
    }

    /// The first of what stays in a statement, in the text and in the code.
    fn staying_in(&self, statement: TextRange) -> Option<(TextSize, TextSize)> {
        // The line break belongs to the statement before.
        let is_of_it = |(old, _): &&(TextSize, TextSize)| {
            statement.contains(*old) && !self.text[old.to_usize()..].starts_with(['\n', '\r'])
        };
        let staying = self.staying.iter().filter(is_of_it).copied();
        staying.min_by_key(|(old, _)| *old)
    }

    fn first_code(&self, statement: TextRange) -> Option<TextSize> {
        let mut tokens = self.old.iter().filter(|token| {
            let is_layout = matches!(
                token.kind(),
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent
            );
            !is_layout && !token.kind().is_trivia() && statement.contains_range(token.range())
        });
        tokens.next().map(Ranged::start)
    }

    /// How many levels deep the code stands at a place.
    fn level(&self, at: TextSize) -> usize {
        let before = self.new.iter().take_while(|token| token.end() <= at);
        let kinds: Vec<TokenKind> = before.map(|token| token.kind()).collect();
        let count = |wanted| kinds.iter().filter(|kind| **kind == wanted).count();
        count(TokenKind::Indent).saturating_sub(count(TokenKind::Dedent))
    }
}

/// Returns where a block ends whose last code ends at an offset: behind comments on separate lines that are
/// as deep as it, unless they are about code as deep.
pub(super) fn end_of_block(text: &str, code_end: TextSize, depth: usize) -> TextSize {
    let (mut end, mut start) = (code_end, line_end(text, code_end));
    while start < text.text_len() {
        let line = &text[TextRange::new(start, line_end(text, start))];
        let is_deep = indentation(text, start).len() >= depth;
        match line.trim() {
            "" => {}
            code if code.starts_with('#') && is_deep => {
                end = start + line.trim_end().text_len();
            }
            code if !code.starts_with('#') && is_deep => return code_end,
            _ => break,
        }
        start += line.text_len();
    }
    end
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::*;

    /// Compares the lines of what stays: its number from 0, its indentation, its level in the code.
    /// A statement stays where both texts have its first word.
    #[track_caller]
    fn check(text: &str, code: &str, staying: &[&str], expected: &[(usize, usize, usize)]) {
        let old = parse_module(text).expect("it is Python");
        let new = parse_module(code).expect("it is Python");
        let at = |text: &str, word: &str| {
            let at = text.find(word).expect("it stands there");
            TextSize::try_from(at).expect("the text is short")
        };
        let staying: Vec<(TextSize, TextSize)> = staying
            .iter()
            .map(|word| (at(text, word), at(code, word)))
            .collect();
        let range = TextRange::up_to(TextSize::of(text));
        let nesting = Nesting {
            text,
            range,
            old: old.tokens().in_range(range),
            new: new.tokens().in_range(TextRange::up_to(TextSize::of(code))),
            staying: &staying,
        };
        let lines = nesting.lines().into_iter();
        let lines: Vec<(usize, usize, usize)> = lines
            .map(|(start, was, level)| {
                let number = text[..start.to_usize()].matches('\n').count();
                (number, was, level)
            })
            .collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_stays_has_the_level_of_the_code() {
        check(
            "a()\nb()\n",
            "with c:\n    a()\n    b()\n",
            &["b"],
            &[(1, 0, 1)],
        );
        let deeper = "with c:\n    with d:\n        a()\n        b()\n";
        check("a()\nb()\n", deeper, &["a", "b"], &[(1, 0, 2)]);
        check(
            "if x:\n    a()\n    b()\n",
            "a()\nb()\n",
            &["a", "b"],
            &[(1, 4, 0), (2, 4, 0)],
        );
    }

    #[test]
    fn a_statement_moves_with_all_its_lines_and_the_comments_above() {
        let text = "a()\n# why\nb(\n    1,\n\n)\nc()\n";
        check(
            text,
            "with d:\n    b()\n",
            &["b"],
            &[(1, 0, 1), (2, 0, 1), (3, 0, 1), (5, 0, 1)],
        );
    }

    #[test]
    fn what_goes_does_not_move() {
        check(
            "a()\nb()\nc()\n",
            "with d:\n    c()\n",
            &["c"],
            &[(2, 0, 1)],
        );
        check("a()\nb()\n", "d()\n", &[], &[]);
    }
    #[test]
    fn comments_as_deep_as_a_block_end_it() {
        for (behind, n_chars) in [
            ("\n", 0),
            ("\n  # a\n\n  # b\nc\n", "\n  # a\n\n  # b".len()),
            ("\n  # a\n# b\nc\n", "\n  # a".len()),
            ("\n  # a\n  c\n", 0),
            ("\n# a\n", 0),
        ] {
            let text = format!("if x:\n  y{behind}");
            let end = TextSize::of("if x:\n  y");
            let expected = end.to_usize() + n_chars;
            assert_eq!(end_of_block(&text, end, 2).to_usize(), expected, "{text}");
        }
    }
}
