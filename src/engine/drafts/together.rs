//! Drafted changes → those that have all that their rules require, and rest on it.

use rustc_hash::FxHashMap;

use super::Planner;
use crate::matching::Match;
use crate::matching::found::{MatchKey, Required};
use crate::plan::change::{Change, ChangeId};
use crate::recipe::safety::Safety;

/// What the matches of a text became, as far as they became changes.
#[derive(Default)]
pub(in crate::engine) struct Made(FxHashMap<MatchKey, Partner>);

/// What is asked of a change by those that require it.
#[derive(Clone)]
struct Partner {
    id: ChangeId,
    safety: Safety,
    reason: String,
}

impl Made {
    pub(super) fn add(&mut self, group: &[&Match], change: &Change) {
        let partner = Partner {
            id: change.id.clone(),
            safety: change.safety,
            reason: change.reason.clone(),
        };
        let keys = group.iter().map(|found| found.key());
        self.0.extend(keys.map(|key| (key, partner.clone())));
    }

    fn of(&self, required: &Required) -> Option<&Partner> {
        self.0.get(&required.found?)
    }
}

impl<'a> Planner<'_, 'a> {
    /// Lets the changes of matches rest on those that they require; where one of these is none, they are
    /// findings.
    pub(super) fn join(&mut self, mut groups: Vec<Vec<&Match<'_, 'a>>>) {
        // What becomes of a change may decide of those that require it.
        let mut goes_on = !groups.is_empty();
        while std::mem::take(&mut goes_on) {
            groups.retain(|group| {
                let mut required = group.iter().flat_map(|found| &found.requires);
                match required.find(|required| self.made.of(required).is_none()) {
                    Some(missing) => {
                        self.leave(group, missing);
                        goes_on = true;
                    }
                    None => goes_on |= self.rest(group),
                }
                self.made.0.contains_key(&group[0].key())
            });
        }
    }

    /// Makes a finding of each match of a change.
    fn leave(&mut self, group: &[&Match<'_, 'a>], missing: &Required) {
        let (place, recipe) = (self.place(missing), missing.recipe);
        let why = match missing.is_on {
            true => format!("{recipe} leaves {place} to a person"),
            false => format!("{place} is for {recipe}, which is off"),
        };
        for found in group {
            if let Some(partner) = self.made.0.remove(&found.key()) {
                let changes = &mut self.drafts.changes;
                changes.retain(|change| change.id != partner.id);
            }
            self.report(found, format!("{} (not changed: {why})", found.reason));
        }
    }

    /// Lets a change rest on what it requires; returns whether that changes it.
    fn rest(&mut self, group: &[&Match<'_, 'a>]) -> bool {
        let required = group.iter().flat_map(|found| &found.requires);
        let partners = required.filter_map(|required| {
            let partner = self.made.of(required)?.clone();
            let told = format!(
                "; together with {}, {}",
                required.recipe,
                self.place(required)
            );
            Some((partner, told))
        });
        let partners: Vec<(Partner, String)> = partners.collect();
        let own = self.made.0.get(&group[0].key());
        let mut changes = self.drafts.changes.iter_mut();
        let Some(change) = changes.find(|change| own.is_some_and(|own| own.id == change.id)) else {
            return false;
        };
        let mut is_changed = false;
        for (partner, told) in partners {
            let is_more_careful = partner.safety > change.safety;
            if !change.requires.contains(&partner.id) {
                change.requires.push(partner.id);
                change.reason.push_str(&told);
                if is_more_careful {
                    change.reason.push_str(&format!(": {}", partner.reason));
                }
                is_changed = true;
            }
            change.safety = change.safety.max(partner.safety);
            is_changed |= is_more_careful;
        }
        if is_changed {
            self.made.add(group, change);
        }
        is_changed
    }

    /// Says where what is required stands: ``line 3 in `work` ``.
    fn place(&self, required: &Required) -> String {
        let range = self.before.on_disk(required.range);
        let position = self.before.original().position(range.start());
        format!("{} in `{}`", position.words(), required.function)
    }
}

#[cfg(test)]
mod tests;
