//! Words that choose some of a run's changes → a plan of these and what they require.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::slice;

use anyhow::{Context, bail};
use rayon::ThreadPoolBuildError;
use rustc_hash::FxHashSet;

use super::args::RunArguments;
use super::args::choice::{ChoiceArguments, ReviewArguments};
use super::input::Stdin;
use super::run::Reader;
use super::spot::Spot;
use super::terminal::quoted;
use crate::engine::upkeep::Upkeep;
use crate::engine::{self, Job, Meant, RecipeStep, choose};
use crate::plan::change::{Change, ChangeId, FilePlan, Plan, Problem, Site};
use crate::plan::closure::{Closure, ambiguous, chosen};
use crate::plan::decision::Decisions;
use crate::plan::fingerprint::Fingerprints;
use crate::plan::problem::Gravity;
use crate::project::Facts;
use crate::project::since::{ChangedLines, Since, SinceError};
use crate::recipe::safety::Safety;
use crate::report::decisions::{Decided, Refused, Unmade};
use crate::source::SourceFile;
use crate::text::shown;

use accepted::{accepted, check_tree, drop_broken, each_idle};
use lines::{Besides, of_spots};

pub(super) use lines::{lines_of, take_lines};

mod accepted;

mod comments;

mod lines;

/// Which of a run's changes are meant, and what came of it.
#[derive(Default)]
pub(super) struct Choice {
    what: What,
    /// As typed, each word behind a space.
    words: String,
    /// What came of a file of decisions.
    pub(super) decided: Option<Decided>,
    /// The plan by recipe, where that is asked for.
    pub(super) steps: Option<Vec<RecipeStep>>,
    /// What each change writes besides its own text, where that is asked for.
    pub(super) besides: Option<Besides>,
    /// The changes that a review is about, of all that the plan has; `None`: all.
    pub(super) shown: Option<FxHashSet<ChangeId>>,
    /// Which comments are written and removed.
    pub(super) upkeep: Upkeep,
    /// Where alone something may change, whatever it is.
    lines: Option<Spots>,
}

/// Which of a run's changes are meant.
#[derive(Default)]
enum What {
    /// All of its level.
    #[default]
    All,
    /// Those with a site in one of the lines.
    Lines(Vec<Spot>),
    /// Those on lines that changed.
    Since(Since),
    /// Those that are named.
    Named(Vec<String>),
    /// Those that a file accepts.
    Accepted(Decisions),
}

/// Said where the system gives no threads.
const THREADS: &str = "threads cannot be started";

/// The lines that are meant, by file as it was named.
type Spots = HashMap<PathBuf, ChangedLines>;

impl Choice {
    /// Takes what was typed for a review, which shows what each change writes besides its own text.
    pub(super) fn of_review(arguments: &ReviewArguments) -> anyhow::Result<(RunArguments, Self)> {
        let chosen = ChoiceArguments {
            since: arguments.since.clone(),
            ..ChoiceArguments::default()
        };
        let (run, choice) = Self::of(&arguments.run, &chosen, None)?;
        let besides = Some(Besides::default());
        Ok((run, Self { besides, ..choice }))
    }

    /// Takes what was typed; returns with it what is looked at, where paths with a line lost it.
    pub(super) fn of(
        run: &RunArguments,
        arguments: &ChoiceArguments,
        stdin: Option<&Stdin>,
    ) -> anyhow::Result<(RunArguments, Self)> {
        let words = words(arguments);
        let mut run = run.clone();
        let lines = take_lines(&mut run)?;
        if !lines.is_empty() && !words.is_empty() {
            bail!("FILE:LINE does not go with --since, --change or --decisions");
        }
        let ChoiceArguments {
            since,
            changes,
            decisions,
        } = arguments;
        // Before the work: a wrong revision or file is no matter of what is found.
        let what = match (since, decisions) {
            (Some(revision), _) => What::Since(since_of(revision, &run, stdin)?),
            (_, Some(path)) => What::Accepted(read_decisions(path)?),
            _ if !lines.is_empty() => What::Lines(lines),
            _ if !changes.is_empty() => What::Named(changes.clone()),
            _ => What::All,
        };
        let choice = Self {
            what,
            words,
            ..Self::default()
        };
        Ok((run, choice))
    }

    /// Returns the words that choose, for the command that goes on from here.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// Returns the level that has to be typed for this: what is named or decided needs none.
    pub(super) fn level(&self, asked: Option<Safety>) -> Option<Safety> {
        match self.what {
            What::Named(_) | What::Accepted(_) => None,
            _ => asked,
        }
    }

    /// Returns whether something is not made although it is accepted.
    pub(super) fn has_refused(&self) -> bool {
        let mut decided = self.decided.iter();
        decided.any(|decided| !decided.refused.is_empty())
    }

    /// Returns who reads the plan: what is named or decided is meant whatever its level.
    pub(super) fn reader(&self, reader: Reader) -> Reader {
        match self.what {
            What::Named(_) | What::Accepted(_) => Reader::Chooser,
            _ => reader,
        }
    }

