//! An import as a file writes it → the module of the project that it means.
//!
//! Nobody says what `sys.path` holds when the file runs. A module beside the file's own package wins;
//! otherwise a name that only one directory of the project has is that one's, and a name that two have
//! is not known.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::files::Files;
use super::import_index::split;
use crate::python::stdlib::is_standard;

/// A module of the project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Its file; of a package the `__init__.py`.
    File(PathBuf),
    /// A package without `__init__.py`.
    Folder(PathBuf),
}

/// A module and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meant {
    pub(super) place: Place,
    /// The names behind the module's: `[Client, get]`.
    pub(super) rest: Vec<String>,
}

/// What the project says about a qualified name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup {
    /// It is in this module.
    Found(Meant),
    /// Not a name of the project.
    Outside,
    /// Two directories have a module of that name.
    Ambiguous,
    /// A relative import leads out of the project.
    BeyondTop,
}

/// Returns whether a qualified name is of the standard library, or a builtin. A module of the project
/// that takes its place is not looked for: hardly any does, and most names are Python's own.
pub(crate) fn is_of_python(qualified: &str) -> bool {
    !qualified.contains('.') || is_standard(qualified)
}

/// The modules of a root. Paths are compared as they are spelled, which is one way within a root.
#[derive(Debug, Default)]
pub(super) struct Modules {
    files: FxHashSet<OsString>,
    /// Directories with Python files below them.
    folders: FxHashSet<OsString>,
    /// Directories named `src`, from where modules are imported by convention.
    sources: BTreeSet<PathBuf>,
}

impl Modules {
    /// Takes the Python files of a root.
    pub(super) fn new(files: &Files) -> Self {
        let mut modules = Self::default();
        let is_module = |path: &&PathBuf| path.extension().is_some_and(|it| it == "py");
        for path in files.python.iter().filter(is_module) {
            modules.files.insert(path.clone().into());
            for folder in path.ancestors().skip(1) {
                if !modules.folders.insert(folder.into()) {
                    break;
                }
                if folder.file_name().is_some_and(|name| name == "src") {
                    modules.sources.insert(folder.to_owned());
                }
            }
        }
        modules
    }

    /// Returns what a qualified name (`a.b.C`, `..b.C`) means in the file at `importer`.
    pub(super) fn find(&self, importer: &Path, qualified: &str) -> Lookup {
        let name = qualified.trim_start_matches('.');
        let parts = split(name);
        match qualified.len() - name.len() {
            0 => self.absolute(importer, &parts),
            level => self.relative(importer, level, parts),
        }
    }

    /// Returns the files that run when a qualified name is imported: those of the packages around its
    /// module, and its own.
    pub(super) fn files_of(&self, importer: &Path, qualified: &str) -> Vec<PathBuf> {
        let Lookup::Found(meant) = self.find(importer, qualified) else {
            return Vec::new();
        };
        let mut files = Vec::new();
        let mut names = meant.rest.iter();
        let mut place = Some(meant.place);
        while let Some(module) = place {
            if let Place::File(path) = &module {
                files.push(path.clone());
            }
            place = names.next().and_then(|name| self.submodule(&module, name));
        }
        files
    }

    fn relative(&self, importer: &Path, level: usize, parts: Vec<String>) -> Lookup {
        let Some(package) = importer.ancestors().nth(level) else {
            return Lookup::BeyondTop;
        };
        let place = self.package(package);
        Lookup::Found(self.descend(place, parts))
    }

