//! The shipped recipes and the folders of one's own → the catalog of a run.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::terminal::Terminal;
use crate::recipe::catalog::{Catalog, CatalogError};
use crate::recipe::error::Mistake;
use crate::report::mistakes;
use crate::report::view::count;
use crate::source::read::read_settings;
use crate::text::shown;

/// Loads all recipes; what is wrong in one's own is drawn, all mistakes at once.
pub(super) fn load(terminal: &mut Terminal, folders: &[PathBuf]) -> anyhow::Result<Catalog> {
    let mut catalog = Catalog::shipped()?;
    let mut known = Vec::new();
    let mut named = Vec::new();
    for folder in folders {
        // A configuration and a flag may name the same one.
        let real = std::fs::canonicalize(folder).ok();
        if real.is_some() && known.contains(&real) {
            continue;
        }
        known.push(real);
        named.push(match folder.strip_prefix(&terminal.view.base) {
            Ok(here) if here.as_os_str().is_empty() => PathBuf::from("."),
            shown => shown.unwrap_or(folder).to_path_buf(),
        });
    }
    match catalog.load_folders(&named) {
        Err(CatalogError::Recipes { errors }) => {
            draw(terminal, &errors)?;
            let mistakes = count(errors.len(), "mistake");
            let named: Vec<String> = named.iter().map(|it| shown::path(it)).collect();
            bail!("{mistakes} in the recipes of {}", named.join(", "))
        }
        loaded => loaded?,
    }
    Ok(catalog)
}

/// Draws what is wrong, file by file.
pub(super) fn draw(terminal: &mut Terminal, errors: &[Mistake]) -> anyhow::Result<()> {
    for of_file in errors.chunk_by(|a, b| a.path == b.path) {
        // A file that is gone by now has no line to show, but its mistakes are still told.
        let text = of_file
            .first()
            .map(|error| read_settings(Path::new(&error.path)));
        let text = text.and_then(Result::ok).unwrap_or_default();
        mistakes::write(&mut terminal.err, &terminal.err_view, of_file, &text)?;
    }
    Ok(())
}
