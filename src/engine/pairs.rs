//! A notebook and the text file that Jupytext keeps equal to it → the same changes in both, or none.
//!
//! A change in one of them alone would be lost, or would undo the other, when they are synchronized.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use ruff_text_size::{Ranged, TextRange};

use super::{Engine, Job, Outcome};
use crate::plan::change::{Change, ChangeId, FilePlan, Status};
use crate::plan::ruling::{Ruling, Rulings};
use crate::project::Facts;
use crate::source::SourceFile;
use crate::source::cell::CellKind;

/// Rounds of leaving what only one of two files gets; each may bring to light a change that lost its
/// place before. A pair that is not settled then is left altogether.
const ROUNDS: usize = 8;

/// A file of a run.
struct File<'j> {
    engine: &'j Engine<'j>,
    path: &'j Path,
    plan: Option<FilePlan>,
}

/// Files of a run, by their place in it.
#[derive(Default)]
struct Ties {
    /// Two that are kept equal.
    pairs: Vec<(usize, usize)>,
    /// One whose pair is not at hand, and what is said of its changes.
    alone: Vec<(usize, String)>,
}

/// Links the changes of pairs, and leaves those that only one of two files would get.
pub(super) fn link(jobs: &[Job], outcomes: &mut [Outcome], facts: &dyn Facts) {
    let Ties { pairs, alone } = ties(jobs, outcomes, facts);
    let mut take = |index: usize| File {
        engine: jobs[index].1,
        path: &jobs[index].0.path,
        plan: outcomes[index].plan.take(),
    };
    let taken: Vec<_> = pairs
        .iter()
        .map(|(one, other)| [take(*one), take(*other)])
        .collect();
    let lonely: Vec<_> = alone.iter().map(|(index, _)| take(*index)).collect();
    let settled = taken.into_par_iter().map(|pair| settle(pair, facts));
    let settled: Vec<_> = settled.collect();
    for ((one, other), [first, second]) in pairs.into_iter().zip(settled) {
        outcomes[one].plan = first;
        outcomes[other].plan = second;
    }
    for ((index, reason), file) in alone.into_iter().zip(lonely) {
        outcomes[index].plan = file.leave_all(reason, facts);
    }
}

/// Finds the pairs of files that would change. A file is in one pair at most.
fn ties(jobs: &[Job], outcomes: &[Outcome], facts: &dyn Facts) -> Ties {
    // Few files have a pair.
    let known: LazyCell<HashMap<PathBuf, usize>, _> = LazyCell::new(|| {
        let paths = jobs.iter().map(|(input, _)| absolute(&input.path));
        paths.zip(0..).collect()
    });
    let mut ties = Ties::default();
    let mut partners: HashMap<usize, usize> = HashMap::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        let changing = outcome
            .plan
            .as_ref()
            .filter(|plan| !keyed(Some(plan)).is_empty());
        let others = changing.map(|plan| facts.pairs_of(plan.original()));
        let others = others.unwrap_or_default();
        let places: Vec<Option<usize>> = others
            .iter()
            .map(|other| known.get(&absolute(other)).copied())
            .collect();
        match places[..] {
            [] => {}
            [Some(other)] if partners.get(&index) == Some(&other) => {}
            [Some(other)] if !partners.contains_key(&index) && !partners.contains_key(&other) => {
                partners.extend([(index, other), (other, index)]);
                ties.pairs.push((index, other));
            }
            // It is settled with the one that named it.
            _ if partners.contains_key(&index) => {}
            _ => {
                let missing = places.iter().position(Option::is_none).unwrap_or(0);
                ties.alone
                    .push((index, unreachable(&others[missing], facts)));
            }
        }
    }
    ties
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Says why the changes of a file whose pair is not at hand are left.
fn unreachable(other: &Path, facts: &dyn Facts) -> String {
    let name = facts.name_in_project(other);
    let name = name.display();
    format!(
        "not changed: its Jupytext pair {name} does not change with it in this run; name both, or neither"
    )
}

impl File<'_> {
    fn plan_again(&self, rulings: Rulings, facts: &dyn Facts) -> Option<FilePlan> {
        let plan = self.plan.as_ref()?;
        let outcome = self
            .engine
            .plan_ruled(plan.original().clone(), rulings, facts);
        outcome.plan
    }

    fn leave_all(&self, reason: String, facts: &dyn Facts) -> Option<FilePlan> {
        self.plan_again(Rulings::leave_all(reason), facts)
    }

    fn rulings(&self) -> Rulings {
        self.plan
            .as_ref()
            .map(|plan| plan.rulings.clone())
            .unwrap_or_default()
    }
}

