//! `awaitify check`: what is left to do at a level, for CI and editors; writes nothing.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::slice;

use super::args::{CheckArguments, CheckFormat, OutputArguments};
use super::exit::Ending;
use super::input::Stdin;
use super::run::{self, Reader};
use super::terminal::Terminal;
use crate::plan::change::{FilePlan, Plan, Problem};
use crate::project::since::{Since, SinceError};
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::report::notes::{self, Told};
use crate::report::summary::Next;
use crate::report::{check, json, settings};

/// Lists the sites in the wanted format.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &CheckArguments,
) -> anyhow::Result<Ending> {
    let stdin = Stdin::read(&arguments.run)?;
    // Before the work: a wrong revision is no matter of what is found.
    let mut since = match &arguments.since {
        Some(revision) => {
            let name = stdin.as_ref().map(|stdin| slice::from_ref(&stdin.path));
            Some(Since::new(revision, name.unwrap_or(&arguments.run.paths))?)
        }
        None => None,
    };
    let mut plan = run::plan(
        terminal,
        output,
        &arguments.run,
        stdin.as_ref(),
        Reader::Program,
    )?;
    if let Some(since) = &mut since {
        narrow(&mut plan, since)?;
    }
    match arguments.format {
        CheckFormat::Text => show_text(terminal, output, arguments, &plan)?,
        CheckFormat::Json => json::write(&mut terminal.out, &terminal.view, &plan, None)?,
    }
    let threshold = Severity::from(arguments.fail_on);
    let fails = check::worst(&plan).is_some_and(|worst| worst >= threshold);
    Ok(Ending {
        failed: run::has_failed(&plan),
        found: fails && !arguments.exit_zero,
    })
}

/// Leaves what stands on lines that changed, and what is wrong with files that did.
fn narrow(plan: &mut Plan, since: &mut Since) -> Result<(), SinceError> {
    let sources: Vec<_> = plan.files.iter().map(FilePlan::original).collect();
    let lines = since.changed(&sources)?;
    let paths = sources.iter().map(|source| source.path().to_owned());
    let changed: HashMap<_, _> = paths.zip(lines).collect();
    plan.tell_only(|path, site| {
        let lines = changed.get(path);
        lines.is_some_and(|lines| lines.touch(site.range))
    });
    // What is not known of a project concerns the run, whenever it was written.
    let is_fact = |problem: &Problem| !problem.fatal && problem.position.is_none();
    let problems = plan.problems.iter().filter(|problem| !is_fact(problem));
    let paths: Vec<PathBuf> = problems.map(|problem| problem.path.clone()).collect();
    let unchanged = since.unchanged(paths.iter().map(PathBuf::as_path).collect());
    plan.problems
        .retain(|problem| is_fact(problem) || !unchanged.contains(&*problem.path));
    Ok(())
}

fn show_text(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &CheckArguments,
    plan: &Plan,
) -> anyhow::Result<()> {
    check::sites(&mut terminal.out, &terminal.view, plan)?;
    if !output.quiet {
        let next = Next {
            command: &run::next_command(&arguments.run),
            asked: arguments.run.settings.safety.map(Safety::from),
        };
        let threshold = arguments.fail_on.into();
        settings::in_force(&mut terminal.out, &terminal.view, &plan.in_force)?;
        check::summary(&mut terminal.out, &terminal.view, plan, threshold, next)?;
    }
    // On a terminal the errors come last.
    terminal.out.flush()?;
    let (err, view) = (&mut terminal.err, &terminal.err_view);
    notes::not_made(err, view, plan, Told::Withdrawn)?;
    notes::problems(err, view, &plan.problems, &|problem| {
        run::text_of(plan, problem)
    })?;
    Ok(())
}
