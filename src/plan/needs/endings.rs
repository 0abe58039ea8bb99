//! What ends in one method → its lines there: each thing is told to end, then all are waited for.

use ruff_text_size::TextSize;

use crate::plan::change::Change;
use crate::plan::need::{Ending, EndingPlace, Need, Waiting};
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
    let there = ending.there.as_deref().unwrap_or("True");
    let mut lines = vec![format!("if {there}:")];
    lines.extend(inner.iter().map(|line| format!("{}{line}", place.unit)));
    lines
}

#[cfg(test)]
mod tests {
    use ruff_text_size::TextRange;

    use super::*;
    use crate::text::edit::apply;

    const TEXT: &str = "def stop(self):\n    pass\n";

    /// The place of the `pass`, where lines take its place.
    fn place() -> EndingPlace {
        EndingPlace {
            range: TextRange::new(20.into(), 24.into()),
            before: String::new(),
            after: String::new(),
            base: "    ".to_owned(),
            unit: "  ".to_owned(),
            line_break: "\n".to_owned(),
            begins: true,
            is_cell: false,
        }
    }

    fn all() -> Option<Waiting> {
        Some(Waiting::All("wait(".to_owned(), ")".to_owned()))
    }

    fn ending(target: &str, then: Option<Waiting>) -> Ending {
        Ending {
            of: (0.into(), "stop".to_owned()),
            place: place(),
            target: target.to_owned(),
            each: format!("{target}.end()"),
            one: None,
            there: None,
            gone: None,
            then,
            known_by: None,
        }
    }

    /// Compares the lines of the method.
    #[track_caller]
    fn check(endings: &[Ending], expected: &[&str]) {
        let text = apply(&of_endings(TEXT, endings.iter()), TEXT);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn each_is_told_before_all_are_waited_for() {
        let several = Ending {
            each: "one.end()".to_owned(),
            one: Some("one".to_owned()),
            ..ending("self.many", all())
        };
        check(
            &[ending("self.a", all()), several, ending("self.a", all())],
            &[
                "    self.a.end()",
                "    for one in self.many:",
                "      one.end()",
                "    wait(self.a, *self.many)",
            ],
        );
    }

    #[test]
    fn what_may_be_missing_is_asked_for_by_itself() {
        let lacking = Ending {
            there: Some("self.b is not None".to_owned()),
            gone: Some("self.b = None".to_owned()),
            ..ending("self.b", all())
        };
        let local = Ending {
            there: Some("c is not None".to_owned()),
            gone: None,
            target: "c".to_owned(),
            each: "c.end()".to_owned(),
            ..lacking.clone()
        };
        check(
            &[lacking, local, ending("self.a", None)],
            &[
                "    self.a.end()",
                "    if self.b is not None:",
                "      self.b.end()",
                "      wait(self.b)",
                "      self.b = None",
                "    if c is not None:",
                "      c.end()",
                "      wait(c)",
            ],
        );
    }

    #[test]
    fn lines_for_each_stand_behind_those_that_tell_all() {
        let quietly = |target: &str| {
            let lines = format!("with quiet():\n    {target}.wait()");
            ending(target, Some(Waiting::Each(lines)))
        };
        check(
            &[quietly("a"), quietly("b")],
            &[
                "    a.end()",
                "    b.end()",
                "    with quiet():",
                "      a.wait()",
                "    with quiet():",
                "      b.wait()",
            ],
        );
    }

    #[test]
    fn lines_around_all_are_indented_as_the_file_does() {
        let told = Waiting::All(
            "for result in wait(".to_owned(),
            "):\n    if result:\n        tell(result)".to_owned(),
        );
        check(
            &[ending("a", Some(told))],
            &[
                "    a.end()",
                "    for result in wait(a):",
                "      if result:",
                "        tell(result)",
            ],
        );
    }

    #[test]
    fn methods_end_what_is_theirs() {
        let other = Ending {
            of: (0.into(), "close".to_owned()),
            ..ending("b", None)
        };
        assert_eq!(of_endings(TEXT, [ending("a", None), other].iter()).len(), 2);
    }
}
