//! A change → the lines of its diff: what is removed and added, with the classes of the tokens and the part
//! of a line that differs.

use std::ops::Range;

use ruff_text_size::{Ranged, TextRange, TextSize};

use super::item::Item;
use crate::plan::change::Layer;
use crate::python::highlight::{TokenClass, classes};
use crate::source::FileKind;
use crate::text::diff::{Hunk, Side, hunks};
use crate::text::edit::{Edit, EditSet, apply};

/// A line of a change's diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DiffRow {
    /// Where the lines below stand.
    Heading(String),
    /// A line of code.
    Code {
        side: Side,
        /// Without its end.
        text: String,
        /// Bytes of `text` that have a color.
        classes: Vec<(Range<usize>, TokenClass)>,
        /// Bytes of `text` that the other side does not have.
        marked: Range<usize>,
    },
}

/// Returns the diff of a change alone. What it needs with others (imports, names that nobody uses any
/// more) is settled when it is known which are made.
pub(super) fn lines(item: &Item) -> Vec<DiffRow> {
    let (layer, change) = (item.layer, item.change);
    let Ok(edits) = EditSet::new(change.edits.clone(), change.shifts.clone()) else {
        return Vec::new();
    };
    let edits = edits.flattened(layer.source.text());
    let mut lines = Vec::new();
    for part in parts(layer) {
        let is_here = |edit: &&Edit| part.contains_range(edit.range());
        let own: Vec<Edit> = edits
            .iter()
            .filter(is_here)
            .map(|edit| Edit::replacement(edit.range() - part.start(), edit.text()))
            .collect();
        if !own.is_empty() {
            add_part(&mut lines, layer, part, &own);
        }
    }
    lines
}

/// Returns the cells of a notebook, or the whole file.
fn parts(layer: &Layer) -> Vec<TextRange> {
    let source = &layer.source;
    match source.kind() {
        FileKind::Notebook => source.cells().iter().map(|cell| cell.range).collect(),
        _ => vec![TextRange::up_to(TextSize::of(source.text()))],
    }
}

fn add_part(lines: &mut Vec<DiffRow>, layer: &Layer, part: TextRange, edits: &[Edit]) {
    let before = &layer.source.text()[part];
    let after = apply(edits, before);
    let colors = [Colors::new(before), Colors::new(&after)];
    let cell = layer.source.position(part.start()).cell;
    for hunk in hunks(before, &after) {
        let line = hunk.old_start;
        lines.push(DiffRow::Heading(match cell {
            Some(cell) => format!("cell {cell}, line {line}"),
            None => format!("line {line}"),
        }));
        add_hunk(lines, &hunk, &colors);
    }
}

fn add_hunk(lines: &mut Vec<DiffRow>, hunk: &Hunk, colors: &[Colors; 2]) {
    let marks = marks(hunk);
    for (line, marked) in hunk.lines.iter().zip(marks) {
        let text = line.text.trim_end_matches(['\n', '\r']);
        let classes = match (line.new, line.old) {
            (Some(number), _) => colors[1].of_line(number),
            (None, Some(number)) => colors[0].of_line(number),
            (None, None) => Vec::new(),
        };
        lines.push(DiffRow::Code {
            side: line.side,
            text: text.to_owned(),
            classes,
            marked,
        });
    }
}

/// Returns for each line of a hunk the bytes that the line it is replaced by, or replaces, does not have.
fn marks(hunk: &Hunk) -> Vec<Range<usize>> {
    let mut marks = vec![0..0; hunk.lines.len()];
    let mut at = 0;
    for block in hunk
        .lines
        .chunk_by(|a, b| (a.side == Side::Context) == (b.side == Side::Context))
    {
        let n_removed = block
            .iter()
            .filter(|line| line.side == Side::Removed)
            .count();
        let n_added = block.iter().filter(|line| line.side == Side::Added).count();
        for pair in 0..n_removed.min(n_added) {
            let [old, new] = [block[pair].text, block[n_removed + pair].text];
            let (old_mark, new_mark) = differing(old.trim_end(), new.trim_end());
            marks[at + pair] = old_mark;
            marks[at + n_removed + pair] = new_mark;
        }
        at += block.len();
    }
    marks
}

/// Returns what of two lines is not at both their beginnings or ends; nothing where they have little in
/// common.
fn differing(old: &str, new: &str) -> (Range<usize>, Range<usize>) {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let prefix: usize = old
        .chars()
        .zip(new.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let blank = old.len() - old.trim_start().len();
    if prefix.saturating_sub(blank) + suffix == 0 {
        return (0..0, 0..0);
    }
    (prefix..old.len() - suffix, prefix..new.len() - suffix)
}

/// The classes of a text's tokens, by line.
struct Colors {
    lines: Vec<Vec<(Range<usize>, TokenClass)>>,
}

impl Colors {
    fn new(text: &str) -> Self {
        let starts: Vec<usize> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut lines = vec![Vec::new(); starts.len()];
        for (range, class) in classes(text) {
            let (start, end) = (range.start().to_usize(), range.end().to_usize());
            let first = starts.partition_point(|line| *line <= start) - 1;
            for (number, line) in starts.iter().enumerate().skip(first) {
                if *line >= end {
                    break;
                }
                let next = starts.get(number + 1).map_or(text.len(), |next| next - 1);
                let part = start.max(*line) - line..end.min(next).max(*line) - line;
                lines[number].push((part, class));
            }
        }
        Self { lines }
    }

    /// Returns those of a line, counted from 1.
    fn of_line(&self, number: usize) -> Vec<(Range<usize>, TokenClass)> {
        let line = self.lines.get(number.wrapping_sub(1));
        line.cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_differing(old: &str, new: &str, expected: (&str, &str)) {
        let (old_mark, new_mark) = differing(old, new);
        assert_eq!((&old[old_mark], &new[new_mark]), expected);
    }

    #[test]
    fn what_differs_of_two_lines_is_marked() {
        check_differing(
            "    time.sleep(1)",
            "    await asyncio.sleep(1)",
            ("time", "await asyncio"),
        );
        check_differing("a = f(x)", "a = await f(x)", ("", "await "));
        check_differing("    abc", "    xyz", ("", ""));
        check_differing("é(1)", "é(2)", ("1", "2"));
    }

    #[test]
    fn a_token_over_lines_has_its_class_in_each() {
        let colors = Colors::new("x = '''a\nb'''\n# c\n");
        assert_eq!(colors.of_line(1), [(4..8, TokenClass::Quoted)]);
        assert_eq!(colors.of_line(2), [(0..4, TokenClass::Quoted)]);
        assert_eq!(colors.of_line(3), [(0..3, TokenClass::Comment)]);
        assert_eq!(colors.of_line(9), []);
    }
}
