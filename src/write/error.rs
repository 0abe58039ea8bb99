//! Why a file was not written, or not put back, and why no run can begin, for the person whose files they are.

use std::io;
use std::path::{Path, PathBuf};

use super::manifest::FORMAT;
use super::run_id::RunId;
use crate::text::shown;

/// Why a file stayed as it was, or could not be put back.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Another program wrote it meanwhile.
    #[error("changed on disk since it was read; run again")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A symbolic link whose target lies outside every path that was named.
    #[error(
        "leads out of the given paths, to {}; name that file itself to change it",
        shown::path(target)
    )]
    Outside {
        /// The link, or a file below one.
        path: PathBuf,
        /// What it stands for.
        target: PathBuf,
    },
    /// Nobody may write it.
    #[error("read-only")]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// No space, or no quota, is left: nothing at all was written.
    #[error("no space left to write it; no file was changed")]
    Full {
        /// The file that did not fit.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not written, because another file did not fit.
    #[error("not written, because the disk is full")]
    NotBegun {
        /// The file.
        path: PathBuf,
    },
    /// Not written, because a file that its changes require was not.
    #[error(
        "not written, because its changes require those of {}, which could not be written",
        shown::path(cause)
    )]
    Bereft {
        /// The file.
        path: PathBuf,
        /// The one that could not be written.
        cause: PathBuf,
    },
    /// Written before a file that its changes require failed.
    #[error(
        "written, and cannot be restored: {source}; its changes require those of {}, which could not be written",
        shown::path(cause)
    )]
    NotPutBack {
        /// The file.
        path: PathBuf,
        /// The one that could not be written.
        cause: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The new bytes could not be made.
    #[error("the new text cannot be written in the file's encoding: {reason}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        reason: String,
    },
    /// Somebody ended the run before the file's turn.
    #[error("not written, because the run was interrupted")]
    Interrupted {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot be written: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl WriteError {
    /// Returns the file, as the walk named it.
    pub fn path(&self) -> &Path {
        match self {
            Self::Changed { path }
            | Self::Outside { path, .. }
            | Self::ReadOnly { path }
            | Self::Full { path, .. }
            | Self::NotBegun { path }
            | Self::Bereft { path, .. }
            | Self::NotPutBack { path, .. }
            | Self::Unwritable { path, .. }
            | Self::Interrupted { path }
            | Self::Io { path, .. } => path,
        }
    }

    /// Returns the file for whose sake this one failed: mostly itself.
    pub(super) fn cause(&self) -> &Path {
        match self {
            Self::Bereft { cause, .. } | Self::NotPutBack { cause, .. } => cause,
            _ => self.path(),
        }
    }

    /// Tells a full disk apart: it stops the others too.
    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match is_full(&source) {
            true => Self::Full { path, source },
            false => Self::Io { path, source },
        }
    }
}

/// Why no run can begin, or none can be put back.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another run holds the lock.
    #[error(
        "another awaitify is writing here and holds {}; try again when it has ended",
        shown::path(home)
    )]
    Busy {
        /// The folder `.awaitify`.
        home: PathBuf,
    },
    /// A run was ended in the middle.
    #[error("run {run} did not finish, so some files are new and some old; put them back with: {}", undo_in(top.as_deref()))]
    Unfinished {
        /// The run.
        run: RunId,
        /// Its tree, where `undo` would not find it by itself.
        top: Option<PathBuf>,
    },
    /// A later version of the program kept the run.
    #[error(
        "run {run} was written by a newer awaitify (format {format}, this one knows {FORMAT}); use that one for it"
    )]
    Newer {
        /// The run.
        run: RunId,
        /// What it is written in.
        format: u32,
    },
    /// What is kept of a run cannot be read.
    #[error(
        "the record of run {run} is damaged: {reason}; to continue without it, remove {}",
        shown::path(folder)
    )]
    Damaged {
        /// The run.
        run: RunId,
        /// What is wrong.
        reason: String,
        /// What is kept of it.
        folder: PathBuf,
    },
    /// The old bytes cannot be kept.
    #[error("the old text cannot be kept in {}: {source}", shown::path(home))]
    Unkept {
        /// The folder `.awaitify`.
        home: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No run has the name.
    #[error(
        "there is no run {}; `awaitify undo --list` shows them",
        shown::Shown(word)
    )]
    Unknown {
        /// As typed.
        word: String,
    },
    /// Several runs have the words in their names.
    #[error("{} may be each of {}; write more of it", shown::Shown(word), runs.join(", "))]
    Ambiguous {
        /// As typed.
        word: String,
        /// Their names.
        runs: Vec<String>,
    },
    /// A file is not as a trial left it.
    #[error(
        "{} is not as awaitify wrote it, so the trial is not put back; `awaitify undo {run} --force` does that",
        shown::path(path)
    )]
    Changed {
        /// The run.
        run: RunId,
        /// The file.
        path: PathBuf,
    },
    /// What became of a run could not be written.
    #[error(
        "the files are written, but not the end of run {run}: {source}; the next run completes the record"
    )]
    Unmarked {
        /// The run.
        run: RunId,
        /// What the system said.
        source: io::Error,
    },
}

impl JournalError {
    pub(super) fn unkept(home: &Path, source: io::Error) -> Self {
        let home = home.to_owned();
        Self::Unkept { home, source }
    }

    /// Returns whether the disk is full.
    pub(super) fn is_full(&self) -> bool {
        matches!(self, Self::Unkept { source, .. } if is_full(source))
    }
}

/// Returns the command that undoes the last run of a tree.
pub fn undo_in(top: Option<&Path>) -> String {
    match top {
        None => "awaitify undo".to_owned(),
        Some(top) => format!("awaitify undo --tree {}", shown::path(top)),
    }
}

fn is_full(error: &io::Error) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}
