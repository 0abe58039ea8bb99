//! One repository of a campaign: a tree, a migration, a branch.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::campaign::Campaign;
use super::checkout::{Checkout, CheckoutError, SETTINGS, without_git};
use super::member::Member;
use super::state::{MemberState, Progress, StateError};
use crate::text::shown;
use crate::trial::check::{FAILS_BEFORE, end, group};

/// How often it is asked whether a program ended.
const TICK: Duration = Duration::from_millis(50);

/// A repository that is worked on.
#[derive(Clone, Copy)]
pub struct Work<'w> {
    /// The campaign.
    pub campaign: &'w Campaign,
    /// The repository.
    pub member: &'w Member,
    /// This program.
    pub program: &'w Path,
    /// The name of the run, which no other has.
    pub id: &'w str,
    /// Set when a signal came.
    pub stop: &'w AtomicBool,
    /// Stores what is known.
    pub store: &'w (dyn Fn(&MemberState) -> Result<(), StateError> + Sync),
}

/// Why nothing came of a repository.
#[derive(Debug, thiserror::Error)]
enum WorkError {
    #[error(transparent)]
    Checkout(#[from] CheckoutError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("{}: {source}", shown::path(path))]
    Io { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Migration(String),
    #[error("interrupted")]
    Interrupted,
}

impl Work<'_> {
    /// Does it all; `before` is what is known of an earlier run.
    pub fn run(&self, before: &MemberState) -> MemberState {
        let began = Instant::now();
        let mut known = MemberState {
            step: Progress::Running,
            detail: String::new(),
            changes: 0,
            files: 0,
            findings: 0,
            taken_back: 0,
            ..before.clone()
        };
        let done = self.migrate(&mut known);
        known.seconds = began.elapsed().as_secs_f64();
        match done {
            Ok(step) => known.step = step,
            // The next run does it over.
            Err(WorkError::Interrupted) => known.step = Progress::Waiting,
            Err(error) => {
                known.step = Progress::Failed;
                known.detail = error.to_string();
            }
        }
        known
    }

    fn migrate(&self, known: &mut MemberState) -> Result<Progress, WorkError> {
        let workdir = &self.campaign.workdir;
        let checkout = Checkout::fresh(self.member, &workdir.join("trees"), self.id)?;
        known.base = Some(checkout.head()?);
        let step = self.branch(&checkout, known);
        // A clone may be looked at, also where it failed; a view of a person's repository goes.
        checkout.leave()?;
        step
    }

    /// Makes the branch, if there is something to change.
    fn branch(&self, checkout: &Checkout, known: &mut MemberState) -> Result<Progress, WorkError> {
        let branch = &self.campaign.branch;
        let own: Vec<&String> = known.tip.iter().chain(&known.next).collect();
        let old = checkout.old_tip(branch, &own)?;
        let step = self.program(checkout, known)?;
        if step != Progress::Changed {
            return Ok(step);
        }
        let tip = checkout.head()?;
        if Some(&tip) == known.base.as_ref() {
            return Ok(Progress::Unchanged);
        }
        known.next = Some(tip.clone());
        (self.store)(known)?;
        checkout.set_branch(branch, old.as_deref())?;
        (known.tip, known.next) = (Some(tip), None);
        Ok(Progress::Changed)
    }

    /// Runs the migration in the tree.
    fn program(&self, checkout: &Checkout, known: &mut MemberState) -> Result<Progress, WorkError> {
        let logs = self.campaign.workdir.join("logs");
        let log = logs.join(format!("{}.log", self.member.name));
        let said = logs.join(format!("{}.jsonl", self.member.name));
        fs::create_dir_all(&logs).map_err(failed(&logs))?;
        // A program of an earlier run may still write into the old ones.
        for old in [&said, &log] {
            let _ = fs::remove_file(old);
        }
        let out = File::create(&said).map_err(failed(&said))?;
        let err = File::create(&log).map_err(failed(&log))?;
        known.log = log.to_string_lossy().into_owned();
        let is_right = self.wait(&checkout.tree, out, err)?;
        let complaint = fs::read_to_string(&log).map_err(failed(&log))?;
        if is_right {
            let objects = fs::read_to_string(&said).map_err(failed(&said))?;
            self.count(&objects, known);
            return Ok(Progress::Changed);
        }
        known.detail = last_line(&complaint);
        match complaint.contains(FAILS_BEFORE) {
            true => Ok(Progress::FailsBefore),
            false => Err(WorkError::Migration(last_line(&complaint))),
        }
    }

    /// Starts the program and waits for it; returns whether it says that all is well.
    fn wait(&self, tree: &Path, out: File, err: File) -> Result<bool, WorkError> {
        let mut command = Command::new(self.program);
        group(&mut command);
        without_git(&mut command);
        self.add_words(&mut command);
        add_settings(&mut command);
        command
            .current_dir(tree)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err);
        let mut child = command.spawn().map_err(failed(self.program))?;
        loop {
            if let Some(status) = child.try_wait().map_err(failed(self.program))? {
                return Ok(status.success());
            }
            if self.stop.load(Ordering::Relaxed) {
                end(&mut child);
                return Err(WorkError::Interrupted);
            }
            thread::sleep(TICK);
        }
    }

