//! What a run finds of comments that are for this program itself.

use std::path::PathBuf;

use ruff_text_size::TextSize;

use super::change::Problem;

/// The comments of a run's files that there is something to do about.
#[derive(Debug, Clone, Default)]
pub struct Comments {
    /// Those that keep nothing away.
    pub unused: Vec<Unused>,
    /// The files that have marks of what is left for a person.
    pub marked: Vec<PathBuf>,
}

/// A comment that keeps a recipe from nothing.
#[derive(Debug, Clone)]
pub struct Unused {
    /// Where it begins in the file on disk.
    pub start: TextSize,
    /// The recipe.
    pub recipe: String,
    /// What is said of it, and its file.
    pub problem: Problem,
}
