//! The words of the commands about recipes: `explain` and `recipe`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::settings::{OwnRecipes, SettingArguments};
use crate::cli::spot::{Explained, explained};

/// `awaitify explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// FILE:LINE, in a notebook FILE:CELL:LINE (cells counted from 1, lines within the cell), or a recipe, whose
    /// manual page it shows
    #[arg(value_name = "FILE:LINE", value_parser = explained)]
    pub explained: Explained,
    /// Explain these recipes only (ids, areas, packs or globs), and where their patterns nearly match
    #[arg(value_name = "RECIPES")]
    pub named: Vec<String>,
    /// Options that override a configuration.
    #[command(flatten)]
    pub settings: SettingArguments,
    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ExplainFormat::Text, help_heading = "Output")]
    pub format: ExplainFormat,
}

/// The formats of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// Rules with their conditions and answers
    Text,
    /// One JSON object per line
    Json,
}

/// `awaitify recipe`.
#[derive(Debug, Subcommand)]
pub enum RecipeCommand {
    /// Lists the recipes, and where each is turned on or off
    List {
        /// The user's recipes.
        #[command(flatten)]
        own: OwnRecipes,
    },
    /// Shows the manual page of a recipe
    Show {
        /// Recipes (ids, areas, packs or globs)
        #[arg(value_name = "RECIPES", required = true)]
        recipes: Vec<String>,
        /// The user's recipes.
        #[command(flatten)]
        own: OwnRecipes,
    },
    /// Explains the keys of the recipe language, each with an example
    Words {
        /// A key such as `inside`, or one of a section: `function.has`; none: lists them all
        #[arg(value_name = "WORD")]
        words: Vec<String>,
    },
    /// Prints the JSON Schema of recipes, for editors
    Schema {
        /// Print the schema of tables instead
        #[arg(long)]
        table: bool,
        /// Print the schema of packs instead
        #[arg(long, conflicts_with = "table")]
        pack: bool,
        /// Print the schema of files in a folder `common` instead
        #[arg(long, conflicts_with_all = ["table", "pack"])]
        common: bool,
    },
    /// Writes a new recipe with examples that pass
    New {
        /// Its id, which is also the file's name: lowercase letters, digits and `-`
        #[arg(value_name = "ID")]
        id: String,
        /// The folder it is written to
        #[arg(long = "dir", value_name = "DIR", default_value = "codemods")]
        folder: PathBuf,
    },
    /// Runs the examples in recipes; ends with 1 when one fails
    Test(TestArguments),
}

/// `awaitify recipe test`.
#[derive(Debug, Clone, Args)]
pub struct TestArguments {
    /// Recipe files, folders of them, or ids, areas, packs or globs; default: those in the folders of
    /// --recipes, else all
    #[arg(value_name = "RECIPES")]
    pub recipes: Vec<String>,
    /// Write the actual results of failing examples into the recipes: after, safety and findings
    #[arg(long)]
    pub update: bool,
    /// Run them again whenever a recipe file changes
    #[arg(long)]
    pub watch: bool,
    /// The user's recipes.
    #[command(flatten)]
    pub own: OwnRecipes,
}
