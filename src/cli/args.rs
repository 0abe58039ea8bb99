//! Words of the command line → what is asked for. The doc comments here are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::recipe::safety::Safety;
use crate::source::version;

pub use check::{CheckArguments, CheckFormat};

mod check;

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
    /// Lists the changes of the level and the findings, for CI; ends with 1 when there are any
    Check(CheckArguments),
    /// Lists, explains and tests recipes
    #[command(subcommand)]
    Recipe(RecipeCommand),
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
    /// When to color the output; NO_COLOR is respected
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
    /// Say more: what was skipped
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
    /// Files and directories, or `-` for standard input
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

/// What a configuration can say too, and which configuration holds.
#[derive(Debug, Clone, Args)]
pub struct SettingArguments {
    /// Use only these recipes (ids, areas, packs or globs, comma-separated)
    #[arg(
        long,
        value_name = "RECIPES",
        value_delimiter = ',',
        help_heading = "Selection"
    )]
    pub select: Vec<String>,
    /// Leave out these recipes (ids, areas, packs or globs, comma-separated)
    #[arg(
        long,
        value_name = "RECIPES",
        value_delimiter = ',',
        help_heading = "Selection"
    )]
    pub ignore: Vec<String>,
    /// Leave out files and directories that match (globs, comma-separated)
    #[arg(
        long,
        value_name = "GLOBS",
        value_delimiter = ',',
        help_heading = "Selection"
    )]
    pub exclude: Vec<String>,
    /// Use this configuration for all files, instead of the nearest of each
    #[arg(long, value_name = "FILE", help_heading = "Selection")]
    pub config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long, conflicts_with = "config", help_heading = "Selection")]
    pub isolated: bool,
    /// Which changes are meant: review contains safe; default: what the configuration says, or safe
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub safety: Option<Level>,
    /// The lowest Python the code must run on, as 3.11 or py311; default: what the project says, or 3.10
    #[arg(long, value_name = "VERSION", value_parser = target_version)]
    pub target_version: Option<(u8, u8)>,
    /// Set a parameter of a recipe, as recipe.name=value; repeatable
    #[arg(long = "param", value_name = "PARAMETER", value_parser = parameter)]
    pub parameters: Vec<Parameter>,
}

/// A level that changes can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// The program does the same afterwards
    Safe,
    /// Also what a person should look at first
    Review,
}

impl From<Level> for Safety {
    fn from(level: Level) -> Self {
        match level {
            Level::Safe => Self::Safe,
            Level::Review => Self::Review,
        }
    }
}

/// `awaitify diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  done, whatever was shown
  1  with --exit-code: there are changes of the level
  2  wrong usage, unreadable input, or a change that was withdrawn")]
pub struct DiffArguments {
    /// What is looked at.
    #[command(flatten)]
    pub run: RunArguments,
    /// End with 1 when there are changes of the level
    #[arg(long)]
    pub exit_code: bool,
    /// For a person (both levels, marked), for git apply, or for a program
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DiffFormat::Text, help_heading = "Output")]
    pub format: DiffFormat,
}

/// How a diff is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Hunks with their reasons, findings, a summary
    Text,
    /// A patch of the chosen level that git apply takes
    Patch,
    /// One JSON object per line
    Json,
}

/// `awaitify migrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  done, also when there was nothing to do
  1  with --exit-code: findings are left
  2  wrong usage, unreadable input, a file that could not be written, or a change that was withdrawn")]
pub struct MigrateArguments {
    /// What is looked at.
    #[command(flatten)]
    pub run: RunArguments,
    /// End with 1 when findings are left
    #[arg(long)]
    pub exit_code: bool,
    /// Only show what would be written, as diff does
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Change files also where git could not bring the old text back
    #[arg(long)]
    pub allow_dirty: bool,
    /// For a person, or for a program
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = MigrateFormat::Text, help_heading = "Output")]
    pub format: MigrateFormat,
}

/// How a migration is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrateFormat {
    /// What was done and what is left
    Text,
    /// One JSON object per line
    Json,
}

/// `awaitify recipe`.
#[derive(Debug, Subcommand)]
pub enum RecipeCommand {
    /// Lists the recipes
    List,
    /// Shows a recipe's manual page
    Show {
        /// Recipes (ids, areas, packs or globs)
        #[arg(value_name = "RECIPES", required = true)]
        recipes: Vec<String>,
    },
    /// Prints the JSON Schema of recipes: the reference of every word, for editors too
    Schema {
        /// Of tables instead
        #[arg(long)]
        table: bool,
    },
    /// Runs the examples in recipes; ends with 1 when one fails
    Test {
        /// Recipe files, or ids, areas, packs or globs of shipped recipes; default: all of these
        #[arg(value_name = "RECIPES")]
        recipes: Vec<String>,
    },
}

/// One `--param`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The recipe's id.
    pub recipe: String,
    /// The parameter's name.
    pub name: String,
    /// As typed.
    pub value: String,
}

fn parameter(text: &str) -> Result<Parameter, String> {
    let parts = text.split_once('=').and_then(|(key, value)| {
        let (recipe, name) = key.split_once('.')?;
        (!recipe.is_empty() && !name.is_empty()).then_some((recipe, name, value))
    });
    let (recipe, name, value) = parts.ok_or("expected recipe.name=value")?;
    Ok(Parameter {
        recipe: recipe.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

/// Takes `3.11` and, as ruff does, `py311`.
fn target_version(text: &str) -> Result<(u8, u8), String> {
    version::of_target(text)
        .ok_or_else(|| "expected a version of Python 3, as 3.11 or py311".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u8, u8)>) {
        assert_eq!(target_version(text).ok(), expected, "{text}");
    }

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_version_has_two_spellings() {
        check("3.11", Some((3, 11)));
        check("py39", Some((3, 9)));
        check("py311", Some((3, 11)));
        check("py", None);
        check("2.7", None);
        check("311", None);
    }

    #[test]
    fn a_parameter_names_its_recipe() {
        let parsed = parameter("queue.limit=a=b").expect("it has all parts");
        assert_eq!(
            (
                parsed.recipe.as_str(),
                parsed.name.as_str(),
                parsed.value.as_str()
            ),
            ("queue", "limit", "a=b")
        );
        assert!(parameter("limit=1").is_err());
        assert!(parameter("queue.limit").is_err());
    }
}
