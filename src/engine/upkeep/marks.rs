//! What is left for a person → one comment above each statement or clause, and none where nothing is left.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use ruff_text_size::{TextRange, TextSize};

use super::removal::Removal;
use crate::engine::before::Before;
use crate::engine::comment::{MARKER, Written, change};
use crate::matching::subject::Subject;
use crate::plan::change::{Change, FilePlan, Status};
use crate::python::directive::{Saying, directives};
use crate::python::extent::Extents;
use crate::python::suppression::part;
use crate::recipe::safety::Safety;
use crate::text::edit::Edit;

/// A site that is left for a person.
#[derive(Debug, Clone)]
pub(super) struct Left {
    at: TextSize,
    recipe: String,
    reason: String,
    /// A mark of it stays, and none is added.
    is_hidden: bool,
}

impl Left {
    /// Takes what a migration leaves of a file: findings, and changes above its level.
    pub(super) fn of(file: &FilePlan) -> Vec<Self> {
        let told = file.findings.iter().map(|finding| (finding, false));
        let hidden = file.minor.iter().map(|finding| (finding, true));
        let findings = told
            .chain(hidden)
            .map(|(finding, is_hidden)| (&finding.site, finding.said.sentence(), is_hidden));
        let above = file
            .changes()
            .filter(|change| change.status == Status::Proposed && change.safety > file.applied);
        let above = above.flat_map(|change| {
            let reason = format!("{}: {}", Safety::Review.word(), change.said.sentence());
            change
                .sites
                .iter()
                .map(move |site| (site, reason.clone(), false))
        });
        let left = findings.chain(above);
        let left = left.map(|(site, reason, is_hidden)| Self {
            at: site.range.start(),
            recipe: site.recipe.clone(),
            reason: lasting(&reason),
            is_hidden,
        });
        left.collect()
    }
}

/// A comment that marks a site.
struct Mark {
    place: TextRange,
    comment: TextRange,
}

/// By where a statement or clause begins, and recipe.
type Marks<T> = BTreeMap<(TextSize, String), Vec<T>>;

/// Marks what is left in the text that a plan leaves; marks of recipes that are not `on` stay.
pub(super) fn changes(
    subject: &Subject,
    before: &Before<'_>,
    left: &[Left],
    is_on: &dyn Fn(&str) -> bool,
) -> (Vec<Change>, Vec<Removal>) {
    let extents = Extents::new(subject.text(), subject.module, subject.tree);
    let mut there = there(subject, &extents, is_on);
    let mut changes = Changes {
        subject,
        before,
        all: Vec::new(),
        removals: Vec::new(),
    };
    for ((start, recipe), mut texts) in wanted(&extents, left) {
        let marks = there.remove(&(start, recipe)).unwrap_or_default();
        let mut others = Vec::new();
        for mark in marks {
            let said = &subject.text()[mark.place];
            // Of equal marks one is enough.
            match texts.iter().position(|(text, _)| text == said) {
                Some(same) => drop(texts.remove(same)),
                None => others.push(mark),
            }
        }
        let mut others = others.into_iter();
        let shown = texts.into_iter().filter(|(_, is_hidden)| !is_hidden);
        for (text, _) in shown {
            match others.next() {
                Some(mark) => changes.renew(&mark, text),
                None => changes.add(start, &text),
            }
        }
        others.for_each(|mark| changes.remove(&mark));
    }
    let rest = there.into_values().flatten();
    rest.for_each(|mark| changes.remove(&mark));
    (changes.all, changes.removals)
}

/// Returns the marks that a text should have, and whether it only keeps them.
fn wanted(extents: &Extents, left: &[Left]) -> Marks<(String, bool)> {
    let mut wanted: Marks<(String, bool)> = BTreeMap::new();
    for site in left {
        let Some(start) = extents.line_of(site.at) else {
            continue;
        };
        let marks = wanted.entry((start, site.recipe.clone())).or_default();
        let text = format!("# awaitify: todo[{}] {}", site.recipe, site.reason);
        if !marks.iter().any(|(known, _)| *known == text) {
            marks.push((text, site.is_hidden));
        }
    }
    wanted
}

