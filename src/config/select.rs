//! Settings and a catalog → what is selected for a file, and names that the catalog does not have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ruff_text_size::TextSize;

use super::document::{Origin, Sourced};
use super::options::{Options, Parameter, PerPath, Restraint};
use crate::project::nature::RunAs;
use crate::recipe::Recipe;
use crate::recipe::catalog::{Catalog, CatalogError};
use crate::recipe::error::Complaint;
use crate::recipe::safety::Safety;

/// The best that a recipe's matches may be, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Careful {
    /// Review or manual.
    pub level: Safety,
    /// The end of a sentence: `as pyproject.toml:4 says: the tests measure time`.
    pub why: String,
}

/// The recipes of a file, and how far each is believed; equal where a file is planned alike.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selection<'c> {
    /// Ids.
    pub on: BTreeSet<&'c str>,
    /// By id.
    pub careful: BTreeMap<String, Careful>,
}

impl Options {
    /// Returns the entries of `per-path` that hold for a file, which is absolute.
    pub fn entries(&self, file: &Path) -> Vec<usize> {
        let entries = self.per_path.iter().enumerate();
        let hold = entries.filter(|(_, entry)| entry.paths.contain(file));
        hold.map(|(index, _)| index).collect()
    }

    /// Returns whether any file or folder is left out.
    pub fn excludes(&self) -> bool {
        self.exclude.is_some() || !self.extend_exclude.is_empty()
    }

    /// Returns whether a file or folder is left out, for its own sake.
    pub fn exclude(&self, path: &Path, is_folder: bool) -> bool {
        let mut globs = self.exclude.iter().chain(&self.extend_exclude);
        globs.any(|globs| globs.mean(path, is_folder))
    }

    /// Returns how a file is run, where that is said; to run as a whole is the more careful answer.
    pub fn run_as(&self, file: &Path) -> Option<RunAs> {
        let [script, notebook] = [&self.scripts, &self.notebooks].map(|globs| {
            let globs = globs.as_ref();
            globs.is_some_and(|globs| globs.contain(file))
        });
        match (script, notebook) {
            (true, _) => Some(RunAs::Script),
            (false, true) => Some(RunAs::Notebook),
            (false, false) => None,
        }
    }

    /// Returns what is selected where these entries of `per-path` hold.
    pub fn selection<'c>(&self, entries: &[usize], catalog: &'c Catalog) -> Selection<'c> {
        let standings = self.standings(entries, catalog).into_iter();
        let on = standings.filter(|(_, standing)| standing.is_on);
        let mut selection = Selection {
            on: on.map(|(id, _)| id).collect(),
            careful: BTreeMap::new(),
        };
        for entry in entries.iter().filter_map(|index| self.per_path.get(*index)) {
            selection.restrain(entry, catalog);
        }
        selection
    }
}

impl<'c> Selection<'c> {
    /// Returns the recipes, in order of precedence.
    pub fn recipes(&self, catalog: &'c Catalog) -> Vec<&'c Recipe> {
        let recipes = catalog.recipes().iter();
        recipes
            .filter(|recipe| self.on.contains(id(recipe)))
            .collect()
    }

    fn restrain(&mut self, entry: &PerPath, catalog: &Catalog) {
        for (name, restraint) in &entry.safety {
            let level = match restraint {
                Restraint::Review => Safety::Review,
                Restraint::Manual => Safety::Manual,
                Restraint::Off => continue,
            };
            let why = match &entry.reason {
                Some(reason) => format!("as {} says: {reason}", name.origin),
                None => format!("as {} says", name.origin),
            };
            let careful = Careful { level, why };
            let ids = ids(name, catalog).into_iter();
            self.careful
                .extend(ids.map(|id| (id.to_owned(), careful.clone())));
        }
    }
}

fn id(recipe: &Recipe) -> &str {
    &recipe.id
}

/// Returns the ids that an id, an area, a pack or a glob names; of an unknown name none.
pub(super) fn ids<'c>(name: &Sourced<String>, catalog: &'c Catalog) -> Vec<&'c str> {
    let recipes = catalog.select(std::slice::from_ref(&name.value), &[]);
    recipes.unwrap_or_default().into_iter().map(id).collect()
}

