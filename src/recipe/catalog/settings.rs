//! What a command line or a configuration sets → recipes compiled with these values.

use std::collections::BTreeMap;

use super::{Catalog, CatalogError};
use crate::recipe::compile::compile_with;
use crate::recipe::error::nearest;
use crate::recipe::parameter::{Parameter, Setting, Value};

impl Catalog {
    /// Gives parameters their values; of two settings of one parameter the later wins.
    ///
    /// # Errors
    ///
    /// The first setting that names no parameter or has a value of another type.
    pub fn set(&mut self, settings: &[Setting]) -> Result<(), CatalogError> {
        let mut set: BTreeMap<usize, Vec<(String, Value)>> = BTreeMap::new();
        for setting in settings {
            let recipe = self.recipe_of(setting)?;
            let value = read(setting, &self.recipes[recipe].content.parameters)?;
            let values = set.entry(recipe).or_default();
            values.retain(|(name, _)| *name != setting.name);
            values.push((setting.name.clone(), value));
        }
        for (recipe, values) in set {
            let old = &self.recipes[recipe];
            let compiled = compile_with(&old.path, &old.text, self.library(), &values);
            self.recipes[recipe] = compiled.map_err(|errors| CatalogError::Recipes { errors })?;
        }
        Ok(())
    }

    /// Checks that a setting names a parameter and has a value of its type.
    ///
    /// # Errors
    ///
    /// It does not.
    pub fn check_setting(&self, setting: &Setting) -> Result<(), CatalogError> {
        let recipe = self.recipe_of(setting)?;
        read(setting, &self.recipes[recipe].content.parameters).map(|_| ())
    }

    /// Returns the place of the recipe that the setting means.
    fn recipe_of(&self, setting: &Setting) -> Result<usize, CatalogError> {
        let mut ids = self.recipes.iter().map(|recipe| recipe.id.as_str());
        let found = ids.clone().position(|id| id == setting.recipe);
        found.ok_or_else(|| CatalogError::SettingOfNoRecipe {
            origin: setting.origin.clone(),
            recipe: setting.recipe.clone(),
            nearest: nearest(&setting.recipe, &mut ids).map(str::to_owned),
        })
    }
}

fn read(setting: &Setting, parameters: &[Parameter]) -> Result<Value, CatalogError> {
    let origin = setting.origin.clone();
    let (recipe, name) = (setting.recipe.clone(), setting.name.clone());
    let found = parameters.iter().find(|known| known.name == name);
    let Some(parameter) = found else {
        let names = parameters.iter().map(|known| known.name.clone()).collect();
        return Err(CatalogError::NoParameter {
            origin,
            recipe,
            name,
            names,
        });
    };
    let value = parameter.kind.read(&setting.given);
    value.ok_or_else(|| CatalogError::SettingType {
        origin,
        recipe,
        name,
        given: setting.given.shown(),
        expected: parameter.kind.expected(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::catalog::folder::{Sort, Source};
    use crate::recipe::parameter::Given;

    const RECIPE: &str = r#"
id: mine
title: t
area: own
severity: low
why: w
parameters:
  limit: {type: int, default: 10, about: a}
  size: {type: float, default: 1, about: a}
rules:
  - match: f()
    report: "{limit} {size}"
examples: [{name: n, unchanged: x}]
"#;

    fn setting(recipe: &str, name: &str, given: Given) -> Setting {
        Setting {
            recipe: recipe.to_owned(),
            name: name.to_owned(),
            given,
            origin: "here".to_owned(),
        }
    }

    /// Compares the values of the recipe after the settings, or the error.
    #[track_caller]
    fn check(settings: &[Setting], expected: &str) {
        let mut catalog = Catalog::shipped().expect("the shipped recipes are right");
        let source = Source {
            sort: Sort::Recipe,
            path: "mine.yaml".to_owned(),
            text: RECIPE.to_owned(),
        };
        catalog.add(vec![source]).expect("the recipe is right");
        let rendered = match catalog.set(settings) {
            Ok(()) => {
                let recipe = catalog.find("mine").expect("it was added");
                let values = recipe.content.parameters.iter();
                let values: Vec<&str> = values.map(|it| it.value.shown.as_str()).collect();
                let report = format!("{:?}", recipe.content.rules[0].report);
                assert!(report.contains(&values.join(" ")), "{report}");
                values.join(" ")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(rendered, expected);
    }

    #[test]
    fn the_later_setting_wins() {
        check(&[], "10 1");
        let first = setting("mine", "limit", Given::Int(2));
        let second = setting("mine", "limit", Given::Typed("3".to_owned()));
        let size = setting("mine", "size", Given::Float(2.5));
        check(&[first, size, second], "3 2.5");
    }

    #[test]
    fn an_error_names_recipe_parameter_type_and_origin() {
        check(
            &[setting("mine", "limit", Given::Text("many".to_owned()))],
            "here: `many` for `limit` of the recipe `mine` (expected a whole number such as 10)",
        );
        check(
            &[setting("mine", "limti", Given::Int(1))],
            "here: the recipe `mine` has no parameter `limti` (expected limit, size)",
        );
        check(
            &[setting("min", "limit", Given::Int(1))],
            "here: no recipe `min` (did you mean `mine`?); list them with `awaitify recipe list`",
        );
    }
}
