//! What a file does because a def of another one changes: its uses of that follow.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rustc_hash::FxHashSet;

use super::Drafts;
use crate::engine::before::Before;
use crate::engine::recipes::Engine;
use crate::matching::definition::def_named;
use crate::matching::subject::Subject;
use crate::matching::taken::uses_of;
use crate::plan::change::{Change, ChangeId, Finding, Naming, Site, Status};
use crate::plan::ruling::{Follow, Ruling};
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
    for follows in together(engine, before.follows()) {
        let id = follower_id(subject, &follows);
        let first = follows[0];
        let found = engine.rule(&first.recipe, &first.rule);
        let found = found.filter(|(order, ..)| wanted(*order));
        // It was drafted for an earlier text.
        if let Some((order, recipe, rule)) = found.filter(|_| !known.contains(&id)) {
            let follower = Follower {
                follows,
                id,
                order,
                recipe,
                rule,
            };
            let change = follower.draft(subject, before);
            drafts
                .changes
                .extend(change.and_then(|it| ruled(before, it)));
        }
    }
    drafts
}

/// Does as was decided of a change before; `None`: it is left, and the change that it follows says so.
fn ruled(before: &Before<'_>, mut change: Change) -> Option<Change> {
    match before.ruling_alone(&change.id) {
        Some(Ruling::Leave(_)) => return None,
        Some(Ruling::Review(why)) => {
            change.safety = change.safety.max(Safety::Review);
            change.said.also(why);
        }
        None => {}
    }
    Some(change)
}

/// Parts what a file follows into what each of its changes follows: one def, or all those whose callers change
/// as well, since they may have some in common. None is empty.
fn together<'f>(engine: &Engine, follows: &'f [Follow]) -> Vec<Vec<&'f Follow>> {
    let mut parts: Vec<Vec<&Follow>> = Vec::new();
    for follow in follows {
        let rule = engine.rule(&follow.recipe, &follow.rule);
        let value = rule.and_then(|(.., rule)| rule.follow_value.as_ref());
        let is_shared = value.is_some_and(|it| it.takes_callers);
        let is_its = |part: &&mut Vec<&Follow>| {
            let first = part[0];
            is_shared && first.recipe == follow.recipe && first.rule == follow.rule
        };
        match parts.iter_mut().find(is_its) {
            Some(part) => part.push(follow),
            None => parts.push(vec![follow]),
        }
    }
    parts
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
                is_minor: false,
                said: said.clone(),
                stops: Vec::new(),
            }));
        }
    }
}

/// Names the change of a file that follows one of another file: by what it follows, and not by the changes that it
/// follows, which may follow this one in turn.
fn follower_id(subject: &Subject, follows: &[&Follow]) -> ChangeId {
    let file = subject.facts.name_in_project(subject.path());
    let what = follows.iter();
    let what = what.map(|follow| format!("{} of {}", follow.name, follow.home.display()));
    let what = what.collect::<Vec<_>>().join(", ");
    let first = follows[0];
    let what = Naming {
        file: &file,
        recipe: &first.recipe,
        rule: &first.rule,
        within: "",
        matched: &what,
    };
    ChangeId::new(what, 0)
}

/// Changes of other files, and what follows them here.
struct Follower<'f> {
    /// One at least, all of one rule.
    follows: Vec<&'f Follow>,
    id: ChangeId,
    order: usize,
    recipe: &'f Recipe,
    rule: &'f Rule,
}

impl Follower<'_> {
    /// Where the file uses what it follows, and the methods that change with it, in source order.
    fn uses(&self, subject: &Subject) -> Vec<NodeId> {
        let here = subject.facts.name_in_project(subject.path());
        let uses = self.follows.iter();
        let uses = uses.flat_map(|it| {
            let own = it.relatives.iter().filter(|(file, _)| *file == here);
            let own = own.filter_map(|(_, name)| def_named(subject, name));
            let uses = uses_of(subject, &it.home, &it.name);
            uses.chain(own).collect::<Vec<_>>()
        });
        uses.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The defs of other files that change already.
    fn changing(&self, subject: &Subject) -> impl Iterator<Item = (PathBuf, String)> {
        let here = subject.facts.name_in_project(subject.path());
        let all = self.follows.iter().flat_map(|it| it.changing());
        all.filter(move |(file, _)| *file != here)
    }

    /// `None`: no use is left that would change.
    fn draft(self, subject: &Subject, before: &Before<'_>) -> Option<Change> {
        let uses = self.uses(subject);
        let none = Sites::default();
        // What cannot follow here keeps the other file's change from being made.
        let changing = self.changing(subject).collect();
        let followed = draft_following(subject, &none, self.rule, (&uses, changing));
        let (draft, places) = followed.ok()?;
        let first = subject.tree.range(*places.first()?);
        let (requires, safety): (Vec<ChangeId>, Vec<Safety>) =
            before.prerequisites(&self.recipe.id).into_iter().unzip();
        let lost = draft.lost(subject.text());
        let least = lost.as_ref().map_or(Safety::Safe, |_| Safety::Review);
        let said = said(&self.follows, lost.as_ref());
        let leaders = self.follows.iter().map(|it| it.change.clone());
        let led_at = self.follows.iter().map(|it| it.safety);
        let (recipe, rule) = (&self.recipe.id, &self.rule.id);
        let ranges = places.iter().map(|place| subject.tree.range(*place));
        let sites = ranges.map(|range| before.site(range, recipe, rule));
        Some(Change {
            sites: sites.collect(),
            extent: first,
            safety: safety.into_iter().chain(led_at).fold(least, Ord::max),
            said,
            requires: requires.into_iter().chain(leaders).collect(),
            id: self.id,
            twin: None,
            recipe: recipe.clone(),
            rule: rule.clone(),
            within: String::new(),
            order: self.order,
            severity: self.rule.severity,
            edits: draft.edits,
            shifts: draft.shifts,
            sealed: draft.sealed,
            needs: draft.needs,
            followed: draft.followed,
            status: Status::Proposed,
        })
    }
}

/// Says what is followed and why, and what is lost.
fn said(follows: &[&Follow], lost: Option<&Wording>) -> Wording {
    let mut said = follows[0].said.clone();
    let names = follows.iter();
    let names = names.map(|it| format!("`{}` of {}", it.name, it.home.display()));
    let names = names.collect::<Vec<_>>().join(" and ");
    // What these follow themselves is said of them.
    let reason = match said.reason.split_once(": ") {
        Some((followed, reason)) if followed.starts_with("follows ") => reason,
        _ => said.reason.as_str(),
    };
    said.reason = format!("follows {names}: {reason}");
    lost.into_iter().for_each(|lost| said.also(lost));
    said
}
