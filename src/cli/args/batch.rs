//! Words of `awaitify batch`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::settings::Level;

/// `awaitify batch`.
#[derive(Debug, Subcommand)]
pub enum BatchCommand {
    /// Prints an example of a campaign, with comments
    Init,
    /// Lists the repositories, and what would be done in each
    Plan(BatchArguments),
    /// Migrates the repositories that are not done yet
    Run(BatchArguments),
    /// Migrates again what failed
    Retry(BatchArguments),
    /// Says how far each repository is
    Status(ReportArguments),
    /// Removes clones, logs and what is known; branches in your own repositories stay
    Clean(BatchArguments),
}

/// What a campaign is: a file, or a list of repositories and a branch.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Exit codes:
  0  done
  1  repositories failed
  2  wrong usage, or nothing could be begun")]
pub struct BatchArguments {
    /// A campaign; `awaitify batch init` prints one
    #[arg(
        value_name = "CAMPAIGN",
        required_unless_present = "repositories",
        conflicts_with = "repositories"
    )]
    pub campaign: Option<PathBuf>,
    /// A file with a path or URL on each line, instead of a campaign
    #[arg(long, value_name = "FILE", requires = "branch")]
    pub repositories: Option<PathBuf>,
    /// The branch that gets the commits
    #[arg(long, value_name = "NAME", requires = "repositories")]
    pub branch: Option<String>,
    /// Use only these recipes (ids, areas, packs or globs, comma-separated)
    #[arg(
        long,
        value_name = "RECIPES",
        value_delimiter = ',',
        requires = "repositories"
    )]
    pub select: Vec<String>,
    /// Which changes are meant
    #[arg(long, value_enum, value_name = "LEVEL", requires = "repositories")]
    pub safety: Option<Level>,
    /// Keep only changes with which this command passes
    #[arg(long, value_name = "COMMAND", requires = "repositories")]
    pub verify: Option<String>,
    /// Repositories at a time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Where trees, logs and what is known of them are
    #[arg(long, value_name = "DIR")]
    pub workdir: Option<PathBuf>,
}

/// `awaitify batch status`.
#[derive(Debug, Clone, Args)]
pub struct ReportArguments {
    /// Which campaign.
    #[command(flatten)]
    pub batch: BatchArguments,
    /// For a person, for a program, or for a page
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = BatchFormat::Text)]
    pub format: BatchFormat,
}

/// How a campaign is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BatchFormat {
    /// A table
    Text,
    /// One JSON object per repository
    Json,
    /// A Markdown table
    Markdown,
}
