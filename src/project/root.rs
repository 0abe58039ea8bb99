//! A file → the directory whose files are asked about it.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

pub(super) use crate::source::tree::git_folder;
pub use crate::source::tree::repository;

/// What marks the top of a project.
const MARKS: [&str; 4] = ["pyproject.toml", "setup.cfg", "setup.py", ".git"];

/// Looks for roots; a directory that several files lie below is asked for its marks once.
#[derive(Debug, Default)]
pub(super) struct Roots {
    is_marked: FxHashMap<PathBuf, bool>,
    /// Directories of which all files are meant, absolute.
    named: Vec<PathBuf>,
}

impl Roots {
    /// Takes directories that a person named as a whole: what lies in one, and has no mark, belongs together.
    pub(super) fn of_named(named: Vec<PathBuf>) -> Self {
        Self {
            named,
            ..Self::default()
        }
    }

    /// Returns the root of the file at `path`, which is absolute.
    ///
    /// The nearest directory above it with a mark; without one the topmost that was named; without one the
    /// directory that holds the topmost package the file belongs to. Never the current directory: the
    /// answer must not depend on it.
    pub(super) fn of(&mut self, path: &Path) -> PathBuf {
        let above = path.ancestors().skip(1);
        if let Some(root) = above.clone().find(|directory| self.is_marked(directory)) {
            return root.to_owned();
        }
        let is_above = |it: &&PathBuf| path.starts_with(it) && path != it.as_path();
        let named = self.named.iter().filter(is_above);
        if let Some(root) = named.min_by_key(|it| it.components().count()) {
            return root.clone();
        }
        let top = above
            .clone()
            .find(|directory| !directory.join("__init__.py").exists());
        top.unwrap_or(Path::new("/")).to_owned()
    }

    fn is_marked(&mut self, directory: &Path) -> bool {
        if let Some(known) = self.is_marked.get(directory) {
            return *known;
        }
        let is_marked = MARKS.iter().any(|mark| is_marked(directory, mark));
        self.is_marked.insert(directory.to_owned(), is_marked);
        is_marked
    }
}

/// Whether a directory has the mark; a `setup.py` inside of a package is a module of it.
fn is_marked(directory: &Path, mark: &str) -> bool {
    let is_module = mark.ends_with(".py") && directory.join("__init__.py").exists();
    !is_module && directory.join(mark).exists()
}

/// Returns where a path is in truth: the target of a link; for a file that is only a name, in its folder.
pub fn real_path(path: &Path) -> PathBuf {
    let by_folder = || {
        let absolute = std::path::absolute(path).ok()?;
        let folder = std::fs::canonicalize(absolute.parent()?).ok()?;
        Some(folder.join(absolute.file_name()?))
    };
    let real = std::fs::canonicalize(path).ok();
    real.or_else(by_folder).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[track_caller]
    fn check(files: &[&str], expected: &str) {
        check_in(&[], files, expected);
    }

    /// Makes empty files and finds the root of the last, relative to the tree, of which folders are named.
    #[track_caller]
    fn check_in(named: &[&str], files: &[&str], expected: &str) {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        for name in files {
            let path = tree.path().join(name);
            fs::create_dir_all(path.parent().expect("it is in the tree"))
                .expect("the folder can be made");
            fs::write(path, "").expect("the file can be written");
        }
        let last = files.last().expect("there is a file");
        let named = named.iter().map(|it| tree.path().join(it)).collect();
        let root = Roots::of_named(named).of(&tree.path().join(last));
        let root = root
            .strip_prefix(tree.path())
            .expect("the root is in the tree");
        assert_eq!(root, Path::new(expected));
    }

    #[test]
    fn the_nearest_mark_wins() {
        check(&["pyproject.toml", "a/setup.cfg", "a/b/c.py"], "a");
    }

    #[test]
    fn a_module_is_no_mark() {
        let package = ["a/__init__.py", "a/setup.py", "a/b.py"];
        check(&[&["pyproject.toml"], &package[..]].concat(), "");
        check(&["c/setup.py", "c/d.py"], "c");
    }

    #[test]
    fn a_repository_has_more_than_the_name() {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        let make = |name: &str| {
            fs::create_dir_all(tree.path().join(name)).expect("the folder can be made");
        };
        let top = |name: &str| repository(&tree.path().join(name));
        for name in [".git/objects", ".git/refs", "sub/.git", "linked"] {
            make(name);
        }
        let write = |name: &str, text: &str| {
            fs::write(tree.path().join(name), text).expect("the file can be written");
        };
        assert_eq!(git_folder(tree.path()), None);
        write(".git/HEAD", "ref: refs/heads/main\n");
        assert_eq!(top("sub/a.py"), Some(tree.path().to_owned()));
        // What a file names is git's to judge.
        write("linked/.git", "nonsense");
        assert_eq!(top("linked/a.py"), Some(tree.path().join("linked")));
        assert_eq!(git_folder(&tree.path().join("linked")), None);
        write("linked/.git", "gitdir: ../.git\n");
        let named = tree.path().join("linked/../.git");
        assert_eq!(git_folder(&tree.path().join("linked")), Some(named));
    }

    #[test]
    fn without_a_mark_what_is_named_belongs_together() {
        check_in(&["a/b", "a", "c"], &["a/main.py", "a/b/d.py"], "a");
        check_in(&["c"], &["c/d.py", "a/b/d.py"], "a/b");
        check_in(&["a"], &["a/b/setup.cfg", "a/b/c/d.py"], "a/b");
    }

    #[test]
    fn elsewhere_it_is_what_holds_the_topmost_package() {
        check(&["a/b/__init__.py", "a/b/c/__init__.py", "a/b/c/d.py"], "a");
        check(&["a/b/d.py"], "a/b");
    }
}
