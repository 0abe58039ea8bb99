//! What a file does because a def of another one changes: its uses of that follow.

use rustc_hash::FxHashSet;

use super::Drafts;
use crate::engine::before::Before;
use crate::engine::recipes::Engine;
use crate::matching::subject::Subject;
use crate::matching::taken::uses_of;
use crate::plan::change::{Change, ChangeId, Finding, Naming, Site, Status};
use crate::plan::ruling::Follow;
use crate::python::tree::NodeId;
use crate::recipe::safety::Safety;
use crate::recipe::{Recipe, Rule};
use crate::text::wording::Wording;
use crate::verb::{Sites, draft_following};

/// Drafts the changes of a text that follow changes of other files, of the recipes that are `wanted`.
pub(in crate::engine) fn following(
    engine: &Engine,
    subject: &Subject,
    before: &Before<'_>,
    wanted: &dyn Fn(usize) -> bool,
) -> Drafts {
    let mut drafts = Drafts::default();
    let known: FxHashSet<ChangeId> = match before.follows() {
        [] => return drafts,
        _ => before.ids().collect(),
    };
    for follow in before.follows() {
        let id = follower_id(subject, follow);
        let found = engine.rule(&follow.recipe, &follow.rule);
        let found = found.filter(|(order, ..)| wanted(*order));
        // It was drafted for an earlier text.
        if let Some((order, recipe, rule)) = found.filter(|_| !known.contains(&id)) {
            let follower = Follower {
                follow,
                id,
                order,
                recipe,
                rule,
            };
            drafts.changes.extend(follower.draft(subject, before));
        }
    }
    drafts
}

impl Drafts {
    /// Adds changes that follow those of other files: what their recipe says of the same sites is done
    /// with then.
    pub(in crate::engine) fn follow(&mut self, following: Drafts) {
        let sites = following.changes.iter().flat_map(|change| &change.sites);
        let sites: Vec<_> = sites.map(|site| (site.range, &site.recipe)).collect();
        let is_open = |site: &Site| !sites.contains(&(site.range, &site.recipe));
        self.findings.retain(|finding| is_open(&finding.site));
        self.extend(following);
    }

    /// Makes findings of the changes that other files would have to follow, which are planned already.
    pub(in crate::engine) fn leave_followed(&mut self, subject: &Subject) {
        let is_led = |change: &mut Change| !change.followed.is_empty();
        for change in self.changes.extract_if(.., is_led) {
            let files = change.followed.iter().flat_map(|it| &it.files);
            let files: Vec<String> = files.map(|file| subject.name_of_file(file)).collect();
            let why = format!("{} would also have to change", files.join(", "));
            let Change {
                sites,
                severity,
                within,
                said,
                ..
            } = change;
            let said = said.unchanged(why);
            self.findings.extend(sites.into_iter().map(|site| Finding {
                site,
                within: within.clone(),
                severity,
                said: said.clone(),
            }));
        }
    }
}

/// Names the change of a file that follows one of another file.
fn follower_id(subject: &Subject, follow: &Follow) -> ChangeId {
    let file = subject.facts.name_in_project(subject.path());
    let what = format!("{} of {}", follow.name, follow.change.0);
    let what = Naming {
        file: &file,
        recipe: &follow.recipe,
        rule: &follow.rule,
        within: "",
        matched: &what,
    };
    ChangeId::new(what, 0)
}

/// A change of another file, and what follows it here.
struct Follower<'f> {
    follow: &'f Follow,
    id: ChangeId,
    order: usize,
    recipe: &'f Recipe,
    rule: &'f Rule,
}

impl Follower<'_> {
    /// `None`: no use is left that would change.
    fn draft(self, subject: &Subject, before: &Before<'_>) -> Option<Change> {
        let Follow { home, name, .. } = self.follow;
        let uses: Vec<NodeId> = uses_of(subject, home, name).collect();
        let none = Sites::default();
        // What cannot follow here keeps the other file's change from being made.
        let (draft, places) = draft_following(subject, &none, self.rule, &uses).ok()?;
        let first = subject.tree.range(*places.first()?);
        let (requires, safety): (Vec<ChangeId>, Vec<Safety>) =
            before.prerequisites(&self.recipe.id).into_iter().unzip();
        let lost = draft.lost(subject.text());
        let least = lost.as_ref().map_or(Safety::Safe, |_| Safety::Review);
        let said = said(self.follow, lost.as_ref());
        let (recipe, rule) = (&self.recipe.id, &self.rule.id);
        let ranges = places.iter().map(|place| subject.tree.range(*place));
        let sites = ranges.map(|range| before.site(range, recipe, rule));
        Some(Change {
            sites: sites.collect(),
            extent: first,
            safety: safety
                .into_iter()
                .fold(self.follow.safety.max(least), Ord::max),
            said,
            requires: [requires, vec![self.follow.change.clone()]].concat(),
            id: self.id,
            twin: None,
            recipe: recipe.clone(),
            rule: rule.clone(),
            within: String::new(),
            order: self.order,
            severity: self.recipe.content.severity,
            edits: draft.edits,
            shifts: draft.shifts,
            sealed: draft.sealed,
            needs: draft.needs,
            followed: Vec::new(),
            status: Status::Proposed,
        })
    }
}

/// Says what is followed and why, and what is lost.
fn said(follow: &Follow, lost: Option<&Wording>) -> Wording {
    let mut said = follow.said.clone();
    let (name, home) = (&follow.name, follow.home.display());
    said.reason = format!("follows `{name}` of {home}: {}", said.reason);
    lost.into_iter().for_each(|lost| said.also(lost));
    said
}
