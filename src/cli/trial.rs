//! `migrate --verify`: a migration and a command that tells right from wrong → the changes with which it passes.
//!
//! Each trial is a run of its own, which is undone before the next: a trial that is killed is undone by `undo`.

use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, bail};
use rustc_hash::{FxHashMap, FxHashSet};

use super::args::{OutputArguments, RunArguments};
use super::choice::check_names;
use super::run::{self, Reader};
use super::terminal::Terminal;
use crate::engine::{self, Meant, RecipeStep, choose};
use crate::plan::change::{Change, ChangeId, FilePlan, Finding, Plan};
use crate::plan::closure::Closure;
use crate::project::facts::Projects;
use crate::report::migration::Migration;
use crate::report::place;
use crate::report::view::count;
use crate::text::shown::{self, Shown};
use crate::text::wording::Wording;
use crate::trial::check::{Check, CheckError, FAILS_BEFORE, FAILS_WITH, Ran};
use crate::trial::search::{Culprit, search};
use crate::write::atomic::KeptRun;
use crate::write::undo::take_back;

/// The shortest time after which a check is ended.
const PATIENCE: Duration = Duration::from_secs(60);

/// A check is ended after so many times the time that it took without changes: a rewrite may make it wait forever.
const SLOWER: u32 = 10;

/// Lines that are shown of what a check said.
const SAID: usize = 12;

/// A plan, and what came of writing it.
pub(super) struct Attempt {
    pub(super) plan: Plan,
    /// The plan by recipe, where that is asked for.
    pub(super) steps: Option<Vec<RecipeStep>>,
    pub(super) migration: Migration,
    pub(super) kept: Vec<KeptRun>,
}

/// What is tried, and by what.
pub(super) struct Trial<'a> {
    pub(super) check: Check,
    /// Whether the check has to pass without changes, too.
    pub(super) before: bool,
    /// How long a command may run.
    pub(super) limit: Option<Duration>,
    pub(super) output: &'a OutputArguments,
    pub(super) run: &'a RunArguments,
    pub(super) reader: Reader,
    /// Whether each recipe is a commit.
    pub(super) by_recipe: bool,
    /// Set when a signal came.
    pub(super) stop: &'a AtomicBool,
}

