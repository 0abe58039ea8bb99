//! What other files of a project say about one: asked on demand, answered from its root, so that it
//! makes no difference which paths were named on the command line.

use std::path::{Path, PathBuf};

use crate::source::SourceFile;

use definition::Definition;

pub mod root;

mod files;

mod import_index;

mod modules;

mod outline;

pub mod definition;

mod manifest;

mod pair;

mod runs;

mod patches;

pub mod git;

pub mod since;

pub mod facts;

pub mod nature;

/// What other files say about one.
pub trait Facts: Sync {
    /// Returns the file's path below the root of its project: the same, however it was named.
    fn name_in_project(&self, path: &Path) -> PathBuf;
    /// Returns the first other file that imports this one.
    fn imported_elsewhere(&self, path: &Path) -> Option<PathBuf>;
    /// Returns whether another file takes `name` from this module, or may do so.
    fn other_file_uses(&self, path: &Path, name: &str) -> bool;
    /// Returns whether the file is named as a console script.
    fn is_console_script(&self, path: &Path) -> bool;
    /// Returns the file that runs this one as a script.
    fn run_as_script(&self, path: &Path) -> Option<String>;
    /// Returns the lowest Python the project allows.
    fn minimum_python(&self, path: &Path) -> Option<(u8, u8)>;
    /// Returns the files that Jupytext keeps equal to this one.
    fn pairs_of(&self, source: &SourceFile) -> Vec<PathBuf>;
    /// Returns the test file that replaces the qualified `name`.
    fn patched_in(&self, path: &Path, name: &str) -> Option<PathBuf>;
    /// Returns what a qualified name of the file means: in the project, through its re-exports, or
    /// outside.
    fn definition(&self, path: &Path, qualified: &str) -> Definition;
}

/// A file alone in the world.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Facts for Alone {
    fn name_in_project(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    fn imported_elsewhere(&self, _: &Path) -> Option<PathBuf> {
        None
    }

    fn other_file_uses(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn is_console_script(&self, _: &Path) -> bool {
        false
    }

    fn run_as_script(&self, _: &Path) -> Option<String> {
        None
    }

    fn minimum_python(&self, _: &Path) -> Option<(u8, u8)> {
        None
    }

    fn pairs_of(&self, _: &SourceFile) -> Vec<PathBuf> {
        Vec::new()
    }

    fn patched_in(&self, _: &Path, _: &str) -> Option<PathBuf> {
        None
    }

    fn definition(&self, _: &Path, qualified: &str) -> Definition {
        Definition::Outside(qualified.to_owned())
    }
}
