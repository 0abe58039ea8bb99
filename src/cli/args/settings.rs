//! Words of the command line that say what a configuration can say too.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::recipe::safety::Safety;
use crate::source::version;

/// Recipes beside the shipped ones.
#[derive(Debug, Clone, Default, Args)]
pub struct OwnRecipes {
    /// Also use the recipes (*.yaml) in this folder; repeatable
    #[arg(long = "recipes", value_name = "DIR", help_heading = "Selection")]
    pub folders: Vec<PathBuf>,
}

/// Options that a configuration also has, and which configuration applies.
#[derive(Debug, Clone, Default, Args)]
pub struct SettingArguments {
    /// The user's recipes.
    #[command(flatten)]
    pub own: OwnRecipes,
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
    /// Which changes: review includes safe; default: the configuration's level, or safe
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub safety: Option<Level>,
    /// Also show findings that matter little in most programs
    #[arg(long)]
    pub minor: bool,
    /// The lowest Python the code must run on, as 3.11 or py311; default: the project's, or 3.10
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
    /// Wrong in some programs
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

/// `awaitify config`.
#[derive(Debug, Args)]
pub struct ConfigArguments {
    /// A file or directory
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Options that override a configuration.
    #[command(flatten)]
    pub settings: SettingArguments,
    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ConfigFormat::Text, help_heading = "Output")]
    pub format: ConfigFormat,
}

/// How settings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigFormat {
    /// TOML, each line with its source
    Text,
    /// A JSON object
    Json,
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
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u8, u8)>) {
        assert_eq!(target_version(text).ok(), expected, "{text}");
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
