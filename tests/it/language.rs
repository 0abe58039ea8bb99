//! The reference of the recipe language: an example for each key, and the page that is made of them.

use std::collections::BTreeSet;

use awaitify::engine::examples;
use awaitify::recipe::catalog::Catalog;
use awaitify::recipe::compile::compile;
use awaitify::recipe::reference;
use awaitify::report::words;

use crate::support::Project;

/// Recipes as a user writes them, for other libraries and other kinds of owners.
const RECIPES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples");

/// Recipes whose examples show what a change leaves alone.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recipes");

/// The page.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/language.md");

#[test]
fn every_key_has_an_example_that_passes() {
    let catalog = Catalog::shipped().expect("the shipped recipes are right");
    let known: BTreeSet<String> = reference::entries().iter().map(|it| it.name()).collect();
    let mut wrong = Vec::new();
    let mut shown = BTreeSet::new();
    for example in reference::examples() {
        if !known.contains(&example.name) {
            wrong.push(format!("{}: no such key", example.name));
        }
        let key = example.name.rsplit('.').next().unwrap_or_default();
        if !example.rules.contains(&format!("{key}:")) {
            wrong.push(format!("{}: the example does not use it", example.name));
        }
        match compile("example.yaml", &example.recipe, catalog.library()) {
            Err(mistakes) => {
                wrong.extend(mistakes.iter().map(|it| format!("{}: {it}", example.name)))
            }
            Ok(recipe) => {
                let results = examples::run(&catalog, &recipe);
                let failures = results.into_iter().filter_map(|it| it.failure);
                wrong.extend(failures.map(|why| format!("{}: {why}", example.name)));
            }
        }
        shown.insert(example.name);
    }
    wrong.extend(
        known
            .difference(&shown)
            .map(|name| format!("{name}: no example")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_of_the_language_is_current() {
    let catalog = Catalog::shipped().expect("the shipped recipes are right");
    let mut page = Vec::new();
    words::page(&mut page, &catalog).expect("a vector takes everything");
    let page = String::from_utf8(page).expect("it is text");
    if std::env::var_os("AWAITIFY_UPDATE").is_some() {
        std::fs::write(PAGE, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        written == page,
        "run AWAITIFY_UPDATE=1 cargo test --test it language"
    );
}

#[test]
fn the_recipes_of_the_documentation_pass_their_examples() {
    let run = Project::empty().run(&["recipe", "test", RECIPES]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn recipes_for_other_libraries_change_what_their_examples_say() {
    let run = Project::empty().run(&["recipe", "test", OWN]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
