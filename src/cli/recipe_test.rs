//! `awaitify recipe test`: runs the examples in recipes; renews them, or runs them at each change.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ruff_source_file::LineIndex;

use super::args::{OutputArguments, TestArguments};
use super::catalog;
use super::exit::Ending;
use super::interrupt;
use super::settings;
use super::terminal::Terminal;
use crate::engine::examples::{self, ExampleResult};
use crate::recipe::Recipe;
use crate::recipe::catalog::{Catalog, Sort, circle, is_yaml, yaml_files};
use crate::recipe::compile::{
    compile, compile_common, compile_pack, compile_rows, compile_table, has_rows_alone, stem,
};
use crate::recipe::error::Mistake;
use crate::recipe::update::{Renewed, renewed};
use crate::report::examples::{Tested, tested};
use crate::report::view::count;
use crate::source::read::read_settings;
use crate::text::shown;
use crate::write::atomic::{Order, Rewrite, write_all};

mod watch;

/// What the examples of a recipe gave.
type Results<'r> = [(&'r Recipe, Vec<ExampleResult>)];

/// Runs the examples once, or until the process is ended.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &TestArguments,
) -> anyhow::Result<Ending> {
    let mut arguments = arguments.clone();
    // A folder that is named is one of recipes, all of which are meant.
    let (folders, names) = arguments.recipes.into_iter().partition(is_folder);
    arguments.recipes = names;
    let named: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    arguments.own.folders.extend(named.iter().cloned());
    let mut tests = Tests {
        all_of: match arguments.recipes.is_empty() {
            true => arguments.own.folders.clone(),
            false => named,
        },
        arguments,
    };
    let tables = tables_beside(terminal, &tests.arguments)?;
    tests.arguments.own.folders.extend(tables);
    match tests.arguments.watch {
        true => watch::watch(terminal, output, &tests),
        false => once(terminal, output, &tests),
    }
}

/// Returns the folders of tables and of common parts beside the files that are named, but those that are loaded anyway.
fn tables_beside(terminal: &Terminal, arguments: &TestArguments) -> anyhow::Result<Vec<PathBuf>> {
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let loaded = settings::own_folders(terminal, &arguments.own)?;
    let loaded = loaded.iter().chain(&arguments.own.folders);
    let loaded: Vec<PathBuf> = loaded.filter_map(|folder| whole(folder)).collect();
    let files = arguments.recipes.iter().filter(|name| is_file(name));
    let parents = files.filter_map(|file| Path::new(file).parent());
    let parents = parents.map(|parent| match parent.as_os_str().is_empty() {
        true => Path::new("."),
        false => parent,
    });
    let parents: BTreeSet<&Path> = parents.collect();
    let folders = |parent: &'_ Path| ["common", "tables"].map(|folder| parent.join(folder));
    let tables = parents.into_iter().flat_map(folders);
    let is_new = |tables: &PathBuf| {
        let has_tables = yaml_files(tables).is_ok_and(|files| !files.is_empty());
        let place = whole(tables).filter(|_| has_tables);
        place.is_some_and(|place| loaded.iter().all(|it| !place.starts_with(it)))
    };
    Ok(tables.filter(is_new).collect())
}

/// What is tested.
struct Tests {
    arguments: TestArguments,
    /// Folders all of whose recipes are tested, besides those that are named.
    all_of: Vec<PathBuf>,
}

