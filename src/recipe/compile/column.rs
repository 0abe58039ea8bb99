//! `{table: …, column: …, where: …}` in the place of patterns → the cells of that column.

use rustc_hash::FxHashSet;

use super::row::{Filler, find_table};
use crate::recipe::error::Report;
use crate::recipe::table::Library;
use crate::recipe::yaml::{Node, Value};

use std::sync::Arc;

/// Puts the cells of a column in the place of each `{table: …, column: …, where: …}`.
pub(super) fn put_patterns(
    node: &mut Node,
    library: &Library,
    report: &mut Report<'_>,
) -> Option<()> {
    let mut seen = Seen {
        plain: FxHashSet::default(),
        is_right: true,
    };
    if let Some(put) = with_patterns(node, library, report, &mut seen) {
        *node = put;
    }
    seen.is_right.then_some(())
}

/// What was looked through already.
struct Seen {
    /// The addresses of values that name no table: rules share what they have in common.
    plain: FxHashSet<usize>,
    /// `false`: a table or its column is wrong, and one mistake is told.
    is_right: bool,
}

/// The node with the cells; `None`: it names no table, and is shared, or a wrong one.
fn with_patterns(
    node: &Node,
    library: &Library,
    report: &mut Report<'_>,
    seen: &mut Seen,
) -> Option<Node> {
    if !seen.is_right || seen.plain.contains(&node.address()) {
        return None;
    }
    if node.child("table").is_some() {
        let cells = of_column(node, library, report);
        seen.is_right &= cells.is_some();
        let value = Value::List(cells?).into();
        let span = node.span;
        return Some(Node { value, span });
    }
    let put = node.with_values(|value| with_patterns(value, library, report, seen));
    if put.is_none() {
        seen.plain.insert(node.address());
    }
    Some(spliced(node, put?))
}

/// Cells that took the place of an element take it in the list.
fn spliced(typed: &Node, put: Node) -> Node {
    let Value::List(elements) = &*put.value else {
        return put;
    };
    let elements = typed.elements().iter().zip(elements);
    let spliced = elements.flat_map(|(typed, put)| match &*put.value {
        Value::List(cells) if !Arc::ptr_eq(&typed.value, &put.value) => cells.clone(),
        _ => vec![put.clone()],
    });
    let value = Value::List(spliced.collect()).into();
    let span = put.span;
    Node { value, span }
}

/// The patterns of a column, of the rows that `where` asks for; what else it asks is asked of each.
fn of_column(node: &Node, library: &Library, report: &mut Report<'_>) -> Option<Vec<Node>> {
    let table = find_table("table", node.child("table")?, library, report)?;
    let column = node
        .child("column")
        .and_then(Node::text)
        .unwrap_or_default();
    let mut patterns = Vec::new();
    for row in &table.rows {
        let mut filler = Filler::new(table, row, report);
        let mut condition = node.child("where").cloned();
        condition.iter_mut().for_each(|it| filler.answer(it));
        filler.check_column(column, node.span.start());
        if !filler.is_right {
            return None;
        }
        let cell = row.cell(column).filter(|_| !filler.lacks);
        let cell = cell.map(|cell| cell.moved(node.span.start(), report));
        patterns.extend(cell.map(|cell| of_cell(node, &cell, condition.as_ref())));
    }
    Some(patterns)
}

/// `{match: …, where: …}` for a cell.
fn of_cell(node: &Node, cell: &Node, condition: Option<&Node>) -> Node {
    let entries = node.entries().iter().filter_map(|(key, _)| {
        let (text, value) = match key.text.as_str() {
            "table" => ("match", cell.clone()),
            "where" => {
                let left = condition.filter(|it| !it.entries().is_empty());
                ("where", left?.clone())
            }
            _ => return None,
        };
        Some((key.replaced(text.to_owned()), value))
    });
    Node {
        value: Value::Map(entries.collect()).into(),
        span: node.span,
    }
}
