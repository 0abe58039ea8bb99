//! The text between two captures, old and new → the smallest edit.
//!
//! Tokens that are the same at both edges of a gap stay, with their layout and comments; only what
//! stands between them is replaced.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::middle::{Middle, without_commas};
use super::nesting::end_of_block;
use super::side::Side;
use crate::python::cut::trailing_comment;
use crate::python::trivia::{closes, opens};
use crate::text::blank::{blank_lines_after, indentation, line_end, line_start};
use crate::text::edit::Edit;

/// What happens to one gap.
pub(super) struct GapEdit {
    /// The replacements; none when the tokens are the same.
    pub(super) edits: Vec<Edit>,
    /// Comments within what is replaced.
    pub(super) comments_lost: Vec<TextRange>,
    /// Where the text before the next capture begins that keeps its layout; `None`: there is none.
    pub(super) kept_from: Option<TextSize>,
    /// Where tokens that stay begin, in the file and in the template's code.
    pub(super) kept: Vec<(TextSize, TextSize)>,
}

/// Compares both sides; `ends_call` says that both end with a call's closing parenthesis, `layout`
/// turns a part of the template's code into the file's text at a place (indentation, line ends).
pub(super) fn gap_edit(
    old: Side,
    new: Side,
    ends_call: bool,
    layout: impl Fn(TextRange, TextSize) -> String,
) -> GapEdit {
    let new_code = new.code();
    let old_code = without_commas(&old, (&new, &new_code), ends_call);
    let middle = Middle::between((&old, &old_code), (&new, &new_code), ends_call);
    let range = middle.range(&old, &old_code);
    let mut outcome = GapEdit {
        edits: Vec::new(),
        comments_lost: Vec::new(),
        kept_from: (middle.suffix > 0).then_some(range.end()),
        kept: middle.kept(&old_code, &new_code),
    };
    if middle.is_nothing {
        return outcome;
    }
    let written = middle.range(&new, &new_code);
    if middle.begins_line(&old_code) {
        outcome.kept.insert(0, (range.start(), written.start()));
    }
    let text = layout(written, range.start());
    let range = with_blanks(&old, behind_comment(&old, &new, range, &text), &text);
    let kept = line_break_kept(&old, range, text.trim_end_matches(' '));
    outcome.kept_from = kept.map(|kept| kept.start()).or(outcome.kept_from);
    let pieces = pieces(range, kept, text);
    let lost = pieces.iter().flat_map(|edit| old.comments_in(edit.range()));
    outcome.comments_lost = lost.chain(trailing_lost(&old, range)).collect();
    let behind = &old_code[old_code.len() - middle.suffix..];
    let moved = at_header_end(&old, behind, &outcome.comments_lost);
    outcome.comments_lost.retain(|_| moved.is_none());
    let blank = blank_below_header(&old, behind, &pieces);
    let changes = |edit: &Edit| old.text[edit.range()] != *edit.text();
    let edits = pieces.into_iter().chain(blank).filter(changes);
    outcome.edits = edits.chain(moved).collect();
    outcome
}

/// Takes blank lines away that a written header would have below it.
fn blank_below_header(old: &Side, behind: &[&Token], written: &[Edit]) -> Option<Edit> {
    let next = behind.first();
    next.filter(|next| next.kind() == TokenKind::Newline)?;
    let header = written.last().filter(|edit| edit.text().ends_with(':'))?;
    let start = line_end(old.text, header.end());
    let end = blank_lines_after(old.text, start, old.range.end());
    let end = line_start(old.text, end);
    (start < end).then(|| Edit::deletion(TextRange::new(start, end)))
}

/// Puts the one comment that would be lost behind the colon of a header that stays, if none is there: the
/// lines that become that header had it.
fn at_header_end(old: &Side, behind: &[&Token], lost: &[TextRange]) -> Option<Edit> {
    let (&[comment], [colon, newline, ..]) = (lost, behind) else {
        return None;
    };
    let is_end = (colon.kind(), newline.kind()) == (TokenKind::Colon, TokenKind::Newline);
    // A comment on a separate line is about no line.
    let line = old.text[..comment.start().to_usize()].rsplit(['\n', '\r']);
    let follows_code = line.take(1).any(|before| !before.trim().is_empty());
    (is_end && follows_code && colon.end() == newline.start())
        .then(|| Edit::insertion(colon.end(), format!("  {}", &old.text[comment])))
}

