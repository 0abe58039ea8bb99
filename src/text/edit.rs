//! Wanted replacements of ranges → one sorted, disjoint [`EditSet`] that can be applied.
//!
//! An edit is in offsets of the *original* text. Indentation is moved by [`Shift`]s, which add up,
//! so that two changes may both move the same line; a shift inside a replaced range is void.

use ruff_text_size::{Ranged, TextRange, TextSize};

use super::blank::{is_blank, line_break_at, line_end, line_start};
use super::shift::Shift;

/// One range of the original text and the new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    range: TextRange,
    text: String,
    is_cell: bool,
}

impl Edit {
    /// Replaces `range` by `text`.
    pub fn replacement(range: TextRange, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
            is_cell: false,
        }
    }

    /// Adds a cell at `offset`, the end of the text: `text` with what parts it from the cell before.
    pub fn new_cell(offset: TextSize, text: impl Into<String>) -> Self {
        Self {
            is_cell: true,
            ..Self::insertion(offset, text)
        }
    }

    /// Inserts `text` at `offset`.
    pub fn insertion(offset: TextSize, text: impl Into<String>) -> Self {
        Self::replacement(TextRange::empty(offset), text)
    }

    /// Puts a line above that which `start` begins the code of, as deep as that one.
    pub fn line_above(text: &str, start: TextSize, line: &str) -> Self {
        let indentation = &text[TextRange::new(line_start(text, start), start)];
        let end = line_break_at(text, start);
        Self::insertion(start, format!("{line}{end}{indentation}"))
    }

    /// Deletes `range`.
    pub fn deletion(range: TextRange) -> Self {
        Self::replacement(range, "")
    }

    /// Returns whether it adds a cell.
    pub fn is_cell(&self) -> bool {
        self.is_cell
    }

    /// Returns what stands at the range afterwards.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what it is sorted by: at one offset insertions stand before what replaces the text
    /// there; among them, whole lines stand before those that a blank line parts from them, these
    /// before what begins the next one, as a decorator does, a comment stands behind what ends one, lines
    /// that follow stand behind that, and a cell stands behind all. Among equals what opens a block stands right above
    /// it, and what goes on with a name next to it: `await ` before `lib.`.
    fn place(&self) -> (TextSize, TextSize, u8, bool, bool) {
        let line_ends = ['\n', '\r'];
        let is_below = u8::from(self.text.starts_with(line_ends));
        let last_line = self.text.trim_end().rsplit(line_ends).next();
        let is_decorator = last_line.is_some_and(|line| line.trim_start().starts_with('@'));
        let rank = match (self.is_cell, self.text.ends_with(line_ends)) {
            (true, _) => 5,
            (false, true) if is_decorator => 2,
            (false, true) => is_below,
            (false, false) if self.text.trim_start_matches(' ').starts_with('#') => 3,
            (false, false) => 2 + 2 * is_below,
        };
        let opens_block = self.text.trim_end().ends_with(':');
        let goes_on = self.text.ends_with('.');
        let range = self.range;
        (range.start(), range.end(), rank, opens_block, goes_on)
    }

    /// Returns whether it takes the whole line that begins at `line_start` away.
    fn is_line_gone(&self, line_start: TextSize, text: &str) -> bool {
        self.range.start() == line_start
            && self.text.is_empty()
            && text[self.range].ends_with(['\n', '\r'])
    }
}

impl Ranged for Edit {
    fn range(&self) -> TextRange {
        self.range
    }
}

/// Two edits that claim the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two edits overlap at bytes {first:?} and {second:?}")]
pub struct Overlap {
    /// The edit that begins earlier.
    pub first: TextRange,
    /// The edit that begins inside it.
    pub second: TextRange,
}

/// Edits that can be applied together.
///
/// Invariant: `edits` are sorted by range and do not overlap; `shifts` are sorted by line, one per
/// line, and none lies strictly inside an edit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditSet {
    edits: Vec<Edit>,
    shifts: Vec<Shift>,
}

impl EditSet {
    /// Brings edits in order; equal edits count once, shifts of one line add up.
    ///
    /// # Errors
    /// Two different edits claim the same bytes.
    pub fn new(mut edits: Vec<Edit>, mut shifts: Vec<Shift>) -> Result<Self, Overlap> {
        edits.sort_by(|a, b| (a.place(), &a.text).cmp(&(b.place(), &b.text)));
        edits.dedup();
        for pair in edits.windows(2) {
            if pair[0].range.end() > pair[1].range.start() {
                return Err(Overlap {
                    first: pair[0].range,
                    second: pair[1].range,
                });
            }
        }
        shifts.sort();
        let mut merged: Vec<Shift> = Vec::with_capacity(shifts.len());
        let mut deepened = None;
        for shift in shifts {
            if let Some(over) = covering(&edits, shift.line_start) {
                // The lines it writes stand deeper as well.
                if shift.deepens() && deepened != Some(over) {
                    edits[over].text = shift.along(&edits[over].text);
                    deepened = Some(over);
                }
                continue;
            }
            if let Some(over) = beginning(&edits, shift.line_start).filter(|_| shift.deepens()) {
                // The lines that it writes above that one stand deeper as well.
                edits[over].text = shift.along_all(&edits[over].text);
                continue;
            }
            match merged.last_mut() {
                Some(last) if last.line_start == shift.line_start => last.merge(shift),
                _ => merged.push(shift),
            }
        }
        Ok(Self {
            edits,
            shifts: merged,
        })
    }

