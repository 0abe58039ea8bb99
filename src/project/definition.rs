//! A qualified name in a file → the class or function of the project that it means, re-exports
//! followed.

use std::ffi::OsString;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::calls::CallIndex;
use super::files::{ChangedTexts, Files};
use super::modules::{Lookup, Modules, Place};
use super::outline::{Callable, ClassOutline, Entry, Outline, joined};
use crate::bind::star::StarNames;
use crate::bind::typed::Type;

mod module;

mod star;

/// What a qualified name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Definition {
    /// A class of the project.
    Class(Class),
    /// A def of the project.
    Function {
        /// The file, as the facts name it: ask there about the names of its header.
        path: PathBuf,
        /// Its name at the top of its file.
        name: String,
        /// What its header says.
        header: Callable,
    },
    /// What a file of the project assigns to a name, once.
    Variable {
        /// The file, as the facts name it.
        path: PathBuf,
        /// Its name at the top of its file.
        name: String,
        /// What it holds.
        holds: Type<'static>,
    },
    /// Not of the project: the name it has at home.
    Outside(String),
    /// It is of the project, and why that does not say what it is.
    Unknown(String),
    /// Two modules of the project have that name, and the one that is meant may be neither.
    Ambiguous,
}

impl Definition {
    /// Puts its path, which is relative to a root, below that.
    pub(super) fn below(mut self, root: &Path) -> Self {
        if let Self::Class(Class { path, .. })
        | Self::Function { path, .. }
        | Self::Variable { path, .. } = &mut self
        {
            *path = root.join(&path);
        }
        self
    }
}

/// A class of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its name at the top of its file.
    pub name: String,
    /// Its file, as the facts name it: ask there about its bases.
    pub path: PathBuf,
    pub(super) says: Arc<ClassOutline>,
}

impl Deref for Class {
    type Target = ClassOutline;

    fn deref(&self) -> &ClassOutline {
        &self.says
    }
}

/// The modules of a project and what was read of them.
#[derive(Debug)]
pub(super) struct Definitions {
    pub(super) modules: Arc<Modules>,
    outlines: ByPath<Outline>,
    calls: ByPath<CallIndex>,
    /// What star imports take from a module.
    star_names: Mutex<FxHashMap<PathBuf, Option<Arc<StarNames>>>>,
}

impl Definitions {
    pub(super) fn new(files: &Files) -> Self {
        Self {
            modules: Arc::new(Modules::new(files)),
            outlines: Mutex::default(),
            calls: Mutex::default(),
            star_names: Mutex::default(),
        }
    }

    /// The same modules, of which some are changed.
    pub(super) fn with(&self, changed: &ChangedTexts) -> Self {
        Self {
            modules: self.modules.clone(),
            outlines: unchanged(&self.outlines, changed),
            calls: unchanged(&self.calls, changed),
            star_names: Mutex::default(),
        }
    }

    /// Follows a name of the file at `importer`; paths are relative to the root.
    pub(super) fn find(&self, files: &Files, importer: &Path, qualified: &str) -> Definition {
        let mut search = Search {
            all: self,
            files,
            seen: Vec::new(),
            is_lacking: false,
        };
        search.name(importer, qualified)
    }

    /// Returns what a file calls that other files may define: `defines` says whether any has a def of that name.
    pub(super) fn calls(
        &self,
        files: &Files,
        path: &Path,
        defines: &dyn Fn(&str) -> bool,
    ) -> Arc<CallIndex> {
        read_once(&self.calls, path, || CallIndex::read(path, files, defines))
    }

    fn outline(&self, files: &Files, path: &Path) -> Arc<Outline> {
        read_once(&self.outlines, path, || Outline::read(path, files))
    }
}

/// What was read of files, by their paths.
type ByPath<T> = Mutex<FxHashMap<OsString, Arc<T>>>;

/// Two threads may read a module at once; both read the same.
fn read_once<T>(known: &ByPath<T>, path: &Path, read: impl FnOnce() -> T) -> Arc<T> {
    let now = || known.lock().unwrap_or_else(PoisonError::into_inner);
    let found = now().get(path.as_os_str()).cloned();
    found.unwrap_or_else(|| {
        let read = Arc::new(read());
        now().entry(path.into()).or_insert(read).clone()
    })
}

/// What is known of files whose texts are as they were.
fn unchanged<T>(known: &ByPath<T>, changed: &ChangedTexts) -> ByPath<T> {
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let mut them = known.clone();
    for path in changed.keys() {
        them.remove(path.as_os_str());
    }
    Mutex::new(them)
}

/// One question, and the names it has come by.
struct Search<'d> {
    all: &'d Definitions,
    files: &'d Files,
    seen: Vec<(PathBuf, String)>,
    /// What was met last has no such attribute.
    is_lacking: bool,
}

