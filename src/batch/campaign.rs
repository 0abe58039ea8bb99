//! What is done with which repositories.

use std::path::{Path, PathBuf};
use std::time::Duration;

mod form;
mod read;

/// What is done with every repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Campaign {
    /// The repositories, as typed.
    pub repositories: Vec<Repositories>,
    /// What is changed.
    pub wants: Wants,
    /// `own`: the repositories' configurations count.
    pub is_configured: bool,
    /// Folders with recipes, whole.
    pub folders: Vec<PathBuf>,
    /// The branch.
    pub branch: String,
    /// How changes become commits.
    pub commits: Commits,
    /// What is opened for a branch that is pushed.
    pub pull_request: Option<PullRequest>,
    /// What a repository may take.
    pub limits: Limits,
    /// Repositories at a time; at least 1.
    pub jobs: usize,
    /// Where it works.
    pub workdir: PathBuf,
}

/// What is changed, in all or one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wants {
    /// Recipes.
    pub select: Vec<String>,
    /// Recipes that are left out.
    pub ignore: Vec<String>,
    /// Parameters.
    pub params: Vec<String>,
    /// The level, as typed.
    pub safety: Option<String>,
    /// What has to pass.
    pub verify: Option<Verify>,
}

/// Commands that have to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verify {
    /// One or more, for the shell.
    pub commands: Vec<String>,
    /// How long each may run.
    pub limit: Option<Duration>,
    /// Whether they have to pass without changes, too.
    pub before: bool,
}

impl Verify {
    /// Takes commands with nothing said of them.
    pub fn of(commands: Vec<String>) -> Option<Self> {
        (!commands.is_empty()).then_some(Self {
            commands,
            limit: None,
            before: true,
        })
    }
}

/// How changes become commits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commits {
    /// Whether they are one, not one for each recipe.
    pub is_one: bool,
    /// The message of each, as typed.
    pub message: Option<String>,
}

/// A pull request, or merge request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullRequest {
    /// Its title, as typed.
    pub title: Option<String>,
    /// Its text, as typed.
    pub body: Option<String>,
    /// Whether it is not to be merged yet.
    pub is_draft: bool,
    /// Who is asked to read it.
    pub reviewers: Vec<String>,
    /// Who keeps the repositories; `None`: the host's name tells.
    pub forge: Option<Forge>,
}

/// Who keeps repositories, and opens pull requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// By the program `gh`.
    GitHub,
    /// By the program `glab`.
    GitLab,
}

impl Forge {
    /// All, with the word for each.
    pub const ALL: [(&str, Self); 2] = [("github", Self::GitHub), ("gitlab", Self::GitLab)];
}

/// What a repository may take before it has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From its clone to its branch.
    pub time: Duration,
    /// Bytes of its tree and clone.
    pub disk: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(60 * 60),
            disk: None,
        }
    }
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repositories {
    /// Which ones.
    pub place: Whereabouts,
    /// Where the branch begins.
    pub reference: Option<String>,
    /// The branch, where it is another than in the rest.
    pub branch: Option<String>,
    /// What is other than in the rest.
    pub wants: Wants,
    /// What a person accepts, whole.
    pub decisions: Option<PathBuf>,
    /// Only these parts.
    pub paths: Vec<String>,
}

impl Repositories {
    /// Takes a place, and nothing of its own.
    pub fn at(place: Whereabouts) -> Self {
        Self {
            place,
            reference: None,
            branch: None,
            wants: Wants::default(),
            decisions: None,
            paths: Vec::new(),
        }
    }
}

/// Where repositories are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// A folder, whole.
    Path(PathBuf),
    /// What git clones.
    Url(String),
    /// Folders.
    Glob(PathBuf, String),
    /// A file with one on each line, whole.
    File(PathBuf),
}

impl Whereabouts {
    /// Takes a path or URL as it stands on a line; paths are seen from `base`.
    pub fn of_line(line: &str, base: &Path) -> Self {
        match is_url(line) {
            true => Self::Url(line.to_owned()),
            false => Self::Path(base.join(line)),
        }
    }
}

/// Returns whether git would clone it over a network, or from a file as if: `git@host:name` is one, `c:\x` none.
fn is_url(text: &str) -> bool {
    let is_scp = |(host, _): (&str, &str)| host.contains('@') && !host.contains('/');
    text.contains("://") || text.split_once(':').is_some_and(is_scp)
}

#[cfg(test)]
mod tests;
