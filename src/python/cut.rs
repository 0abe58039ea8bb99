//! Statements that go → the text that goes with them: lines, `;` neighbors, blank lines.
//!
//! Deleting a statement's own range leaves empty lines, lone semicolons and gaps behind. Here is
//! decided, once for imports and for everything else, what a careful person would delete.

use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use crate::source::cell::Cell;
use crate::source::percent::marker_len;
use crate::text::blank::{
    blank_lines_after, blank_lines_before, count_lines, is_blank, line_before, line_break_before,
    line_end, line_start,
};
use crate::text::edit::Edit;

/// What goes, in offsets of the module text.
#[derive(Debug, Default)]
pub struct Cuts {
    /// Deletions, sorted and disjoint.
    pub edits: Vec<Edit>,
}

/// Whole lines that go.
#[derive(Debug, Clone, Copy)]
struct Row {
    range: TextRange,
    opens_block: bool,
    ends_block: bool,
}

/// Collects what goes from one text.
#[derive(Debug)]
pub struct Cutter<'a> {
    text: &'a str,
    cells: &'a [Cell],
    rows: Vec<Row>,
    cuts: Cuts,
}

impl<'a> Cutter<'a> {
    /// Starts with nothing to cut; `cells` is empty for a plain module.
    pub fn new(text: &'a str, cells: &'a [Cell]) -> Self {
        Self {
            text,
            cells,
            rows: Vec::new(),
            cuts: Cuts::default(),
        }
    }

    /// Cuts the doomed statements of a block that keeps at least one, or that may become empty.
    ///
    /// `statements` are all of the block, in source order; `nested` says that a header stands above.
    pub fn statements(
        &mut self,
        statements: &[TextRange],
        doomed: impl Fn(usize) -> bool,
        nested: bool,
    ) {
        let mut next = 0;
        while next < statements.len() {
            if !doomed(next) {
                next += 1;
                continue;
            }
            let joined = |left: usize| {
                left + 1 < statements.len()
                    && is_joined(self.text, statements[left], statements[left + 1])
            };
            let first = (0..next)
                .rev()
                .take_while(|&left| joined(left))
                .last()
                .unwrap_or(next);
            let last = (next..).find(|&left| !joined(left)).unwrap_or(next);
            let start = statements[first].start();
            let indent = &self.text[TextRange::new(line_start(self.text, start), start)];
            if (first..=last).all(&doomed) && is_blank(indent) {
                let range = TextRange::new(statements[first].start(), statements[last].end());
                let ends_block = nested && last + 1 == statements.len();
                self.lines(range, nested && first == 0, ends_block);
            } else {
                self.joined(&statements[first..=last], |index| doomed(first + index));
            }
            next = last + 1;
        }
    }

    /// Cuts all lines that `range` touches; the flags say whether it is the first or the last thing
    /// below a header. A comment at the end of its last line stays, on a separate line.
    pub fn lines(&mut self, range: TextRange, opens_block: bool, ends_block: bool) {
        if let Some(comment) = trailing_comment(self.text, range.end()) {
            let before = TextRange::new(range.start(), comment.start());
            return self.cuts.edits.push(Edit::deletion(before));
        }
        let range = TextRange::new(
            line_start(self.text, range.start()),
            line_end(self.text, range.end()),
        );
        self.rows.push(Row {
            range,
            opens_block,
            ends_block,
        });
    }

    /// Cuts some of the statements that share a line.
    fn joined(&mut self, statements: &[TextRange], doomed: impl Fn(usize) -> bool) {
        let mut survivor: Option<TextRange> = None;
        let mut next = 0;
        while next < statements.len() {
            if !doomed(next) {
                survivor = Some(statements[next]);
                next += 1;
                continue;
            }
            let after = (next..statements.len()).find(|&index| !doomed(index));
            let last = after.unwrap_or(statements.len()) - 1;
            let range = match (survivor, after) {
                (Some(before), _) => TextRange::new(before.end(), statements[last].end()),
                (None, Some(after)) => {
                    TextRange::new(statements[next].start(), statements[after].start())
                }
                // A whole one-line block is the caller's to replace.
                (None, None) => return,
            };
            self.cuts.edits.push(Edit::deletion(range));
            next = last + 1;
        }
    }

    /// Returns what goes, with the blank lines that go along.
    pub fn finish(mut self) -> Cuts {
        self.rows
            .sort_by_key(|row| (row.range.start(), row.range.end()));
        let mut merged: Vec<Row> = Vec::with_capacity(self.rows.len());
        for &row in &self.rows {
            match merged.last_mut() {
                Some(last) if self.is_one_run(last.range, row.range) => {
                    last.range = last.range.cover(row.range);
                    last.ends_block = row.ends_block;
                }
                _ => merged.push(row),
            }
        }
        let mut cuts = std::mem::take(&mut self.cuts);
        for row in merged {
            let range = self.with_blank_lines(row);
            if !range.is_empty() {
                cuts.edits.push(Edit::deletion(range));
            }
        }
        cuts.edits.sort_by_key(|edit| edit.range().start());
        cuts
    }

