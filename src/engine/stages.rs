//! Plans of single files → what rests on all of them: rules about a program's files, then entries for
//! packages.
//!
//! Each stage sees all files as the wanted changes of the stages before leave them. What it does is a
//! layer on top of a file's plan, and requires the changes of other files that made it possible.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use super::before::Resting;
use super::layer::{Addition, Later, plan_addition};
use super::outcome::places;
use super::{Engine, Outcome};
use crate::bind::star::StarNames;
use crate::matching::elsewhere;
use crate::plan::change::{FilePlan, Problem};
use crate::project::attribute_use::AttributeUse;
use crate::project::definition::Definition;
use crate::project::driven::Driver;
use crate::project::import_index::names_module;
use crate::project::original::Original;
use crate::project::read_off::ReadOff;
use crate::project::replacement::{Asked, Replaced};
use crate::project::stand_in::StandIn;
use crate::project::{Facts, Recolored};
use crate::recipe::Recipe;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Condition;
use crate::recipe::order::{self, Stage};
use crate::recipe::pattern::Pattern;
use crate::source::cell::Position;
use crate::source::version::Allowed;
use crate::source::{SourceFile, package_list};

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

/// Facts about files as they are now.
impl Facts for World<'_> {
    fn name_in_project(&self, path: &Path) -> PathBuf {
        self.facts.name_in_project(path)
    }

    fn imported_elsewhere(&self, path: &Path) -> Option<PathBuf> {
        self.facts.imported_elsewhere(path)
    }

    fn other_file_uses(&self, path: &Path, name: &str) -> bool {
        self.facts.other_file_uses(path, name)
    }

    fn takers(&self, path: &Path, name: &str) -> Vec<PathBuf> {
        self.facts.takers(path, name)
    }

    fn is_console_script(&self, path: &Path) -> bool {
        self.facts.is_console_script(path)
    }

    fn is_script_function(&self, path: &Path, function: &str) -> bool {
        self.facts.is_script_function(path, function)
    }

    fn run_as_script(&self, path: &Path) -> Option<String> {
        self.facts.run_as_script(path)
    }

    fn allowed_python(&self, path: &Path) -> Allowed {
        self.facts.allowed_python(path)
    }

    fn named_python(&self, path: &Path) -> Option<(u8, u8)> {
        self.facts.named_python(path)
    }

    fn pairs_of(&self, source: &SourceFile) -> Vec<PathBuf> {
        self.facts.pairs_of(source)
    }

    fn patched_in(&self, path: &Path, name: &str) -> Option<PathBuf> {
        self.facts.patched_in(path, name)
    }

    fn spelled_in(&self, path: &Path, name: &str) -> Option<PathBuf> {
        self.facts.spelled_in(path, name)
    }

    fn definition(&self, path: &Path, qualified: &str) -> Definition {
        self.facts.definition(path, qualified)
    }

    fn borrowed(&self, method: &Original) -> Option<(PathBuf, Position)> {
        self.facts.borrowed(method)
    }

    fn read_whole(&self, class: &Original) -> Option<(PathBuf, Position)> {
        self.facts.read_whole(class)
    }

    fn attribute_used(&self, attribute: &Original) -> Option<AttributeUse> {
        self.facts.attribute_used(attribute)
    }

    fn star_names(&self, path: &Path, module: &str) -> Option<Arc<StarNames>> {
        self.facts.star_names(path, module)
    }

    fn replaced(&self, path: &Path, asked: Asked) -> Option<Replaced> {
        self.facts.replaced(path, asked)
    }

    fn driven(&self, path: &Path, function: &str) -> Option<Driver> {
        self.facts.driven(path, function)
    }

    fn stand_ins(&self, original: &Original) -> Vec<StandIn> {
        self.facts.stand_ins(original)
    }

    fn root_of(&self, path: &Path) -> PathBuf {
        self.facts.root_of(path)
    }

    fn source(&self, path: &Path) -> Option<SourceFile> {
        let job = self.job_of(path);
        // What is planned may not be on the disk.
        match job.and_then(|job| self.outcomes[job].plan.as_ref()) {
            Some(plan) => plan.after().ok(),
            None => self.facts.source(path),
        }
    }

    fn program(&self, path: &Path) -> Vec<PathBuf> {
        self.facts.program(path)
    }

    fn mentioning(&self, path: &Path, name: &str) -> Vec<PathBuf> {
        self.facts.mentioning(path, name)
    }

    fn defines(&self, path: &Path, name: &str) -> bool {
        self.facts.defines(path, name)
    }

    fn leads_round_to(&self, path: &Path, other: &Path) -> bool {
        self.facts.leads_round_to(path, other)
    }

    fn texts_above(&self, path: &Path, names: &[String]) -> Vec<String> {
        self.facts.texts_above(path, names)
    }

    fn importers(&self, path: &Path) -> Vec<PathBuf> {
        self.facts.importers(path)
    }

    fn with(&self, changed: &[SourceFile]) -> Box<dyn Facts> {
        self.facts.with(changed)
    }

    fn recolored(&self, defs: Vec<Recolored>) -> Box<dyn Facts> {
        self.facts.recolored(defs)
    }

    fn users_of(&self, path: &Path, module: &str) -> Vec<PathBuf> {
        let mut users = self.facts.users_of(path, module);
        users.retain(|user| match self.changed(user) {
            Some(plan) => plan
                .after()
                .is_ok_and(|after| names_module(after.text(), module)),
            None => true,
        });
        users
    }

    fn read_off(&self) -> &ReadOff {
        &self.read_off
    }

    fn holds(&self, path: &Path, condition: &Condition) -> Answer {
        let key = (self.whole(path), std::ptr::from_ref(condition) as usize);
        let known = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(&key) {
            return *answer;
        }
        drop(known);
        let source = self.source(path);
        let answer = source.map_or(Answer::Unknown, |source| self.ask(&source, condition));
        let mut known = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, answer);
        answer
    }

    fn held(&self, path: &Path, condition: &Condition) -> Answer {
        match self.changed(path) {
            Some(plan) => self.ask(plan.original(), condition),
            // It is as it was: what it has now it had.
            None => Answer::No,
        }
    }
}
