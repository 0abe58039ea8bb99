//! One repository of a campaign: a tree, a migration, a branch, and where that is asked for a push.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use super::branch::Branch;
use super::campaign::Campaign;
use super::checkout::Checkout;
use super::commits::squash;
use super::error::RepositoryError;
use super::home::{Home, bundle_of, clone_of};
use super::logs::LogKind;
use super::member::Member;
use super::push::{propose, push};
use super::record::{MemberState, Progress};
use super::said::{count, error_of};
use super::secret;
use super::state::StateError;
use super::watch::Watch;
use super::words::words;
use crate::trial::check::{APART, FAILS_BEFORE, group};

/// What is to be done with a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// All.
    Migrate,
    /// All, if the branch would begin at another commit than it does.
    Refresh,
    /// Its branch is there.
    Push,
}

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
    /// A name for what is asked for.
    pub wants: &'w str,
    /// Whether branches are pushed.
    pub push: bool,
    /// Set when a signal came.
    pub stop: &'w AtomicBool,
    /// Stores what is known.
    pub store: &'w (dyn Fn(&MemberState) -> Result<(), StateError> + Sync),
    /// Says what is done.
    pub tell: &'w (dyn Fn(&'static str) + Sync),
}

impl Work<'_> {
    /// Does what is to be done; `before` is what is known of an earlier run.
    pub fn run(&self, task: Task, before: &MemberState) -> MemberState {
        let began = now();
        let workdir = &self.campaign.workdir;
        let name = &self.member.name;
        let folders = vec![self.trees(), clone_of(workdir, name)];
        let watch = Watch::new(self.campaign.limits, folders, self.stop);
        let mut known = before.clone();
        match self.advance(task, &watch, &mut known) {
            Ok(()) => {}
            // The next run does it over, and knows what was just made and sent.
            Err(error) if error.is_interrupt() => {
                return MemberState {
                    own: known.own,
                    sent: known.sent,
                    ..before.clone()
                };
            }
            Err(error) => {
                known.detail = error.to_string();
                if known.step != Progress::NotPushed {
                    known.step = Progress::Failed;
                }
            }
        }
        if &known != before {
            (known.began, known.ended) = (began, now());
        }
        known
    }

    fn advance(
        &self,
        task: Task,
        watch: &Watch<'_>,
        known: &mut MemberState,
    ) -> Result<(), RepositoryError> {
        (self.tell)("getting it");
        if task == Task::Migrate {
            self.wants.clone_into(&mut known.wants);
        }
        let home = Home::ready(self.member, &self.campaign.workdir, watch)?;
        if known.start.is_none() {
            known.start = home.start()?;
        }
        let base = home.base(self.member.reference.as_deref(), known.start.as_deref())?;
        let is_due = match task {
            Task::Migrate => true,
            Task::Refresh => known.base.as_ref() != Some(&base),
            Task::Push => false,
        };
        if is_due {
            known.step = Progress::Running;
            known.step = self.migrate(&home, (base, task), watch, known)?;
        }
        if self.push && known.step.has_branch() {
            known.step = Progress::NotPushed;
            self.publish(&home, watch, known)?;
            known.step = Progress::Changed;
            known.detail.clear();
        }
        Ok(())
    }

    /// Pushes the branch, and opens a pull request.
    fn publish(
        &self,
        home: &Home<'_>,
        watch: &Watch<'_>,
        known: &mut MemberState,
    ) -> Result<(), RepositoryError> {
        (self.tell)("pushing it");
        let before = known.pushed.clone();
        push(home, known, self.store)?;
        (self.store)(known)?;
        // One that was merged is not the one for newer commits.
        if let Some(request) = &self.campaign.pull_request
            && (known.pull_request.is_none() || known.pushed != before)
        {
            let workdir = &self.campaign.workdir;
            propose(home, self.member, request, known, (workdir, watch))?;
        }
        Ok(())
    }

    /// Makes the branch, if there is something to change.
    fn migrate(
        &self,
        home: &Home<'_>,
        (base, task): (String, Task),
        watch: &Watch<'_>,
        known: &mut MemberState,
    ) -> Result<Progress, RepositoryError> {
        known.detail.clear();
        self.wants.clone_into(&mut known.wants);
        (known.changes, known.files) = (0, 0);
        (known.findings, known.taken_back) = (0, 0);
        let branch = Branch::of(home, &self.member.branch, known, &base)?;
        known.base = Some(base.clone());
        let tree = Checkout::fresh(home, &self.trees(), self.id, &base)?;
        let start = Start {
            branch: &branch,
            base: &base,
            is_gone: task == Task::Refresh && branch.was_deleted(home, known),
        };
        let done = self.change(home, &tree, start, watch, known);
        tree.leave();
        done
    }

    fn change(
        &self,
        home: &Home<'_>,
        tree: &Checkout<'_>,
        start: Start<'_>,
        watch: &Watch<'_>,
        known: &mut MemberState,
    ) -> Result<Progress, RepositoryError> {
        (self.tell)("migrating it");
        if !self.program(tree, watch, known)? {
            return Ok(Progress::FailsBefore);
        }
        if tree.head()? == start.base {
            known.detail = unneeded(home, start, known)?;
            return Ok(Progress::Unchanged);
        }
        if start.is_gone {
            return Err(RepositoryError::Deleted {
                branch: self.member.branch.clone(),
            });
        }
        if self.campaign.commits.is_one {
            let message = self.trees().join(format!("{}.message", self.id));
            let template = self.campaign.commits.message.as_deref();
            squash(&tree.git, start.base, template, &message)?;
        }
        self.set_branch(home, tree, start, known)?;
        Ok(Progress::Changed)
    }

    /// Gives the branch the commits of the tree, and those that somebody added to it.
    fn set_branch(
        &self,
        home: &Home<'_>,
        tree: &Checkout<'_>,
        Start { branch, base, .. }: Start<'_>,
        known: &mut MemberState,
    ) -> Result<(), RepositoryError> {
        let new = tree.head()?;
        let tip = match branch.adopted(&tree.git, base, &new)? {
            Some(made) => {
                tree.git.ask(&["checkout", "--quiet", "--detach", &made])?;
                made
            }
            None => new,
        };
        branch.replay(&tree.git)?;
        let head = tree.head()?;
        self.keep_patch(home, &format!("{base}..{head}"))?;
        known.own.push(tip.clone());
        (self.store)(known)?;
        branch.set(&home.git, &head)?;
        let bundle = bundle_of(&self.campaign.workdir, &self.member.name);
        home.bundle(&self.member.branch, base, &bundle)?;
        // What the remote has is in the new commits, or was the campaign's.
        if let Some(remote) = branch.remote() {
            known.sent.push(remote.clone());
            known.pushed = Some(remote);
        }
        (known.tip, known.head) = (Some(tip), Some(head));
        Ok(())
    }

    /// Keeps the diff of a branch for a report.
    fn keep_patch(&self, home: &Home<'_>, range: &str) -> Result<(), RepositoryError> {
        let words = [
            "diff",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            range,
        ];
        let patch = home.git.ask(&words)?;
        let path = self.log(LogKind::Patch);
        fs::write(&path, patch + "\n").map_err(RepositoryError::at(&path))
    }

    /// Migrates the tree; returns whether the checks pass without changes.
    fn program(
        &self,
        tree: &Checkout<'_>,
        watch: &Watch<'_>,
        known: &mut MemberState,
    ) -> Result<bool, RepositoryError> {
        let log = LogKind::Errors.place(&self.member.name);
        known.log = log.to_string_lossy().into_owned();
        let succeeded = watch.wait(&mut self.start(tree)?)?.success();
        let read = |kind: LogKind| {
            let path = self.log(kind);
            fs::read_to_string(&path).map_err(RepositoryError::at(&path))
        };
        if succeeded {
            count(&read(LogKind::Objects)?, known);
            return Ok(true);
        }
        let complaint = read(LogKind::Errors)?;
        let error = error_of(&complaint, &read(LogKind::Objects)?);
        match complaint.contains(FAILS_BEFORE) {
            true => {
                known.detail = error;
                Ok(false)
            }
            false => Err(RepositoryError::Migration(error)),
        }
    }

    /// Starts the migration in the tree.
    fn start(&self, tree: &Checkout<'_>) -> Result<Child, RepositoryError> {
        let logs = self.campaign.workdir.join("logs");
        fs::create_dir_all(&logs).map_err(RepositoryError::at(&logs))?;
        // A program of an earlier run may still write into the old ones.
        for kind in LogKind::ALL {
            let _ = fs::remove_file(self.log(kind));
        }
        let create = |kind: LogKind| {
            let path = self.log(kind);
            File::create(&path).map_err(RepositoryError::at(&path))
        };
        let mut command = Command::new(self.program);
        group(&mut command);
        tree.git.settle_apart(&mut command);
        secret::withhold(&mut command);
        command.env(APART, "1");
        command
            .args(words(
                self.campaign,
                self.member,
                &self.log(LogKind::Checks),
            ))
            .current_dir(tree.git.folder())
            .stdin(Stdio::null())
            .stdout(create(LogKind::Objects)?)
            .stderr(create(LogKind::Errors)?);
        command.spawn().map_err(RepositoryError::at(self.program))
    }

    /// Returns the folder of its trees.
    fn trees(&self) -> PathBuf {
        self.campaign.workdir.join("trees").join(&self.member.name)
    }

    fn log(&self, kind: LogKind) -> PathBuf {
        self.campaign.workdir.join(kind.place(&self.member.name))
    }
}

/// Where a migration begins.
#[derive(Clone, Copy)]
struct Start<'s> {
    branch: &'s Branch,
    base: &'s str,
    /// Whether somebody deleted the branch.
    is_gone: bool,
}

/// Says what a person may do with a branch when nothing is left to change.
fn unneeded(
    home: &Home<'_>,
    Start { branch, base, .. }: Start<'_>,
    known: &MemberState,
) -> Result<String, RepositoryError> {
    if !branch.is_seen(home) {
        return Ok(String::new());
    }
    let name = &known.branch;
    Ok(match branch.is_in(&home.git, base)? {
        true => format!("the branch `{name}` is no longer needed: delete it"),
        false => format!("the branch `{name}` is left as it is: merge or delete it"),
    })
}

/// Returns the seconds since 1970.
fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64()
}
