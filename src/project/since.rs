//! A git revision and a file → which of its lines are not as they were in that revision.
//!
//! Git says what a file was; what differs is found here, text with text. So a line of a notebook is a line
//! of a cell: its outputs, how its JSON is laid out, and how lines end make no difference.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use ruff_text_size::{TextLen, TextRange, TextSize};

use super::git::{Blob, Entry, GitError, Repository};
use super::root::{real_path, repository};
use crate::source::SourceFile;
use crate::source::read::{MAX_BYTES, read_regular};
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
    #[error("{} is not in a git repository, so it has no revision `{revision}`", path.display())]
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
    /// A partial clone has the name of the old text only.
    #[error(
        "{} as of `{revision}` is not in this partial clone: `git fetch --refetch` gets it",
        path.display()
    )]
    Absent {
        /// As named.
        path: PathBuf,
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

    /// Returns the lines of files that are new since the revision.
    ///
    /// # Errors
    /// A file's repository does not have the revision, or git fails.
    pub fn changed(&mut self, sources: &[&SourceFile]) -> Result<Vec<ChangedLines>, SinceError> {
        let paths: Vec<&Path> = sources.iter().map(|source| source.path()).collect();
        let old = self.read(&paths)?;
        let lines = sources.iter().zip(old).map(|(source, old)| match old {
            Some(Blob::Bytes(old)) => Ok(changed_lines(old, source)),
            Some(Blob::Missing) => Err(SinceError::Absent {
                path: source.path().to_owned(),
                revision: self.revision.clone(),
            }),
            Some(Blob::TooLarge) | None => Ok(ChangedLines::All),
        });
        lines.collect()
    }

    /// Returns those of the files that are on disk as they were, but for how their lines end.
    pub fn unchanged<'a>(&mut self, mut paths: Vec<&'a Path>) -> HashSet<&'a Path> {
        paths.retain(|path| self.past_of(path, &real_path(path)).is_ok());
        let old = self.read(&paths).unwrap_or_default();
        let both = paths.into_iter().zip(old);
        let same = both.filter(|(path, old)| match old {
            Some(Blob::Bytes(old)) => read_regular(path).is_ok_and(|new| has_lines(&new, old)),
            _ => false,
        });
        same.map(|(path, _)| path).collect()
    }

    /// Returns what the revision has of files, by the paths they had; `None`: they are new.
    fn read(&mut self, paths: &[&Path]) -> Result<Vec<Option<Blob>>, SinceError> {
        let mut old = vec![None; paths.len()];
        let mut wanted: HashMap<PathBuf, Vec<(usize, String)>> = HashMap::new();
        for (place, path) in paths.iter().enumerate() {
            let real = real_path(path);
            let (top, past) = self.past_of(path, &real)?;
            if let Some(object) = past.object(real.strip_prefix(&top).unwrap_or(&real)) {
                let object = object.to_owned();
                wanted.entry(top).or_default().push((place, object));
            }
        }
        for (top, wanted) in wanted {
            let objects = wanted.iter().map(|(_, object)| (&**object, MAX_BYTES));
            let blobs = self.pasts[&top]
                .repository
                .blobs(&objects.collect::<Vec<_>>());
            let blobs = blobs.map_err(|error| failed(&top, &error))?;
            for ((place, _), blob) in wanted.into_iter().zip(blobs) {
                old[place] = Some(blob);
            }
        }
        Ok(old)
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

/// Returns the lines of a file that its old bytes do not have; all, where those cannot be read.
fn changed_lines(old: Vec<u8>, source: &SourceFile) -> ChangedLines {
    if old == source.bytes() {
        return ChangedLines::Lines(Vec::new());
    }
    match SourceFile::from_bytes(source.path(), old) {
        Ok(old) => ChangedLines::Lines(lines_not_in(old.text(), source.text())),
        Err(_) => ChangedLines::All,
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

/// Returns whether two files have the same lines, whatever ends them.
fn has_lines(new: &[u8], old: &[u8]) -> bool {
    let lines = |bytes| -> Vec<&[u8]> {
        let lines = <[u8]>::split(bytes, |byte| *byte == b'\n');
        lines
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
            .collect()
    };
    lines(new) == lines(old)
}

/// A commit of a repository. Paths are relative to the top.
#[derive(Debug)]
struct Past {
    repository: Repository,
    files: HashMap<PathBuf, Entry>,
    /// Files of the index that had another path; with that.
    renamed: HashMap<PathBuf, PathBuf>,
}

impl Past {
    fn find(top: &Path, revision: &str) -> Result<Self, SinceError> {
        let failed = |error| failed(top, &error);
        let repository = Repository::open(top).map_err(failed)?;
        let Some(commit) = repository.commit(revision).map_err(failed)? else {
            return Err(SinceError::Unknown {
                repository: top.to_owned(),
                revision: revision.to_owned(),
            });
        };
        Ok(Self {
            files: repository.tree(&commit).map_err(failed)?,
            renamed: repository.renamed(&commit).map_err(failed)?,
            repository,
        })
    }

    /// Returns what a file was in the commit; `None`: it is new.
    fn object(&self, path: &Path) -> Option<&str> {
        let old = self.renamed.get(path).map_or(path, PathBuf::as_path);
        let entry = self.files.get(old).filter(|entry| entry.is_file)?;
        Some(&entry.object)
    }
}

fn failed(top: &Path, error: &GitError) -> SinceError {
    SinceError::Git {
        repository: top.to_owned(),
        message: error.to_string(),
    }
}
