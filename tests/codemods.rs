//! Each example in a recipe is a test `<recipe>::<example name>`; `awaitify recipe test` is the same code.
//!
//! An example is applied twice: the second time nothing may change. What is said of it is one short sentence.

use awaitify::engine::examples::{self, ExampleResult};
use awaitify::recipe::Recipe;
use awaitify::recipe::catalog::Catalog;
use libtest_mimic::{Arguments, Failed, Trial};
use rayon::prelude::*;

fn main() {
    let arguments = Arguments::from_args();
    let catalog = Catalog::shipped().expect("the shipped recipes are right");
    let tests = catalog
        .recipes()
        .par_iter()
        .flat_map_iter(|recipe| trials(&catalog, recipe))
        .collect();
    libtest_mimic::run(&arguments, tests).exit();
}

/// A sentence of more words than this is not short.
const MOST_WORDS: usize = 25;

/// Returns a recipe's tests.
fn trials(catalog: &Catalog, recipe: &Recipe) -> Vec<Trial> {
    let trial = |result: ExampleResult| {
        let name = format!("{}::{}", recipe.id, result.name);
        Trial::test(name, move || match result.failure {
            None => short(&result.reasons),
            Some(why) => Err(Failed::from(why)),
        })
    };
    examples::run(catalog, recipe)
        .into_iter()
        .map(trial)
        .collect()
}

/// # Errors
/// The sentences that are longer than a person reads at once.
fn short(reasons: &[String]) -> Result<(), Failed> {
    let sentences = reasons
        .iter()
        .flat_map(|reason| reason.split(". Not changed: "));
    let long = sentences.filter(|sentence| words(sentence) > MOST_WORDS);
    let long: Vec<String> = long
        .map(|sentence| format!("{} words: {sentence}", words(sentence)))
        .collect();
    match long.is_empty() {
        true => Ok(()),
        false => Err(Failed::from(long.join("\n"))),
    }
}

/// Counts words; code between backticks is one.
fn words(sentence: &str) -> usize {
    let parts = sentence.split('`').enumerate();
    let words = parts.map(|(index, part)| match index % 2 {
        0 => part
            .split_whitespace()
            .filter(|word| word.contains(char::is_alphanumeric))
            .count(),
        _ => 1,
    });
    words.sum()
}
