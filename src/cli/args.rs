//! Words of the command line → what is asked for. The doc comments here are the help texts.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use batch::BatchCommand;
use choice::{ChoiceArguments, CommentArguments, DecisionsCommand, ReviewArguments};
use settings::{ConfigArguments, SettingArguments};
use verify::VerifyArguments;

pub use check::CheckArguments;
pub use format::{CheckFormat, DiffFormat, MigrateFormat, PlanForm};
pub use graph::{GraphArguments, GraphFormat};
pub use recipe::{ExplainArguments, ExplainFormat, RecipeCommand, TestArguments};
pub use undo::{UndoArguments, UndoFormat};

pub mod batch;

mod check;

pub mod choice;

mod format;

pub mod graph;

mod recipe;

pub mod settings;

mod undo;

pub mod verify;

/// Migrates Python to correct asyncio by declarative recipes: scripts, percent notebooks and .ipynb.
#[derive(Debug, Parser)]
#[command(name = "awaitify", version, max_term_width = 100)]
pub struct Arguments {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// The output.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// The command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows what would change and why; writes nothing
    Diff(DiffArguments),
    /// Writes the changes of the chosen level
    Migrate(MigrateArguments),
    /// Puts back what a migration wrote
    Undo(UndoArguments),
    /// Shows each change in the terminal, and stores your decision
    Review(ReviewArguments),
    /// Merges files of decisions
    #[command(subcommand)]
    Decisions(DecisionsCommand),
    /// Lists the changes of the level and the findings, for CI; ends with 1 when there are any
    Check(CheckArguments),
    /// Migrates many repositories, each on a separate branch
    #[command(subcommand)]
    Batch(BatchCommand),
    /// Shows the settings that apply to a path, and where each is set
    Config(ConfigArguments),
    /// Explains why a line is changed, or why not, or what a recipe does
    Explain(ExplainArguments),
    /// Shows which callers would become async if a function did
    Graph(GraphArguments),
    /// Lists, shows, tests and creates recipes
    #[command(subcommand)]
    Recipe(RecipeCommand),
    /// Prints the JSON Schema of what awaitify writes or reads
    Schema {
        /// The format that the schema describes
        #[arg(value_enum, value_name = "FORM")]
        form: SchemaForm,
    },
    /// Prints a completion script for a shell
    Completions {
        /// The shell that reads it
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Only reads and parses the files, to measure the least time a run can take
    // For the benchmark, which compares a run with it.
    #[command(hide = true)]
    Floor(RunArguments),
    /// Prints the manual page
    // For those who package the program.
    #[command(hide = true)]
    Man {
        /// Where to write the pages of all commands instead
        #[arg(value_name = "DIRECTORY")]
        directory: Option<PathBuf>,
    },
}

/// The output of a run.
#[derive(Debug, Clone, Args)]
pub struct OutputArguments {
    /// When to color the output; NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE are respected
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto, global = true, help_heading = "Output")]
    pub color: When,
    /// Show less: diff and check omit the summary, migrate everything but errors
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Output"
    )]
    pub quiet: bool,
    /// Show more: skipped files, in migrate each finding, in explain each rule
    #[arg(short, long, global = true, help_heading = "Output")]
    pub verbose: bool,
    /// Number of threads; default: one per processor
    #[arg(
        short = 'j',
        long,
        value_name = "N",
        global = true,
        help_heading = "Output"
    )]
    pub threads: Option<usize>,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaForm {
    /// A line of `--format json` of diff, check and migrate
    Json,
    /// A file of decisions
    Decisions,
    /// A recipe; `awaitify recipe schema` also prints those of tables and packs
    Recipe,
    /// awaitify.toml, and `[tool.awaitify]` in pyproject.toml
    Configuration,
}

/// Always, never, or in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// In a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which files, with which recipes, and how carefully.
#[derive(Debug, Clone, Args)]
pub struct RunArguments {
    /// Files and directories, FILE:LINE for its changes alone, or `-` for standard input
    #[arg(value_name = "PATHS", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The path of the text on standard input; the settings of its project apply
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// Options that override a configuration.
    #[command(flatten)]
    pub settings: SettingArguments,
    /// Also read files that .gitignore and the like exclude
    #[arg(long, help_heading = "Selection")]
    pub no_ignore: bool,
    /// Apply exclusions also to paths that are named on the command line
    #[arg(long, help_heading = "Selection")]
    pub force_exclude: bool,
}

/// `awaitify diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  done
  1  with --exit-code: there are changes of the level
  2  wrong usage, an unreadable file that was named, or a change that was withdrawn")]
pub struct DiffArguments {
    /// Which files.
    #[command(flatten)]
    pub run: RunArguments,
    /// Which changes.
    #[command(flatten)]
    pub choice: ChoiceArguments,
    /// Which comments awaitify writes and removes.
    #[command(flatten)]
    pub comments: CommentArguments,
    /// End with 1 when there are changes of the level
    #[arg(long)]
    pub exit_code: bool,
    /// The format of the output; text shows both levels, marked
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DiffFormat::Text, help_heading = "Output")]
    pub format: DiffFormat,
}

/// `awaitify migrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  done, also when there was nothing to do
  1  with --exit-code: findings remain
  2  wrong usage, an unreadable file that was named, a file that could not be written, or a change
     that was withdrawn, or accepted and not made")]
#[command(group = ArgGroup::new("commits").args(["commit", "branch"]).multiple(true))]
pub struct MigrateArguments {
    /// Which files.
    #[command(flatten)]
    pub run: RunArguments,
    /// Which changes.
    #[command(flatten)]
    pub choice: ChoiceArguments,
    /// Which comments awaitify writes and removes.
    #[command(flatten)]
    pub comments: CommentArguments,
    /// End with 1 when findings remain
    #[arg(long)]
    pub exit_code: bool,
    /// Show the changes without writing them, as diff does
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Make one git commit for each recipe
    #[arg(long, conflicts_with_all = ["dry_run", "allow_dirty"], help_heading = "Git")]
    pub commit: bool,
    /// Create this branch, switch to it, and commit there
    #[arg(long, value_name = "NAME", conflicts_with_all = ["dry_run", "allow_dirty"], help_heading = "Git")]
    pub branch: Option<String>,
    /// The message of a commit, with {recipe}, {title}, {why} and {sites} [default: title, why, sites]
    #[arg(
        long,
        value_name = "TEMPLATE",
        requires = "commits",
        help_heading = "Git"
    )]
    pub message: Option<String>,
    /// Commands that must pass.
    #[command(flatten)]
    pub verify: VerifyArguments,
    /// Also change files whose old text is neither in git nor kept for undo
    #[arg(long)]
    pub allow_dirty: bool,
    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = MigrateFormat::Text, help_heading = "Output")]
    pub format: MigrateFormat,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }
}
