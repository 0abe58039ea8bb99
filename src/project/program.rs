//! Which files of a project run in one process: those that import each other, directly or not.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::Files;
use super::import_index::{ImportIndex, may_reach, module_parts};
use super::modules::Modules;
use roots::{Roots, SetId};

mod roots;

/// The file whose fixtures pytest gives to the tests of its folder, and of those in it.
const GIVES_TESTS: &str = "conftest.py";

/// Who imports whom, as files.
#[derive(Debug, Default)]
pub(super) struct Programs {
    files: Vec<PathBuf>,
    /// Places in `files`, by path as spelled.
    places: FxHashMap<OsString, usize>,
    /// By place.
    imports: Vec<FxHashSet<usize>>,
    importers: Vec<FxHashSet<usize>>,
    roots: Roots,
    /// What was asked for last.
    known: Mutex<Known>,
}

/// A root, and what a program there begins with: files that run in the same one have the same.
pub type ProgramId = (PathBuf, SetId);

/// The files that may run in the process of one, itself among them, in order of path; many have the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    files: Arc<[PathBuf]>,
}

impl Program {
    /// Iterates over the others than a file.
    pub(super) fn others<'p>(&'p self, own: &'p Path) -> impl Iterator<Item = &'p PathBuf> {
        self.files.iter().filter(move |it| *it != own)
    }

    /// Returns whether a test file runs in it: by what it imports, or by what its tests are given.
    pub(super) fn has_test(&self, path: &Path) -> bool {
        let mut given = path.ancestors().skip(1).map(|it| it.join(GIVES_TESTS));
        path.ends_with(GIVES_TESTS) || self.has(path) || given.any(|it| self.has(&it))
    }

    /// Returns whether a file is of it.
    pub(super) fn has(&self, path: &Path) -> bool {
        let key = |it: &PathBuf| it.as_path().cmp(path);
        self.files.binary_search_by(key).is_ok()
    }
}

/// Programs by what they begin with, and the paths in all of them.
#[derive(Debug, Default)]
struct Known {
    by_roots: FxHashMap<SetId, Program>,
    n_paths: usize,
}

/// The paths that are kept at most.
const MAX_KEPT: usize = 1 << 18;

impl Programs {
    /// Draws a line for each import of a module of the project.
    pub(super) fn new(files: &Files, index: &ImportIndex) -> Self {
        let modules = Modules::new(files);
        let by_name = ByName::new(files);
        let mut programs = Self::default();
        for (importer, qualified) in index.qualified() {
            let mut imported = modules.files_of(importer, &qualified);
            if imported.is_empty() {
                imported = by_name.perhaps(importer, &qualified);
            }
            for imported in imported {
                let [from, to] = [importer, &imported].map(|path| programs.place(path));
                programs.imports[from].insert(to);
                programs.importers[to].insert(from);
            }
        }
        programs.roots = Roots::new(&programs.imports, &programs.importers);
        programs
    }

    fn place(&mut self, path: &Path) -> usize {
        if let Some(place) = self.places.get(path.as_os_str()) {
            return *place;
        }
        let place = self.files.len();
        self.files.push(path.to_owned());
        self.places.insert(path.into(), place);
        self.imports.push(FxHashSet::default());
        self.importers.push(FxHashSet::default());
        place
    }

    /// Returns what the program of a file begins with; `None` for one that no import leads to or from.
    pub(super) fn roots_of(&self, path: &Path) -> Option<SetId> {
        let own = self.places.get(path.as_os_str())?;
        Some(self.roots.of(*own))
    }

    /// Returns the files that may run in the process of this one: what imports it, and all that these import.
    pub(super) fn of(&self, path: &Path) -> Program {
        let Some(roots) = self.roots_of(path) else {
            return Program::default();
        };
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(program) = known.by_roots.get(&roots) {
            return program.clone();
        }
        drop(known);
        let all = reach(&self.imports, self.roots.files(roots).collect());
        let program = Program {
            files: self.paths(all).into_iter().collect(),
        };
        let n_paths = program.files.len();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.n_paths + n_paths > MAX_KEPT {
            *known = Known::default();
        }
        known.n_paths += n_paths;
        known.by_roots.insert(roots, program.clone());
        program
    }

    /// Returns the other files that import this one, and those that import them.
    pub(super) fn importers(&self, path: &Path) -> BTreeSet<PathBuf> {
        let Some(own) = self.places.get(path.as_os_str()) else {
            return BTreeSet::new();
        };
        let mut all = reach(&self.importers, [*own].into_iter().collect());
        all.remove(own);
        self.paths(all)
    }

    /// Returns those that import it themselves.
    pub(super) fn direct_importers(&self, path: &Path) -> impl Iterator<Item = &Path> {
        let own = self.places.get(path.as_os_str());
        let importers = own.into_iter().flat_map(|own| &self.importers[*own]);
        importers.map(|place| self.files[*place].as_path())
    }

    fn paths(&self, places: FxHashSet<usize>) -> BTreeSet<PathBuf> {
        let paths = places.into_iter();
        paths.map(|place| self.files[place].clone()).collect()
    }

