//! Words of `awaitify check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CheckFormat, RunArguments};
use crate::recipe::Severity;

/// `awaitify check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  nothing is left to do at the level
  1  there are changes of the level, findings, or files that do not parse
  2  wrong usage, an unreadable file that was named, or a change that was withdrawn")]
pub struct CheckArguments {
    /// Which files.
    #[command(flatten)]
    pub run: RunArguments,
    /// Show only sites on lines that differ from this git revision
    #[arg(
        long,
        value_name = "REVISION",
        allow_hyphen_values = true,
        help_heading = "Selection"
    )]
    pub since: Option<String>,
    /// Show only review changes that this file does not decide, instead of all sites
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "since",
        help_heading = "Selection"
    )]
    pub decisions: Option<PathBuf>,
    /// Ignore the sites that this file lists
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "decisions",
        help_heading = "Selection"
    )]
    pub baseline: Option<PathBuf>,
    /// Write the sites to the file of --baseline, and end with 0
    #[arg(long, requires = "baseline", conflicts_with = "since")]
    pub write_baseline: bool,
    /// End with 1 only for sites of this severity or higher
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Low)]
    pub fail_on: FailOn,
    /// End with 0 also when there are sites
    #[arg(short = 'e', long)]
    pub exit_zero: bool,
    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text, help_heading = "Output")]
    pub format: CheckFormat,
}

/// The lowest severity that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Style, or a warning of a later Python
    Low,
    /// Wrong in some runs
    Medium,
    /// Wrong in most runs
    High,
    /// Stops everything else
    Critical,
}

impl From<FailOn> for Severity {
    fn from(severity: FailOn) -> Self {
        match severity {
            FailOn::Low => Self::Low,
            FailOn::Medium => Self::Medium,
            FailOn::High => Self::High,
            FailOn::Critical => Self::Critical,
        }
    }
}