/// Returns the comment behind the match, where it is replaced with the code before it.
fn trailing_lost(old: &Side, range: TextRange) -> Option<TextRange> {
    let beyond =
        (range.end() > old.range.end()).then(|| TextRange::new(old.range.end(), range.end()))?;
    let blank = old.text[beyond].len() - old.text[beyond].trim_start().len();
    let start = beyond.start() + TextSize::try_from(blank).ok()?;
    Some(TextRange::new(start, beyond.end()))
}

/// The line break that is kept stays between what is replaced and what goes.
fn pieces(range: TextRange, kept: Option<TextRange>, text: String) -> Vec<Edit> {
    let Some(kept) = kept else {
        return vec![Edit::replacement(range, text)];
    };
    let before = TextRange::new(range.start(), kept.start());
    let behind = TextRange::new(kept.end(), range.end());
    vec![
        Edit::replacement(before, text.trim_end_matches(' ')),
        Edit::deletion(behind),
    ]
}

/// Where a line ends with the code before what is replaced, the blanks between them go.
fn with_blanks(old: &Side, range: TextRange, text: &str) -> TextRange {
    let before = &old.text[TextRange::new(old.range.start(), range.start())];
    let code = before.trim_end_matches([' ', '\t', '\x0c']);
    match text.starts_with(['\n', '\r']) && !code.is_empty() {
        true => TextRange::new(
            range.start() - TextSize::of(&before[code.len()..]),
            range.end(),
        ),
        false => range,
    }
}

/// Whether nothing but a comment follows on the line.
fn ends_line(text: &str, at: TextSize) -> bool {
    let rest = text[TextRange::new(at, line_end(text, at))].trim_start();
    rest.is_empty() || rest.starts_with('#')
}

/// Returns where lines go that follow code: behind its comment, and those that end its block.
fn behind_block(old: &Side, end: TextSize) -> TextSize {
    let comment = trailing_comment(old.text, end);
    let line_end = comment.map_or(end, |comment| comment.end());
    let depth = indentation(old.text, end).len();
    end_of_block(old.text, line_end, depth).clamp(end, old.range.end())
}

/// Takes a comment that ends a line out of what is replaced, where the new line ends there as well.
fn behind_comment(old: &Side, new: &Side, range: TextRange, text: &str) -> TextRange {
    let line_ends = ['\n', '\r'];
    if text.starts_with(line_ends) && ends_line(old.text, range.start()) {
        let start = behind_block(old, range.start());
        return match range.is_empty() {
            true => TextRange::empty(start),
            false => TextRange::new(start.min(range.end()), range.end()),
        };
    }
    let is_last = new.range.end() == new.text.text_len() && range.end() == old.range.end();
    let rest = old.text[range.end().to_usize()..].trim_start_matches([' ', '\t', '\x0c']);
    let nothing_follows = rest.is_empty() || rest.starts_with(line_ends);
    // The comment behind code that goes makes way for the one of the line that stays.
    let comment = trailing_comment(old.text, range.end()).filter(|_| rest.starts_with('#'));
    let ends = text.starts_with(line_ends)
        || (text.is_empty() && is_last && (nothing_follows || comment.is_some()));
    let end = match text.is_empty() && is_last {
        true => comment.map_or(range.end(), |comment| comment.end()),
        false => range.end(),
    };
    let mut tokens = old.tokens.iter();
    let first = tokens.find(|token| range.contains_range(token.range()));
    match (first, tokens.next()) {
        (Some(comment), Some(next))
            if ends
                && comment.kind() == TokenKind::Comment
                && next.kind() == TokenKind::Newline =>
        {
            TextRange::new(comment.end(), end)
        }
        _ => range,
    }
}

/// Where both sides end inside an open bracket, and the old one has a line break behind it, returns
/// that layout: `run(⏎    None, f)` → `run(⏎    f)`, and `f(⏎    x)` → `run(f,⏎    x)`.
fn line_break_kept(old: &Side, range: TextRange, text: &str) -> Option<TextRange> {
    let goes_on = text.ends_with(['(', '[', '{']) || text == ",";
    if range.end() != old.range.end() || !goes_on {
        return None;
    }
    let code = old.code();
    let mut open = Vec::new();
    for (index, token) in code.iter().enumerate() {
        if opens(token.kind()) {
            open.push(index);
        } else if closes(token.kind()) {
            open.pop()?;
        }
    }
    let bracket = open.pop()?;
    let next = code.get(bracket + 1).map(|next| next.start());
    let next = next.or((text == ",").then_some(old.range.end()))?;
    let layout = TextRange::new(code[bracket].end(), next);
    let breaks = old.text[layout].contains(['\n', '\r']);
    (breaks && layout.start() > range.start()).then_some(layout)
}
