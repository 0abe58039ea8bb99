//! A file that imports a module as a whole → the names that it takes from it: attributes of the module.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashSet;

use crate::project::files::Files;
use crate::python::word::is_in_name;

/// What was read so far, by file and module. A text is gone over once for all names of a module.
#[derive(Debug, Default)]
pub(super) struct Attributes(Mutex<HashMap<(PathBuf, String), Arc<Used>>>);

/// What a file uses of a module.
#[derive(Debug, Default)]
pub(super) struct Used {
    names: FxHashSet<Box<str>>,
    /// The module may be handed on, and its names with it.
    is_handed_on: bool,
}

impl Attributes {
    /// Two threads may read a file at once; both read the same.
    pub(super) fn of(&self, importer: &Path, module: &str, files: &Files) -> Arc<Used> {
        let asked = (importer.to_owned(), module.to_owned());
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = known.get(&asked) {
            return used.clone();
        }
        drop(known);
        let used = Arc::new(Used::read(&files.texts.read(importer), module));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(asked).or_insert(used).clone()
    }
}

impl Used {
    /// Reads a text, in which the module may have another name.
    fn read(text: &str, module: &str) -> Self {
        let renamed = format!("{module} as ");
        let aliases = text.match_indices(&renamed).map(|(at, _)| {
            let alias = text[at + renamed.len()..].trim_start();
            &alias[..alias.find(|c| !is_in_name(c)).unwrap_or(alias.len())]
        });
        let mut owners: Vec<&str> = std::iter::once(module).chain(aliases).collect();
        owners.sort_unstable();
        owners.dedup();
        let is_handed_on = owners.iter().any(|owner| is_handed_on(text, owner));
        let mut names = FxHashSet::default();
        for (dot, _) in text.match_indices('.') {
            let owner = text[..dot].trim_end();
            let name = text[dot + 1..].trim_start();
            let name = &name[..name.find(|c| !is_in_name(c)).unwrap_or(name.len())];
            if owners.iter().any(|it| ends_with_word(owner, it)) {
                names.insert(name.into());
            }
        }
        Self {
            names,
            is_handed_on,
        }
    }

    /// Returns whether a name is taken from the module, or may be.
    pub(super) fn may_have(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or(name);
        self.is_handed_on || self.names.contains(first)
    }
}

fn is_handed_on(text: &str, owner: &str) -> bool {
    text.match_indices(owner).any(|(at, _)| {
        let behind = text[at + owner.len()..].trim_start();
        let line = text[..at].rsplit('\n').next().unwrap_or_default();
        behind.starts_with([',', ')'])
            && !text[..at].ends_with(is_in_name)
            && !line.trim_start().starts_with("import ")
    })
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|before| !before.ends_with(is_in_name))
}
