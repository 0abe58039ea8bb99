//! A change → the lines of its diff: what is removed and added, with the classes of the tokens and the part
//! of a line that differs.

use std::fmt::{self, Display};
use std::ops::Range;

use ruff_text_size::{Ranged, TextRange, TextSize};

use super::item::Item;
use crate::plan::change::Layer;
use crate::plan::rewrite::{Rewrite, rewrites, rewritten};
use crate::python::highlight::{TokenClass, classes};
use crate::source::FileKind;
use crate::source::cell::Position;
use crate::text::diff::{Hunk, Side, hunks_near};
use crate::text::edit::{Edit, EditSet, apply};
use crate::text::lines::Lines;

/// Bytes from which on a text is not read from its beginning to color some of its lines.
const NEAR: usize = 1 << 15;

/// A line of a change's diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DiffRow {
    /// Where the lines below stand.
    Heading(Heading),
    /// A line of code.
    Code {
        side: Side,
        /// Its number in the old text and in the new one, which in a notebook are a cell's.
        numbers: [Option<usize>; 2],
        /// Without its end.
        text: String,
        /// Bytes of `text` that have a color.
        classes: Vec<(Range<usize>, TokenClass)>,
        /// Bytes of `text` that the other side does not have.
        marked: Range<usize>,
    },
}

/// Where lines of a diff begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    /// The number of a notebook's cell.
    pub(super) cell: Option<u32>,
    /// The number of the first line.
    pub(super) line: usize,
}

impl Display for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(cell) = self.cell {
            write!(f, "cell {cell}, ")?;
        }
        write!(f, "line {}", self.line)
    }
}

/// Returns the diff of a change alone, with the lines that a person wrote for it: first the places of its
/// own, then what it needs besides.
pub(super) fn lines(item: &Item, edited: &[Rewrite]) -> Vec<DiffRow> {
    let layer = item.layer;
    let rewritten = rewritten(layer, item.change, edited).ok();
    let change = rewritten.as_ref().unwrap_or(item.change);
    let Ok(own) = EditSet::new(change.edits.clone(), change.shifts.clone()) else {
        return Vec::new();
    };
    let own = own.flattened(layer.source.text());
    let besides = item.besides.iter().cloned();
    let all = EditSet::new(own.iter().cloned().chain(besides).collect(), Vec::new());
    let all = all.map_or_else(|_| own.clone(), |all| all.edits().to_vec());
    let mut places = Vec::new();
    for part in parts(layer) {
        let within = |edits: &[Edit]| -> Vec<Edit> {
            let here = edits.iter().filter(|it| part.contains_range(it.range()));
            here.map(|it| Edit::replacement(it.range() - part.start(), it.text()))
                .collect()
        };
        let all = within(&all);
        if !all.is_empty() {
            add_part(&mut places, (layer, part), &all, &within(&own));
        }
    }
    let (own, besides): (Vec<_>, Vec<_>) = places.into_iter().partition(|place| place.is_own);
    let places = own.into_iter().chain(besides);
    places.flat_map(|place| place.rows).collect()
}

/// A hunk of a change's diff.
struct HunkRows {
    rows: Vec<DiffRow>,
    /// Whether the change's own text is in it.
    is_own: bool,
}

/// Returns what a change writes in the lines of its places, each with where it begins.
pub(super) fn own_lines(item: &Item) -> Vec<(Position, Rewrite)> {
    let places = rewrites(item.layer, item.change).into_iter();
    let position = |at: TextRange| item.layer.source.position(at.start());
    places
        .map(|(range, rewrite)| (position(range), rewrite))
        .collect()
}

/// Returns the cells of a notebook, or the whole file.
fn parts(layer: &Layer) -> Vec<TextRange> {
    let source = &layer.source;
    match source.kind() {
        FileKind::Notebook => source.cells().iter().map(|cell| cell.range).collect(),
        _ => vec![TextRange::up_to(TextSize::of(source.text()))],
    }
}

