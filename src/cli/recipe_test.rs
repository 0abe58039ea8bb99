//! `awaitify recipe test`: runs the examples in recipes; renews them, or runs them at each change.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};

use super::args::{OutputArguments, TestArguments};
use super::exit::{self, Ending};
use super::settings;
use super::terminal::Terminal;
use crate::engine::examples::{self, ExampleResult};
use crate::recipe::Recipe;
use crate::recipe::catalog::{Catalog, yaml_files};
use crate::recipe::compile::compile;
use crate::recipe::update::{Renewed, renewed};
use crate::report::examples::{Tested, tested};
use crate::report::mistakes;
use crate::report::view::count;
use crate::write::atomic::{Rewrite, write_all};

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(300);

/// Empties a terminal.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// What the examples of a recipe gave.
type Results<'r> = [(&'r Recipe, Vec<ExampleResult>)];

/// Runs the examples once, or until the process is ended.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &TestArguments,
) -> anyhow::Result<Ending> {
    match arguments.watch {
        true => watch(terminal, output, arguments),
        false => once(terminal, output, arguments),
    }
}

fn once(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &TestArguments,
) -> anyhow::Result<Ending> {
    let catalog = settings::catalog_here(terminal, &arguments.own)?;
    let mut own = Vec::new();
    let mut chosen: Vec<&Recipe> = Vec::new();
    for name in &arguments.recipes {
        match is_file_name(name) {
            true => own.push(read(terminal, &catalog, name)?),
            false => chosen.extend(catalog.select(std::slice::from_ref(name), &[])?),
        }
    }
    chosen.extend(&own);
    if arguments.recipes.is_empty() {
        chosen = catalog.recipes().iter().collect();
    }
    let run = |recipe: &&'_ Recipe| examples::run(&catalog, recipe);
    let results: Vec<_> = chosen.iter().map(|recipe| (*recipe, run(recipe))).collect();
    if arguments.update && update(terminal, &results)? {
        let again = TestArguments {
            update: false,
            ..arguments.clone()
        };
        return once(terminal, output, &again);
    }
    tell(terminal, output, &results)
}

fn tell(
    terminal: &mut Terminal,
    output: &OutputArguments,
    results: &Results<'_>,
) -> anyhow::Result<Ending> {
    let mut tests = Vec::new();
    for (recipe, results) in results {
        tests.extend(results.iter().map(|result| Tested {
            recipe: &recipe.id,
            example: &result.name,
            failure: result.failure.as_deref(),
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
        if fs::read_to_string(&recipe.path).ok().as_ref() != Some(&recipe.text) {
            bail!("`{}` is built in: name its file to update it", recipe.id);
        }
        let text = renewed(&recipe.text, &new).with_context(|| recipe.path.clone())?;
        texts.push((recipe, text));
    }
    let rewrites = texts.iter().map(|(recipe, text)| Rewrite {
        path: Path::new(&recipe.path),
        before: recipe.text.as_bytes(),
        after: text.as_bytes(),
        pair: None,
    });
    let trees = texts.iter().map(|(recipe, _)| PathBuf::from(&recipe.path));
    let outcome = write_all(&rewrites.collect::<Vec<_>>(), &trees.collect::<Vec<_>>());
    if let Some(error) = outcome.failed.into_iter().next() {
        return Err(error.into());
    }
    for path in &outcome.written {
        writeln!(terminal.out, "Updated {}", path.display())?;
    }
    Ok(!outcome.written.is_empty())
}

/// Runs the examples now, and whenever a file of theirs is another one.
fn watch(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &TestArguments,
) -> anyhow::Result<Ending> {
    let mut known = None;
    loop {
        let stamps = stamps(arguments)?;
        if known.as_ref() != Some(&stamps) {
            if terminal.view.terminal {
                write!(terminal.out, "{CLEAR}")?;
            }
            match once(terminal, output, arguments) {
                Err(error) if exit::is_broken_pipe(&error) => return Err(error),
                Err(error) => writeln!(terminal.err, "error: {error:#}")?,
                Ok(_) => {}
            }
            let files = count(stamps.len(), "file");
            writeln!(terminal.out, "Watching {files}; Ctrl-C ends it.")?;
            terminal.out.flush()?;
            known = Some(stamps);
        }
        sleep(PAUSE);
    }
}

/// A file, and when it was written, and how long it is; one that is being replaced has neither.
type Stamp = (PathBuf, Option<(SystemTime, u64)>);

/// Looks at the files of the recipes.
fn stamps(arguments: &TestArguments) -> anyhow::Result<Vec<Stamp>> {
    let named = arguments.recipes.iter().filter(|name| is_file_name(name));
    let mut files: Vec<PathBuf> = named.map(PathBuf::from).collect();
    for folder in &arguments.own.folders {
        files.extend(yaml_files(folder)?);
    }
    if files.is_empty() {
        bail!("--watch needs recipe files, or a folder of them (--recipes)");
    }
    let stamp = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    let stamped = files.into_iter().map(|path| {
        let stamp = stamp(&path);
        (path, stamp)
    });
    Ok(stamped.collect())
}

fn is_file_name(name: &str) -> bool {
    let path = Path::new(name);
    let yaml = path
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml");
    yaml || path.components().count() > 1
}

/// Reads one's own recipe; what is wrong in it is drawn, all mistakes at once.
fn read(terminal: &mut Terminal, catalog: &Catalog, name: &str) -> anyhow::Result<Recipe> {
    let text = fs::read_to_string(name).with_context(|| format!("while reading recipe {name}"))?;
    match compile(name, &text, catalog.library()) {
        Ok(recipe) => Ok(recipe),
        Err(errors) => {
            mistakes::write(&mut terminal.err, &terminal.err_view, &errors, &text)?;
            bail!("{} in {name}", count(errors.len(), "mistake"))
        }
    }
}
