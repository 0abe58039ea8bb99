//! A repository as its objects tell it: what a commit has at a path, byte for byte.
//!
//! Trees are read that a stranger made. So only commands are run that read objects, the index and
//! attributes: none looks at the files, where a setting could have them taken for unchanged, and none
//! runs a program that a setting names. Each question is one run of git, however many files it is about.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use run::{Said, path_of};

use super::root::git_folder;

mod pipes;

mod run;

mod stored_form;

pub use stored_form::{Form, Lines};

/// Why git does not answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It is in no directory of `PATH` that is given whole.
    #[error("git is not installed")]
    NotInstalled,
    /// Git wants to be told that the owner is trusted.
    #[error("the repository belongs to another user, and `safe.directory` does not name it")]
    Foreign,
    /// Another end.
    #[error("git fails: {0}")]
    Failed(String),
    /// It did not come to an end.
    #[error("git did not answer in {0} seconds")]
    Silent(u64),
    /// It could not be run.
    #[error("git cannot be run: {0}")]
    Io(#[from] io::Error),
}

/// What a tree has at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Not a link, and no submodule.
    pub is_file: bool,
    /// The id of the content.
    pub object: String,
}

/// The content of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blob {
    /// All of it.
    Bytes(Vec<u8>),
    /// More than was asked for.
    TooLarge,
    /// The clone does not have it.
    Missing,
}

/// A repository that git can read.
#[derive(Debug)]
pub struct Repository {
    top: PathBuf,
}

impl Repository {
    /// Opens the repository whose `.git` is in `top`, and no other.
    ///
    /// # Errors
    /// Git is not there, or does not take it for one.
    pub fn open(top: &Path) -> Result<Self, GitError> {
        let none = || GitError::Failed("`.git` is no repository".to_owned());
        let folder = git_folder(top).ok_or_else(none)?;
        if let Some(endless) = pipes::endless(&folder, top) {
            let name = endless.display().to_string();
            return Err(GitError::Failed(format!("`{}` is no file", plain(&name))));
        }
        let repository = Self {
            top: top.to_owned(),
        };
        let said = repository.ask(&["rev-parse", "--absolute-git-dir"])?;
        let said = path_of(said.strip_suffix(b"\n").unwrap_or(&said));
        // Git goes on above a `.git` that it does not like.
        match (fs::canonicalize(said), fs::canonicalize(folder)) {
            (Ok(said), Ok(folder)) if said == folder => Ok(repository),
            _ => Err(none()),
        }
    }

    /// Returns the id of a revision's commit; `None`: there is none.
    ///
    /// # Errors
    /// Git cannot be run.
    pub fn commit(&self, revision: &str) -> Result<Option<String>, GitError> {
        let wanted = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", &wanted];
        let said = run::run(&self.top, &arguments, Vec::new())?;
        let text = String::from_utf8_lossy(&said.out);
        Ok(said.is_success.then(|| text.trim().to_owned()))
    }

    /// Returns all files of a commit, by their paths from the top.
    ///
    /// # Errors
    /// Git fails.
    pub fn tree(&self, commit: &str) -> Result<HashMap<PathBuf, Entry>, GitError> {
        let said = self.ask(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        Ok(names(&said).filter_map(entry).collect())
    }

    /// Returns the contents of objects, each up to a length.
    ///
    /// # Errors
    /// Git fails.
    pub fn blobs(&self, wanted: &[(&str, u64)]) -> Result<Vec<Blob>, GitError> {
        let lines = |ids: &[&str]| {
            ids.iter()
                .flat_map(|id| [id.as_bytes(), b"\n"])
                .flatten()
                .copied()
                .collect()
        };
        let all: Vec<&str> = wanted.iter().map(|(object, _)| *object).collect();
        if all.is_empty() {
            return Ok(Vec::new());
        }
        // First the lengths: what is huge is not to be unpacked.
        let said = self.ask_of(&["cat-file", "--batch-check"], lines(&all))?;
        let said = String::from_utf8_lossy(&said);
        let lengths: Vec<Option<u64>> = said.lines().map(length).collect();
        if lengths.len() != all.len() {
            return Err(GitError::Failed("`cat-file` ends early".to_owned()));
        }
        let fits = |place: &usize| lengths[*place].is_some_and(|length| length <= wanted[*place].1);
        let small: Vec<&str> = (0..all.len())
            .filter(fits)
            .map(|place| all[place])
            .collect();
        let said = self.ask_of(&["cat-file", "--batch", "--buffer"], lines(&small))?;
        let mut rest = &said[..];
        let blobs = (0..all.len()).map(|place| match lengths[place] {
            None => Some(Blob::Missing),
            Some(_) if !fits(&place) => Some(Blob::TooLarge),
            Some(_) => next_blob(&mut rest),
        });
        let blobs: Option<Vec<Blob>> = blobs.collect();
        blobs.ok_or_else(|| GitError::Failed("`cat-file` ends early".to_owned()))
    }

    /// Returns where the files of the index were in a commit that had them by another path.
    ///
    /// # Errors
    /// Git fails.
    pub fn renamed(&self, commit: &str) -> Result<HashMap<PathBuf, PathBuf>, GitError> {
        let compare = [
            "diff-index",
            "--cached",
            "--find-renames",
            "--diff-filter=R",
        ];
        let plainly = ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"];
        let wanted = ["--name-status", "-z", commit, "--"];
        let asked = [&compare[..], &plainly, &wanted].concat();
        let said = printed(run::run_as_of(commit, &self.top, &asked)?)?;
        let mut words = names(&said);
        let mut renamed = HashMap::new();
        while let (Some(_), Some(old), Some(new)) = (words.next(), words.next(), words.next()) {
            renamed.insert(path_of(new), path_of(old));
        }
        Ok(renamed)
    }

    /// Returns what git prints.
    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        self.ask_of(arguments, Vec::new())
    }

