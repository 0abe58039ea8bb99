//! What came of one file by itself.

use std::path::PathBuf;

use super::ignored::Heeded;
use crate::plan::change::{FilePlan, Problem};
use crate::plan::comments::Unused;
use crate::project::noted::Questions;
use crate::python::suppression::Suppressions;
use crate::recipe::order::Stage;

/// What came of one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// `None`: nothing to say.
    pub plan: Option<FilePlan>,
    /// What could not be read or parsed.
    pub problems: Vec<Problem>,
    /// Comments that keep nothing away.
    pub(super) unused: Vec<Unused>,
    /// The file, where it has marks of what is left for a person.
    pub(super) marked: Option<PathBuf>,
    /// Left alone, because its text says that a program generated it.
    pub is_generated: bool,
    pub(super) goes_on: GoesOn,
    /// Comments that kept a recipe from a site, in any of its plans.
    pub(super) heeded: Heeded,
    /// What its plans asked other files.
    pub(super) asked: Questions,
    /// All its comments.
    pub(super) comments: Option<Suppressions>,
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

    pub(super) fn problem(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }
}
