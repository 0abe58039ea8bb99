//! Runs that are kept, and files that are put back → lines for a person, or JSON for a program.

use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::view::{self, View, count};
use crate::text::shown::Shown;
use crate::write::error::JournalError;
use crate::write::runs::{Run, State};
use crate::write::undo::Obstacle;

/// Writes the runs, one on a line; returns whether one could not be read.
///
/// # Errors
/// The writer fails.
pub fn list(
    out: &mut dyn Write,
    view: &View,
    runs: &[Result<Run, JournalError>],
) -> io::Result<bool> {
    if runs.is_empty() {
        writeln!(out, "No runs are kept here.")?;
    }
    for run in runs {
        match run {
            Ok(run) => {
                let id = run.id.to_string();
                let files = count(run.written().count(), "file");
                writeln!(
                    out,
                    "{}  {}  {:<10}  {files}  {}",
                    view.paint(view::HEADING, &id),
                    run.id.when(),
                    run.state.word(),
                    Shown(&run.manifest.command),
                )?;
            }
            Err(error) => writeln!(out, "{}", Shown(&error.to_string()))?,
        }
    }
    Ok(runs.iter().any(Result::is_err))
}

/// As [`list`], for a program.
///
/// # Errors
/// The writer fails.
pub fn list_json(out: &mut dyn Write, runs: &[Result<Run, JournalError>]) -> io::Result<bool> {
    for run in runs {
        let line = match run {
            Ok(run) => json!({
                "type": "run",
                "run": run.id.to_string(),
                "when": run.id.when(),
                "state": run.state,
                "files": run.written().count(),
                "command": run.manifest.command,
                "undoes": run.manifest.undoes,
            }),
            Err(error) => json!({"type": "error", "message": error.to_string()}),
        };
        writeln!(out, "{line}")?;
    }
    Ok(runs.iter().any(Result::is_err))
}

/// What an undo did, or would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The files are put back.
    Done,
    /// Nothing is written.
    Shown,
}

/// Writes the files that are put back, and how many.
///
/// # Errors
/// The writer fails.
pub fn restored(
    out: &mut dyn Write,
    view: &View,
    run: &Run,
    files: &[&Path],
    deed: Deed,
) -> io::Result<()> {
    let (one, all) = match deed {
        Deed::Done => ("restored", "Restored"),
        Deed::Shown => ("would restore", "Would restore"),
    };
    for file in files {
        writeln!(out, "{one} {}", view.name(file))?;
    }
    let id = &run.id;
    if files.is_empty() {
        return writeln!(
            out,
            "Nothing to restore: all files are as they were before run {id}."
        );
    }
    let files = count(files.len(), "file");
    let end = match run.state {
        State::Unfinished => ", which did not finish",
        State::Done | State::Undone => "",
    };
    writeln!(out, "{all} {files}, as before run {id}{end}.")
}

/// As [`restored`], for a program.
///
/// # Errors
/// The writer fails.
pub fn restored_json(
    out: &mut dyn Write,
    view: &View,
    run: &Run,
    files: &[&Path],
    deed: Deed,
) -> io::Result<()> {
    let status = match deed {
        Deed::Done => "restored",
        Deed::Shown => "proposed",
    };
    for file in files {
        let path = view.path(file);
        let line = json!({"type": "file", "path": path, "status": status});
        writeln!(out, "{line}")?;
    }
    let run = run.id.to_string();
    let summary = json!({"type": "summary", "run": run, "files": files.len()});
    writeln!(out, "{summary}")
}

/// Writes what stands in the way of a file.
///
/// # Errors
/// The writer fails.
pub fn obstacle(
    out: &mut dyn Write,
    view: &View,
    file: &Path,
    obstacle: &Obstacle,
) -> io::Result<()> {
    let word = view.paint(view::FAILED, "error");
    let words = Shown(&obstacle.words);
    writeln!(out, "{word}: {} {words}", view.name(file))
}
