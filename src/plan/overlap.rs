//! Changes that claim the same place: one is made, the others are reported with its name.
//!
//! What the level of the run makes wins over what it only shows; then the earlier recipe of the selection wins, then
//! the earlier start. Sites inside sites are no overlap: their edits lie in different gaps.

use std::collections::BTreeMap;

use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::change::{Change, ChangeId, Finding, Site, Status};
use crate::recipe::safety::Safety;
use crate::text::cover::Cover;
use crate::text::edit::Edit;

/// Marks the losers as conflicts.
///
/// A loser of the winner's own recipe is dropped: rules of a recipe are alternatives.
pub fn settle(mut changes: Vec<Change>, level: Safety) -> Vec<Change> {
    drop_parts(&mut changes);
    changes.sort_by_key(|it| (!it.is_wanted(level), it.order, it.extent.start()));
    let mut settled: Vec<Change> = Vec::with_capacity(changes.len());
    let mut claims = Claims::default();
    for mut change in changes {
        if change.status == Status::Proposed {
            match claims.winner(&change).map(|winner| &settled[winner]) {
                Some(winner) if winner.recipe == change.recipe => continue,
                // Nothing of its text is left for it to change.
                Some(winner) if is_gone(&change, winner) => continue,
                Some(winner) => {
                    change.status = Status::Conflict {
                        winner: winner.id.clone(),
                    };
                }
                None => claims.add(&change, settled.len()),
            }
        }
        settled.push(change);
    }
    settled.sort_by(|a, b| (a.extent.start(), &a.recipe).cmp(&(b.extent.start(), &b.recipe)));
    settled
}

/// Drops changes that do a part of what another recipe's change does with those that it requires: the whole stands.
fn drop_parts(changes: &mut Vec<Change>) {
    let proposed = changes.iter().filter(|it| it.status == Status::Proposed);
    let wholes = proposed.filter(|it| !it.requires.is_empty());
    let edits = wholes.flat_map(|whole| whole.edits.iter().map(move |it| (it, &whole.recipe)));
    let edits: FxHashMap<(TextRange, &str), &String> = edits
        .map(|(edit, recipe)| ((edit.range(), edit.text()), recipe))
        .collect();
    let is_part = |change: &Change| {
        let mut own = change
            .edits
            .iter()
            .map(|it| edits.get(&(it.range(), it.text())));
        let is_other = |whole: Option<&&String>| whole.is_some_and(|it| **it != change.recipe);
        change.requires.is_empty() && !change.edits.is_empty() && own.all(is_other)
    };
    let parts: FxHashSet<ChangeId> = changes
        .iter()
        .filter(|it| is_part(it))
        .map(|it| it.id.clone())
        .collect();
    changes.retain(|it| !parts.contains(&it.id));
}

/// Returns whether the winner replaces all that the loser matched.
fn is_gone(loser: &Change, winner: &Change) -> bool {
    let mut edits = winner.edits.iter().map(Ranged::range);
    edits.any(|edit| edit.contains_range(loser.extent))
}

/// What the accepted changes claim, with their index.
#[derive(Default)]
struct Claims {
    sites: FxHashMap<TextRange, usize>,
    /// Edits, disjoint, by start and end.
    edits: BTreeMap<(TextSize, TextSize), usize>,
    /// Where nothing can await any more.
    sealed: Vec<(TextRange, usize)>,
    /// Where awaits come.
    awaits: Vec<(TextRange, usize)>,
    /// What stands in a block of its own.
    blocks: Vec<(TextRange, usize)>,
}

impl Claims {
    fn add(&mut self, change: &Change, index: usize) {
        self.sites
            .extend(change.sites.iter().map(|site| (site.range, index)));
        let edits = change.edits.iter().map(Ranged::range);
        self.edits
            .extend(edits.map(|range| ((range.start(), range.end()), index)));
        self.sealed
            .extend(change.sealed.map(|range| (range, index)));
        self.awaits
            .extend(awaits(change).map(|range| (range, index)));
        self.blocks
            .extend(block(change).map(|range| (range, index)));
    }

