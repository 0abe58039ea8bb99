//! What came of one file in a run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::Engine;
use crate::plan::change::{FilePlan, Problem};
use crate::project::Facts;
use crate::recipe::order::Stage;
use crate::source::SourceFile;

/// What came of one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// `None`: nothing to say.
    pub plan: Option<FilePlan>,
    /// What could not be read or parsed.
    pub problems: Vec<Problem>,
    /// Left alone, because the text says that a program wrote it.
    pub is_generated: bool,
    pub(super) goes_on: GoesOn,
}

/// Which later stages may have something to say about a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GoesOn {
    pub(super) program: bool,
    pub(super) entries: bool,
}

impl Outcome {
    pub(super) fn goes_on(&self, stage: Stage) -> bool {
        match stage {
            Stage::File => true,
            Stage::Program => self.goes_on.program,
            Stage::Entries => self.goes_on.entries,
        }
    }

    /// Returns the file as it was given.
    pub(super) fn source(&self, path: &Path, facts: &dyn Facts) -> Option<SourceFile> {
        match &self.plan {
            Some(plan) => Some(plan.original().clone()),
            None => facts.source(path),
        }
    }

    pub(super) fn problem(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }
}

/// Returns the files of a run in full, with their places.
pub(super) fn places(jobs: &[(&Path, &Engine)], facts: &dyn Facts) -> HashMap<PathBuf, usize> {
    let paths = jobs.iter().map(|(path, _)| facts.whole(path));
    paths.zip(0..).collect()
}
