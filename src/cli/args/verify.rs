//! Words of `--verify`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

/// Commands that must pass.
#[derive(Debug, Clone, Default, Args)]
pub struct VerifyArguments {
    /// Keep only changes with which this command passes; a binary search finds the others
    #[arg(long = "verify", value_name = "COMMAND", conflicts_with_all = ["dry_run", "markers", "remove_unused_ignores"], help_heading = "Verify")]
    pub commands: Vec<String>,
    /// How long a command may run, as 90s or 20m [default: ten times as long as without changes]
    #[arg(long = "verify-limit", value_name = "TIME", requires = "commands", value_parser = humantime::parse_duration, help_heading = "Verify")]
    pub limit: Option<Duration>,
    /// Do not run the commands without changes first
    #[arg(
        long = "no-verify-before",
        requires = "commands",
        help_heading = "Verify"
    )]
    pub not_before: bool,
    /// Append the output of the commands to this file
    #[arg(
        long = "verify-log",
        value_name = "FILE",
        requires = "commands",
        help_heading = "Verify"
    )]
    pub log: Option<PathBuf>,
}
