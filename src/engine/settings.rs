//! What an engine is told, and which files it is given.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::select::Careful;
use crate::project::Facts;
use crate::project::nature::RunAs;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::source::read::ReadError;

/// The target version where nobody names one.
pub const ASSUMED_PYTHON: (u8, u8) = (3, 10);

/// So often a file is planned again for what changed meanwhile, in it or in others. What is not at rest then
/// is not changed: the recipes always find more.
pub(super) const MAX_TURNS: usize = 32;

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
    /// Whether a comment that keeps a recipe away needs a reason.
    pub reasons_required: bool,
    /// Whether minor findings are shown.
    pub shows_minor: bool,
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
            reasons_required: true,
            shows_minor: true,
        }
    }
}

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

    /// Returns whether somebody named the file, or gave its text.
    pub(super) fn is_meant(&self) -> bool {
        self.is_named || self.given.is_some()
    }

    /// Reads the file, unless its bytes are given.
    pub(super) fn read(&self, facts: &dyn Facts) -> Result<SourceFile, ReadError> {
        let bytes = match &self.given {
            Some(bytes) => bytes.clone(),
            None => facts.read(&self.path)?,
        };
        SourceFile::from_bytes(self.path.clone(), bytes)
    }
}
