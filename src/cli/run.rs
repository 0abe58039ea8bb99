//! Arguments of a run → its plan, and what is told of it besides.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{OutputArguments, RunArguments};
use super::choice::Choice;
use super::input::Stdin;
use super::progress;
use super::settings;
use super::terminal::{Terminal, quoted};
use crate::config::group::{Catalogs, Group, InForce};
use crate::config::resolve::Located;
use crate::engine::{self, Engine, Input, Job, Settings, comment};
use crate::plan::change::{FilePlan, Plan, Problem, RecipeText, Status};
use crate::plan::problem::Gravity;
use crate::project::facts::{FactError, Projects};
use crate::recipe::order::Cycle;
use crate::recipe::safety::Safety;
use crate::report::notes::{self, Told};
use crate::report::view::count;
use crate::source::SourceFile;
use crate::source::walk::{Walk, WalkError, WalkOptions, named, walk};
use crate::write::error::JournalError;
use crate::write::journals::named_top;
use crate::write::undo::unfinished;

/// Who reads the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Sees both levels, marked.
    Person,
    /// Gets the changes of the chosen level.
    Program,
    /// Has said of each change whether it is meant.
    Chooser,
}

/// Walks, reads and plans for a reader.
pub(super) fn plan(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &RunArguments,
    stdin: Option<&Stdin>,
    reader: Reader,
    choice: &mut Choice,
) -> anyhow::Result<Plan> {
    if stdin.is_none() {
        warn_of_unfinished(terminal, arguments)?;
    }
    let projects = Projects::new(&terminal.view.base).over(&arguments.paths);
    let threads = output.threads.unwrap_or(0);
    let reader = choice.reader(reader);
    let done = with_jobs(terminal, arguments, stdin, reader, |terminal, jobs| {
        let planned = progress::watch(terminal, output, jobs.len(), |done| {
            engine::plan(jobs, threads, done, &projects)
        });
        let mut plan = planned?.context("threads cannot be started")?;
        choice.narrow(&mut plan, jobs, threads, &projects)?;
        choice.keep_up(&mut plan, jobs, &projects)?;
        if choice.steps.is_some() {
            choice.steps = Some(engine::by_recipe(&plan, jobs, &projects)?);
        }
        if choice.besides.is_some() {
            choice.besides = Some(engine::besides(&plan, jobs, threads, &projects)?);
        }
        anyhow::Ok(plan)
    })?;
    let mut plan = done.outcome?;
    complete(&mut plan, done.walk, &projects);
    plan.in_force = done.in_force;
    plan.recipes = recipe_texts(&plan, &done.catalogs);
    if output.verbose {
        let skipped = plan.skipped_generated + plan.skipped_vendored;
        let skipped = count(skipped, "generated or vendored file");
        writeln!(terminal.err, "{skipped} skipped")?;
    }
    Ok(plan)
}

/// Says of runs that were ended in the middle how their files are put back.
fn warn_of_unfinished(terminal: &mut Terminal, arguments: &RunArguments) -> anyhow::Result<()> {
    let base = terminal.view.base.clone();
    for (top, run) in unfinished(&arguments.paths, &base) {
        let top = named_top(&base, &top).map(Path::to_owned);
        let warning = JournalError::Unfinished { run, top };
        writeln!(terminal.err, "warning: {warning}")?;
    }
    Ok(())
}

/// What came of work on the files of a run.
pub(super) struct Done<T> {
    /// What the work returned.
    pub(super) outcome: T,
    /// The files.
    pub(super) walk: Walk,
    /// What the configuration says for some of them only.
    pub(super) in_force: Vec<InForce>,
    /// The recipes.
    catalogs: Catalogs,
}

