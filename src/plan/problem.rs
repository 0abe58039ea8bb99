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
    /// Whether the exit code says so; a broken cell of a readable notebook does not.
    pub fatal: bool,
}

impl Problem {
    /// A cell or file that does not parse.
    pub fn of_broken(source: &SourceFile, broken: &Broken, fatal: bool) -> Self {
        Self {
            path: source.path().to_owned(),
            position: Some(source.position(broken.at.start())),
            message: format!("does not parse: {}", broken.message),
            fatal,
        }
    }
}
