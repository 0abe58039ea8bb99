//! A repository of a campaign → the one on this machine that gets the branch: a person's own, or a clone.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::RepositoryError;
use super::git::Git;
use super::member::{Member, RepositorySource};
use super::watch::Watch;

/// What a clone takes from its remote.
const HEADS: &str = "+refs/heads/*:refs/remotes/origin/*";

/// The repository that gets the branch.
#[derive(Debug)]
pub(super) struct Home<'h> {
    /// Git in it.
    pub(super) git: Git<'h>,
    /// Whether it is a clone of the campaign's.
    pub(super) is_clone: bool,
}

/// Returns where the clone of a repository is.
pub(super) fn clone_of(workdir: &Path, name: &str) -> PathBuf {
    workdir.join("clones").join(format!("{name}.git"))
}

/// Returns where the branch of a clone is kept, too: a clone can be made again, what it has more is there.
pub(super) fn bundle_of(workdir: &Path, name: &str) -> PathBuf {
    workdir.join("branches").join(format!("{name}.bundle"))
}

impl<'h> Home<'h> {
    /// Takes a person's repository, or brings a clone to what its remote has now.
    ///
    /// # Errors
    /// It does not answer.
    pub(super) fn ready(
        member: &Member,
        workdir: &Path,
        watch: &'h Watch<'h>,
    ) -> Result<Self, RepositoryError> {
        let url = match &member.source {
            RepositorySource::Path(path) => {
                return Ok(Self {
                    git: Git::at(path, watch)?,
                    is_clone: false,
                });
            }
            RepositorySource::Url(url) => url,
        };
        let folder = clone_of(workdir, &member.name);
        fs::create_dir_all(&folder).map_err(RepositoryError::at(&folder))?;
        let git = Git::at(&folder, watch)?;
        // A clone that was not whole is made whole.
        git.ask(&["init", "--quiet", "--bare", "--template=", "."])?;
        git.ask(&["config", "remote.origin.url", url])?;
        git.ask(&["config", "remote.origin.fetch", HEADS])?;
        git.ask(&["fetch", "--quiet", "--prune", "origin"])?;
        // An empty repository has none.
        git.find(&["remote", "set-head", "origin", "--auto"])?;
        let home = Self {
            git,
            is_clone: true,
        };
        home.unbundle(&member.branch, &bundle_of(workdir, &member.name))?;
        Ok(home)
    }

    /// Takes the branch from its bundle, where the clone has none.
    fn unbundle(&self, branch: &str, bundle: &Path) -> Result<(), RepositoryError> {
        let name = format!("refs/heads/{branch}");
        if self.commit(&name)?.is_some() || !bundle.exists() {
            return Ok(());
        }
        let bundle = bundle.to_string_lossy().into_owned();
        let fetched = format!("+{name}:{name}");
        self.git.ask(&["fetch", "--quiet", &bundle, &fetched])?;
        Ok(())
    }

    /// Writes the branch of a clone into its bundle.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn bundle(
        &self,
        branch: &str,
        base: &str,
        bundle: &Path,
    ) -> Result<(), RepositoryError> {
        if !self.is_clone {
            return Ok(());
        }
        let folder = bundle.parent().unwrap_or(bundle);
        fs::create_dir_all(folder).map_err(RepositoryError::at(folder))?;
        let new = bundle.with_extension("new");
        let name = format!("refs/heads/{branch}");
        let path = new.to_string_lossy().into_owned();
        let without = format!("^{base}");
        self.git
            .ask(&["bundle", "create", "--quiet", &path, &name, &without])?;
        fs::rename(&new, bundle).map_err(RepositoryError::at(bundle))
    }

    /// Returns the commit where the branch is to begin.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn base(&self, reference: Option<&str>) -> Result<String, RepositoryError> {
        let reference = reference.unwrap_or("HEAD");
        if self.is_clone {
            let name = format!("refs/remotes/origin/{reference}");
            if let Some(commit) = self.commit(&name)? {
                return Ok(commit);
            }
        }
        // The `HEAD` of a clone is not its remote's.
        let is_own = !self.is_clone || reference != "HEAD";
        let found = match is_own {
            true => self.commit(reference)?,
            false => None,
        };
        found.ok_or_else(|| RepositoryError::NoCommit {
            reference: reference.to_owned(),
        })
    }

    /// Returns the commit of a name.
    ///
    /// # Errors
    /// Git does not answer.
    pub(super) fn commit(&self, name: &str) -> Result<Option<String>, RepositoryError> {
        if name.starts_with('-') {
            return Ok(None);
        }
        let commit = format!("{name}^{{commit}}");
        Ok(self
            .git
            .find(&["rev-parse", "--verify", "--quiet", &commit])?)
    }

    /// Returns the address of the remote.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn remote(&self) -> Result<String, RepositoryError> {
        let found = self.git.find(&["remote", "get-url", "origin"])?;
        found.ok_or(RepositoryError::NoRemote)
    }
}
