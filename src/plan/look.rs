//! What a run asked: recipes and files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::recipe::safety::Safety;

/// What was asked about some files.
#[derive(Debug, Clone)]
pub struct Look {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// The recipes.
    pub recipes: BTreeSet<String>,
    /// The level up to which changes were wanted.
    pub level: Safety,
}
