//! Matches of one text → drafted changes and findings, with places of the file on disk.

use rustc_hash::FxHashMap;

use group::{extent, first_rule_decides, is_followed, is_part, told};
use judged::judged;
use names::ChangeNames;

use super::before::{Before, rule_at};
use crate::bind::binding::BindingId;
use crate::matching::Match;
use crate::matching::capture::Captured;
use crate::matching::subject::Subject;
use crate::matching::uses::bindings_of;
use crate::plan::change::{Change, Finding, Postponed, Site, Status};
use crate::plan::ruling::Ruling;
use crate::python::tree::NodeId;
use crate::recipe::safety::Safety;
use crate::recipe::{Severity, Together};
use crate::semantic::Model;
use crate::text::wording::Wording;
use crate::verb::fresh::Given;
use crate::verb::{Draft, Refusal, Sites, draft};

pub(super) mod following;

mod group;

mod judged;

pub(super) mod names;

/// What recipes want to do to a text, before it is settled which of it is done.
#[derive(Default)]
pub(super) struct Drafts {
    pub(super) changes: Vec<Change>,
    pub(super) findings: Vec<Finding>,
    pub(super) postponed: Vec<Postponed>,
}

impl Drafts {
    /// Returns whether one of the changes is made at the level.
    pub(super) fn are_wanted(&self, level: Safety) -> bool {
        self.changes.iter().any(|change| change.is_wanted(level))
    }

    pub(super) fn extend(&mut self, other: Drafts) {
        self.changes.extend(other.changes);
        self.findings.extend(other.findings);
        self.postponed.extend(other.postponed);
    }
}

/// Drafts the changes of all matches of a text; `before` is what led to it.
pub(super) fn drafts<'a>(
    subject: &Subject<'a>,
    before: &Before<'_>,
    matches: &[&Match<'_, 'a>],
) -> Drafts {
    if matches.is_empty() {
        return Drafts::default();
    }
    let mut planner = Planner {
        subject,
        before,
        names: ChangeNames::new(subject, before, matches),
        drafts: Drafts::default(),
    };
    planner.draft_all(matches);
    planner.drafts
}

/// What the matches of one change have in common.
#[derive(PartialEq, Eq, Hash)]
enum Shared {
    /// What a metavariable stands for: the bindings of a name, and how it is spelled.
    Value(Vec<BindingId>, String),
    /// The statement or function that they stand in.
    Place(NodeId),
    /// The file.
    File,
}

struct Planner<'s, 'a> {
    subject: &'s Subject<'a>,
    before: &'s Before<'s>,
    names: ChangeNames<'s, 'a>,
    drafts: Drafts,
}

