//! Changes that require others of the same text, or of other files: they are made with those, or not at
//! all.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::change::{Change, ChangeId, FilePlan, Finding, Status};
use super::overlap;
use crate::recipe::safety::Safety;
use crate::text::wording::Wording;

/// Settles which changes give way. What requires one of those becomes findings, and no other change
/// gives way to it.
pub fn settle(mut changes: Vec<Change>, level: Safety) -> (Vec<Change>, Vec<Finding>) {
    let here = ids(&changes);
    let rests_here = |change: &Change| change.requires.iter().any(|id| here.contains(id));
    let mut left = Vec::new();
    if !changes.iter().any(rests_here) {
        return (overlap::settle(changes, level), left);
    }
    loop {
        let settled = overlap::settle(changes.clone(), level);
        let orphaned = orphaned(&settled, |id| here.contains(id));
        if orphaned.is_empty() {
            return (settled, left);
        }
        let (gone, stay): (Vec<Change>, Vec<Change>) = changes
            .into_iter()
            .partition(|change| orphaned.contains_key(&change.id));
        for change in &gone {
            let lost = stay.iter().find(|other| other.id == orphaned[&change.id]);
            left.extend(lost.into_iter().flat_map(|lost| findings(change, lost)));
        }
        changes = stay;
    }
}

/// Drops changes that require one which should be here, and is not made.
pub fn drop_orphaned(changes: &mut Vec<Change>, is_here: impl Fn(&ChangeId) -> bool) {
    loop {
        let orphaned = orphaned(changes, &is_here);
        if orphaned.is_empty() {
            return;
        }
        changes.retain(|change| !orphaned.contains_key(&change.id));
    }
}

/// Returns the proposed changes that require one which should be here, and is not proposed, each with
/// the first such.
pub fn orphaned(
    changes: &[Change],
    is_here: impl Fn(&ChangeId) -> bool,
) -> FxHashMap<ChangeId, ChangeId> {
    let proposed = || {
        let changes = changes.iter();
        changes.filter(|change| change.status == Status::Proposed)
    };
    let made: FxHashSet<&ChangeId> = proposed().map(|change| &change.id).collect();
    let is_lost = |id: &&ChangeId| is_here(id) && !made.contains(*id);
    let pairs = proposed().filter_map(|change| {
        let lost = change.requires.iter().find(is_lost)?;
        Some((change.id.clone(), lost.clone()))
    });
    pairs.collect()
}

/// Returns for each file the others whose wanted changes its own require.
pub fn rests(files: &[FilePlan]) -> Vec<Vec<&Path>> {
    let homes: FxHashMap<&ChangeId, &Path> = files
        .iter()
        .flat_map(|file| {
            file.wanted()
                .map(|change| (&change.id, file.original().path()))
        })
        .collect();
    let rests = files.iter().map(|file| {
        let required = file.wanted().flat_map(|change| &change.requires);
        let homes = required.filter_map(|id| homes.get(id).copied());
        let mut others: Vec<&Path> = homes
            .filter(|home| *home != file.original().path())
            .collect();
        others.sort();
        others.dedup();
        others
    });
    rests.collect()
}

/// Returns the names of changes.
pub fn ids(changes: &[Change]) -> FxHashSet<ChangeId> {
    changes.iter().map(|change| change.id.clone()).collect()
}

fn findings(change: &Change, lost: &Change) -> Vec<Finding> {
    let place = lost.sites.first().map(|site| site.position.words());
    let place = place.unwrap_or_default();
    let why = format!("{}, {place}, gives way to another change", lost.recipe);
    let findings = change.sites.iter().map(|site| Finding {
        site: site.clone(),
        within: change.within.clone(),
        severity: change.severity,
        is_minor: false,
        said: Wording {
            reason: change.said.unchanged(&why).reason,
            ..change.said.clone()
        },
        stops: Vec::new(),
    });
    findings.collect()
}
