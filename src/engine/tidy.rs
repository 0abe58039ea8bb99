//! A plan of several layers → one that says of each site one thing.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use crate::plan::change::{FilePlan, Finding, Layer, Site, Status};

/// Drops what later layers made obsolete, and sorts the findings.
pub(super) fn tidy(plan: &mut FilePlan) {
    drop_taken_up(plan);
    plan.findings.sort_by(|a, b| place(a).cmp(&place(b)));
    plan.findings
        .dedup_by(|a, b| place(a) == place(b) && a.reason == b.reason);
}

/// Drops what is not made in later layers, where earlier ones say it of the same site.
pub(super) fn drop_told(plan: &mut FilePlan, first: usize) {
    let level = plan.level;
    let (earlier, later) = plan.layers.split_at_mut(first);
    let named = |site: &Site| (site.recipe.clone(), site.range);
    let sites = earlier.iter().flat_map(|layer| &layer.changes);
    let sites = sites.flat_map(|change| &change.sites);
    let told: FxHashSet<(String, TextRange)> = sites.map(named).collect();
    for layer in later {
        layer.changes.retain(|change| {
            change.is_wanted(level) || !change.sites.iter().any(|site| told.contains(&named(site)))
        });
    }
    let is_empty = |layer: &mut Layer| layer.changes.is_empty();
    while plan.layers.len() > first && plan.layers.pop_if(is_empty).is_some() {}
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
