//! Words of `awaitify batch`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::settings::Level;

/// `awaitify batch`.
#[derive(Debug, Subcommand)]
pub enum BatchCommand {
    /// Prints an example of a campaign, with comments
    Init,
    /// Lists the repositories, and the changes in each
    Plan(PlanArguments),
    /// Migrates the remaining repositories
    Run(RunArguments),
    /// Migrates again the repositories that failed
    Retry(RunArguments),
    /// Shows the status of each repository
    Status(ReportArguments),
    /// Writes a page with the diffs, the findings and the output of the checks
    Report(ReportArguments),
    /// Runs one of several shards, each on its own machine
    Shard(ShardArguments),
    /// Combines the results of all shards
    Merge(MergeArguments),
    /// Removes clones, logs and the state; branches in your repositories stay
    Clean(CleanArguments),
}

/// A campaign: a file, or a list of repositories and a branch.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Exit codes:
  0  done
  1  repositories failed
  2  wrong usage, or nothing could start")]
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
    /// Which changes
    #[arg(long, value_enum, value_name = "LEVEL", requires = "repositories")]
    pub safety: Option<Level>,
    /// Keep only changes with which this command passes
    #[arg(long, value_name = "COMMAND", requires = "repositories")]
    pub verify: Vec<String>,
    /// Where clones, logs and results are kept
    #[arg(long, value_name = "DIR")]
    pub workdir: Option<PathBuf>,
}

/// How repositories are migrated.
#[derive(Debug, Clone, Args)]
pub struct WorkArguments {
    /// Repositories at a time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Push the branches, and open the pull requests that the campaign describes
    #[arg(long)]
    pub push: bool,
}

/// `awaitify batch run` and `retry`.
#[derive(Debug, Clone, Args)]
pub struct RunArguments {
    /// Which campaign.
    #[command(flatten)]
    pub batch: BatchArguments,
    /// How.
    #[command(flatten)]
    pub work: WorkArguments,
    /// Also rebuild branches whose base has new commits; commits that others added to them are kept
    #[arg(long)]
    pub refresh: bool,
}

/// `awaitify batch shard`.
#[derive(Debug, Clone, Args)]
pub struct ShardArguments {
    /// How many shards there are
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub of: u32,
    /// Which shard, from 0
    #[arg(long, value_name = "I")]
    pub index: u32,
    /// Also migrate again the repositories that failed
    #[arg(long)]
    pub retry: bool,
    /// Which repositories, and how.
    #[command(flatten)]
    pub run: RunArguments,
}

/// `awaitify batch merge`.
#[derive(Debug, Clone, Args)]
pub struct MergeArguments {
    /// A campaign; `awaitify batch init` prints one
    pub campaign: PathBuf,
    /// Folders of shards [default: all in `shards` of the campaign's folder]
    pub folders: Vec<PathBuf>,
    /// Where clones, logs and results are kept
    #[arg(long, value_name = "DIR")]
    pub workdir: Option<PathBuf>,
}

/// `awaitify batch plan`.
#[derive(Debug, Clone, Args)]
pub struct PlanArguments {
    /// Which campaign.
    #[command(flatten)]
    pub batch: BatchArguments,
    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = PlanFormat::Text)]
    pub format: PlanFormat,
}

/// `awaitify batch status` and `report`.
#[derive(Debug, Clone, Args)]
pub struct ReportArguments {
    /// Which campaign.
    #[command(flatten)]
    pub batch: BatchArguments,
    /// The format of the output [default: text for status, html for report]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<BatchFormat>,
    /// Write to this file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `awaitify batch clean`.
#[derive(Debug, Clone, Args)]
pub struct CleanArguments {
    /// Which campaign.
    #[command(flatten)]
    pub batch: BatchArguments,
    /// Also clones with branches that are not pushed
    #[arg(long)]
    pub force: bool,
}

/// The formats of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// A line for each repository
    Text,
    /// One JSON object per repository
    Json,
}

/// The formats of a campaign's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BatchFormat {
    /// A table
    Text,
    /// One JSON object per repository
    Json,
    /// A Markdown table
    Markdown,
    /// A page, with diffs, findings and logs
    Html,
}
