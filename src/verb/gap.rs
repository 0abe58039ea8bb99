//! The text between two captures, old and new → the smallest edit.
//!
//! Tokens that are the same at both edges of a gap stay, with their layout and comments; only what
//! stands between them is replaced.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use crate::python::cut::trailing_comment;
use crate::python::trivia::{closes, opens};
use crate::text::edit::Edit;

/// One side of a gap: a range of a text and its tokens.
#[derive(Clone, Copy)]
pub(super) struct Side<'t> {
    pub(super) text: &'t str,
    pub(super) range: TextRange,
    /// Those of the whole match, or of the whole code of the template.
    pub(super) tokens: &'t [Token],
    /// Whether statements are captured as a whole.
    pub(super) moves_statements: bool,
}

impl<'t> Side<'t> {
    /// The tokens that count: no comments, no line breaks inside brackets, no empty ones; indentation
    /// where whole statements are moved.
    fn code(&self) -> Vec<&'t Token> {
        let counts = |token: &&Token| match token.kind() {
            TokenKind::Indent | TokenKind::Dedent => self.moves_statements,
            kind => !kind.is_trivia() && !token.range().is_empty(),
        };
        self.tokens
            .iter()
            .filter(|token| self.range.contains_range(token.range()))
            .filter(counts)
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
/// turns template text into the file's (indentation, line ends).
pub(super) fn gap_edit(
    old: Side,
    new: Side,
    ends_call: bool,
    layout: impl Fn(&str) -> String,
) -> GapEdit {
    let (mut old_code, new_code) = (old.code(), new.code());
    if ends_call {
        drop_last_commas(&mut old_code);
    }
    drop_first_comma((&old, &mut old_code), (&new, &new_code));
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
    let text = layout(&new.text[middle.range(&new, &new_code)]);
    let range = behind_comment(&old, &new, range, &text);
    let kept = line_break_kept(&old, range, text.trim_end_matches(' '));
    outcome.kept_from = kept.map(|kept| kept.start()).or(outcome.kept_from);
    let pieces = pieces(range, kept, text);
    let lost = pieces.iter().flat_map(|edit| old.comments_in(edit.range()));
    outcome.comments_lost = lost.chain(trailing_lost(&old, range)).collect();
    let moved = at_header_end(&old, middle.suffix, &old_code, &outcome.comments_lost);
    outcome.comments_lost.retain(|_| moved.is_none());
    let changes = |edit: &Edit| old.text[edit.range()] != *edit.text();
    outcome.edits = pieces.into_iter().filter(changes).collect();
    outcome.edits.extend(moved);
    outcome
}

/// Puts the one comment that would be lost behind the colon of a header that stays, if none is there: the
/// lines that become that header had it.
fn at_header_end(old: &Side, suffix: usize, code: &[&Token], lost: &[TextRange]) -> Option<Edit> {
    let (&[comment], [colon, newline, ..]) = (lost, &code[code.len() - suffix..]) else {
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

/// Takes a comment that ends a line out of what is replaced, where the new line ends there as well.
fn behind_comment(old: &Side, new: &Side, range: TextRange, text: &str) -> TextRange {
    let line_ends = ['\n', '\r'];
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

/// A comma behind the last argument is layout.
fn drop_last_commas(code: &mut Vec<&Token>) {
    let ends =
        |pair: &[&Token]| (pair[0].kind(), pair[1].kind()) == (TokenKind::Comma, TokenKind::Rpar);
    while let Some(comma) = code.windows(2).position(ends) {
        code.remove(comma);
    }
}

/// Where statements go that follow the capture's, what closes that one stays.
fn loses_statements(old: &[&Token], new: &[&Token]) -> bool {
    let ends_line = |code: &[&Token]| code.iter().any(|it| it.kind() == TokenKind::Newline);
    ends_line(old) && !ends_line(new)
}

/// The comma of a call that ends behind the capture on both sides is layout.
fn drop_first_comma(
    (old, old_code): (&Side, &mut Vec<&Token>),
    (new, new_code): (&Side, &[&Token]),
) {
    let is_comma = |it: &&Token| it.kind() == TokenKind::Comma;
    if old_code.first().is_some_and(is_comma)
        && closes_call(old, old_code.get(1))
        && closes_call(new, new_code.first())
    {
        old_code.remove(0);
    }
}

/// Whether a token closes the arguments of a call; in other parentheses a comma makes a tuple.
fn closes_call(side: &Side, token: Option<&&Token>) -> bool {
    let Some(end) = token.filter(|token| token.kind() == TokenKind::Rpar) else {
        return false;
    };
    let before = side
        .tokens
        .iter()
        .rev()
        .filter(|it| it.end() <= end.start());
    let mut before = before.filter(|it| !it.kind().is_trivia());
    let mut depth = 0_usize;
    let opening = before.find(|it| {
        let is_opening = depth == 0 && opens(it.kind());
        depth += usize::from(closes(it.kind()));
        depth = depth.saturating_sub(usize::from(opens(it.kind())));
        is_opening
    });
    let callee = opening.and(before.next()).map(|it| it.kind());
    let ends_value = [TokenKind::Name, TokenKind::Rpar, TokenKind::Rsqb];
    callee.is_some_and(|kind| ends_value.contains(&kind))
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
    /// Whether no space stands between what differs and the token behind it, on one of the sides.
    is_joined: bool,
}

impl Middle {
    /// Of brackets that could be either, the one next to the capture is the same: behind the last
    /// capture (`ends_call`) the first, before another the last.
    fn between(
        (old, old_code): (&Side, &[&Token]),
        (new, new_code): (&Side, &[&Token]),
        ends_call: bool,
    ) -> Self {
        let same = |(one, other): &(&&Token, &&Token)| old.spelling(one) == new.spelling(other);
        let shorter = old_code.len().min(new_code.len());
        let equal_at_start = |limit: usize| {
            let tokens = old_code.iter().zip(new_code).take(limit);
            tokens.take_while(same).count()
        };
        let equal_at_end = |limit: usize| {
            let tokens = old_code.iter().rev().zip(new_code.iter().rev());
            tokens.take(limit).take_while(same).count()
        };
        let (prefix, suffix) = if ends_call || loses_statements(old_code, new_code) {
            let prefix = equal_at_start(shorter);
            (prefix, equal_at_end(shorter - prefix))
        } else {
            let suffix = equal_at_end(shorter);
            (equal_at_start(shorter - suffix), suffix)
        };
        let prefix = match suffix {
            0 => before_line_break(prefix, old_code, new_code),
            _ => prefix,
        };
        let prefix = prefix - usize::from(inserts_line(prefix, suffix, old_code, new_code));
        let (before, behind) = old_code.split_at(old_code.len() - suffix);
        let replaced = &before[prefix..];
        let n_written = new_code.len() - suffix;
        let is_inserted = n_written > prefix;
        Self {
            prefix,
            suffix,
            is_nothing: replaced.is_empty() && !is_inserted && prefix + suffix > 0,
            is_replacement: !replaced.is_empty() && is_inserted,
            is_joined: is_joined(old.text, (replaced, behind), new_code.split_at(n_written)),
        }
    }

    /// Returns where the tokens that are the same begin on both sides.
    fn kept(&self, old: &[&Token], new: &[&Token]) -> Vec<(TextSize, TextSize)> {
        let starts = |(one, other): (&&Token, &&Token)| (one.start(), other.start());
        let at_start = old.iter().zip(new).take(self.prefix);
        let at_end = old.iter().rev().zip(new.iter().rev()).take(self.suffix);
        at_start.chain(at_end).map(starts).collect()
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

/// Whether no space stands between what is replaced and the token behind it, or none in what is written
/// and no line break. Behind a line break it is indentation.
fn is_joined(
    text: &str,
    (replaced, behind): (&[&Token], &[&Token]),
    (written, rest): (&[&Token], &[&Token]),
) -> bool {
    let (Some(last), Some(next)) = (replaced.last(), behind.first()) else {
        return false;
    };
    let blank = &text[TextRange::new(last.end(), next.start())];
    let joins = written.last().zip(rest.first());
    let joins = joins.is_some_and(|(last, next)| last.end() == next.start());
    let breaks = last.kind() == TokenKind::Newline;
    blank.is_empty() || breaks || joins && !blank.contains(['\n', '\r', '#'])
}

/// Whether nothing but new lines comes in behind the line break at the end of a prefix: they get their
/// indentation together with that.
fn inserts_line(prefix: usize, suffix: usize, old: &[&Token], new: &[&Token]) -> bool {
    let breaks = old[..prefix].last();
    let breaks = breaks.is_some_and(|it| it.kind() == TokenKind::Newline);
    breaks && old.len() == prefix + suffix && new.len() > prefix + suffix
}

/// Returns the length of a prefix without its line break where what follows begins a line: it gets its
/// indentation together with that.
fn before_line_break(prefix: usize, old: &[&Token], new: &[&Token]) -> usize {
    let is_kind = |token: &&Token, kind: TokenKind| token.kind() == kind;
    let breaks = old[..prefix].last();
    let begins_line = breaks.is_some_and(|it| is_kind(it, TokenKind::Newline))
        && new[prefix..]
            .iter()
            .all(|it| is_kind(it, TokenKind::Indent));
    prefix - usize::from(begins_line)
}
