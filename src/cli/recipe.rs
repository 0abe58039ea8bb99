//! `awaitify recipe`: the catalog, a recipe's manual page, and a test runner for examples.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use super::args::{OutputArguments, RecipeCommand};
use super::exit::Ending;
use super::terminal::Terminal;
use crate::engine;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::compile::compile;
use crate::recipe::json_schema::json_schema;
use crate::recipe::schema;
use crate::report::examples::{Tested, tested};
use crate::report::mistakes;
use crate::report::recipes;

/// Runs the command.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    command: &RecipeCommand,
) -> anyhow::Result<Ending> {
    let catalog = Catalog::shipped()?;
    match command {
        RecipeCommand::List => {
            let all: Vec<&Recipe> = catalog.recipes().iter().collect();
            recipes::list(&mut terminal.out, &terminal.view, &all)?;
            Ok(Ending::default())
        }
        RecipeCommand::Show { recipes } => {
            for (index, recipe) in catalog.select(recipes, &[])?.into_iter().enumerate() {
                if index > 0 {
                    writeln!(terminal.out)?;
                }
                recipes::show(&mut terminal.out, &terminal.view, recipe)?;
            }
            Ok(Ending::default())
        }
        RecipeCommand::Schema { table } => {
            let (shape, title) = match table {
                true => (&schema::table::TABLE, "awaitify table"),
                false => (&schema::RECIPE, "awaitify recipe"),
            };
            let schema = json_schema(shape, title, catalog.kinds());
            writeln!(terminal.out, "{schema:#}")?;
            Ok(Ending::default())
        }
        RecipeCommand::Test { recipes } => test(terminal, output, &catalog, recipes),
    }
}

fn test(
    terminal: &mut Terminal,
    output: &OutputArguments,
    catalog: &Catalog,
    named: &[String],
) -> anyhow::Result<Ending> {
    let mut own = Vec::new();
    let mut chosen: Vec<&Recipe> = Vec::new();
    for name in named {
        match is_file_name(name) {
            true => own.push(read(terminal, catalog, name)?),
            false => chosen.extend(catalog.select(std::slice::from_ref(name), &[])?),
        }
    }
    chosen.extend(&own);
    if named.is_empty() {
        chosen = catalog.recipes().iter().collect();
    }
    let results: Vec<_> = chosen
        .iter()
        .map(|recipe| (recipe, engine::examples::run(catalog, recipe)))
        .collect();
    let tests: Vec<Tested<'_>> = results
        .iter()
        .flat_map(|(recipe, results)| {
            results.iter().map(|result| Tested {
                recipe: &recipe.id,
                example: &result.name,
                failure: result.failure.as_deref(),
            })
        })
        .collect();
    tested(&mut terminal.out, &terminal.view, &tests, output.quiet)?;
    Ok(Ending {
        failed: false,
        found: tests.iter().any(|test| test.failure.is_some()),
    })
}

fn is_file_name(name: &str) -> bool {
    let path = Path::new(name);
    let yaml = path
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml");
    yaml || path.components().count() > 1
}

/// Reads one's own recipe; what is wrong in it is drawn, all errors at once.
fn read(terminal: &mut Terminal, catalog: &Catalog, name: &str) -> anyhow::Result<Recipe> {
    let text =
        std::fs::read_to_string(name).with_context(|| format!("while reading recipe {name}"))?;
    match compile(name, &text, catalog.library()) {
        Ok(recipe) => Ok(recipe),
        Err(errors) => {
            mistakes::write(&mut terminal.err, &terminal.err_view, &errors, &text)?;
            bail!("the recipe {name} has errors")
        }
    }
}
