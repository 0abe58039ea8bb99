//! What `for-each` says: a table, and perhaps which of its rows.

use super::row::CODE;
use crate::recipe::error::{Complaint, Law, Problem, Report};
use crate::recipe::parameter::Parameter;
use crate::recipe::table::{Row, Table};
use crate::recipe::yaml::{Key, Node};

/// What names the table: all of `for-each`, or its `table`.
pub(super) fn table_of(each: &Node) -> &Node {
    each.child("table").unwrap_or(each)
}

/// The rows that `where` asks for, perhaps by the value of a parameter.
pub(super) fn chosen<'t>(
    each: &Node,
    table: &'t Table,
    parameters: &[Parameter],
    report: &mut Report<'_>,
) -> Option<Vec<&'t Row>> {
    let asked = each.child("where").map_or(&[][..], Node::entries);
    let value = |text: &'_ Node| {
        let text = text.text().unwrap_or_default();
        let mut named = parameters.iter();
        let named = named.find(|it| text.strip_prefix('$') == Some(&it.name));
        named.map_or(text, |it| &it.value.shown).to_owned()
    };
    let fits = |row: &Row, (key, asked): &(Key, Node)| {
        let column = key.text.strip_prefix(CODE).unwrap_or_default();
        let said = row.cell(column).and_then(Node::text);
        let mut texts = asked.child("text").map_or(&[][..], Node::elements).iter();
        texts.any(|text| said == Some(&value(text)))
    };
    let rows = table.rows.iter();
    let rows: Vec<&Row> = rows
        .filter(|row| asked.iter().all(|it| fits(row, it)))
        .collect();
    if rows.is_empty() {
        report.add("for-each", no_row(each, asked, table));
        return None;
    }
    Some(rows)
}

fn no_row(each: &Node, asked: &[(Key, Node)], table: &Table) -> Complaint {
    let cells = asked.iter().flat_map(|(key, _)| {
        let column = key.text.strip_prefix(CODE).unwrap_or_default();
        table.rows.iter().filter_map(move |row| row.cell(column))
    });
    let known: Vec<&str> = cells.filter_map(Node::text).collect();
    let table = table.id.clone();
    let problem = Problem::Law(Law::NoRow { table });
    Complaint::new(each.span.start(), problem).expected(known.join(", "))
}
