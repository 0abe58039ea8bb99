//! Comments that keep nothing away → those that go, and the changes that leave some recipes in others.

use std::collections::BTreeMap;

use ruff_text_size::{TextRange, TextSize};

use super::removal::Removal;
use crate::engine::before::Before;
use crate::engine::comment::{UNUSED, Written, change};
use crate::matching::subject::Subject;
use crate::plan::change::Change;
use crate::plan::comments::Unused;
use crate::python::directive::{Saying, directives};
use crate::python::suppression::part;
use crate::text::edit::Edit;

/// What comes of comments that keep nothing away.
#[derive(Default)]
pub(super) struct Cleaned {
    /// Take some recipes off a comment.
    pub(super) changes: Vec<Change>,
    /// Go as a whole.
    pub(super) removals: Vec<Removal>,
    /// The unused comments that this is about.
    pub(super) done: Vec<Unused>,
}

/// Takes unused recipes off the comments in the text that a plan leaves.
pub(super) fn clean(subject: &Subject, before: &Before<'_>, unused: &[Unused]) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let mut open: BTreeMap<TextSize, Vec<&Unused>> = BTreeMap::new();
    for comment in unused {
        open.entry(comment.start).or_default().push(comment);
    }
    if open.is_empty() {
        return cleaned;
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
            let places = (place, comment);
            cleaned.take_off((subject, before), &ignore.recipes, &own, places);
            cleaned.done.extend(own.into_iter().cloned());
        }
    }
    cleaned
}

impl Cleaned {
    /// Takes unused recipes off a part of a comment, which goes with the last of them.
    fn take_off(
        &mut self,
        (subject, before): (&Subject, &Before<'_>),
        recipes: &[String],
        unused: &[&Unused],
        (place, comment): (TextRange, TextRange),
    ) {
        let names: Vec<String> = unused.iter().map(|it| format!("`{}`", it.recipe)).collect();
        let reason = format!("{} finds nothing there any more", names.join(" and "));
        let is_gone = |recipe: &String| unused.iter().any(|it| it.recipe == *recipe);
        let stay = recipes.iter().filter(|recipe| !is_gone(recipe));
        let stay: Vec<&str> = stay.map(String::as_str).collect();
        if stay.is_empty() {
            self.removals.push(Removal {
                about: UNUSED,
                reason,
                place,
                comment,
            });
            return;
        }
        let written = Written {
            about: UNUSED,
            matched: &subject.text()[place],
            reason,
            extent: place,
            edit: fewer(subject.text(), place, &stay),
        };
        let nth = self.changes.len();
        self.changes.push(change(subject, before, written, nth));
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
