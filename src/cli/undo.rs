//! `awaitify undo`: puts back what a migration wrote, or lists what can be put back.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::{OutputArguments, UndoArguments, UndoFormat};
use super::exit::Ending;
use super::interrupt;
use super::terminal::Terminal;
use crate::report::migration;
use crate::report::undo::{self as report, Deed};
use crate::report::view::count;
use crate::text::shown;
use crate::write::runs::{find, list};
use crate::write::undo::{Choice, Obstacle, Undo, choose};

/// Undoes a run, or lists all.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &UndoArguments,
) -> anyhow::Result<Ending> {
    let top = tree(terminal, arguments)?;
    if arguments.list {
        return show_list(terminal, arguments, top.as_deref());
    }
    let Some(top) = top else {
        return match &arguments.run {
            Some(run) => bail!("there is no run {}: none is kept here", shown::Shown(run)),
            None => say(
                terminal,
                output,
                arguments,
                "Nothing to undo: no run is kept here.",
            ),
        };
    };
    match choose(&top, arguments.run.as_deref())? {
        Choice::Run(undo) => put_back(terminal, output, arguments, &undo),
        Choice::Undone(id) => say(
            terminal,
            output,
            arguments,
            &format!("Nothing to undo: run {id} is undone already."),
        ),
        Choice::Nothing => say(
            terminal,
            output,
            arguments,
            "Nothing to undo: every run is undone already.",
        ),
    }
}

/// Returns the tree whose runs are meant, its links resolved; `None`: none is kept.
fn tree(terminal: &Terminal, arguments: &UndoArguments) -> anyhow::Result<Option<PathBuf>> {
    let named = arguments.tree.as_deref();
    let folder = terminal.view.base.join(named.unwrap_or(Path::new("")));
    let folder = fs::canonicalize(&folder)
        .with_context(|| format!("{} cannot be read", shown::path(&folder)))?;
    Ok(find(&folder))
}

fn show_list(
    terminal: &mut Terminal,
    arguments: &UndoArguments,
    top: Option<&Path>,
) -> anyhow::Result<Ending> {
    let runs = top.map(list).unwrap_or_default();
    let failed = match arguments.format {
        UndoFormat::Text => report::list(&mut terminal.out, &terminal.view, &runs)?,
        UndoFormat::Json => report::list_json(&mut terminal.out, &runs)?,
    };
    Ok(Ending {
        failed,
        found: false,
    })
}

fn say(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &UndoArguments,
    words: &str,
) -> anyhow::Result<Ending> {
    if !output.quiet && arguments.format == UndoFormat::Text {
        writeln!(terminal.out, "{words}")?;
    }
    Ok(Ending::default())
}

fn put_back(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &UndoArguments,
    undo: &Undo,
) -> anyhow::Result<Ending> {
    refuse(terminal, arguments, undo)?;
    if arguments.dry_run {
        tell(terminal, output, arguments, undo, Deed::Shown)?;
        return Ok(Ending::default());
    }
    let held = interrupt::hold()?;
    let outcome = undo.execute(&command(arguments), held.came())?;
    let has_failed = !outcome.failed.is_empty() || !outcome.unmarked.is_empty();
    if outcome.failed.is_empty() {
        tell(terminal, output, arguments, undo, Deed::Done)?;
    }
    terminal.out.flush()?;
    migration::failures(
        &mut terminal.err,
        &terminal.err_view,
        &outcome.failed,
        &outcome.unmarked,
    )?;
    held.obey();
    Ok(Ending {
        failed: has_failed,
        found: false,
    })
}

/// Names what changed since; nothing at all is put back then, unless it is forced.
fn refuse(terminal: &mut Terminal, arguments: &UndoArguments, undo: &Undo) -> anyhow::Result<()> {
    let stands = |it: &Obstacle| !(arguments.force && it.can_be_forced);
    let files = undo.files();
    let obstacles: Vec<(&Path, &Obstacle)> = files
        .filter_map(|(file, obstacle)| Some((file, obstacle.filter(|it| stands(it))?)))
        .collect();
    if obstacles.is_empty() {
        return Ok(());
    }
    terminal.out.flush()?;
    for (file, obstacle) in &obstacles {
        report::obstacle(&mut terminal.err, &terminal.err_view, file, obstacle)?;
    }
    let files = count(obstacles.len(), "file");
    let id = &undo.run.id;
    match obstacles.iter().all(|(_, it)| it.can_be_forced) {
        true => bail!(
            "nothing was restored: {files} changed since run {id}; --force restores all, and keeps a copy"
        ),
        false => bail!("nothing was restored: {files} not as run {id} left them"),
    }
}

fn tell(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &UndoArguments,
    undo: &Undo,
    deed: Deed,
) -> anyhow::Result<()> {
    let files: Vec<&Path> = undo.files().map(|(file, _)| file).collect();
    let (out, view) = (&mut terminal.out, &terminal.view);
    match arguments.format {
        UndoFormat::Json => report::restored_json(out, view, &undo.run, &files, deed)?,
        UndoFormat::Text if output.quiet => {}
        UndoFormat::Text => report::restored(out, view, &undo.run, &files, deed)?,
    }
    Ok(())
}

/// Returns the command as it is kept.
fn command(arguments: &UndoArguments) -> String {
    let run = arguments.run.iter().map(|run| format!(" {run}"));
    let force = arguments.force.then(|| " --force".to_owned());
    let words: String = run.chain(force).collect();
    format!("awaitify undo{words}")
}
