//! Statements that stay, at another level of indentation than before: which lines move, and how far.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::text::blank::line_starts;

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
    /// Returns the lines that stand at another level in the code, and by how many it is deeper there. The
    /// first line of the stretch is none of them.
    pub(super) fn lines(&self) -> Vec<(TextSize, i32)> {
        let mut lines = Vec::new();
        for statement in self.statements() {
            let levels = self.levels(statement);
            if levels != 0 {
                let starts = line_starts(self.text, statement);
                let starts = starts.filter(|start| !self.is_blank(*start));
                lines.extend(starts.map(|start| (start, levels)));
            }
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

    /// How much deeper a statement stands in the code; 0 where nothing of it stays.
    fn levels(&self, statement: TextRange) -> i32 {
        let mut staying = self.staying.iter();
        // The line break belongs to the statement before.
        let is_of_it = |(old, _): &&(TextSize, TextSize)| {
            statement.contains(*old) && !self.text[old.to_usize()..].starts_with(['\n', '\r'])
        };
        staying.find(is_of_it).map_or(0, |(old, new)| {
            depth(self.new, *new) - depth(self.old, *old)
        })
    }
}

/// How many levels deeper than the first token of `tokens` the code stands at a place.
fn depth(tokens: &[Token], at: TextSize) -> i32 {
    let before = tokens.iter().take_while(|token| token.end() <= at);
    let levels = before.map(|token| match token.kind() {
        TokenKind::Indent => 1,
        TokenKind::Dedent => -1,
        _ => 0,
    });
    levels.sum()
}
