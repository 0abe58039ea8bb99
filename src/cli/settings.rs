//! Flags and configurations → the settings of a run, or what is wrong with them, all at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;

use super::args::settings::{OwnRecipes, Parameter as Typed, SettingArguments};
use super::catalog;
use super::terminal::Terminal;
use crate::config::document::Sourced;
use crate::config::globs::Globs;
use crate::config::group::Catalogs;
use crate::config::options::{Options, Parameter};
use crate::config::resolve::{Configurations, Search};
use crate::recipe::catalog::{Catalog, CatalogError};
use crate::recipe::parameter::Given;
use crate::recipe::safety::Safety;
use crate::report::mistakes;
use crate::report::view::count;
use crate::text::shown;

/// Returns the configurations, behind what was typed; `base` is the current directory.
pub(super) fn configurations(
    arguments: &SettingArguments,
    base: &Path,
) -> anyhow::Result<Configurations> {
    let search = match (&arguments.config, arguments.isolated) {
        (Some(path), _) => Search::Fixed(path.clone()),
        (None, true) => Search::Nowhere,
        (None, false) => Search::Nearest,
    };
    let configurations = Configurations::new(base, search, flags(arguments, base)?);
    if let Some(path) = &arguments.config
        && configurations
            .all()
            .iter()
            .all(|found| found.files.is_empty())
    {
        bail!(
            "--config {}: there is no [tool.awaitify] in it",
            shown::path(path)
        );
    }
    Ok(configurations)
}

fn flags(arguments: &SettingArguments, base: &Path) -> anyhow::Result<Options> {
    let names = |flag, names: &[String]| -> Vec<Sourced<String>> {
        names
            .iter()
            .map(|name| Sourced::flag(flag, name.clone()))
            .collect()
    };
    let select = names("--select", &arguments.select);
    let exclude = names("--exclude", &arguments.exclude);
    let folders = arguments.own.folders.iter().cloned();
    let mut wrong = Vec::new();
    let globs = Globs::new(base, exclude, |pattern, why| {
        wrong.push(format!("--exclude {}: not a glob: {why}", pattern.value));
    });
    if !wrong.is_empty() {
        bail!(wrong.join("\n"));
    }
    let (version, level) = (arguments.target_version, arguments.safety);
    Ok(Options {
        select: (!select.is_empty()).then(|| Sourced::flag("--select", select)),
        ignore: names("--ignore", &arguments.ignore),
        exclude: (!arguments.exclude.is_empty()).then_some(globs),
        target_version: version.map(|version| Sourced::flag("--target-version", version)),
        recipes: folders
            .map(|folder| Sourced::flag("--recipes", folder))
            .collect(),
        minor: arguments.minor.then(|| Sourced::flag("--minor", true)),
        safety: level.map(|level| Sourced::flag("--safety", Safety::from(level))),
        parameters: arguments.parameters.iter().map(parameter_of).collect(),
        ..Options::default()
    })
}

/// Loads the catalogs that the configurations need, and checks all that they and the flags name.
///
/// # Errors
/// Something is wrong in a configuration: it is drawn.
pub(super) fn catalogs(
    terminal: &mut Terminal,
    configurations: &Configurations,
    arguments: &SettingArguments,
) -> anyhow::Result<Catalogs> {
    let all = configurations.all();
    let catalogs = Catalogs::load(&all, |folders| catalog::load(terminal, folders))?;
    let wrong = catalogs.mistakes(&all);
    for (document, found) in &wrong {
        mistakes::write(&mut terminal.err, &terminal.err_view, found, &document.text)?;
    }
    let number: usize = wrong.iter().map(|(_, found)| found.len()).sum();
    if number > 0 {
        bail!(
            "nothing was done: {} in the configuration",
            count(number, "mistake")
        );
    }
    for name in arguments.select.iter().chain(&arguments.ignore) {
        check_name(&catalogs, name)?;
    }
    check_parameters(&catalogs, arguments)?;
    Ok(catalogs)
}