impl Search<'_> {
    fn name(&mut self, importer: &Path, qualified: &str) -> Definition {
        match self.all.modules.find(importer, qualified) {
            Lookup::Found(meant) => self.member(&meant.place, &meant.rest),
            Lookup::Outside => Definition::Outside(qualified.to_owned()),
            Lookup::Ambiguous => Definition::Ambiguous,
            Lookup::BeyondTop => unknown(format!("`{qualified}` leads out of the project")),
        }
    }

    /// Follows names into a module.
    fn member(&mut self, place: &Place, names: &[String]) -> Definition {
        let Some((name, rest)) = names.split_first() else {
            return unknown("it is a module".to_owned());
        };
        let inner = |search: &Self| search.all.modules.submodule(place, name);
        self.is_lacking = false;
        let found = match place {
            // `from . import name` of a package means its own module.
            Place::File(path) if self.was_asked(path, name) && inner(self).is_some() => None,
            Place::File(path) => self.defined(path, name, rest),
            Place::Folder(_) => None,
        };
        // `from package.name import attribute` means the module, whatever has its name there.
        let is_module = self.is_lacking && inner(self).is_some();
        match found {
            Some(found) if !is_module => found,
            _ => match inner(self) {
                Some(module) => self.member(&module, rest),
                None => unknown(format!("its module does not bind `{name}`")),
            },
        }
    }

    fn was_asked(&self, path: &Path, name: &str) -> bool {
        let mut seen = self.seen.iter();
        seen.any(|(file, asked)| file == path && asked == name)
    }

    /// Returns what a file's name is; `None` where the file surely does not bind it.
    fn defined(&mut self, path: &Path, name: &str, rest: &[String]) -> Option<Definition> {
        if self.was_asked(path, name) {
            return Some(unknown(format!("imports of `{name}` lead in a circle")));
        }
        self.seen.push((path.to_owned(), name.to_owned()));
        let outline = self.all.outline(self.files, path);
        if !outline.is_readable {
            return Some(unknown(format!("{} cannot be read", path.display())));
        }
        let (after, own) = match outline.find(name) {
            Some((after, entry)) => (*after, Some(entry)),
            None => (0, None),
        };
        let mut starred = None;
        for star in outline.stars[after..].iter().rev() {
            starred = self.starred(path, star, name, rest);
            if starred.is_some() {
                break;
            }
        }
        match (own, starred) {
            (Some(_), Some(_)) => Some(unknown(format!("`{name}` is bound more than once"))),
            (Some(own), None) => Some(self.entry(path, name, own, rest)),
            (None, starred) => starred,
        }
    }

    fn entry(&mut self, path: &Path, name: &str, entry: &Entry, rest: &[String]) -> Definition {
        match entry {
            Entry::Means(qualified) => {
                let whole = rest
                    .iter()
                    .fold(qualified.clone(), |name, part| joined(name, part));
                self.name(path, &whole)
            }
            Entry::Unclear(why) => unknown(why.clone()),
            _ if !rest.is_empty() => {
                let lacks = |it: &ClassOutline| !it.attributes.contains(&rest[0]);
                let is_def = matches!(entry, Entry::Function(_));
                self.is_lacking = is_def || matches!(entry, Entry::Class(it) if lacks(it));
                unknown(format!("`{}` belongs to an object", rest.join(".")))
            }
            Entry::Class(class) => Definition::Class(Class {
                name: name.to_owned(),
                path: path.to_owned(),
                says: class.clone(),
            }),
            Entry::Function(header) => Definition::Function {
                path: path.to_owned(),
                name: name.to_owned(),
                header: header.clone(),
            },
            Entry::Variable(holds) => Definition::Variable {
                path: path.to_owned(),
                name: name.to_owned(),
                holds: holds.clone(),
            },
        }
    }

    /// Returns what `from module import *` binds to the name; `None`: surely nothing.
    fn starred(
        &mut self,
        importer: &Path,
        module: &str,
        name: &str,
        rest: &[String],
    ) -> Option<Definition> {
        let unclear = || Some(unknown(format!("`{name}` may come from `{module}`")));
        let Lookup::Found(meant) = self.all.modules.find(importer, module) else {
            return unclear();
        };
        let Place::File(mut path) = meant.place else {
            return None;
        };
        for part in &meant.rest {
            match self.all.modules.submodule(&Place::File(path), part) {
                Some(Place::File(inner)) => path = inner,
                _ => return unclear(),
            }
        }
        let outline = self.all.outline(self.files, &path);
        match outline.hands_out(name) {
            None => unclear(),
            Some(false) => None,
            Some(true) => self.defined(&path, name, rest),
        }
    }
}

fn unknown(why: String) -> Definition {
    Definition::Unknown(why)
}

#[cfg(test)]
mod tests;
