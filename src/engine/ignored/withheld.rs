//! Changes that would also change code that a comment keeps their recipe from → findings.
//!
//! What a change needs (a statement that goes, an import that nobody uses any more) is known only once it is
//! known which changes are made. So it is here that such a change is left, as a whole.

use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::{Comment, Heeded, Ignored};
use crate::engine::drafts::Drafts;
use crate::matching::subject::Subject;
use crate::plan::change::{Change, ChangeId, Finding};
use crate::plan::needs::resolve;
use crate::plan::together;
use crate::recipe::safety::Safety;
use crate::text::blank::{is_blank, line_start};
use crate::text::edit::Edit;

impl Drafts {
    /// Makes findings of the changes that would touch what a comment keeps their recipe from; returns the
    /// comments.
    pub(in crate::engine) fn withhold(&mut self, subject: &Subject, ignored: &Ignored) -> Heeded {
        let mut heeded = Heeded::new();
        if ignored.by_recipe.is_empty() {
            return heeded;
        }
        loop {
            let (settled, _) = together::settle(self.changes.clone());
            let Some((comment, recipe, lost)) = ignored.touching(subject, &settled) else {
                return heeded;
            };
            heeded.insert((comment.start, recipe.to_owned()));
            let lost = with_users(&self.changes, lost);
            let is_lost = |change: &mut Change| lost.contains(&change.id);
            for change in self.changes.extract_if(.., is_lost) {
                self.findings.extend(findings(&change, comment));
            }
        }
    }
}

impl Ignored {
    /// Returns a comment, its recipe, and the changes of that one that together change what the comment is about.
    fn touching(
        &self,
        subject: &Subject,
        changes: &[Change],
    ) -> Option<(&Comment, &str, FxHashSet<ChangeId>)> {
        let mut recipes: Vec<&String> = self.by_recipe.keys().collect();
        recipes.sort_unstable();
        recipes.into_iter().find_map(|recipe| {
            let own = changes.iter();
            let own = own.filter(|it| it.recipe == *recipe && it.is_wanted(Safety::Review));
            let own: Vec<&Change> = own.collect();
            let comment = self.touched(subject, recipe, &own)?;
            let lost = culprits(subject, &own, comment);
            let ids = lost.iter().map(|change| change.id.clone()).collect();
            Some((comment, recipe.as_str(), ids))
        })
    }

    /// Returns the first comment about a recipe whose code the changes of that one change.
    fn touched(&self, subject: &Subject, recipe: &str, own: &[&Change]) -> Option<&Comment> {
        let edits = resolve(subject, own).ok()?;
        let stretches = self.by_recipe.get(recipe)?;
        edits.edits().iter().find_map(|edit| {
            let comments = stretches.within(edit.range());
            let mut comments = comments.map(|place| &self.comments[place]);
            comments.find(|comment| touches(subject.text(), edit, comment.covers))
        })
    }
}

/// Returns those of the changes without which the code of a comment would stay as it is.
fn culprits<'c>(subject: &Subject, own: &[&'c Change], comment: &Comment) -> Vec<&'c Change> {
    let text = subject.text();
    let is_touched = |changes: &[&Change]| {
        let edits = resolve(subject, changes);
        edits.is_ok_and(|edits| {
            let mut edits = edits.edits().iter();
            edits.any(|edit| touches(text, edit, comment.covers))
        })
    };
    let does_itself = |change: &&&Change| {
        let mut edits = change.edits.iter();
        edits.any(|edit| touches(text, edit, comment.covers))
    };
    let is_needed = |change: &&&Change| {
        let others = own.iter().filter(|other| other.id != change.id);
        !change.needs.is_empty() && !is_touched(&others.copied().collect::<Vec<_>>())
    };
    let suffices = |change: &&&Change| is_touched(&[**change]);
    let asked: [&dyn Fn(&&&'c Change) -> bool; 3] = [&does_itself, &is_needed, &suffices];
    let found = asked.into_iter().map(|asks| {
        let found = own.iter().filter(|change| asks(change));
        found.copied().collect::<Vec<_>>()
    });
    found
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_else(|| own.to_vec())
}

/// Returns whether an edit changes code in a range. A new line there is none of that code.
fn touches(text: &str, edit: &Edit, covers: TextRange) -> bool {
    let code = text[covers].trim_start();
    let start = covers.end() - ruff_text_size::TextSize::of(code);
    let end = start + ruff_text_size::TextSize::of(code.trim_end());
    let range = edit.range();
    if !range.is_empty() {
        return range.start() < end && start < range.end();
    }
    let at = range.start();
    let before = TextRange::new(line_start(text, at), at);
    start < at && at < end && !is_blank(&text[before])
}

/// Adds the changes that require one of the lost ones.
fn with_users(changes: &[Change], mut lost: FxHashSet<ChangeId>) -> FxHashSet<ChangeId> {
    loop {
        let rests = |change: &&Change| {
            let mut requires = change.requires.iter();
            !lost.contains(&change.id) && requires.any(|id| lost.contains(id))
        };
        let users: Vec<ChangeId> = changes
            .iter()
            .filter(rests)
            .map(|change| change.id.clone())
            .collect();
        if users.is_empty() {
            return lost;
        }
        lost.extend(users);
    }
}

fn findings<'c>(change: &'c Change, comment: &'c Comment) -> impl Iterator<Item = Finding> + 'c {
    change.sites.iter().map(|site| Finding {
        site: site.clone(),
        within: change.within.clone(),
        severity: change.severity,
        reason: format!(
            "not changed: it would also change what the comment at {} keeps {} from",
            comment.place, change.recipe
        ),
        check: None,
    })
}
