//! Why a file was not written, or not put back, for the person whose file it is.

use std::io;
use std::path::{Path, PathBuf};

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
        "written, and cannot be put back: {source}; its changes require those of {}, which could not be written",
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
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full { path, source }
            }
            _ => Self::Io { path, source },
        }
    }
}
