//! A qualified name → the module that it names, or that has what it names.

use std::path::{Path, PathBuf};

use super::Definitions;
use crate::project::files::Files;
use crate::project::modules::{Lookup, Meant, Place};

impl Definitions {
    /// Returns the file that a qualified name leads to, and the names behind its module's.
    pub(in crate::project) fn place(
        &self,
        importer: &Path,
        qualified: &str,
    ) -> Option<(PathBuf, Vec<String>)> {
        match self.modules.find(importer, qualified) {
            Lookup::Found(Meant {
                place: Place::File(path),
                rest,
            }) => Some((path, rest)),
            _ => None,
        }
    }

    /// Returns the file of a module by its qualified name; `None` of what a module binds.
    pub(in crate::project) fn module(
        &self,
        files: &Files,
        importer: &Path,
        qualified: &str,
    ) -> Option<PathBuf> {
        let Lookup::Found(Meant { mut place, rest }) = self.modules.find(importer, qualified)
        else {
            return None;
        };
        for name in rest {
            let is_bound = |path: &PathBuf| self.outline(files, path).find(&name).is_some();
            if matches!(&place, Place::File(path) if is_bound(path)) {
                return None;
            }
            place = self.modules.submodule(&place, &name)?;
        }
        match place {
            Place::File(path) => Some(path),
            Place::Folder(_) => None,
        }
    }
}
