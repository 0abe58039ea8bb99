//! What ends in one method → its lines there: each thing is told to end, then all are waited for.

use ruff_text_size::TextSize;

use crate::plan::change::Change;
use crate::plan::need::{Ending, EndingPlace, Need};
use crate::text::blank::line_break_before;
use crate::text::edit::Edit;

/// Returns the edits of the methods in which something ends.
pub(super) fn edits(text: &str, wanted: &[&Change]) -> Vec<Edit> {
    let needs = wanted.iter().flat_map(|change| &change.needs);
    let endings = needs.filter_map(|need| match need {
        Need::Ending(ending) => Some(ending),
        _ => None,
    });
    let mut methods: Vec<(&(TextSize, String), Vec<&Ending>)> = Vec::new();
    for ending in endings {
        match methods.iter_mut().find(|(of, _)| **of == ending.of) {
            // Several sites may fill one collection.
            Some((_, together)) if together.iter().any(|it| it.target == ending.target) => {}
            Some((_, together)) => together.push(ending),
            None => methods.push((&ending.of, vec![ending])),
        }
    }
    let edits = methods
        .iter()
        .flat_map(|(_, endings)| written(text, endings));
    edits.collect()
}

/// What ends there, and what makes a new method known.
fn written(text: &str, endings: &[&Ending]) -> Vec<Edit> {
    // A method stands here because something ends in it; a new one stands behind the first beginning.
    let first = endings.iter().min_by_key(|it| it.place.range.start());
    let Some(first) = first else {
        return Vec::new();
    };
    let known_by = first.known_by.clone();
    std::iter::once(edit(text, endings, &first.place))
        .chain(known_by)
        .collect()
}

fn edit(source: &str, endings: &[&Ending], place: &EndingPlace) -> Edit {
    let EndingPlace {
        before,
        after,
        base,
        line_break,
        ..
    } = place;
    let (lacking, sure): (Vec<_>, Vec<_>) =
        endings.iter().partition(|ending| ending.there.is_some());
    let mut lines = together(&sure, place);
    lines.extend(lacking.iter().flat_map(|ending| if_there(ending, place)));
    let text = lines
        .iter()
        .map(|line| format!("{base}{line}"))
        .collect::<Vec<_>>()
        .join(line_break);
    let text = match (place.begins, after.is_empty() && before.is_empty()) {
        (true, _) => text[base.len()..].to_owned(),
        // The last line of a file or cell may have no end.
        (false, true) if line_break_before(source, place.range.start()).is_empty() => {
            format!("{line_break}{text}")
        }
        (false, true) => format!("{text}{line_break}"),
        (false, false) => text,
    };
    let text = format!("{before}{text}{after}");
    match place.is_cell {
        true => Edit::new_cell(place.range.start(), text),
        false => Edit::replacement(place.range, text),
    }
}

/// Each is told to end, then all are waited for.
fn together(endings: &[&Ending], place: &EndingPlace) -> Vec<String> {
    let mut lines = Vec::new();
    for ending in endings {
        match &ending.one {
            None => lines.push(ending.each.clone()),
            Some(one) => {
                lines.push(format!("for {one} in {}:", ending.target));
                lines.push(format!("{}{}", place.unit, ending.each));
            }
        }
    }
    let then = endings.iter().find_map(|ending| ending.then.as_ref());
    if let Some((before, behind)) = then {
        let all = endings.iter().map(|ending| match ending.one {
            None => ending.target.clone(),
            Some(_) => format!("*{}", ending.target),
        });
        let all = all.collect::<Vec<_>>().join(", ");
        lines.push(format!("{before}{all}{behind}"));
    }
    lines
}

/// The same for one that may be missing, and is afterwards.
fn if_there(ending: &Ending, place: &EndingPlace) -> Vec<String> {
    let mut inner = together(&[ending], place);
    inner.extend(ending.gone.clone());
    let there = ending.there.as_deref().unwrap_or("True");
    let mut lines = vec![format!("if {there}:")];
    lines.extend(inner.iter().map(|line| format!("{}{line}", place.unit)));
    lines
}