    /// Returns what git prints of its standard input.
    fn ask_of(&self, arguments: &[&str], input: Vec<u8>) -> Result<Vec<u8>, GitError> {
        printed(run::run(&self.top, arguments, input)?)
    }
}

/// Returns what git printed, unless it failed.
fn printed(said: Said) -> Result<Vec<u8>, GitError> {
    if said.is_success {
        return Ok(said.out);
    }
    Err(failure(&said))
}

/// Returns why git failed.
fn failure(said: &Said) -> GitError {
    let text = String::from_utf8_lossy(&said.err);
    if text.contains("dubious ownership") {
        return GitError::Foreign;
    }
    let line = text.lines().find(|line| !line.starts_with("warning: "));
    GitError::Failed(plain(line.unwrap_or("it does not say why")))
}

/// Returns a text of the tree without what could make a separate line, and not at length.
fn plain(text: &str) -> String {
    let shown = text.chars().filter(|each| !each.is_control());
    shown.take(200).collect()
}

/// Reads an entry of `git ls-tree -z`: `MODE TYPE ID`, a tab and the path.
fn entry(said: &[u8]) -> Option<(PathBuf, Entry)> {
    let tab = said.iter().position(|byte| *byte == b'\t')?;
    let words = std::str::from_utf8(&said[..tab]).ok()?;
    let mut words = words.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    let entry = Entry {
        is_file: kind == "blob" && mode.starts_with("100"),
        object: object.to_owned(),
    };
    Some((path_of(&said[tab + 1..]), entry))
}

/// Reads a line of `git cat-file --batch-check`; `None`: the object is not there, or no file's content.
fn length(line: &str) -> Option<u64> {
    let mut words = line.split(' ').skip(1);
    (words.next() == Some("blob")).then_some(())?;
    words.next()?.parse().ok()
}

/// Takes the next content from what `git cat-file --batch` printed.
fn next_blob(rest: &mut &[u8]) -> Option<Blob> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (line, behind) = (std::str::from_utf8(&rest[..end]).ok()?, &rest[end + 1..]);
    let Some(length) = length(line) else {
        *rest = behind;
        return Some(Blob::Missing);
    };
    let (bytes, behind) = behind.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = behind.strip_prefix(b"\n")?;
    Some(Blob::Bytes(bytes.to_vec()))
}

fn names(said: &[u8]) -> impl Iterator<Item = &[u8]> {
    said.split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_a_tree_is_a_file_by_its_mode() {
        let check = |mode: &str, is_file: bool| {
            let found = entry(format!("{mode} 0a1b\ta b\n.py").as_bytes());
            let (path, entry) = found.expect("the entry is read");
            assert_eq!(path, Path::new("a b\n.py"));
            assert_eq!((entry.is_file, entry.object.as_str()), (is_file, "0a1b"));
        };
        check("100644 blob", true);
        check("100755 blob", true);
        check("120000 blob", false);
        check("160000 commit", false);
        assert_eq!(entry(b"nothing"), None);
    }

    #[test]
    fn contents_are_read_by_their_length() {
        let mut rest = &b"0a blob 5\na\nb c\n0b missing\n0c blob 0\n\n"[..];
        let mut next = || next_blob(&mut rest);
        assert_eq!(next(), Some(Blob::Bytes(b"a\nb c".to_vec())));
        assert_eq!(next(), Some(Blob::Missing));
        assert_eq!(next(), Some(Blob::Bytes(Vec::new())));
        assert_eq!(next(), None);
    }

    #[test]
    fn what_git_says_stays_one_line() {
        let check = |err: &str, expected: &str| {
            let said = Said {
                is_success: false,
                out: Vec::new(),
                err: err.as_bytes().to_vec(),
            };
            assert_eq!(failure(&said).to_string(), expected);
        };
        check(
            "warning: x\nfatal: a\u{1b}[31mb\n::error::c",
            "git fails: fatal: a[31mb",
        );
        check("", "git fails: it does not say why");
        check(
            "fatal: detected dubious ownership in repository at '/x'",
            "the repository belongs to another user, and `safe.directory` does not name it",
        );
    }
}
