//! `awaitify config`: the settings that hold for a path, and who set each.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use super::args::settings::{ConfigArguments, ConfigFormat};
use super::exit::Ending;
use super::settings;
use super::terminal::Terminal;
use crate::config::options::{Options, PerPath};
use crate::engine::ASSUMED_PYTHON;
use crate::project::Facts;
use crate::project::facts::Projects;
use crate::report::settings::{Effective, write, write_json};
use crate::source::SourceFile;
use crate::text::shown;

/// Shows the settings.
pub(super) fn run(terminal: &mut Terminal, arguments: &ConfigArguments) -> anyhow::Result<Ending> {
    let base = terminal.view.base.clone();
    let path = arguments.path.as_path();
    let metadata = std::fs::metadata(path).with_context(|| shown::path(path));
    let is_folder = metadata?.is_dir();
    let configurations = settings::configurations(&arguments.settings, &base)?;
    // What holds for a folder is what holds for a file in it, of any name.
    let file = is_folder.then(|| path.join("*"));
    let file = file.as_deref().unwrap_or(path);
    let found = [configurations.of(file)];
    let catalogs = settings::catalogs(terminal, &configurations, &arguments.settings)?;
    let [located] = &found;
    let options = &located.configuration.options;
    let grouped = catalogs.group(&found);
    let group = grouped.groups.first().context("one file has one group")?;
    let files = located.configuration.files.iter();
    let entries = options.per_path.iter().map(Arc::as_ref);
    let holds = |entry: &&PerPath| is_folder || entry.paths.contain(&located.path);
    let catalog = catalogs.of(group);
    let packs = catalog.packs().iter().filter(|pack| pack.is_default);
    let recipes = group.selection.recipes(catalog);
    let shown = terminal.view.path(path);
    let effective = Effective {
        path: if shown.is_empty() { "." } else { &shown },
        files: files.map(|file| file.document.name.as_str()).collect(),
        options,
        entries: entries.filter(holds).collect(),
        target: target(options, file, &base),
        default_packs: packs.map(|pack| pack.id.as_str()).collect(),
        recipes: recipes.iter().map(|recipe| recipe.id.as_str()).collect(),
    };
    match arguments.format {
        ConfigFormat::Text => write(&mut terminal.out, &terminal.view, &effective)?,
        ConfigFormat::Json => write_json(&mut terminal.out, &effective)?,
    }
    Ok(Ending::default())
}

/// Returns the Python that a file is written for, and who says so.
fn target(options: &Options, file: &Path, base: &Path) -> ((u8, u8), String) {
    if let Some(target) = &options.target_version {
        return (target.value, target.origin.to_string());
    }
    let own = SourceFile::read(file).ok();
    if let Some(version) = own.and_then(|source| source.allowed_python().lowest) {
        return (version, "the file itself".to_owned());
    }
    let projects = Projects::new(base);
    if let Some(version) = projects.allowed_python(file).lowest {
        return (version, "the project".to_owned());
    }
    match projects.named_python(file) {
        Some(version) => (
            version.min(ASSUMED_PYTHON),
            "what the project is tested with".to_owned(),
        ),
        None => (ASSUMED_PYTHON, "default".to_owned()),
    }
}
