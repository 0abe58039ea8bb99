//! The small shipped tables: how names are imported, under which name they are public, and the order of
//! the default pack.

use super::yaml::{self, Node};

const IMPORTS: &str = include_str!("../../codemods/tables/imports.yaml");
const NAMES: &str = include_str!("../../codemods/tables/names.yaml");
const DEFAULT_PACK: &str = include_str!("../../codemods/packs/asyncio.yaml");

/// Returns the modules whose members are imported by name (`from contextlib import suppress`).
pub fn imported_by_name() -> Vec<String> {
    list(IMPORTS, "by-name")
}

/// Returns the ids of the shipped recipes in order of precedence.
pub fn default_pack() -> Vec<String> {
    list(DEFAULT_PACK, "recipes")
}

/// Returns private module → public module, for the objects that a package re-exports.
pub fn public_names() -> Vec<(String, String)> {
    let table = shipped(NAMES);
    let rows = table.child("public").map_or(&[][..], Node::entries);
    rows.iter()
        .filter_map(|(key, value)| Some((key.text.clone(), value.text()?.to_owned())))
        .collect()
}

fn list(text: &str, key: &str) -> Vec<String> {
    let table = shipped(text);
    let items = table.child(key).map_or(&[][..], Node::elements);
    items
        .iter()
        .filter_map(Node::text)
        .map(str::to_owned)
        .collect()
}

fn shipped(text: &str) -> Node {
    yaml::parse(text).expect("a test parses the shipped tables")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_tables_parse() {
        assert!(imported_by_name().contains(&"contextlib".to_owned()));
        assert!(public_names().contains(&("asyncio.exceptions".to_owned(), "asyncio".to_owned())));
    }
}
