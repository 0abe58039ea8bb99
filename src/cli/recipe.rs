//! `awaitify recipe`: the catalog, a recipe's manual page, the schema of all.

use std::io::Write;

use super::args::settings::OwnRecipes;
use super::args::{OutputArguments, RecipeCommand};
use super::exit::Ending;
use super::new;
use super::recipe_test;
use super::settings;
use super::terminal::Terminal;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::json_schema::json_schema;
use crate::recipe::schema;
use crate::report::{recipes, words};

/// Runs the command.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    command: &RecipeCommand,
) -> anyhow::Result<Ending> {
    match command {
        RecipeCommand::List { own } => {
            let (catalog, options) = settings::catalog_here(terminal, own)?;
            let all: Vec<&Recipe> = catalog.recipes().iter().collect();
            let standings = options.standings(&[], &catalog);
            recipes::list(&mut terminal.out, &terminal.view, &all, &standings)?;
            Ok(Ending::default())
        }
        RecipeCommand::Show { recipes, own } => show(terminal, recipes, own),
        RecipeCommand::Words { words } => explain_words(terminal, words),
        RecipeCommand::New { id, folder } => new::run(terminal, id, folder),
        RecipeCommand::Schema {
            table,
            pack,
            common,
        } => print_schema(terminal, [*table, *pack, *common]),
        RecipeCommand::Test(arguments) => recipe_test::run(terminal, output, arguments),
    }
}

/// Shows the manual pages of recipes.
pub(super) fn show(
    terminal: &mut Terminal,
    names: &[String],
    own: &OwnRecipes,
) -> anyhow::Result<Ending> {
    let (catalog, _) = settings::catalog_here(terminal, own)?;
    for (index, recipe) in catalog.select(names, &[])?.into_iter().enumerate() {
        if index > 0 {
            writeln!(terminal.out)?;
        }
        recipes::show(&mut terminal.out, &terminal.view, &catalog, recipe)?;
    }
    Ok(Ending::default())
}

/// Lists the keys of the language, or shows those that are named.
fn explain_words(terminal: &mut Terminal, named: &[String]) -> anyhow::Result<Ending> {
    let found = words::find(named)?;
    match named.is_empty() {
        true => words::list(&mut terminal.out, &terminal.view, &found)?,
        false => {
            let catalog = Catalog::shared()?;
            words::show(&mut terminal.out, &terminal.view, &catalog, &found)?;
        }
    }
    Ok(Ending::default())
}

/// Prints the schema of tables, packs or common parts, whichever is asked for, or else of recipes.
fn print_schema(terminal: &mut Terminal, of: [bool; 3]) -> anyhow::Result<Ending> {
    let catalog = Catalog::shared()?;
    let (shape, title) = match of {
        [true, ..] => (&schema::table::TABLE, "awaitify table"),
        [_, true, _] => (&schema::pack::PACK, "awaitify pack"),
        [.., true] => (&schema::COMMON, "awaitify common"),
        _ => (&schema::RECIPE, "awaitify recipe"),
    };
    let schema = json_schema(shape, title, catalog.library());
    writeln!(terminal.out, "{schema:#}")?;
    Ok(Ending::default())
}
