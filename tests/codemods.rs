//! Each example in a recipe is a test `<recipe>::<example name>`; `awaitify recipe test` is the same code.
//!
//! An example is applied twice: the second time nothing may change.

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

/// Returns a recipe's tests.
fn trials(catalog: &Catalog, recipe: &Recipe) -> Vec<Trial> {
    let trial = |result: ExampleResult| {
        let name = format!("{}::{}", recipe.id, result.name);
        Trial::test(name, move || match result.failure {
            None => Ok(()),
            Some(why) => Err(Failed::from(why)),
        })
    };
    examples::run(catalog, recipe)
        .into_iter()
        .map(trial)
        .collect()
}
