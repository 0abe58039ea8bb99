//! Statements that move one level deeper, with a line of their own above them.

use ruff_text_size::{Ranged, TextRange, TextSize};

use super::layout::Layout;
use super::refusal::Refusal;
use crate::matching::subject::Subject;
use crate::python::trivia::string_line_starts;
use crate::text::blank::{is_blank, line_end, line_start, line_starts};
use crate::text::edit::Edit;
use crate::text::shift::Shift;

/// Statements of one block, from the first to the last, that have their lines for themselves.
pub(super) struct Lines<'s, 'a> {
    subject: &'s Subject<'a>,
    pub(super) range: TextRange,
    pub(super) layout: Layout<'s>,
}

impl<'s, 'a> Lines<'s, 'a> {
    /// Checks that nothing else stands on their lines.
    pub(super) fn of(subject: &'s Subject<'a>, range: TextRange) -> Result<Self, Refusal> {
        let text = subject.text();
        let before = TextRange::new(line_start(text, range.start()), range.start());
        let behind = text[TextRange::new(range.end(), subject.line_end(range.end()))].trim();
        let shares = !is_blank(&text[before]) || !(behind.is_empty() || behind.starts_with('#'));
        match shares {
            true => Err(Refusal::SharesLine),
            false => Ok(Self {
                subject,
                range,
                layout: Layout::at(subject, range.start()),
            }),
        }
    }

    /// Writes lines above, the first line of the statements behind them and one level deeper.
    pub(super) fn below(&self, lines: &[String], blank_above: bool) -> Edit {
        let Layout {
            base,
            unit,
            line_break,
        } = self.layout;
        let start = line_start(self.subject.text(), self.range.start());
        let above = if blank_above { line_break } else { "" };
        let mut written = String::new();
        for line in lines {
            written.push_str(&format!("{base}{line}{line_break}"));
        }
        let indentation = TextRange::new(start, self.range.start());
        Edit::replacement(indentation, format!("{above}{written}{base}{unit}"))
    }

    /// Moves all lines but the first, which [`Lines::below`] has moved, one level deeper.
    pub(super) fn deeper(&self) -> Vec<Shift> {
        let text = self.subject.text();
        let fixed = string_line_starts(self.subject.module, text, self.range);
        let lines = line_starts(text, self.range);
        let moved = lines.filter(|start| {
            let line = TextRange::new(*start, line_end(text, *start));
            !fixed.contains(start) && !is_blank(&text[line])
        });
        moved
            .map(|start| Shift::deeper(start, self.layout.unit))
            .collect()
    }

    /// Writes a line behind them at their own depth, and before it perhaps one at that of the statements
    /// inside, parted by a blank line.
    pub(super) fn above(&self, inside: Option<&str>, line: &str, shifts: &[Shift]) -> Edit {
        let Layout {
            base,
            unit,
            line_break,
        } = self.layout;
        let last = line_start(self.subject.text(), self.range.end());
        let is_moved = shifts.iter().any(|shift| shift.line_start == last);
        // What is written into a line moves along with it.
        let base = match is_moved {
            true => base.strip_suffix(unit).unwrap_or(base),
            false => base,
        };
        let inside = inside.map_or_else(String::new, |it| format!("{line_break}{base}{unit}{it}"));
        let text = format!("{inside}{line_break}{line_break}{base}{line}");
        Edit::insertion(self.end_of_last_line(), text)
    }

    fn end_of_last_line(&self) -> TextSize {
        let text = self.subject.text();
        let end = self.subject.line_end(self.range.end());
        let line = &text[TextRange::new(self.range.end(), end)];
        end - TextSize::of(&line[line.trim_end_matches(['\n', '\r']).len()..])
    }
}

impl Ranged for Lines<'_, '_> {
    fn range(&self) -> TextRange {
        self.range
    }
}
