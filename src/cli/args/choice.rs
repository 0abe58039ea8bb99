//! Words that choose some of a run's changes, and what is decided of them.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which of a run's changes are meant.
#[derive(Debug, Clone, Default, Args)]
#[group(multiple = false)]
pub struct ChoiceArguments {
    /// Only changes on lines that are not as they are in this git revision, and what they require
    #[arg(
        long,
        value_name = "REVISION",
        allow_hyphen_values = true,
        help_heading = "Selection"
    )]
    pub since: Option<String>,
    /// Only this change, whatever its level, and what it requires; repeatable
    #[arg(long = "change", value_name = "ID", help_heading = "Selection")]
    pub changes: Vec<String>,
    /// Only the changes that this file accepts, whatever their level
    #[arg(long, value_name = "FILE", help_heading = "Selection")]
    pub decisions: Option<PathBuf>,
}

/// `awaitify decisions`.
#[derive(Debug, Subcommand)]
pub enum DecisionsCommand {
    /// Prints what two or more files decide together; ends with 1 where they disagree
    Merge(MergeArguments),
}

/// `awaitify decisions merge`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  done
  1  the files disagree about some changes, which are left open
  2  wrong usage, or a file that cannot be read")]
pub struct MergeArguments {
    /// Files of decisions
    #[arg(value_name = "FILES", num_args = 2.., required = true)]
    pub files: Vec<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
