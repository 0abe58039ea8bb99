//! Paths as named → the files to look at, sorted, each once; and what could not be listed.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};
use rustc_hash::FxHashSet;

/// Folders that are never entered unless they are named: caches, environments, build output.
const SKIPPED_FOLDERS: &[&str] = &[
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
];

/// Names that a generator gives its output.
const GENERATED: &[&str] = &["_pb2.py", "_pb2_grpc.py"];

/// What to leave out.
#[derive(Clone, Copy)]
pub struct WalkOptions<'o> {
    /// Does not read `.gitignore` and `.ignore`; the default excludes still hold.
    pub no_ignore: bool,
    /// Says of a path, and whether it is a folder, that it is left out. What is named explicitly is
    /// taken all the same.
    pub leave_out: &'o (dyn Fn(&Path, bool) -> bool + Sync),
}

impl Default for WalkOptions<'_> {
    fn default() -> Self {
        Self {
            no_ignore: false,
            leave_out: &|_, _| false,
        }
    }
}

/// Why a path gives no files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum WalkError {
    /// It is not there, or can't be listed.
    #[error("{}: {message}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
    /// A stub file was named: it holds no code.
    #[error("{}: a stub file holds no code to change", path.display())]
    Stub {
        /// The path.
        path: PathBuf,
    },
}

/// The files to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// `.py` and `.ipynb` below the paths, and whatever file was named. Sorted, each once.
    pub files: Vec<PathBuf>,
    /// Sorted.
    pub errors: Vec<WalkError>,
    /// Files passed over because their name says that a program wrote them.
    pub skipped_generated: usize,
}

/// Lists the files at and below `paths`. Symbolic links are followed where they are named, not where
/// they are found.
pub fn walk(paths: &[PathBuf], options: &WalkOptions) -> Walk {
    let mut walk = Walk::default();
    let mut folders = Vec::new();
    for path in paths {
        match std::fs::metadata(path) {
            Err(error) => walk.errors.push(io_error(path, &error)),
            Ok(metadata) if metadata.is_dir() => folders.push(path),
            Ok(_) if has_extension(path, "pyi") => {
                walk.errors.push(WalkError::Stub { path: path.clone() });
            }
            Ok(_) => walk.files.push(plain(path)),
        }
    }
    list(&folders, *options, &mut walk);
    walk.files.sort();
    walk.errors.sort();
    let mut seen = FxHashSet::default();
    walk.files
        .retain(|file| seen.insert(std::path::absolute(file).unwrap_or_else(|_| file.clone())));
    walk
}

/// What is found in a folder.
enum Found {
    File(PathBuf),
    Generated(PathBuf),
    Error(WalkError),
}

fn list(folders: &[&PathBuf], options: WalkOptions, walk: &mut Walk) {
    let Some((first, others)) = folders.split_first() else {
        return;
    };
    let mut builder = WalkBuilder::new(first);
    for folder in others {
        builder.add(folder);
    }
    builder
        .standard_filters(!options.no_ignore)
        .hidden(false)
        // What is found must not depend on the machine.
        .git_global(false);
    let (sender, receiver) = mpsc::channel();
    builder.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if entry.as_ref().is_ok_and(|entry| !is_wanted(entry, options)) {
                return WalkState::Skip;
            }
            let found = classify(entry);
            // The receiver lives longer than the walk.
            let _ = found.map(|found| sender.send(found));
            WalkState::Continue
        })
    });
    drop(sender);
    let mut generated = FxHashSet::default();
    for found in receiver {
        match found {
            Found::File(path) => walk.files.push(path),
            Found::Generated(path) => {
                generated.insert(path);
            }
            Found::Error(error) => walk.errors.push(error),
        }
    }
    walk.skipped_generated = generated.len();
}

fn is_wanted(entry: &DirEntry, options: WalkOptions) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name();
    let is_skipped = is_folder
        && SKIPPED_FOLDERS
            .iter()
            .any(|folder| name == OsStr::new(folder));
    !is_skipped && !(options.leave_out)(&plain(entry.path()), is_folder)
}

fn classify(entry: Result<DirEntry, ignore::Error>) -> Option<Found> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return Some(Found::Error(ignore_error(error))),
    };
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return None;
    }
    let path = plain(entry.path());
    if !has_extension(&path, "py") && !has_extension(&path, "ipynb") {
        return None;
    }
    let name = entry.file_name().to_string_lossy();
    if GENERATED.iter().any(|suffix| name.ends_with(suffix)) {
        return Some(Found::Generated(path));
    }
    Some(Found::File(path))
}

/// Returns the path without `.` components, so that `./a.py` and `a.py` are one.
fn plain(path: &Path) -> PathBuf {
    path.components()
        .filter(|component| *component != Component::CurDir)
        .collect()
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension() == Some(OsStr::new(extension))
}

fn io_error(path: &Path, error: &io::Error) -> WalkError {
    WalkError::Io {
        path: path.to_owned(),
        message: error.to_string(),
    }
}

