//! A qualified name in a file → the class or function of the project that it means, re-exports
//! followed.

use std::ffi::OsString;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::files::{ChangedTexts, Files};
use super::modules::{Lookup, Modules, Place};
use super::outline::{Callable, ClassOutline, Entry, Outline, joined};
use crate::bind::star::StarNames;

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
    outlines: Mutex<FxHashMap<OsString, Arc<Outline>>>,
    /// What star imports take from a module.
    star_names: Mutex<FxHashMap<PathBuf, Option<Arc<StarNames>>>>,
}

impl Definitions {
    pub(super) fn new(files: &Files) -> Self {
        Self {
            modules: Arc::new(Modules::new(files)),
            outlines: Mutex::default(),
            star_names: Mutex::default(),
        }
    }

    /// The same modules, of which some are changed.
    pub(super) fn with(&self, changed: &ChangedTexts) -> Self {
        let known = self.outlines.lock();
        let mut outlines = known.unwrap_or_else(PoisonError::into_inner).clone();
        for path in changed.keys() {
            outlines.remove(path.as_os_str());
        }
        Self {
            modules: self.modules.clone(),
            outlines: Mutex::new(outlines),
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

    /// Two threads may read a module at once; both read the same.
    fn outline(&self, files: &Files, path: &Path) -> Arc<Outline> {
        let known = self.outlines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outline) = known.get(path.as_os_str()) {
            return outline.clone();
        }
        drop(known);
        let outline = Arc::new(Outline::read(path, files.to_parse(path)));
        let mut known = self.outlines.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(path.into()).or_insert(outline).clone()
    }
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
            Entry::Variable => Definition::Variable {
                path: path.to_owned(),
                name: name.to_owned(),
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
mod tests {
    use super::super::files::Texts;
    use super::*;

    /// Compares what a name means in `m.py` with `class FILE: BASES`, `def FILE`, a qualified name
    /// or `?`.
    #[track_caller]
    fn check(files: &[(&str, &str)], name: &str, expected: &str) {
        let files = Files::list(Texts::of(files));
        let found = Definitions::new(&files).find(&files, Path::new("m.py"), name);
        let found = match found {
            Definition::Class(class) => {
                let base = |base: &Result<String, String>| base.clone().unwrap_or("?".to_owned());
                let bases: Vec<String> = class.bases.iter().map(base).collect();
                format!("class {}: {}", class.path.display(), bases.join(" "))
            }
            Definition::Function { path, header, .. } => {
                let color = if header.is_async { "async " } else { "" };
                format!("{color}def {}", path.display())
            }
            Definition::Variable { path, name } => format!("{name} {}", path.display()),
            Definition::Outside(name) => name,
            Definition::Unknown(_) | Definition::Ambiguous => "?".to_owned(),
        };
        assert_eq!(found.trim_end_matches([' ', ':']), expected, "{name}");
    }

    #[test]
    fn re_exports_are_followed() {
        let files = [
            (
                "a/__init__.py",
                "from .impl import Client, work as job\nfrom httplib import Session\n",
            ),
            (
                "a/impl.py",
                "from .base import Base\nclass Client(Base): pass\nasync def work(): pass\n",
            ),
            (
                "a/base.py",
                "import other\nclass Base(other.Root[int]): pass\n",
            ),
        ];
        check(&files, "a.Client", "class a/impl.py: .base.Base");
        check(&files, "a.job", "async def a/impl.py");
        check(&files, "a.Session", "httplib.Session");
        check(&files, "a.impl.Base", "class a/base.py: other.Root");
        check(&files, "a.base.other.Root", "other.Root");
        check(&files, "a.gone", "?");
        check(&files, "b.Client", "b.Client");
    }

    #[test]
    fn a_class_of_the_same_file_is_named_from_there() {
        let text = "class A: pass\nclass B(A): pass\nC = B\n";
        check(&[("a.py", text)], "a.B", "class a.py: .a.A");
        check(&[("a.py", text)], "a.C", "class a.py: .a.A");
        check(&[("a/__init__.py", text)], "a.B", "class a/__init__.py: .A");
    }

    #[test]
    fn star_imports_hand_out_what_their_module_does() {
        let with = |text: &'static str| [("a.py", "from b import *\n"), ("b.py", text)];
        check(&with("class C: pass\n"), "a.C", "class b.py");
        check(&with("class _C: pass\n"), "a._C", "?");
        check(
            &with("__all__ = ['_C']\nclass _C: pass\n"),
            "a._C",
            "class b.py",
        );
        check(&with("__all__ = ['D']\nclass C: pass\n"), "a.C", "?");
        check(&with("__all__ = names()\nclass C: pass\n"), "a.C", "?");
        let twice = [
            ("a.py", "class C: pass\nfrom b import *\n"),
            ("b.py", "class C: pass\n"),
        ];
        check(&twice, "a.C", "?");
        let other = [("a.py", "class C: pass\nfrom b import *\n"), ("b.py", "")];
        check(&other, "a.C", "class a.py");
        check(
            &[("a.py", "class C: pass\nfrom gone import *\n")],
            "a.C",
            "?",
        );
        check(
            &[("a.py", "from gone import *\nclass C: pass\n")],
            "a.C",
            "class a.py",
        );
    }

    #[test]
    fn circles_end() {
        let two = [("a.py", "from b import C\n"), ("b.py", "from a import C\n")];
        check(&two, "a.C", "?");
        let stars = [("a.py", "from b import *\n"), ("b.py", "from a import *\n")];
        check(&stars, "a.C", "?");
        let package = [
            ("a/__init__.py", "from . import b\n"),
            ("a/b.py", "C = 1\n"),
        ];
        check(&package, "a.b.C", "C a/b.py");
        check(&package[..1], "a.b.C", "?");
    }

    #[test]
    fn a_conditional_name_is_known_where_all_agree() {
        let either = "try:\n    from x import C\nexcept ImportError:\n    from y import C\n";
        check(&[("a.py", either)], "a.C", "?");
        let same = "if fast:\n    from x import C\nelse:\n    from x import C\n";
        check(&[("a.py", same)], "a.C", "x.C");
        let typing = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from x import C\n";
        check(&[("a.py", typing)], "a.C", "?");
        check(&[("a.py", "C = make()\n")], "a.C", "C a.py");
        check(&[("a.py", "C = make()\nC = None\n")], "a.C", "?");
    }

    #[test]
    fn what_does_not_parse_is_not_known() {
        check(&[("a.py", "class C(:\n")], "a.C", "?");
    }
}
