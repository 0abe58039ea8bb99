//! A plan of several layers → one that says of each site one thing.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use crate::plan::change::{FilePlan, Finding, Site, Status};

/// Drops what later layers made obsolete, and sorts the findings.
pub(super) fn tidy(plan: &mut FilePlan) {
    drop_taken_up(plan);
    plan.findings.sort_by(|a, b| place(a).cmp(&place(b)));
    plan.findings
        .dedup_by(|a, b| place(a) == place(b) && a.reason == b.reason);
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
