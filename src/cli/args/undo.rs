//! Words of `awaitify undo`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `awaitify undo`.
#[derive(Debug, Args)]
#[command(after_help = "\
The last 20 runs are kept, in .awaitify at the top of the tree. An undo is a run, too, and can be undone
by its name.

Exit codes:
  0  done, also when there was nothing to do
  2  wrong usage, or nothing was put back: a file has changed since, or cannot be written")]
pub struct UndoArguments {
    /// The run, or a part of its name; default: the last run that is not undone
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// List the runs, the newest first
    #[arg(short, long, conflicts_with_all = ["run", "dry_run", "force"])]
    pub list: bool,
    /// Show the files without putting them back
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Also put back files that have changed since; their present text is kept as a run
    #[arg(long)]
    pub force: bool,
    /// The migrated folder, if it does not contain the current directory
    #[arg(long, value_name = "DIR")]
    pub tree: Option<PathBuf>,
    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = UndoFormat::Text, help_heading = "Output")]
    pub format: UndoFormat,
}

/// The formats of an undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UndoFormat {
    /// A line for each file or run
    Text,
    /// One JSON object per line
    Json,
}
