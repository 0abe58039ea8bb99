//! A plan of several layers → one that says of each site one thing.

use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;

use super::before::Way;
use crate::plan::change::{FilePlan, Finding, Layer, Site, Status};
use crate::text::cover::Cover;
use crate::text::edit::Edit;

/// Drops what later layers made obsolete, and sorts the findings.
pub(super) fn tidy(plan: &mut FilePlan) {
    drop_taken_up(plan);
    drop_told(plan);
    sort_findings(plan);
}

/// Sorts the findings by place, and drops what is said twice.
pub(super) fn sort_findings(plan: &mut FilePlan) {
    plan.findings.sort_by(|a, b| place(a).cmp(&place(b)));
    plan.findings
        .dedup_by(|a, b| place(a) == place(b) && a.said.reason == b.said.reason);
}

/// Drops what earlier layers found in code that the edits of the next one take away.
pub(super) fn drop_replaced(plan: &mut FilePlan, edits: &[Edit]) {
    if plan.findings.is_empty() || edits.is_empty() {
        return;
    }
    let way = Way::new(&plan.layers);
    let replaced = edits
        .iter()
        .filter_map(|edit| way.place_on_disk(edit.range()));
    let replaced = Cover::new(replaced);
    plan.findings
        .retain(|finding| !replaced.contains(finding.site.range));
}

/// Drops what is not made in later layers, where earlier ones say it of the same site: it still stands
/// there, as nothing was done to it.
fn drop_told(plan: &mut FilePlan) {
    let level = plan.level;
    // Where a site ends on disk is not told exactly once something in it changed.
    let named = |site: &Site| (site.recipe.clone(), site.range.start());
    let mut told: FxHashSet<(String, TextSize)> = FxHashSet::default();
    for layer in &mut plan.layers {
        let is_told = |site: &Site| told.contains(&named(site));
        layer.changes.retain(|change| {
            let is_left = change.status == Status::Proposed && !change.is_wanted(level);
            !(is_left && change.sites.iter().any(is_told))
        });
        let sites = layer.changes.iter().flat_map(|change| &change.sites);
        told.extend(sites.map(named));
    }
    let is_empty = |layer: &mut Layer| layer.changes.is_empty();
    while plan.layers.len() > 1 && plan.layers.pop_if(is_empty).is_some() {}
}

/// A change that lost its place in one layer and is made in a later one is no conflict, and what was
/// said of its site is no finding.
fn drop_taken_up(plan: &mut FilePlan) {
    let named = |site: &Site| (site.recipe.clone(), site.range);
    let proposed = plan
        .changes()
        .filter(|change| change.status == Status::Proposed);
    let sites = proposed.flat_map(|change| &change.sites);
    let made: FxHashSet<(String, TextRange)> = sites.map(named).collect();
    let is_made = |site: &Site| made.contains(&named(site));
    plan.findings.retain(|finding| !is_made(&finding.site));
    for layer in &mut plan.layers {
        layer.changes.retain(|change| {
            !matches!(change.status, Status::Conflict { .. }) || !change.sites.iter().any(is_made)
        });
    }
}

fn place(finding: &Finding) -> (u32, &str, &str) {
    let site = &finding.site;
    (site.range.start().to_u32(), &site.recipe, &site.rule)
}
