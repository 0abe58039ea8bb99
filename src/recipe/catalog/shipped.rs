//! What is under `codemods/`, as the build script embedded it: recipes, tables and packs.

use crate::recipe::Recipe;
use crate::recipe::compile::{
    compile_endings, compile_kinds, compile_lifecycles, compile_pack, compile_roles, compile_table,
};
use crate::recipe::error::Mistake;
use crate::recipe::pack::Pack;
use crate::recipe::table::Library;

/// Path and text of every recipe, in order of path.
pub(super) static RECIPES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The same of every table.
static TABLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// The same of every pack.
static PACKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The tables that the compiler itself reads.
pub(super) const KINDS: &str = "codemods/tables/kinds.yaml";
pub(super) const ROLES: &str = "codemods/tables/roles.yaml";
pub(super) const LIFECYCLES: &str = "codemods/tables/lifecycles.yaml";
pub(super) const ENDINGS: &str = "codemods/tables/endings.yaml";

/// Compiles the tables.
///
/// # Errors
///
/// None in a released binary: a test compiles the same texts.
pub(super) fn library() -> Result<Library, Vec<Mistake>> {
    let mut library = Library::default();
    for (path, text) in TABLES {
        match *path {
            KINDS => library.kinds = compile_kinds(path, text)?,
            ROLES => library.roles = compile_roles(path, text)?,
            LIFECYCLES => library.lifecycles = compile_lifecycles(path, text)?,
            _ => {}
        }
    }
    for (path, text) in TABLES {
        match *path {
            KINDS | ROLES | LIFECYCLES => {}
            // Its patterns name kinds.
            ENDINGS => library.endings = compile_endings(path, text, &library)?,
            _ => {
                let table = compile_table(path, text, &library)?;
                library.tables.push(table);
            }
        }
    }
    Ok(library)
}

/// Compiles the packs, in order of path.
///
/// # Errors
///
/// None in a released binary: a test compiles the same texts.
pub(super) fn packs() -> Result<Vec<Pack>, Vec<Mistake>> {
    let packs = PACKS.iter();
    packs.map(|(path, text)| compile_pack(path, text)).collect()
}

/// Returns whether a recipe is part of the binary.
pub(super) fn has(recipe: &Recipe) -> bool {
    RECIPES.iter().any(|(path, _)| *path == recipe.path)
}