fn once(
    terminal: &mut Terminal,
    output: &OutputArguments,
    tests: &Tests,
) -> anyhow::Result<Ending> {
    let Tests { arguments, all_of } = tests;
    let (catalog, _) = settings::catalog_here(terminal, &arguments.own)?;
    let (files, names): (Vec<&String>, Vec<&String>) =
        arguments.recipes.iter().partition(|name| is_file(name));
    let own = read(terminal, &catalog, &files)?;
    let mut chosen: Vec<&Recipe> = Vec::new();
    for name in names {
        chosen.extend(catalog.select(std::slice::from_ref(name), &[])?);
    }
    chosen.extend(&own);
    chosen.extend(in_folders(&catalog, all_of));
    if arguments.recipes.is_empty() && all_of.is_empty() {
        chosen = catalog.recipes().iter().collect();
    }
    let run = |recipe: &&'_ Recipe| examples::run(&catalog, recipe);
    let results: Vec<_> = chosen.iter().map(|recipe| (*recipe, run(recipe))).collect();
    if arguments.update && update(terminal, &results)? {
        let arguments = TestArguments {
            update: false,
            ..arguments.clone()
        };
        let all_of = all_of.clone();
        return once(terminal, output, &Tests { arguments, all_of });
    }
    tell(terminal, output, &results)
}

/// Returns the recipes that were read from these folders.
fn in_folders<'c>(catalog: &'c Catalog, folders: &[PathBuf]) -> Vec<&'c Recipe> {
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let folders: Vec<PathBuf> = folders.iter().filter_map(|folder| whole(folder)).collect();
    let own = catalog.recipes().iter().filter(|it| catalog.is_own(it));
    let is_there = |recipe: &&Recipe| {
        let path = whole(Path::new(&recipe.path));
        path.is_some_and(|path| folders.iter().any(|folder| path.starts_with(folder)))
    };
    own.filter(is_there).collect()
}

fn tell(
    terminal: &mut Terminal,
    output: &OutputArguments,
    results: &Results<'_>,
) -> anyhow::Result<Ending> {
    let mut tests = Vec::new();
    for (recipe, results) in results {
        let lines = LineIndex::from_source_text(&recipe.text);
        let examples = recipe.examples().iter().zip(results);
        tests.extend(examples.map(|(example, result)| {
            let at = lines.line_column(example.span.start(), &recipe.text);
            Tested {
                recipe: &recipe.id,
                example: &result.name,
                place: format!("{}:{}:{}", recipe.path, at.line, at.column),
                failure: result.failure.as_deref(),
            }
        }));
    }
    tested(&mut terminal.out, &terminal.view, &tests, output.quiet)?;
    Ok(Ending {
        failed: false,
        found: tests.iter().any(|test| test.failure.is_some()),
    })
}

/// Writes what failing examples gave into their files; returns whether there was something to write.
fn update(terminal: &mut Terminal, results: &Results<'_>) -> anyhow::Result<bool> {
    let mut texts: Vec<(&Recipe, String)> = Vec::new();
    for (recipe, results) in results {
        let new = results.iter().filter_map(|result| result.renewed.clone());
        let new: Vec<Renewed> = new.collect();
        if new.is_empty() {
            continue;
        }
        check_file(recipe)?;
        let text = renewed(&recipe.text, &new).with_context(|| recipe.path.clone())?;
        texts.push((recipe, text));
    }
    let rewrites = texts.iter().map(|(recipe, text)| Rewrite {
        path: Path::new(&recipe.path),
        before: Some(recipe.text.as_bytes()),
        after: Some(text.as_bytes()),
        look: None,
        rests_on: Vec::new(),
    });
    let trees = texts.iter().map(|(recipe, _)| PathBuf::from(&recipe.path));
    let trees: Vec<PathBuf> = trees.collect();
    let rewrites: Vec<Rewrite<'_>> = rewrites.collect();
    let held = interrupt::hold()?;
    let outcome = write_all(&rewrites, Vec::new(), &Order::unkept(&trees), held.came())?;
    held.obey();
    if let Some(error) = outcome.failed.into_iter().next() {
        return Err(error.into());
    }
    for path in &outcome.written {
        writeln!(terminal.out, "Updated {}", shown::path(path))?;
    }
    Ok(!outcome.written.is_empty())
}

/// Checks that a recipe's file holds what was tested: at the path of a shipped recipe lies none, or another.
fn check_file(recipe: &Recipe) -> anyhow::Result<()> {
    let (id, path) = (&recipe.id, &recipe.path);
    match read_settings(Path::new(path)) {
        Ok(text) if text == recipe.text => Ok(()),
        Ok(_) => bail!("{path} is not the `{id}` that was tested: name the file to update it"),
        Err(_) => bail!("`{id}` is built in: name its file to update it"),
    }
}

