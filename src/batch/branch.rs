//! A branch as it is → the same with new commits of the campaign, and those that a person added behind them.

use std::fs;

use super::error::RepositoryError;
use super::git::Git;
use super::home::Home;
use super::record::MemberState;

/// A branch before the campaign gives it new commits.
#[derive(Debug)]
pub(super) struct Branch {
    name: String,
    /// Its last commit in the repository.
    local: Option<String>,
    /// Its last commit at the remote, as far as that was asked.
    remote: Option<String>,
    /// The later of both.
    head: Option<String>,
    /// Commits that a person added, the first one first.
    added: Vec<String>,
    /// The campaign knows none of its commits: it is foreign, unless it turns out to be what is made anew.
    is_unknown: bool,
}

impl Branch {
    /// Looks at a branch; the new commits begin at `base`.
    ///
    /// # Errors
    /// It is somebody else's, or somebody works on it.
    pub(super) fn of(
        home: &Home<'_>,
        name: &str,
        known: &MemberState,
        base: &str,
    ) -> Result<Self, RepositoryError> {
        check_free(&home.git, name)?;
        let local = home.commit(&format!("refs/heads/{name}"))?;
        let remote = match home.is_clone {
            true => home.commit(&format!("refs/remotes/origin/{name}"))?,
            false => None,
        };
        let mut branch = Self {
            name: name.to_owned(),
            head: local.clone(),
            local,
            remote,
            added: Vec::new(),
            is_unknown: false,
        };
        branch.head = branch.later(&home.git, known)?;
        match branch.before(&home.git, &known.own)? {
            Some(before) => branch.added = branch.added(&home.git, &before, base)?,
            None => branch.is_unknown = branch.may_be_own(&home.git, base)?,
        }
        Ok(branch)
    }

    /// Returns whether somebody deleted what the campaign made or pushed.
    pub(super) fn was_deleted(&self, home: &Home<'_>, known: &MemberState) -> bool {
        match home.is_clone {
            true => known.pushed.is_some() && self.remote.is_none(),
            false => known.head.is_some() && self.local.is_none(),
        }
    }

    /// Returns whether all that it changes is in another commit.
    ///
    /// # Errors
    /// Git does not answer.
    pub(super) fn is_in(&self, git: &Git<'_>, base: &str) -> Result<bool, RepositoryError> {
        let Some(head) = &self.head else {
            return Ok(true);
        };
        let merged = git.find(&["merge-tree", "--write-tree", base, head])?;
        let tree = git.ask(&["rev-parse", &format!("{base}^{{tree}}")])?;
        Ok(merged == Some(tree))
    }

    /// Returns whether it is the campaign's, and a person can see it: what only a clone has, nobody has to delete.
    pub(super) fn is_seen(&self, home: &Home<'_>) -> bool {
        let there = match home.is_clone {
            true => &self.remote,
            false => &self.local,
        };
        there.is_some() && !self.is_unknown
    }

    /// Returns its last commit at the remote, as far as that was asked.
    pub(super) fn remote(&self) -> Option<String> {
        self.remote.clone()
    }

    /// Returns which of the branch here and at the remote counts: the one that has the other in it, where a person did
    /// nothing to one of them the other.
    fn later(&self, git: &Git<'_>, known: &MemberState) -> Result<Option<String>, RepositoryError> {
        let (Some(local), Some(remote)) = (&self.local, &self.remote) else {
            return Ok(self.local.clone().or(self.remote.clone()));
        };
        if local == remote {
            return Ok(Some(local.clone()));
        }
        // What was pushed here, somebody replaced there.
        if known.pushed.as_ref() == Some(local) {
            return Ok(Some(remote.clone()));
        }
        if known.sent.contains(remote) || is_within(git, remote, local)? {
            return Ok(Some(local.clone()));
        }
        if is_within(git, local, remote)? {
            return Ok(Some(remote.clone()));
        }
        Err(RepositoryError::Apart {
            branch: self.name.clone(),
        })
    }

    /// Returns the commit of the campaign that the branch has, or where there is no branch nothing of the sort.
    fn before(&self, git: &Git<'_>, own: &[String]) -> Result<Option<String>, RepositoryError> {
        let Some(head) = &self.head else {
            return Ok(None);
        };
        for own in own.iter().rev() {
            if is_within(git, own, head)? {
                return Ok(Some(own.clone()));
            }
        }
        Ok(None)
    }

    /// Returns whether a branch with unknown commits may have been made by another run, whose result was lost: it begins
    /// where a new one would.
    fn may_be_own(&self, git: &Git<'_>, base: &str) -> Result<bool, RepositoryError> {
        match &self.head {
            None => Ok(false),
            Some(head) if head != base && is_within(git, base, head)? => Ok(true),
            Some(_) => Err(self.foreign()),
        }
    }

    fn foreign(&self) -> RepositoryError {
        RepositoryError::Foreign {
            branch: self.name.clone(),
        }
    }

