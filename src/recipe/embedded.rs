//! The texts under `codemods/` and `docs/language/`, and what was read off the recipes.
//!
//! The build script embeds them in a release. A debug build reads them where they lie, so that a change of a recipe
//! needs no build, unless `AWAITIFY_EMBED` is set when it is built.

use std::sync::LazyLock;

#[cfg(not(embedded))]
mod list;

/// A path, what tells the text from others, and the text.
pub(super) type Embedded = (&'static str, u64, &'static str);

/// Files, in order of path.
pub(super) type Texts = LazyLock<&'static [Embedded]>;

#[cfg(embedded)]
macro_rules! texts {
    ($file:literal, $folder:expr, $without:expr) => {
        LazyLock::new(|| include!(concat!(env!("OUT_DIR"), "/", $file)))
    };
}

#[cfg(not(embedded))]
macro_rules! texts {
    ($file:literal, $folder:expr, $without:expr) => {
        LazyLock::new(|| on_disk::texts(std::path::Path::new($folder), $without))
    };
}

/// Every recipe.
pub(super) static RECIPES: Texts = texts!("recipes.rs", list::CODEMODS, &list::OTHERS);

/// Every table.
pub(super) static TABLES: Texts = texts!("tables.rs", "codemods/tables", &[]);

/// What several recipes have in common.
pub(super) static COMMON: Texts = texts!("common.rs", "codemods/common", &[]);

/// Every pack.
pub(super) static PACKS: Texts = texts!("packs.rs", "codemods/packs", &[]);

/// The examples of the recipe language, a file for each section.
pub(super) static LANGUAGE: Texts = texts!("language.rs", list::LANGUAGE, &[]);

/// What was read off the recipes, a line each.
#[cfg(embedded)]
pub(super) static OUTLINES: LazyLock<&'static str> =
    LazyLock::new(|| include_str!("catalog/outlines.jsonl"));

/// What was read off the recipes, a line each.
#[cfg(not(embedded))]
pub(super) static OUTLINES: LazyLock<&'static str> =
    LazyLock::new(|| on_disk::text("src/recipe/catalog/outlines.jsonl".as_ref()));

#[cfg(not(embedded))]
mod on_disk {
    use std::path::Path;

    use super::{Embedded, list};
    use crate::source::read::read_settings;

    const ROOT: &str = env!("CARGO_MANIFEST_DIR");

    /// A debug build is of use only where it was built.
    const GONE: &str = "a debug build reads the recipes of the checkout that it was built in";

    /// Reads a file, once for the whole run.
    pub(super) fn text(path: &Path) -> &'static str {
        let text = read_settings(&Path::new(ROOT).join(path)).expect(GONE);
        text.leak()
    }

    pub(super) fn texts(folder: &Path, without: &[&str]) -> &'static [Embedded] {
        let files = list::yaml_files(ROOT.as_ref(), folder, without).expect(GONE);
        let texts = files.iter().map(|path| {
            let (name, text): (&str, _) = (list::name(path).leak(), text(path));
            (name, list::stamp(text), text)
        });
        texts.collect::<Vec<Embedded>>().leak()
    }
}
