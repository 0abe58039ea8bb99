//! Lines that changes write at one place → one edit there, in the order of the changes.

use crate::matching::subject::Subject;
use crate::plan::change::Change;
use crate::plan::need::{Line, Need};
use crate::text::below::lines_behind;
use crate::text::blank::{indentation, line_break_at};
use crate::text::edit::Edit;

/// Returns the edits that write the lines.
pub(super) fn edits(subject: &Subject, wanted: &[&Change]) -> Vec<Edit> {
    let needs = wanted.iter().flat_map(|change| &change.needs);
    let lines = needs.filter_map(|need| match need {
        Need::Line(line) => Some(line),
        _ => None,
    });
    let mut places: Vec<Vec<&Line>> = Vec::new();
    for line in lines {
        let is_same = |place: &&mut Vec<&Line>| {
            let mut there = place.iter();
            there.any(|it| (it.at, it.behind) == (line.at, line.behind))
        };
        match places.iter_mut().find(is_same) {
            Some(place) if place.iter().any(|it| it.line == line.line) => {}
            Some(place) => place.push(line),
            None => places.push(vec![line]),
        }
    }
    places.iter().map(|place| edit(subject, place)).collect()
}

fn edit(subject: &Subject, lines: &[&Line]) -> Edit {
    let text = subject.text();
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
        return lines_behind(text, subject.line_end(at), base, &code);
    }
    let line_break = line_break_at(text, at);
    let gap = line_break.repeat(apart);
    let below = format!("{line_break}{base}");
    Edit::insertion(at, format!("{}{line_break}{gap}{base}", code.join(&below)))
}
