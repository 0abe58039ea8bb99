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
pub use recipe::{ExplainArguments, ExplainFormat, RecipeCommand, TestArguments};
pub use undo::{UndoArguments, UndoFormat};

pub mod batch;

mod check;

pub mod choice;

mod format;

mod recipe;

pub mod settings;

mod undo;

pub mod verify;

/// Migrates Python to correct asyncio by declarative recipes: scripts, percent notebooks and .ipynb.
#[derive(Debug, Parser)]
#[command(name = "awaitify", version, max_term_width = 100)]
pub struct Arguments {
    /// What is done.
    #[command(subcommand)]
    pub command: Command,
    /// How it is told.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// What is done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows what would change and why; writes nothing
    Diff(DiffArguments),
    /// Writes the changes of the chosen level
    Migrate(MigrateArguments),
    /// Puts back what a migration wrote
    Undo(UndoArguments),
    /// Shows each change in the terminal, and stores what you decide of it
    Review(ReviewArguments),
    /// Puts files of decisions together
    #[command(subcommand)]
    Decisions(DecisionsCommand),
    /// Lists the changes of the level and the findings, for CI; ends with 1 when there are any
    Check(CheckArguments),
    /// Migrates many repositories, each on a branch of its own
    #[command(subcommand)]
    Batch(BatchCommand),
    /// Shows the settings that hold for a path, and who set each
    Config(ConfigArguments),
    /// Says why a line is changed, or why not
    Explain(ExplainArguments),
    /// Lists, shows and tests recipes, and begins new ones
    #[command(subcommand)]
    Recipe(RecipeCommand),
    /// Prints the JSON Schema of what awaitify writes or reads
    Schema {
        /// Of what
        #[arg(value_enum, value_name = "FORM")]
        form: SchemaForm,
    },
    /// Prints a completion script for a shell
    Completions {
        /// The shell that reads it
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Does only what every run must: reads, looks for the recipes' words, parses what has them
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

/// How a run is told.
#[derive(Debug, Clone, Args)]
pub struct OutputArguments {
    /// When to color the output; NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE are respected
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto, global = true, help_heading = "Output")]
    pub color: When,
    /// Say less: diff and check leave out the summary, migrate everything but errors
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Output"
    )]
    pub quiet: bool,
    /// Say more: what was skipped, in migrate each finding, in explain each rule
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
    /// A recipe; `awaitify recipe schema` has those of tables and packs too
    Recipe,
    /// awaitify.toml, and `[tool.awaitify]` in pyproject.toml
    Configuration,
}

/// Always, never, or where a terminal reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// Where a terminal reads it
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What is looked at, for what, and how carefully.
#[derive(Debug, Clone, Args)]
pub struct RunArguments {
    /// Files and directories, FILE:LINE for its changes alone, or `-` for standard input
    #[arg(value_name = "PATHS", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The file that standard input is the text of; what its project says holds
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// What goes before a configuration.
    #[command(flatten)]
    pub settings: SettingArguments,
    /// Look also at what .gitignore and the like leave out
    #[arg(long, help_heading = "Selection")]
    pub no_ignore: bool,
    /// Leave out also paths that are named: what is excluded, generated or vendored
    #[arg(long, help_heading = "Selection")]
    pub force_exclude: bool,
}

/// `awaitify diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  done, whatever was shown
  1  with --exit-code: there are changes of the level
  2  wrong usage, an unreadable file that was named, or a change that was withdrawn")]
pub struct DiffArguments {
    /// What is looked at.
    #[command(flatten)]
    pub run: RunArguments,
    /// Which of its changes are meant.
    #[command(flatten)]
    pub choice: ChoiceArguments,
    /// Which comments are written and removed.
    #[command(flatten)]
    pub comments: CommentArguments,
    /// End with 1 when there are changes of the level
    #[arg(long)]
    pub exit_code: bool,
    /// For a person (both levels, marked), for git apply, for a program or for a forge
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DiffFormat::Text, help_heading = "Output")]
    pub format: DiffFormat,
}

/// `awaitify migrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  done, also when there was nothing to do
  1  with --exit-code: findings are left
  2  wrong usage, an unreadable file that was named, a file that could not be written, or a change
     that was withdrawn, or accepted and not made")]
#[command(group = ArgGroup::new("commits").args(["commit", "branch"]).multiple(true))]
pub struct MigrateArguments {
    /// What is looked at.
    #[command(flatten)]
    pub run: RunArguments,
    /// Which of its changes are meant.
    #[command(flatten)]
    pub choice: ChoiceArguments,
    /// Which comments are written and removed.
    #[command(flatten)]
    pub comments: CommentArguments,
    /// End with 1 when findings are left
    #[arg(long)]
    pub exit_code: bool,
    /// Only show what would be written, as diff does
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Make one git commit for each recipe
    #[arg(long, conflicts_with_all = ["dry_run", "allow_dirty"], help_heading = "Git")]
    pub commit: bool,
    /// Make and switch to this branch first, and commit there
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
    /// What has to pass.
    #[command(flatten)]
    pub verify: VerifyArguments,
    /// Change files also where git has not their old text, or where it cannot be kept for undo
    #[arg(long)]
    pub allow_dirty: bool,
    /// For a person, for a program, or for a pull request
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
