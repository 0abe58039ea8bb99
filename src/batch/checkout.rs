//! A repository → a tree of its own to work in: a person's own work tree is never touched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::RepositoryError;
use super::git::Git;
use super::home::Home;

/// How often a tree is begun.
const TRIES: usize = 3;

/// What the name of a folder ends with that is being removed.
const ASIDE: &str = ".gone";

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
        // What a program of an earlier run still writes there is in nobody's way.
        let _ = fs::remove_dir_all(folder);
        forget(&home.git, folder)?;
        fs::create_dir_all(folder).map_err(RepositoryError::at(folder))?;
        let path = tree.to_string_lossy().into_owned();
        let words = ["worktree", "add", "--quiet", "--force", "--detach"];
        let words = [&words[..], &[&path, commit]].concat();
        // Git reads the trees of others, which may be about to go.
        let tried = (1..TRIES).find_map(|_| home.git.ask(&words).ok());
        if tried.is_none() {
            home.git.ask(&words)?;
        }
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

    /// Removes the tree; what cannot be removed now, the next run removes.
    pub(super) fn leave(&self) {
        let _ = fs::remove_dir_all(self.git.folder());
        let _ = forget(&self.home.git, self.git.folder());
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
            remove(&entry.path()).map_err(RepositoryError::at(&entry.path()))?;
        }
    }
    Ok(())
}

/// Removes a folder that a git of an ended run may still write to. It gets another name first: what writes by the
/// old one fails, and cannot put a file into a folder that is being emptied.
fn remove(folder: &Path) -> io::Result<()> {
    let mut aside = folder.to_owned().into_os_string();
    aside.push(ASIDE);
    let aside = PathBuf::from(aside);
    // One that is left from an interrupted run is in the way, and goes in its turn.
    let place = match fs::rename(folder, &aside) {
        Ok(()) => &aside,
        Err(_) => folder,
    };
    match fs::remove_dir_all(place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::remove;

    #[test]
    fn a_folder_that_is_still_written_to_goes() {
        for _ in 0..20 {
            let root = tempfile::tempdir().expect("there is room");
            let folder = root.path().join("tree");
            fs::create_dir(&folder).expect("it is ours");
            let (begun, begins) = channel();
            let written = folder.clone();
            let writer = thread::spawn(move || {
                let write = |nth: u32| fs::write(written.join(nth.to_string()), "x");
                (0..)
                    .take_while(|&nth| {
                        let _ = begun.send(());
                        write(nth).is_ok()
                    })
                    .count()
            });
            for _ in 0..200 {
                begins.recv().expect("it writes");
            }
            remove(&folder).expect("nothing can be put there any more");
            assert!(writer.join().expect("it ends") >= 199);
            let left = fs::read_dir(root.path()).expect("it is there").count();
            assert_eq!(left, 0);
        }
    }
}
