//! Files that are about to be changed → those whose old text git could not bring back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::project::git;
use crate::project::root::repository;

/// Names given to one run of git: well below every system's limit for arguments.
const BATCH: usize = 200;

/// A file that has no safe copy in git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unguarded {
    /// As the walk named it.
    pub path: PathBuf,
    /// Why not.
    pub why: Why,
}

/// Why git could not bring a file back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It has changes that are not committed.
    Modified,
    /// Git does not follow it.
    Untracked,
    /// There is no repository around it, or git cannot read it or is not installed.
    NoGit,
}

impl Why {
    /// Returns the words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Modified => "has changes that are not committed",
            Self::Untracked => "is not tracked by git",
            Self::NoGit => "is not under git",
        }
    }
}

/// Returns the files of `paths` that git could not bring back, in their order.
pub fn unguarded(paths: &[&Path]) -> Vec<Unguarded> {
    let mut places: BTreeMap<Option<PathBuf>, Vec<(usize, PathBuf)>> = BTreeMap::new();
    for (index, path) in paths.iter().enumerate() {
        // What is written is the target of a link.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        places
            .entry(repository(&real))
            .or_default()
            .push((index, real));
    }
    let mut whys: BTreeMap<usize, Why> = BTreeMap::new();
    for (repository, files) in places {
        for batch in files.chunks(BATCH) {
            match &repository {
                Some(repository) => ask_git(repository, batch, &mut whys),
                None => whys.extend(batch.iter().map(|(index, _)| (*index, Why::NoGit))),
            }
        }
    }
    let found = whys.into_iter().map(|(index, why)| Unguarded {
        path: paths[index].to_path_buf(),
        why,
    });
    found.collect()
}

fn ask_git(repository: &Path, files: &[(usize, PathBuf)], whys: &mut BTreeMap<usize, Why>) {
    let below: Vec<&Path> = files
        .iter()
        .filter_map(|(_, path)| path.strip_prefix(repository).ok())
        .collect();
    let run = git::command(repository)
        .arg("--literal-pathspecs")
        .args(["status", "--porcelain", "-z", "--no-renames"])
        .args(["--untracked-files=all", "--ignored=matching", "--"])
        .args(&below)
        .output();
    let Some(said) = run.ok().filter(|run| run.status.success()) else {
        whys.extend(files.iter().map(|(index, _)| (*index, Why::NoGit)));
        return;
    };
    for entry in said.stdout.split(|byte| *byte == 0) {
        let Some((status, name)) = entry.split_at_checked(3) else {
            continue;
        };
        let why = match status {
            b"?? " | b"!! " => Why::Untracked,
            _ => Why::Modified,
        };
        let (named, whole) = (repository.join(git::path_of(name)), name.ends_with(b"/"));
        for (index, path) in files {
            // An ignored directory stands for all that is in it.
            if *path == named || (whole && path.starts_with(&named)) {
                whys.insert(*index, why);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;

    fn git(tree: &TempDir, arguments: &[&str]) {
        let run = Command::new("git")
            .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
            .args(arguments)
            .current_dir(tree.path())
            .output()
            .expect("git is installed");
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
    }

    fn repository() -> TempDir {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        for name in ["clean.py", "edited.py", "[a] b.py"] {
            fs::write(tree.path().join(name), "1\n").expect("the file can be written");
        }
        git(&tree, &["init", "-q"]);
        git(&tree, &["add", "."]);
        git(&tree, &["commit", "-q", "-m", "first"]);
        fs::write(tree.path().join("edited.py"), "2\n").expect("the file can be written");
        fs::write(tree.path().join("new.py"), "2\n").expect("the file can be written");
        fs::create_dir(tree.path().join("build")).expect("the folder can be made");
        fs::write(tree.path().join("build/made.py"), "2\n").expect("the file can be written");
        fs::write(tree.path().join(".gitignore"), "build\n").expect("the file can be written");
        tree
    }

    #[track_caller]
    fn check(name: &str, expected: Option<Why>) {
        let tree = repository();
        let path = tree.path().join(name);
        let found = unguarded(&[&path]);
        assert_eq!(found.first().map(|found| found.why), expected);
    }

    #[test]
    fn a_committed_file_is_guarded() {
        check("clean.py", None);
        check("[a] b.py", None);
    }

    #[test]
    fn edited_untracked_and_ignored_files_are_not() {
        check("edited.py", Some(Why::Modified));
        check("new.py", Some(Why::Untracked));
        check("build/made.py", Some(Why::Untracked));
    }

    #[test]
    fn a_file_outside_git_is_not() {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        let path = tree.path().join("a.py");
        fs::write(&path, "1\n").expect("the file can be written");
        let found = unguarded(&[&path]);
        assert_eq!(found.first().map(|found| found.why), Some(Why::NoGit));
    }
}
