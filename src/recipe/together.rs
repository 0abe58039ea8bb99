//! How far sites reach that are one change, or one finding.

use super::word::words;

/// What sites stand in that make one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// One statement: the earliest of the rules that apply there decides for all of it.
    Statement,
    /// One function.
    Function,
    /// One file; of findings alone, as the others below.
    File,
    /// All files of one project.
    Project,
}

words!(Together: Statement "statement", Function "function", File "file", Project "project");

impl Together {
    /// Returns whether it is no part of a file: findings may share that, and changes may not.
    pub fn is_of_findings(self) -> bool {
        matches!(self, Self::File | Self::Project)
    }
}
