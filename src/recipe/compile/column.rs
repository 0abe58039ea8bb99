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
    if let Some(value) = with_patterns(node, library, report)? {
        node.value = value;
    }
    Some(())
}

/// The value with the cells; the inner `None`: it names no table, and is shared.
fn with_patterns(
    node: &Node,
    library: &Library,
    report: &mut Report<'_>,
) -> Option<Option<Arc<Value>>> {
    if node.child("table").is_some() {
        let cells = of_column(node, library, report)?;
        return Some(Some(Value::List(cells).into()));
    }
    let mut is_changed = false;
    let mut put = |node: &Node| {
        let value = with_patterns(node, library, report)?;
        is_changed |= value.is_some();
        let span = node.span;
        Some(value.map_or_else(|| node.clone(), |value| Node { value, span }))
    };
    let value = match &*node.value {
        Value::List(elements) => {
            let put = elements.iter().map(put).collect::<Option<Vec<_>>>()?;
            let put = elements.iter().zip(put);
            Value::List(put.flat_map(|(typed, put)| spliced(typed, put)).collect())
        }
        Value::Map(entries) => {
            let put = entries
                .iter()
                .map(|(key, value)| Some((key.clone(), put(value)?)));
            Value::Map(put.collect::<Option<_>>()?)
        }
        Value::Nothing | Value::Scalar(_) => return Some(None),
    };
    Some(is_changed.then(|| value.into()))
}

/// The cells that take the place of an element.
fn spliced(typed: &Node, put: Node) -> Vec<Node> {
    match &*put.value {
        Value::List(cells) if !Arc::ptr_eq(&typed.value, &put.value) => cells.clone(),
        _ => vec![put],
    }
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
        let cell = cell.map(|cell| report.moved(cell, node.span.start()));
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
