//! A method that is asked about: its class, and the classes that this derives from.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::definition::{Class, Definition};
use super::lineage::{ClassKey, Lineages, key};
use super::original::Original;
use super::outline::own_module;

/// A method that is asked about.
pub(super) struct Method<'s> {
    pub(super) original: &'s Original,
    pub(super) own: ClassKey,
    /// The classes that its own derives from.
    pub(super) above: Vec<ClassKey>,
    /// The same.
    pub(super) known: FxHashSet<ClassKey>,
}

impl<'s> Method<'s> {
    pub(super) fn new(original: &'s Original, class: &str, lineages: Lineages) -> Self {
        let mut method = Self {
            original,
            own: key(&original.path, class),
            above: Vec::new(),
            known: FxHashSet::default(),
        };
        let own = own_module(&original.path);
        method.climb(&original.path, &format!("{own}{class}"), lineages);
        method
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.original.name
    }

    /// Its class.
    pub(super) fn own(&self) -> &ClassKey {
        &self.own
    }

    /// The classes that its own derives from.
    pub(super) fn above(&self) -> &[ClassKey] {
        &self.above
    }

    /// Returns whether a class of a file is the method's.
    pub(super) fn is_of(&self, path: &Path, class: &str) -> bool {
        self.original.path == path && *self.own.1 == *class
    }

    /// Notes the classes above one.
    fn climb(&mut self, path: &Path, class: &str, lineages: Lineages) {
        let find =
            |path: &Path, class: &str| match lineages.definitions.find(lineages.files, path, class)
            {
                Definition::Class(class) => Some(class),
                _ => None,
            };
        let bases = |class: Class| {
            let bases = class.bases.iter().rev().flatten();
            let bases: Vec<String> = bases.cloned().collect();
            bases
                .into_iter()
                .map(move |base| (class.path.clone(), base))
        };
        let own = find(path, class);
        let mut open: Vec<_> = own.into_iter().flat_map(bases).collect();
        while let Some((path, base)) = open.pop() {
            let Some(above) = find(&path, &base) else {
                continue;
            };
            let key = key(&above.path, &above.name);
            if self.known.insert(key.clone()) {
                self.above.push(key);
                open.extend(bases(above));
            }
        }
    }
}
