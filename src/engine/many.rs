//! Many files → one plan: each file for itself, in parallel, then what rests on all of them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::{Engine, Outcome, followers, further, pairs, stages};
use crate::plan::change::Plan;
use crate::project::Facts;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::source::package_list::PackageList;
use crate::source::read::{ReadError, read_bytes};

/// Bytes of a worker's stack: visiting and dropping a deep syntax tree recurses, and 64 MiB were
/// measured to hold 100,000 levels. It is virtual memory, so the size costs nothing.
const WORKER_STACK: usize = 256 << 20;

/// More threads than this only cost their stacks.
const MAX_THREADS: usize = 256;

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

    pub(super) fn read(&self) -> Result<SourceFile, ReadError> {
        match &self.given {
            None => SourceFile::from_bytes(self.path.clone(), read_bytes(&self.path)?),
            Some(bytes) => SourceFile::from_bytes(self.path.clone(), bytes.clone()),
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
        let files = files(jobs);
        followers::link(&files, &mut outcomes, facts);
        pairs::link(jobs, &mut outcomes, facts);
        let changed = further::go_on(&files, &mut outcomes, facts);
        stages::go_on(&files, &mut outcomes, changed.as_deref().unwrap_or(facts));
        outcomes
    });
    let levels = jobs.iter().map(|(_, engine)| engine.settings.level);
    let mut plan = Plan {
        level: levels.max().unwrap_or(Safety::Safe),
        files: Vec::new(),
        problems: Vec::new(),
        scanned: looked_at(jobs, &outcomes),
        skipped_generated: 0,
        skipped_vendored: 0,
        unfinished: Vec::new(),
        in_force: Vec::new(),
    };
    for outcome in outcomes {
        plan.skipped_generated += usize::from(outcome.is_generated);
        plan.problems.extend(outcome.problems);
        plan.files.extend(outcome.plan);
    }
    plan.problems.sort();
    Ok(plan)
}

fn files<'j>(jobs: &'j [Job<'j>]) -> Vec<(&'j Path, &'j Engine<'j>)> {
    let files = jobs.iter();
    files
        .map(|(input, engine)| (input.path.as_path(), *engine))
        .collect()
}

/// Counts the files that a person is told of: not the lists of packages that nothing is done to.
fn looked_at(jobs: &[Job], outcomes: &[Outcome]) -> usize {
    let is_told = |((input, _), outcome): &(&Job, &Outcome)| {
        PackageList::of(&input.path).is_none() || outcome.plan.is_some()
    };
    jobs.iter().zip(outcomes).filter(is_told).count()
}

pub(super) fn pool(threads: usize) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.min(MAX_THREADS))
        .stack_size(WORKER_STACK)
        .build()
}
