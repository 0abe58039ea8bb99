//! A notebook and the text file that Jupytext keeps equal to it → the same changes in both, or none.
//!
//! A change in one of them alone would be lost, or would undo the other, when they are synchronized.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use ruff_text_size::{Ranged, TextRange};

use super::{File, Run};
use crate::plan::change::{Change, ChangeId, FilePlan, Status};
use crate::plan::ruling::{Ruling, Rulings};
use crate::project::Facts;
use crate::source::SourceFile;
use crate::source::cell::CellKind;
use crate::text::wording::Wording;

/// Files of a run, by their place in it.
#[derive(Default)]
pub(super) struct Ties {
    /// Two that are kept equal.
    pairs: Vec<(usize, usize)>,
    /// One whose pair is not at hand, and what is said of its changes.
    alone: Vec<(usize, String)>,
}

/// Decides what is left because only one of two files would get it; returns the files for which that is
/// new.
pub(super) fn decided(run: &Run) -> Vec<(usize, Rulings)> {
    let ties = run.ties.get_or_init(|| ties(run));
    let alone = ties
        .alone
        .iter()
        .map(|(place, why)| (*place, Rulings::leave_all(why.clone())));
    let both = ties.pairs.iter().flat_map(|(one, other)| {
        let pair = [&run.files[*one], &run.files[*other]];
        let rulings = Pair::new(pair, run.on_disk).rulings();
        [*one, *other].into_iter().zip(rulings)
    });
    let decided = alone.chain(both);
    decided
        .filter(|(place, rulings)| run.files[*place].rulings != *rulings)
        .collect()
}

/// Lets each of two like changes require the other.
pub(super) fn require_each_other(run: &mut Run) {
    let pairs = run.ties.get().into_iter().flat_map(|ties| &ties.pairs);
    for (one, other) in pairs.copied().collect::<Vec<_>>() {
        let pair = [&run.files[one], &run.files[other]];
        let like = Pair::new(pair, run.on_disk).like();
        for (side, place) in [one, other].into_iter().enumerate() {
            let others = like.iter().map(|ids| (&ids[side], &ids[1 - side]));
            let others: HashMap<&ChangeId, &ChangeId> = others.collect();
            for change in run.files[place].changes_mut() {
                let other = others.get(&change.id).map(|id| (*id).clone());
                change.requires.extend(other);
            }
        }
    }
}

/// Finds the pairs of files that would change. A file is in one pair at most.
fn ties(run: &Run) -> Ties {
    let mut ties = Ties::default();
    let mut paired: HashSet<usize> = HashSet::new();
    for (place, file) in run.files.iter().enumerate() {
        let changing = file.plan().filter(|plan| !keyed(Some(plan)).is_empty());
        let others = changing.map(|plan| run.on_disk.pairs_of(plan.original()));
        let others = others.unwrap_or_default();
        let places: Vec<Option<usize>> = others.iter().map(|other| run.place(other)).collect();
        match places[..] {
            [] => {}
            // It is settled with the one that named it.
            _ if paired.contains(&place) => {}
            [Some(other)] if !paired.contains(&other) => {
                paired.extend([place, other]);
                ties.pairs.push((place, other));
            }
            _ => {
                let missing = places.iter().position(Option::is_none).unwrap_or(0);
                ties.alone
                    .push((place, unreachable(&others[missing], run.on_disk)));
            }
        }
    }
    ties
}

/// Says why the changes of a file whose pair is not at hand are left.
fn unreachable(other: &Path, facts: &dyn Facts) -> String {
    let name = facts.name_in_project(other);
    let name = name.display();
    format!(
        "not changed: its Jupytext pair {name} is not part of this run: pass both files, or neither"
    )
}

/// Two files that are kept equal.
struct Pair<'r> {
    files: [&'r File<'r>; 2],
    /// What each is told that the other is called.
    names: [String; 2],
}

impl<'r> Pair<'r> {
    fn new(files: [&'r File<'r>; 2], facts: &dyn Facts) -> Self {
        let name = |file: &File| facts.name_in_project(file.path).display().to_string();
        Self {
            files,
            names: [name(files[1]), name(files[0])],
        }
    }

    /// Returns what is decided of the changes of both.
    fn rulings(&self) -> [Rulings; 2] {
        let mut rulings = self.files.map(|file| file.rulings.clone());
        self.compare(&mut rulings);
        let is_settled = self
            .files
            .iter()
            .zip(&rulings)
            .all(|(file, new)| file.rulings == *new);
        let were_equal = self.are_equal(|plan| Some(plan.original().clone()));
        if is_settled
            && were_equal == Some(true)
            && self.are_equal(|plan| plan.after().ok()) != Some(true)
        {
            return [0, 1].map(|side: usize| Rulings::leave_all(self.unequal(side)));
        }
        rulings
    }

    fn like(&self) -> Vec<[ChangeId; 2]> {
        self.compare(&mut self.files.map(|file| file.rulings.clone()))
    }

    fn unequal(&self, side: usize) -> String {
        let name = &self.names[side];
        format!("not changed: its Jupytext pair {name} would not get the same change")
    }

    /// Finds each change's like in the other file, and decides what is done where there is none.
    fn compare(&self, rulings: &mut [Rulings; 2]) -> Vec<[ChangeId; 2]> {
        let mut sides = self.files.map(|file| keyed(file.plan()));
        let mut like = Vec::new();
        let (left, right) = sides.split_at_mut(1);
        for (key, changes) in &mut left[0] {
            let others = right[0].entry(key.clone()).or_default();
            let both = changes.len().min(others.len());
            for (one, other) in changes.drain(..both).zip(others.drain(..both)) {
                self.agree(rulings, [one, other]);
                like.push([one.id.clone(), other.id.clone()]);
            }
        }
        for side in [0, 1] {
            for change in sides[side].values().flatten() {
                rulings[side].add(change.id.clone(), Ruling::Leave(self.unequal(side)));
            }
        }
        like
    }

    /// The less safe of two like changes decides; both are made, or none is.
    fn agree(&self, rulings: &mut [Rulings; 2], like: [&Change; 2]) {
        let safety = like[0].safety.max(like[1].safety);
        for side in [0, 1] {
            let other = like[1 - side];
            if like[side].safety < safety {
                let name = &self.names[side];
                let said = Wording {
                    reason: format!("in its Jupytext pair {name}: {}", other.said.reason),
                    ..other.said.clone()
                };
                rulings[side].add(like[side].id.clone(), Ruling::Review(said));
            }
        }
        let levels = self
            .files
            .map(|file| file.plan().map(|plan| (plan.level, plan.applied)));
        let [Some(one), Some(other)] = levels else {
            return;
        };
        if (safety <= one.0) != (safety <= other.0) || (safety <= one.1) != (safety <= other.1) {
            for side in [0, 1] {
                let reason = format!("{}: the two have different levels", self.unequal(side));
                rulings[side].add(like[side].id.clone(), Ruling::Leave(reason));
            }
        }
    }

    /// Returns whether both have the same code; `None` where a file is not known.
    fn are_equal(&self, text: impl Fn(&FilePlan) -> Option<SourceFile>) -> Option<bool> {
        let [one, other] = self.files.map(|file| file.plan().and_then(&text));
        Some(code(&one?) == code(&other?))
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
