//! `{table: …, column: …, where: …}` in the place of patterns → the cells of that column.

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
    if node.child("table").is_some() {
        node.value = Value::List(of_column(node, library, report)?).into();
        return Some(());
    }
    match Arc::make_mut(&mut node.value) {
        Value::List(elements) => {
            let mut put = Vec::new();
            for mut element in elements.drain(..) {
                put_patterns(&mut element, library, report)?;
                match &*element.value {
                    Value::List(inner) => put.extend(inner.iter().cloned()),
                    _ => put.push(element),
                }
            }
            *elements = put;
        }
        Value::Map(entries) => {
            for (_, value) in entries {
                put_patterns(value, library, report)?;
            }
        }
        _ => {}
    }
    Some(())
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
        patterns.extend(cell.map(|cell| of_cell(node, cell, condition.as_ref())));
    }
    Some(patterns)
}

/// `{match: …, where: …}` for a cell.
fn of_cell(node: &Node, cell: &Node, condition: Option<&Node>) -> Node {
    let entries = node.entries().iter().filter_map(|(key, _)| {
        let (text, value) = match key.text.as_str() {
            "table" => ("match", cell.moved(node.span.start())),
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