/// Walks, and gives each file its engine for `work`.
pub(super) fn with_jobs<T>(
    terminal: &mut Terminal,
    arguments: &RunArguments,
    stdin: Option<&Stdin>,
    reader: Reader,
    work: impl FnOnce(&mut Terminal, &[Job]) -> T,
) -> anyhow::Result<Done<T>> {
    let base = terminal.view.base.clone();
    let configurations = settings::configurations(&arguments.settings, &base)?;
    let options = WalkOptions {
        no_ignore: arguments.no_ignore,
        force_exclude: arguments.force_exclude,
        leave_out: &|path, is_folder| configurations.exclude(path, is_folder),
    };
    let mut walk = match stdin {
        Some(stdin) => named(&stdin.path, &options),
        None => walk(&arguments.paths, &options),
    };
    let files = walk.take_files();
    let locate = |path: &PathBuf| match walk.is_named(path) {
        true => configurations.of(path),
        false => configurations.of_found(path),
    };
    let located: Vec<Located> = files.iter().map(locate).collect();
    let catalogs = settings::catalogs(terminal, &configurations, &arguments.settings)?;
    let grouped = catalogs.group(&located);
    let groups = grouped.groups.iter();
    let engines = groups.map(|group| engine(&catalogs, group, reader));
    let engines: Vec<Engine> = engines.collect::<Result<_, _>>()?;
    let of_file = grouped.of_file.iter().map(|group| &engines[*group]);
    let inputs = files.iter().map(|path| input(path, &walk, stdin));
    let jobs: Vec<Job> = inputs.zip(of_file).collect();
    let outcome = work(terminal, &jobs);
    Ok(Done {
        outcome,
        in_force: grouped.in_force,
        walk,
        catalogs,
    })
}

/// Returns what the recipes say of themselves that have a change or a finding: these are made already.
fn recipe_texts(plan: &Plan, catalogs: &Catalogs) -> BTreeMap<String, RecipeText> {
    let changes = plan.files.iter().flat_map(FilePlan::changes);
    let findings = plan.files.iter().flat_map(|file| &file.findings);
    let sites = changes
        .flat_map(|change| &change.sites)
        .chain(findings.map(|finding| &finding.site));
    let ids: BTreeSet<&str> = sites.map(|site| site.recipe.as_str()).collect();
    let text = |id: &str| {
        let recipe = catalogs.iter().find_map(|catalog| catalog.find(id));
        let Some(recipe) = recipe else {
            return Some((id.to_owned(), comment::about(id)?));
        };
        let text = RecipeText {
            title: recipe.content.title.clone(),
            why: recipe.content.why.clone(),
            severity: recipe.content.severity,
        };
        Some((id.to_owned(), text))
    };
    ids.into_iter().filter_map(text).collect()
}

fn input(path: &Path, walk: &Walk, stdin: Option<&Stdin>) -> Input {
    Input {
        path: path.to_owned(),
        given: stdin.map(|stdin| stdin.bytes.clone()),
        is_named: walk.is_named(path),
    }
}

/// Adds what is known besides the files.
fn complete(plan: &mut Plan, walk: Walk, projects: &Projects) {
    plan.unfinished = walk.unfinished;
    plan.skipped_generated += walk.skipped_generated;
    plan.skipped_vendored += walk.skipped_vendored;
    let unlisted = walk.errors.into_iter().map(unlisted);
    let unknown = projects.errors().into_iter().map(unknown_fact);
    plan.problems.extend(unlisted.chain(unknown));
    plan.problems.sort();
}

/// Makes the engine of a group.
pub(super) fn engine<'c>(
    catalogs: &'c Catalogs,
    group: &Group<'c>,
    reader: Reader,
) -> Result<Engine<'c>, Cycle> {
    let catalog = catalogs.of(group);
    let settings = Settings {
        level: match reader {
            Reader::Person | Reader::Chooser => Safety::Review,
            Reader::Program => group.applied,
        },
        applied: match reader {
            Reader::Chooser => Safety::Review,
            Reader::Person | Reader::Program => group.applied,
        },
        target: group.target,
        run_as: group.run_as,
        careful: group.selection.careful.clone(),
        reasons_required: group.reasons_required,
        shows_minor: group.shows_minor,
    };
    Engine::new(catalog, &group.selection.recipes(catalog), settings)
}