/// Loads the catalog of the current directory, for commands that read no Python, and what its
/// configuration says.
pub(super) fn catalog_here(
    terminal: &mut Terminal,
    own: &OwnRecipes,
) -> anyhow::Result<(Arc<Catalog>, Options)> {
    let arguments = SettingArguments {
        own: own.clone(),
        ..SettingArguments::default()
    };
    let base = terminal.view.base.clone();
    let configurations = configurations(&arguments, &base)?;
    let catalogs = catalogs(terminal, &configurations, &arguments)?;
    // Without files there is one configuration: that of the current directory.
    let configuration = configurations.all().into_iter().next();
    let options = configuration.map(|here| here.options.clone());
    let catalog = match catalogs.into_first() {
        Some(catalog) => catalog,
        None => Catalog::shared()?,
    };
    Ok((catalog, options.unwrap_or_default()))
}

/// Returns the folders of recipes that flags and the configuration of the current directory name.
pub(super) fn own_folders(terminal: &Terminal, own: &OwnRecipes) -> anyhow::Result<Vec<PathBuf>> {
    let arguments = SettingArguments {
        own: own.clone(),
        ..SettingArguments::default()
    };
    let all = configurations(&arguments, &terminal.view.base)?.all();
    let folders = all.iter().flat_map(|found| &found.options.recipes);
    Ok(folders.map(|folder| folder.value.clone()).collect())
}

/// A recipe of one's own is known where a configuration names its folder.
fn check_name(catalogs: &Catalogs, name: &String) -> Result<(), CatalogError> {
    let name = std::slice::from_ref(name);
    let errors = catalogs
        .iter()
        .map(|catalog| catalog.select(name, &[]).err());
    // One that knows it is enough.
    let errors: Option<Vec<CatalogError>> = errors.collect();
    errors.into_iter().flatten().next().map_or(Ok(()), Err)
}

/// Every catalog that has the recipe of a flag's parameter can take its value, and some catalog has it.
fn check_parameters(catalogs: &Catalogs, arguments: &SettingArguments) -> Result<(), CatalogError> {
    for parameter in &arguments.parameters {
        let setting = parameter_of(parameter).setting();
        let has_it = |catalog: &&Catalog| catalog.find(&setting.recipe).is_some();
        let mut with_it: Vec<&Catalog> = catalogs.iter().filter(has_it).collect();
        if with_it.is_empty() {
            with_it.extend(catalogs.iter().next());
        }
        for catalog in with_it {
            catalog.check_setting(&setting)?;
        }
    }
    Ok(())
}

fn parameter_of(typed: &Typed) -> Parameter {
    let flag = |text: &String| Sourced::flag("--param", text.clone());
    Parameter {
        recipe: flag(&typed.recipe),
        name: flag(&typed.name),
        given: Sourced::flag("--param", Given::Typed(typed.value.clone())),
    }
}

/// Returns the flags as they would be typed, but `--safety`.
pub(super) fn words(arguments: &SettingArguments) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(config) = &arguments.config {
        words.extend(["--config".to_owned(), config.to_string_lossy().into_owned()]);
    }
    if arguments.isolated {
        words.push("--isolated".to_owned());
    }
    for folder in &arguments.own.folders {
        words.extend(["--recipes".to_owned(), folder.display().to_string()]);
    }
    let lists = [
        ("--select", &arguments.select),
        ("--ignore", &arguments.ignore),
        ("--exclude", &arguments.exclude),
    ];
    for (flag, values) in lists {
        if !values.is_empty() {
            words.extend([flag.to_owned(), values.join(",")]);
        }
    }
    if let Some((major, minor)) = arguments.target_version {
        words.extend(["--target-version".to_owned(), format!("{major}.{minor}")]);
    }
    for parameter in &arguments.parameters {
        let text = format!(
            "{}.{}={}",
            parameter.recipe, parameter.name, parameter.value
        );
        words.extend(["--param".to_owned(), text]);
    }
    words
}
