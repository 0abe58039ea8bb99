//! Words → what git says, with nothing of a stranger's repository run: no hook, no filter, no monitor of files.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::secret;
use super::watch::{Watch, WatchError};
use crate::trial::check::without_settings;

/// Protocols by which is cloned: others may run programs.
const PROTOCOLS: &str = "file:git:http:https:ssh";

/// Settings that outrank those of a repository.
const SETTINGS: [(&str, &str); 6] = [
    ("advice.detachedHead", "false"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.auto", "0"),
    ("submodule.recurse", "false"),
];

/// Settings of a filter that does nothing.
const OFF: [&str; 4] = ["clean=", "smudge=", "process=", "required=false"];

/// How lines begin that say why git refuses.
const CAUSES: [&str; 4] = ["fatal: ", "error: ", "! [", "ERROR: "];

/// Variables that lead git to another repository: those of `git rev-parse --local-env-vars` but for settings.
const LEADING: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Returns whether git takes a text as the name of a branch.
pub fn is_branch(name: &str) -> bool {
    let mut command = Command::new("git");
    command
        .args(["check-ref-format", "--branch", name])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // It takes `@{-1}` for the branch before.
    name != "HEAD" && !name.starts_with('@') && command.status().is_ok_and(|it| it.success())
}

/// Why git does not answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It refuses.
    #[error("git {command} fails: {said}")]
    Refused {
        /// What was asked for.
        command: String,
        /// What it said.
        said: String,
    },
    /// It was ended.
    #[error(transparent)]
    Ended(#[from] WatchError),
}

/// Git in a folder.
#[derive(Debug)]
pub struct Git<'g> {
    folder: PathBuf,
    settings: Vec<(String, String)>,
    watch: &'g Watch<'g>,
}

impl<'g> Git<'g> {
    /// Asks in the folder of a repository, for as long as `watch` lets it.
    ///
    /// # Errors
    /// Git cannot be started.
    pub fn at(folder: &Path, watch: &'g Watch<'g>) -> Result<Self, GitError> {
        let own = SETTINGS.iter();
        let mut git = Self {
            folder: folder.to_owned(),
            settings: own
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            watch,
        };
        let words = [
            "config",
            "--null",
            "--name-only",
            "--get-regexp",
            r"^filter\.",
        ];
        // It says no where there are none.
        let listed = git.said(&words, false)?.unwrap_or_default();
        let mut names: Vec<&str> = listed
            .split('\0')
            .filter_map(|key| Some(key.rsplit_once('.')?.0))
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let off = OFF.iter().filter_map(|setting| setting.split_once('='));
            let off = off.map(|(key, value)| (format!("{name}.{key}"), value.to_owned()));
            git.settings.extend(off);
        }
        Ok(git)
    }

    /// Asks in another tree of the repository.
    pub fn within(&self, folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            settings: self.settings.clone(),
            watch: self.watch,
        }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns what git says, without the end of the line.
    ///
    /// # Errors
    /// It refuses, or was ended.
    pub fn ask(&self, words: &[&str]) -> Result<String, GitError> {
        // `None` is for questions.
        Ok(self.said(words, true)?.unwrap_or_default())
    }

    /// Returns what git says, `None` where it says no.
    ///
    /// # Errors
    /// It was ended.
    pub fn find(&self, words: &[&str]) -> Result<Option<String>, GitError> {
        self.said(words, false)
    }

    fn said(&self, words: &[&str], must: bool) -> Result<Option<String>, GitError> {
        let mut command = Command::new("git");
        self.settle(&mut command);
        // Nobody is there to be asked.
        for (name, value) in [("SSH_ASKPASS", "false"), ("SSH_ASKPASS_REQUIRE", "force")] {
            if env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        command
            .args(words)
            .current_dir(&self.folder)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
            .env("GIT_EDITOR", "true")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        let said = self.watch.output(&mut command)?;
        if said.succeeded {
            return Ok(Some(said.out.trim_end().to_owned()));
        }
        if !must {
            return Ok(None);
        }
        // Above stands what happened before, below advice.
        let is_cause = |line: &&str| {
            CAUSES
                .iter()
                .any(|start| line.trim_start().starts_with(start))
        };
        let mut lines = said.err.lines().filter(|line| !line.trim().is_empty());
        let first = said.err.lines().find(is_cause).or_else(|| lines.next());
        Err(GitError::Refused {
            command: words.first().copied().unwrap_or_default().to_owned(),
            said: secret::without(first.unwrap_or("it said nothing").trim()),
        })
    }

    /// Gives a program that needs no credentials the settings, for what it asks git.
    pub fn settle_apart(&self, command: &mut Command) {
        without_settings(command);
        self.add_settings(command, 0);
    }

    /// Gives git the settings, after those of the caller, who may hand over credentials by them.
    fn settle(&self, command: &mut Command) {
        let given = env::var("GIT_CONFIG_COUNT").ok();
        self.add_settings(command, given.and_then(|it| it.parse().ok()).unwrap_or(0));
    }

    fn add_settings(&self, command: &mut Command, given: usize) {
        LEADING.iter().for_each(|name| {
            command.env_remove(name);
        });
        let count = given + self.settings.len();
        command.env("GIT_CONFIG_COUNT", count.to_string());
        for (nth, (key, value)) in (given..).zip(&self.settings) {
            command.env(format!("GIT_CONFIG_KEY_{nth}"), key);
            command.env(format!("GIT_CONFIG_VALUE_{nth}"), value);
        }
    }
}
