//! Law 3 over files: what the changes of some files make possible in others goes on top.
//!
//! What a file asks others is answered as they are on disk. Where a def there becomes a coroutine
//! function, or a plain one, the files that import it are planned on with the facts that this leaves;
//! so is a file with a def that could not change because of what others do with it, where these change.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use ruff_text_size::Ranged;

use super::before::Resting;
use super::begun::{Affected, Begun};
use super::outcome::places;
use super::{Engine, Outcome, followers};
use crate::plan::change::Change;
use crate::plan::ruling::Rulings;
use crate::project::Facts;
use crate::source::SourceFile;
use crate::text::edit::Edit;

/// So often files are looked at again. Those that change in the second half still get no change at all
/// where that does not suffice.
const ROUNDS: usize = 8;

/// What is said of those.
const ENDLESS: &str =
    "not changed: it and other files would change in turn, in each run again; select fewer recipes";

/// Goes on with the plans of a run until none makes another one go on; returns the facts as the plans
/// leave them, where they are others.
pub(super) fn go_on(
    jobs: &[(&Path, &Engine)],
    outcomes: &mut [Outcome],
    facts: &dyn Facts,
) -> Option<Box<dyn Facts>> {
    let mut run = Run {
        jobs,
        facts,
        places: HashMap::new(),
        seen: vec![0; jobs.len()],
        begun: Begun::default(),
    };
    let mut restless = BTreeSet::new();
    for round in 0..=ROUNDS {
        let affected = run.affected(outcomes);
        if affected.files.is_empty() {
            break;
        }
        if round == ROUNDS {
            run.leave(restless, outcomes);
            break;
        }
        let now = facts.with(&texts(outcomes));
        let grown = run.plan(affected, outcomes, now.as_ref());
        if grown.is_empty() {
            return Some(now);
        }
        if round >= ROUNDS / 2 {
            restless.extend(grown);
        }
    }
    let is_used = !run.begun.is_empty();
    is_used.then(|| facts.with(&texts(outcomes)))
}

/// The files that changes leave.
fn texts(outcomes: &[Outcome]) -> Vec<SourceFile> {
    let plans = outcomes.iter().filter_map(|outcome| outcome.plan.as_ref());
    let plans = plans.filter(|plan| plan.wanted().next().is_some());
    plans.filter_map(|plan| plan.after().ok()).collect()
}

/// All files of a run.
struct Run<'j> {
    jobs: &'j [(&'j Path, &'j Engine<'j>)],
    facts: &'j dyn Facts,
    /// The files in full, with their places; empty until somebody asks.
    places: HashMap<PathBuf, usize>,
    /// How many layers of each file others know.
    seen: Vec<usize>,
    /// The plans before the first round.
    begun: Begun,
}