    /// Leaves what is meant in a plan.
    pub(super) fn narrow(
        &mut self,
        plan: &mut Plan,
        jobs: &[Job],
        threads: usize,
        facts: &dyn Facts,
    ) -> anyhow::Result<()> {
        if matches!(self.what, What::All) {
            return Ok(());
        }
        check_names(plan)?;
        let mut lines = Spots::new();
        let besides = |plan: &Plan| engine::besides(plan, jobs, threads, facts);
        let mut meant = self.asked(plan, &mut lines, besides)?;
        let asked = matches!(self.what, What::Named(_)).then(|| meant.changes.clone());
        meant.changes = close(plan, meant.changes, self.decided.as_mut());
        if self.besides.is_some() {
            self.shown = Some(meant.changes);
            return Ok(());
        }
        let choose = |plan: &mut Plan| choose(plan, jobs, &meant, threads, facts);
        self.leave(plan, &meant, choose)?;
        asked.map_or(Ok(()), |asked| check_made(plan, &asked))?;
        self.tell(plan, lines, &meant.changes);
        Ok(())
    }

    /// Leaves what stands on the lines and what is chosen to be told, unless all of it was to be decided.
    fn tell(&mut self, plan: &mut Plan, lines: Spots, chosen: &FxHashSet<ChangeId>) {
        if self.decided.is_none() {
            let is_told = |path: &Path, site: &Site| touches(&lines, path, site);
            plan.tell_only(is_told, |change| chosen.contains(&change.id));
            self.lines = Some(lines);
        }
    }

    /// Returns the changes that are asked for, and the lines where they stand if that is what is asked.
    fn asked(
        &mut self,
        plan: &mut Plan,
        lines: &mut Spots,
        besides: impl Fn(&Plan) -> Result<Besides, ThreadPoolBuildError>,
    ) -> anyhow::Result<Meant> {
        let changes = match &mut self.what {
            What::All => FxHashSet::default(),
            What::Lines(spots) => {
                let (chosen, typed) = of_spots(plan, spots, || besides(plan).context(THREADS))?;
                *lines = typed;
                chosen
            }
            What::Since(since) => {
                *lines = changed(plan, since)?;
                of_lines(plan, lines)
            }
            What::Named(names) => named(plan, names)?,
            What::Accepted(decisions) => {
                decisions.rename(wanted(plan).map(|(_, change)| change));
                let (accepted, came) = accepted(plan, decisions);
                check_tree(&came, decisions)?;
                self.decided = Some(came);
                return Ok(accepted);
            }
        };
        Ok(Meant {
            changes,
            ..Meant::default()
        })
    }

    /// Leaves the chosen changes in a plan, and notes of which accepted ones nothing comes.
    fn leave<E: std::error::Error + Send + Sync + 'static>(
        &mut self,
        plan: &mut Plan,
        meant: &Meant,
        choose: impl FnOnce(&mut Plan) -> Result<(), E>,
    ) -> anyhow::Result<()> {
        let idle = self
            .decided
            .is_some()
            .then(|| each_idle(plan, &meant.changes));
        choose(plan).context(THREADS)?;
        if let (Some(decided), Some(idle)) = (&mut self.decided, idle) {
            decided.drop_idle(plan, idle);
            drop_broken(plan, meant, decided);
        }
        Ok(())
    }
}

/// Returns what was typed, each word behind a space.
fn words(arguments: &ChoiceArguments) -> String {
    let ChoiceArguments {
        since,
        changes,
        decisions,
    } = arguments;
    let decisions = decisions.as_ref().map(|path| path.to_string_lossy());
    let since = since.iter().map(|it| ("--since", &**it));
    let changes = changes.iter().map(|it| ("--change", &**it));
    let decisions = decisions.iter().map(|it| ("--decisions", &**it));
    let all = since.chain(changes).chain(decisions);
    all.map(|(flag, value)| format!(" {flag} {}", quoted(value)))
        .collect()
}

/// Finds a revision in the repositories of what is looked at.
pub(super) fn since_of(
    revision: &str,
    run: &RunArguments,
    stdin: Option<&Stdin>,
) -> Result<Since, SinceError> {
    let name = stdin.map(|stdin| slice::from_ref(&stdin.path));
    Since::new(revision, name.unwrap_or(&run.paths))
}

/// Reads a file of decisions.
pub(super) fn read_decisions(path: &Path) -> anyhow::Result<Decisions> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("{} cannot be read", shown::path(path)))?;
    let decisions = Decisions::parse(&text);
    decisions.with_context(|| format!("{} is not a file of decisions", shown::path(path)))
}

