//! Arguments that have lines of their own below the call that they are for: what was called becomes the first argument
//! of another call, and they hang below that: `lambda: f(⏎        x)` → `run(⏎    f,⏎    x)`.

use ruff_text_size::{Ranged, TextRange};

use super::layout::Layout;
use crate::matching::subject::Subject;
use crate::python::trivia;
use crate::text::blank::{indentation, line_start, line_starts};
use crate::text::edit::Edit;
use crate::text::shift::Shift;

/// The arguments of a call behind its callee.
pub(super) struct Hanging {
    /// From the first of them to the end of what is rewritten.
    arguments: TextRange,
    /// By how much more the line of the callee is indented than that of the new call.
    by: usize,
}

impl Hanging {
    /// Returns the arguments where they have lines of their own. `callee` and `first` are in the file, `goes` is what stood
    /// before the callee, and `behind` is what the new call has between the two.
    pub(super) fn below(
        subject: &Subject,
        (goes, callee, first): (TextRange, TextRange, TextRange),
        behind: &str,
        rewritten: TextRange,
    ) -> Option<Self> {
        let text = subject.text();
        let between = &text[TextRange::new(callee.end(), first.start())];
        let hangs = between.starts_with('(') && between.contains(['\n', '\r']);
        let of_line = |at| indentation(text, at).len();
        (hangs && behind.trim() == ",").then(|| Self {
            arguments: TextRange::new(first.start(), rewritten.end()),
            by: of_line(callee.start()).saturating_sub(of_line(goes.start())),
        })
    }

    /// Gives what was called a line of its own, if the new call's bracket is written right before it.
    pub(super) fn break_line(
        &self,
        subject: &Subject,
        (layout, callee): (&Layout, TextRange),
        edits: &mut [Edit],
    ) {
        let Some(edit) = edits.last_mut() else {
            return;
        };
        if edit.end() == callee.start() && edit.text().ends_with('(') {
            let argument = indentation(subject.text(), self.arguments.start());
            let argument = &argument[self.by.min(argument.len())..];
            let broken = format!("{}{}{argument}", edit.text(), layout.line_break);
            *edit = Edit::replacement(edit.range(), broken);
        }
    }

    /// Moves the lines of the arguments back, unless they were moved.
    pub(super) fn move_back(&self, subject: &Subject, shifts: &mut Vec<Shift>) {
        let text = subject.text();
        let first = line_start(text, self.arguments.start());
        // Text offsets are 32 bits.
        let by = u32::try_from(self.by).unwrap_or(0);
        if by == 0 || shifts.iter().any(|it| it.line_start >= first) {
            return;
        }
        let kept = trivia::string_line_starts(subject.module, text, self.arguments);
        let lines = std::iter::once(first).chain(line_starts(text, self.arguments));
        let lines = lines.filter(|start| !kept.contains(start));
        shifts.extend(lines.map(|start| Shift::back(start, by)));
    }
}
