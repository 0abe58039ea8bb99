//! Comments, or parts of them, that go → the changes that take them away, with the blanks or the line around them.

use ruff_text_size::{TextLen, TextRange, TextSize};

use crate::engine::before::Before;
use crate::engine::comment::{About, Written, change};
use crate::matching::subject::Subject;
use crate::plan::change::Change;
use crate::source::cell::cell_at;
use crate::text::blank::{is_blank, line_break_before, line_start};
use crate::text::edit::Edit;

/// A part of a comment that goes, from one `#` to before the next.
pub(super) struct Removal {
    pub(super) about: About,
    pub(super) reason: String,
    pub(super) place: TextRange,
    /// The whole comment.
    pub(super) comment: TextRange,
}

/// Removes parts of comments; `from` counts the changes of comments that there are.
pub(super) fn changes(
    subject: &Subject,
    before: &Before<'_>,
    removals: Vec<Removal>,
    from: usize,
) -> Vec<Change> {
    let removals = joined(subject.text(), removals);
    let removals = removals.into_iter().zip(from..);
    let changes = removals.map(|(removal, nth)| {
        let Removal { place, comment, .. } = removal;
        let written = Written {
            about: removal.about,
            matched: &subject.text()[place],
            reason: removal.reason,
            extent: place,
            edit: Edit::deletion(gone(subject, comment, place)),
        };
        change(subject, before, written, nth)
    });
    changes.collect()
}

/// Makes one of neighbors: each alone would take the blanks between them.
fn joined(text: &str, mut removals: Vec<Removal>) -> Vec<Removal> {
    removals.sort_by_key(|removal| removal.place.start());
    let mut all: Vec<Removal> = Vec::new();
    for removal in removals {
        let last = all.last_mut();
        let neighbor = last.filter(|last| {
            let between = TextRange::new(last.place.end(), removal.place.start());
            last.comment == removal.comment && is_blank(&text[between])
        });
        match neighbor {
            Some(last) => {
                last.place = last.place.cover(removal.place);
                last.reason = format!("{}; {}", last.reason, removal.reason);
            }
            None => all.push(removal),
        }
    }
    all
}

/// Returns what goes with a part of a comment: on a separate line the line, else the blanks before it.
fn gone(subject: &Subject, comment: TextRange, place: TextRange) -> TextRange {
    let text = subject.text();
    let trimmed = |end: TextSize| {
        text[..end.to_usize()]
            .trim_end_matches([' ', '\t'])
            .text_len()
    };
    if place.start() > comment.start() {
        return TextRange::new(trimmed(place.start()), place.end());
    }
    let behind = &text[TextRange::new(place.end(), comment.end())];
    if !behind.trim().is_empty() {
        let blanks = behind.len() - behind.trim_start().len();
        return TextRange::new(place.start(), place.end() + behind[..blanks].text_len());
    }
    let start = line_start(text, comment.start());
    if !is_blank(&text[TextRange::new(start, comment.start())]) {
        return TextRange::new(trimmed(comment.start()), comment.end());
    }
    let end = subject.line_end(comment.start());
    let line = TextRange::new(start, end);
    // The last line of a cell has no end of its own.
    let first = cell_at(subject.source.cells(), start).map_or(start, |cell| cell.range.start());
    let above = line_break_before(text, start);
    match text[line].ends_with(['\n', '\r']) || start <= first {
        true => line,
        false => TextRange::new(start - above.text_len(), end),
    }
}