fn add_part(
    places: &mut Vec<HunkRows>,
    (layer, part): (&Layer, TextRange),
    edits: &[Edit],
    own: &[Edit],
) {
    let before = &layer.source.text()[part];
    let after = apply(edits, before);
    let starts = Lines::new(before);
    let begins = [line_begins(before), line_begins(&after)];
    let line = |at: TextSize| starts.line_column(before, at).0;
    let own: Vec<Range<usize>> = own
        .iter()
        .map(|edit| line(edit.start())..line(edit.end()) + 1)
        .collect();
    let cell = layer.source.position(part.start()).cell;
    for hunk in hunks_near(before, edits, &after) {
        let line = hunk.old_start;
        let mut rows = vec![DiffRow::Heading(Heading { cell, line })];
        let colors = [
            Colors::around(before, &begins[0], hunk.old_start, hunk.old_len),
            Colors::around(&after, &begins[1], hunk.new_start, hunk.new_len),
        ];
        add_hunk(&mut rows, &hunk, &colors);
        let olds = hunk.lines.iter().filter_map(|line| line.old);
        let last = olds.max().unwrap_or(line);
        let is_own = own.iter().any(|own| own.start <= last && line < own.end);
        places.push(HunkRows { rows, is_own });
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
            numbers: [line.old, line.new],
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
    let prefix = prefix
        - word_at_end(
            &old[..prefix],
            [old_rest, new_rest].map(|it| it.chars().next()),
        );
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

/// Returns how many bytes of a word end a text, where one of the characters behind goes on with it.
fn word_at_end(text: &str, behind: [Option<char>; 2]) -> usize {
    let is_cut = behind.into_iter().flatten().any(char::is_alphanumeric);
    let word = text.trim_end_matches(char::is_alphanumeric);
    if is_cut { text.len() - word.len() } else { 0 }
}

/// Cuts a line where its style changes.
pub(super) fn parts_of(
    text: &str,
    classes: &[(Range<usize>, TokenClass)],
    marked: &Range<usize>,
) -> Vec<Range<usize>> {
    let ends = classes.iter().map(|(range, _)| range).chain([marked]);
    let mut cuts: Vec<usize> = ends.flat_map(|range| [range.start, range.end]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    cuts.retain(|cut| text.is_char_boundary(*cut));
    cuts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// The classes of the tokens in some lines of a text.
struct Colors {
    /// The number of the first of the lines.
    first: usize,
    lines: Vec<Vec<(Range<usize>, TokenClass)>>,
}

impl Colors {
    /// Finds those of some lines; a long text is read from the statement that they stand in.
    fn around(text: &str, begins: &[usize], line: usize, count: usize) -> Self {
        let offset = |line: usize| {
            let begin = begins.get(line.saturating_sub(1));
            begin.copied().unwrap_or(text.len())
        };
        let is_statement = |line: &usize| {
            let first = text[offset(*line)..].bytes().next();
            first.is_some_and(|byte| byte == b'@' || byte.is_ascii_alphabetic())
        };
        let first = match offset(line) {
            ..NEAR => 1,
            _ => (1..=line).rev().find(is_statement).unwrap_or(1),
        };
        let lines = Self::new(&text[offset(first)..offset(line + count)]).lines;
        Self { first, lines }
    }

    fn new(text: &str) -> Self {
        let starts = line_begins(text);
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
        Self { first: 1, lines }
    }

    /// Returns those of a line, counted from 1.
    fn of_line(&self, number: usize) -> Vec<(Range<usize>, TokenClass)> {
        let line = self.lines.get(number.wrapping_sub(self.first));
        line.cloned().unwrap_or_default()
    }
}

/// Returns where lines begin as they are numbered in a diff.
fn line_begins(text: &str) -> Vec<usize> {
    let behind = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(behind).collect()
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
        // A word is marked as a whole.
        check_differing(
            "x = asyncio.run(f())",
            "x = await f()",
            ("asyncio.run(f()", "await f("),
        );
        check_differing("é(1)", "é(2)", ("1", "2"));
    }

    #[test]
    fn a_long_text_is_read_from_the_statement_of_the_lines() {
        let long = "x = 1\n".repeat(NEAR / 4) + "def f():\n    s = '''a\n    b'''\n    return 2\n";
        let begins = line_begins(&long);
        let line = begins.len() - 2;
        let colors = Colors::around(&long, &begins, line, 1);
        assert_eq!(colors.first, line - 2);
        assert_eq!(colors.of_line(line), [(0..8, TokenClass::Quoted)]);
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
