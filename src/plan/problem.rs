//! What a run could not look at, or has to say of a place without a change.

use std::path::PathBuf;

use crate::python::parse::Broken;
use crate::source::SourceFile;
use crate::source::cell::Position;

/// A file, or a part of it, that could not be read or parsed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// Where, if in the text.
    pub position: Option<Position>,
    /// One line.
    pub message: String,
    /// What it means for the run.
    pub gravity: Gravity,
}

/// What a problem means for the run, and its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// What was asked for cannot be done.
    Failure,
    /// Something is wrong with code that was only found: `check` counts it.
    Fault,
    /// Something is not known: changes get more careful.
    Note,
}

impl Gravity {
    /// Returns that of a file: one that was named is asked for.
    pub fn of_file(is_named: bool) -> Self {
        match is_named {
            true => Self::Failure,
            false => Self::Fault,
        }
    }
}

impl Problem {
    /// Returns whether the exit code says that the run failed.
    pub fn is_failure(&self) -> bool {
        self.gravity == Gravity::Failure
    }

    /// A cell or file that does not parse.
    pub fn of_broken(source: &SourceFile, broken: &Broken, gravity: Gravity) -> Self {
        Self {
            path: source.path().to_owned(),
            position: Some(source.position(broken.at.start())),
            message: format!("does not parse: {}", broken.message),
            gravity,
        }
    }
}