    fn absolute(&self, importer: &Path, parts: &[String]) -> Lookup {
        let home = self.home(importer);
        if let Some(meant) = self.in_root(home, parts) {
            return Lookup::Found(meant);
        }
        let above = home.ancestors().skip(1);
        let roots = above.chain(self.sources.iter().map(PathBuf::as_path));
        let found: BTreeSet<Meant> = roots.filter_map(|root| self.in_root(root, parts)).collect();
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(only), None) => Lookup::Found(only),
            (None, _) => Lookup::Outside,
            _ => Lookup::Ambiguous,
        }
    }

    /// Returns the directory that holds the topmost package of a file, or the file.
    fn home<'p>(&self, path: &'p Path) -> &'p Path {
        let mut above = path.ancestors().skip(1);
        let is_package =
            |folder: &&Path| self.files.contains(folder.join("__init__.py").as_os_str());
        above
            .find(|folder| !is_package(folder))
            .unwrap_or(Path::new(""))
    }

    /// Returns what the parts mean where `root` is on the import path; `None`: nothing of it.
    fn in_root(&self, root: &Path, parts: &[String]) -> Option<Meant> {
        let (first, rest) = parts.split_first()?;
        let place = self.module(&root.join(first))?;
        let meant = self.descend(place, rest.to_vec());
        // A folder of that name that holds no such module is hardly what is meant.
        let is_empty = matches!(meant.place, Place::Folder(_)) && !meant.rest.is_empty();
        (!is_empty).then_some(meant)
    }

    /// Goes from packages without code into the modules in them.
    fn descend(&self, mut place: Place, parts: Vec<String>) -> Meant {
        let mut parts = parts.into_iter().peekable();
        while let Place::Folder(_) = place
            && let Some(inner) = parts.peek().and_then(|name| self.submodule(&place, name))
        {
            place = inner;
            parts.next();
        }
        Meant {
            place,
            rest: parts.collect(),
        }
    }

    /// Returns the module of that name in a package.
    pub(super) fn submodule(&self, place: &Place, name: &str) -> Option<Place> {
        let folder = match place {
            Place::Folder(folder) => folder.as_path(),
            Place::File(file) if file.ends_with("__init__.py") => file.parent()?,
            Place::File(_) => return None,
        };
        self.module(&folder.join(name))
    }

    /// Returns the package, module or folder at a path without extension, as Python prefers them.
    fn module(&self, stem: &Path) -> Option<Place> {
        let init = stem.join("__init__.py");
        let mut file = stem.as_os_str().to_owned();
        file.push(".py");
        match () {
            () if self.files.contains(init.as_os_str()) => Some(Place::File(init)),
            () if self.files.contains(&file) => Some(Place::File(file.into())),
            () => self
                .folders
                .contains(stem.as_os_str())
                .then(|| Place::Folder(stem.to_owned())),
        }
    }

    fn package(&self, folder: &Path) -> Place {
        let init = folder.join("__init__.py");
        match self.files.contains(init.as_os_str()) {
            true => Place::File(init),
            false => Place::Folder(folder.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::Texts;
    use super::*;

    /// Compares what `importer: name` means with `file: rest`, `outside`, `ambiguous` or `beyond`.
    #[track_caller]
    fn check(files: &[&str], importer: &str, name: &str, expected: &str) {
        let files: Vec<_> = files.iter().map(|name| (*name, "")).collect();
        let modules = Modules::new(&Files::list(Texts::of(&files)));
        let found = match modules.find(Path::new(importer), name) {
            Lookup::Found(Meant { place, rest }) => {
                let (Place::File(path) | Place::Folder(path)) = place;
                format!("{}: {}", path.display(), rest.join("."))
            }
            Lookup::Outside => "outside".to_owned(),
            Lookup::Ambiguous => "ambiguous".to_owned(),
            Lookup::BeyondTop => "beyond".to_owned(),
        };
        assert_eq!(found.trim_end_matches([' ', ':']), expected, "{name}");
    }

    #[test]
    fn layouts() {
        check(
            &["a/__init__.py", "a/b.py"],
            "m.py",
            "a.b.C",
            "a/__init__.py: b.C",
        );
        check(&["a.py"], "m.py", "a.C", "a.py: C");
        check(
            &["src/a/__init__.py"],
            "tests/t.py",
            "a.C",
            "src/a/__init__.py: C",
        );
        check(
            &["x/src/a/__init__.py", "y/m.py"],
            "y/m.py",
            "a",
            "x/src/a/__init__.py",
        );
        check(
            &["ns/p/__init__.py"],
            "m.py",
            "ns.p.C",
            "ns/p/__init__.py: C",
        );
        check(&["ns/p/q.py"], "m.py", "ns.p.q.C", "ns/p/q.py: C");
        check(
            &["scripts/a.py", "a.py"],
            "scripts/m.py",
            "a.C",
            "scripts/a.py: C",
        );
        check(&["n/a.py"], "n/m.ipynb", "a.C", "n/a.py: C");
    }

    #[test]
    fn a_package_beats_a_module_and_a_module_a_folder() {
        check(
            &["a/__init__.py", "a.py"],
            "m.py",
            "a.C",
            "a/__init__.py: C",
        );
        check(&["a/b.py", "a.py"], "m.py", "a.C", "a.py: C");
    }

    #[test]
    fn relative_imports_lead_where_they_lead() {
        check(
            &["a/__init__.py", "a/b.py"],
            "a/b.py",
            ".C",
            "a/__init__.py: C",
        );
        check(
            &["a/__init__.py", "a/b.py"],
            "a/c/d.py",
            "..b.C",
            "a/__init__.py: b.C",
        );
        check(&["a/b.py"], "a/c.py", ".b.C", "a/b.py: C");
        check(&["a.py"], "a.py", "..C", "beyond");
    }

    #[test]
    fn what_two_roots_have_is_not_known() {
        let two = ["a/__init__.py", "src/a/__init__.py"];
        check(&two, "tests/m.py", "a.C", "ambiguous");
        check(&two, "src/m.py", "a.C", "src/a/__init__.py: C");
    }

    #[test]
    fn other_peoples_modules_are_outside() {
        check(&["docs/redis/conf.py"], "m.py", "redis.Redis", "outside");
        check(&["redis/conf.py"], "m.py", "redis.Redis", "outside");
        assert!(is_of_python("json.loads"));
        assert!(!is_of_python(".json.loads"));
    }
}
