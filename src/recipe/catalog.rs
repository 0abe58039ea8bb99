//! The shipped recipes and the user's → recipes by id, selected and in the order they are planned.
//!
//! Shipped recipes are part of the binary: the build script embeds what is under `codemods/`. Packs say
//! which recipes are on together and which goes first.

use std::path::{Path, PathBuf};

use super::Recipe;
use super::compile::compile;
use super::error::nearest;
use super::kind::Kinds;
use super::order::strata;
use super::pack::Pack;
use super::selector::{Selector, is_glob};
use super::table::Library;

mod error;

mod packs;

mod settings;

mod shipped;

pub use error::CatalogError;

/// All recipes that can be selected, and the tables they name.
#[derive(Debug)]
pub struct Catalog {
    /// In order of precedence.
    recipes: Vec<Recipe>,
    library: Library,
    packs: Vec<Pack>,
}

impl Catalog {
    /// Compiles the shipped recipes.
    ///
    /// # Errors
    ///
    /// None in a released binary: a test compiles the same texts.
    pub fn shipped() -> Result<Self, CatalogError> {
        let mistakes = |errors| CatalogError::Recipes { errors };
        let mut catalog = Self {
            recipes: Vec::new(),
            library: shipped::library().map_err(mistakes)?,
            packs: shipped::packs().map_err(mistakes)?,
        };
        let texts = shipped::RECIPES.iter();
        catalog.add(texts.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))?;
        Ok(catalog)
    }

    /// Adds the recipes of a folder (`*.yaml`, in its folders too), in order of path.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, or the first file that cannot be read; also a folder without
    /// recipes, which is hardly the one that was meant.
    pub fn load_dir(&mut self, folder: &Path) -> Result<(), CatalogError> {
        let mut texts = Vec::new();
        for path in yaml_files(folder)? {
            let text =
                std::fs::read_to_string(&path).map_err(|source| read_error(&path, source))?;
            texts.push((path.display().to_string(), text));
        }
        if texts.is_empty() {
            let folder = folder.to_path_buf();
            return Err(CatalogError::Empty { folder });
        }
        self.add(texts.into_iter())
    }

    /// Returns all recipes, in order of precedence.
    pub fn recipes(&self) -> &[Recipe] {
        &self.recipes
    }

    /// Returns the kinds that recipes name.
    pub fn kinds(&self) -> &Kinds {
        &self.library.kinds
    }

    /// Returns the tables that recipes name.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Returns the recipe of that id.
    pub fn find(&self, id: &str) -> Option<&Recipe> {
        self.recipes.iter().find(|recipe| recipe.id == id)
    }

    /// Returns the recipes that a selector of `select` names (an id, an area, a pack or a glob over ids;
    /// none: those of the default pack) and none of `ignore` does, in order of precedence.
    ///
    /// # Errors
    ///
    /// A selector that names nothing.
    pub fn select(
        &self,
        select: &[String],
        ignore: &[String],
    ) -> Result<Vec<&Recipe>, CatalogError> {
        let wanted = self.selectors(select)?;
        let unwanted = self.selectors(ignore)?;
        let recipes = self.recipes.iter().filter(|recipe| {
            let is_wanted = match wanted.is_empty() {
                true => self.is_default(recipe),
                false => wanted.iter().any(|selector| selector.names(recipe)),
            };
            is_wanted && !unwanted.iter().any(|selector| selector.names(recipe))
        });
        Ok(recipes.collect())
    }

    fn selectors(&self, typed: &[String]) -> Result<Vec<Selector>, CatalogError> {
        let mut selectors = Vec::new();
        for text in typed {
            let selector = Selector::new(text);
            let packs = self.packs.iter().map(|pack| pack.id.as_str());
            let is_pack = packs.clone().any(|pack| pack == text);
            if !is_pack && !self.recipes.iter().any(|recipe| selector.names(recipe)) {
                let ids = self.recipes.iter().map(|recipe| recipe.id.as_str());
                let areas = self.recipes.iter().map(|recipe| recipe.area.as_str());
                let names = ids.chain(areas).chain(packs);
                return Err(CatalogError::UnknownSelector {
                    selector: text.clone(),
                    nearest: nearest(text, names).map(str::to_owned),
                });
            }
            selectors.push(selector);
        }
        Ok(selectors)
    }

    fn add(&mut self, texts: impl Iterator<Item = (String, String)>) -> Result<(), CatalogError> {
        let mut errors = Vec::new();
        for (path, text) in texts {
            match compile(&path, &text, &self.library) {
                Ok(recipe) => self.insert(recipe)?,
                Err(found) => errors.extend(found),
            }
        }
        if !errors.is_empty() {
            return Err(CatalogError::Recipes { errors });
        }
        self.check_after()?;
        self.check_packs()?;
        self.arrange();
        strata(&self.recipes.iter().collect::<Vec<_>>())?;
        Ok(())
    }

    fn insert(&mut self, recipe: Recipe) -> Result<(), CatalogError> {
        if let Some(earlier) = self.find(&recipe.id) {
            return Err(CatalogError::Duplicate {
                path: recipe.path,
                earlier: earlier.path.clone(),
                id: recipe.id,
            });
        }
        self.recipes.push(recipe);
        Ok(())
    }

    fn check_after(&self) -> Result<(), CatalogError> {
        for recipe in &self.recipes {
            for id in recipe.after.iter().chain(&recipe.before) {
                // A glob may name recipes that are not there.
                if self.find(id).is_none() && !is_glob(id) {
                    let ids = self.recipes.iter().map(|recipe| recipe.id.as_str());
                    return Err(CatalogError::UnknownAfter {
                        path: recipe.path.clone(),
                        id: id.clone(),
                        nearest: nearest(id, ids).map(str::to_owned),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Lists the YAML files of a folder and its folders, in order of path.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, CatalogError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|source| read_error(&folder, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| read_error(&folder, source))?;
            let kind = entry
                .file_type()
                .map_err(|source| read_error(&folder, source))?;
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn read_error(path: &Path, source: std::io::Error) -> CatalogError {
    CatalogError::Read {
        path: path.to_path_buf(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Catalog {
        match Catalog::shipped() {
            Ok(catalog) => catalog,
            Err(error) => panic!("{error}"),
        }
    }

    #[track_caller]
    fn check_select(select: &[&str], ignore: &[&str], expected: &str) {
        let owned = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let catalog = shipped();
        let rendered = match catalog.select(&owned(select), &owned(ignore)) {
            Ok(recipes) => recipes
                .iter()
                .map(|recipe| recipe.id.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(rendered, expected);
    }

    #[test]
    fn shipped_recipes_compile_and_stand_in_their_areas() {
        for recipe in shipped().recipes() {
            assert_eq!(
                recipe.path,
                format!("codemods/{}/{}.yaml", recipe.area, recipe.id)
            );
        }
    }

    #[test]
    fn shipped_recipes_have_as_many_unchanged_examples_as_rewriting_ones() {
        for recipe in shipped().recipes() {
            let n_rewriting = recipe
                .examples
                .iter()
                .filter(|example| example.after.is_some())
                .count();
            let edits = recipe.rules.iter().any(|rule| rule.report.is_none());
            assert_eq!(n_rewriting > 0, edits, "{}", recipe.id);
            assert!(
                recipe.examples.len() >= 2 * n_rewriting,
                "{}: {n_rewriting} rewriting",
                recipe.id
            );
        }
    }

    #[test]
    fn shipped_recipes_have_titles_without_period_and_a_source() {
        for recipe in shipped().recipes() {
            assert!(
                !recipe.title.ends_with('.') && !recipe.title.contains('\n'),
                "{}",
                recipe.id
            );
            assert!(
                recipe.why.contains("https://docs.python.org/"),
                "{}",
                recipe.id
            );
        }
    }

    #[test]
    fn recipes_are_selected_in_order_of_precedence() {
        check_select(
            &["blocking-sleep", "loop-ownership"],
            &["g*", "l*", "nest-*", "script-*"],
            "run-until-complete asyncio-run-in-cell run-forever-in-cell blocking-sleep manual-aenter",
        );
        check_select(
            &[],
            &["loop-ownership", "tasks"],
            "blocking-sleep executor-to-thread loop-create-task asyncio-coroutine loop-argument timeout-error-alias timeout-async-with",
        );
        check_select(&["*-sleep"], &[], "blocking-sleep");
        check_select(
            &["asyncio"],
            &["loop-ownership", "tasks", "older-asyncio"],
            "blocking-sleep executor-to-thread",
        );
    }

    #[test]
    fn unknown_selectors_name_the_nearest() {
        check_select(
            &["blocking-slep"],
            &[],
            "no recipe, area, pack or glob `blocking-slep` (did you mean `blocking-sleep`?)",
        );
        check_select(
            &[],
            &["task"],
            "no recipe, area, pack or glob `task` (did you mean `tasks`?)",
        );
        check_select(&["x*"], &[], "no recipe, area, pack or glob `x*`");
        check_select(&["[a"], &[], "no recipe, area, pack or glob `[a`");
    }

    #[test]
    fn the_users_recipes_join_the_shipped_ones() {
        let text = "id: mine\ntitle: t\narea: own\nseverity: low\nwhy: w\nafter: blocking-*\nrules: [{match: f(), report: r}]\nexamples: [{name: n, unchanged: x}]\n";
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("mine.yaml"), text).expect("a file");
        let mut catalog = shipped();
        catalog.load_dir(folder.path()).expect("it is right");
        assert_eq!(
            catalog.recipes().last().map(|recipe| recipe.id.as_str()),
            Some("mine")
        );
        let error = catalog
            .load_dir(folder.path())
            .expect_err("it is there already");
        assert!(
            error
                .to_string()
                .contains("a recipe with the id `mine` is there already")
        );
        std::fs::write(
            folder.path().join("late.yaml"),
            text.replace("mine", "late")
                .replace("blocking-*", "blocking-slep"),
        )
        .expect("a file");
        std::fs::remove_file(folder.path().join("mine.yaml")).expect("it was written");
        let error = catalog.load_dir(folder.path()).expect_err("no such recipe");
        assert!(
            error
                .to_string()
                .ends_with("after: no recipe `blocking-slep` (did you mean `blocking-sleep`?)")
        );
    }
}
