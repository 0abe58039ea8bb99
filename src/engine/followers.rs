//! Changes that rewrite a def → the files that use it change with it, or it stays as it is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::begun::Begun;
use super::outcome::places;
use super::{Engine, Outcome, Settings};
use crate::plan::change::{Change, ChangeId, FilePlan, Followed};
use crate::plan::ruling::{Follow, Ruling, Rulings};
use crate::project::{Facts, Recolored};

/// So often files are planned anew for what others of them do: a file that follows may have changes
/// then that others follow. Files that still have some then get no change at all.
const ROUNDS: usize = 16;

/// What is said of those.
const ENDLESS: &str = "not changed: other files would have to change with it, then others with those, and so on; select fewer recipes";

/// Plans the files that follow changes of others, and leaves the changes that one cannot follow.
pub(super) fn link(jobs: &[(&Path, &Engine)], outcomes: &mut [Outcome], facts: &dyn Facts) {
    link_all(jobs, outcomes, facts, None);
}

/// The same where plans are gone on with: those that were begun stay, and what is new goes on top.
pub(super) fn link_further(
    jobs: &[(&Path, &Engine)],
    outcomes: &mut [Outcome],
    facts: &dyn Facts,
    begun: &mut Begun,
) {
    link_all(jobs, outcomes, facts, Some(begun));
}

fn link_all(
    jobs: &[(&Path, &Engine)],
    outcomes: &mut [Outcome],
    facts: &dyn Facts,
    begun: Option<&mut Begun>,
) {
    if leaders(outcomes).next().is_none() {
        return;
    }
    let mut run = Run {
        jobs,
        facts,
        places: places(jobs, facts),
        rulings: outcomes.iter().map(rulings_of).collect(),
        begun,
    };
    for round in 0.. {
        let rulings = run.ruled(outcomes, round >= ROUNDS);
        let is_changed = |job: &usize| rulings[*job] != run.rulings[*job];
        let changed: Vec<usize> = (0..jobs.len()).filter(is_changed).collect();
        if changed.is_empty() {
            break;
        }
        run.rulings = rulings;
        if let Some(begun) = &mut run.begun {
            let changed = changed.iter();
            changed.for_each(|job| begun.keep(*job, outcomes[*job].plan.as_ref()));
        }
        let planned = changed.into_par_iter();
        let planned: Vec<_> = planned
            .map(|job| (job, run.plan_again(job, &outcomes[job])))
            .collect();
        for (job, plan) in planned {
            outcomes[job].plan = plan;
        }
    }
    require_each_other(outcomes);
}

/// All files of a run.
struct Run<'j> {
    jobs: &'j [(&'j Path, &'j Engine<'j>)],
    facts: &'j dyn Facts,
    /// The files in full, with their places.
    places: HashMap<PathBuf, usize>,
    /// What the plans were made with.
    rulings: Vec<Rulings>,
    /// The plans that are gone on with, where files are not planned anew.
    begun: Option<&'j mut Begun>,
}

/// A change that others follow, with its file's place in the run.
struct Leader<'p> {
    job: usize,
    change: &'p Change,
    followed: &'p Followed,
}

