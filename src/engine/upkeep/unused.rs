//! Comments that keep nothing away → the changes that remove them.

use std::collections::BTreeMap;

use ruff_text_size::{TextLen, TextRange, TextSize};

use super::{UNUSED, Written, change};
use crate::engine::before::Before;
use crate::matching::subject::Subject;
use crate::plan::change::Change;
use crate::plan::comments::Unused;
use crate::python::directive::{Saying, directives};
use crate::python::suppression::part;
use crate::source::cell::cell_at;
use crate::text::blank::{is_blank, line_break_before, line_start};
use crate::text::edit::Edit;

/// Removes comments from the text that a plan leaves; returns with the changes the comments that are still there.
pub(super) fn changes(
    subject: &Subject,
    before: &Before<'_>,
    unused: &[Unused],
) -> (Vec<Change>, Vec<Unused>) {
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    let mut open: BTreeMap<TextSize, Vec<&Unused>> = BTreeMap::new();
    for comment in unused {
        open.entry(comment.start).or_default().push(comment);
    }
    if open.is_empty() {
        return (changes, done);
    }
    for comment in subject.module.comments() {
        for directive in directives(&subject.text()[comment]) {
            let place = part(comment, &directive.place);
            let Ok(Saying::Ignore(ignore)) = directive.said else {
                continue;
            };
            let Some(own) = open.remove(&before.on_disk(place).start()) else {
                continue;
            };
            let names: Vec<String> = own.iter().map(|it| format!("`{}`", it.recipe)).collect();
            let written = Written {
                about: UNUSED,
                matched: &subject.text()[place],
                reason: format!("{} finds nothing there any more", names.join(" and ")),
                extent: place,
                edit: edit(subject, comment, place, (&ignore.recipes, &own)),
            };
            changes.push(change(subject, before, written, changes.len()));
            done.extend(own.into_iter().cloned());
        }
    }
    (changes, done)
}

/// Takes recipes off a comment, which goes with the last of them.
fn edit(
    subject: &Subject,
    comment: TextRange,
    place: TextRange,
    (recipes, unused): (&[String], &[&Unused]),
) -> Edit {
    let is_gone = |recipe: &String| unused.iter().any(|it| it.recipe == *recipe);
    let stay = recipes.iter().filter(|recipe| !is_gone(recipe));
    let stay: Vec<&str> = stay.map(String::as_str).collect();
    match stay.is_empty() {
        true => Edit::deletion(gone(subject, comment, place)),
        false => fewer(subject.text(), place, &stay),
    }
}

/// Leaves some recipes in the brackets of a comment.
fn fewer(text: &str, place: TextRange, stay: &[&str]) -> Edit {
    let said = &text[place];
    let offset = |sign| {
        let at = said.find(sign).unwrap_or_default();
        // It is in the text, whose length has this type.
        place.start() + TextSize::try_from(at).unwrap_or_default()
    };
    let listed = TextRange::new(offset('[') + TextSize::new(1), offset(']'));
    Edit::replacement(listed, stay.join(", "))
}

/// Returns what goes with a part of a comment: on a line of its own the line, else the blanks before it.
pub(super) fn gone(subject: &Subject, comment: TextRange, place: TextRange) -> TextRange {
    let text = subject.text();
    let trimmed = |end: TextSize| {
        text[..end.to_usize()]
            .trim_end_matches([' ', '\t'])
            .text_len()
    };
    if place.start() > comment.start() {
        return TextRange::new(trimmed(place.start()), place.end());
    }
    let behind = &text[TextRange::new(place.end(), comment.end())];
    if !behind.trim().is_empty() {
        let blanks = behind.len() - behind.trim_start().len();
        return TextRange::new(place.start(), place.end() + behind[..blanks].text_len());
    }
    let start = line_start(text, comment.start());
    if !is_blank(&text[TextRange::new(start, comment.start())]) {
        return TextRange::new(trimmed(comment.start()), comment.end());
    }
    let end = subject.line_end(comment.start());
    let line = TextRange::new(start, end);
    // The last line of a cell has no end of its own.
    let first = cell_at(subject.source.cells(), start).map_or(start, |cell| cell.range.start());
    let above = line_break_before(text, start);
    match text[line].ends_with(['\n', '\r']) || start <= first {
        true => line,
        false => TextRange::new(start - above.text_len(), end),
    }
}
