//! What is under `codemods/`, as the build script embedded it: recipes, tables, and the default pack.

use crate::recipe::compile::{compile_kinds, compile_table};
use crate::recipe::error::Mistake;
use crate::recipe::table::Library;
use crate::recipe::yaml::{self, Node};

/// Path and text of every recipe, in order of path.
pub(super) static RECIPES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The same of every table.
static TABLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// The table that the compiler itself reads.
const KINDS: &str = "codemods/tables/kinds.yaml";

const DEFAULT_PACK: &str = include_str!("../../../codemods/packs/asyncio.yaml");

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
            _ => library.tables.push(compile_table(path, text)?),
        }
    }
    Ok(library)
}

/// Returns the ids of the shipped recipes in order of precedence.
pub(super) fn default_pack() -> Vec<String> {
    let pack = yaml::parse(DEFAULT_PACK).expect("a test parses it");
    let ids = pack.child("recipes").map_or(&[][..], Node::elements);
    let ids = ids.iter().filter_map(Node::text);
    ids.map(str::to_owned).collect()
}
