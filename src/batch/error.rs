//! Why nothing comes of a repository.

use std::io;
use std::path::{Path, PathBuf};

use super::git::GitError;
use super::state::StateError;
use super::watch::WatchError;
use crate::text::shown;

/// Why nothing comes of a repository.
#[derive(Debug, thiserror::Error)]
pub(super) enum RepositoryError {
    /// Git does not answer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A program was ended.
    #[error(transparent)]
    Ended(#[from] WatchError),
    /// A file or folder cannot be used.
    #[error("{}: {source}", shown::path(path))]
    Io { path: PathBuf, source: io::Error },
    /// There is no repository.
    #[error("no repository is at {place}")]
    NoRepository { place: String },
    /// There is nothing where the branch is to begin.
    #[error("there is no commit `{reference}`")]
    NoCommit { reference: String },
    /// Somebody works on the branch.
    #[error("the branch `{branch}` is checked out in {place}")]
    InUse { branch: String, place: String },
    /// The branch has other commits than those of the campaign.
    #[error("the branch `{branch}` exists, with commits that this campaign did not make")]
    Foreign { branch: String },
    /// The branch here and that of the remote went two ways.
    #[error("the branch `{branch}` has other commits here than at the remote: merge or delete one")]
    Apart { branch: String },
    /// Somebody solved conflicts in a merge, which cannot be done again.
    #[error("the branch `{branch}` has a merge commit that changes files ({commit}): rebase it")]
    Merge { branch: String, commit: String },
    /// What a person added does not fit any more.
    #[error(
        "the branch `{branch}` has a commit that does not apply any more ({commit}): change or drop it"
    )]
    Conflict { branch: String, commit: String },
    /// The state cannot be stored.
    #[error(transparent)]
    State(#[from] StateError),
    /// The migration did not work.
    #[error("{0}")]
    Migration(String),
    /// The remote has a branch that is not as the campaign left it.
    #[error(
        "the remote's branch `{branch}` has commits that are not known here: `--refresh` takes over what was added to it"
    )]
    Behind { branch: String },
    /// The same, of a person's own repository.
    #[error("the remote's branch `{branch}` has commits that are not known here: pull them first")]
    Unpulled { branch: String },
    /// Somebody deleted what the campaign made.
    #[error("the branch `{branch}` was deleted: `retry` creates it again")]
    Deleted { branch: String },
    /// Somebody wrote the campaign's commits anew.
    #[error("the branch `{branch}` was rewritten: push it yourself")]
    Rewritten { branch: String },
    /// What the branch is based on, only this machine has.
    #[error("the branch begins at a commit that `origin` does not have: push that first")]
    Unpublished,
    /// There is nothing to push to.
    #[error("the repository has no remote `origin`")]
    NoRemote,
    /// Nobody knows who opens pull requests there.
    #[error(
        "no pull request: cannot tell which forge hosts {url}: set `forge: github` or `forge: gitlab`"
    )]
    NoForge { url: String },
    /// The program of a forge did not work.
    #[error("no pull request: {program} fails: {said}")]
    Forge { program: String, said: String },
}

impl RepositoryError {
    /// Returns whether a signal is the cause.
    pub(super) fn is_interrupt(&self) -> bool {
        matches!(
            self,
            Self::Ended(WatchError::Interrupted)
                | Self::Git(GitError::Ended(WatchError::Interrupted))
        )
    }

    /// Returns what an error at a path comes to.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Io { path, source }
    }
}
