//! Plans of single files → what rests on all of them: rules about a program's files, then entries for
//! packages.
//!
//! Each stage sees all files as the wanted changes of the stages before leave them. What it does is a
//! layer on top of a file's plan, and requires the changes of other files that made it possible.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use rayon::prelude::*;

use super::before::Resting;
use super::layer::{Addition, Later, plan_addition};
use super::outcome::places;
use super::{Engine, Outcome};
use crate::matching::elsewhere;
use crate::plan::change::{FilePlan, Problem};
use crate::project::Facts;
use crate::project::import_index::names_module;
use crate::project::read_off::ReadOff;
use crate::python::word::words;
use crate::recipe::Recipe;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Condition;
use crate::recipe::order::{self, Stage};
use crate::recipe::pattern::Pattern;
use crate::source::{SourceFile, package_list};

/// What a stage asks its files as they are now.
mod now;

/// Goes on with the outcomes of single files, given in the order of the jobs.
pub(super) fn go_on(jobs: &[(&Path, &Engine)], outcomes: &mut [Outcome], facts: &dyn Facts) {
    for stage in [Stage::Program, Stage::Entries] {
        if !outcomes.iter().any(|outcome| outcome.goes_on(stage)) {
            continue;
        }
        let world = World::new(jobs, outcomes, facts, stage);
        if stage == Stage::Entries && world.freed.is_empty() {
            continue;
        }
        let additions: Vec<(usize, Result<Addition, Problem>)> = (0..jobs.len())
            .into_par_iter()
            .filter_map(|job| Some((job, world.plan(job)?)))
            .collect();
        for (job, addition) in additions {
            let outcome = &mut outcomes[job];
            match addition {
                Ok(addition) => addition.put_on(&mut outcome.plan, jobs[job].1),
                Err(problem) => outcome.problems.push(problem),
            }
        }
    }
}

/// A package that changes of a recipe took the last use from, or made the first use of, in one file.
struct Freed {
    recipe: String,
    /// Its normalized name.
    package: String,
    /// The changes began to use it instead.
    is_gained: bool,
    /// The file, in full.
    path: PathBuf,
    by: Vec<Resting>,
}

/// All files at a stage, as facts for each of them.
struct World<'w> {
    jobs: &'w [(&'w Path, &'w Engine<'w>)],
    outcomes: &'w [Outcome],
    facts: &'w dyn Facts,
    stage: Stage,
    /// The files of the jobs in full, with their places; found when first asked for.
    places: OnceLock<HashMap<PathBuf, usize>>,
    freed: Vec<Freed>,
    /// What was asked of whole files, by file and condition.
    held: Mutex<HashMap<(PathBuf, usize), Answer>>,
    read_off: ReadOff,
    /// The changed files by the words that they have now; listed when first asked for.
    written: OnceLock<HashMap<String, Vec<PathBuf>>>,
}