/// Returns which lines of the files of a plan changed, and leaves the problems of files that did.
pub(super) fn changed(plan: &mut Plan, since: &mut Since) -> Result<Spots, SinceError> {
    let planned = plan.files.iter().map(|file| file.original().path());
    let planned: FxHashSet<&Path> = planned.collect();
    let unused = plan.comments.unused.iter().map(|it| &*it.problem.path);
    let others: FxHashSet<&Path> = unused.filter(|it| !planned.contains(it)).collect();
    let others = others
        .into_iter()
        .filter_map(|it| SourceFile::read(it).ok());
    let others: Vec<SourceFile> = others.collect();
    let sources = plan.files.iter().map(FilePlan::original).chain(&others);
    let sources: Vec<&SourceFile> = sources.collect();
    let lines = since.changed(&sources)?;
    let paths = sources.iter().map(|source| source.path().to_owned());
    let changed = paths.zip(lines).collect();
    // What is not known of a project concerns the run, whenever it was written.
    let is_fact = |problem: &Problem| problem.gravity == Gravity::Note;
    let problems = plan.problems.iter().filter(|problem| !is_fact(problem));
    let paths: Vec<PathBuf> = problems.map(|problem| problem.path.clone()).collect();
    let unchanged = since.unchanged(paths.iter().map(PathBuf::as_path).collect());
    plan.problems
        .retain(|problem| is_fact(problem) || !unchanged.contains(&*problem.path));
    Ok(changed)
}

/// Returns whether a site stands on a line that changed.
pub(super) fn touches(changed: &Spots, path: &Path, site: &Site) -> bool {
    let lines = changed.get(path);
    lines.is_some_and(|lines| lines.touch(site.range))
}

/// Returns the changes with a site in a line that is meant.
fn of_lines(plan: &Plan, lines: &Spots) -> FxHashSet<ChangeId> {
    chosen(plan, |file, change| {
        let path = file.original().path();
        change.sites.iter().any(|site| touches(lines, path, site))
    })
}

/// Returns the changes of which the names were typed, or the beginnings of them.
fn named(plan: &Plan, names: &[String]) -> anyhow::Result<FxHashSet<ChangeId>> {
    let mut all = FxHashSet::default();
    for name in names {
        if name.is_empty() {
            bail!("--change needs the name of a change");
        }
        let found = chosen(plan, |_, change| change.id.0.starts_with(name.as_str()));
        let exact = found.iter().find(|id| id.0 == *name).cloned();
        let found = exact.map_or(found, |id| FxHashSet::from_iter([id]));
        match found.len() {
            0 => bail!("no change `{name}` in this run; `awaitify diff --format json` lists them"),
            1 => all.extend(found),
            n => bail!("{n} changes have names that begin with `{name}`; type more of it"),
        }
    }
    Ok(all)
}

/// Returns the changes to review of which nothing is said, or of which something else was looked at.
pub(super) fn undecided(plan: &Plan, decisions: &mut Decisions) -> FxHashSet<ChangeId> {
    decisions.rename(wanted(plan).map(|(_, change)| change));
    let fingerprints = Fingerprints::of(plan);
    chosen(plan, |file, change| {
        let now = fingerprints.find(file.original().path(), &change.id);
        let decision = decisions.of(&change.id);
        change.safety == Safety::Review && !decision.is_some_and(|it| it.holds(now))
    })
}

fn wanted(plan: &Plan) -> impl Iterator<Item = (&FilePlan, &Change)> {
    let files = plan.files.iter();
    files.flat_map(|file| file.wanted().map(move |change| (file, change)))
}

/// Fails where a name may mean changes of several files.
pub(super) fn check_names(plan: &Plan) -> anyhow::Result<()> {
    match ambiguous(plan) {
        Some(files) => {
            let [one, other] = files.map(|file| shown::path(file.original().path()));
            bail!(
                "{one} and {other} have changes of the same name, since each is a separate project: review one project at a time"
            )
        }
        None => Ok(()),
    }
}

/// Fails where nothing came of a change that was named.
fn check_made(plan: &Plan, asked: &FxHashSet<ChangeId>) -> anyhow::Result<()> {
    let made: FxHashSet<&ChangeId> = wanted(plan).map(|(_, change)| &change.id).collect();
    match asked.iter().filter(|id| !made.contains(id)).min() {
        Some(id) => bail!("{} needs other changes: name those, too", id.0),
        None => Ok(()),
    }
}

/// Adds what the changes require; where that was to be decided, drops what requires something that is not accepted.
fn close(
    plan: &Plan,
    chosen: FxHashSet<ChangeId>,
    decided: Option<&mut Decided>,
) -> FxHashSet<ChangeId> {
    let closure = Closure::of(plan);
    let Some(decided) = decided else {
        return closure.with_required(chosen);
    };
    let mut chosen = chosen;
    let orphans = closure.drop_orphaned(&mut chosen);
    for (file, change) in wanted(plan) {
        if let Some(required) = orphans.get(&change.id) {
            let why = Unmade::Requires(required.clone());
            let refused = Refused::new(file.original().path(), change, why);
            decided.refused.push(refused);
        }
    }
    decided.accepted = chosen.len();
    chosen
}