    fn winner(&self, change: &Change) -> Option<usize> {
        let same_site = change
            .sites
            .iter()
            .find_map(|site| self.sites.get(&site.range));
        let same_text = || {
            change
                .edits
                .iter()
                .find_map(|edit| self.overlapping(edit.range()))
        };
        let meets = || self.unawaitable(change);
        let crosses = || self.crossing(change);
        let winner = same_site.copied().or_else(same_text).or_else(meets);
        winner.or_else(crosses)
    }

    /// Blocks stand inside each other or apart: one cannot begin in another and end behind it.
    fn crossing(&self, change: &Change) -> Option<usize> {
        let own = block(change)?;
        let crosses = |(other, _): &&(TextRange, usize)| {
            let both = own.intersect(*other).filter(|both| !both.is_empty());
            both.is_some_and(|both| both != own && both != *other)
        };
        self.blocks.iter().find(crosses).map(|(_, index)| *index)
    }

    /// A change that lets no coroutine run some statements, and one that awaits in them.
    fn unawaitable(&self, change: &Change) -> Option<usize> {
        let is_inside = |(sealed, _): &&(TextRange, usize)| {
            awaits(change).any(|range| sealed.contains_range(range))
        };
        let awaited = self.awaits.iter().find(|(range, _)| {
            change
                .sealed
                .is_some_and(|sealed| sealed.contains_range(*range))
        });
        let sealed = self.sealed.iter().find(is_inside).or(awaited);
        sealed.map(|(_, index)| *index)
    }

    fn overlapping(&self, range: TextRange) -> Option<usize> {
        let key = (range.start(), range.end());
        let same = self.edits.get(&key);
        // They are disjoint: only the last that begins before the range's end can reach into it.
        let before = self
            .edits
            .range(..(range.end(), TextSize::new(0)))
            .next_back();
        let reaching = before.filter(|((_, end), _)| *end > range.start() && !range.is_empty());
        same.or(reaching.map(|(_, index)| index)).copied()
    }
}

/// What a change of one site moves deeper, with what it matched.
fn block(change: &Change) -> Option<TextRange> {
    let lines = change.shifts.iter().filter(|shift| shift.moves_more());
    let lines = lines.map(|shift| TextRange::empty(shift.line_start));
    let moved = lines.reduce(TextRange::cover)?;
    (change.sites.len() == 1).then(|| change.extent.cover(moved))
}

/// Where a change writes an await, or something else that only a coroutine runs.
fn awaits(change: &Change) -> impl Iterator<Item = TextRange> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let awaits = move |edit: &&Edit| {
        let mut words = edit.text().split(move |c| !is_word(c));
        words.any(|word| ["await", "async"].contains(&word))
    };
    change.edits.iter().filter(awaits).map(Ranged::range)
}

/// Findings inside text that a proposed change replaces say nothing new, nor do those of its own recipe
/// about text that it replaces in part: rules of a recipe are alternatives.
pub fn drop_covered(
    findings: Vec<Finding>,
    changes: &[Change],
    also_gone: &[TextRange],
) -> Vec<Finding> {
    let proposed = changes
        .iter()
        .filter(|change| change.status == Status::Proposed);
    let edits = proposed.clone();
    let edits = edits.flat_map(|change| &change.edits).map(Ranged::range);
    let replaced = Cover::new(edits.chain(also_gone.iter().copied()));
    let is_alternative = |finding: &Finding| {
        let mut changes = proposed.clone();
        changes.any(|change| touches(change, &finding.site))
    };
    let kept =
        |finding: &Finding| !replaced.contains(finding.site.range) && !is_alternative(finding);
    findings.into_iter().filter(kept).collect()
}

/// Returns whether a change replaces a part of a site of its recipe that it matched.
fn touches(change: &Change, site: &Site) -> bool {
    let is_part = |edit: &Edit| {
        let both = edit.range().intersect(site.range);
        both.is_some_and(|both| !both.is_empty())
    };
    change.extent.contains_range(site.range)
        && change.recipe == site.recipe
        && change.edits.iter().any(is_part)
}
