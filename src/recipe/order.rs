//! Recipes → strata, each planned on the text that the strata before it leave.

use serde::{Deserialize, Serialize};

use super::selector::Selector;
use super::{LazyRule, Recipe, Rule};

/// When a rule is asked. What is planned in one stage rests on what all files look like after the
/// ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    /// File by file.
    File,
    /// Once it is known what the files of its program will look like.
    Program,
    /// Once that is known of all code: entries for packages.
    Entries,
}

/// Returns the rules of a recipe, each with when it is asked. All rules about code are asked together: at
/// a site they are alternatives.
pub fn asked_at(rules: &[LazyRule]) -> impl Iterator<Item = (Stage, &Rule)> {
    let of_code = of_code(rules);
    let is_entry = |rule: &Rule| {
        let mut patterns = rule.patterns.iter();
        patterns.any(|guarded| guarded.pattern.package().is_some())
    };
    rules.iter().map(move |rule| match is_entry(rule) {
        true => (Stage::Entries, &**rule),
        false => (of_code, &**rule),
    })
}

/// Returns when the rules about code are asked.
fn of_code(rules: &[LazyRule]) -> Stage {
    let asks = |rule: &LazyRule| {
        let doubts = rule.doubts.iter().filter_map(|doubt| doubt.when.as_deref());
        let mut conditions = doubts.chain([&*rule.condition]);
        conditions.any(|condition| condition.asks_of_program())
    };
    match rules.iter().any(asks) {
        true => Stage::Program,
        false => Stage::File,
    }
}

/// Returns whether a recipe comes after another one, as it says itself.
pub fn comes_after(recipe: &Recipe, other: &str) -> bool {
    let mut after = recipe.after.iter();
    after.any(|name| Selector::new(name).matches_id(other))
}

/// Recipes that wait for each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the recipes wait for each other: {}", ids.join(" after "))]
pub struct Cycle {
    /// One turn of the cycle, its first id again at its end.
    pub ids: Vec<String>,
}

/// Returns the stratum of each recipe, from 0: a later one than those of the recipes it comes `after`,
/// and of those that come `before` it. A word that names none of them asks for nothing.
///
/// # Errors
///
/// Recipes that wait for each other.
pub fn strata(recipes: &[&Recipe]) -> Result<Vec<usize>, Cycle> {
    let earlier = earlier(recipes);
    let mut waits = earlier.clone();
    let mut strata = vec![0; recipes.len()];
    let mut left: Vec<usize> = (0..recipes.len()).collect();
    while !left.is_empty() {
        let (ready, waiting): (Vec<usize>, Vec<usize>) =
            left.into_iter().partition(|idx| waits[*idx].is_empty());
        if ready.is_empty() {
            return Err(Cycle {
                ids: find_cycle(recipes, &waits),
            });
        }
        for idx in &ready {
            let behind = earlier[*idx].iter().map(|other| strata[*other] + 1);
            strata[*idx] = behind.max().unwrap_or(0);
        }
        for others in &mut waits {
            others.retain(|idx| !ready.contains(idx));
        }
        left = waiting;
    }
    Ok(strata)
}

/// Of each recipe those that come before it.
fn earlier(recipes: &[&Recipe]) -> Vec<Vec<usize>> {
    let selectors = |names: fn(&Recipe) -> &[String]| {
        let of_each = recipes.iter().map(|recipe| names(recipe).iter());
        let of_each = of_each.map(|names| names.map(|name| Selector::new(name)).collect());
        of_each.collect::<Vec<Vec<Selector>>>()
    };
    let (after, before) = (selectors(|it| &it.after), selectors(|it| &it.before));
    let waits = |idx: usize, other: usize| {
        let (recipe, named) = (recipes[idx], recipes[other]);
        // A glob may name its own recipe: it does not wait for itself.
        let is_itself = named.id == recipe.id;
        let is_named = |ids: &[String], selectors: &[Selector], id: &String| {
            selectors.iter().any(|selector| selector.matches_id(id))
                && (!is_itself || ids.contains(id))
        };
        is_named(&recipe.after, &after[idx], &named.id)
            || is_named(&named.before, &before[other], &recipe.id)
    };
    let all = 0..recipes.len();
    let of_each = all.clone().map(|idx| {
        let others = all.clone();
        others.filter(|other| waits(idx, *other)).collect()
    });
    of_each.collect()
}

/// Every recipe that is left waits for one that is left: following them comes round.
fn find_cycle(recipes: &[&Recipe], waits: &[Vec<usize>]) -> Vec<String> {
    let start = waits.iter().position(|waiting| !waiting.is_empty());
    let mut path: Vec<usize> = start.into_iter().collect();
    while let Some(next) = path.last().and_then(|idx| waits[*idx].first()) {
        let seen = path.iter().position(|idx| idx == next);
        path.push(*next);
        if let Some(seen) = seen {
            path.drain(..seen);
            break;
        }
    }
    path.into_iter()
        .map(|idx| recipes[idx].id.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::outline::Head;

    fn recipe(id: &str, after: &[&str]) -> Recipe {
        let head = Head {
            id: id.to_owned(),
            area: "area".to_owned(),
            after: after.iter().map(|id| (*id).to_owned()).collect(),
            ..Head::default()
        };
        Recipe {
            head,
            ..Recipe::default()
        }
    }

    #[track_caller]
    fn check_strata(recipes: &[(&str, &[&str])], expected: &str) {
        let recipes: Vec<Recipe> = recipes
            .iter()
            .map(|(id, after)| recipe(id, after))
            .collect();
        let rendered = match strata(&recipes.iter().collect::<Vec<_>>()) {
            Ok(strata) => {
                let ids = |stratum: usize| {
                    let own = recipes
                        .iter()
                        .zip(&strata)
                        .filter(|(_, own)| **own == stratum);
                    let own: Vec<&str> = own.map(|(recipe, _)| recipe.id.as_str()).collect();
                    own.join(" ")
                };
                let n_strata = strata.iter().max().map_or(0, |last| last + 1);
                (0..n_strata).map(ids).collect::<Vec<_>>().join(" | ")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(rendered, expected);
    }

    #[test]
    fn recipes_come_after_those_they_name() {
        check_strata(&[("a", &["c"]), ("b", &[]), ("c", &[])], "b c | a");
        check_strata(&[("a", &["b"]), ("b", &["c"]), ("c", &[])], "c | b | a");
        check_strata(
            &[("a-x", &["a-*"]), ("a-y", &[]), ("b", &["gone"])],
            "a-y b | a-x",
        );
        check_strata(&[], "");
    }

    #[test]
    fn a_recipe_may_come_before_all_others() {
        let mut recipes = [recipe("a", &[]), recipe("b", &["a"]), recipe("first", &[])];
        recipes[2].head.before = vec!["*".to_owned()];
        let found = strata(&recipes.iter().collect::<Vec<_>>());
        assert_eq!(found, Ok(vec![1, 2, 0]));
        recipes[2].head.after = vec!["a".to_owned()];
        let cycle = strata(&recipes.iter().collect::<Vec<_>>());
        let message = cycle.expect_err("they wait for each other").to_string();
        assert_eq!(
            message,
            "the recipes wait for each other: a after first after a"
        );
    }

    #[test]
    fn cycles_are_named() {
        check_strata(
            &[("a", &["b"]), ("b", &["c"]), ("c", &["b"])],
            "the recipes wait for each other: b after c after b",
        );
        check_strata(
            &[("a", &["a"])],
            "the recipes wait for each other: a after a",
        );
    }
}
