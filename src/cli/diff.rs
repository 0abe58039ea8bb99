//! `awaitify diff`: what would change and why; writes nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::{DiffArguments, DiffFormat, OutputArguments, PlanForm, RunArguments};
use super::choice::Choice;
use super::exit::Ending;
use super::form;
use super::input::Stdin;
use super::interrupt;
use super::pager::Pager;
use super::run::{self, Reader};
use super::terminal::Terminal;
use crate::plan::change::{Plan, Problem};
use crate::project::root::{real_path, repository};
use crate::recipe::safety::Safety;
use crate::report::summary::Next;
use crate::report::tally::Tally;
use crate::report::text::Wish;
use crate::report::view::View;
use crate::report::{decisions, notes, patch, text, to_check};
use crate::source::FileKind;
use crate::text::shown::{self, Shown};

/// Shows the plan in the wanted format.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &DiffArguments,
) -> anyhow::Result<Ending> {
    let stdin = Stdin::read(&arguments.run)?;
    let reader = match arguments.format {
        // What is left is known of one level only.
        DiffFormat::Text if !arguments.comments.markers => Reader::Person,
        _ => Reader::Program,
    };
    let (run, choice) = Choice::of(&arguments.run, &arguments.choice, stdin.as_ref())?;
    let mut choice = choice.with_comments(arguments.comments)?;
    let plan = run::plan(terminal, output, &run, stdin.as_ref(), reader, &mut choice)?;
    let failed = match arguments.format.shared() {
        Some(form) => show_form(terminal, form, &plan)?,
        None if arguments.format == DiffFormat::Patch => write_patch(terminal, &plan)?,
        None => show_text(terminal, output, &arguments.run, &choice, &plan)?,
    };
    Ok(Ending {
        failed: failed || choice.has_refused() || run::has_failed(&plan),
        found: arguments.exit_code && Tally::of(&plan).applied.changes() > 0,
    })
}

/// Shows a plan to a person; returns whether something could not be shown.
pub(super) fn show_text(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &RunArguments,
    choice: &Choice,
    plan: &Plan,
) -> anyhow::Result<bool> {
    let command = run::next_command(arguments, choice);
    let asked = choice.level(arguments.settings.safety.map(Safety::from));
    let wish = Wish {
        quiet: output.quiet,
        next: Next::apply(&command, asked),
        texts: &|problem| run::text_of(plan, problem),
    };
    // Ctrl-C is the pager's as long as it is open.
    let held = interrupt::hold()?;
    let pager = Pager::open(terminal)?;
    let is_paged = pager.is_some();
    let complete =
        text::write(&mut terminal.out, &terminal.view, plan, &wish).and_then(|complete| {
            let decided = choice.decided.as_ref();
            decided.map_or(Ok(()), |it| {
                decisions::write(&mut terminal.out, &terminal.view, it)
            })?;
            Ok(complete)
        });
    let closed = pager.map_or(Ok(()), |pager| pager.close(terminal));
    drop(held);
    // Who quits the pager has seen enough; the exit code is the run's all the same.
    if let Some(error) = complete.as_ref().err().or(closed.as_ref().err())
        && is_paged
        && error.kind() == io::ErrorKind::BrokenPipe
    {
        return Ok(false);
    }
    let complete = complete?;
    closed?;
    Ok(!complete)
}

/// Shows a plan to a program or a forge; returns whether a wanted change could not be written.
pub(super) fn show_form(
    terminal: &mut Terminal,
    form: PlanForm,
    plan: &Plan,
) -> anyhow::Result<bool> {
    form::write(terminal, form, plan, None)?;
    Ok(form::unwritable(plan).next().is_some())
}

/// Writes the patch of the plan's level; what is wrong goes to the errors, the patch stays clean.
fn write_patch(terminal: &mut Terminal, plan: &Plan) -> anyhow::Result<bool> {
    let top = repository(&terminal.view.base).unwrap_or_else(|| terminal.view.base.clone());
    let top = fs::canonicalize(&top).unwrap_or(top);
    let mut done = BTreeSet::new();
    let mut failed = false;
    to_check::comments(&mut terminal.out, &terminal.view, plan)?;
    for file in plan
        .files
        .iter()
        .filter(|file| file.wanted().next().is_some())
    {
        let source = file.original();
        match (below(&top, &terminal.view, source.path()), file.after()) {
            (Some(path), Ok(after)) => {
                if done.insert(path.clone()) {
                    let bytes = (source.bytes(), after.bytes());
                    // The lines of a notebook's bytes are JSON.
                    let told = (source.kind() != FileKind::Notebook).then_some(file);
                    patch::write_file(&mut terminal.out, &path, bytes, told)?;
                }
            }
            (_, Err(error)) => {
                complain(terminal, source.path(), &error.to_string())?;
                failed = true;
            }
            (None, _) => {
                let outside = format!("not below {}, where the patch applies", shown::path(&top));
                complain(terminal, source.path(), &outside)?;
                failed = true;
            }
        }
    }
    tell_where(terminal, &top, &done)?;
    let problems = &plan.problems;
    let text_of = |problem: &Problem| run::text_of(plan, problem);
    notes::problems(&mut terminal.err, &terminal.err_view, problems, &text_of)?;
    Ok(failed)
}

/// Says where a patch applies, if git would leave out a part of it here.
fn tell_where(terminal: &mut Terminal, top: &Path, files: &BTreeSet<PathBuf>) -> io::Result<()> {
    let here = real_path(&terminal.view.base);
    if files.iter().all(|file| top.join(file).starts_with(&here)) {
        return Ok(());
    }
    let top = shown::path(top);
    writeln!(
        terminal.err,
        "warning: some files are not below this folder: apply the patch in {top}"
    )
}

/// Returns the path below `top` of what a migration would write: the target of a link.
fn below(top: &Path, view: &View, path: &Path) -> Option<PathBuf> {
    let target = real_path(&view.base.join(path));
    target.strip_prefix(top).ok().map(Path::to_owned)
}

fn complain(terminal: &mut Terminal, path: &Path, why: &str) -> anyhow::Result<()> {
    let view = &terminal.err_view;
    let path = view.name(path);
    let why = Shown(why);
    writeln!(terminal.err, "error: {path}: {why}")?;
    Ok(())
}
