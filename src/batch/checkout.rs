//! A repository → a tree of its own to work in: a person's own work tree is never touched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::RepositoryError;
use super::git::Git;
use super::home::Home;

/// A tree of a repository.
#[derive(Debug)]
pub(super) struct Checkout<'c> {
    /// Git in it.
    pub(super) git: Git<'c>,
    home: &'c Home<'c>,
}

impl<'c> Checkout<'c> {
    /// Makes a tree of the name `new` in a folder, at a commit; those of earlier runs go. A program that one of these
    /// started may still be at work: in its own tree it disturbs nobody.
    ///
    /// # Errors
    /// The repository does not answer.
    pub(super) fn fresh(
        home: &'c Home<'c>,
        folder: &Path,
        new: &str,
        commit: &str,
    ) -> Result<Self, RepositoryError> {
        let tree = folder.join(new);
        remove(folder)?;
        forget(&home.git, folder)?;
        fs::create_dir_all(folder).map_err(RepositoryError::at(folder))?;
        let path = tree.to_string_lossy().into_owned();
        let words = ["worktree", "add", "--quiet", "--force", "--detach"];
        home.git.ask(&[&words[..], &[&path, commit]].concat())?;
        Ok(Self {
            git: home.git.within(&tree),
            home,
        })
    }

    /// Returns the commit that the tree is at.
    ///
    /// # Errors
    /// Git does not answer.
    pub(super) fn head(&self) -> Result<String, RepositoryError> {
        Ok(self.git.ask(&["rev-parse", "HEAD"])?)
    }

    /// Removes the tree.
    ///
    /// # Errors
    /// It cannot be removed.
    pub(super) fn leave(&self) -> Result<(), RepositoryError> {
        remove(self.git.folder())?;
        forget(&self.home.git, self.git.folder())
    }
}

/// Removes what a repository knows of trees below a folder, which are gone; `git worktree prune` would also forget
/// those of a person that are on a disk which is not there now.
fn forget(home: &Git<'_>, folder: &Path) -> Result<(), RepositoryError> {
    let common = home.ask(&["rev-parse", "--git-common-dir"])?;
    let common = home.folder().join(common);
    let entries = fs::read_dir(common.join("worktrees")).into_iter().flatten();
    for entry in entries.filter_map(Result::ok) {
        let named = fs::read_to_string(entry.path().join("gitdir"));
        let is_below = |named: String| PathBuf::from(named.trim()).starts_with(folder);
        if named.is_ok_and(is_below) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn remove(tree: &Path) -> Result<(), RepositoryError> {
    match fs::remove_dir_all(tree) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(RepositoryError::at(tree)(error))
        }
        _ => Ok(()),
    }
}
