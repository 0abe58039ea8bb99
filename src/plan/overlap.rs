//! Changes that claim the same place: one is made, the others are reported with its name.
//!
//! The earlier recipe of the selection wins, then the earlier start. Sites inside sites are no
//! overlap: their edits lie in different gaps.

use ruff_text_size::{Ranged, TextRange};

use super::change::{Change, Finding, Status};

/// Marks the losers as conflicts; `changes` come with the place of their recipe in the selection.
///
/// A loser of the winner's own recipe is dropped: rules of a recipe are alternatives.
pub fn settle(changes: Vec<(usize, Change)>) -> Vec<Change> {
    let mut ranked = changes;
    ranked.sort_by_key(|(order, change)| (*order, start(change)));
    let mut settled: Vec<Change> = Vec::with_capacity(ranked.len());
    for (_, mut change) in ranked {
        let winner = settled
            .iter()
            .find(|other| other.status == Status::Proposed && overlap(other, &change));
        match winner {
            Some(winner) if winner.recipe == change.recipe => continue,
            Some(winner) => {
                change.status = Status::Conflict {
                    winner: winner.id.clone(),
                };
            }
            None => {}
        }
        settled.push(change);
    }
    settled.sort_by(|a, b| (start(a), &a.recipe).cmp(&(start(b), &b.recipe)));
    settled
}

/// Findings inside text that a proposed change replaces say nothing new.
pub fn drop_covered(
    findings: Vec<Finding>,
    changes: &[Change],
    also_gone: &[TextRange],
) -> Vec<Finding> {
    let replaced: Vec<TextRange> = changes
        .iter()
        .filter(|change| change.status == Status::Proposed)
        .flat_map(|change| &change.edits)
        .map(Ranged::range)
        .chain(also_gone.iter().copied())
        .filter(|range| !range.is_empty())
        .collect();
    let covered = |finding: &Finding| {
        replaced
            .iter()
            .any(|range| range.contains_range(finding.site.range))
    };
    findings
        .into_iter()
        .filter(|finding| !covered(finding))
        .collect()
}

fn start(change: &Change) -> u32 {
    change.extent.start().to_u32()
}

fn overlap(one: &Change, other: &Change) -> bool {
    let same_site = one
        .sites
        .iter()
        .any(|site| other.sites.iter().any(|other| other.range == site.range));
    same_site
        || one.edits.iter().any(|edit| {
            other.edits.iter().any(|other| {
                let (one, other) = (edit.range(), other.range());
                one.intersect(other)
                    .is_some_and(|shared| !shared.is_empty())
                    || one == other
            })
        })
}
