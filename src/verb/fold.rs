//! A call over three lines, as it was too long for one → one line, where it is short enough now.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange};

use super::concrete::spliced;
use crate::matching::subject::Subject;
use crate::python::trivia::opening_bracket;
use crate::text::blank::{line_end, line_start};
use crate::text::edit::Edit;

/// The usual limit: of PEP 8 (<https://peps.python.org/pep-0008/#maximum-line-length>).
const USUAL: usize = 79;

/// That of formatters (<https://black.readthedocs.io/en/stable/the_black_code_style/current_style.html>).
const LONGEST: usize = 88;

/// As many lines beyond the usual limit are no slip.
const N_LONG: usize = 3;

/// Returns the edits that take both line breaks out of a call without comments at the end of a range, whose
/// arguments stand on a line between its brackets; none where it had fitted in one line before, or does not now.
pub(super) fn folds(subject: &Subject, range: TextRange, edits: &[Edit]) -> Vec<Edit> {
    let text = subject.text();
    let tokens = subject.module.tokens(range.start()).in_range(range);
    let Some(breaks) = line_breaks(text, tokens) else {
        return Vec::new();
    };
    let is_free = |gap: &TextRange| {
        let mut ranges = edits.iter().map(Edit::range);
        ranges.all(|it| it.end() <= gap.start() || gap.end() <= it.start())
    };
    if !breaks.iter().all(is_free) {
        return Vec::new();
    }
    let lines = TextRange::new(line_start(text, range.start()), line_end(text, range.end()));
    let length = |edits: &[Edit]| {
        let all = edits.iter().map(|it| (it.range(), it.text().to_owned()));
        let all = all.chain(breaks.iter().map(|gap| (*gap, String::new())));
        let all = all.map(|(range, text)| (range - lines.start(), text));
        spliced(&text[lines], all.collect()).chars().count()
    };
    let limit = limit(subject);
    match length(&[]) > limit && length(edits) <= limit {
        true => breaks.map(Edit::deletion).into(),
        false => Vec::new(),
    }
}

/// What stands between the brackets and the arguments; `None`: the lines are broken otherwise, or a comma at the
/// end keeps them.
fn line_breaks(text: &str, tokens: &[Token]) -> Option<[TextRange; 2]> {
    let is_code = |it: &&Token| it.kind() != TokenKind::NonLogicalNewline;
    let code: Vec<&Token> = tokens.iter().filter(is_code).collect();
    let [.., before, end] = code.as_slice() else {
        return None;
    };
    let closing = code.len() - 1;
    let mut others = code[..closing].iter().rev().copied();
    opening_bracket(&mut others)?;
    let opening = others.len();
    if end.kind() != TokenKind::Rpar
        || opening + 1 >= closing
        || before.kind() == TokenKind::Comma
        || code.iter().any(|it| is_broken(text, it.range()))
    {
        return None;
    }
    let gap = |at: usize| TextRange::new(code[at].end(), code[at + 1].start());
    let breaks = [opening, closing - 1];
    let fits = |at: usize| is_broken(text, gap(at)) == breaks.contains(&at);
    (0..closing).all(fits).then(|| breaks.map(gap))
}

fn is_broken(text: &str, range: TextRange) -> bool {
    text[range].contains(['\n', '\r'])
}

/// How long the lines of a file may be.
fn limit(subject: &Subject) -> usize {
    *subject.answers.line_length.get_or_init(|| {
        let lengths = subject.text().lines().map(|line| line.chars().count());
        let longer = lengths.filter(|it| (USUAL + 1..=LONGEST).contains(it));
        match longer.take(N_LONG).count() {
            N_LONG => LONGEST,
            _ => USUAL,
        }
    })
}