impl Run<'_> {
    /// Decides, as the plans are now, what each file follows and what is left; where it is `late`, all
    /// of a file that others would have to follow.
    fn ruled(&self, outcomes: &[Outcome], late: bool) -> Vec<Rulings> {
        let mut rulings = self.rulings.clone();
        let mut follows: Vec<Vec<Follow>> = vec![Vec::new(); outcomes.len()];
        for leader in leaders(outcomes) {
            if late {
                rulings[leader.job] = Rulings::leave_all(ENDLESS.to_owned());
                continue;
            }
            match self.followers(&leader, outcomes) {
                Ok(followers) => {
                    let jobs = followers.into_iter();
                    jobs.for_each(|job| follows[job].push(self.follow(&leader)));
                }
                Err(why) => {
                    let left = Ruling::Leave(format!("not changed: {why}"));
                    rulings[leader.job].add(leader.change.id.clone(), left);
                }
            }
        }
        for (rulings, follows) in rulings.iter_mut().zip(follows) {
            rulings.follow(follows);
        }
        rulings
    }

    fn follow(&self, leader: &Leader) -> Follow {
        let change = leader.change;
        Follow {
            change: change.id.clone(),
            recipe: change.recipe.clone(),
            rule: change.rule.clone(),
            safety: change.safety,
            reason: change.reason.clone(),
            home: self.facts.name_in_project(self.jobs[leader.job].0),
            name: leader.followed.name.clone(),
        }
    }

    /// Returns the places of the files that follow a change, or why one of them does not.
    fn followers(&self, leader: &Leader, outcomes: &[Outcome]) -> Result<Vec<usize>, String> {
        let files = leader.followed.files.iter();
        let jobs = files.map(|file| {
            let job = self.places.get(&self.facts.whole(file)).copied();
            let job = job.filter(|job| !outcomes[*job].is_generated);
            let why = match job {
                None => Some("does not change with it in this run; name both".to_owned()),
                Some(job) => self.obstacle(leader, job, outcomes),
            };
            let name = self.facts.name_in_project(file);
            match (job, why) {
                (Some(job), None) => Ok(job),
                (_, why) => Err(format!(
                    "{} uses it, too, and {}",
                    name.display(),
                    why.unwrap_or_default()
                )),
            }
        });
        jobs.collect()
    }

    /// Says why a file of the run does not follow a change.
    fn obstacle(&self, leader: &Leader, job: usize, outcomes: &[Outcome]) -> Option<String> {
        let has_pair = |job: usize| {
            let source = outcomes[job].source(self.jobs[job].0, self.facts);
            source.is_none_or(|source| !self.facts.pairs_of(&source).is_empty())
        };
        if !self.is_asked_alike(leader, job) {
            let recipe = &leader.change.recipe;
            return Some(format!("{recipe} is off there, or more careful"));
        }
        if has_pair(job) || has_pair(leader.job) {
            return Some("one of the two has a Jupytext pair".to_owned());
        }
        self.is_refused(job, &outcomes[job], &leader.change.id)
            .then(|| {
                "what it does with it cannot change, or gives way to another change".to_owned()
            })
    }

    /// Returns whether the recipe does in a file what it does in that of the change.
    fn is_asked_alike(&self, leader: &Leader, job: usize) -> bool {
        let change = leader.change;
        let (engine, own) = (self.jobs[job].1, self.jobs[leader.job].1);
        let careful = engine.settings.careful.get(&change.recipe);
        let reaches = |engine: &Engine| {
            let Settings { level, applied, .. } = engine.settings;
            [level, applied].map(|level| change.safety <= level)
        };
        engine.rule(&change.recipe, &change.rule).is_some()
            && careful.is_none_or(|careful| careful.level <= change.safety)
            && reaches(engine) == reaches(own)
    }

    /// Returns whether a file was planned to follow a change, and does not.
    fn is_refused(&self, job: usize, outcome: &Outcome, leader: &ChangeId) -> bool {
        let mut follows = self.rulings[job].follows().iter();
        follows.any(|follow| follow.change == *leader)
            && !wanted(outcome).any(|change| change.requires.contains(leader))
    }

    fn plan_again(&self, job: usize, outcome: &Outcome) -> Option<FilePlan> {
        let rulings = self.rulings[job].clone();
        let (path, engine) = self.jobs[job];
        // What the file follows is done: other recipes may go on from there.
        let facts = match rulings.follows() {
            [] => None,
            follows => Some(self.facts.recolored(recolored(engine, follows))),
        };
        let facts = facts.as_deref().unwrap_or(self.facts);
        if let Some(begun) = &self.begun {
            return begun.go_on(job, self.jobs[job], rulings, facts);
        }
        let source = outcome.source(path, self.facts)?;
        engine.plan_ruled(source, rulings, facts).plan
    }
}

fn recolored(engine: &Engine, follows: &[Follow]) -> Vec<Recolored> {
    let defs = follows.iter().filter_map(|follow| {
        let (_, _, rule) = engine.rule(&follow.recipe, &follow.rule)?;
        Some(Recolored {
            home: follow.home.clone(),
            name: follow.name.clone(),
            is_async: rule.color()?,
        })
    });
    defs.collect()
}

/// What a file's plan was made with.
pub(super) fn rulings_of(outcome: &Outcome) -> Rulings {
    let plan = outcome.plan.as_ref();
    plan.map(|plan| plan.rulings.clone()).unwrap_or_default()
}

fn wanted(outcome: &Outcome) -> impl Iterator<Item = &Change> {
    outcome.plan.iter().flat_map(FilePlan::wanted)
}

fn leaders(outcomes: &[Outcome]) -> impl Iterator<Item = Leader<'_>> {
    outcomes.iter().enumerate().flat_map(|(job, outcome)| {
        wanted(outcome).flat_map(move |change| {
            let followed = change.followed.iter();
            followed.map(move |followed| Leader {
                job,
                change,
                followed,
            })
        })
    })
}

/// Lets each change rest on those that follow it, as they rest on it.
fn require_each_other(outcomes: &mut [Outcome]) {
    let mut led: Vec<(ChangeId, ChangeId)> = Vec::new();
    for plan in outcomes.iter().filter_map(|outcome| outcome.plan.as_ref()) {
        for change in plan.wanted() {
            let leaders = plan.rulings.follows().iter().map(|it| &it.change);
            let leaders = leaders.filter(|leader| change.requires.contains(leader));
            led.extend(leaders.map(|leader| (leader.clone(), change.id.clone())));
        }
    }
    let plans = outcomes.iter_mut();
    let plans = plans.filter_map(|outcome| outcome.plan.as_mut());
    let layers = plans.flat_map(|plan| &mut plan.layers);
    for change in layers.flat_map(|layer| &mut layer.changes) {
        let followers = led.iter().filter(|(leader, _)| *leader == change.id);
        for (_, follower) in followers {
            if !change.requires.contains(follower) {
                change.requires.push(follower.clone());
            }
        }
    }
}
