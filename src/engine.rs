//! The pipeline, for a file and for many: read → prefilter → parse → bind → match → plan → verify.
//!
//! Read this first. Each step is one call, named after its stage; from `parse` to `verify` everything
//! is pure: text and recipes in, a [`FilePlan`] out.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::matching::dispatch::Dispatch;
use crate::matching::prefilter::Prefilter;
use crate::matching::subject::Target;
use crate::plan::change::{FilePlan, Layer, Plan, Problem};
use crate::project::Facts;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::order::{self, Cycle};
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::source::read::ReadError;

use analysis::Tables;

pub mod analysis;

pub mod examples;

mod layer;

/// The target version where nobody names one.
const ASSUMED_PYTHON: (u8, u8) = (3, 10);

/// Worker stacks: visiting and dropping a deep syntax tree recurses (facts: 64 MiB hold 100,000
/// levels); virtual memory, so the size costs nothing.
const WORKER_STACK: usize = 256 << 20;

/// What a run is told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Level whose changes are wanted.
    pub level: Safety,
    /// `--target-version`.
    pub target: Option<(u8, u8)>,
    /// Worker threads; 0: one per core.
    pub threads: usize,
}

/// The selected recipes, ready for any number of files.
pub struct Engine<'r> {
    /// Recipes by stratum: each is planned on the text that the ones before leave.
    pub(crate) strata: Vec<Stratum<'r>>,
    pub(crate) tables: Tables<'r>,
    pub(crate) settings: Settings,
    prefilter: Prefilter,
}

/// Recipes that are planned on the same text.
pub(crate) struct Stratum<'r> {
    pub(crate) recipes: Vec<&'r Recipe>,
    pub(crate) dispatch: Dispatch<'r>,
}

impl<'r> Engine<'r> {
    /// Prepares recipes of a catalog.
    ///
    /// # Errors
    /// Recipes that wait for each other.
    pub fn new(
        catalog: &'r Catalog,
        recipes: &[&'r Recipe],
        settings: Settings,
    ) -> Result<Self, Cycle> {
        let strata = order::strata(recipes)?.into_iter().map(|recipes| Stratum {
            dispatch: Dispatch::new(&recipes),
            recipes,
        });
        Ok(Self {
            strata: strata.collect(),
            prefilter: Prefilter::new(recipes.iter().copied()),
            tables: Tables::new(catalog),
            settings,
        })
    }

    /// Plans many files, in parallel; the result is in order of path, whatever the threads did.
    ///
    /// # Errors
    /// The threads cannot be started.
    pub fn plan(
        &self,
        files: &[PathBuf],
        facts: &dyn Facts,
    ) -> Result<Plan, rayon::ThreadPoolBuildError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.settings.threads)
            .stack_size(WORKER_STACK)
            .build()?;
        let outcomes: Vec<Outcome> = pool.install(|| {
            files
                .par_iter()
                .map(|path| self.plan_path(path, facts))
                .collect()
        });
        let mut plan = Plan {
            level: self.settings.level,
            files: Vec::new(),
            problems: Vec::new(),
            scanned: files.len(),
        };
        for outcome in outcomes {
            plan.problems.extend(outcome.problems);
            plan.files.extend(outcome.plan);
        }
        plan.problems.sort();
        Ok(plan)
    }

    fn plan_path(&self, path: &Path, facts: &dyn Facts) -> Outcome {
        match SourceFile::read(path) {
            Ok(source) => self.plan_source(source, facts),
            Err(ReadError::OtherLanguage { .. }) => Outcome::default(),
            Err(error) => Outcome::problem(Problem {
                path: path.to_owned(),
                position: None,
                message: error.to_string(),
                fatal: true,
            }),
        }
    }

    /// Plans one file that is already read.
    pub fn plan_source(&self, source: SourceFile, facts: &dyn Facts) -> Outcome {
        if source.is_generated() || !self.prefilter.may_match(source.text().as_bytes()) {
            return Outcome::default();
        }
        let mut outcome = self.plan_layers(source, facts);
        if outcome
            .plan
            .as_ref()
            .is_some_and(|plan| plan.layers.iter().any(|layer| !layer.changes.is_empty()))
        {
            layer::verify_second_run(self, &mut outcome, facts);
        }
        outcome
    }

    /// Plans the strata one after the other, each on what the one before leaves.
    pub(crate) fn plan_layers(&self, source: SourceFile, facts: &dyn Facts) -> Outcome {
        let mut outcome = Outcome::default();
        let mut plan = FilePlan {
            layers: Vec::new(),
            findings: Vec::new(),
        };
        let mut current = source;
        for stratum in &self.strata {
            let planned = match layer::plan_layer(self, stratum, &current, &plan, facts) {
                Ok(planned) => planned,
                Err(broken) => {
                    let problem = layer::problem(&current, &broken, true);
                    return Outcome::problem(problem);
                }
            };
            if plan.layers.is_empty() {
                outcome.problems.extend(planned.problems);
            }
            plan.findings.extend(planned.findings);
            if planned.changes.is_empty() && !plan.layers.is_empty() {
                continue;
            }
            let next = planned.after;
            plan.layers.push(Layer {
                source: current.clone(),
                changes: planned.changes,
                edits: planned.edits,
            });
            match next {
                Some(next) => current = next,
                None => continue,
            }
        }
        plan.findings.sort_by(|a, b| {
            (a.site.range.start(), &a.site.recipe).cmp(&(b.site.range.start(), &b.site.recipe))
        });
        let says_something =
            !plan.findings.is_empty() || plan.layers.iter().any(|layer| !layer.changes.is_empty());
        outcome.plan = says_something.then_some(plan);
        outcome
    }

    /// Returns the Python version a file is written for.
    pub(crate) fn target(&self, source: &SourceFile, facts: &dyn Facts) -> Target {
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

/// What came of one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// `None`: nothing to say.
    pub plan: Option<FilePlan>,
    /// What could not be read or parsed.
    pub problems: Vec<Problem>,
}

impl Outcome {
    fn problem(problem: Problem) -> Self {
        Self {
            plan: None,
            problems: vec![problem],
        }
    }
}