/// Returns what is wrong with the names in a file and with values of parameters: the key, and what
/// about it.
pub fn unknown_names(options: &Options, catalog: &Catalog) -> Vec<(String, Complaint)> {
    let recipes = recipe_names(options).into_iter();
    let recipes = recipes.filter_map(|(key, name)| unknown_recipe(key, name, catalog));
    let packs = options.packs.iter().flat_map(|packs| &packs.value);
    let packs = packs.filter_map(|pack| unknown_pack(pack, catalog));
    let parameters = options.parameters.iter();
    let parameters = parameters.filter_map(|parameter| wrong_parameter(parameter, catalog));
    recipes.chain(packs).chain(parameters).collect()
}

fn recipe_names(options: &Options) -> Vec<(&'static str, &Sourced<String>)> {
    let select = options.select.iter().flat_map(|list| &list.value);
    let mut named: Vec<(&str, &Sourced<String>)> = Vec::new();
    named.extend(select.map(|name| ("select", name)));
    named.extend(options.ignore.iter().map(|name| ("ignore", name)));
    let extend = options.extend_select.iter();
    named.extend(extend.map(|name| ("extend-select", name)));
    for entry in &options.per_path {
        let select = entry.select.iter().flat_map(|list| &list.value);
        named.extend(select.map(|name| ("per-path.select", name)));
        named.extend(entry.ignore.iter().map(|name| ("per-path.ignore", name)));
        let safety = entry.safety.iter();
        named.extend(safety.map(|(name, _)| ("per-path.safety", name)));
    }
    named
}

fn unknown_recipe(
    key: &str,
    name: &Sourced<String>,
    catalog: &Catalog,
) -> Option<(String, Complaint)> {
    let error = catalog.select(std::slice::from_ref(&name.value), &[]).err();
    let Some(CatalogError::UnknownSelector { selector, nearest }) = error else {
        return None;
    };
    let place = at(&name.origin)?;
    let complaint = Complaint::unknown(place, "recipe, area, pack or glob", &selector, &[]);
    Some((key.to_owned(), or_list(complaint, nearest)))
}

/// Names the nearest recipe, or what lists all.
fn or_list(complaint: Complaint, nearest: Option<String>) -> Complaint {
    match nearest {
        Some(_) => Complaint {
            nearest,
            ..complaint
        },
        None => complaint.expected("one that `awaitify recipe list` shows"),
    }
}

fn unknown_pack(pack: &Sourced<String>, catalog: &Catalog) -> Option<(String, Complaint)> {
    let known: Vec<&str> = catalog
        .packs()
        .iter()
        .map(|pack| pack.id.as_str())
        .collect();
    if known.contains(&pack.value.as_str()) {
        return None;
    }
    let complaint = Complaint::unknown(at(&pack.origin)?, "pack", &pack.value, &known);
    Some(("packs".to_owned(), complaint))
}

fn wrong_parameter(parameter: &Parameter, catalog: &Catalog) -> Option<(String, Complaint)> {
    let Parameter {
        recipe,
        name,
        given,
    } = parameter;
    let complaint = match catalog.check_setting(&parameter.setting()).err()? {
        CatalogError::NoParameter { names, .. } if names.is_empty() => {
            let complaint = Complaint::unknown(at(&name.origin)?, "parameter", &name.value, &[]);
            complaint.expected("none: the recipe has no parameters")
        }
        CatalogError::NoParameter { names, .. } => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Complaint::unknown(at(&name.origin)?, "parameter", &name.value, &names)
        }
        CatalogError::SettingType {
            given: typed,
            expected,
            ..
        } => {
            let complaint = Complaint::unknown(at(&given.origin)?, "value", &typed, &[]);
            complaint.expected(expected)
        }
        CatalogError::SettingOfNoRecipe { nearest, .. } => {
            let complaint = Complaint::unknown(at(&recipe.origin)?, "recipe", &recipe.value, &[]);
            or_list(complaint, nearest)
        }
        _ => return None,
    };
    Some((
        format!("parameters.{}.{}", recipe.value, name.value),
        complaint,
    ))
}

/// Returns the place in the file; what a flag says is checked where flags are.
fn at(origin: &Origin) -> Option<TextSize> {
    match origin {
        Origin::File(place) => Some(place.at),
        Origin::Flag(_) => None,
    }
}
