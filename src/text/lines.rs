//! Text → where its lines begin: byte offset ↔ line and column, for people.
//!
//! Lines end as Python's do: `\n`, `\r\n` or a lone `\r`; not at a form feed, not at U+2028.

use ruff_source_file::{LineIndex, OneIndexed};
use ruff_text_size::{TextLen, TextSize};

/// The line starts of one text; cheap to clone.
#[derive(Debug, Clone)]
pub struct Lines {
    index: LineIndex,
}

impl Lines {
    /// Finds the lines of `text`, which must be shorter than 4 GiB (as every text with a
    /// [`TextSize`] is).
    pub fn new(text: &str) -> Self {
        Self {
            index: LineIndex::from_source_text(text),
        }
    }

    /// Returns the number of lines; a final line end opens one more, empty line.
    pub fn count(&self) -> usize {
        self.index.line_count()
    }

    /// Returns line and column of a byte offset of the same text, both from 1, the column in
    /// characters (a BOM is none). An offset behind the end, or inside a character, is moved back.
    pub fn line_column(&self, text: &str, offset: TextSize) -> (usize, usize) {
        let within = text.floor_char_boundary(offset.to_usize().min(text.len()));
        let offset = TextSize::try_from(within).unwrap_or_else(|_| text.text_len());
        let place = self.index.line_column(offset, text);
        (place.line.get(), place.column.get())
    }

    /// Returns the byte offset where a line begins, counted from 1; `None` if there is no such line.
    pub fn start(&self, text: &str, line: usize) -> Option<TextSize> {
        let line = OneIndexed::new(line).filter(|line| line.get() <= self.count())?;
        Some(self.index.line_start(line, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: u32, expected: (usize, usize)) {
        assert_eq!(Lines::new(text).line_column(text, offset.into()), expected);
    }

    #[test]
    fn every_line_end_of_python_counts_once() {
        check("a\nb\r\nc\rd", 7, (4, 1));
    }

    #[test]
    fn form_feeds_and_unicode_separators_end_no_line() {
        check("a\x0cb\u{2028}c", 6, (1, 5));
    }

    #[test]
    fn columns_count_characters_and_no_byte_order_mark() {
        check("\u{feff}é = x", 8, (1, 5));
    }

    #[test]
    fn offsets_that_are_no_place_are_moved_back() {
        check("é", 1, (1, 1));
        check("ab", 99, (1, 3));
    }

    #[test]
    fn a_line_is_found_by_its_number() {
        let text = "a\r\nbc\n";
        let lines = Lines::new(text);
        let starts: Vec<_> = (0..5).map(|line| lines.start(text, line)).collect();
        let at = |offset: u32| Some(TextSize::new(offset));
        assert_eq!(starts, [None, at(0), at(3), at(6), None]);
    }
}
