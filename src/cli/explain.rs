//! `awaitify explain FILE:LINE`: why a line is changed, or why not.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::bail;

use super::args::{ExplainArguments, ExplainFormat};
use super::exit::Ending;
use super::run::{self, Reader};
use super::settings;
use super::spot::Spot;
use super::terminal::Terminal;
use crate::config::resolve::Configurations;
use crate::engine::explain::{Question, Silence};
use crate::project::facts::Projects;
use crate::recipe::Recipe;
use crate::report::explain;
use crate::source::SourceFile;
use crate::source::walk::{WalkOptions, walk};

/// Said of a file that only its name brings up.
const LEFT_OUT: &str = "a run over its directory leaves it out (a configuration, .gitignore)";

/// Explains the line to a person or a program.
pub(super) fn run(terminal: &mut Terminal, arguments: &ExplainArguments) -> anyhow::Result<Ending> {
    let Spot { file, cell, line } = &arguments.spot;
    let source = SourceFile::read(file)?;
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
    let engine = run::engine(&catalogs, &group, Reader::Person)?;
    let question = Question::new(*cell, *line, &named);
    let told = engine.explain(&source, &question, &Projects::new(&base));
    let path = terminal.view.path(file);
    if told.silence == Some(Silence::NoLine) {
        let cell = cell.map_or(String::new(), |cell| format!(" in a cell {cell}"));
        bail!("{path} has no line {line}{cell}");
    }
    if arguments.format == ExplainFormat::Json {
        explain::write_json(&mut terminal.out, &path, &told)?;
        return Ok(Ending::default());
    }
    explain::write(&mut terminal.out, &terminal.view, &path, &told)?;
    let selected = group.selection.recipes(catalog);
    named.retain(|named| selected.iter().all(|recipe| recipe.id != named.id));
    let note = |recipe: &&Recipe| format!("`{}` is not selected for this file", recipe.id);
    let mut notes: Vec<String> = named.iter().map(note).collect();
    if told.silence != Some(Silence::Generated) && is_left_out(file, &configurations) {
        notes.push(LEFT_OUT.to_owned());
    }
    for note in notes {
        writeln!(terminal.out, "{path}: {note}")?;
    }
    Ok(Ending::default())
}

/// Returns whether a run over the file's directory does not come to it.
fn is_left_out(file: &Path, configurations: &Configurations) -> bool {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let options = WalkOptions {
        no_ignore: false,
        force_exclude: false,
        leave_out: &|path, is_folder| configurations.exclude(path, is_folder),
    };
    let listed = walk(&[folder.to_path_buf()], &options);
    let mut alike = listed
        .files
        .iter()
        .filter(|path| path.file_name() == file.file_name());
    let whole = fs::canonicalize(file).ok();
    !alike.any(|path| fs::canonicalize(path).ok() == whole)
}