    /// Returns whether the imports of a file lead to another one, if it did not import that itself.
    pub(super) fn lead_round(&self, path: &Path, other: &Path) -> bool {
        let place = |path: &Path| self.places.get(path.as_os_str()).copied();
        let (Some(own), Some(other)) = (place(path), place(other)) else {
            return false;
        };
        let mut first = self.imports[own].clone();
        first.remove(&other);
        reach(&self.imports, first).contains(&other)
    }
}

/// The files of a project by the last names of their modules.
struct ByName<'f>(FxHashMap<String, Vec<&'f Path>>);

impl<'f> ByName<'f> {
    fn new(files: &'f Files) -> Self {
        let mut by_name: FxHashMap<String, Vec<&Path>> = FxHashMap::default();
        for path in &files.python {
            if let Some(name) = module_parts(path).pop() {
                by_name.entry(name).or_default().push(path);
            }
        }
        Self(by_name)
    }

    /// Returns the files that an import may mean which leads to none for sure: whatever directory is on the
    /// import path.
    fn perhaps(&self, importer: &Path, qualified: &str) -> Vec<PathBuf> {
        let last = qualified.rsplit('.').next().unwrap_or_default();
        let named = self.0.get(last).into_iter().flatten();
        let meant = named.filter(|path| may_reach(importer, path, qualified));
        meant.map(|path| path.to_path_buf()).collect()
    }
}

/// Returns the places and all that lines from them lead to.
fn reach(lines: &[FxHashSet<usize>], from: FxHashSet<usize>) -> FxHashSet<usize> {
    let mut open: Vec<usize> = from.iter().copied().collect();
    let mut reached = from;
    while let Some(next) = open.pop() {
        let new = lines[next].iter().filter(|place| reached.insert(**place));
        open.extend(new);
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::super::files::Texts;
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], path: &str, expected: &[&str]) {
        let files = Files::list(Texts::of(files));
        let programs = Programs::new(&files, &ImportIndex::build(&files));
        let found = programs.of(Path::new(path));
        let found: Vec<PathBuf> = found.others(Path::new(path)).cloned().collect();
        let mut expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
        expected.sort();
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn a_program_is_what_imports_lead_to() {
        let files = [
            ("main.py", "import a.b\nfrom c import d\n"),
            ("other.py", "import x\n"),
            ("a/__init__.py", "from . import e\n"),
            ("a/b.py", "import main\n"),
            ("a/e.py", ""),
            ("c/d.py", ""),
            ("nb.ipynb", "{\"source\": [\"import c.d\"]}"),
        ];
        let main = ["a/__init__.py", "a/b.py", "a/e.py", "c/d.py"];
        check(&files, "main.py", &main);
        let programs = |path: &str| {
            let files = Files::list(Texts::of(&files));
            Programs::new(&files, &ImportIndex::build(&files)).importers(Path::new(path))
        };
        let importers: BTreeSet<PathBuf> = ["a/b.py", "main.py"].map(PathBuf::from).into();
        assert_eq!(programs("a/b.py"), [PathBuf::from("main.py")].into());
        assert_eq!(programs("a/__init__.py"), importers);
        let of_d = ["main.py", "a/__init__.py", "a/b.py", "a/e.py", "nb.ipynb"];
        check(&files, "c/d.py", &of_d);
        check(&files, "other.py", &[]);
        check(&files, "nb.ipynb", &["c/d.py"]);
    }

    #[test]
    fn a_program_begins_with_each_file_that_leads_to_one() {
        let files = [
            ("test_a.py", "import a\n"),
            ("test_b.py", "import b\nimport other\n"),
            ("a.py", "import b\n"),
            ("b.py", "def f():\n    import a\n    import low\n"),
            ("low.py", ""),
            ("other.py", "import low\n"),
            ("alone.py", "import json\n"),
        ];
        let all = [
            "a.py",
            "b.py",
            "low.py",
            "other.py",
            "test_a.py",
            "test_b.py",
        ];
        for path in ["a.py", "b.py", "low.py"] {
            let others: Vec<&str> = all.into_iter().filter(|it| *it != path).collect();
            check(&files, path, &others);
        }
        check(&files, "test_a.py", &["a.py", "b.py", "low.py"]);
        check(&files, "other.py", &["a.py", "b.py", "low.py", "test_b.py"]);
        check(&files, "alone.py", &[]);
    }

    #[test]
    fn imports_lead_round_by_other_files_alone() {
        let files = [
            ("core.py", "import plain\nimport round\n"),
            ("plain.py", "import core\nimport db\n"),
            ("round.py", "from core import app\nimport service\n"),
            ("service.py", "def f():\n    import core\n"),
            ("db.py", ""),
        ];
        let files = Files::list(Texts::of(&files));
        let programs = Programs::new(&files, &ImportIndex::build(&files));
        let leads = |path: &str| programs.lead_round(Path::new(path), Path::new("core.py"));
        assert_eq!((leads("plain.py"), leads("round.py")), (false, true));
    }
}
