//! Which files of a project run in one process: those that import each other, directly or not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::files::Files;
use super::import_index::ImportIndex;
use super::modules::Modules;

/// Who imports whom, as files.
#[derive(Debug, Default)]
pub(super) struct Programs {
    imports: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    importers: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Programs {
    /// Draws a line for each import of a module of the project.
    pub(super) fn new(files: &Files, index: &ImportIndex) -> Self {
        let modules = Modules::new(files);
        let mut programs = Self::default();
        for (importer, qualified) in index.qualified() {
            for imported in modules.files_of(importer, &qualified) {
                let add = |lines: &mut BTreeMap<PathBuf, BTreeSet<_>>, from: &Path, to: &Path| {
                    lines
                        .entry(from.to_owned())
                        .or_default()
                        .insert(to.to_owned());
                };
                add(&mut programs.imports, importer, &imported);
                add(&mut programs.importers, &imported, importer);
            }
        }
        programs
    }

    /// Returns the other files that may run in the process of this one: what imports it, and all that
    /// these import.
    pub(super) fn of(&self, path: &Path) -> BTreeSet<PathBuf> {
        let above = reach(&self.importers, [path.to_owned()]);
        let mut all = reach(&self.imports, above);
        all.remove(path);
        all
    }
}

/// Returns the files and all that lines from them lead to.
fn reach(
    lines: &BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    from: impl IntoIterator<Item = PathBuf>,
) -> BTreeSet<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<PathBuf> = from.into_iter().collect();
    while let Some(next) = open.pop() {
        open.extend(lines.get(&next).into_iter().flatten().cloned());
        // What was reached before has been followed.
        if !reached.insert(next) {
            open.retain(|path| !reached.contains(path));
        }
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
        let expected: BTreeSet<PathBuf> = expected.iter().map(PathBuf::from).collect();
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
        let of_d = ["main.py", "a/__init__.py", "a/b.py", "a/e.py", "nb.ipynb"];
        check(&files, "c/d.py", &of_d);
        check(&files, "other.py", &[]);
        check(&files, "nb.ipynb", &["c/d.py"]);
    }
}