/// Returns the marks in a text of recipes that are on.
fn there(subject: &Subject, extents: &Extents, is_on: &dyn Fn(&str) -> bool) -> Marks<Mark> {
    let mut there: Marks<Mark> = BTreeMap::new();
    let text = subject.text();
    for comment in subject.module.comments() {
        for directive in directives(&text[comment]) {
            let place = part(comment, &directive.place);
            if let Ok(Saying::Todo { recipe }) = directive.said
                && is_on(&recipe)
            {
                let about = extents.of(comment).map(|about| {
                    let code = text[about].trim_start();
                    about.end() - TextSize::of(code)
                });
                let key = (about.unwrap_or(comment.start()), recipe);
                there.entry(key).or_default().push(Mark { place, comment });
            }
        }
    }
    there
}

/// The changes of a file's marks.
struct Changes<'c, 'a> {
    subject: &'c Subject<'a>,
    before: &'c Before<'c>,
    all: Vec<Change>,
    removals: Vec<Removal>,
}

impl Changes<'_, '_> {
    fn push(&mut self, extent: TextRange, edit: Edit, reason: &str) {
        let matched = edit.text().to_owned();
        let written = Written {
            about: MARKER,
            matched: &matched,
            reason: reason.to_owned(),
            extent,
            edit,
        };
        let nth = self.all.len();
        self.all
            .push(change(self.subject, self.before, written, nth));
    }

    /// Puts a mark above a statement.
    fn add(&mut self, start: TextSize, mark: &str) {
        let text = self.subject.text();
        let edit = Edit::line_above(text, start, mark);
        let first = text[start.to_usize()..].lines().next().unwrap_or_default();
        let extent = TextRange::at(start, TextSize::of(first));
        self.push(extent, edit, "a finding remains here");
    }

    fn renew(&mut self, mark: &Mark, text: String) {
        let edit = Edit::replacement(mark.place, text);
        self.push(mark.place, edit, "the finding has another reason now");
    }

    fn remove(&mut self, mark: &Mark) {
        self.removals.push(Removal {
            about: MARKER,
            reason: "no finding remains here".to_owned(),
            place: mark.place,
            comment: mark.comment,
        });
    }
}

/// What names a line, and what a comment says instead: such numbers do not stay.
static PLACES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let places = [
        (r" \((?:cell \d+ )?line \d+\)", ""),
        (r"\bcell \d+ line \d+\b", "another line"),
        (r"\bline \d+\b", "another line"),
        (r"\blines \d+(?:(?:, | and |-)\d+)*\b", "other lines"),
        (r"\bcell \d+\b", "another cell"),
        (r"(\.py|\.ipynb)(?::cell \d+)?:\d+(?::\d+)?\b", "$1"),
    ];
    let places = places.into_iter();
    let places = places.map(|(place, instead)| Regex::new(place).ok().zip(Some(instead)));
    places.flatten().collect()
});

/// Returns a reason as a comment says it: on one line, and without numbers of lines.
fn lasting(reason: &str) -> String {
    let reason = reason.strip_prefix("not changed: ").unwrap_or(reason);
    let words: Vec<&str> = reason.split_whitespace().collect();
    let said = words.join(" ");
    let without = |said: String, (place, instead): &(Regex, &str)| {
        place.replace_all(&said, *instead).into_owned()
    };
    PLACES.iter().fold(said, without)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_names_no_line() {
        let check = |reason, expected: &str| assert_eq!(lasting(reason), expected);
        check("not changed: a\n  b", "a b");
        check("as line 12, says", "as another line, says");
        check("a.py:12:3: waits; 3 sites", "a.py: waits; 3 sites");
        check("see cell 3 line 2", "see another line");
        check(
            "it calls `f` (line 14), which waits",
            "it calls `f`, which waits",
        );
        check("at lines 1, 2 and 3: a", "at other lines: a");
    }
}
