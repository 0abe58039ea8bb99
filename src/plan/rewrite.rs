//! The lines that a change writes, for a person to write other ones in their place.

use ruff_text_size::{Ranged, TextRange, TextSize};
use serde::{Deserialize, Serialize};

use super::change::{Change, Layer, Status};
use super::need::Need;
use crate::source::FileKind;
use crate::text::blank::{line_break_before, line_end, line_start};
use crate::text::edit::{Edit, EditSet, apply};

/// Whole lines of a file, and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewrite {
    /// The lines, with their ends.
    pub before: String,
    /// What stands there afterwards.
    pub after: String,
}

/// Why lines that a person wrote cannot stand for those of a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// They are about other lines than the change is now.
    #[error("the lines around it have changed since")]
    OtherLines,
    /// One of the lines is not its own.
    #[error("another change is in the same lines")]
    Shared,
    /// Code of another file is written for the text as it was planned.
    #[error("other files change with it")]
    Followed,
    /// What it begins would not be ended.
    #[error("its teardown ends `{0}`, which the text does not have")]
    Unended(String),
}

/// Returns what a change rewrites, line by line: ranges of its layer's text, in order. A cell that it adds is no
/// part of it.
pub fn rewrites(layer: &Layer, change: &Change) -> Vec<(TextRange, Rewrite)> {
    let text = layer.source.text();
    // The edits of a change that was planned do not overlap.
    let edits = EditSet::new(change.edits.clone(), change.shifts.clone()).unwrap_or_default();
    let edits = edits.flattened(text).into_iter();
    let mut found: Vec<(TextRange, Vec<Edit>)> = Vec::new();
    for edit in edits.filter(|edit| !edit.is_cell()) {
        let lines = lines_of(&edit, text);
        match found.last_mut() {
            Some((range, edits)) if lines.start() <= range.end() => {
                *range = range.cover(lines);
                edits.push(edit);
            }
            _ => found.push((lines, vec![edit])),
        }
    }
    let rewrite = |(range, edits): (TextRange, Vec<Edit>)| {
        let range = in_cell(layer, range);
        let within = |edit: &Edit| Edit::replacement(edit.range() - range.start(), edit.text());
        let edits: Vec<Edit> = edits.iter().map(within).collect();
        let before = text[range].to_owned();
        let after = apply(&edits, &before);
        (range, Rewrite { before, after })
    };
    found.into_iter().map(rewrite).collect()
}

/// Returns a change of a layer with other lines in place of those that it rewrites.
///
/// # Errors
/// The lines are not about what it rewrites, or other changes of the layer are in them.
pub fn rewritten(
    layer: &Layer,
    change: &Change,
    written: &[Rewrite],
) -> Result<Change, RewriteError> {
    let own = rewrites(layer, change);
    let is_same = |((_, now), then): (&(_, Rewrite), &Rewrite)| now.before == then.before;
    if own.len() != written.len() || !own.iter().zip(written).all(is_same) {
        return Err(RewriteError::OtherLines);
    }
    if !change.followed.is_empty() {
        return Err(RewriteError::Followed);
    }
    let lines: Vec<TextRange> = own.iter().map(|(range, _)| *range).collect();
    let others = layer.changes.iter().filter(|other| other.id != change.id);
    let mut others = others.filter(|other| other.status == Status::Proposed);
    if others.any(|other| stands_in(other, &lines)) {
        return Err(RewriteError::Shared);
    }
    check_endings(change, &own, written)?;
    let cells = change.edits.iter().filter(|edit| edit.is_cell()).cloned();
    let texts = written.iter().map(|it| fitted(layer.source.text(), it));
    let edits = lines.iter().copied().zip(texts);
    Ok(Change {
        needs: needs(change, &lines),
        edits: edits
            .map(|(range, text)| Edit::replacement(range, text))
            .chain(cells)
            .collect(),
        shifts: Vec::new(),
        ..change.clone()
    })
}

/// A text that a person wrote may use whatever the planned one did without: nothing goes for it but its lines.
fn needs(change: &Change, lines: &[TextRange]) -> Vec<Need> {
    let stays = |need: &&Need| {
        !matches!(
            need,
            Need::Released { .. }
                | Need::Remove { .. }
                | Need::DropImport { .. }
                | Need::DropUnused { .. }
        )
    };
    let used = lines.iter().map(|range| Need::Copied { range: *range });
    change
        .needs
        .iter()
        .filter(stays)
        .cloned()
        .chain(used)
        .collect()
}

/// What the planned text begins and a teardown ends is begun by the written one, too.
fn check_endings(
    change: &Change,
    own: &[(TextRange, Rewrite)],
    written: &[Rewrite],
) -> Result<(), RewriteError> {
    for need in &change.needs {
        let Need::Ending(ending) = need else { continue };
        let target = &ending.target;
        let is_planned = own.iter().any(|(_, it)| it.after.contains(target));
        let is_written = written.iter().any(|it| it.after.contains(target));
        if is_planned && !is_written {
            return Err(RewriteError::Unended(target.clone()));
        }
    }
    Ok(())
}

/// Returns what a person wrote, with lines that end as those of the text do.
fn fitted(text: &str, Rewrite { before, after }: &Rewrite) -> String {
    let first = line_end(text, TextSize::new(0));
    let end = match line_break_before(text, first) {
        "" => "\n",
        end => end,
    };
    let mut lines = with_newlines(after);
    match before.ends_with(['\n', '\r']) || before.is_empty() {
        true if !lines.is_empty() && !lines.ends_with('\n') => lines.push('\n'),
        true => {}
        false => lines.truncate(lines.trim_end_matches('\n').len()),
    }
    lines.replace('\n', end)
}

/// Returns a text whose lines end as a Unix editor ends them.
pub fn with_newlines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Returns lines without the end that parts their cell from the next one.
fn in_cell(layer: &Layer, lines: TextRange) -> TextRange {
    let source = &layer.source;
    if source.kind() != FileKind::Notebook {
        return lines;
    }
    let cells = source.cells();
    let next = cells.partition_point(|cell| cell.range.start() <= lines.start());
    match next.checked_sub(1).map(|at| cells[at].range.end()) {
        Some(end) if end < lines.end() && end >= lines.start() => {
            TextRange::new(lines.start(), end)
        }
        _ => lines,
    }
}

/// Returns whether a change writes in one of the lines, or moves one.
fn stands_in(change: &Change, lines: &[TextRange]) -> bool {
    let edits = change.edits.iter().filter(|edit| !edit.is_cell());
    let shifts = change
        .shifts
        .iter()
        .map(|it| TextRange::empty(it.line_start));
    let mut ranges = edits.map(Ranged::range).chain(shifts);
    ranges.any(|range| {
        let meets = |line: &TextRange| {
            line.intersect(range).is_some_and(|it| {
                !it.is_empty() || line.start() <= range.start() && range.start() < line.end()
            })
        };
        lines.iter().any(meets)
    })
}

/// Returns the lines that an edit stands in: none of their text where it only adds lines above one.
fn lines_of(edit: &Edit, text: &str) -> TextRange {
    let (start, end) = (edit.start(), edit.end());
    let first = line_start(text, start);
    let is_whole = |at: TextSize| line_start(text, at) == at;
    let adds_lines = edit.text().is_empty() || edit.text().ends_with('\n');
    match first == start && is_whole(end) && adds_lines {
        true => edit.range(),
        false => TextRange::new(first, line_end(text, end)),
    }
}
