//! A plan and a file of decisions → the changes that are accepted as they are now, and why others are not.

use std::path::{Path, PathBuf};

use anyhow::bail;
use rustc_hash::{FxHashMap, FxHashSet};

use super::wanted;
use crate::engine::Meant;
use crate::plan::change::{Change, ChangeId, FilePlan, Layer, Plan, Status};
use crate::plan::decision::{Decision, Decisions, Verdict};
use crate::plan::fingerprint::Fingerprints;
use crate::plan::rewrite::{RewriteError, rewritten};
use crate::report::decisions::{Decided, Refused, Unmade};
use crate::source::cell::Position;
use crate::text::blank::first_line;
use crate::text::shown;

/// Returns the changes that are accepted as they are now.
pub(super) fn accepted(plan: &Plan, decisions: &Decisions) -> (Meant, Decided) {
    let mut accepted = Accepted {
        decisions,
        fingerprints: Fingerprints::of(plan),
        there: FxHashSet::default(),
        required_by: required_by(plan),
        meant: Meant::default(),
        came: Decided::default(),
    };
    for file in &plan.files {
        accepted.add(file);
    }
    let Accepted {
        there,
        meant,
        mut came,
        ..
    } = accepted;
    let gone = decisions.iter().filter(|it| it.verdict == Verdict::Accept);
    let gone: Vec<&Decision> = gone.filter(|it| !there.contains(&it.change)).collect();
    came.gone = gone.len();
    came.found = there.iter().filter(|id| decisions.of(id).is_some()).count();
    came.perhaps = perhaps(plan, decisions, &gone);
    (meant, came)
}

/// Returns what is said of each chosen change if nothing comes of it.
pub(super) fn each_idle(plan: &Plan, chosen: &FxHashSet<ChangeId>) -> Vec<(ChangeId, Refused)> {
    let meant = wanted(plan).filter(|(_, change)| chosen.contains(&change.id));
    let idle = meant.map(|(file, change)| {
        let said = Refused::new(file.original().path(), change, Unmade::Idle);
        (change.id.clone(), said)
    });
    idle.collect()
}

/// Takes out of a plan what a person wrote and a law forbids: it is no bug of a recipe.
pub(super) fn drop_broken(plan: &mut Plan, meant: &Meant, decided: &mut Decided) {
    for file in &mut plan.files {
        let path = file.original().path().to_owned();
        for layer in &mut file.layers {
            layer.changes.retain(|change| {
                let Status::Withdrawn { why } = &change.status else {
                    return true;
                };
                let is_comment = meant.suppressed.contains_key(&change.id);
                if !is_comment && !meant.rewritten.contains_key(&change.id) {
                    return true;
                }
                let count = match is_comment {
                    true => &mut decided.suppressed,
                    false => &mut decided.accepted,
                };
                *count = count.saturating_sub(1);
                let why = Unmade::Broken(why.to_string());
                decided.refused.push(Refused::new(&path, change, why));
                false
            });
        }
    }
}

/// Fails where none of the files is here that the decisions are about: they are of another tree.
pub(super) fn check_tree(came: &Decided, decisions: &Decisions) -> anyhow::Result<()> {
    let mut files = decisions.iter().map(|it| it.file.as_deref());
    let is_elsewhere = |file: Option<&str>| file.is_some_and(|file| !Path::new(file).exists());
    if came.found > 0 || decisions.iter().next().is_none() || !files.all(is_elsewhere) {
        return Ok(());
    }
    let first = decisions.iter().find_map(|it| it.file.as_deref());
    let first = first.unwrap_or_default();
    bail!("the decisions are about other files: {first} does not exist here, nor do the others")
}

/// Returns where changes stand of which nothing is decided, and that may be accepted ones whose code was edited
/// or moved since.
fn perhaps(plan: &Plan, decisions: &Decisions, gone: &[&Decision]) -> Vec<(PathBuf, Position)> {
    let mut by_recipe: FxHashMap<&str, Vec<&Decision>> = FxHashMap::default();
    for decision in gone {
        let recipe = decision.change.recipe();
        by_recipe.entry(recipe).or_default().push(decision);
    }
    let mut perhaps = Vec::new();
    for file in &plan.files {
        let original = file.original();
        let name = shown::path(original.path());
        for change in file.wanted().filter(|it| decisions.of(&it.id).is_none()) {
            let Some(site) = change.sites.first() else {
                continue;
            };
            let code = first_line(&original.text()[site.range]);
            let is_it = |it: &&&Decision| {
                it.file.as_deref() == Some(&name) || it.code.as_deref() == Some(code)
            };
            let of_recipe = by_recipe.get(&*change.recipe).into_iter().flatten();
            if of_recipe.clone().any(|it| is_it(&it)) {
                perhaps.push((original.path().to_owned(), site.position));
            }
        }
    }
    perhaps
}