    /// Returns the replacements, sorted.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Returns the same changes as plain replacements of `text`, shifts included, sorted and disjoint.
    pub fn flattened(&self, text: &str) -> Vec<Edit> {
        let mut flat = Vec::with_capacity(self.edits.len() + self.shifts.len());
        for shift in &self.shifts {
            let rest = &text[shift.line_start.to_usize()..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let (remove, indentation) = shift.of_line();
            let taken = u32::try_from(blank).map_or(remove, |blank| remove.min(blank));
            let range = TextRange::at(shift.line_start, TextSize::new(taken));
            // An edit may begin inside the indentation: what it replaces is not taken twice.
            let next = self
                .edits
                .partition_point(|edit| edit.range.start() < range.start());
            let end = self
                .edits
                .get(next)
                .map_or(range.end(), |edit| edit.range.start().min(range.end()));
            let blank = TextRange::new(range.start(), end.max(range.start()));
            let is_gone = || {
                let mut here = self.edits[next..].iter();
                here.find(|edit| !edit.range.is_empty())
                    .is_some_and(|edit| edit.is_line_gone(shift.line_start, text))
            };
            if !blank.is_empty() || (!indentation.is_empty() && !is_gone()) {
                flat.push(Edit::replacement(blank, indentation));
            }
        }
        flat.extend(self.edits.iter().map(|edit| self.moved_along(edit, text)));
        flat.sort_by_key(Edit::place);
        flat
    }

    /// Returns an edit with the lines that it adds behind a line moved as that one is.
    fn moved_along(&self, edit: &Edit, text: &str) -> Edit {
        let is_before = |shift: &Shift| shift.line_start < edit.range.start();
        let before = self.shifts.partition_point(is_before).checked_sub(1);
        let on_its_line = before.map(|idx| self.shifts[idx]).filter(|shift| {
            let line = TextRange::new(shift.line_start, edit.range.end());
            !text[line].contains(['\n', '\r'])
        });
        match on_its_line {
            // A cell of its own stands at no line.
            Some(shift) if edit.text.contains('\n') && !edit.is_cell => {
                let goes_on =
                    !is_blank(&text[TextRange::new(edit.end(), line_end(text, edit.end()))]);
                let moved = match goes_on {
                    true => shift.along_open(&edit.text),
                    false => shift.along(&edit.text),
                };
                Edit::replacement(edit.range, moved)
            }
            _ => edit.clone(),
        }
    }

    /// Returns `text` with the edits made.
    pub fn apply(&self, text: &str) -> String {
        apply(&self.flattened(text), text)
    }
}

/// Returns `text` with sorted, disjoint `edits` made.
pub fn apply(edits: &[Edit], text: &str) -> String {
    let mut new = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        new.push_str(&text[end..edit.range.start().to_usize()]);
        new.push_str(&edit.text);
        end = edit.range.end().to_usize();
    }
    new.push_str(&text[end..]);
    new
}

/// Returns the edit that the line begins strictly inside of.
fn covering(edits: &[Edit], line_start: TextSize) -> Option<usize> {
    let next = edits.partition_point(|edit| edit.range.start() < line_start);
    let before = next.checked_sub(1)?;
    (edits[before].range.end() > line_start).then_some(before)
}