fn ignore_error(error: ignore::Error) -> WalkError {
    match error {
        ignore::Error::WithPath { path, err } => WalkError::Io {
            path,
            message: err.to_string(),
        },
        ignore::Error::WithDepth { err, .. } => ignore_error(*err),
        other => WalkError::Io {
            path: PathBuf::new(),
            message: other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the files (a name that ends with `/` is a folder), walks, and compares paths below.
    #[track_caller]
    fn check(made: &[&str], named: &[&str], options: &WalkOptions, expected: &[&str]) -> Walk {
        let root = tempfile::tempdir().expect("a folder");
        for name in made {
            let path = root.path().join(name);
            let folder = if name.ends_with('/') {
                &path
            } else {
                path.parent().expect("a parent")
            };
            std::fs::create_dir_all(folder).expect("folders are made");
            if !name.ends_with('/') {
                std::fs::write(&path, "secret.py\n").expect("a file is made");
            }
        }
        let named: Vec<PathBuf> = named.iter().map(|name| root.path().join(name)).collect();
        let walk = walk(&named, options);
        let found: Vec<_> = walk
            .files
            .iter()
            .map(|file| {
                file.strip_prefix(root.path())
                    .expect("below the root")
                    .to_string_lossy()
            })
            .collect();
        assert_eq!(found, expected);
        walk
    }

    #[test]
    fn python_and_notebooks_are_found_in_order() {
        let made = [
            "b.py",
            "a/x.ipynb",
            "a.py",
            "a/y.pyi",
            "c.txt",
            ".h/z.py",
            "d.py/e.py",
        ];
        let expected = ["a/x.ipynb", "a.py", ".h/z.py", "b.py", "d.py/e.py"];
        let mut sorted = expected.map(PathBuf::from);
        sorted.sort();
        let sorted = sorted.each_ref().map(|path| path.to_str().expect("text"));
        check(&made, &[""], &WalkOptions::default(), &sorted);
    }

    #[test]
    fn caches_and_environments_are_entered_only_by_name() {
        let made = ["venv/a.py", "src/__pycache__/b.py", "build/c.py"];
        check(&made, &[""], &WalkOptions::default(), &[]);
        check(&made, &["build"], &WalkOptions::default(), &["build/c.py"]);
    }

    #[test]
    fn ignore_files_are_obeyed_on_request() {
        let made = [".git/", ".gitignore", "secret.py", "a.py"];
        check(&made, &[""], &WalkOptions::default(), &["a.py"]);
        let options = WalkOptions {
            no_ignore: true,
            ..WalkOptions::default()
        };
        check(&made, &[""], &options, &["a.py", "secret.py"]);
    }

    #[test]
    fn a_file_that_is_named_is_taken_once() {
        let made = ["secret.py", "tool", ".git/", ".gitignore", "x_pb2.py"];
        let named = ["tool", "./secret.py", "secret.py", "x_pb2.py"];
        check(
            &made,
            &named,
            &WalkOptions::default(),
            &["secret.py", "tool", "x_pb2.py"],
        );
    }

    #[test]
    fn excluded_paths_are_left_out() {
        let leave_out = |path: &Path, is_folder: bool| {
            path.ends_with("old.py") || is_folder && path.ends_with("sub")
        };
        let options = WalkOptions {
            leave_out: &leave_out,
            ..WalkOptions::default()
        };
        let made = ["old.py", "a.py", "x/sub/b.py", "x/old.py"];
        check(&made, &[""], &options, &["a.py"]);
        check(
            &made,
            &["old.py", "x/sub"],
            &options,
            &["old.py", "x/sub/b.py"],
        );
    }

    #[test]
    fn generated_files_are_counted() {
        let walk = check(
            &["a_pb2.py", "b_pb2_grpc.py", "c.py"],
            &["", "."],
            &WalkOptions::default(),
            &["c.py"],
        );
        assert_eq!(walk.skipped_generated, 2);
    }

    #[test]
    fn what_is_missing_or_a_stub_is_an_error() {
        let walk = check(
            &["a.py", "b.pyi"],
            &["no.py", "a.py", "b.pyi"],
            &WalkOptions::default(),
            &["a.py"],
        );
        let messages: Vec<_> = walk.errors.iter().map(ToString::to_string).collect();
        assert_eq!(messages.len(), 2);
        assert!(messages[0].contains("no.py: No such file"), "{messages:?}");
        assert!(messages[1].contains("b.pyi: a stub file"), "{messages:?}");
    }

    #[cfg(unix)]
    #[test]
    fn links_that_are_found_are_not_followed() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::write(root.path().join("a.py"), "").expect("a file is made");
        std::os::unix::fs::symlink(root.path(), root.path().join("loop")).expect("a link");
        let walk = walk(&[root.path().to_owned()], &WalkOptions::default());
        assert_eq!(walk.files, [root.path().join("a.py")]);
        assert_eq!(walk.errors, []);
    }
}
