//! What a file calls a class → the classes of the project that it is, or derives from.

use std::ffi::OsString;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::definition::{Definition, Definitions};
use super::files::Files;
use super::outline::Named;
use crate::recipe::answer::Answer;

/// Base classes of base classes are followed as far as this.
pub(super) const MAX_BASES: u32 = 16;

/// A class of the project: its file, and its name there.
pub(super) type ClassKey = (OsString, Box<str>);

/// Returns the key of a class.
pub(super) fn key(path: &Path, class: &str) -> ClassKey {
    (path.into(), class.into())
}

/// A class of a file, as code of that file or of another speaks of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum ClassRef {
    /// One of the file, by its place in a list of those.
    Here(u32),
    /// One by its qualified name.
    There(Box<str>),
    /// Not known.
    Unread,
}

/// A class of a file.
#[derive(Debug)]
pub(super) struct LocalClass {
    /// Its name.
    pub(super) name: Box<str>,
    /// Its bases.
    pub(super) bases: Vec<ClassRef>,
}

/// The classes that one is, or derives from.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    /// Each once.
    pub(super) classes: FxHashSet<ClassKey>,
    /// Whether there may be others.
    pub(super) is_open: bool,
}

impl Lineage {
    /// Returns whether a class is among them.
    pub(super) fn has(&self, class: &ClassKey) -> Answer {
        match (self.classes.contains(class), self.is_open) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::Unknown,
            (false, false) => Answer::No,
        }
    }
}

/// What tells the lineages of a project.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lineages<'p> {
    pub(super) files: &'p Files,
    pub(super) definitions: &'p Definitions,
}

impl Lineages<'_> {
    /// Returns the lineage of a class that a file of these classes speaks of.
    pub(super) fn of(self, path: &Path, classes: &[LocalClass], class: &ClassRef) -> Lineage {
        let mut climb = Climb::new(self);
        climb.class(path, classes, class, MAX_BASES);
        climb.found
    }

    /// The same for a qualified name.
    pub(super) fn named(self, path: &Path, name: &str) -> Lineage {
        let mut climb = Climb::new(self);
        climb.named(path, name, MAX_BASES);
        climb.found
    }

    /// The same for one of several bases.
    pub(super) fn of_base(self, path: &Path, base: &Named) -> Lineage {
        match base {
            Ok(name) => self.named(path, name),
            Err(_) => Lineage {
                is_open: true,
                ..Lineage::default()
            },
        }
    }
}

/// One question, and what it came by.
struct Climb<'p> {
    all: Lineages<'p>,
    found: Lineage,
    seen: FxHashSet<(ClassKey, u32)>,
}

impl<'p> Climb<'p> {
    fn new(all: Lineages<'p>) -> Self {
        Self {
            all,
            found: Lineage::default(),
            seen: FxHashSet::default(),
        }
    }

    fn class(&mut self, path: &Path, classes: &[LocalClass], class: &ClassRef, steps: u32) {
        match class {
            ClassRef::Here(place) => match classes.get(*place as usize) {
                Some(class) => self.local(path, classes, class, steps),
                None => self.found.is_open = true,
            },
            ClassRef::There(name) => self.named(path, name, steps),
            ClassRef::Unread => self.found.is_open = true,
        }
    }

    fn local(&mut self, path: &Path, classes: &[LocalClass], class: &LocalClass, steps: u32) {
        self.found.classes.insert(key(path, &class.name));
        let Some(steps) = steps.checked_sub(1) else {
            self.found.is_open = true;
            return;
        };
        for base in &class.bases {
            self.class(path, classes, base, steps);
        }
    }

    fn named(&mut self, path: &Path, name: &str, steps: u32) {
        let Some(steps) = steps.checked_sub(1) else {
            self.found.is_open = true;
            return;
        };
        let found = self.all.definitions.find(self.all.files, path, name);
        match found {
            Definition::Class(class) => {
                let key = key(&class.path, &class.name);
                self.found.classes.insert(key.clone());
                if !self.seen.insert((key, steps)) {
                    return;
                }
                for base in &class.bases {
                    match base {
                        Ok(base) => self.named(&class.path, base, steps),
                        Err(_) => self.found.is_open = true,
                    }
                }
            }
            Definition::Function { .. } | Definition::Outside(_) => {}
            Definition::Variable { .. } | Definition::Unknown(_) | Definition::Ambiguous => {
                self.found.is_open = true;
            }
        }
    }
}

/// Things of a list, by their places in it and by the classes that they concern.
#[derive(Debug, Default)]
pub(super) struct ByClass {
    surely: FxHashMap<ClassKey, Vec<u32>>,
    perhaps: Vec<u32>,
}

impl ByClass {
    /// Adds a thing that concerns the classes of a lineage.
    pub(super) fn add(&mut self, place: u32, lineage: Lineage) {
        if lineage.is_open {
            self.perhaps.push(place);
        }
        self.add_surely(place, lineage);
    }

    /// Adds a thing that concerns none but what surely is in a lineage.
    pub(super) fn add_surely(&mut self, place: u32, lineage: Lineage) {
        for class in lineage.classes {
            self.add_to(place, class);
        }
    }

    /// Adds a thing that surely concerns a class.
    pub(super) fn add_to(&mut self, place: u32, class: ClassKey) {
        self.surely.entry(class).or_default().push(place);
    }

    /// Returns what surely concerns a class, in the order of the list.
    pub(super) fn surely(&self, class: &ClassKey) -> &[u32] {
        self.surely.get(class).map_or(&[], Vec::as_slice)
    }

    /// Returns what may concern any class, in the order of the list.
    pub(super) fn perhaps(&self) -> &[u32] {
        &self.perhaps
    }
}
