//! Words that choose some of a run's changes, and what is decided of them.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::RunArguments;

/// Which changes of a run.
#[derive(Debug, Clone, Default, Args)]
#[group(multiple = false)]
pub struct ChoiceArguments {
    /// Only changes on lines that differ from this git revision, and the changes they require
    #[arg(
        long,
        value_name = "REVISION",
        allow_hyphen_values = true,
        help_heading = "Selection"
    )]
    pub since: Option<String>,
    /// Only this change, at any level, and the changes it requires; repeatable
    #[arg(long = "change", value_name = "ID", help_heading = "Selection")]
    pub changes: Vec<String>,
    /// Only the changes that this file accepts, at any level
    #[arg(long, value_name = "FILE", help_heading = "Selection")]
    pub decisions: Option<PathBuf>,
}

/// Which comments awaitify writes and removes.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct CommentArguments {
    /// Mark findings with a comment `# awaitify: todo[recipe-id] reason`, removed once they are solved
    #[arg(long, conflicts_with_all = ["since", "changes"], help_heading = "Comments")]
    pub markers: bool,
    /// Remove comments `# awaitify: ignore[recipe-id]` that turn nothing off
    #[arg(long, help_heading = "Comments")]
    pub remove_unused_ignores: bool,
}

/// `awaitify review`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Exit codes:
  0  done
  1  with --exit-code: changes are undecided
  2  wrong usage, unreadable input, or no terminal")]
pub struct ReviewArguments {
    /// Which files.
    #[command(flatten)]
    pub run: RunArguments,
    /// Only changes on lines that differ from this git revision, and the changes they require
    #[arg(
        long,
        value_name = "REVISION",
        allow_hyphen_values = true,
        help_heading = "Selection"
    )]
    pub since: Option<String>,
    /// The file that decisions are read from and stored in
    #[arg(long, value_name = "FILE", default_value = "awaitify-decisions.json")]
    pub decisions: PathBuf,
    /// Your name, stored with each decision
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// End with 1 when changes are undecided
    #[arg(long)]
    pub exit_code: bool,
    /// Write a page for a browser to this file; it stores decisions in a file and needs no network
    #[arg(long, value_name = "FILE", conflicts_with = "web")]
    pub html: Option<PathBuf>,
    /// Serve that page on this machine, and store each decision at once
    #[arg(long)]
    pub web: bool,
}

/// `awaitify decisions`.
#[derive(Debug, Subcommand)]
pub enum DecisionsCommand {
    /// Prints the merged decisions of two or more files; ends with 1 where they disagree
    Merge(MergeArguments),
}

/// `awaitify decisions merge`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  done
  1  the files disagree about some changes, which stay open
  2  wrong usage, or a file that cannot be read")]
pub struct MergeArguments {
    /// Files of decisions
    #[arg(value_name = "FILES", num_args = 2.., required = true)]
    pub files: Vec<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
