//! Plans of some files, as they were when others changed → what goes on top of them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::before::Resting;
use super::{Engine, Outcome, Settings, second_run};
use crate::plan::change::FilePlan;
use crate::plan::ruling::Rulings;
use crate::project::Facts;

/// Files for which changes of others may matter, by their place in the run.
#[derive(Default)]
pub(super) struct Affected {
    /// Lists of such changes.
    pub(super) changes: Vec<Vec<Resting>>,
    /// Which of the lists is about which file.
    pub(super) files: BTreeMap<usize, Vec<usize>>,
}

impl Affected {
    /// Says that changes may matter for files.
    pub(super) fn add(&mut self, changes: Vec<Resting>, files: Vec<usize>) {
        for file in files {
            let lists = self.files.entry(file).or_default();
            lists.push(self.changes.len());
        }
        self.changes.push(changes);
    }
}

/// What files go on from, by their place in the run.
#[derive(Default)]
pub(super) struct Begun {
    plans: HashMap<usize, Option<FilePlan>>,
    affected: Affected,
}

impl Begun {
    /// Remembers a file's plan, unless an earlier one is known.
    pub(super) fn keep(&mut self, job: usize, plan: Option<&FilePlan>) {
        self.plans.entry(job).or_insert_with(|| plan.cloned());
    }

    /// Takes the files that are affected, with their plans.
    pub(super) fn new(affected: Affected, outcomes: &[Outcome]) -> Self {
        let jobs = affected.files.keys();
        let plans = jobs.map(|job| (*job, outcomes[*job].plan.clone()));
        Self {
            plans: plans.collect(),
            affected,
        }
    }

    /// Remembers what another one does, where nothing is known of the file.
    pub(super) fn join(&mut self, later: Self) {
        for (job, plan) in later.plans {
            self.plans.entry(job).or_insert(plan);
        }
    }

    /// Returns whether it has no plans.
    pub(super) fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// Returns the files whose plans are kept, in order.
    pub(super) fn jobs(&self) -> Vec<usize> {
        let mut jobs: Vec<usize> = self.plans.keys().copied().collect();
        jobs.sort_unstable();
        jobs
    }

    /// Iterates over the plans, in no order.
    pub(super) fn into_plans(self) -> impl Iterator<Item = (usize, Option<FilePlan>)> {
        self.plans.into_iter()
    }

    /// Goes on with the plan of a file that is kept, as its rulings and the facts are now.
    pub(super) fn go_on(
        &self,
        job: usize,
        (path, engine): (&Path, &Engine),
        rulings: Rulings,
        facts: &dyn Facts,
    ) -> Option<FilePlan> {
        let begun = self.plans.get(&job).and_then(Option::as_ref);
        let Settings { level, applied, .. } = engine.settings;
        let mut plan = match begun {
            Some(plan) => plan.clone(),
            None => FilePlan::untouched(facts.source(path)?, level, applied),
        };
        plan.rulings = rulings;
        let continued = |on: &[Resting]| second_run::continued(engine, plan.clone(), facts, on);
        let mut gone_on = continued(&[]);
        // Most often there is nothing new, and many changes that it would rest on.
        if gone_on.layers.len() > plan.layers.len() {
            gone_on = continued(&self.resting(job));
        }
        (begun.is_some() || gone_on.says_something()).then_some(gone_on)
    }

    /// Returns the changes of other files that made more possible in one.
    fn resting(&self, job: usize) -> Vec<Resting> {
        let lists = self.affected.files.get(&job).into_iter().flatten();
        let changes = lists.flat_map(|list| &self.affected.changes[*list]);
        changes.cloned().collect()
    }
}
