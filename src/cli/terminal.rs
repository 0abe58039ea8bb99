//! The two outputs of a run, and what each of them understands.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{OutputArguments, When};
use crate::report::view::View;

/// Where a run is told.
pub(super) struct Terminal {
    /// For results.
    pub(super) out: BufWriter<Box<dyn Write>>,
    /// How results are shown.
    pub(super) view: View,
    /// For errors; not locked, so that a thread that panics can say so.
    pub(super) err: Box<dyn Write>,
    /// How errors are shown.
    pub(super) err_view: View,
}

impl Terminal {
    /// Takes both outputs of the process.
    pub(super) fn new(output: &OutputArguments) -> anyhow::Result<Self> {
        let (out, err) = (io::stdout().lock(), io::stderr());
        let are_terminals = (out.is_terminal(), err.is_terminal());
        Self::of(output, Box::new(out), Box::new(err), are_terminals)
    }

    /// Takes two outputs, and whether each is a terminal.
    pub(super) fn of(
        output: &OutputArguments,
        out: Box<dyn Write>,
        err: Box<dyn Write>,
        are_terminals: (bool, bool),
    ) -> anyhow::Result<Self> {
        let current = std::env::current_dir().context("the current directory cannot be found")?;
        Ok(Self {
            view: view(&current, output.color, are_terminals.0),
            err_view: view(&current, output.color, are_terminals.1),
            out: BufWriter::new(out),
            err,
        })
    }

    /// Returns whether a person may see a line that comes and goes.
    pub(super) fn is_watched(&self) -> bool {
        self.err_view.terminal && !is_dumb() && !is_set("CI")
    }
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// As <https://force-color.org> and <https://bixense.com/clicolors> ask for.
fn is_forced() -> bool {
    let asked = ["FORCE_COLOR", "CLICOLOR_FORCE"].map(std::env::var_os);
    let mut asked = asked.into_iter().flatten();
    asked.any(|value| !value.is_empty() && value != "0")
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|value| value == "dumb")
}

fn view(current: &Path, color: When, terminal: bool) -> View {
    View {
        base: current.to_owned(),
        below: PathBuf::new(),
        color: match color {
            When::Always => true,
            When::Never => false,
            When::Auto if is_set("NO_COLOR") => false,
            When::Auto => terminal && !is_dumb() || is_forced(),
        },
        terminal,
        width: terminal.then(columns).flatten(),
    }
}

/// Returns how many columns the terminal has.
fn columns() -> Option<usize> {
    let (columns, _) = ratatui::crossterm::terminal::size().ok()?;
    Some(usize::from(columns)).filter(|columns| *columns > 0)
}

/// Returns a word as it is typed in a shell.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./,=:+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
