//! Matches that become one change, or stand in others: which are told, and which decide.

use ruff_text_size::TextRange;

use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::recipe::Together;
use crate::text::wording::Wording;

/// Returns the matches of a group that are reported, with what is said of them: the same once for what they share.
pub(super) fn told<'m, 'r, 'a>(
    subject: &Subject<'a>,
    group: &[&'m Match<'r, 'a>],
    said: impl Fn(&Match) -> Wording,
) -> Vec<(&'m Match<'r, 'a>, Wording)> {
    let mut all: Vec<(&Match, Wording, usize)> = Vec::new();
    let (minor, mut group): (Vec<&Match>, Vec<&Match>) = (group.iter().copied())
        .filter(|it| it.is_told(subject))
        .partition(|it| it.is_minor(subject));
    // What matters speaks for what does not.
    group.extend(minor);
    for found in group {
        let said = said(found);
        let is_same = |(_, known, _): &&mut (_, Wording, _)| known.reason == said.reason;
        match all.iter_mut().find(is_same) {
            Some((first, _, n_more)) if first.rule.is_told_once() => *n_more += 1,
            _ => all.push((found, said, 0)),
        }
    }
    let told = all.into_iter().map(|(found, mut said, n_more)| {
        match found.rule.is_told_once_in_project() {
            // How many there are is known once all files are planned.
            true => said.once = Some(n_more),
            false => said.holds_for_more(n_more, 1),
        }
        (found, said)
    });
    told.collect()
}

/// Returns whether one match is a part of what another rule of its recipe matched, whose captures stand
/// for themselves.
pub(super) fn is_part(found: &Match, whole: &Match) -> bool {
    let is_inside = |range: TextRange| range.contains_range(found.range);
    let mut captured = whole.captures.ranges();
    found.order == whole.order && is_inside(whole.range) && !captured.any(is_inside)
}

/// Uses of values that changes of a recipe rewrite, by the order of the recipe.
pub(super) type FollowedUses = (usize, Vec<(TextRange, Vec<TextRange>)>);

/// Returns whether another rule of its recipe rewrites a match as a use of a value that it follows.
pub(super) fn is_followed(found: &Match, followed: &[FollowedUses]) -> bool {
    let is_inside = |range: &TextRange| range.contains_range(found.range);
    let own = followed.iter().filter(|(order, _)| *order == found.order);
    let mut uses = own.flat_map(|(_, uses)| uses);
    uses.any(|(range, captured)| is_inside(range) && !captured.iter().any(is_inside))
}

/// Of the matches of one statement those of the earliest rule stay; where that moves the statement as a
/// whole, also those of others that would.
pub(super) fn first_rule_decides(group: &mut Vec<&Match>) {
    if group[0].rule.shares.together != Some(Together::Statement) {
        return;
    }
    group.sort_by_key(|found| (found.rule.span.start(), found.range.start()));
    let (first, moves) = (group[0].rule.span, group[0].rule.extracts());
    group.retain(|found| found.rule.span == first || moves && found.rule.extracts());
}

/// From the first matched byte to the last.
pub(super) fn extent(group: &[&Match]) -> TextRange {
    let ranges = group.iter().map(|found| found.range);
    ranges.reduce(TextRange::cover).unwrap_or_default()
}