/// Returns what a path is told about that gives no files.
fn unlisted(error: WalkError) -> Problem {
    let (path, message) = match error {
        WalkError::Io { path, message } => (path, message),
        WalkError::Stub { path } => (path, "a stub file holds no code to change".to_owned()),
    };
    Problem {
        path,
        position: None,
        message,
        gravity: Gravity::Failure,
    }
}

/// What a broken manifest would have said is unknown: changes get more careful, the run goes on.
fn unknown_fact(error: FactError) -> Problem {
    Problem {
        message: error.to_string(),
        path: error.path,
        position: None,
        gravity: Gravity::Note,
    }
}

/// Returns whether the exit code must say that something is wrong.
pub(super) fn has_failed(plan: &Plan) -> bool {
    let mut changes = plan.files.iter().flat_map(FilePlan::changes);
    plan.problems.iter().any(Problem::is_failure)
        || changes.any(|change| matches!(change.status, Status::Withdrawn { .. }))
}

/// Tells what went wrong, behind all results: on a terminal the errors come last.
pub(super) fn tell_problems(terminal: &mut Terminal, plan: &Plan) -> io::Result<()> {
    terminal.out.flush()?;
    let (err, view) = (&mut terminal.err, &terminal.err_view);
    notes::not_made(err, view, plan, Told::Withdrawn)?;
    notes::problems(err, view, &plan.problems, &|problem| text_of(plan, problem))
}

/// Returns the text that a problem points into, as it was planned: it may have been written since.
pub(super) fn text_of(plan: &Plan, problem: &Problem) -> Option<SourceFile> {
    let mut files = plan.files.iter().map(FilePlan::original);
    let planned = files.find(|source| source.path() == problem.path);
    // What has no plan is not kept, and nothing writes it.
    planned
        .cloned()
        .or_else(|| SourceFile::read(&problem.path).ok())
}

/// Returns `awaitify migrate` with the settings and paths of this run, to be typed in a shell.
pub(super) fn next_command(arguments: &RunArguments, choice: &Choice) -> String {
    command(arguments, "migrate") + choice.words()
}

/// Returns a command with the settings and paths of this run, to be typed in a shell.
pub(super) fn command(arguments: &RunArguments, name: &str) -> String {
    let mut words = vec!["awaitify".to_owned(), name.to_owned()];
    words.extend(settings::words(&arguments.settings));
    if arguments.no_ignore {
        words.push("--no-ignore".to_owned());
    }
    if arguments.force_exclude {
        words.push("--force-exclude".to_owned());
    }
    if let Some(name) = &arguments.stdin_filename {
        let name = name.to_string_lossy().into_owned();
        words.extend(["--stdin-filename".to_owned(), name]);
    }
    let paths = arguments
        .paths
        .iter()
        .map(|path| path.to_string_lossy().into_owned());
    words.extend(paths.filter(|path| path != "."));
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    quoted.join(" ")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::args::{Arguments, Command};
    use super::*;

    #[track_caller]
    fn check(typed: &[&str], expected: &str) {
        let words = ["awaitify", "diff"].iter().chain(typed);
        let parsed = Arguments::try_parse_from(words).expect("the arguments are right");
        let Command::Diff(diff) = parsed.command else {
            panic!("it is a diff");
        };
        assert_eq!(next_command(&diff.run, &Choice::default()), expected);
    }

    #[test]
    fn the_next_command_repeats_the_selection() {
        check(&[], "awaitify migrate");
        check(
            &[
                "--select",
                "a,b",
                "--select=c",
                "src",
                "it's here",
                "--recipes",
                "my codemods",
                "--target-version",
                "py311",
            ],
            r"awaitify migrate --recipes 'my codemods' --select a,b,c --target-version 3.11 src 'it'\''s here'",
        );
    }
}
