//! How far sites reach that are one change, or one finding, and what these have in common.

use super::template::Template;
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

/// What the sites of one change have in common.
#[derive(Debug, Default)]
pub struct Shares {
    /// What they stand in; `None`: each is a change by itself, or what `collect` says.
    pub together: Option<Together>,
    /// Rules of the recipe of which one must have a match in the same change; none: it stands alone.
    pub joins: Vec<String>,
    /// The block that is put around them.
    pub wrap: Option<Wrap>,
    /// Arguments that a site gives what makes the object which they share.
    pub gives: Vec<Template>,
}

/// A block that is put around sites.
#[derive(Debug)]
pub struct Wrap {
    /// Its header: `async with $make() as $name`.
    pub header: Template,
}

/// How far a claim reaches around a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimExtent {
    /// The matched text.
    Site,
    /// The innermost function.
    Function,
}

words!(ClaimExtent: Site "site", Function "function");
