//! Where the facts of a recipe were read: the sources of its rules, and of the rows whose cells are in its patterns,
//! doubts and maps.

use std::collections::BTreeSet;

use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::compile::borrowed::with_named_rules;
use crate::recipe::table::Row;
use crate::recipe::yaml::{self, Node, Value};

/// The column of a table, and the key of a rule, that says it.
const SOURCE: &str = "source";

/// The verb that asks for lifecycles.
const KEEPS: &str = "keep-handle";

/// The lists of a file of `common` from which a recipe takes what it names.
const SHARED: [&str; 3] = ["patterns", "conditions", "bodies"];

/// Returns the sources, each once.
pub(super) fn of(catalog: &Catalog, recipe: &Recipe) -> BTreeSet<String> {
    let rules = recipe.content.rules.iter();
    let mut all: BTreeSet<String> = rules.filter_map(|rule| rule.source.clone()).collect();
    let Ok(root) = yaml::parse(&recipe.text) else {
        return all;
    };
    for part in parts(catalog, with_named_rules(root)) {
        for node in nodes(&part) {
            all.extend(of_node(catalog, node));
        }
    }
    all
}

/// The recipe without its examples, and what it has of files of `common`.
fn parts(catalog: &Catalog, root: Node) -> Vec<Node> {
    let named = root.child("common").map_or(&[][..], Node::elements);
    let files = named.iter().filter_map(|name| {
        let mut files = catalog.library().common.iter();
        files.find(|(id, _)| Some(id.as_str()) == name.text())
    });
    let lists = files.flat_map(|(_, file)| SHARED.iter().filter_map(|key| file.root.child(key)));
    let mut offered: Vec<(String, Node)> = lists
        .flat_map(Node::entries)
        .map(|(key, node)| (key.text.clone(), node.clone()))
        .collect();
    let own = root
        .entries()
        .iter()
        .filter(|(key, _)| key.text != "examples");
    let mut parts: Vec<Node> = own.map(|(_, node)| node.clone()).collect();
    let mut read = 0;
    while let Some(part) = parts.get(read).cloned() {
        read += 1;
        let taken = offered.extract_if(.., |(name, _)| names(&part, name));
        parts.extend(taken.map(|(_, node)| node));
    }
    parts
}

/// Returns whether a part names a pattern, a condition or a body.
fn names(part: &Node, name: &str) -> bool {
    let bracketed = format!("<{name}>");
    let is_it = |text: &str| text == name || text.contains(&bracketed);
    nodes(part).into_iter().any(|node| {
        let mut keys = node.entries().iter();
        node.text().is_some_and(is_it) || keys.any(|(key, _)| is_it(&key.text))
    })
}

/// What a node says of tables: `{table: name, column: …}`, or a verb that asks for lifecycles.
fn of_node(catalog: &Catalog, node: &Node) -> Vec<String> {
    let library = catalog.library();
    let mut all = Vec::new();
    if node.child(KEEPS).is_some() {
        let rows = library.lifecycles.rows.iter();
        all.extend(rows.map(|row| row.source.clone()));
    }
    let tables = node.child("table").map_or(&[][..], Node::elements);
    for table in tables.iter().filter_map(|name| library.find(name.text()?)) {
        let rows = table.rows.iter().filter(|row| is_meant(node, row));
        let sources = rows.filter_map(|row| row.cell(SOURCE)?.text().map(str::to_owned));
        all.extend(sources);
    }
    all
}

/// Returns whether a row has the column that is named, and the words that are asked for.
fn is_meant(named: &Node, row: &Row) -> bool {
    let has_column = |column: &str| row.cell(column).is_some();
    let column = named.child("column").and_then(Node::text);
    let asked = named.child("where").map_or(&[][..], Node::entries);
    let is_asked = asked.iter().all(|(key, value)| {
        let (Some(column), Some(texts)) = (key.text.strip_prefix("$row."), value.child("text"))
        else {
            return true;
        };
        let cell = row.cell(column).and_then(Node::text);
        texts.elements().iter().any(|text| text.text() == cell)
    });
    column.is_none_or(has_column) && is_asked
}

/// A node, and all in it.
fn nodes(node: &Node) -> Vec<&Node> {
    let inner: Vec<&Node> = match &*node.value {
        Value::List(elements) => elements.iter().flat_map(nodes).collect(),
        Value::Map(entries) => entries.iter().flat_map(|(_, value)| nodes(value)).collect(),
        Value::Scalar(_) | Value::Nothing => Vec::new(),
    };
    std::iter::once(node).chain(inner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: &str, expected: &str, is_there: bool) {
        let catalog = Catalog::shipped_once();
        let recipe = catalog.find(id).expect("the recipe is there");
        let all = of(catalog, recipe);
        let has = all.iter().any(|source| source.contains(expected));
        assert_eq!(has, is_there, "{id}: {all:?}");
    }

    #[test]
    fn rows_of_lifecycles_and_of_tables_in_patterns_are_sources() {
        check("task-handle", "async_case.py", true);
        check("missing-timeout", "async_case.py", false);
    }
}