    /// Returns whether two cut ranges have only blank lines of one cell between them.
    fn is_one_run(&self, above: TextRange, below: TextRange) -> bool {
        let cell = container(self.text, self.cells, above.start()).range;
        cell.contains(below.start())
            && (above.end() >= below.start()
                || is_blank(&self.text[TextRange::new(above.end(), below.start())]))
    }

    fn with_blank_lines(&self, row: Row) -> TextRange {
        let container = container(self.text, self.cells, row.range.start());
        let bounds = container.range;
        let end = row.range.end().min(bounds.end());
        let top = blank_lines_before(self.text, row.range.start(), bounds.start());
        let bottom = blank_lines_after(self.text, end, bounds.end());
        if bottom == bounds.end() && ends_text(self.text, bottom) {
            return self.at_end(top, container);
        }
        let above = count_lines(&self.text[TextRange::new(top, row.range.start())]);
        let below = count_lines(&self.text[TextRange::new(end, bottom)]);
        let opens = top == bounds.start()
            || row.opens_block && !line_before(self.text, top).starts_with('#');
        if opens && bottom == bounds.end() {
            TextRange::new(row.range.start(), end)
        } else if !opens && (row.ends_block || below > above) {
            TextRange::new(top, end)
        } else {
            TextRange::new(row.range.start(), bottom)
        }
    }

    /// Nothing but blank lines follows in the file or cell: no blank line is left, and what ended
    /// without a line end still does.
    fn at_end(&self, top: TextSize, container: Container) -> TextRange {
        let Container {
            range: bounds,
            below_marker,
        } = container;
        let terminated = self.text[bounds].ends_with(['\n', '\r']);
        let has_line_above = top > bounds.start() || below_marker;
        let from = if has_line_above && !terminated {
            top - line_break_before(self.text, top).text_len()
        } else {
            top
        };
        TextRange::new(from, bounds.end())
    }
}

/// The part of the text whose blank lines belong together.
#[derive(Debug, Clone, Copy)]
pub struct Container {
    /// A cell without its marker's line, or the file without its byte order mark.
    pub range: TextRange,
    /// Whether a percent marker stands right above.
    pub below_marker: bool,
}

/// Returns the cell (or the text before the first one, or the file) that holds `offset`.
pub fn container(text: &str, cells: &[Cell], offset: TextSize) -> Container {
    let holds = |cell: &&Cell| !cell.range.is_empty() && cell.range.contains_inclusive(offset);
    let Some(cell) = cells.iter().rev().find(holds) else {
        let starts = cells.iter().map(|cell| cell.range.start());
        let end = starts.filter(|&start| start > offset).min();
        let end = end.unwrap_or(text.text_len());
        return Container {
            range: TextRange::new(after_mark(text, TextSize::new(0)), end),
            below_marker: false,
        };
    };
    // A marker's length is one of text that has 32-bit offsets.
    let marker = TextSize::try_from(marker_len(&text[cell.range])).unwrap_or_default();
    let below_marker = marker > TextSize::new(0);
    let start = if below_marker {
        cell.range.start() + marker
    } else {
        after_mark(text, cell.range.start())
    };
    Container {
        range: TextRange::new(start, cell.range.end()),
        below_marker,
    }
}

/// Returns the comment that follows on the line of a statement's end, `;` skipped.
pub fn trailing_comment(text: &str, end: TextSize) -> Option<TextRange> {
    let rest = &text[end.to_usize()..];
    let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let comment = line.trim_start_matches([' ', '\t', '\x0c', ';']);
    let start = end + line[..line.len() - comment.len()].text_len();
    let range = TextRange::at(start, comment.trim_end().text_len());
    comment.starts_with('#').then_some(range)
}

/// Returns whether a `;` and no line end stands between two neighbors.
pub fn is_joined(text: &str, left: TextRange, right: TextRange) -> bool {
    let gap = &text[TextRange::new(left.end(), right.start())];
    skip_continued(gap)
        .strip_prefix(';')
        .is_some_and(|rest| skip_continued(rest).is_empty())
}

/// Skips white space, and line ends behind a backslash.
fn skip_continued(gap: &str) -> &str {
    let mut rest = gap.trim_start_matches([' ', '\t', '\x0c']);
    while let Some(next) = rest.strip_prefix('\\') {
        rest = next.trim_start_matches(['\r', '\n', ' ', '\t', '\x0c']);
    }
    rest
}

fn after_mark(text: &str, start: TextSize) -> TextSize {
    match text[start.to_usize()..].chars().next() {
        Some(mark @ '\u{feff}') => start + TextSize::of(mark),
        _ => start,
    }
}

/// Returns whether the file or an `.ipynb` cell ends here: a percent cell ends at a marker instead.
fn ends_text(text: &str, offset: TextSize) -> bool {
    let rest = &text[offset.to_usize()..];
    rest.is_empty() || rest.starts_with(['\n', '\r'])
}

#[cfg(test)]
mod tests;
