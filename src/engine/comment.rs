//! Changes of this program's own comments: what they are listed as, and how they are made.

use ruff_text_size::TextRange;

use super::before::Before;
use crate::matching::subject::Subject;
use crate::plan::change::{Change, ChangeId, Naming, RecipeText, Status};
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::text::edit::Edit;
use crate::text::wording::Wording;

/// What a change of a comment is listed as, its title, and why it is made.
pub(super) type About = (&'static str, &'static str, &'static str);

pub(super) const UNUSED: About = (
    "unused-ignore",
    "Remove a comment that turns nothing off",
    "It would hide a later problem on this line.",
);

pub(super) const MARKER: About = (
    "marker",
    "Mark a finding with a comment",
    "The comment shows what remains to be done here, and why.",
);

/// A comment that a person's decision asks for.
pub(super) const IGNORE: About = (
    "ignore",
    "Say in a comment why the code stays",
    "A reviewer decided so; without the comment, awaitify proposes the change again.",
);

/// Returns what is said of changes that no recipe makes.
pub fn about(id: &str) -> Option<RecipeText> {
    let (_, title, why) = [UNUSED, MARKER, IGNORE].into_iter().find(|it| it.0 == id)?;
    Some(RecipeText {
        title: title.to_owned(),
        why: why.to_owned(),
        severity: Severity::Low,
    })
}

/// What is done to one comment.
pub(super) struct Written<'w> {
    pub(super) about: About,
    /// What it is named after.
    pub(super) matched: &'w str,
    pub(super) reason: String,
    /// In the text that it is done to.
    pub(super) extent: TextRange,
    pub(super) edit: Edit,
}

/// Makes the change of a comment; `nth` counts those of the file.
pub(super) fn change(
    subject: &Subject,
    before: &Before<'_>,
    written: Written,
    nth: usize,
) -> Change {
    let recipe = written.about.0;
    let what = Naming {
        file: &subject.facts.name_in_project(subject.path()),
        recipe,
        rule: recipe,
        within: "",
        matched: written.matched,
    };
    Change {
        id: ChangeId::new(what, nth),
        twin: None,
        recipe: recipe.to_owned(),
        rule: recipe.to_owned(),
        within: String::new(),
        order: usize::MAX,
        safety: Safety::Safe,
        said: Wording::reason(written.reason),
        severity: Severity::Low,
        sites: vec![before.site(written.extent, recipe, recipe)],
        extent: written.extent,
        edits: vec![written.edit],
        shifts: Vec::new(),
        sealed: None,
        needs: Vec::new(),
        requires: Vec::new(),
        followed: Vec::new(),
        status: Status::Proposed,
    }
}