impl Run<'_> {
    /// Returns the files for which changes since the last round may matter.
    fn affected(&mut self, outcomes: &[Outcome]) -> Affected {
        let mut affected = Affected::default();
        let is_new = |job: &usize| self.news(*job, outcomes).next().is_some();
        let new: Vec<usize> = (0..outcomes.len()).filter(is_new).collect();
        for job in &new {
            let recoloring = self.recoloring(*job, outcomes);
            if !recoloring.is_empty() {
                let importers = self.importers(*job);
                affected.add(recoloring, importers);
            }
        }
        for job in 0..outcomes.len() {
            if new.is_empty() || !self.waits(job, outcomes) {
                continue;
            }
            let users = self.importers(job).into_iter();
            let rests = users.flat_map(|user| self.news(user, outcomes));
            let rests: Vec<Resting> = rests.map(Resting::of_all).collect();
            if !rests.is_empty() {
                affected.add(rests, vec![job]);
            }
        }
        let (rests, files) = self.tied(&new, outcomes);
        if !rests.is_empty() {
            affected.add(rests, files);
        }
        let files = &mut affected.files;
        files.retain(|job, _| self.may_change(*job, &outcomes[*job]));
        affected
    }

    /// Returns the new changes of several files, and the files that they may matter for: their own, and
    /// those in which their recipes left something.
    fn tied(&self, new: &[usize], outcomes: &[Outcome]) -> (Vec<Resting>, Vec<usize>) {
        let (mut rests, mut recipes, mut files) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for job in new {
            for change in self
                .news(*job, outcomes)
                .filter(|it| is_tied(it, &outcomes[*job]))
            {
                rests.push(Resting::of_all(change));
                recipes.insert(change.recipe.as_str());
                files.insert(*job);
            }
        }
        if rests.is_empty() {
            return (rests, Vec::new());
        }
        let left = |job: &usize| {
            let findings = outcomes[*job].plan.iter().flat_map(|plan| &plan.findings);
            let mut recipes_left = findings.map(|it| it.site.recipe.as_str());
            recipes_left.any(|recipe| recipes.contains(recipe))
        };
        files.extend((0..outcomes.len()).filter(left));
        (rests, files.into_iter().collect())
    }

    /// Iterates over the changes that others do not know yet.
    fn news<'o>(
        &self,
        job: usize,
        outcomes: &'o [Outcome],
    ) -> impl Iterator<Item = &'o Change> + use<'o> {
        let seen = self.seen[job];
        let plan = outcomes[job].plan.iter();
        plan.flat_map(move |plan| plan.wanted_from(seen))
    }

    /// Returns the new changes that make plain functions of coroutine functions, or the reverse.
    fn recoloring(&self, job: usize, outcomes: &[Outcome]) -> Vec<Resting> {
        let plan = outcomes[job].plan.iter();
        let layers = plan.flat_map(|plan| plan.layers.iter().map(|layer| (plan.level, layer)));
        let changes = layers.skip(self.seen[job]).flat_map(|(level, layer)| {
            let changes = layer.changes.iter();
            let text = layer.source.text();
            changes.filter(move |change| {
                let mut edits = change.edits.iter();
                change.is_wanted(level) && edits.any(|edit| recolors(text, edit))
            })
        });
        changes.map(Resting::of_all).collect()
    }

    /// Returns whether a def of a file did not change, perhaps because of what others do with it.
    fn waits(&self, job: usize, outcomes: &[Outcome]) -> bool {
        let engine = self.jobs[job].1;
        let plan = outcomes[job].plan.iter();
        let mut sites = plan.flat_map(|plan| &plan.findings).map(|it| &it.site);
        sites.any(|site| {
            let found = engine.rule(&site.recipe, &site.rule);
            found.is_some_and(|(_, _, rule)| rule.leads_others())
        })
    }

    /// Returns the files of the run that import one, directly or not.
    fn importers(&mut self, job: usize) -> Vec<usize> {
        if self.places.is_empty() {
            self.places = places(self.jobs, self.facts);
        }
        let importers = self.facts.importers(self.jobs[job].0).into_iter();
        importers
            .filter_map(|path| self.places.get(&path).copied())
            .collect()
    }

    /// Files that a program wrote stay, and of a pair both would have to change alike.
    fn may_change(&self, job: usize, outcome: &Outcome) -> bool {
        let source = outcome.source(self.jobs[job].0, self.facts);
        !outcome.is_generated
            && source.is_some_and(|source| self.facts.pairs_of(&source).is_empty())
    }

    /// Goes on with the plans of files, as others are `now`; returns those that got more changes.
    fn plan(
        &mut self,
        affected: Affected,
        outcomes: &mut [Outcome],
        now: &dyn Facts,
    ) -> Vec<usize> {
        let layers = |outcome: &Outcome| outcome.plan.as_ref().map_or(0, |it| it.layers.len());
        self.seen = outcomes.iter().map(layers).collect();
        let mut begun = Begun::new(affected, outcomes);
        let planned: Vec<_> = begun
            .jobs()
            .into_par_iter()
            .map(|job| {
                let rulings = followers::rulings_of(&outcomes[job]);
                (job, begun.go_on(job, self.jobs[job], rulings, now))
            })
            .collect();
        for (job, plan) in planned {
            outcomes[job].plan = plan;
        }
        followers::link_further(self.jobs, outcomes, now, &mut begun);
        let grown = (0..outcomes.len()).filter(|job| self.news(*job, outcomes).next().is_some());
        let grown = grown.collect();
        self.begun.join(begun);
        grown
    }

    /// Takes all back, and leaves the files that do not come to rest.
    fn leave(&mut self, restless: BTreeSet<usize>, outcomes: &mut [Outcome]) {
        for (job, plan) in std::mem::take(&mut self.begun).into_plans() {
            outcomes[job].plan = plan;
        }
        for job in restless {
            let (path, engine) = self.jobs[job];
            let source = outcomes[job].source(path, self.facts);
            let left = Rulings::leave_all(ENDLESS.to_owned());
            outcomes[job].plan =
                source.and_then(|source| engine.plan_ruled(source, left, self.facts).plan);
        }
        followers::link(self.jobs, outcomes, self.facts);
    }
}

/// Returns whether other files follow a change, or it follows one of theirs.
fn is_tied(change: &Change, outcome: &Outcome) -> bool {
    let plan = outcome.plan.iter();
    let mut leaders = plan.flat_map(|plan| plan.rulings.follows());
    !change.followed.is_empty() || leaders.any(|it| change.requires.contains(&it.change))
}

/// Returns whether an edit of a text gives a def its `async`, or takes it.
fn recolors(text: &str, edit: &Edit) -> bool {
    let stands_before_def = text[edit.range().end().to_usize()..].starts_with("def ");
    let is_async = |code: &str| {
        code.contains("async def ") || stands_before_def && code.trim_end().ends_with("async")
    };
    is_async(&text[edit.range()]) != is_async(edit.text())
}
