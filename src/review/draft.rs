//! The lines that a change writes ⇄ the text in which a person edits them.

use std::fmt::Write;

use crate::plan::rewrite::{Rewrite, with_newlines};
use crate::report::place;
use crate::source::cell::Position;
use crate::text::shown::Shown;

use super::item::Item;
use super::lines::own_lines;

/// What the lines begin with that are about the text, and no part of it; longer where a line of the text does.
const MARK: &str = "#~";

/// What stands, behind the mark, above the lines of one place.
const PLACE: &str = " @@ ";

/// Why a text that comes from an editor is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// Which lines are meant for which place is told by the marks.
    #[error("the text must have one line that begins with {} for each place", .0.trim_end())]
    Places(String),
    /// The person gave up.
    #[error("the text is empty: nothing changes")]
    Empty,
    /// Nothing was edited.
    #[error("nothing is edited")]
    Same,
}

/// The lines of a change, to be edited.
pub struct Draft {
    /// The file, as a person names it.
    path: String,
    /// For each place where it begins, and what is written there.
    places: Vec<(Position, Rewrite)>,
    /// What no line of the text begins with.
    mark: String,
}

impl Draft {
    /// Takes what a change writes, or what a person wrote in its place before; `None`: it writes no line of its own.
    pub(super) fn of(item: &Item, edited: &[Rewrite]) -> Option<Self> {
        let mut places = own_lines(item);
        let is_same =
            |((_, now), then): (&(Position, Rewrite), &Rewrite)| now.before == then.before;
        if places.len() == edited.len() && places.iter().zip(edited).all(is_same) {
            let texts = places.iter_mut().zip(edited);
            texts.for_each(|((_, now), then)| now.after.clone_from(&then.after));
        }
        (!places.is_empty()).then(|| Self::new(item.path.clone(), places))
    }

    fn new(path: String, places: Vec<(Position, Rewrite)>) -> Self {
        let mut mark = MARK.to_owned();
        let texts = || places.iter().flat_map(|(_, it)| it.after.lines());
        while texts().any(|line| line.starts_with(&mark)) {
            mark.push('~');
        }
        Self { path, places, mark }
    }

    /// Returns the text to be edited.
    pub fn text(&self) -> String {
        let mark = &self.mark;
        let mut text = format!(
            "{mark} Write the lines for the file, save and quit.\n\
             {mark} Lines that begin with {mark} are left out; an empty file changes nothing.\n"
        );
        let path = Shown(&self.path).to_string();
        for (position, Rewrite { before, after }) in &self.places {
            let place = place::location(&path, *position);
            // Into a string every write goes.
            let _ = writeln!(text, "{mark}{PLACE}{place}");
            for line in with_newlines(before).lines() {
                let _ = writeln!(text, "{mark} -{line}");
            }
            with_newlines(after).lines().for_each(|line| {
                let _ = writeln!(text, "{line}");
            });
        }
        text
    }

    /// Reads the text that was edited.
    ///
    /// # Errors
    /// Nothing is to be taken from it.
    pub fn read(&self, edited: &str) -> Result<Vec<Rewrite>, DraftError> {
        if edited.trim().is_empty() {
            return Err(DraftError::Empty);
        }
        let place = format!("{}{PLACE}", self.mark);
        let mut texts: Vec<String> = Vec::new();
        for line in edited.lines() {
            match (line.starts_with(&place), texts.last_mut()) {
                (true, _) => texts.push(String::new()),
                (false, _) if line.starts_with(&self.mark) => {}
                (false, Some(text)) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (false, None) if line.trim().is_empty() => {}
                (false, None) => return Err(DraftError::Places(place)),
            }
        }
        if texts.len() != self.places.len() {
            return Err(DraftError::Places(place));
        }
        let places = self.places.iter().zip(texts);
        let edited: Vec<Rewrite> = places
            .map(|((_, old), after)| Rewrite {
                before: old.before.clone(),
                after,
            })
            .collect();
        let lines = |text: &str| with_newlines(text).trim_end_matches('\n').to_owned();
        let mut pairs = edited.iter().zip(&self.places);
        let is_same = pairs.all(|(new, (_, old))| lines(&new.after) == lines(&old.after));
        match is_same {
            true => Err(DraftError::Same),
            false => Ok(edited),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSITION: Position = Position {
        cell: None,
        line: 3,
        column: 1,
    };

    fn draft(places: &[(&str, &str)]) -> Draft {
        let place = |(before, after): &(&str, &str)| {
            let (before, after) = ((*before).to_owned(), (*after).to_owned());
            (POSITION, Rewrite { before, after })
        };
        Draft::new("a.py".to_owned(), places.iter().map(place).collect())
    }

    #[track_caller]
    fn check(places: &[(&str, &str)], from: &str, to: &str, expected: Result<&[&str], DraftError>) {
        let draft = draft(places);
        let text = draft.text().replace(from, to);
        let read = draft.read(&text);
        let read = read.map(|all| all.into_iter().map(|it| it.after).collect::<Vec<_>>());
        assert_eq!(
            read,
            expected.map(|all| all.iter().map(|it| (*it).to_owned()).collect())
        );
    }

    const ONE: &[(&str, &str)] = &[("  f()\n", "  await f()\n")];

    #[test]
    fn the_text_says_what_is_replaced() {
        let text = draft(ONE).text();
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(lines, ["#~ @@ a.py:3:1", "#~ -  f()", "  await f()"]);
    }

    #[test]
    fn what_is_edited_is_read() {
        check(ONE, "await f()", "await f(1)", Ok(&["  await f(1)\n"]));
        check(
            ONE,
            "  await f()",
            "  # Why.\n  await f()",
            Ok(&["  # Why.\n  await f()\n"]),
        );
        // The lines go.
        check(ONE, "  await f()\n", "", Ok(&[""]));
        let two = [("a\n", "b\n"), ("c\n", "d\n")];
        check(&two, "\nd\n", "\ne\n", Ok(&["b\n", "e\n"]));
    }

    #[test]
    fn a_line_that_begins_as_the_mark_stays() {
        let one = [("f()\n", "#~ f\ng()\n")];
        check(&one, "g()", "h()", Ok(&["#~ f\nh()\n"]));
    }

    #[test]
    fn what_says_nothing_is_refused() {
        check(ONE, "", "", Err(DraftError::Same));
        let missing = DraftError::Places("#~ @@ ".to_owned());
        check(ONE, "#~ @@", "# @@", Err(missing));
        let draft = draft(ONE);
        assert_eq!(draft.read(" \n"), Err(DraftError::Empty));
    }
}
