//! Lines that go on below what a bracket opens, in its column: where an edit in front of the bracket moves it, they move
//! along.

use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::draft::Draft;
use crate::matching::subject::Subject;
use crate::python::trivia::{closes, opens, string_line_starts};
use crate::text::blank::{line_end, line_start};
use crate::text::edit::Edit;
use crate::text::shift::Shift;

/// A bracket behind an edit that is still open at the end of its line.
struct Bracket {
    /// The column behind it, in characters.
    column: usize,
    /// Whether the first line below goes on in that column; `None`: it has none yet.
    is_aligned: Option<bool>,
}

/// What the edits of a draft replace, in order.
struct Edited(Vec<TextRange>);

impl Edited {
    fn by(edits: &[Edit]) -> Self {
        let mut ranges: Vec<TextRange> = edits.iter().map(Ranged::range).collect();
        ranges.sort_unstable_by_key(|range| (range.start(), range.end()));
        Self(ranges)
    }

    /// Returns the last that begins there or before: they are disjoint, so no other can reach there.
    fn reaching(&self, offset: TextSize) -> Option<TextRange> {
        let next = self.0.partition_point(|range| range.start() <= offset);
        Some(self.0[next.checked_sub(1)?])
    }
}

/// Moves the lines that go on below brackets which the edits of a draft move.
pub(super) fn follow(subject: &Subject, draft: &mut Draft) {
    let replaced = Edited::by(&draft.edits);
    let moved = draft.edits.iter();
    let moved = moved.flat_map(|edit| moved_by(subject, edit, &replaced));
    let is_kept = |shift: &Shift| {
        let reaching = replaced.reaching(shift.line_start);
        reaching.is_none_or(|range| !range.contains_inclusive(shift.line_start))
    };
    draft.shifts.extend(moved.filter(is_kept));
}

fn moved_by(subject: &Subject, edit: &Edit, replaced: &Edited) -> Vec<Shift> {
    let text = subject.text();
    let old = &text[edit.range()];
    if edit.is_cell() || [old, edit.text()].iter().any(|it| it.contains('\n')) {
        return Vec::new();
    }
    let (is, was) = (edit.text().chars().count(), old.chars().count());
    if is == was {
        return Vec::new();
    }
    let lines = below(subject, edit.range().end(), replaced);
    let shift = |line: TextSize| match u32::try_from(was.saturating_sub(is)) {
        Ok(0) => Shift::deeper(line, &" ".repeat(is - was)),
        Ok(fewer) => Shift::back(line, fewer),
        // Text offsets are 32 bits.
        Err(_) => Shift::back(line, 0),
    };
    // What another change writes behind such a line has its own place.
    lines.into_iter().map(|line| shift(line).alone()).collect()
}

/// The brackets behind an offset that are still open at the end of its line, the outermost first.
fn open_behind(subject: &Subject, offset: TextSize, replaced: &Edited) -> Vec<Bracket> {
    let text = subject.text();
    let start = line_start(text, offset);
    let mut open: Vec<Bracket> = Vec::new();
    let mut is_last = false;
    let line = TextRange::new(offset, line_end(text, offset));
    let tokens = subject.module.tokens_within(line);
    for token in tokens.filter(|it| !it.kind().is_trivia()) {
        is_last = opens(token.kind());
        if is_last {
            let before = &text[TextRange::new(start, token.end())];
            // A tab is as wide as each likes it.
            if before.contains('\t') {
                return Vec::new();
            }
            // Where another edit writes it anew, its column is not known.
            let reaching = replaced.reaching(token.start());
            let is_gone = reaching.is_some_and(|it| it.contains_range(token.range()));
            let (column, is_aligned) = (before.chars().count(), is_gone.then_some(false));
            open.push(Bracket { column, is_aligned });
        } else if closes(token.kind()) {
            open.pop();
        }
    }
    // Below a bracket that ends its line the others have an indentation of their own.
    if let Some(bracket) = open.last_mut().filter(|_| is_last) {
        bracket.is_aligned = Some(false);
    }
    open
}

/// The lines that go on in the column of a bracket which stands behind an offset, in its line.
fn below(subject: &Subject, offset: TextSize, replaced: &Edited) -> Vec<TextSize> {
    let text = subject.text();
    let mut open = open_behind(subject, offset, replaced);
    let (start, end) = (line_start(text, offset), line_end(text, offset));
    let (mut found, mut line, mut inner) = (Vec::new(), start, 0_u32);
    let rest = TextRange::new(end, text.text_len());
    for token in subject.module.tokens_within(rest) {
        let Some(bracket) = open.last_mut() else {
            break;
        };
        let own = line_start(text, token.start());
        if own > line && !token.kind().is_any_newline() {
            line = own;
            let indentation = &text[TextRange::new(line, token.start())];
            let is_there = indentation.len() == bracket.column && !indentation.contains('\t');
            if *bracket.is_aligned.get_or_insert(is_there) {
                found.push(line);
            }
        }
        match token.kind() {
            kind if opens(kind) => inner += 1,
            kind if closes(kind) && inner > 0 => inner -= 1,
            kind if closes(kind) => {
                open.pop();
            }
            _ => {}
        }
    }
    let Some(last) = found.last() else {
        return found;
    };
    let lines = TextRange::new(start, line_end(text, *last));
    let in_strings = string_line_starts(subject.module, text, lines);
    found.retain(|line| !in_strings.contains(line));
    found
}
