//! What the rules of one recipe take from others, as far as something comes of their own matches.

use super::drafts::names::{TwoNames, named};
use super::recipes::Engine;
use crate::matching::Match;
use crate::matching::claims::{self, Claimed};
use crate::matching::subject::Subject;
use crate::plan::ruling::{Ruling, Rulings};
use crate::recipe::order::Stage;
use crate::recipe::safety::Safety;
use crate::verb::fresh::Given;
use crate::verb::{Sites, draft};

impl<'r> Engine<'r> {
    /// Finds where the rules of a stage apply, and what they take from each other.
    pub(super) fn settled<'a>(
        &self,
        subject: &Subject<'a>,
        stage: Stage,
        rulings: &Rulings,
    ) -> (Vec<Match<'r, 'a>>, Vec<Claimed<'r, 'a>>) {
        let mut matches = self.rules(stage).search(subject, &self.recipes);
        let stands = |found: &Match<'r, 'a>| stands(subject, found, rulings);
        let claimed = claims::settle(subject, &mut matches, &stands);
        (matches, claimed)
    }

    /// Finds what rules about code take from other recipes.
    pub(super) fn claimed<'a>(
        &self,
        subject: &Subject<'a>,
        rulings: &Rulings,
    ) -> Vec<Claimed<'r, 'a>> {
        let stages = [Stage::File, Stage::Program].into_iter();
        let settled = stages.map(|stage| self.settled(subject, stage, rulings));
        settled.flat_map(|(_, claimed)| claimed).collect()
    }
}

/// Returns whether a match alone becomes a change that is not left, or is for a person anyway.
fn stands<'a>(subject: &Subject<'a>, found: &Match<'_, 'a>, rulings: &Rulings) -> bool {
    if found.safety == Safety::Manual {
        return true;
    }
    let file = subject.facts.name_in_project(subject.path());
    let TwoNames { alone, as_twin } = named(subject, &file, found);
    let is_left = |id| matches!(rulings.of(id), Some(Ruling::Leave(_)));
    let is_left = is_left(&alone) || is_left(&as_twin);
    let drafted = || draft(subject, &Sites::default(), &mut Given::default(), &[found]).is_ok();
    !is_left && drafted()
}
