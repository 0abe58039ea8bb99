//! Lines that changes write at one place → one edit there, in the order of the changes.

use ruff_text_size::{TextRange, TextSize};

use crate::matching::subject::Subject;
use crate::plan::change::Change;
use crate::plan::need::{Line, Need};
use crate::text::below::lines_behind;
use crate::text::blank::{indentation, line_break_at, line_start};
use crate::text::edit::Edit;

/// Returns the edits that write the lines.
pub(super) fn edits(subject: &Subject, wanted: &[&Change]) -> Vec<Edit> {
    let needs = wanted.iter().flat_map(|change| &change.needs);
    let lines = needs.filter_map(|need| match need {
        Need::Line(line) => Some(line),
        _ => None,
    });
    of_lines(subject.text(), &|at| subject.line_end(at), lines)
}

/// Where the line of an offset ends.
type LineEnd<'e> = dyn Fn(TextSize) -> TextSize + 'e;

fn of_lines<'n>(
    text: &str,
    line_end: &LineEnd,
    lines: impl Iterator<Item = &'n Line>,
) -> Vec<Edit> {
    let mut places: Vec<Vec<&Line>> = Vec::new();
    for line in lines {
        let is_same =
            |place: &&mut Vec<&Line>| (place[0].at, place[0].behind) == (line.at, line.behind);
        match places.iter_mut().find(is_same) {
            Some(place) if place.iter().any(|it| it.line == line.line) => {}
            Some(place) => place.push(line),
            None => places.push(vec![line]),
        }
    }
    let edits = places.iter().map(|place| edit(text, line_end, place));
    edits.collect()
}

fn edit(text: &str, line_end: &LineEnd, lines: &[&Line]) -> Edit {
    let Line {
        at,
        beside,
        behind,
        apart,
        ..
    } = *lines[0];
    let base = indentation(text, beside);
    let code: Vec<String> = lines.iter().map(|line| line.line.clone()).collect();
    if behind {
        return lines_behind(text, line_end(at), base, &code);
    }
    let line_break = line_break_at(text, at);
    let gap = line_break.repeat(apart);
    let below = format!("{line_break}{base}");
    let code = code.join(&below);
    let line = line_start(text, at);
    match text[TextRange::new(line, at)].trim().is_empty() {
        // What changes the statement itself may insert at its start.
        true => Edit::insertion(line, format!("{base}{code}{line_break}{gap}")),
        false => Edit::insertion(at, format!("{code}{line_break}{gap}{base}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::blank::line_end;
    use crate::text::edit::apply;

    const TEXT: &str = "def f(self):\n    self.a = 1  # one\n    return 2\n";

    /// Compares the text with lines beside a statement.
    #[track_caller]
    fn check(text: &str, beside: &str, lines: &[(&str, bool)], apart: bool, expected: &str) {
        let at = text.find(beside).expect("it stands there");
        let at = TextSize::try_from(at).expect("the text is short");
        let end = at + TextSize::of(beside);
        let lines = lines.iter().map(|(line, behind)| Line {
            at: if *behind { end } else { at },
            beside: at,
            behind: *behind,
            line: (*line).to_owned(),
            apart: usize::from(apart),
        });
        let lines: Vec<Line> = lines.collect();
        assert_eq!(
            apply(
                &of_lines(text, &|at| line_end(text, at), lines.iter()),
                text
            ),
            expected
        );
    }

    #[test]
    fn lines_of_one_place_stand_in_order_and_equal_ones_once() {
        let lines = [
            ("self.b = 2", true),
            ("self.c = 3", true),
            ("self.b = 2", true),
        ];
        let behind =
            "def f(self):\n    self.a = 1  # one\n    self.b = 2\n    self.c = 3\n    return 2\n";
        check(TEXT, "self.a", &lines, false, behind);
        let before = "def f(self):\n    self.a = 1  # one\n    self.b = 2\n    return 2\n";
        check(TEXT, "return", &[("self.b = 2", false)], false, before);
        let both = [("self.b = 2", false), ("self.c = 3", true)];
        let around =
            "def f(self):\n    self.a = 1  # one\n    self.b = 2\n    return 2\n    self.c = 3\n";
        check(TEXT, "return", &both, false, around);
    }

    #[test]
    fn a_blank_line_parts_them_from_what_follows() {
        let text = "class A:\r\n\tdef f(self): ...\r\n";
        let expected = "class A:\r\n\tx = None\r\n\ty = None\r\n\r\n\tdef f(self): ...\r\n";
        let lines = [("x = None", false), ("y = None", false)];
        check(text, "def", &lines, true, expected);
    }

    #[test]
    fn a_statement_of_several_lines_has_the_indentation_of_its_first() {
        let text = "def f():\n    a(1,\n      2)\n";
        let expected = "def f():\n    a(1,\n      2)\n    b\n";
        check(text, "a(1,\n      2)", &[("b", true)], false, expected);
    }

    #[test]
    fn the_last_line_needs_no_end() {
        check("x = 1", "x", &[("y = 2", true)], false, "x = 1\ny = 2");
    }
}
