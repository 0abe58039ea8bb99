//! A branch that is pushed → a pull request, by the program of the forge, which finds its token itself.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::campaign::Forge;
use super::error::RepositoryError;
use super::secret;
use super::watch::{Watch, WatchError};

/// Characters of a text: what is longer, GitHub refuses.
const LONGEST: usize = 60_000;

/// What is opened.
#[derive(Debug)]
pub(super) struct Proposal<'p> {
    /// The repository's address.
    pub(super) url: &'p str,
    /// What has the commits.
    pub(super) branch: &'p str,
    /// What gets them; `None`: the forge's default.
    pub(super) target: Option<&'p str>,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) is_draft: bool,
    pub(super) reviewers: &'p [String],
}

impl Proposal<'_> {
    /// Opens it, unless there is one for the branch; returns its address. `folder` is for its text, and in no repository.
    ///
    /// # Errors
    /// The program of the forge is not there, or refuses.
    pub(super) fn open(
        &self,
        forge: Forge,
        folder: &Path,
        watch: &Watch<'_>,
    ) -> Result<String, RepositoryError> {
        let ask = Ask {
            program: match forge {
                Forge::GitHub => "gh",
                Forge::GitLab => "glab",
            },
            folder,
            watch,
        };
        let listed = ask.say(&self.words_to_list(forge))?;
        let listed: Value = serde_json::from_str(&listed).unwrap_or_default();
        let key = match forge {
            Forge::GitHub => "url",
            Forge::GitLab => "web_url",
        };
        // One of a fork is another branch of the same name.
        let mut open = listed.as_array().into_iter().flatten();
        let open = open.find(|it| it["isCrossRepository"] != true);
        if let Some(url) = open.and_then(|it| it[key].as_str()) {
            return Ok(url.to_owned());
        }
        let body: String = self.body.chars().take(LONGEST).collect();
        let file = tempfile::NamedTempFile::new_in(folder).map_err(RepositoryError::at(folder))?;
        fs::write(file.path(), &body).map_err(RepositoryError::at(file.path()))?;
        let said = ask.say(&self.words_to_open(forge, file.path(), &body))?;
        let url = said
            .split_whitespace()
            .rev()
            .find(|word| word.contains("://"));
        let url = url.map(str::to_owned);
        url.ok_or_else(|| ask.failed("it does not say where it opened one"))
    }

    fn words_to_list(&self, forge: Forge) -> Vec<String> {
        let (url, branch) = (self.url, self.branch);
        let words: &[&str] = match forge {
            Forge::GitHub => &[
                "pr",
                "list",
                "--repo",
                url,
                "--head",
                branch,
                "--json",
                "url,isCrossRepository",
            ],
            Forge::GitLab => &[
                "mr",
                "list",
                "--repo",
                url,
                "--source-branch",
                branch,
                "--output",
                "json",
            ],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn words_to_open(&self, forge: Forge, file: &Path, body: &str) -> Vec<String> {
        let file = file.to_string_lossy();
        let (kind, head, target, text) = match forge {
            Forge::GitHub => ("pr", "--head", "--base", ["--body-file", &file]),
            Forge::GitLab => (
                "mr",
                "--source-branch",
                "--target-branch",
                ["--description", body],
            ),
        };
        let mut words = vec![kind, "create", "--repo", self.url, head, self.branch];
        words.extend(["--title", &self.title]);
        words.extend(text);
        if let Some(branch) = self.target {
            words.extend([target, branch]);
        }
        for reviewer in self.reviewers {
            words.extend(["--reviewer", reviewer]);
        }
        if self.is_draft {
            words.push("--draft");
        }
        if forge == Forge::GitLab {
            words.push("--yes");
        }
        words.into_iter().map(str::to_owned).collect()
    }
}

struct Ask<'a> {
    program: &'static str,
    folder: &'a Path,
    watch: &'a Watch<'a>,
}

impl Ask<'_> {
    fn say(&self, words: &[String]) -> Result<String, RepositoryError> {
        let mut command = Command::new(self.program);
        command
            .args(words)
            .current_dir(self.folder)
            .env("GH_PROMPT_DISABLED", "1")
            .env("NO_PROMPT", "1")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        let said = self.watch.output(&mut command);
        let said = said.map_err(|error| match error {
            WatchError::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                self.failed("it is not installed")
            }
            WatchError::Io(error) => self.failed(&error.to_string()),
            error => error.into(),
        })?;
        match said.succeeded {
            true => Ok(said.out),
            false => Err(self.failed(said.err.lines().next().unwrap_or("it said nothing"))),
        }
    }
}

impl Ask<'_> {
    fn failed(&self, said: &str) -> RepositoryError {
        RepositoryError::Forge {
            program: self.program.to_owned(),
            said: secret::without(said.trim()),
        }
    }
}

/// Returns who keeps a repository, as far as its host's name says so.
pub(super) fn forge_of(url: &str) -> Option<Forge> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let is = |name: &str| host == format!("{name}.com") || host.starts_with(&format!("{name}."));
    let mut known = Forge::ALL.into_iter();
    known.find(|(name, _)| is(name)).map(|(_, forge)| forge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_says_who_keeps_it() {
        for (url, expected) in [
            ("https://github.com/a/b.git", Some(Forge::GitHub)),
            ("git@github.com:a/b.git", Some(Forge::GitHub)),
            ("ssh://git@gitlab.example.org:22/a/b", Some(Forge::GitLab)),
            ("https://example.org/github.com/b", None),
            ("file:///srv/github.com", None),
        ] {
            assert_eq!(forge_of(url), expected, "{url}");
        }
    }
}
