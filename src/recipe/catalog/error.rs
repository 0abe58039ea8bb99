//! Why a set of recipes cannot be used: their own mistakes, and what is wrong between them.

use std::path::PathBuf;

use crate::recipe::error::{Mistake, lines};
use crate::text::shown;

/// Why recipes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Recipe files with mistakes.
    #[error("{}", lines(errors))]
    Recipes {
        /// All of them, of all files.
        errors: Vec<Mistake>,
    },
    /// A folder or file that cannot be read.
    #[error("{}: cannot be read", shown::path(path))]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// What should be a folder is none.
    #[error("{}: {}", shown::path(folder), no_folder(*is_file))]
    NoFolder {
        /// As named.
        folder: PathBuf,
        /// Whether a file is there instead.
        is_file: bool,
    },
    /// A folder that holds no recipe.
    #[error("{}: no recipe (*.yaml) is in this folder", shown::path(folder))]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
    /// A selector that selects nothing.
    #[error("no recipe, area, pack or glob `{selector}`{}", shown_by_list(nearest))]
    UnknownSelector {
        /// As typed.
        selector: String,
        /// The most similar id, area or pack.
        nearest: Option<String>,
    },
    /// A value for a recipe that is not there.
    #[error(
        "{origin}: no recipe `{recipe}`{}; list them with `awaitify recipe list`",
        did_you_mean(nearest)
    )]
    SettingOfNoRecipe {
        /// Where it was set.
        origin: String,
        /// As typed.
        recipe: String,
        /// The most similar id.
        nearest: Option<String>,
    },
    /// A value for a parameter that the recipe does not have.
    #[error(
        "{origin}: the recipe `{recipe}` has no parameter{}",
        other_parameters(name, names)
    )]
    NoParameter {
        /// Where it was set.
        origin: String,
        /// The recipe's id.
        recipe: String,
        /// As typed.
        name: String,
        /// Those it has.
        names: Vec<String>,
    },
    /// A value of another type.
    #[error("{origin}: `{given}` for `{name}` of the recipe `{recipe}` (expected {expected})")]
    SettingType {
        /// Where it was set.
        origin: String,
        /// The recipe's id.
        recipe: String,
        /// The parameter.
        name: String,
        /// As typed.
        given: String,
        /// The type, for people.
        expected: &'static str,
    },
}

fn no_folder(is_file: bool) -> &'static str {
    match is_file {
        true => "this is a file (expected the folder that it lies in)",
        false => "there is no such folder",
    }
}

fn other_parameters(name: &str, names: &[String]) -> String {
    match names {
        [] => "s".to_owned(),
        names => format!(" `{name}` (expected {})", names.join(", ")),
    }
}

fn shown_by_list(nearest: &Option<String>) -> String {
    match nearest {
        Some(_) => did_you_mean(nearest),
        None => {
            " (expected one that `awaitify recipe list` shows; your own need --recipes DIR)".into()
        }
    }
}

fn did_you_mean(nearest: &Option<String>) -> String {
    let hint = nearest
        .as_ref()
        .map(|word| format!(" (did you mean `{word}`?)"));
    hint.unwrap_or_default()
}