impl Trial<'_> {
    /// Writes those changes of a plan with which the check passes, and says which it takes back.
    ///
    /// # Errors
    /// The check fails without changes, or a trial cannot be written or undone.
    pub(super) fn write(
        &self,
        terminal: &mut Terminal,
        plan: &Plan,
        write: impl Fn(&Terminal, &Plan) -> anyhow::Result<(Migration, Vec<KeptRun>)>,
    ) -> anyhow::Result<Attempt> {
        check_names(plan)?;
        let order = in_order(plan);
        let limit = match order.is_empty() {
            true => None,
            false => self.before(terminal)?,
        };
        let mut last: Option<Attempt> = None;
        let mut ran: Vec<Ran> = Vec::new();
        let sifted = search(&order, &Closure::of(plan), |some| {
            last.take().map_or(Ok(()), Attempt::take_back)?;
            let is_less = some.len() < order.len();
            let (attempt, done) = self.attempt(terminal, plan, (some, is_less), &write, limit)?;
            last = Some(attempt);
            let passes = done.failure.is_none();
            ran.push(done);
            anyhow::Ok(passes)
        })?;
        let mut attempt = match last {
            Some(last) if !sifted.kept.is_empty() => last,
            last => {
                last.map_or(Ok(()), Attempt::take_back)?;
                self.nothing(terminal, plan)?
            }
        };
        self.tell(terminal, plan, &sifted.culprits, &ran)?;
        Self::note(&mut attempt.plan, plan, &sifted.culprits, &ran);
        Ok(attempt)
    }

    /// Writes some changes, and asks the check.
    fn attempt(
        &self,
        terminal: &mut Terminal,
        plan: &Plan,
        (some, is_less): (&FxHashSet<ChangeId>, bool),
        write: impl Fn(&Terminal, &Plan) -> anyhow::Result<(Migration, Vec<KeptRun>)>,
        limit: Option<Duration>,
    ) -> anyhow::Result<(Attempt, Ran)> {
        let (plan, steps) = self.chosen(terminal, plan, is_less, || Meant {
            changes: some.clone(),
            ..Meant::default()
        })?;
        let (migration, kept) = write(terminal, &plan)?;
        let attempt = Attempt {
            plan,
            steps,
            migration,
            kept,
        };
        if let Some(error) = attempt.migration.failed.first().map(ToString::to_string) {
            attempt.take_back()?;
            bail!("nothing was written: {error}");
        }
        let with = format!("with {}", count(some.len(), "change"));
        match self.ask(terminal, &with, limit) {
            Ok(ran) => Ok((attempt, ran)),
            Err(error) => {
                attempt.take_back()?;
                Err(error)
            }
        }
    }

    /// Runs the check without changes; returns how long it may take with some.
    fn before(&self, terminal: &mut Terminal) -> anyhow::Result<Option<Duration>> {
        if !self.before {
            return Ok(self.limit);
        }
        let ran = self.ask(terminal, "without changes", self.limit)?;
        if let Some(failure) = &ran.failure {
            let said = last_lines(&ran.said);
            let command = &ran.command;
            bail!("nothing was written: `{command}` {FAILS_BEFORE}: {failure}{said}");
        }
        Ok(self.limit.or_else(|| Some(PATIENCE.max(ran.took * SLOWER))))
    }

    fn ask(
        &self,
        terminal: &mut Terminal,
        with: &str,
        limit: Option<Duration>,
    ) -> anyhow::Result<Ran> {
        let all: Vec<String> = self.check.commands.iter().map(|it| code(it)).collect();
        let all = all.join(", ");
        let ran = match self.check.run(with, limit, self.stop) {
            Ok(ran) => ran,
            Err(CheckError::Interrupted) => bail!("interrupted: nothing was written"),
            Err(error) => return Err(error).context(all),
        };
        if !self.output.quiet {
            let took = ran.took.as_secs_f32();
            let what = match &ran.failure {
                None if self.check.commands.len() > 1 => format!("{all} {with}: pass"),
                None => format!("{all} {with}: passes"),
                Some(failure) => format!("{} {with}: fails ({failure})", code(&ran.command)),
            };
            writeln!(terminal.err, "{what} after {took:.1} s")?;
        }
        Ok(ran)
    }

    /// Returns the plan of some of the changes; `is_less`: of less than all.
    fn chosen(
        &self,
        terminal: &mut Terminal,
        plan: &Plan,
        is_less: bool,
        meant: impl FnOnce() -> Meant,
    ) -> anyhow::Result<(Plan, Option<Vec<RecipeStep>>)> {
        let mut plan = plan.clone();
        if !is_less && !self.by_recipe {
            return Ok((plan, None));
        }
        let facts = Projects::new(&terminal.view.base).over(&self.run.paths);
        let threads = self.output.threads.unwrap_or(0);
        let done = run::with_jobs(terminal, self.run, None, self.reader, |_, jobs| {
            if is_less {
                choose(&mut plan, jobs, &meant(), threads, &facts)
                    .context("threads cannot be started")?;
            }
            let by_recipe = || engine::by_recipe(&plan, jobs, &facts);
            let steps = self.by_recipe.then(by_recipe).transpose()?;
            anyhow::Ok(steps)
        })?;
        let steps = done.outcome?;
        Ok((plan, steps))
    }

    /// Returns the plan without any of its changes.
    fn nothing(&self, terminal: &mut Terminal, plan: &Plan) -> anyhow::Result<Attempt> {
        let (plan, steps) = self.chosen(terminal, plan, true, Meant::default)?;
        Ok(Attempt {
            plan,
            steps,
            migration: Migration::default(),
            kept: Vec::new(),
        })
    }

    /// Says which changes are taken back, and how the check failed with each.
    fn tell(
        &self,
        terminal: &mut Terminal,
        plan: &Plan,
        culprits: &[Culprit],
        ran: &[Ran],
    ) -> anyhow::Result<()> {
        let changes = by_name(plan);
        for culprit in culprits {
            let (Some((file, change)), Some(ran)) =
                (changes.get(&culprit.change), ran.get(culprit.ran))
            else {
                continue;
            };
            let at = located(&terminal.err_view.name(file.original().path()), change);
            let recipe = &change.recipe;
            let failure = ran.failure.as_deref().unwrap_or_default();
            let along = match culprit.along.len() {
                0 => String::new(),
                more => format!(", with {} more that require it", more),
            };
            let said = last_lines(&ran.said);
            writeln!(
                terminal.err,
                "warning: {at}: {recipe}: taken back{along}, because {} fails with it ({failure}){said}",
                code(&ran.command)
            )?;
        }
        Ok(())
    }

    /// Makes findings of what is taken back.
    fn note(plan: &mut Plan, whole: &Plan, culprits: &[Culprit], ran: &[Ran]) {
        let mut why: FxHashMap<&ChangeId, String> = FxHashMap::default();
        for culprit in culprits {
            let Some(ran) = ran.get(culprit.ran) else {
                continue;
            };
            let command = &ran.command;
            let failure = ran.failure.as_deref().unwrap_or_default();
            let said = format!("not changed: `{command}` {FAILS_WITH} ({failure})");
            why.insert(&culprit.change, said);
            for along in &culprit.along {
                let id = &culprit.change.0;
                let said = format!("not changed: it requires {id}, with which `{command}` fails");
                why.insert(along, said);
            }
        }
        for (file, own) in plan.files.iter_mut().zip(&whole.files) {
            for change in own.wanted() {
                if let Some(why) = why.get(&change.id) {
                    file.findings.extend(finding(change, why));
                }
            }
        }
    }
}

