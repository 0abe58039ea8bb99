//! `awaitify recipe new`: a recipe to begin with, whose examples pass.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::settings::OwnRecipes;
use super::exit::Ending;
use super::settings;
use super::terminal::{Terminal, quoted};
use crate::recipe::catalog::{Catalog, Sort, yaml_files};
use crate::text::shown;

const TEMPLATE: &str = include_str!("new/template.yaml");

/// Writes the recipe, and says what to do next.
pub(super) fn run(terminal: &mut Terminal, id: &str, folder: &Path) -> anyhow::Result<Ending> {
    check_id(id)?;
    let path = folder.join(format!("{id}.yaml"));
    if let Some(known) = known(terminal, id, &path)? {
        bail!("a recipe with the id `{id}` already exists: {known}");
    }
    fs::create_dir_all(folder).with_context(|| format!("while making {}", shown::path(folder)))?;
    let shown = path.display().to_string();
    let typed = quoted(&shown);
    let text = TEMPLATE
        .replace("ID #", &format!("{id} #"))
        .replace("PATH", &typed);
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => file.write_all(text.as_bytes()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{shown} already exists, and stays as it is")
        }
        Err(error) => Err(error),
    }
    .with_context(|| format!("while writing {shown}"))?;
    let folder = quoted(&folder.display().to_string());
    writeln!(
        terminal.out,
        "Wrote {shown}, whose examples pass. Edit it and test it; see what it changes, and why:

    awaitify recipe test {typed}
    awaitify diff --recipes {folder} --select {id} .
    awaitify explain --recipes {folder} app.py:1 {id}"
    )?;
    Ok(Ending::default())
}

/// Returns where a recipe of that id is already, but for the file that is to be written: shipped, or in a
/// folder of the configuration. An id is its file's name, so that none of them need be right.
fn known(terminal: &Terminal, id: &str, new: &Path) -> anyhow::Result<Option<String>> {
    if let Some(known) = Catalog::shared()?.find(id) {
        return Ok(Some(known.path.clone()));
    }
    let folders = settings::own_folders(terminal, &OwnRecipes::default())?;
    let files = folders
        .iter()
        .flat_map(|folder| yaml_files(folder).unwrap_or_default());
    let new = fs::canonicalize(new).ok();
    let is_it = |file: &PathBuf| {
        let is_named = file.file_stem().is_some_and(|stem| stem == id);
        is_named
            && Sort::of(file) == Sort::Recipe
            && (new.is_none() || fs::canonicalize(file).ok() != new)
    };
    let mut files = files.filter(is_it);
    Ok(files.next().map(|file| terminal.view.name(&file)))
}

/// An id is a file's name, and what people type: words of small letters and digits, joined by `-`.
fn check_id(id: &str) -> anyhow::Result<()> {
    let is_word = |word: &str| {
        let mut bytes = word.bytes();
        !word.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if id.split('-').all(is_word) && id.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Ok(());
    }
    let words = id.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let near = words
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("-");
    let hint = match near.starts_with(|first: char| first.is_ascii_lowercase()) {
        true => format!("; did you mean `{near}`?"),
        false => String::new(),
    };
    bail!(
        "`{id}` cannot be an id: use lowercase letters and digits, with `-` between words, \
         as in own-recipe{hint}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: &str, expected: Option<&str>) {
        let error = check_id(id).err().map(|error| error.to_string());
        match expected {
            None => assert_eq!(error, None),
            Some(end) => assert!(
                error.as_ref().is_some_and(|error| error.ends_with(end)),
                "{error:?}"
            ),
        }
    }

    #[test]
    fn an_id_is_words_of_small_letters() {
        check("utc-now", None);
        check("python3-only", None);
        check("UTC now", Some("did you mean `utc-now`?"));
        check("a--b", Some("did you mean `a-b`?"));
        check("../x", Some("did you mean `x`?"));
        check("my_recipe.yaml", Some("did you mean `my-recipe-yaml`?"));
        check("3-x", Some("as in own-recipe"));
        check("", Some("as in own-recipe"));
    }
}
