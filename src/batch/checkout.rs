//! A repository → a tree of its own to work in, and a branch in the repository once all is well.
//!
//! Nothing of a stranger's repository runs: no hook, no monitor of files. A person's own work tree is never touched.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::member::{Home, Member};
use crate::text::shown;

/// Protocols by which is cloned: others may run programs.
const PROTOCOLS: &str = "file:git:http:https:ssh";

/// Settings that outrank those of a repository.
pub(super) const SETTINGS: [(&str, &str); 3] = [
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", ""),
    ("advice.detachedHead", "false"),
];

/// A name that no commit has.
const NONE: &str = "0000000000000000000000000000000000000000";

/// Why a repository cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// Git refuses.
    #[error("git {command} fails: {said}")]
    Git {
        /// What was asked for.
        command: String,
        /// What it said.
        said: String,
    },
    /// A folder cannot be used.
    #[error("{}: {source}", shown::path(path))]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody works on the branch.
    #[error("the branch `{branch}` is checked out in {place}")]
    InUse {
        /// Its name.
        branch: String,
        /// Where.
        place: String,
    },
    /// The branch has other commits than those of the campaign.
    #[error("there is a branch `{branch}`, with commits that are not this campaign's")]
    Foreign {
        /// Its name.
        branch: String,
    },
}

/// A tree of a repository.
#[derive(Debug)]
pub struct Checkout {
    /// Where it is.
    pub tree: PathBuf,
    /// The repository that gets the branch.
    home: PathBuf,
    is_worktree: bool,
}

impl Checkout {
    /// Makes a tree of the name `new`, at the commit where the branch begins; those of earlier runs go. A program that
    /// one of these started may still be at work: in its own tree it disturbs nobody.
    ///
    /// # Errors
    /// The repository does not answer, or has no such commit.
    pub fn fresh(member: &Member, trees: &Path, new: &str) -> Result<Self, CheckoutError> {
        let folder = trees.join(&member.name);
        let tree = folder.join(new);
        remove(&folder)?;
        if let Home::Path(home) = &member.source {
            forget(home, &folder)?;
        }
        fs::create_dir_all(&folder).map_err(|source| CheckoutError::Io {
            path: folder.clone(),
            source,
        })?;
        let path = tree.to_string_lossy().into_owned();
        let reference = member.reference.as_deref().unwrap_or("HEAD");
        match &member.source {
            Home::Path(home) => {
                let words = [
                    "worktree", "add", "--quiet", "--force", "--detach", &path, reference,
                ];
                git(home, &words)?;
                Ok(Self {
                    tree,
                    home: home.clone(),
                    is_worktree: true,
                })
            }
            Home::Url(url) => {
                git(&folder, &["clone", "--quiet", "--", url, &path])?;
                git(&tree, &["checkout", "--quiet", "--detach", reference])?;
                Ok(Self {
                    home: tree.clone(),
                    tree,
                    is_worktree: false,
                })
            }
        }
    }

    /// Returns the commit that the tree is at.
    ///
    /// # Errors
    /// Git refuses.
    pub fn head(&self) -> Result<String, CheckoutError> {
        git(&self.tree, &["rev-parse", "HEAD"])
    }

    /// Returns the last commit of a branch, if there is one; `own` are those that the campaign made, or was about to.
    ///
    /// # Errors
    /// It is somebody else's, or somebody works on it.
    pub fn old_tip(&self, branch: &str, own: &[&String]) -> Result<Option<String>, CheckoutError> {
        let name = format!("refs/heads/{branch}");
        let listed = git(&self.home, &["worktree", "list", "--porcelain"])?;
        let mut place = "";
        for line in listed.lines() {
            place = line.strip_prefix("worktree ").unwrap_or(place);
            if line.strip_prefix("branch ") == Some(name.as_str()) {
                return Err(CheckoutError::InUse {
                    branch: branch.to_owned(),
                    place: place.to_owned(),
                });
            }
        }
        let now = git(&self.home, &["rev-parse", "--verify", "--quiet", &name]).ok();
        if now.as_ref().is_some_and(|now| !own.contains(&now)) {
            return Err(CheckoutError::Foreign {
                branch: branch.to_owned(),
            });
        }
        Ok(now)
    }

    /// Makes a branch of the commits of the tree, or moves it from its last one, which is `old`.
    ///
    /// # Errors
    /// Somebody else moved it meanwhile.
    pub fn set_branch(&self, branch: &str, old: Option<&str>) -> Result<(), CheckoutError> {
        let name = format!("refs/heads/{branch}");
        let words = ["update-ref", &name, &self.head()?, old.unwrap_or(NONE)];
        git(&self.home, &words).map(|_| ())
    }

    /// Removes a tree that is only a view of a person's repository; a clone has the branch, and stays.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn leave(&self) -> Result<(), CheckoutError> {
        if self.is_worktree {
            remove(&self.tree)?;
            forget(&self.home, &self.tree)?;
        }
        Ok(())
    }
}

/// Returns whether git takes a text as the name of a branch.
pub fn is_branch(name: &str) -> bool {
    let name = format!("refs/heads/{name}");
    git(Path::new("."), &["check-ref-format", &name]).is_ok()
}

/// Removes what a repository knows of trees below a folder, which are gone; `git worktree prune` would also forget
/// those of a person that are on a disk which is not there now.
fn forget(home: &Path, folder: &Path) -> Result<(), CheckoutError> {
    let common = home.join(git(home, &["rev-parse", "--git-common-dir"])?);
    let entries = fs::read_dir(common.join("worktrees")).into_iter().flatten();
    for entry in entries.filter_map(Result::ok) {
        let named = fs::read_to_string(entry.path().join("gitdir"));
        if named.is_ok_and(|named| Path::new(named.trim()).starts_with(folder)) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn remove(tree: &Path) -> Result<(), CheckoutError> {
    match fs::remove_dir_all(tree) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(CheckoutError::Io {
            path: tree.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

/// Runs git in a folder; returns what it says, without the end of the line.
fn git(folder: &Path, words: &[&str]) -> Result<String, CheckoutError> {
    let failed = |said: String| CheckoutError::Git {
        command: words.first().copied().unwrap_or_default().to_owned(),
        said,
    };
    let mut command = Command::new("git");
    without_git(&mut command);
    command
        .args(
            SETTINGS
                .iter()
                .flat_map(|(key, value)| ["-c".to_owned(), format!("{key}={value}")]),
        )
        .args(words)
        .current_dir(folder)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        return Ok(said.trim_end().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    // Below stands advice.
    let first = said.lines().find(|line| !line.trim().is_empty());
    Err(failed(first.unwrap_or_default().trim().to_owned()))
}

/// Takes away what would lead git to another repository.
pub(super) fn without_git(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
}
