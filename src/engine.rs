//! The pipeline, for a file and for many: read → prefilter → parse → bind → match → plan → verify.
//!
//! Read this first. Each step is one call, named after its stage; from `parse` to `verify` everything
//! is pure: text and recipes in, a [`FilePlan`] out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::config::select::Careful;
use crate::matching::dispatch::Dispatch;
use crate::matching::prefilter::Prefilter;
use crate::matching::subject::{Subject, Target};
use crate::matching::{Match, search};
use crate::plan::change::{FilePlan, Plan, Problem};
use crate::plan::ruling::Rulings;
use crate::project::Facts;
use crate::project::nature::RunAs;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::order::{self, Disorder};
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::source::read::ReadError;

use analysis::Tables;

pub mod analysis;

pub mod examples;

pub mod floor;

mod before;

mod drafts;

mod layer;

mod pairs;

mod second_run;

/// The target version where nobody names one.
const ASSUMED_PYTHON: (u8, u8) = (3, 10);

/// Bytes of a worker's stack: visiting and dropping a deep syntax tree recurses, and 64 MiB were
/// measured to hold 100,000 levels. It is virtual memory, so the size costs nothing.
const WORKER_STACK: usize = 256 << 20;

/// More threads than this only cost their stacks.
const MAX_THREADS: usize = 256;

/// What an engine is told: the same for all its files.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Level whose changes are wanted.
    pub level: Safety,
    /// Level whose changes a migration makes.
    pub applied: Safety,
    /// The lowest Python the code must run on, where somebody says so.
    pub target: Option<(u8, u8)>,
    /// How percent files are run, where somebody says so.
    pub run_as: Option<RunAs>,
    /// By recipe: what is done more carefully than its rules ask for.
    pub careful: BTreeMap<String, Careful>,
}

impl Settings {
    /// Settings of which only the level is said.
    pub fn new(level: Safety) -> Self {
        Self {
            level,
            applied: level,
            target: None,
            run_as: None,
            careful: BTreeMap::new(),
        }
    }
}

/// A file to be planned, and the engine that has its settings.
pub type Job<'j> = (Input, &'j Engine<'j>);

/// A file, and where its text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Where it is, or would be.
    pub path: PathBuf,
    /// Its content, where that is not on the disk. Such a file has a plan in any case, so that its
    /// text can be shown: nobody else has it.
    pub given: Option<Vec<u8>>,
    /// Whether it is looked at also when a program wrote it.
    pub is_named: bool,
}

impl Input {
    /// A file on the disk that was found there.
    pub fn found(path: PathBuf) -> Self {
        Self {
            path,
            given: None,
            is_named: false,
        }
    }

    fn read(&self) -> Result<SourceFile, ReadError> {
        match &self.given {
            None => SourceFile::read(&self.path),
            Some(bytes) => SourceFile::from_bytes(self.path.clone(), bytes.clone()),
        }
    }
}

/// The selected recipes, ready for any number of files.
pub struct Engine<'r> {
    /// In order of precedence.
    recipes: Vec<&'r Recipe>,
    /// Per recipe: each stratum is planned on the text that the ones before leave.
    strata: Vec<usize>,
    dispatch: Dispatch<'r>,
    tables: Tables<'r>,
    settings: Settings,
    prefilter: Prefilter,
}

impl<'r> Engine<'r> {
    /// Prepares recipes of a catalog.
    ///
    /// # Errors
    /// Recipes that wait for each other, or oppose each other.
    pub fn new(
        catalog: &'r Catalog,
        recipes: &[&'r Recipe],
        settings: Settings,
    ) -> Result<Self, Disorder> {
        order::check_opposed(recipes)?;
        Ok(Self {
            recipes: recipes.to_vec(),
            strata: order::strata(recipes)?,
            dispatch: Dispatch::new(recipes),
            prefilter: Prefilter::new(recipes.iter().copied()),
            tables: Tables::new(catalog),
            settings,
        })
    }

    fn n_strata(&self) -> usize {
        self.strata.iter().max().map_or(0, |last| last + 1)
    }

    /// Finds where the recipes apply, as carefully as the settings ask for.
    fn search<'a>(&self, subject: &Subject<'a>) -> Vec<Match<'r, 'a>> {
        let mut matches = search(subject, &self.recipes, &self.dispatch);
        for found in &mut matches {
            if let Some(careful) = self.settings.careful.get(&found.recipe.id) {
                restrain(found, careful);
            }
        }
        matches
    }

    fn plan_input(&self, input: &Input, facts: &dyn Facts) -> Outcome {
        let source = match input.read() {
            Ok(source) => source,
            Err(ReadError::OtherLanguage { .. }) => return Outcome::default(),
            Err(error) => {
                return Outcome::problem(Problem {
                    path: input.path.clone(),
                    position: None,
                    message: error.to_string(),
                    fatal: true,
                });
            }
        };
        let Settings { level, applied, .. } = self.settings;
        let is_given = input.given.is_some();
        let untouched = is_given.then(|| FilePlan::untouched(source.clone(), level, applied));
        let mut outcome = match input.is_named {
            true => self.plan_ruled(source, Rulings::default(), facts),
            false => self.plan_source(source, facts),
        };
        outcome.plan = outcome.plan.or(untouched);
        outcome
    }

