//! Changes that would also change code that a comment keeps their recipe from → findings.
//!
//! What a change needs (a statement that goes, an import that nobody uses any more) is known only once it is
//! known which changes are made. So it is here that such a change is left, as a whole.

use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;

use super::{Comment, Heeded, Ignored, Stretches};
use crate::engine::drafts::Drafts;
use crate::matching::subject::Subject;
use crate::plan::change::{Change, ChangeId, Finding};
use crate::plan::needs::resolve;
use crate::plan::together;
use crate::recipe::safety::Safety;
use crate::text::blank::{is_blank, line_start};
use crate::text::edit::Edit;
use crate::text::wording::Wording;

impl Drafts {
    /// Makes findings of the changes that would touch what a comment keeps their recipe from; returns the
    /// comments.
    pub(in crate::engine) fn withhold(
        &mut self,
        subject: &Subject,
        ignored: &Ignored,
        level: Safety,
    ) -> Heeded {
        let mut heeded = Heeded::new();
        if ignored.by_recipe.is_empty() {
            return heeded;
        }
        loop {
            let (settled, _) = together::settle(self.changes.clone(), level);
            let touching = ignored.touching(subject, &settled);
            let Some((comment, recipe, lost)) =
                touching.or_else(|| ignored.removing(subject, &settled))
            else {
                return heeded;
            };
            heeded.insert((comment.start, recipe.to_owned()));
            let lost = with_users(&self.changes, lost);
            let is_lost = |change: &mut Change| lost.contains(&change.id);
            for change in self.changes.extract_if(.., is_lost) {
                self.findings.extend(findings(&change, comment, recipe));
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
            let lost = culprits(subject, &own, comment.covers, touches);
            Some((comment, recipe.as_str(), lost))
        })
    }

    /// Returns a comment, one of its recipes, and the changes, whatever their recipe, that together take away what
    /// the comment is about.
    fn removing(
        &self,
        subject: &Subject,
        changes: &[Change],
    ) -> Option<(&Comment, &str, FxHashSet<ChangeId>)> {
        let all = changes.iter().filter(|it| it.is_wanted(Safety::Review));
        let all: Vec<&Change> = all.collect();
        let edits = resolve(subject, &all).ok()?;
        let mut recipes: Vec<(&String, &Stretches)> = self.by_recipe.iter().collect();
        recipes.sort_unstable_by_key(|(recipe, _)| *recipe);
        let (recipe, comment) = recipes.into_iter().find_map(|(recipe, stretches)| {
            let mut edits = edits.edits().iter();
            let comment = edits.find_map(|edit| {
                let comments = stretches.within(edit.range());
                let mut comments = comments.map(|place| &self.comments[place]);
                comments.find(|comment| removes(subject.text(), edit, comment.covers))
            })?;
            Some((recipe, comment))
        })?;
        let lost = culprits(subject, &all, comment.covers, removes);
        Some((comment, recipe.as_str(), lost))
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

/// Returns which of the changes take away code, if they do so together.
pub(in crate::engine) fn removers(
    subject: &Subject,
    own: &[&Change],
    covers: TextRange,
) -> FxHashSet<ChangeId> {
    let edits = resolve(subject, own);
    let is_removed = edits.is_ok_and(|edits| {
        let mut edits = edits.edits().iter();
        edits.any(|edit| removes(subject.text(), edit, covers))
    });
    match is_removed {
        true => culprits(subject, own, covers, removes),
        false => FxHashSet::default(),
    }
}

/// Returns those of the changes without which no edit would do something to a range.
fn culprits(
    subject: &Subject,
    own: &[&Change],
    covers: TextRange,
    does: fn(&str, &Edit, TextRange) -> bool,
) -> FxHashSet<ChangeId> {
    let text = subject.text();
    let is_touched = |changes: &[&Change]| {
        let edits = resolve(subject, changes);
        edits.is_ok_and(|edits| {
            let mut edits = edits.edits().iter();
            edits.any(|edit| does(text, edit, covers))
        })
    };
    let does_itself = |change: &&&Change| {
        let mut edits = change.edits.iter();
        edits.any(|edit| does(text, edit, covers))
    };
    let is_needed = |change: &&&Change| {
        let others = own.iter().filter(|other| other.id != change.id);
        !change.needs.is_empty() && !is_touched(&others.copied().collect::<Vec<_>>())
    };
    let suffices = |change: &&&Change| is_touched(&[**change]);
    let asked: [&dyn Fn(&&&Change) -> bool; 3] = [&does_itself, &is_needed, &suffices];
    let ids = |found: &[&Change]| found.iter().map(|change| change.id.clone()).collect();
    for asks in asked {
        let found: Vec<&Change> = own.iter().filter(|it| asks(it)).copied().collect();
        if !found.is_empty() {
            return ids(&found);
        }
    }
    ids(own)
}

/// Returns the code in a range, without the blanks around it.
fn code_in(text: &str, covers: TextRange) -> TextRange {
    let code = text[covers].trim_start();
    let start = covers.end() - TextSize::of(code);
    TextRange::at(start, TextSize::of(code.trim_end()))
}

/// Returns whether an edit takes away all code in a range.
fn removes(text: &str, edit: &Edit, covers: TextRange) -> bool {
    let statement = text[code_in(text, covers)].lines().next();
    let code = statement.map_or("", |line| line.split('#').next().unwrap_or(line).trim_end());
    let start = code_in(text, covers).start();
    edit.text().is_empty()
        && !code.is_empty()
        && edit
            .range()
            .contains_range(TextRange::at(start, TextSize::of(code)))
}

/// Returns whether an edit changes code in a range. A new line there is none of that code.
fn touches(text: &str, edit: &Edit, covers: TextRange) -> bool {
    let code = code_in(text, covers);
    let (start, end) = (code.start(), code.end());
    let range = edit.range();
    if !range.is_empty() {
        return range.start() < end && start < range.end();
    }
    let at = range.start();
    let before = TextRange::new(line_start(text, at), at);
    let is_on_its_line = !edit.text().contains(['\n', '\r']);
    (at == start && is_on_its_line) || (start < at && at < end && !is_blank(&text[before]))
}

/// Adds the changes that require one of the lost ones.
pub(in crate::engine) fn with_users(
    changes: &[Change],
    mut lost: FxHashSet<ChangeId>,
) -> FxHashSet<ChangeId> {
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

fn findings<'c>(
    change: &'c Change,
    comment: &'c Comment,
    recipe: &'c str,
) -> impl Iterator<Item = Finding> + 'c {
    let does = match change.recipe == recipe {
        true => "also change",
        false => "take away",
    };
    change.sites.iter().map(move |site| Finding {
        site: site.clone(),
        within: change.within.clone(),
        severity: change.severity,
        is_minor: false,
        said: Wording::reason(format!(
            "not changed: it would {does} code for which the comment at {} turns off {recipe}",
            comment.place
        )),
        stops: Vec::new(),
    })
}
