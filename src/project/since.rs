//! A git revision and a file → which of its lines are not as they were in that revision.
//!
//! Git says which files differ; what differs in them is compared here, text with text. So a line of a
//! notebook is a line of a cell: its outputs, and how its JSON is laid out, make no difference.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use ruff_text_size::{TextLen, TextRange, TextSize};

use super::git::{self, path_of};
use super::root::{real_path, repository};
use crate::source::SourceFile;
use crate::text::diff::new_lines;

/// Why it is not known what changed.
#[derive(Debug, thiserror::Error)]
pub enum SinceError {
    /// Git would take it for an option, or for nothing.
    #[error("`{revision}` is not a git revision")]
    Malformed {
        /// As typed.
        revision: String,
    },
    /// There is no history to compare with.
    #[error("{} is not in a git repository, so nothing is known of `{revision}`", path.display())]
    NoRepository {
        /// As named.
        path: PathBuf,
        /// As typed.
        revision: String,
    },
    /// The repository does not have it.
    #[error(
        "the repository {} has no commit `{revision}`; a shallow clone may have to fetch it first",
        repository.display()
    )]
    Unknown {
        /// Its top.
        repository: PathBuf,
        /// As typed.
        revision: String,
    },
    /// Git is not installed, or fails.
    #[error("git cannot say what changed in {}: {message}", repository.display())]
    Git {
        /// Where it was run.
        repository: PathBuf,
        /// What it said.
        message: String,
    },
}

/// The past of all repositories that were asked about.
#[derive(Debug)]
pub struct Since {
    revision: String,
    /// By the top of the repository.
    pasts: HashMap<PathBuf, Past>,
}

/// Lines of a file's module text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedLines {
    /// The whole file is new.
    All,
    /// Ranges of lines that are new, in order.
    Lines(Vec<TextRange>),
}

impl ChangedLines {
    /// Returns whether a changed line has a part of the range.
    pub fn touch(&self, range: TextRange) -> bool {
        match self {
            Self::All => true,
            Self::Lines(lines) => {
                let end = range.end().max(range.start() + TextSize::new(1));
                let mut lines = lines.iter();
                lines.any(|line| line.start() < end && range.start() < line.end())
            }
        }
    }
}

impl Since {
    /// Finds the revision in the repositories of `paths`.
    ///
    /// # Errors
    /// It is no revision, or a path is not in git.
    pub fn new(revision: &str, paths: &[PathBuf]) -> Result<Self, SinceError> {
        if revision.is_empty() || revision.starts_with('-') {
            return Err(SinceError::Malformed {
                revision: revision.to_owned(),
            });
        }
        let mut since = Self {
            revision: revision.to_owned(),
            pasts: HashMap::new(),
        };
        for path in paths {
            since.past_of(path, &real_path(path))?;
        }
        Ok(since)
    }

    /// Returns the lines of a file that are new since the revision.
    ///
    /// # Errors
    /// The file's repository does not have the revision, or git fails.
    pub fn changed(&mut self, source: &SourceFile) -> Result<ChangedLines, SinceError> {
        let real = real_path(source.path());
        let (top, past) = self.past_of(source.path(), &real)?;
        let below = real.strip_prefix(&top).unwrap_or(&real);
        let old = match past.changed.get(below) {
            Some(old) => old.as_deref(),
            None if past.tracked.contains(below) => match std::fs::read(&real) {
                Ok(bytes) if bytes == source.bytes() => return Ok(ChangedLines::Lines(Vec::new())),
                // The text came another way than from the disk.
                _ => Some(below),
            },
            None => None,
        };
        Ok(match old.and_then(|old| past.read(&top, old)) {
            Some(old) => ChangedLines::Lines(lines_not_in(old.text(), source.text())),
            None => ChangedLines::All,
        })
    }

    /// Returns whether git follows a file and it is on disk as it was.
    ///
    /// # Errors
    /// As for [`Since::changed`].
    pub fn is_unchanged(&mut self, path: &Path) -> Result<bool, SinceError> {
        let real = real_path(path);
        let (top, past) = self.past_of(path, &real)?;
        let below = real.strip_prefix(&top).unwrap_or(&real);
        Ok(past.tracked.contains(below) && !past.changed.contains_key(below))
    }

