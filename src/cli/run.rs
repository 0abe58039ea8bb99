//! Arguments of a run → its plan, and what is told of it besides.

use std::io::Write;

use anyhow::{Context, bail};

use super::args::{OutputArguments, Parameter, RunArguments};
use super::terminal::Terminal;
use crate::engine::{self, Engine, Job, Settings};
use crate::plan::change::{FilePlan, Plan, Problem, Status};
use crate::project::facts::{FactError, Projects};
use crate::recipe::catalog::Catalog;
use crate::recipe::safety::Safety;
use crate::report::view::count;
use crate::source::SourceFile;
use crate::source::walk::{WalkError, WalkOptions, walk};

/// Who reads the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Sees both levels, marked.
    Person,
    /// Gets the changes of the chosen level.
    Program,
}

/// Walks, reads and plans for a reader.
pub(super) fn plan(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &RunArguments,
    reader: Reader,
) -> anyhow::Result<Plan> {
    let catalog = Catalog::shipped()?;
    let selection = catalog.select(&arguments.select, &arguments.ignore)?;
    for parameter in &arguments.parameters {
        check_parameter(&catalog, parameter)?;
    }
    let options = WalkOptions {
        exclude: arguments.exclude.clone(),
        no_ignore: arguments.no_ignore,
    };
    let settings = settings(arguments, reader);
    let walk = walk(&arguments.paths, &options);
    let projects = Projects::new(&terminal.view.base);
    let engine = Engine::new(&catalog, &selection, settings)?;
    let jobs: Vec<Job> = walk.files.into_iter().map(|path| (path, &engine)).collect();
    let plan = engine::plan(&jobs, output.threads.unwrap_or(0), &projects);
    let mut plan = plan.context("threads cannot be started")?;
    for error in walk.errors {
        plan.problems.push(unlisted(error)?);
    }
    plan.problems
        .extend(projects.errors().into_iter().map(unknown_fact));
    plan.problems.sort();
    if output.verbose {
        let skipped = count(
            walk.skipped_generated + plan.skipped_generated,
            "generated file",
        );
        writeln!(terminal.err, "{skipped} skipped")?;
    }
    Ok(plan)
}

fn settings(arguments: &RunArguments, reader: Reader) -> Settings {
    let applied = arguments.safety.map_or(Safety::Safe, Safety::from);
    Settings {
        level: match reader {
            Reader::Person => Safety::Review,
            Reader::Program => applied,
        },
        target: arguments.target_version,
        ..Settings::new(applied)
    }
}

/// No recipe has parameters so far: each is an error that says what there is.
fn check_parameter(catalog: &Catalog, parameter: &Parameter) -> anyhow::Result<()> {
    let Parameter { recipe, name, .. } = parameter;
    match catalog.find(recipe) {
        Some(_) => bail!("--param {recipe}.{name}: the recipe `{recipe}` has no parameters"),
        None => bail!(
            "--param {recipe}.{name}: no recipe `{recipe}`; list them with `awaitify recipe list`"
        ),
    }
}

/// Returns what a path is told about that gives no files.
///
/// # Errors
/// It is no path's fault: an exclude pattern is malformed.
fn unlisted(error: WalkError) -> Result<Problem, WalkError> {
    let (path, message) = match error {
        WalkError::Io { path, message } => (path, message),
        WalkError::Stub { path } => (path, "a stub file holds no code to change".to_owned()),
        WalkError::Exclude { .. } => return Err(error),
    };
    Ok(Problem {
        path,
        position: None,
        message,
        fatal: true,
    })
}

/// What a broken manifest would have said is unknown: changes get more careful, the run goes on.
fn unknown_fact(error: FactError) -> Problem {
    Problem {
        message: error.to_string(),
        path: error.path,
        position: None,
        fatal: false,
    }
}

/// Returns whether the exit code must say that something is wrong.
pub(super) fn has_failed(plan: &Plan) -> bool {
    let mut changes = plan.files.iter().flat_map(FilePlan::changes);
    plan.problems.iter().any(|problem| problem.fatal)
        || changes.any(|change| matches!(change.status, Status::Withdrawn { .. }))
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

/// Returns `awaitify migrate` with the selection and paths of this run, to be typed in a shell.
pub(super) fn next_command(arguments: &RunArguments) -> String {
    let mut words = vec!["awaitify".to_owned(), "migrate".to_owned()];
    let lists = [
        ("--select", &arguments.select),
        ("--ignore", &arguments.ignore),
        ("--exclude", &arguments.exclude),
    ];
    for (flag, values) in lists {
        if !values.is_empty() {
            words.extend([flag.to_owned(), values.join(",")]);
        }
    }
    if arguments.no_ignore {
        words.push("--no-ignore".to_owned());
    }
    if let Some((major, minor)) = arguments.target_version {
        words.extend(["--target-version".to_owned(), format!("{major}.{minor}")]);
    }
    for parameter in &arguments.parameters {
        let text = format!(
            "{}.{}={}",
            parameter.recipe, parameter.name, parameter.value
        );
        words.extend(["--param".to_owned(), text]);
    }
    let paths = arguments
        .paths
        .iter()
        .map(|path| path.to_string_lossy().into_owned());
    words.extend(paths.filter(|path| path != "."));
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    quoted.join(" ")
}

fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./,=:+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
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
        assert_eq!(next_command(&diff.run), expected);
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
                "--target-version",
                "py311",
            ],
            r"awaitify migrate --select a,b,c --target-version 3.11 src 'it'\''s here'",
        );
    }
}
