//! A root → its Python files and the files that may say how they are run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

/// Files of a root, relative to it and sorted, so that answers never depend on the order of a directory.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// `.py` and `.ipynb`.
    pub(super) python: Vec<PathBuf>,
    /// README, Makefile, shell scripts, workflows and the like.
    pub(super) instructions: Vec<PathBuf>,
}

/// Lists them; the repository's ignore files hold, the machine's do not.
pub(super) fn list(root: &Path) -> Files {
    let mut files = Files::default();
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .filter_entry(is_wanted)
        .build();
    for entry in walk.filter_map(Result::ok) {
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let Ok(path) = entry.path().strip_prefix(root) else {
            continue;
        };
        if !is_file {
            continue;
        }
        if is_python(path) {
            files.python.push(path.to_owned());
        } else if is_instruction(path) {
            files.instructions.push(path.to_owned());
        }
    }
    files.python.sort();
    files.instructions.sort();
    files
}

/// Hidden directories hold no sources, environments other people's.
fn is_wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
    if entry.depth() == 0 || !is_directory {
        return true;
    }
    let hidden = name.starts_with('.') && name != ".github";
    let foreign = name == "node_modules" || entry.path().join("pyvenv.cfg").exists();
    !hidden && !foreign
}

fn is_python(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    matches!(extension, Some("py" | "ipynb"))
}

/// Returns whether a path, relative to its root, is a test's: by its name, or below `tests`.
pub(super) fn is_test(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let named = name.starts_with("test_") || name.ends_with("_test") || name == "conftest";
    is_python(path) && (named || path.components().any(|part| part.as_os_str() == "tests"))
}

fn is_instruction(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let extension = path.extension().and_then(OsStr::to_str);
    let workflow =
        path.starts_with(".github/workflows") && matches!(extension, Some("yml" | "yaml"));
    let named = ["README", "Dockerfile", "Makefile"]
        .iter()
        .any(|start| name.starts_with(start));
    workflow || named || name == "tox.ini" || extension == Some("sh")
}

/// Returns a file's text; what is not UTF-8 does not matter to a search for names.
pub(super) fn read(root: &Path, path: &Path) -> String {
    let bytes = std::fs::read(root.join(path)).unwrap_or_default();
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: bool) {
        assert_eq!(is_test(Path::new(path)), expected, "{path}");
    }

    #[test]
    fn a_test_is_known_by_its_name_or_its_folder() {
        check("test_a.py", true);
        check("a_test.py", true);
        check("conftest.py", true);
        check("tests/helpers.py", true);
        check("a.py", false);
        check("attest_x.py", false);
        check("tests/notes.txt", false);
    }
}