impl<'a> Planner<'_, 'a> {
    fn draft_all(&mut self, matches: &[&Match<'_, 'a>]) {
        let rewriting = matches
            .iter()
            .filter(|found| found.safety != Safety::Manual);
        let mut given = Given::default();
        let sites: Sites = rewriting.map(|found| found.node).collect();
        let mut edited = Vec::new();
        let mut followed = Vec::new();
        let groups = self.groups(matches).into_iter();
        let is_left = |group: &Vec<&Match>| group.iter().any(|it| it.safety == Safety::Manual);
        let (left, groups): (Vec<_>, Vec<_>) = groups.partition(is_left);
        for mut group in groups {
            edited.extend(group.iter().copied());
            self.leave_out(&mut group, &sites);
            if group.is_empty() {
                continue;
            }
            match draft(self.subject, &sites, &mut given, &group) {
                Ok(mut draft) => {
                    let rewritten = std::mem::take(&mut draft.rewritten);
                    let change = self.change(&group, draft);
                    let change = self.ruled(&group, change);
                    followed.extend(change.is_some().then_some((group[0].order, rewritten)));
                    self.drafts.changes.extend(change);
                }
                Err(refusal) => {
                    let said = |found: &Match| found.said.unchanged(&refusal);
                    for (found, said) in told(self.subject, &group, said) {
                        self.refuse(found, said, &refusal);
                    }
                }
            }
        }
        for mut group in left {
            let is_part = |found: &Match| edited.iter().any(|whole| is_part(found, whole));
            group.retain(|found| !is_part(found) && !is_followed(found, &followed));
            self.report_left(&group);
        }
    }

    /// Reports those of the sites of a function that cannot be changed even alone; the others go on.
    fn leave_out(&mut self, group: &mut Vec<&Match<'_, 'a>>, sites: &Sites) {
        let is_joined = |found: &&Match<'_, 'a>| {
            let joins = &found.rule.shares.joins;
            joins.is_empty() || group.iter().any(|it| joins.contains(&it.rule.id))
        };
        if !group.iter().all(is_joined) {
            for found in group.drain(..) {
                let refusal = Refusal::NotJoined;
                self.refuse(found, found.said.unchanged(&refusal), &refusal);
            }
            return;
        }
        if group.len() < 2 || group[0].rule.shares.together != Some(Together::Function) {
            return;
        }
        let subject = self.subject;
        let refusal =
            |found: &&Match<'_, 'a>| draft(subject, sites, &mut Given::default(), &[*found]).err();
        let refused: Vec<_> = group.iter().map(|it| (*it, refusal(it))).collect();
        group.clear();
        for (found, refusal) in refused {
            match refusal {
                None => group.push(found),
                Some(why) => self.refuse(found, found.said.unchanged(&why), &why),
            }
        }
    }

    /// Does as was decided of a change before; `None`: it is left.
    fn ruled(&mut self, group: &[&Match<'_, 'a>], mut change: Change) -> Option<Change> {
        match self.before.ruling(&change.id) {
            Some(Ruling::Leave(reason)) => {
                for found in group {
                    self.report(found, Wording::reason(reason));
                }
                return None;
            }
            Some(Ruling::Review(why)) => {
                change.safety = change.safety.max(Safety::Review);
                change.said.also(why);
            }
            None => {}
        }
        Some(change)
    }

    /// Reports a group of which one is left to a person; the others stay for its sake.
    fn report_left(&mut self, group: &[&Match<'_, 'a>]) {
        let is_manual = |found: &Match| found.safety == Safety::Manual;
        let (mut told_of, others): (Vec<&Match>, Vec<&Match>) =
            group.iter().partition(|found| is_manual(found));
        let first = told_of.first().map(|found| found.said.clone());
        told_of.extend(others);
        let said = |found: &Match| match is_manual(found) {
            true => found.said.clone(),
            false => first.clone().unwrap_or_else(|| found.said.clone()),
        };
        for (found, said) in told(self.subject, &told_of, said) {
            self.report(found, said);
        }
    }

    /// Matches that make one change together: those of a collecting rule that share a value.
    fn groups<'m, 'r>(&self, matches: &[&'m Match<'r, 'a>]) -> Vec<Vec<&'m Match<'r, 'a>>> {
        let mut groups: Vec<Vec<&Match>> = Vec::new();
        let mut shared: FxHashMap<(usize, Shared), usize> = FxHashMap::default();
        for found in matches {
            let Some(key) = self.shared(found) else {
                groups.push(vec![found]);
                continue;
            };
            let key = (found.order, key);
            match shared.get(&key) {
                Some(&group) => groups[group].push(found),
                None => {
                    shared.insert(key, groups.len());
                    groups.push(vec![found]);
                }
            }
        }
        for group in &mut groups {
            first_rule_decides(group);
        }
        groups
    }

    /// What a match has in common with the others of its change; `None`: it is one by itself.
    fn shared(&self, found: &Match<'_, 'a>) -> Option<Shared> {
        let Model { tree, context, .. } = self.subject.model;
        if let Some(name) = found.rule.collect.as_deref() {
            let bindings = self.bindings(found, name);
            return Some(Shared::Value(bindings, self.text(found, name)));
        }
        Some(Shared::Place(match found.rule.shares.together? {
            Together::Statement => tree.statement(found.node)?,
            Together::Function if found.is_left() => return None,
            Together::Function => context.enclosing_function(found.node)?,
            Together::File | Together::Project => return Some(Shared::File),
        }))
    }

    fn bindings(&self, found: &Match<'_, 'a>, name: &str) -> Vec<BindingId> {
        let expression = found.captures.expression(name);
        expression.map_or_else(Vec::new, |value| bindings_of(self.subject, value))
    }

    fn text(&self, found: &Match<'_, 'a>, name: &str) -> String {
        let range = found.captures.find(name).and_then(Captured::range);
        range.map_or_else(String::new, |range| self.subject.text()[range].to_owned())
    }

    fn change(&mut self, group: &[&Match<'_, 'a>], draft: Draft<'_>) -> Change {
        let first = group[0];
        // What is planned on a changed text cannot do without what changed it.
        let resting = self.before.prerequisites(&first.recipe.id);
        let (safety, said) = judged(self.subject, group, &draft, &resting);
        let sites: Vec<Site> = group.iter().flat_map(|found| self.sites(found)).collect();
        let at = sites.first().map(|site| rule_at(site, true));
        let said = self.before.worded(first.recipe, at, said);
        let (id, twin) = self.names.name(first);
        Change {
            id,
            twin,
            recipe: first.recipe.id.clone(),
            rule: first.rule.id.clone(),
            within: self.subject.context.within(first.node),
            order: first.order,
            safety,
            said,
            severity: first.rule.severity,
            sites,
            extent: extent(group),
            edits: draft.edits,
            shifts: draft.shifts,
            sealed: draft.sealed,
            needs: draft.needs,
            requires: resting.into_iter().map(|(id, _)| id).collect(),
            followed: draft.followed,
            status: Status::Proposed,
        }
    }

    fn report(&mut self, found: &Match<'_, 'a>, said: Wording) {
        let finding = self.finding(found, said);
        self.drafts.findings.extend(finding);
    }

    /// Reports that a verb does nothing at a site.
    fn refuse(&mut self, found: &Match<'_, 'a>, said: Wording, refusal: &Refusal) {
        let Some(mut finding) = self.finding(found, said) else {
            return;
        };
        match refusal {
            // Nothing is wrong with the code as long as it is written for that Python.
            Refusal::TooOld { since, .. } if found.said.problem.is_none() => {
                let since = *since;
                self.drafts.postponed.push(Postponed { finding, since });
                return;
            }
            Refusal::Stopped { stops, .. } => finding.stops.clone_from(stops),
            // A change needs what it says of the list.
            Refusal::ListGenerated { .. } | Refusal::ListUnclear { .. } => {
                (finding.is_minor, finding.severity) = (false, found.rule.severity);
            }
            _ => {}
        }
        self.drafts.findings.push(finding);
    }

    fn finding(&self, found: &Match<'_, 'a>, said: Wording) -> Option<Finding> {
        if !found.is_told(self.subject) {
            return None;
        }
        let site = self.sites(found).next()?;
        let at = Some(rule_at(&site, false));
        let said = self.before.worded(found.recipe, at, said);
        let is_minor = found.is_minor(self.subject);
        Some(Finding {
            site,
            within: self.subject.context.within(found.node),
            severity: if is_minor {
                Severity::Low
            } else {
                found.rule.severity
            },
            is_minor,
            said,
            stops: Vec::new(),
        })
    }

    fn sites(&self, found: &Match<'_, 'a>) -> impl Iterator<Item = Site> {
        let (recipe, rule) = (&found.recipe.id, &found.rule.id);
        let sites = found.sites.iter();
        sites.map(|site| self.before.site(*site, recipe, rule))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicUsize;

    use crate::engine::Input;
    use crate::engine::tests::with_shipped;
    use crate::plan::change::FilePlan;
    use crate::project::facts::Projects;

    /// Two sites with equal text.
    const TEXT: &str = "import time\nasync def a():\n    time.sleep(1)\n    time.sleep(1)\n";

    /// Plans `named` files of a project that holds `TEXT` twice; returns the names of the changes.
    fn names(root: &Path, current: &Path, named: &[&str]) -> Vec<String> {
        let plan = with_shipped(|engine| {
            let inputs = named.iter().map(|name| Input::found(root.join(name)));
            let jobs: Vec<_> = inputs.map(|input| (input, engine)).collect();
            crate::engine::plan(&jobs, 1, &AtomicUsize::new(0), &Projects::new(current))
        });
        let plan = plan.expect("a thread can be started");
        let changes = plan.files.iter().flat_map(FilePlan::changes);
        changes.map(|change| change.id.0.clone()).collect()
    }

    #[test]
    fn names_are_unique_and_the_same_however_a_file_is_named() {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        let root = tree.path();
        std::fs::write(root.join("pyproject.toml"), "").expect("it can be written");
        for folder in ["a", "b"] {
            std::fs::create_dir(root.join(folder)).expect("the folder can be made");
            std::fs::write(root.join(folder).join("m.py"), TEXT).expect("it can be written");
        }
        let all = names(root, root, &["a/m.py", "b/m.py"]);
        let unique: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!((all.len(), unique.len()), (4, 4));
        let alone = names(root, &root.join("b"), &["b/m.py"]);
        assert_eq!(alone, all[2..]);
    }
}