impl Attempt {
    /// Puts back what it wrote.
    fn take_back(self) -> anyhow::Result<()> {
        for run in &self.kept {
            take_back(run)?;
        }
        Ok(())
    }
}

/// Returns a command as it is told.
fn code(command: &str) -> String {
    format!("`{}`", Shown(command))
}

fn finding(change: &Change, why: &str) -> Option<Finding> {
    Some(Finding {
        site: change.sites.first()?.clone(),
        within: change.within.clone(),
        severity: change.severity,
        is_minor: false,
        said: Wording::reason(why),
        stops: Vec::new(),
    })
}

/// Returns the changes in the order of their recipes, then of files and places.
fn in_order(plan: &Plan) -> Vec<ChangeId> {
    let files = plan.files.iter();
    let mut changes: Vec<&Change> = files.flat_map(FilePlan::wanted).collect();
    changes.sort_by_key(|change| change.order);
    let mut known = FxHashSet::default();
    changes.retain(|change| known.insert(&change.id));
    changes.iter().map(|change| change.id.clone()).collect()
}

fn by_name(plan: &Plan) -> FxHashMap<&ChangeId, (&FilePlan, &Change)> {
    let files = plan.files.iter();
    let all = files.flat_map(|file| file.wanted().map(move |change| (file, change)));
    all.map(|(file, change)| (&change.id, (file, change)))
        .collect()
}

fn located(path: &str, change: &Change) -> String {
    let first = change.sites.first();
    first.map_or_else(
        || path.to_owned(),
        |site| place::location(path, site.position),
    )
}

/// Returns the end of what a check said, below the line that speaks of it.
fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said.trim_end().lines().collect();
    let last = lines.iter().skip(lines.len().saturating_sub(SAID));
    let last = last.map(|line| format!("\n    {}", shown::lines(line)));
    last.collect()
}
