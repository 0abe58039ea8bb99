//! How a file writes lines: its indentation and its line ends, for what a change puts there.

use ruff_text_size::{TextRange, TextSize};

use super::copied::Concrete;
use crate::matching::subject::Subject;
use crate::python::trivia;
use crate::text::blank::{indentation, is_blank, line_break_at, line_end, line_starts};
use crate::text::shift::Shift;

/// How a file writes lines at a place.
pub(super) struct Layout<'t> {
    /// The indentation of the line there.
    pub(super) base: &'t str,
    /// One level of indentation.
    pub(super) unit: &'t str,
    pub(super) line_break: &'t str,
}

impl<'t> Layout<'t> {
    /// Reads off the file how it writes lines around `offset`.
    pub(super) fn at(subject: &'t Subject, offset: TextSize) -> Self {
        let text = subject.text();
        Self {
            base: indentation(text, offset),
            unit: trivia::unit_of_indentation(subject.module, text),
            line_break: line_break_at(text, offset),
        }
    }

    /// Moves a line of a statement from its old indentation to a level below this one.
    pub(super) fn shift(&self, start: TextSize, was: usize, level: usize) -> Option<Shift> {
        let is = format!("{}{}", self.base, self.unit.repeat(level));
        match is.get(was..) {
            Some("") => None,
            Some(deeper) => Some(Shift::deeper(start, deeper)),
            // Text offsets are 32 bits.
            None => u32::try_from(was - is.len())
                .ok()
                .map(|n| Shift::back(start, n)),
        }
    }

    /// Returns template text with the file's line ends and indentation.
    pub(super) fn lay_out(&self, piece: &str) -> String {
        let mut lines = piece.split('\n');
        let mut text = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            text.push_str(self.line_break);
            if line.is_empty() {
                continue;
            }
            let rest = line.trim_start_matches(' ');
            text.push_str(&self.indentation(&line[..line.len() - rest.len()]));
            text.push_str(rest);
        }
        text
    }

    /// Returns a part of a template's code for a place of the file. Copied lines keep their distance to
    /// the first of them, and what stands inside a string stays as it is.
    pub(super) fn lay_out_part(
        &self,
        subject: &Subject,
        concrete: &Concrete,
        part: TextRange,
        place: TextSize,
    ) -> String {
        let code = &concrete.code;
        let mut text = String::new();
        let mut from = part.start();
        let mut line = indentation(subject.text(), place).to_owned();
        for (there, copied) in concrete.copied_in(part) {
            let before = self.lay_out_before_code(&code[TextRange::new(from, there.start())]);
            if let Some((_, last)) = before.rsplit_once('\n') {
                line = last[..last.len() - last.trim_start().len()].to_owned();
            }
            text.push_str(&before);
            text.push_str(&moved(subject, copied, &line));
            from = there.end();
        }
        let rest = &code[TextRange::new(from, part.end())];
        let is_last = code[part.end().to_usize()..].trim().is_empty();
        let rest = match is_last {
            true => self.lay_out(rest),
            false => self.lay_out_before_code(rest),
        };
        text + &rest
    }

    /// Returns template text with code behind it: where a line ends last, the next one is indented.
    fn lay_out_before_code(&self, piece: &str) -> String {
        let base = if piece.ends_with('\n') { self.base } else { "" };
        format!("{}{base}", self.lay_out(piece))
    }

    /// Returns the file's white space for that of a template.
    pub(super) fn indentation(&self, blank: &str) -> String {
        /// Spaces that a template writes for one level.
        const LEVEL: usize = 4;
        format!("{}{}", self.base, self.unit.repeat(blank.len() / LEVEL))
    }
}

/// Returns code of the file for a line with another indentation than the one that it begins on.
fn moved(subject: &Subject, code: TextRange, line: &str) -> String {
    let text = subject.text();
    let was = indentation(text, code.start());
    let fixed = trivia::string_line_starts(subject.module, text, code);
    let mut moved = String::new();
    let mut from = code.start();
    for start in line_starts(text, code) {
        moved.push_str(&text[TextRange::new(from, start)]);
        from = start;
        let rest = &text[TextRange::new(start, line_end(text, start))];
        if fixed.contains(&start) || is_blank(rest) || !rest.starts_with(was) {
            continue;
        }
        moved.push_str(line);
        from += TextSize::of(was);
    }
    moved + &text[TextRange::new(from, code.end())]
}