/// Plans two files until they get the same changes.
fn settle(mut pair: [File<'_>; 2], facts: &dyn Facts) -> [Option<FilePlan>; 2] {
    let names = [1, 0].map(|other: usize| {
        let name = facts.name_in_project(pair[other].path);
        name.display().to_string()
    });
    let was_equal = are_equal(&pair, |plan| Some(plan.original().clone()));
    for _ in 0..ROUNDS {
        let mut rulings = [pair[0].rulings(), pair[1].rulings()];
        let before = rulings.clone();
        let linked = compare(&pair, &names, &mut rulings);
        if rulings == before {
            if was_equal != Some(true) || are_equal(&pair, |plan| plan.after().ok()) == Some(true) {
                return require_each_other(pair, &linked);
            }
            break;
        }
        let [first, second] = rulings;
        pair[0].plan = pair[0].plan_again(first, facts);
        pair[1].plan = pair[1].plan_again(second, facts);
    }
    [0, 1].map(|side: usize| pair[side].leave_all(unequal(&names[side]), facts))
}

fn unequal(name: &str) -> String {
    format!("not changed: its Jupytext pair {name} would not get the same change")
}

/// Finds each change's like in the other file, and decides what is done where there is none.
fn compare(
    pair: &[File<'_>; 2],
    names: &[String; 2],
    rulings: &mut [Rulings; 2],
) -> Vec<[ChangeId; 2]> {
    let mut sides = [0, 1].map(|side: usize| keyed(pair[side].plan.as_ref()));
    let mut linked = Vec::new();
    let (left, right) = sides.split_at_mut(1);
    for (key, changes) in &mut left[0] {
        let others = right[0].entry(key.clone()).or_default();
        let both = changes.len().min(others.len());
        for (one, other) in changes.drain(..both).zip(others.drain(..both)) {
            agree(pair, names, rulings, [one, other]);
            linked.push([one.id.clone(), other.id.clone()]);
        }
    }
    for side in [0, 1] {
        for change in sides[side].values().flatten() {
            rulings[side].add(change.id.clone(), Ruling::Leave(unequal(&names[side])));
        }
    }
    linked
}

/// The less safe of two like changes decides; both are made, or none is.
fn agree(
    pair: &[File<'_>; 2],
    names: &[String; 2],
    rulings: &mut [Rulings; 2],
    like: [&Change; 2],
) {
    let safety = like[0].safety.max(like[1].safety);
    for side in [0, 1] {
        let other = like[1 - side];
        if like[side].safety < safety {
            let reason = format!("in its Jupytext pair {}: {}", names[side], other.reason);
            rulings[side].add(like[side].id.clone(), Ruling::Review(reason));
        }
    }
    let levels = [0, 1].map(|side: usize| {
        pair[side]
            .plan
            .as_ref()
            .map(|plan| (plan.level, plan.applied))
    });
    let [Some(one), Some(other)] = levels else {
        return;
    };
    if (safety <= one.0) != (safety <= other.0) || (safety <= one.1) != (safety <= other.1) {
        for side in [0, 1] {
            let reason = format!("{}: the two have different levels", unequal(&names[side]));
            rulings[side].add(like[side].id.clone(), Ruling::Leave(reason));
        }
    }
}

/// What two like changes have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    recipe: String,
    rule: String,
    /// Cells of code before it.
    cell: usize,
    /// The text of its sites.
    sites: Vec<String>,
    /// Old and new text.
    edits: Vec<(String, String)>,
}

/// Returns the changes that would be made, like ones together in order of place.
fn keyed(plan: Option<&FilePlan>) -> HashMap<Key, Vec<&Change>> {
    let mut keyed: HashMap<Key, Vec<&Change>> = HashMap::new();
    let Some(plan) = plan else {
        return keyed;
    };
    for layer in &plan.layers {
        let changes = layer.changes.iter();
        for change in changes.filter(|change| change.status == Status::Proposed) {
            let key = key(plan.original(), &layer.source, change);
            keyed.entry(key).or_default().push(change);
        }
    }
    keyed
}

fn key(original: &SourceFile, source: &SourceFile, change: &Change) -> Key {
    let sites = change.sites.iter().map(|site| site.range);
    let edits = change.edits.iter();
    Key {
        recipe: change.recipe.clone(),
        rule: change.rule.clone(),
        cell: change
            .sites
            .first()
            .map_or(0, |site| cells_before(original, site.range)),
        sites: sites
            .map(|range| original.text()[range].to_owned())
            .collect(),
        edits: edits
            .map(|edit| {
                (
                    source.text()[edit.range()].to_owned(),
                    edit.text().to_owned(),
                )
            })
            .collect(),
    }
}

fn cells_before(source: &SourceFile, range: TextRange) -> usize {
    let code = source
        .cells()
        .iter()
        .filter(|cell| cell.kind != CellKind::Prose);
    code.filter(|cell| cell.range.end() <= range.start())
        .count()
}

/// Returns whether two files have the same code; `None` where a file is not known.
fn are_equal(pair: &[File<'_>; 2], text: impl Fn(&FilePlan) -> Option<SourceFile>) -> Option<bool> {
    let [one, other] = [0, 1].map(|side: usize| pair[side].plan.as_ref().and_then(&text));
    Some(code(&one?) == code(&other?))
}

/// Returns the code of each cell as both forms have it: without markers, magics not commented out.
fn code(source: &SourceFile) -> Vec<String> {
    let cells = source
        .cells()
        .iter()
        .filter(|cell| cell.kind != CellKind::Prose);
    let code = cells.map(|cell| {
        let lines = source.text()[cell.range].lines();
        let lines = lines.filter(|line| !line.starts_with("# %%") || line.starts_with("# %%%"));
        let plain = lines.map(|line| match line.strip_prefix("# ") {
            Some(magic) if magic.starts_with(['%', '!']) => magic.trim_end(),
            _ => line.trim_end(),
        });
        plain.collect::<Vec<_>>().join("\n").trim().to_owned()
    });
    code.filter(|code| !code.is_empty()).collect()
}

/// Lets each of two like changes rest on the other.
fn require_each_other(pair: [File<'_>; 2], linked: &[[ChangeId; 2]]) -> [Option<FilePlan>; 2] {
    let mut plans = pair.map(|file| file.plan);
    for (side, plan) in plans.iter_mut().enumerate() {
        let others: HashMap<&ChangeId, &ChangeId> = linked
            .iter()
            .map(|ids| (&ids[side], &ids[1 - side]))
            .collect();
        if let Some(plan) = plan {
            let changes = plan.layers.iter_mut().flat_map(|layer| &mut layer.changes);
            for change in changes {
                let other = others.get(&change.id).map(|id| (*id).clone());
                change.requires.extend(other);
            }
        }
    }
    plans
}
