//! The pipeline, for many files and for each: read → index → plan → verify.
//!
//! Read this first. [`plan`] is the whole of it; `recipes` is what is done to one file by itself, and
//! `run` what files do to each other.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::plan::change::Plan;
use crate::plan::look::Look;
use crate::project::Facts;
use crate::recipe::safety::Safety;
use crate::source::package_list::PackageList;

use run::{File, Run};

pub use chosen::{Meant, RecipeStep, besides, by_recipe, choose};
pub use outcome::Outcome;
pub use recipes::Engine;
pub use settings::{ASSUMED_PYTHON, Input, Settings};

pub mod comment;

pub mod examples;

pub mod explain;

pub mod floor;

pub mod graph;

pub mod upkeep;

mod before;

mod chosen;

mod claims;

mod drafts;

mod ignored;

mod layer;

mod outcome;

mod recipes;

mod run;

mod settings;

mod tidy;

/// Bytes of a worker's stack: visiting and dropping a deep syntax tree recurses, and 64 MiB were
/// measured to hold 100,000 levels. It is virtual memory, so the size costs nothing.
const WORKER_STACK: usize = 256 << 20;

/// More threads than this only cost their stacks.
const MAX_THREADS: usize = 256;

/// A file to be planned, and the engine that has its settings.
pub type Job<'j> = (Input, &'j Engine<'j>);

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
    let outcomes = pool(threads)?.install(|| {
        let projects = Projects::of(jobs, facts);
        let by_itself = |(place, (input, engine)): (usize, &Job<'_>)| {
            let outcome = engine.plan_input(input, facts);
            projects.finish(place, facts);
            done.fetch_add(1, Ordering::Relaxed);
            outcome
        };
        let planned = jobs.par_iter().enumerate().map(by_itself);
        let outcomes: Vec<Outcome> = planned.collect();
        let files = jobs.iter().zip(outcomes);
        let files = files.map(|((input, engine), outcome)| {
            File::new(&input.path, engine, outcome).given(input.given.is_some())
        });
        Run::new(files.collect(), facts).finish()
    });
    Ok(together(jobs, outcomes))
}

/// The projects of a run, each of which rests when its last file is planned by itself.
struct Projects {
    /// Each file's root.
    roots: Vec<PathBuf>,
    /// How many files of a root are not planned yet.
    left: HashMap<PathBuf, AtomicUsize>,
}

impl Projects {
    fn of(jobs: &[Job], facts: &dyn Facts) -> Self {
        let roots = jobs.iter().map(|(input, _)| facts.root_of(&input.path));
        let roots: Vec<PathBuf> = roots.collect();
        let mut left: HashMap<PathBuf, AtomicUsize> = HashMap::new();
        for root in &roots {
            *left.entry(root.clone()).or_default().get_mut() += 1;
        }
        Self { roots, left }
    }

    fn finish(&self, place: usize, facts: &dyn Facts) {
        let root = &self.roots[place];
        if self.left[root].fetch_sub(1, Ordering::Relaxed) == 1 {
            facts.rest(root);
        }
    }
}

/// Puts what came of each file in one plan.
fn together(jobs: &[Job], outcomes: Vec<Outcome>) -> Plan {
    let levels = jobs.iter().map(|(_, engine)| engine.settings.level);
    // A person is not told of the lists of packages that nothing is done to.
    let is_told = |((input, _), outcome): &(&Job, &Outcome)| {
        PackageList::of(&input.path).is_none() || outcome.plan.is_some()
    };
    let mut plan = Plan {
        looks: looks(jobs),
        scanned: jobs.iter().zip(&outcomes).filter(is_told).count(),
        ..Plan::empty(levels.max().unwrap_or(Safety::Safe))
    };
    for outcome in outcomes {
        plan.skipped_generated += usize::from(outcome.is_generated);
        plan.problems.extend(outcome.problems);
        plan.comments.unused.extend(outcome.unused);
        plan.comments.marked.extend(outcome.marked);
        plan.files.extend(outcome.plan);
    }
    plan.problems.sort();
    plan
}

/// Returns what each engine was asked about its files.
fn looks(jobs: &[Job]) -> Vec<Look> {
    let mut looks: Vec<(&Engine, Look)> = Vec::new();
    for (input, engine) in jobs {
        let known = looks
            .iter_mut()
            .find(|(own, _)| std::ptr::eq(*own, *engine));
        match known {
            Some((_, look)) => look.paths.push(input.path.clone()),
            None => {
                let recipes = engine.recipes.iter().map(|recipe| recipe.id.clone());
                let look = Look {
                    paths: vec![input.path.clone()],
                    recipes: recipes.collect(),
                    level: engine.settings.level,
                };
                looks.push((engine, look));
            }
        }
    }
    looks.into_iter().map(|(_, look)| look).collect()
}

fn pool(threads: usize) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.min(MAX_THREADS))
        .stack_size(WORKER_STACK)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Alone;
    use crate::recipe::Recipe;
    use crate::recipe::catalog::Catalog;
    use crate::recipe::order::Stage;
    use crate::source::SourceFile;

    /// Asks an engine with all shipped recipes, up to those of `review`.
    pub(super) fn with_shipped<T>(ask: impl FnOnce(&Engine) -> T) -> T {
        let catalog = Catalog::shipped_once();
        let recipes = catalog.recipes().iter().collect::<Vec<_>>();
        let settings = Settings::new(Safety::Review);
        ask(&Engine::new(catalog, &recipes, settings).expect("recipes have an order"))
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

    #[test]
    fn a_file_that_no_recipe_can_touch_is_not_parsed() {
        let text = "\
import json
import logging
from collections import deque
from urllib import parse

from .base import Base
from .records import Record, load

log = logging.getLogger(__name__)
cache = deque(maxlen=10)


class Reader(Base):
    def __init__(self, name, *, limit=None):
        super().__init__(name)
        self.limit = limit
        self.lines = [line.strip() for line in name.splitlines()]

    @property
    def size(self):
        return len(self.lines)

    def read(self, key, default=None):
        try:
            record = load(self.lines[key], parent=self)
        except (IndexError, KeyError) as error:
            log.warning(\"no %s: %s\", key, error)
            return default
        if record and record.value is not None:
            cache.append(Record(parse.quote(record.value), sort=lambda it: it.key))
        return json.dumps({\"key\": key, **record.options})


def first(lines):
    for line in lines:
        yield line[0] + \".\"
        lines[line] = first(line)
";
        let source = SourceFile::from_text("a.py", text).expect("it can be read");
        let touched = with_shipped(|engine| {
            let recipes = engine.recipes.iter();
            let alone = |recipe: &&&Recipe| {
                let settings = Settings::new(Safety::Review);
                let alone = Engine::new(Catalog::shipped_once(), &[recipe], settings);
                let alone = alone.expect("one recipe has an order");
                alone.may_match(Stage::File, &source)
            };
            let touched = recipes.filter(alone);
            touched.map(|it| it.id.clone()).collect::<Vec<_>>()
        });
        assert_eq!(touched, [""; 0]);
    }
}
