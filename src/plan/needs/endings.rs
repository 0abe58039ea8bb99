//! What ends in one method → its lines there: each thing is told to end, then all are waited for.

use ruff_text_size::TextSize;

use crate::plan::change::Change;
use crate::plan::need::{Ending, EndingPlace, Listed, Need, Waiting};
use crate::text::blank::line_break_before;
use crate::text::edit::Edit;

/// Returns the edits of the methods in which something ends.
pub(super) fn edits(text: &str, wanted: &[&Change]) -> Vec<Edit> {
    let needs = wanted.iter().flat_map(|change| &change.needs);
    let endings = needs.filter_map(|need| match need {
        Need::Ending(ending) => Some(&**ending),
        _ => None,
    });
    of_endings(text, endings)
}

fn of_endings<'n>(text: &str, endings: impl Iterator<Item = &'n Ending>) -> Vec<Edit> {
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
    let lines = match of_list(endings, place) {
        Some(lines) => lines,
        None => one_by_one(endings, place),
    };
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

/// Those that are there are listed, so that each is told before any is waited for; `None`: nothing may
/// be missing, or nothing is waited for.
fn of_list(endings: &[&Ending], place: &EndingPlace) -> Option<Vec<String>> {
    let listed = endings.iter().find_map(|it| it.listed.as_ref())?;
    let waits = endings.iter().all(|it| it.then.is_some());
    if endings.len() < 2 || !waits {
        return None;
    }
    let all = Ending {
        target: listed.name.clone(),
        one: Some(listed.one.clone()),
        each: listed.each.clone(),
        then: listed.then.clone(),
        ..endings[0].clone()
    };
    let mut lines = list(endings, listed, place);
    lines.extend(together(&[&all], place));
    let lacking = endings.iter().filter(|it| it.there.is_some());
    lines.extend(lacking.filter_map(|it| it.gone.clone()));
    Some(lines)
}

/// The statement that lists them, on several lines where it is too long for one.
fn list(endings: &[&Ending], listed: &Listed, place: &EndingPlace) -> Vec<String> {
    const WIDTH: usize = 88;
    let Listed { name, one, .. } = listed;
    let unit = &place.unit;
    let values = endings.iter().map(|it| match (&it.there, &it.one) {
        (Some(there), _) => there.clone(),
        (None, None) => it.target.clone(),
        (None, Some(_)) => format!("*{}", it.target),
    });
    let values: Vec<String> = values.collect();
    let over = format!("for {one} in ({})", values.join(", "));
    let there = format!("if {one} is not None");
    let line = format!("{name} = [{one} {over} {there}]");
    if place.base.len() + line.len() <= WIDTH {
        return vec![line];
    }
    let over = match place.base.len() + unit.len() + over.len() <= WIDTH {
        true => vec![format!("{unit}{over}")],
        false => {
            let values = values.iter().map(|value| format!("{unit}{unit}{value},"));
            let head = format!("{unit}for {one} in (");
            let all = std::iter::once(head).chain(values);
            all.chain([format!("{unit})")]).collect()
        }
    };
    let head = [format!("{name} = ["), format!("{unit}{one}")];
    let tail = [format!("{unit}{there}"), "]".to_owned()];
    head.into_iter().chain(over).chain(tail).collect()
}

/// What may be missing is asked for by itself, behind what is always there.
fn one_by_one(endings: &[&Ending], place: &EndingPlace) -> Vec<String> {
    let (lacking, sure): (Vec<_>, Vec<_>) =
        endings.iter().partition(|ending| ending.there.is_some());
    let mut lines = together(&sure, place);
    lines.extend(lacking.iter().flat_map(|ending| if_there(ending, place)));
    lines
}

/// Each is told to end, then all are waited for.
fn together(endings: &[&Ending], place: &EndingPlace) -> Vec<String> {
    let told = endings.iter().map(|ending| (*ending, &ending.each));
    let mut lines: Vec<String> = told
        .flat_map(|(it, each)| of_each(it, each, place))
        .collect();
    for ending in endings {
        if let Some(Waiting::Each(each)) = &ending.then {
            lines.extend(of_each(ending, each, place));
        }
    }
    let of_all = |ending: &&&Ending| matches!(ending.then, Some(Waiting::All(..)));
    let all: Vec<&&Ending> = endings.iter().filter(of_all).collect();
    if let Some(Waiting::All(before, behind)) = all.first().and_then(|it| it.then.as_ref()) {
        let all = all.iter().map(|ending| match ending.one {
            None => ending.target.clone(),
            Some(_) => format!("*{}", ending.target),
        });
        let all = all.collect::<Vec<_>>().join(", ");
        lines.extend(lines_of(&format!("{before}{all}{behind}"), place));
    }
    lines
}

/// What is done to one thing; to each of several in a loop.
fn of_each(ending: &Ending, each: &str, place: &EndingPlace) -> Vec<String> {
    let lines = lines_of(each, place);
    let Some(one) = &ending.one else {
        return lines;
    };
    let head = format!("for {one} in {}:", ending.target);
    let body = lines.iter().map(|line| format!("{}{line}", place.unit));
    std::iter::once(head).chain(body).collect()
}

/// The lines of a text, each level of which has four spaces, as the file indents.
fn lines_of(text: &str, place: &EndingPlace) -> Vec<String> {
    const LEVEL: usize = 4;
    let lines = text.lines().map(|line| {
        let rest = line.trim_start_matches(' ');
        let depth = (line.len() - rest.len()) / LEVEL;
        format!("{}{rest}", place.unit.repeat(depth))
    });
    lines.collect()
}

/// The same for one that may be missing, and is afterwards.
fn if_there(ending: &Ending, place: &EndingPlace) -> Vec<String> {
    let mut inner = together(&[ending], place);
    inner.extend(ending.gone.clone());
    let there = ending.there.as_ref().unwrap_or(&ending.target);
    let mut lines = vec![format!("if {there} is not None:")];
    lines.extend(inner.iter().map(|line| format!("{}{line}", place.unit)));
    lines
}

#[cfg(test)]
mod tests;
