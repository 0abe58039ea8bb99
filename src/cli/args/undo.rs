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
  2  wrong usage, or nothing was put back: a file changed since, or cannot be written")]
pub struct UndoArguments {
    /// The run, or a part of its name; default: the last one that is not undone
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// List the runs, the newest first
    #[arg(short, long, conflicts_with_all = ["run", "dry_run", "force"])]
    pub list: bool,
    /// Only show what would be put back
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Put back also files that changed since; what they are now is kept as a run
    #[arg(long)]
    pub force: bool,
    /// The tree that was migrated, if it is not around the current directory
    #[arg(long, value_name = "DIR")]
    pub tree: Option<PathBuf>,
    /// For a person, or for a program
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = UndoFormat::Text, help_heading = "Output")]
    pub format: UndoFormat,
}

/// How an undo is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UndoFormat {
    /// A line for each file or run
    Text,
    /// One JSON object per line
    Json,
}