    fn add_words(&self, command: &mut Command) {
        let (campaign, wish) = (self.campaign, &self.member.wish);
        command.args(["migrate", "--quiet", "--commit", "--format", "json"]);
        let mut option = |name: &str, value: &str| {
            command.arg(format!("{name}={value}"));
        };
        let lists = [("--select", &wish.select), ("--ignore", &wish.ignore)];
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            option(name, &list.join(","));
        }
        wish.params
            .iter()
            .for_each(|param| option("--param", param));
        let texts = [
            ("--safety", &wish.safety),
            ("--verify", &wish.verify),
            ("--message", &campaign.message),
        ];
        for (name, text) in texts {
            text.iter().for_each(|text| option(name, text));
        }
        let folders = campaign.folders.iter().map(|folder| ("--recipes", folder));
        let decisions = self
            .member
            .decisions
            .iter()
            .map(|path| ("--decisions", path));
        for (name, path) in folders.chain(decisions) {
            command.arg(name).arg(path);
        }
        if !campaign.is_configured {
            command.arg("--isolated");
        }
        command.arg("--");
        match self.member.paths.is_empty() {
            true => command.arg("."),
            false => command.args(&self.member.paths),
        };
    }

    /// Counts what a migration said it did.
    fn count(&self, objects: &str, known: &mut MemberState) {
        let verify = self.member.wish.verify.as_deref().unwrap_or_default();
        let taken_back = format!("not changed: `{verify}` fails with the change");
        for line in objects.lines() {
            let Ok(object) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            let is = |key: &str, word: &str| object[key] == word;
            if is("type", "change") && is("role", "primary") && is("status", "applied") {
                known.changes += 1;
            } else if is("type", "finding") {
                known.findings += 1;
                let reason = object["reason"].as_str().unwrap_or_default();
                known.taken_back += u32::from(reason.starts_with(&taken_back));
            } else if is("type", "summary") {
                let files = object["files_changed"].as_u64().unwrap_or_default();
                known.files = u32::try_from(files).unwrap_or(u32::MAX);
            }
        }
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> WorkError {
    let path = path.to_owned();
    |source| WorkError::Io { path, source }
}

/// Commits run no hook of a stranger's repository, nor a monitor of its files.
fn add_settings(command: &mut Command) {
    command.env("GIT_CONFIG_COUNT", SETTINGS.len().to_string());
    for (nth, (key, value)) in SETTINGS.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{nth}"), key);
        command.env(format!("GIT_CONFIG_VALUE_{nth}"), value);
    }
}

/// Returns the line that says what is wrong.
fn last_line(said: &str) -> String {
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let error = said.lines().find(|line| line.starts_with("error: "));
    let line = error
        .or_else(|| lines.next_back())
        .unwrap_or("it said nothing");
    line.trim_start_matches("error: ").to_owned()
}