impl<'w> World<'w> {
    fn new(
        jobs: &'w [(&'w Path, &'w Engine<'w>)],
        outcomes: &'w [Outcome],
        facts: &'w dyn Facts,
        stage: Stage,
    ) -> Self {
        let mut world = Self {
            jobs,
            outcomes,
            facts,
            stage,
            places: OnceLock::new(),
            freed: Vec::new(),
            held: Mutex::default(),
            read_off: ReadOff::default(),
            written: OnceLock::new(),
        };
        if stage == Stage::Entries {
            world.freed = (0..jobs.len())
                .flat_map(|job| world.freed_by(job))
                .collect();
        }
        world
    }

    /// Returns which job a file is.
    fn job_of(&self, path: &Path) -> Option<usize> {
        let places = self.places.get_or_init(|| places(self.jobs, self.facts));
        places.get(&self.whole(path)).copied()
    }

    /// Returns the plan of a file that has wanted changes.
    fn changed(&self, path: &Path) -> Option<&'w FilePlan> {
        let plan = self.outcomes[self.job_of(path)?].plan.as_ref()?;
        plan.wanted().next().is_some().then_some(plan)
    }

    /// Returns the changed files, as the facts name them, by the words that they have now.
    fn written(&self) -> HashMap<String, Vec<PathBuf>> {
        let mut written: HashMap<String, Vec<PathBuf>> = HashMap::new();
        for (path, _) in self.jobs {
            let after = self.changed(path).and_then(|plan| plan.after().ok());
            let Some(after) = after else {
                continue;
            };
            let path = self.facts.whole(path);
            let names: HashSet<&str> = words(after.text()).collect();
            for name in names {
                written
                    .entry(name.to_owned())
                    .or_default()
                    .push(path.clone());
            }
        }
        written
    }

    /// Plans the stage for one file; `None` where it has nothing to say.
    fn plan(&self, job: usize) -> Option<Result<Addition, Problem>> {
        let (path, engine) = self.jobs[job];
        if !self.outcomes[job].goes_on(self.stage) {
            return None;
        }
        let resting = self.freed_for(path)?;
        let current = self.source(path)?;
        let is_asked = match self.stage {
            Stage::Entries => engine.may_hold_entries(&current),
            stage => engine.may_match(stage, &current),
        };
        if !is_asked {
            return None;
        }
        // Both of a pair would have to change alike, and the other one is not looked at again.
        if !self.facts.pairs_of(&current).is_empty() {
            return None;
        }
        let asks_for = |recipe: &Recipe, pattern: &Pattern| {
            let mut freed = resting.iter();
            freed.any(|freed| {
                let same = Some(freed.package.as_str()) == pattern.package();
                same && freed.recipe == recipe.id && freed.is_gained == pattern.lacks
            })
        };
        let rests = || match self.stage {
            Stage::Entries => resting.iter().flat_map(|freed| freed.by.clone()).collect(),
            _ => self.made_possible(path, engine),
        };
        let earlier = self.outcomes[job].plan.as_ref();
        let later = Later {
            engine,
            facts: self,
            stage: self.stage,
            is_asked: &asks_for,
        };
        plan_addition(&later, earlier, current, &rests).transpose()
    }

    /// Returns the changes of other files of the program that recipes of the stage come after.
    fn made_possible(&self, path: &Path, engine: &Engine) -> Vec<Resting> {
        let mut resting = Vec::new();
        for other in self.facts.program(path) {
            let Some(plan) = self.changed(&other) else {
                continue;
            };
            for recipe in &engine.recipes {
                let before = plan.wanted().filter(|change| {
                    order::comes_after(recipe, &change.recipe) && change.recipe != recipe.id
                });
                resting.extend(before.map(|change| Resting::new(&recipe.id, change)));
            }
        }
        resting
    }

    /// Returns the packages whose last use in a file its wanted changes take away, or whose first they make.
    fn freed_by(&self, job: usize) -> Vec<Freed> {
        let (path, engine) = self.jobs[job];
        let Some(plan) = self.outcomes[job].plan.as_ref() else {
            return Vec::new();
        };
        let mut freed = Vec::new();
        for (recipe, package, is_gained) in engine.packages() {
            let own = plan.wanted().filter(|change| change.recipe == recipe.id);
            let by: Vec<Resting> = own.map(|change| Resting::new(&recipe.id, change)).collect();
            let module = package.replace('-', "_");
            let names = |source: &SourceFile| names_module(source.text(), &module);
            let after = || plan.after().is_ok_and(|after| names(&after) == is_gained);
            if !by.is_empty() && names(plan.original()) != is_gained && after() {
                freed.push(Freed {
                    recipe: recipe.id.clone(),
                    package: package.to_owned(),
                    is_gained,
                    path: self.whole(path),
                    by,
                });
            }
        }
        freed
    }

    /// Returns what was freed in the project of a file; `None`: entries are asked for, and nothing was,
    /// so that the file need not be read.
    fn freed_for(&self, path: &Path) -> Option<Vec<&Freed>> {
        if self.stage != Stage::Entries {
            return Some(Vec::new());
        }
        let root = self.facts.root_of(path);
        let listed_for = package_list::folder_of(&self.whole(path)).map(Path::to_owned);
        let freed = self.freed.iter();
        // What another folder of the project needs is no list of this file's.
        let is_near = |freed: &&Freed| {
            let mut folder = listed_for.iter();
            !freed.is_gained || folder.any(|folder| freed.path.starts_with(folder))
        };
        let own = freed.filter(|freed| freed.path.starts_with(&root));
        let own = own.filter(is_near);
        let own: Vec<&Freed> = own.collect();
        (!own.is_empty()).then_some(own)
    }

    /// Answers a condition about a source, which is parsed for it.
    fn ask(&self, source: &SourceFile, condition: &Condition) -> Answer {
        let engine = self.jobs[self.job_of(source.path()).unwrap_or(0)].1;
        let asked = engine.analyze(source, None, self, |subject| {
            elsewhere::holds(subject, condition)
        });
        asked.unwrap_or(Answer::Unknown)
    }
}