    /// Plans one file that is already read, unless a program wrote it.
    pub fn plan_source(&self, source: SourceFile, facts: &dyn Facts) -> Outcome {
        if source.is_generated() {
            return Outcome {
                is_generated: true,
                ..Outcome::default()
            };
        }
        self.plan_ruled(source, Rulings::default(), facts)
    }

    /// Plans one file of whose changes something was decided before.
    fn plan_ruled(&self, source: SourceFile, rulings: Rulings, facts: &dyn Facts) -> Outcome {
        if !self.prefilter.may_match(&source) {
            return Outcome::default();
        }
        match layer::plan_layers(self, source, rulings, facts) {
            Err(problem) => Outcome::problem(problem),
            Ok((mut plan, problems)) => {
                second_run::verify(self, &mut plan, facts);
                let says_something = !plan.findings.is_empty() || plan.changes().next().is_some();
                Outcome {
                    plan: says_something.then_some(plan),
                    problems,
                    is_generated: false,
                }
            }
        }
    }

    /// Returns the Python version a file is written for.
    fn target(&self, source: &SourceFile, facts: &dyn Facts) -> Target {
        let known = self
            .settings
            .target
            .or_else(|| source.language_version())
            .or_else(|| facts.minimum_python(source.path()));
        Target {
            version: known.unwrap_or(ASSUMED_PYTHON),
            assumed: known.is_none(),
        }
    }
}

/// Plans many files, each with its own engine, in parallel on so many threads (0: one per core); the
/// result is in the order of the files, whatever the threads did. `done` counts the files meanwhile.
///
/// # Errors
/// The threads cannot be started.
pub fn plan(
    jobs: &[Job],
    threads: usize,
    done: &AtomicUsize,
    facts: &dyn Facts,
) -> Result<Plan, rayon::ThreadPoolBuildError> {
    let plan_one = |(input, engine): &Job| {
        let outcome = engine.plan_input(input, facts);
        done.fetch_add(1, Ordering::Relaxed);
        outcome
    };
    let outcomes = pool(threads)?.install(|| {
        let mut outcomes: Vec<Outcome> = jobs.par_iter().map(plan_one).collect();
        pairs::link(jobs, &mut outcomes, facts);
        outcomes
    });
    let levels = jobs.iter().map(|(_, engine)| engine.settings.level);
    let mut plan = Plan {
        level: levels.max().unwrap_or(Safety::Safe),
        files: Vec::new(),
        problems: Vec::new(),
        scanned: jobs.len(),
        skipped_generated: 0,
        skipped_vendored: 0,
    };
    for outcome in outcomes {
        plan.skipped_generated += usize::from(outcome.is_generated);
        plan.problems.extend(outcome.problems);
        plan.files.extend(outcome.plan);
    }
    plan.problems.sort();
    Ok(plan)
}

/// Takes from a match what is promised too much.
fn restrain(found: &mut Match, careful: &Careful) {
    let Careful { level, why } = careful;
    if found.safety >= *level {
        return;
    }
    found.reason = match level {
        Safety::Manual => format!("{} (not changed, {why})", found.reason),
        _ => format!("{} ({}, {why})", found.reason, level.word()),
    };
    found.safety = *level;
}

fn pool(threads: usize) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.min(MAX_THREADS))
        .stack_size(WORKER_STACK)
        .build()
}

/// What came of one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// `None`: nothing to say.
    pub plan: Option<FilePlan>,
    /// What could not be read or parsed.
    pub problems: Vec<Problem>,
    /// Left alone, because the text says that a program wrote it.
    pub is_generated: bool,
}

impl Outcome {
    fn problem(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Alone;

    /// Asks an engine with all shipped recipes, up to those of `review`.
    pub(super) fn with_shipped<T>(ask: impl FnOnce(&Engine) -> T) -> T {
        let catalog = Catalog::shipped().expect("the shipped recipes are right");
        let recipes = catalog.recipes().iter().collect::<Vec<_>>();
        let settings = Settings::new(Safety::Review);
        ask(&Engine::new(&catalog, &recipes, settings).expect("recipes have an order"))
    }

    #[track_caller]
    fn check(text: &str, is_generated: bool, has_plan: bool) {
        let source = SourceFile::from_text("a.py", text).expect("it can be read");
        let outcome = with_shipped(|engine| engine.plan_source(source, &Alone));
        let found = (outcome.is_generated, outcome.plan.is_some());
        assert_eq!(found, (is_generated, has_plan));
    }

    #[test]
    fn a_generated_file_is_left_alone_and_told() {
        let text = "import time\nasync def a():\n    time.sleep(1)\n";
        check(text, false, true);
        check(&format!("# @generated\n{text}"), true, false);
    }
}
