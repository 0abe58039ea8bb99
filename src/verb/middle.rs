//! What differs in a gap, between the tokens that are the same at both edges of its old and its new text.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::side::Side;
use crate::python::trivia::{closes, opening_bracket};

/// What differs between the tokens that are the same at both edges.
pub(super) struct Middle {
    /// Number of equal tokens at the beginning.
    prefix: usize,
    /// Number of equal tokens at the end.
    pub(super) suffix: usize,
    /// Whether nothing differs, and something is the same.
    pub(super) is_nothing: bool,
    /// Whether both sides have tokens that differ.
    is_replacement: bool,
    /// Whether no space stands between what differs and the token behind it, on one of the sides.
    is_joined: bool,
    /// Whether what is written follows a bracket without a space: `f(x) as y` becomes `f(x).y`.
    is_attached: bool,
}

impl Middle {
    /// Of brackets that could be either, the one next to the capture is the same: behind the last
    /// capture (`ends_call`) the first, before another the last.
    pub(super) fn between(
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
        let (prefix, suffix) = if ends_call || lines_differ(old_code, new_code, same) {
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
            is_attached: is_attached(old.text, old_code, new_code, prefix),
        }
    }

    /// Returns where the tokens that are the same begin on both sides.
    pub(super) fn kept(&self, old: &[&Token], new: &[&Token]) -> Vec<(TextSize, TextSize)> {
        let starts = |(one, other): (&&Token, &&Token)| (one.start(), other.start());
        let at_start = old.iter().zip(new).take(self.prefix);
        let at_end = old.iter().rev().zip(new.iter().rev()).take(self.suffix);
        at_start.chain(at_end).map(starts).collect()
    }

    /// Returns whether it begins a line whose line break stays.
    pub(super) fn begins_line(&self, old: &[&Token]) -> bool {
        let before = old[..self.prefix].last();
        before.is_some_and(|it| it.kind() == TokenKind::Newline)
    }

    /// Returns where it stands on a side, `code` being the tokens there that count.
    pub(super) fn range(&self, side: &Side, code: &[&Token]) -> TextRange {
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
            if self.prefix > 0 && !self.is_attached {
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

/// Where statements go that follow the capture's, what closes that one stays; where the lines between two
/// captures go, the line break of the first one does.
fn loses_lines(old: &[&Token], new: &[&Token]) -> bool {
    let is_break = |token: &Token| token.kind() == TokenKind::Newline;
    match (old, new) {
        ([first, _, ..], [only]) if is_break(first) && is_break(only) => true,
        _ => old.iter().any(|it| is_break(it)) && !new.iter().any(|it| is_break(it)),
    }
}

/// Where lines go or come, the brackets next to the capture are the same.
fn lines_differ(
    old: &[&Token],
    new: &[&Token],
    same: impl Fn(&(&&Token, &&Token)) -> bool,
) -> bool {
    loses_lines(old, new) || adds_lines(old, new, same)
}

/// Where all stays and lines follow, brackets at the end of these are others.
fn adds_lines(old: &[&Token], new: &[&Token], same: impl Fn(&(&&Token, &&Token)) -> bool) -> bool {
    let next = new.get(old.len());
    next.is_some_and(|it| it.kind() == TokenKind::Newline)
        && !old.is_empty()
        && old.iter().zip(new).all(|pair| same(&pair))
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

/// Whether the first token that differs follows the bracket at the end of the prefix at once, where the old one
/// stands in the same line.
fn is_attached(text: &str, old: &[&Token], new: &[&Token], prefix: usize) -> bool {
    let pair = |code: &[&Token]| {
        let (before, rest) = code.split_at(prefix);
        let (last, first) = before.last().zip(rest.first())?;
        Some(TextRange::new(last.end(), first.start()))
    };
    let (Some(blank), Some(written)) = (pair(old), pair(new)) else {
        return false;
    };
    let is_closed = old[..prefix].last().is_some_and(|it| closes(it.kind()));
    is_closed && written.is_empty() && !text[blank].contains(['\n', '\r', '#'])
}

/// Whether lines come in behind the line break at the end of a prefix: they get their indentation
/// together with that.
fn inserts_line(prefix: usize, suffix: usize, old: &[&Token], new: &[&Token]) -> bool {
    let is_break = |it: &&Token| it.kind() == TokenKind::Newline;
    let written = &new[prefix..new.len() - suffix];
    let is_only_new = old.len() == prefix + suffix && !written.is_empty();
    old[..prefix].last().is_some_and(is_break) && (is_only_new || written.iter().any(is_break))
}

/// Returns the length of a prefix without its line break where only the next capture follows: it gets its
/// indentation together with that.
fn before_line_break(prefix: usize, old: &[&Token], new: &[&Token]) -> usize {
    let breaks = old[..prefix].last();
    let breaks = breaks.is_some_and(|it| it.kind() == TokenKind::Newline);
    prefix - usize::from(breaks && new.len() == prefix)
}

/// Returns the tokens of the old side that count, without the commas that are layout.
pub(super) fn without_commas<'t>(
    old: &Side<'t>,
    (new, new_code): (&Side, &[&Token]),
    ends_call: bool,
) -> Vec<&'t Token> {
    let mut code = old.code();
    if ends_call {
        drop_last_commas(&mut code);
    }
    drop_first_comma((old, &mut code), (new, new_code));
    code
}

/// A comma behind the last argument is layout.
fn drop_last_commas(code: &mut Vec<&Token>) {
    let ends =
        |pair: &[&Token]| (pair[0].kind(), pair[1].kind()) == (TokenKind::Comma, TokenKind::Rpar);
    while let Some(comma) = code.windows(2).position(ends) {
        code.remove(comma);
    }
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
    let opening = opening_bracket(&mut before);
    let callee = opening.and(before.next()).map(|it| it.kind());
    let ends_value = [TokenKind::Name, TokenKind::Rpar, TokenKind::Rsqb];
    callee.is_some_and(|kind| ends_value.contains(&kind))
}
