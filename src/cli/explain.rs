//! `awaitify explain FILE:LINE`: why a line is changed, or why not; `awaitify explain RECIPE`: its manual page.

use std::path::Path;
use std::{fs, iter};

use anyhow::{Context, bail};

use super::args::{ExplainArguments, ExplainFormat, OutputArguments, RunArguments};
use super::choice::Choice;
use super::exit::Ending;
use super::recipe;
use super::run::{self, Reader};
use super::settings;
use super::spot::{Explained, Spot};
use super::terminal::Terminal;
use crate::config::resolve::{Configurations, Located};
use crate::engine::explain::{Explanation, Question, Silence};
use crate::project::facts::Projects;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::report::explain::{self, Note, Query};
use crate::source::SourceFile;
use crate::source::package_list::PackageList;
use crate::source::walk::{WalkOptions, named, walk};

/// Explains the line to a person or a program, or shows the manual page of a recipe.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &ExplainArguments,
) -> anyhow::Result<Ending> {
    match &arguments.explained {
        Explained::Line(spot) => of_line(terminal, output, (spot, arguments)),
        Explained::Recipes(first) => {
            let names = iter::once(first).chain(&arguments.named);
            let names: Vec<String> = names.cloned().collect();
            recipe::show(terminal, &names, &arguments.settings.own)
        }
    }
}

fn of_line(
    terminal: &mut Terminal,
    output: &OutputArguments,
    (spot, arguments): (&Spot, &ExplainArguments),
) -> anyhow::Result<Ending> {
    let Spot { file, cell, line } = spot;
    let base = terminal.view.base.clone();
    let configurations = settings::configurations(&arguments.settings, &base)?;
    let located = [configurations.of(file)];
    let catalogs = settings::catalogs(terminal, &configurations, &arguments.settings)?;
    // One file is in one group.
    let group = catalogs.group(&located).groups.remove(0);
    let catalog = catalogs.of(&group);
    let mut named = catalog.select(&arguments.named, &[])?;
    if arguments.named.is_empty() {
        named.clear();
    }
    let mut notes = turned_off(&located[0], catalog, &named);
    named.retain(|recipe| group.selection.on.contains(recipe.id.as_str()));
    let mut told = Explanation::default();
    if arguments.named.is_empty() || !named.is_empty() {
        let question = Question::new(*cell, *line, &named);
        told = if PackageList::of(file).is_some() {
            of_list(terminal, output, (spot, arguments), &question)?
        } else {
            let source = SourceFile::read(file).with_context(|| terminal.view.name(file))?;
            let engine = run::engine(&catalogs, &group, Reader::Person)?;
            engine.explain(&source, &question, &Projects::new(&base))
        };
    }
    if told.silence != Some(Silence::Generated) {
        let why = left_out(file, &base, &configurations);
        notes.extend(why.map(|why| Note::LeftOut { why }));
    }
    write(terminal, (spot, arguments), &told, &notes, output.verbose)
}

fn write(
    terminal: &mut Terminal,
    (spot, arguments): (&Spot, &ExplainArguments),
    told: &Explanation,
    notes: &[Note],
    verbose: bool,
) -> anyhow::Result<Ending> {
    let Spot { file, cell, line } = spot;
    let path = terminal.view.name(file);
    if let Some(silence @ Silence::NoLine(_)) = &told.silence {
        let cell = cell.map_or(String::new(), |cell| format!(" of cell {cell}"));
        bail!("{path}: no line {line}{cell}: {}", explain::reason(silence));
    }
    let is_broken = |silence: &Silence| matches!(silence, Silence::Broken(it) if it.is_failure());
    let ending = Ending {
        failed: told.silence.as_ref().is_some_and(is_broken),
        found: false,
    };
    if arguments.format == ExplainFormat::Json {
        let path = terminal.view.path(file);
        explain::write_json(&mut terminal.out, &path, told, notes)?;
        return Ok(ending);
    }
    let query = Query {
        path: &path,
        cell: *cell,
        line: *line,
        all: verbose || !arguments.named.is_empty(),
    };
    explain::write(&mut terminal.out, &terminal.view, query, told)?;
    explain::write_notes(&mut terminal.out, &path, notes)?;
    Ok(ending)
}

/// Says who turned recipes off: of those that were named, else of all that are off for this path alone.
fn turned_off(located: &Located, catalog: &Catalog, named: &[&Recipe]) -> Vec<Note> {
    let options = &located.configuration.options;
    let elsewhere = options.standings(&[], catalog);
    let mut here = options.standings(&options.entries(&located.path), catalog);
    here.retain(|_, standing| !standing.is_on);
    let all = catalog.recipes().iter();
    let is_asked = |recipe: &&Recipe| match named.is_empty() {
        true => elsewhere[&*recipe.id].is_on,
        false => named.iter().any(|named| named.id == recipe.id),
    };
    let off = all.filter(is_asked).filter_map(|recipe| {
        let why = here.remove(&*recipe.id)?.why;
        let recipe = recipe.id.clone();
        Some(Note::Off { recipe, why })
    });
    off.collect()
}

/// Says what a run over the folder of a list of packages does with a line of it: its entries go with
/// what code needs.
fn of_list(
    terminal: &mut Terminal,
    output: &OutputArguments,
    (spot, arguments): (&Spot, &ExplainArguments),
    question: &Question<'_>,
) -> anyhow::Result<Explanation> {
    let file = &spot.file;
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let arguments = RunArguments {
        paths: vec![folder.unwrap_or(Path::new(".")).to_path_buf()],
        stdin_filename: None,
        settings: arguments.settings.clone(),
        no_ignore: false,
        force_exclude: false,
    };
    let plan = run::plan(
        terminal,
        output,
        &arguments,
        None,
        Reader::Person,
        &mut Choice::default(),
    )?;
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let mut files = plan.files.iter();
    let planned = files.find(|planned| whole(planned.layers[0].source.path()) == whole(file));
    match planned {
        Some(planned) => Ok(Explanation::of_plan(planned, question)),
        None => Ok(Explanation {
            silence: Some(Silence::NoChange),
            ..Explanation::default()
        }),
    }
}

/// Returns why a run over the file's directory does not come to it, if it does not.
fn left_out(file: &Path, base: &Path, configurations: &Configurations) -> Option<&'static str> {
    let whole = fs::canonicalize(file).ok()?;
    let is_excluded = |path: &Path, is_folder| configurations.exclude(path, is_folder);
    let options = WalkOptions {
        no_ignore: false,
        force_exclude: true,
        leave_out: &is_excluded,
    };
    let alone = named(file, &options);
    if alone.files.is_empty() && PackageList::of(file).is_none() {
        return Some(match (alone.skipped_generated, alone.skipped_vendored) {
            (1.., _) => "its name says that a program wrote it",
            (_, 1..) => "it lies in a folder for copies of other projects",
            _ => {
                "`exclude` of a configuration, or a folder that awaitify enters only if you name it"
            }
        });
    }
    let folder = if whole.starts_with(base) {
        base
    } else {
        whole.parent()?
    };
    let is_aside = |path: &Path, is_folder: bool| {
        is_folder && !whole.starts_with(fs::canonicalize(path).unwrap_or_default())
    };
    let options = WalkOptions {
        force_exclude: false,
        leave_out: &is_aside,
        ..options
    };
    let found = walk(&[folder.to_path_buf()], &options);
    let mut found = found.files.iter().chain(&found.package_lists);
    let is_found = found.any(|path| fs::canonicalize(path).ok().as_ref() == Some(&whole));
    (!is_found)
        .then_some("its name is not that of a Python file, or .gitignore or .ignore excludes it")
}