    /// Returns the top of the repository around `real`, and its past.
    fn past_of(&mut self, named: &Path, real: &Path) -> Result<(PathBuf, &Past), SinceError> {
        let Some(top) = repository(real) else {
            return Err(SinceError::NoRepository {
                path: named.to_owned(),
                revision: self.revision.clone(),
            });
        };
        if !self.pasts.contains_key(&top) {
            let past = Past::find(&top, &self.revision)?;
            self.pasts.insert(top.clone(), past);
        }
        let past = &self.pasts[&top];
        Ok((top, past))
    }
}

/// Returns where the lines of `new` stand that `old` does not have.
fn lines_not_in(old: &str, new: &str) -> Vec<TextRange> {
    let mut start = TextSize::new(0);
    let lines = new.split_inclusive('\n').map(|line| {
        let range = TextRange::at(start, line.text_len());
        start = range.end();
        range
    });
    let lines: Vec<TextRange> = lines.collect();
    new_lines(old, new)
        .into_iter()
        .map(|line| lines[line])
        .collect()
}

/// A commit of a repository, and what differs from it in the files on disk. Paths are relative to the top.
#[derive(Debug)]
struct Past {
    commit: String,
    /// Each with its path in the commit; `None`: it was not there.
    changed: HashMap<PathBuf, Option<PathBuf>>,
    tracked: HashSet<PathBuf>,
}

impl Past {
    fn find(top: &Path, revision: &str) -> Result<Self, SinceError> {
        let wanted = format!("{revision}^{{commit}}");
        let commit = match ask(top, &["rev-parse", "--verify", "--quiet", &wanted]) {
            Ok(Some(said)) => String::from_utf8_lossy(&said).trim().to_owned(),
            Ok(None) => {
                return Err(SinceError::Unknown {
                    repository: top.to_owned(),
                    revision: revision.to_owned(),
                });
            }
            Err(error) => return Err(failed(top, &error.to_string())),
        };
        let said = |arguments: &[&str]| match ask(top, arguments) {
            Ok(Some(said)) => Ok(said),
            Ok(None) => Err(failed(top, &format!("git {} failed", arguments[0]))),
            Err(error) => Err(failed(top, &error.to_string())),
        };
        let status = ["--name-status", "-z", "--find-renames", "--no-ext-diff"];
        let differ = said(
            &[
                &["diff"],
                &status[..],
                &["--ignore-submodules", &commit, "--"],
            ]
            .concat(),
        )?;
        let tracked = said(&["ls-files", "-z"])?;
        Ok(Self {
            changed: changed(&differ),
            tracked: names(&tracked).map(path_of).collect(),
            commit,
        })
    }

    /// Returns a file as it would be on disk in the commit; `None` where that is not to be read.
    fn read(&self, top: &Path, path: &Path) -> Option<SourceFile> {
        let mut object = OsString::from(format!("{}:", self.commit));
        object.push(path);
        let mut git = git::command(top);
        let run = git.args(["cat-file", "--filters"]).arg(object).output();
        let said = run.ok().filter(|run| run.status.success())?;
        SourceFile::from_bytes(path, said.stdout).ok()
    }
}

/// Reads `git diff --name-status -z`: a letter, and a path or two.
fn changed(said: &[u8]) -> HashMap<PathBuf, Option<PathBuf>> {
    let mut changed = HashMap::new();
    let mut words = names(said);
    while let (Some(letter), Some(path)) = (words.next(), words.next()) {
        let path = path_of(path);
        match letter.first() {
            Some(b'R' | b'C') => {
                let new = words.next().map(path_of);
                changed.extend(new.map(|new| (new, Some(path))));
            }
            Some(b'A') => {
                changed.insert(path, None);
            }
            _ => {
                changed.insert(path.clone(), Some(path));
            }
        }
    }
    changed
}

fn names(said: &[u8]) -> impl Iterator<Item = &[u8]> {
    said.split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
}

/// Returns what git printed; `None` where it failed.
fn ask(top: &Path, arguments: &[&str]) -> io::Result<Option<Vec<u8>>> {
    let run = git::command(top).args(arguments).output()?;
    Ok(run.status.success().then_some(run.stdout))
}

fn failed(top: &Path, message: &str) -> SinceError {
    SinceError::Git {
        repository: top.to_owned(),
        message: message.to_owned(),
    }
}
