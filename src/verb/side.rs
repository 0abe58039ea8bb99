//! One side of a gap between captures: its text, and the tokens in it that count.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange};

/// One side of a gap: a range of a text and its tokens.
#[derive(Clone, Copy)]
pub(super) struct Side<'t> {
    pub(super) text: &'t str,
    pub(super) range: TextRange,
    /// Those of the whole match, or of the whole code of the template.
    pub(super) tokens: &'t [Token],
}

impl<'t> Side<'t> {
    /// The tokens that count: no comments, no line breaks inside brackets, no empty ones, and no
    /// indentation, which lines that stay get by shifts.
    pub(super) fn code(&self) -> Vec<&'t Token> {
        let counts = |token: &&Token| match token.kind() {
            TokenKind::Indent | TokenKind::Dedent => false,
            kind => !kind.is_trivia() && !token.range().is_empty(),
        };
        self.tokens
            .iter()
            .filter(|token| self.range.contains_range(token.range()))
            .filter(counts)
            .collect()
    }

    pub(super) fn comments_in(&self, range: TextRange) -> Vec<TextRange> {
        let comments = self
            .tokens
            .iter()
            .filter(|token| token.kind() == TokenKind::Comment)
            .map(Ranged::range);
        comments
            .filter(|comment| range.contains_range(*comment))
            .collect()
    }

    pub(super) fn spelling(&self, token: &Token) -> (TokenKind, &'t str) {
        let text = match token.kind() {
            TokenKind::Newline => "",
            _ => &self.text[token.range()],
        };
        (token.kind(), text)
    }
}
