//! What is known of a recipe before its rules are compiled: its name, its place among others, and what a
//! file must have for each pattern.
//!
//! Of shipped recipes it is written down in `catalog/outlines.jsonl`, so that a run compiles those alone
//! which a file may need.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::condition::VersionReq;
use super::order::{Stage, asked_at};
use super::pattern::Spelled;
use super::{LazyRule, Recipe};

mod required;

pub use required::Required;

/// What a recipe says of itself and of others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The file's name without `.yaml`.
    pub id: String,
    /// Folder and section of the catalog.
    pub area: String,
    /// Targets it holds for; none: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<VersionReq>,
    /// Recipes whose changes come first (ids and globs).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// Recipes that come after it, without saying so (ids and globs).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// Codes of linters' rules that mean the same: a comment that silences one of them speaks of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noqa: Vec<String>,
    /// The table whose rows its rules were made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<String>,
}

/// Where a pattern stands: when its rule is asked, that rule's place, and its own in the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place(pub Stage, pub usize, pub usize);

/// What a file must have for patterns: words by their places in [`Outline::words`], and whether cells; and for which
/// patterns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need(pub Vec<usize>, pub bool, pub Vec<Place>);

/// What a recipe's patterns ask of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// Packages that rules are about, and whether about files that lack them.
    pub packages: Vec<(String, bool)>,
    /// All words that are needed, each once.
    pub words: Vec<Spelled>,
    /// A pattern that may fit in several ways has several of them.
    pub needs: Vec<Need>,
}

impl Outline {
    /// Reads it off rules.
    pub fn of(rules: &[LazyRule]) -> Self {
        let patterns = || rules.iter().flat_map(|rule| rule.patterns.iter());
        let packages = patterns().map(|guarded| &guarded.pattern);
        let packages = packages.filter_map(|it| Some((it.package()?.to_owned(), it.lacks)));
        let mut packages: Vec<(String, bool)> = packages.collect();
        packages.sort_unstable();
        packages.dedup();
        let mut needs: BTreeMap<Required, Vec<Place>> = BTreeMap::new();
        for (number, (stage, rule)) in asked_at(rules).enumerate() {
            for (place, pattern) in rule.patterns.iter().enumerate() {
                for way in required::of_pattern(rule, pattern) {
                    let places = needs.entry(way).or_default();
                    places.push(Place(stage, number, place));
                }
            }
        }
        Self {
            packages,
            ..Self::of_needs(needs)
        }
    }

    /// Numbers the words of what is needed, and for which patterns it is.
    pub fn of_needs(needs: BTreeMap<Required, Vec<Place>>) -> Self {
        let words = needs.keys().flat_map(|required| &required.words);
        let words: BTreeSet<&Spelled> = words.collect();
        let words: Vec<Spelled> = words.into_iter().cloned().collect();
        // All of them are among the words.
        let number = |word: &Spelled| words.binary_search(word).unwrap_or_default();
        let needs = needs.into_iter().map(|(required, places)| {
            let numbers = required.words.iter().map(number);
            Need(numbers.collect(), required.cells, places)
        });
        Self {
            packages: Vec::new(),
            needs: needs.collect(),
            words,
        }
    }
}

/// The line of a recipe among the outlines.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line<O> {
    /// Of the text it was read off.
    pub stamp: u64,
    /// What it says of itself and of others.
    pub head: Head,
    /// What its patterns ask.
    pub outline: O,
}

impl Line<Outline> {
    /// Writes down what is known of a recipe.
    pub fn of(recipe: &Recipe, stamp: u64) -> Self {
        Self {
            stamp,
            head: recipe.head.clone(),
            outline: recipe.outline.clone(),
        }
    }
}
