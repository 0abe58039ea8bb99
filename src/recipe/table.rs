//! The small shipped tables about names: how they are imported, and under which name they are public.

use super::yaml::{self, Node};

const IMPORTS: &str = include_str!("../../codemods/tables/imports.yaml");
const NAMES: &str = include_str!("../../codemods/tables/names.yaml");

/// Returns the modules whose members are imported by name (`from contextlib import suppress`).
pub fn imported_by_name() -> Vec<String> {
    let table = shipped(IMPORTS);
    let modules = table.child("by-name").map_or(&[][..], Node::elements);
    modules
        .iter()
        .filter_map(Node::text)
        .map(str::to_owned)
        .collect()
}

/// Returns private module → public module, for the objects that a package re-exports.
pub fn public_names() -> Vec<(String, String)> {
    let table = shipped(NAMES);
    let rows = table.child("public").map_or(&[][..], Node::entries);
    rows.iter()
        .filter_map(|(key, value)| Some((key.text.clone(), value.text()?.to_owned())))
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
