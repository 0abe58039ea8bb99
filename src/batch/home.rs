//! A repository of a campaign → the one on this machine that gets the branch: a person's own, or a clone.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::RepositoryError;
use super::git::Git;
use super::member::{Member, RepositorySource, is_repository};
use super::watch::Watch;
use crate::text::shown;

/// What a clone takes from its remote.
const HEADS: &str = "+refs/heads/*:refs/remotes/origin/*";

/// A tag may be where a branch is to begin.
const TAGS: &str = "+refs/tags/*:refs/tags/*";

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
                if !is_repository(path) {
                    let place = shown::path(path);
                    return Err(RepositoryError::NoRepository { place });
                }
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
        git.ask(&["fetch", "--quiet", "--prune", "origin", HEADS, TAGS])?;
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
        // One of another branch, or of commits that nobody has any more, is of no use.
        self.git.find(&["fetch", "--quiet", &bundle, &fetched])?;
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

    /// Returns the commit where the branch is to begin; `start` is what `HEAD` means in a person's repository.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn base(
        &self,
        reference: Option<&str>,
        start: Option<&str>,
    ) -> Result<String, RepositoryError> {
        let name = reference.or(start).unwrap_or("HEAD");
        let found = match (self.is_clone, reference, start) {
            (true, Some(name), _) => self.fetched(name)?,
            (true, None, _) => self.commit("refs/remotes/origin/HEAD")?,
            (false, None, Some(start)) => self.commit(&format!("refs/heads/{start}"))?,
            (false, _, _) => self.commit(name)?,
        };
        found.ok_or_else(|| RepositoryError::NoCommit {
            reference: name.to_owned(),
        })
    }

    /// Returns the commit of a remote's branch, of a tag, or one that is on neither.
    fn fetched(&self, name: &str) -> Result<Option<String>, RepositoryError> {
        for name in [&format!("refs/remotes/origin/{name}"), name] {
            if let Some(commit) = self.commit(name)? {
                return Ok(Some(commit));
            }
        }
        if !name.starts_with('-') {
            self.git.find(&["fetch", "--quiet", "origin", name])?;
        }
        self.commit(name)
    }

    /// Returns the branch that a person's repository is on: where they are later on does not matter.
    ///
    /// # Errors
    /// Git does not answer.
    pub(super) fn start(&self) -> Result<Option<String>, RepositoryError> {
        let words = ["symbolic-ref", "--quiet", "--short", "HEAD"];
        match self.is_clone {
            true => Ok(None),
            false => Ok(self.git.find(&words)?),
        }
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
