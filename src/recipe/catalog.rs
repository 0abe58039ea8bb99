//! The shipped recipes and the user's → recipes by id, selected and in the order they are planned.
//!
//! Shipped recipes are part of a released binary. Packs say which recipes are on together and which goes first.

#[cfg(test)]
use std::sync::LazyLock;
use std::sync::{Arc, OnceLock};

use super::Recipe;
use super::compile::stem;
use super::error::nearest;
use super::pack::Pack;
use super::selector::Selector;
use super::table::Library;

mod error;

mod folder;

mod listing;

mod names;

mod packs;

mod settings;

mod shipped;

pub use error::CatalogError;
pub use folder::Sort;
pub use listing::{is_yaml, yaml_files};
pub use names::circle;

/// All recipes that can be selected, and the tables they name.
#[derive(Debug)]
pub struct Catalog {
    /// In order of precedence.
    recipes: Vec<Recipe>,
    /// Tables with rows of one's own; `None`: those that are shipped.
    library: Option<Library>,
    packs: Vec<Pack>,
}

impl Catalog {
    /// Returns the shipped recipes, each to be compiled when it is asked for.
    ///
    /// # Errors
    ///
    /// None in a released binary: a test compiles the same texts.
    pub fn shipped() -> Result<Self, CatalogError> {
        let mistakes = |errors| CatalogError::Recipes { errors };
        let mut catalog = Self {
            recipes: Vec::new(),
            library: None,
            packs: shipped::packs().map_err(mistakes)?,
        };
        let (mut errors, mut broken) = (Vec::new(), Vec::new());
        for recipe in shipped::recipes() {
            match recipe {
                Ok(recipe) => catalog.recipes.push(recipe),
                Err((path, found)) => {
                    errors.extend(found);
                    broken.push(stem(path));
                }
            }
        }
        catalog.settle(&broken, errors)?;
        Ok(catalog)
    }

    /// Returns the shipped recipes, compiled once for all that adds nothing to them.
    ///
    /// # Errors
    ///
    /// Those of [`Catalog::shipped`].
    pub fn shared() -> Result<Arc<Self>, CatalogError> {
        static SHARED: OnceLock<Arc<Catalog>> = OnceLock::new();
        if let Some(known) = SHARED.get() {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(Self::shipped()?);
        Ok(Arc::clone(SHARED.get_or_init(|| made)))
    }

    /// Returns the shipped recipes; they are compiled once for all tests, which takes longer than most tests.
    #[cfg(test)]
    pub(crate) fn shipped_once() -> &'static Self {
        static SHIPPED: LazyLock<Catalog> =
            LazyLock::new(|| Catalog::shipped().unwrap_or_else(|error| panic!("{error}")));
        &SHIPPED
    }

    /// Returns all recipes, in order of precedence.
    pub fn recipes(&self) -> &[Recipe] {
        &self.recipes
    }

    /// Returns the tables that recipes name.
    pub fn library(&self) -> &Library {
        self.library.as_ref().unwrap_or(&shipped::LIBRARY)
    }

    fn own_library(&mut self) -> &mut Library {
        self.library.get_or_insert_with(shipped::library)
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::compile::compile;

    #[track_caller]
    fn check_select(select: &[&str], ignore: &[&str], expected: &str) {
        let owned = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let catalog = Catalog::shipped_once();
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
        for recipe in Catalog::shipped_once().recipes() {
            assert_eq!(
                recipe.path,
                format!("codemods/{}/{}.yaml", recipe.area, recipe.id)
            );
        }
    }

    #[test]
    fn shipped_recipes_have_as_many_unchanged_examples_as_rewriting_ones() {
        for recipe in Catalog::shipped_once().recipes() {
            let n_rewriting = recipe
                .examples()
                .iter()
                .filter(|example| example.after.is_some())
                .count();
            let edits = recipe
                .content
                .rules
                .iter()
                .any(|rule| rule.report.is_none());
            assert_eq!(n_rewriting > 0, edits, "{}", recipe.id);
            assert!(
                recipe.examples().len() >= 2 * n_rewriting,
                "{}: {n_rewriting} rewriting",
                recipe.id
            );
        }
    }

    #[test]
    fn shipped_examples_are_right_and_the_last_key() {
        let shipped = Catalog::shipped_once();
        for recipe in shipped.recipes() {
            let whole = compile(&recipe.path, &recipe.text, shipped.library());
            let whole = whole.unwrap_or_else(|errors| panic!("{}: {errors:?}", recipe.id));
            let [whole, later] = [&whole, recipe].map(|it| format!("{:?}", it.examples()));
            assert_eq!(whole, later, "{}", recipe.id);
            let behind = recipe
                .text
                .split_once("\nexamples:")
                .expect("it has examples")
                .1;
            let is_key = |line: &str| line.starts_with(|first: char| first.is_ascii_lowercase());
            assert!(!behind.lines().skip(1).any(is_key), "{}", recipe.id);
        }
    }

    #[test]
    fn shipped_recipes_have_titles_without_period_and_a_source() {
        for recipe in Catalog::shipped_once().recipes() {
            assert!(
                !recipe.content.title.ends_with('.') && !recipe.content.title.contains('\n'),
                "{}",
                recipe.id
            );
            assert!(
                recipe.content.why.contains("https://docs.python.org/"),
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
            "run-until-complete run-forever run-in-coroutine client-in-two-loops asyncio-run-in-cell signal-handler run-forever-in-cell blocking-sleep manual-aenter async-propagation async-twin",
        );
        check_select(
            &[],
            &["loop-ownership", "tasks"],
            "missing-await async-for async-generator-annotation blocking-sleep sync-client blocking-call blocking-http blocking-httpx blocking-file cpu-bound blocking-helper executor-to-thread blocking-lock await-of-sync-call sync-with-on-async-resource loop-create-task asyncio-coroutine loop-argument task-class-methods wait-needs-tasks event-loop-policy timeout-async-with changed-while-iterated async-test-never-runs",
        );
        check_select(&["*-sleep"], &[], "blocking-sleep");
        check_select(
            &["asyncio"],
            &["loop-ownership", "tasks", "older-asyncio"],
            "missing-await async-for async-generator-annotation blocking-sleep sync-client blocking-call blocking-http blocking-httpx blocking-file cpu-bound blocking-helper executor-to-thread blocking-lock await-of-sync-call sync-with-on-async-resource changed-while-iterated async-test-never-runs",
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
        check_select(
            &["x*"],
            &[],
            "no recipe, area, pack or glob `x*` (expected one that `awaitify recipe list` shows; your own need --recipes DIR)",
        );
        check_select(
            &["[a"],
            &[],
            "no recipe, area, pack or glob `[a` (expected one that `awaitify recipe list` shows; your own need --recipes DIR)",
        );
    }
}
