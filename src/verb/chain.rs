//! The defs that one change rewrites because they call each other.

use std::path::PathBuf;

use rustc_hash::FxHashSet;

/// A def: its file in the project, and its name behind those of what it stands in, with dots between.
pub(super) type Def = (PathBuf, String);

/// Defs that change.
pub(super) type Seen = FxHashSet<Def>;

/// A call, in a function that changes, of one that does what the rule rewrites.
#[derive(Debug)]
pub(super) struct Beside {
    /// `None`: which def that is is not known.
    pub(super) callee: Option<Def>,
    /// What the callee is called.
    pub(super) name: String,
    /// The function, and where it calls.
    pub(super) caller: String,
}