    /// Returns the last commit of a branch that an unknown run made, which has the same commits as a tree at `tip`.
    ///
    /// # Errors
    /// It has others.
    pub(super) fn adopted(
        &self,
        tree: &Git<'_>,
        base: &str,
        tip: &str,
    ) -> Result<Option<String>, RepositoryError> {
        let Some(head) = self.head.as_ref().filter(|_| self.is_unknown) else {
            return Ok(None);
        };
        let commits = |end: &str| {
            let range = format!("{base}..{end}");
            tree.ask(&["log", "--format=%T%n%B", &range, "--"])
        };
        match commits(head)? == commits(tip)? {
            true => Ok(Some(head.clone())),
            false => Err(self.foreign()),
        }
    }

    /// Returns the commits that a person added behind one of the campaign's.
    fn added(
        &self,
        git: &Git<'_>,
        before: &str,
        base: &str,
    ) -> Result<Vec<String>, RepositoryError> {
        let Some(head) = &self.head else {
            return Ok(Vec::new());
        };
        let without = [format!("^{before}"), format!("^{base}")];
        let words = ["rev-list", "--reverse", "--topo-order", "--parents", head];
        let listed = git.ask(&[&words[..], &[&without[0], &without[1]]].concat())?;
        let mut added = Vec::new();
        for line in listed.lines() {
            let mut commits = line.split(' ');
            let Some(commit) = commits.next() else {
                continue;
            };
            match commits.count() > 1 {
                true => self.check_merge(git, commit)?,
                false => added.push(commit.to_owned()),
            }
        }
        Ok(added)
    }

    /// A merge that git would make alike is not needed on a newer base.
    fn check_merge(&self, git: &Git<'_>, commit: &str) -> Result<(), RepositoryError> {
        let words = ["show", "--remerge-diff", "--format=", commit];
        match git.ask(&words)?.is_empty() {
            true => Ok(()),
            false => Err(RepositoryError::Merge {
                branch: self.name.clone(),
                commit: subject(git, commit)?,
            }),
        }
    }

    /// Adds what a person added to what a tree is at.
    ///
    /// # Errors
    /// It does not apply there.
    pub(super) fn replay(&self, tree: &Git<'_>) -> Result<(), RepositoryError> {
        for commit in &self.added {
            if tree
                .find(&["cherry-pick", "--allow-empty", commit])?
                .is_some()
            {
                continue;
            }
            // The base has the same already.
            let is_empty = tree.ask(&["status", "--porcelain", "--untracked-files=no"])?;
            if is_empty.is_empty() && tree.find(&["cherry-pick", "--skip"])?.is_some() {
                continue;
            }
            return Err(RepositoryError::Conflict {
                branch: self.name.clone(),
                commit: subject(tree, commit)?,
            });
        }
        Ok(())
    }

    /// Makes or moves the branch to a commit.
    ///
    /// # Errors
    /// Somebody else moved it meanwhile.
    pub(super) fn set(&self, git: &Git<'_>, head: &str) -> Result<(), RepositoryError> {
        // Somebody may have begun to work on it meanwhile.
        check_free(git, &self.name)?;
        let name = format!("refs/heads/{}", self.name);
        // Nothing: it is not there yet.
        let old = self.local.as_deref().unwrap_or_default();
        git.ask(&["update-ref", &name, head, old])?;
        Ok(())
    }
}

/// Returns whether a commit is, or comes before, another; one that is not there is not.
fn is_within(git: &Git<'_>, commit: &str, other: &str) -> Result<bool, RepositoryError> {
    let words = ["merge-base", "--is-ancestor", commit, other];
    Ok(git.find(&words)?.is_some())
}

fn subject(git: &Git<'_>, commit: &str) -> Result<String, RepositoryError> {
    let said = git.ask(&["log", "-1", "--format=%h %s", commit])?;
    Ok(said)
}

/// Nobody may have the branch in a work tree, or be in the middle of rebasing it: git would not move it, either.
fn check_free(git: &Git<'_>, branch: &str) -> Result<(), RepositoryError> {
    let name = format!("refs/heads/{branch}");
    let in_use = |place: &str| RepositoryError::InUse {
        branch: branch.to_owned(),
        place: place.to_owned(),
    };
    let listed = git.ask(&["worktree", "list", "--porcelain"])?;
    let mut place = "";
    for line in listed.lines() {
        place = line.strip_prefix("worktree ").unwrap_or(place);
        if line.strip_prefix("branch ") == Some(name.as_str()) {
            return Err(in_use(place));
        }
    }
    let common = git.ask(&["rev-parse", "--git-common-dir"])?;
    let common = git.folder().join(common);
    let trees = fs::read_dir(common.join("worktrees")).into_iter().flatten();
    let trees = trees.filter_map(|entry| Some(entry.ok()?.path()));
    for folder in trees.chain([common]) {
        for kind in ["rebase-merge", "rebase-apply"] {
            let rebased = fs::read_to_string(folder.join(kind).join("head-name"));
            if rebased.is_ok_and(|rebased| rebased.trim() == name) {
                return Err(in_use("the middle of a rebase"));
            }
        }
    }
    Ok(())
}
