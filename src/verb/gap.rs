//! The text between two captures, old and new → the smallest edit.
//!
//! Tokens that are the same at both edges of a gap stay, with their layout and comments; only what
//! stands between them is replaced.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange};

use crate::text::edit::Edit;

/// One side of a gap: a range of a text and its tokens.
#[derive(Clone, Copy)]
pub(super) struct Side<'t> {
    pub(super) text: &'t str,
    pub(super) range: TextRange,
    pub(super) tokens: &'t [Token],
}

impl<'t> Side<'t> {
    /// The tokens that count: no comments, no line breaks inside brackets, no empty ones.
    fn code(&self) -> Vec<&'t Token> {
        self.tokens
            .iter()
            .filter(|token| self.range.contains_range(token.range()))
            .filter(|token| !token.kind().is_trivia())
            .filter(|token| !token.range().is_empty() || token.kind() == TokenKind::Dedent)
            .collect()
    }

    fn comments_in(&self, range: TextRange) -> Vec<TextRange> {
        let comments = self
            .tokens
            .iter()
            .filter(|token| token.kind() == TokenKind::Comment)
            .map(Ranged::range);
        comments
            .filter(|comment| range.contains_range(*comment))
            .collect()
    }

    fn spelling(&self, token: &Token) -> (TokenKind, &'t str) {
        let text = match token.kind() {
            // Their width is layout.
            TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent => "",
            _ => &self.text[token.range()],
        };
        (token.kind(), text)
    }
}

/// What happens to one gap.
pub(super) struct GapEdit {
    /// The replacement; `None` when the tokens are the same.
    pub(super) edit: Option<Edit>,
    /// Comments within what is replaced.
    pub(super) comments_lost: Vec<TextRange>,
    /// Whether the last token before the next capture keeps its layout.
    pub(super) keeps_end: bool,
}

/// Compares both sides; `ends_call` says that both end with a call's closing parenthesis, `layout`
/// turns template text into the file's (indentation, line ends).
pub(super) fn gap_edit(
    old: Side,
    new: Side,
    ends_call: bool,
    layout: impl Fn(&str) -> String,
) -> GapEdit {
    let (mut old_code, new_code) = (old.code(), new.code());
    if ends_call {
        drop_last_comma(&mut old_code);
    }
    let middle = Middle::between((&old, &old_code), (&new, &new_code));
    let keeps_end = middle.suffix > 0;
    if middle.is_nothing {
        return GapEdit {
            edit: None,
            comments_lost: Vec::new(),
            keeps_end,
        };
    }
    let range = middle.range(&old, &old_code);
    let text = layout(&new.text[middle.range(&new, &new_code)]);
    GapEdit {
        edit: (old.text[range] != text).then(|| Edit::replacement(range, text)),
        comments_lost: old.comments_in(range),
        keeps_end,
    }
}

/// A comma behind the last argument is layout.
fn drop_last_comma(code: &mut Vec<&Token>) {
    if let [.., comma, end] = code.as_slice()
        && (comma.kind(), end.kind()) == (TokenKind::Comma, TokenKind::Rpar)
    {
        code.remove(code.len() - 2);
    }
}

/// What differs between the tokens that are the same at both edges.
struct Middle {
    /// Number of equal tokens at the beginning.
    prefix: usize,
    /// Number of equal tokens at the end.
    suffix: usize,
    /// Whether nothing differs, and something is the same.
    is_nothing: bool,
    /// Whether both sides have tokens that differ.
    is_replacement: bool,
    /// Whether the old side has no space between what differs and the token behind it.
    is_joined: bool,
}

impl Middle {
    fn between((old, old_code): (&Side, &[&Token]), (new, new_code): (&Side, &[&Token])) -> Self {
        let same = |(one, other): &(&&Token, &&Token)| old.spelling(one) == new.spelling(other);
        let from_end = old_code.iter().rev().zip(new_code.iter().rev());
        let suffix = from_end.take_while(same).count();
        let longest_prefix = old_code.len().min(new_code.len()) - suffix;
        let from_start = old_code.iter().zip(new_code).take(longest_prefix);
        let prefix = from_start.take_while(same).count();

        let (before, behind) = old_code.split_at(old_code.len() - suffix);
        let replaced = &before[prefix..];
        let is_inserted = new_code.len() > prefix + suffix;
        Self {
            prefix,
            suffix,
            is_nothing: replaced.is_empty() && !is_inserted && prefix + suffix > 0,
            is_replacement: !replaced.is_empty() && is_inserted,
            is_joined: match (replaced.last(), behind.first()) {
                (Some(last), Some(next)) => last.end() == next.start(),
                _ => false,
            },
        }
    }

    /// Returns where it stands on a side, `code` being the tokens there that count.
    fn range(&self, side: &Side, code: &[&Token]) -> TextRange {
        let (before, rest) = code.split_at(self.prefix);
        let (middle, behind) = rest.split_at(rest.len() - self.suffix);
        let (mut start, mut end) = (side.range.start(), side.range.end());
        if let Some(token) = before.last() {
            start = token.end();
        }
        if let Some(token) = behind.first() {
            end = token.start();
        }
        // Between tokens that stay, the layout around the replaced ones stays too.
        if let ([first, ..], [.., last]) = (middle, middle)
            && self.is_replacement
        {
            if self.prefix > 0 {
                start = first.start();
            }
            // `run(` becomes `await (`: where the code had no space, the template's is taken.
            if self.suffix > 0 && !self.is_joined {
                end = last.end();
            }
        }
        TextRange::new(start, end)
    }
}
