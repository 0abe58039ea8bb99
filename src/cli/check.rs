//! `awaitify check`: what is left to do at a level, for CI and editors; writes nothing.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use super::args::{CheckArguments, OutputArguments, RunArguments};
use super::choice::{
    Choice, changed, lines_of, read_decisions, since_of, take_lines, touches, undecided,
};
use super::exit::Ending;
use super::form;
use super::input::Stdin;
use super::run::{self, Reader};
use super::spot::Spot;
use super::terminal::{Terminal, quoted};
use crate::plan::baseline::Baseline;
use crate::plan::change::Plan;
use crate::plan::decision::Decisions;
use crate::plan::problem::Gravity;
use crate::project::root::real_path;
use crate::project::since::Since;
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::report::place;
use crate::report::summary::Next;
use crate::report::view::count;
use crate::report::{check, settings};
use crate::text::shown;
use crate::write::store::store;

/// Lists the sites in the wanted format.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &CheckArguments,
) -> anyhow::Result<Ending> {
    let stdin = Stdin::read(&arguments.run)?;
    let mut run = arguments.run.clone();
    let mut narrow = Narrow::of(arguments, &mut run, stdin.as_ref())?;
    let reader = match narrow.decisions {
        Some(_) => Reader::Chooser,
        None => Reader::Program,
    };
    let choice = &mut Choice::default();
    let mut plan = run::plan(terminal, output, &run, stdin.as_ref(), reader, choice)?;
    narrow.leave(&mut plan)?;
    if let Some(written) = compare(terminal, &mut plan, arguments, &narrow)? {
        return Ok(written);
    }
    match arguments.format.shared() {
        None => show_text(terminal, output, arguments, &plan)?,
        Some(form) => form::write(terminal, form, &plan, None)?,
    }
    let threshold = Severity::from(arguments.fail_on);
    let fails = check::worst(&plan).is_some_and(|worst| worst >= threshold);
    Ok(Ending {
        failed: run::has_failed(&plan),
        found: (fails || has_faults(&plan)) && !arguments.exit_zero,
    })
}

/// Passes over what a baseline knows, or stores what is there in it, and that is all.
fn compare(
    terminal: &mut Terminal,
    plan: &mut Plan,
    arguments: &CheckArguments,
    narrow: &Narrow,
) -> anyhow::Result<Option<Ending>> {
    let Some(path) = &arguments.baseline else {
        return Ok(None);
    };
    // Files are named as seen from that one, wherever the command is run.
    let current = terminal.view.base.clone();
    let whole = |path: &Path| real_path(&current.join(path));
    let base = whole(path.parent().unwrap_or(path));
    let name = |path: &Path| place::relative(&whole(path), &base);
    let shown = shown::path(path);
    if arguments.write_baseline {
        write_baseline(terminal, path, plan, &base, name)?;
        return Ok(Some(Ending {
            failed: run::has_failed(plan),
            found: false,
        }));
    }
    let text = fs::read_to_string(path);
    let text =
        text.with_context(|| format!("{shown} cannot be read; --write-baseline creates it"))?;
    let baseline = Baseline::parse(&text);
    let baseline = baseline.with_context(|| format!("{shown} is no baseline"))?;
    let gone = baseline.pass_over(plan, name);
    // Of other lines nothing was told.
    if gone > 0 && narrow.since.is_none() && narrow.spots.is_empty() {
        let gone = count(gone, "site");
        writeln!(
            terminal.err,
            "{gone} of {shown} not there any more; --write-baseline removes them"
        )?;
    }
    Ok(None)
}

/// Stores what is there, and what is known already of what was not looked at.
fn write_baseline(
    terminal: &mut Terminal,
    path: &Path,
    plan: &Plan,
    base: &Path,
    name: impl Fn(&Path) -> String,
) -> anyhow::Result<()> {
    let shown = shown::path(path);
    let mut baseline = Baseline::of(plan, &name);
    if let Ok(text) = fs::read_to_string(path) {
        let known = Baseline::parse(&text).with_context(|| {
            format!("{shown} exists and is not a baseline: it is not overwritten")
        })?;
        baseline.keep(known, plan, &name, |name| base.join(name).exists());
    }
    let written = store(path, baseline.text().as_bytes());
    written.with_context(|| format!("{shown} cannot be written"))?;
    let sites = count(baseline.len(), "site");
    Ok(writeln!(terminal.out, "Wrote {sites} to {shown}.")?)
}

/// Returns whether something is wrong with code that was found: nothing is known of it.
fn has_faults(plan: &Plan) -> bool {
    let mut problems = plan.problems.iter();
    problems.any(|problem| problem.gravity == Gravity::Fault)
}

/// Which sites are told.
struct Narrow {
    /// Those on lines that changed.
    since: Option<Since>,
    /// Those of changes that are to be decided.
    decisions: Option<Decisions>,
    /// Those on lines that were typed.
    spots: Vec<Spot>,
}

impl Narrow {
    /// Takes what was typed, before the work: a wrong revision is no matter of what is found.
    fn of(
        arguments: &CheckArguments,
        run: &mut RunArguments,
        stdin: Option<&Stdin>,
    ) -> anyhow::Result<Self> {
        let spots = take_lines(run)?;
        let since = arguments.since.as_ref();
        let decisions = arguments.decisions.as_ref();
        let is_narrow = since.is_some() || decisions.is_some() || arguments.write_baseline;
        if !spots.is_empty() && is_narrow {
            bail!("FILE:LINE does not go with --since, --decisions or --write-baseline");
        }
        let since = since.map(|revision| since_of(revision, run, stdin));
        let decisions = decisions.map(|path| read_decisions(path));
        Ok(Self {
            since: since.transpose()?,
            decisions: decisions.transpose()?,
            spots,
        })
    }

    /// Leaves these in a plan.
    fn leave(&mut self, plan: &mut Plan) -> anyhow::Result<()> {
        let lines = match &mut self.since {
            Some(since) => Some(changed(plan, since)?),
            None if self.spots.is_empty() => None,
            None => Some(lines_of(plan, &self.spots)?),
        };
        if let Some(lines) = lines {
            plan.tell_only(|path, site| touches(&lines, path, site), |_| false);
        }
        if let Some(decisions) = &mut self.decisions {
            let open = undecided(plan, decisions);
            plan.tell_only(|_, _| false, |change| open.contains(&change.id));
        }
        Ok(())
    }
}

fn show_text(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &CheckArguments,
    plan: &Plan,
) -> anyhow::Result<()> {
    check::sites(&mut terminal.out, &terminal.view, plan)?;
    if !output.quiet {
        let command = match &arguments.decisions {
            Some(path) => {
                let path = quoted(&path.to_string_lossy());
                run::command(&arguments.run, "review") + " --decisions " + &path
            }
            None => {
                let since = arguments.since.iter();
                let since = since.map(|it| format!(" --since {}", quoted(it)));
                run::command(&arguments.run, "migrate") + &since.collect::<String>()
            }
        };
        let next = Next {
            does: match arguments.decisions {
                Some(_) => "Decide",
                None => "Apply",
            },
            command: &command,
            asked: arguments.run.settings.safety.map(Safety::from),
        };
        let threshold = arguments.fail_on.into();
        settings::in_force(&mut terminal.out, &terminal.view, &plan.in_force)?;
        check::summary(&mut terminal.out, &terminal.view, plan, threshold, next)?;
    }
    Ok(run::tell_problems(terminal, plan)?)
}