/// Returns the edit that replaces the indentation of the line by lines above it.
fn beginning(edits: &[Edit], line_start: TextSize) -> Option<usize> {
    let is_one = |edit: &Edit| {
        let begins = edit.range.start() == line_start && !edit.range.is_empty();
        begins && edit.text.contains('\n') && edit.text.ends_with([' ', '\t'])
    };
    let first = edits.partition_point(|edit| edit.range.start() < line_start);
    let here = edits[first..].iter();
    let mut here = here.take_while(|edit| edit.range.start() == line_start);
    here.position(is_one).map(|place| first + place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit::replacement(TextRange::new(start.into(), end.into()), text)
    }

    fn shift(at: u32, remove: u32) -> Shift {
        Shift::back(at.into(), remove)
    }

    #[track_caller]
    fn check(text: &str, edits: Vec<Edit>, shifts: Vec<Shift>, expected: &str) {
        let set = EditSet::new(edits, shifts).expect("the edits are disjoint");
        assert_eq!(set.apply(text), expected);
    }

    #[test]
    fn applies_in_order_of_place() {
        check(
            "one two",
            vec![edit(4, 7, "2"), edit(0, 3, "1")],
            vec![],
            "1 2",
        );
    }

    #[test]
    fn lines_stand_before_what_begins_the_next_one() {
        let begun = edit(2, 2, "await ");
        let edits = vec![begun.clone(), edit(2, 2, "from x import y\n")];
        check("a\nb", edits, vec![], "a\nfrom x import y\nawait b");
        let deeper = vec![Shift::deeper(2.into(), "  ")];
        check("a\nb", vec![begun], deeper, "a\n  await b");
        let edits = vec![edit(0, 0, "aio."), edit(0, 0, "await ")];
        check("f()", edits, vec![], "await aio.f()");
        let edits = vec![edit(1, 1, ")"), edit(1, 1, "\nimport x")];
        check("a", edits, vec![], "a)\nimport x");
        let edits = vec![edit(2, 2, "\nnew:\n  y\n"), edit(2, 2, "x\n")];
        check("a\n", edits, vec![], "a\nx\n\nnew:\n  y\n");
        let edits = vec![edit(0, 0, "@x.y\n"), edit(0, 0, "import x\n\n\n")];
        check("def f", edits, vec![], "import x\n\n\n@x.y\ndef f");
    }

    #[test]
    fn a_cell_stands_behind_all_and_moves_along_with_nothing() {
        let cell = Edit::new_cell(5.into(), "\nif x:\n  y");
        let edits = vec![cell, edit(5, 5, "\nb"), edit(5, 5, ")")];
        check("  a()", edits, vec![shift(0, 2)], "a())\nb\nif x:\n  y");
    }

    #[test]
    fn equal_edits_count_once() {
        check("ab", vec![edit(0, 1, "x"), edit(0, 1, "x")], vec![], "xb");
    }

    #[test]
    fn overlapping_edits_are_refused() {
        assert!(EditSet::new(vec![edit(0, 3, "x"), edit(2, 4, "y")], vec![]).is_err());
    }

    #[test]
    fn shifts_of_one_line_add_up_and_stop_at_the_text() {
        check("\n      a", vec![], vec![shift(1, 2), shift(1, 2)], "\n  a");
        check("\n  a", vec![], vec![shift(1, 9)], "\na");
    }

    #[test]
    fn lines_that_replace_an_indentation_move_with_the_line() {
        let lines = vec![edit(2, 4, "\n  f:\n    ")];
        let deeper = vec![Shift::deeper(2.into(), "  ")];
        check("a\n  b", lines.clone(), vec![], "a\n\n  f:\n    b");
        check("a\n  b", lines, deeper, "a\n\n    f:\n      b");
    }

    #[test]
    fn a_shift_inside_an_edit_is_void() {
        check("x\n    y", vec![edit(1, 6, " ")], vec![shift(2, 4)], "x y");
    }

    #[test]
    fn lines_move_deeper_with_what_is_written_into_them() {
        let deeper = |at: u32| Shift::deeper(at.into(), "  ");
        let lines = vec![deeper(0), deeper(2), deeper(4)];
        check("a\nb\nc", vec![], lines.clone(), "  a\n  b\n  c");
        check(
            "a\nb\nc",
            vec![edit(0, 0, "f:\n")],
            lines.clone(),
            "f:\n  a\n  b\n  c",
        );
        check(
            "a\nb\nc",
            vec![edit(2, 3, "x")],
            lines.clone(),
            "  a\n  x\n  c",
        );
        check("a\nb\nc", vec![edit(2, 4, "")], lines.clone(), "  a\n  c");
        check(
            "a\nb\nc",
            vec![edit(0, 5, "x\ny\n\nz")],
            lines,
            "  x\n  y\n\n  z",
        );
        let behind = vec![edit(1, 1, "\nx")];
        check(
            "a\nb\nc",
            behind,
            vec![deeper(0), deeper(2)],
            "  a\n  x\n  b\nc",
        );
        check(
            "  a\n  b",
            vec![edit(3, 3, "\n    x")],
            vec![shift(0, 2)],
            "a\n  x\n  b",
        );
        // A block at the margin has its depth.
        check(
            "  a",
            vec![edit(3, 3, "\n\nif x:\n  y")],
            vec![shift(0, 2)],
            "a\n\nif x:\n  y",
        );
        // The last line that it writes may be white space alone: what stays goes on there.
        check(
            "  a",
            vec![edit(2, 2, "x\n    ")],
            vec![deeper(0)],
            "    x\n      a",
        );
        let both = vec![deeper(2), shift(2, 4)];
        check("a\n    b", vec![], both, "a\n  b");
    }
}
