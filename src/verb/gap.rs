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
    /// Whether a line break before the gap's end stays or is written, with the line's indentation as
    /// it was (`Kept`) or as the template says.
    pub(super) comments_lost: Vec<TextRange>,
    /// Whether the last token before the next capture keeps its layout.
    pub(super) keeps_end: bool,
}

/// Compares both sides; `ends_call` says that both end with a call's closing parenthesis, `layout` turns template text into the file's (indentation, line ends).
pub(super) fn gap_edit(
    old: Side,
    new: Side,
    ends_call: bool,
    layout: impl Fn(&str) -> String,
) -> GapEdit {
    let (mut old_code, new_code) = (old.code(), new.code());
    if let [.., comma, end] = old_code.as_slice()
        && (comma.kind(), end.kind()) == (TokenKind::Comma, TokenKind::Rpar)
        && ends_call
    {
        // A comma behind the last argument is layout.
        old_code.remove(old_code.len() - 2);
    }
    let same = |(one, other): &(&&Token, &&Token)| old.spelling(one) == new.spelling(other);
    let suffix = old_code
        .iter()
        .rev()
        .zip(new_code.iter().rev())
        .take_while(same)
        .count();
    let shorter = old_code.len().min(new_code.len());
    let prefix = old_code
        .iter()
        .zip(&new_code)
        .take_while(same)
        .count()
        .min(shorter - suffix);

    let old_middle = &old_code[prefix..old_code.len() - suffix];
    let new_middle = &new_code[prefix..new_code.len() - suffix];
    let keeps_end = suffix > 0;
    if old_middle.is_empty() && new_middle.is_empty() && (prefix > 0 || suffix > 0) {
        return GapEdit {
            edit: None,
            comments_lost: Vec::new(),
            keeps_end,
        };
    }
    // `run(` becomes `await (`: where the code had no space, the template's is taken.
    let joined = suffix > 0
        && old_middle
            .last()
            .is_some_and(|last| last.end() == old_code[old_code.len() - suffix].start());
    let bounds = |side: &Side, code: &[&Token], middle: &[&Token]| {
        let start = match prefix {
            0 => side.range.start(),
            _ => code[prefix - 1].end(),
        };
        let end = match suffix {
            0 => side.range.end(),
            _ => code[code.len() - suffix].start(),
        };
        match (middle.first(), middle.last()) {
            // Between tokens that stay, the layout around the replaced ones stays too.
            (Some(first), Some(last)) if !old_middle.is_empty() && !new_middle.is_empty() => {
                TextRange::new(
                    if prefix > 0 { first.start() } else { start },
                    if suffix > 0 && !joined {
                        last.end()
                    } else {
                        end
                    },
                )
            }
            _ => TextRange::new(start, end),
        }
    };
    let old_range = bounds(&old, &old_code, old_middle);
    let new_range = bounds(&new, &new_code, new_middle);
    let text = layout(&new.text[new_range]);
    let comments_lost = old
        .tokens
        .iter()
        .filter(|token| {
            token.kind() == TokenKind::Comment && old_range.contains_range(token.range())
        })
        .map(Ranged::range)
        .collect();
    let edit = (old.text[old_range] != text).then(|| Edit::replacement(old_range, text));
    GapEdit {
        edit,
        comments_lost,
        keeps_end,
    }
}