/// Returns whether a name is a folder that holds recipes; an area may be called as a folder is.
fn is_folder(name: &String) -> bool {
    yaml_files(Path::new(name)).is_ok_and(|files| !files.is_empty())
}

fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    is_yaml(path) || path.components().count() > 1
}

/// Checks a table, or rows for a table that is there.
fn check_table(file: &str, text: &str, catalog: &Catalog) -> Result<(), Vec<Mistake>> {
    let library = catalog.library();
    match library.find(stem(file)) {
        Some(table) if has_rows_alone(text) => compile_rows(file, text, library, table).map(|_| ()),
        _ => compile_table(file, text, library).map(|_| ()),
    }
}

/// Reads one's own recipes, and checks tables and packs; what is wrong is drawn, all mistakes at once.
fn read(
    terminal: &mut Terminal,
    catalog: &Catalog,
    files: &[&String],
) -> anyhow::Result<Vec<Recipe>> {
    let mut recipes = Vec::new();
    let mut mistakes: Vec<Mistake> = Vec::new();
    for file in files {
        let text = read_settings(Path::new(file))
            .with_context(|| format!("while reading recipe {file}"))?;
        let found = match Sort::of(Path::new(file)) {
            Sort::Recipe => compile(file, &text, catalog.library()).and_then(|recipe| {
                let unknown = unknown_names(catalog, &recipe);
                recipes.push(recipe);
                match unknown.is_empty() {
                    true => Ok(()),
                    false => Err(unknown),
                }
            }),
            Sort::Table => check_table(file, &text, catalog),
            Sort::Common => compile_common(file, &text).map(|_| ()),
            Sort::Pack => compile_pack(file, &text).map(|_| ()),
        };
        mistakes.extend(found.err().into_iter().flatten());
    }
    let is_read = |known: &&Recipe| recipes.iter().any(|own| own.id == known.id);
    let others = catalog.recipes().iter().filter(|known| !is_read(known));
    mistakes.extend(circle(&others.chain(&recipes).collect::<Vec<_>>()));
    if mistakes.is_empty() {
        return Ok(recipes);
    }
    catalog::draw(terminal, &mistakes)?;
    let mut wrong: Vec<&str> = mistakes.iter().map(|it| it.path.as_str()).collect();
    wrong.dedup();
    bail!(
        "{} in {}",
        count(mistakes.len(), "mistake"),
        wrong.join(", ")
    )
}

/// Returns what a recipe names that is neither known nor in a file beside it.
fn unknown_names(catalog: &Catalog, recipe: &Recipe) -> Vec<Mistake> {
    let folder = Path::new(&recipe.path).parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    let beside = yaml_files(folder.unwrap_or(Path::new("."))).unwrap_or_default();
    let beside: Vec<String> = beside.iter().map(|it| it.display().to_string()).collect();
    let ids: Vec<&str> = beside.iter().map(|path| stem(path)).collect();
    catalog.unknown_in(recipe, &ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_that_was_tested_is_updated() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.yaml").display().to_string();
        let text = "id: mine\ntitle: t\narea: own\nseverity: low\nwhy: w\n\
             rules: [{match: f(), report: r}]\nexamples: [{name: n, unchanged: x}]\n";
        let catalog = Catalog::shipped_once();
        let recipe = compile(&path, text, catalog.library()).expect("the recipe is right");
        let refusal = || check_file(&recipe).err().map(|error| error.to_string());
        let built_in = "`mine` is built in: name its file to update it";
        assert_eq!(refusal().as_deref(), Some(built_in));
        fs::write(&path, format!("{text}# of somebody else\n")).expect("a file");
        let other = format!("{path} is not the `mine` that was tested: name the file to update it");
        assert_eq!(refusal(), Some(other));
        fs::write(&path, text).expect("a file");
        assert_eq!(refusal(), None);
    }
}