fn required_by(plan: &Plan) -> FxHashMap<&ChangeId, Vec<&Path>> {
    let mut required_by: FxHashMap<&ChangeId, Vec<&Path>> = FxHashMap::default();
    for file in &plan.files {
        for required in file.wanted().flat_map(|change| &change.requires) {
            let homes = required_by.entry(required).or_default();
            if homes.last() != Some(&file.original().path()) {
                homes.push(file.original().path());
            }
        }
    }
    required_by
}

/// What is accepted of the files so far.
struct Accepted<'p> {
    decisions: &'p Decisions,
    fingerprints: Fingerprints<'p>,
    /// The changes that the plan has.
    there: FxHashSet<&'p ChangeId>,
    /// The files of the changes that require one.
    required_by: FxHashMap<&'p ChangeId, Vec<&'p Path>>,
    meant: Meant,
    came: Decided,
}

impl<'p> Accepted<'p> {
    fn add(&mut self, file: &'p FilePlan) {
        let path = file.original().path();
        // A comment stands in the file as it is on disk.
        let suppresses = |it: &Change| {
            let decision = self.decisions.of(&it.id);
            decision.is_some_and(|it| it.verdict == Verdict::Suppress)
        };
        let has_comments = file.wanted().any(suppresses);
        let mut is_rewritten = false;
        for layer in &file.layers {
            let is_behind = is_rewritten;
            let changes = layer.changes.iter();
            for change in changes.filter(|change| change.is_wanted(file.level)) {
                self.there.insert(&change.id);
                let Some(decision) = self.decisions.of(&change.id) else {
                    self.came.undecided += 1;
                    continue;
                };
                if decision.verdict == Verdict::Reject {
                    self.came.rejected += 1;
                    continue;
                }
                is_rewritten |= has_comments || !decision.edited.is_empty();
                let fingerprint = self.fingerprints.find(path, &change.id);
                let made = match decision.holds(fingerprint) {
                    false => Err(Unmade::Changed),
                    true if is_behind && decision.verdict == Verdict::Accept => Err(Unmade::Behind),
                    true if self.is_rested_on(path, change) && !decision.edited.is_empty() => {
                        Err(RewriteError::Followed.into())
                    }
                    true => made(decision, layer, change),
                };
                match made {
                    Ok(made) => self.mean(&change.id, made),
                    Err(why) => self.came.refused.push(Refused::new(path, change, why)),
                }
            }
        }
    }

    /// Returns whether a change of another file requires one as it was planned.
    fn is_rested_on(&self, path: &Path, change: &Change) -> bool {
        let homes = self.required_by.get(&change.id);
        homes.is_some_and(|homes| homes.iter().any(|home| *home != path))
    }

    fn mean(&mut self, id: &ChangeId, made: Made) {
        match made {
            Made::Comment(why) => {
                self.came.suppressed += 1;
                self.meant.suppressed.insert(id.clone(), why);
                return;
            }
            Made::Rewritten(change) => {
                self.meant.rewritten.insert(id.clone(), *change);
            }
            Made::AsPlanned => {}
        }
        self.meant.changes.insert(id.clone());
    }
}

/// What is made of a change that was decided on.
enum Made {
    AsPlanned,
    /// With the text that a person wrote.
    Rewritten(Box<Change>),
    /// A comment that keeps it out, and why.
    Comment(String),
}

fn made(decision: &Decision, layer: &Layer, change: &Change) -> Result<Made, Unmade> {
    if decision.verdict == Verdict::Suppress {
        return Ok(Made::Comment(decision.note.clone().unwrap_or_default()));
    }
    match decision.edited.is_empty() {
        true => Ok(Made::AsPlanned),
        false => {
            let change = rewritten(layer, change, &decision.edited)?;
            Ok(Made::Rewritten(Box::new(change)))
        }
    }
}
