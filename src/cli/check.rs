//! `awaitify check`: what is left to do at a level, for CI and editors; writes nothing.

use std::io::Write;

use super::args::{CheckArguments, OutputArguments};
use super::choice::{Choice, changed, read_decisions, since_of, touches, undecided};
use super::exit::Ending;
use super::form;
use super::input::Stdin;
use super::run::{self, Reader};
use super::terminal::Terminal;
use crate::plan::change::Plan;
use crate::plan::decision::Decisions;
use crate::project::since::{Since, SinceError};
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::report::notes::{self, Told};
use crate::report::summary::Next;
use crate::report::{check, settings};

/// Lists the sites in the wanted format.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &CheckArguments,
) -> anyhow::Result<Ending> {
    let stdin = Stdin::read(&arguments.run)?;
    // Before the work: a wrong revision is no matter of what is found.
    let since = arguments.since.as_ref();
    let since = since.map(|revision| since_of(revision, &arguments.run, stdin.as_ref()));
    let mut since = since.transpose()?;
    let decisions = arguments.decisions.as_ref();
    let decisions = decisions.map(|path| read_decisions(path)).transpose()?;
    let reader = match decisions {
        Some(_) => Reader::Chooser,
        None => Reader::Program,
    };
    let mut plan = run::plan(
        terminal,
        output,
        &arguments.run,
        stdin.as_ref(),
        reader,
        &mut Choice::default(),
    )?;
    narrow(&mut plan, since.as_mut(), decisions.as_ref())?;
    match arguments.format.shared() {
        None => show_text(terminal, output, arguments, &plan)?,
        Some(form) => form::write(terminal, form, &plan, None)?,
    }
    let threshold = Severity::from(arguments.fail_on);
    let fails = check::worst(&plan).is_some_and(|worst| worst >= threshold);
    Ok(Ending {
        failed: run::has_failed(&plan),
        found: fails && !arguments.exit_zero,
    })
}

/// Leaves what stands on lines that changed, or is to be decided.
fn narrow(
    plan: &mut Plan,
    since: Option<&mut Since>,
    decisions: Option<&Decisions>,
) -> Result<(), SinceError> {
    if let Some(since) = since {
        let lines = changed(plan, since)?;
        plan.tell_only(|path, site| touches(&lines, path, site), |_| false);
    }
    if let Some(decisions) = decisions {
        let open = undecided(plan, decisions);
        plan.tell_only(|_, _| false, |change| open.contains(&change.id));
    }
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
            command: &run::next_command(&arguments.run, &Choice::default()),
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
