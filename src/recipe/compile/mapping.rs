//! Rows of a table → lines of a map of the old to the new: of `arguments`, `follow-value`, and `exceptions`.
//!
//! `table: name` among the lines stands for the rows of that table. They take its place before anything is
//! compiled, so that nothing behind this knows of tables. A line that is typed out wins over a row.

use ruff_text_size::TextSize;

use super::row::find_table;
use crate::recipe::error::{Complaint, Problem, Report};
use crate::recipe::table::{Library, Row};
use crate::recipe::yaml::{Key, Node, Value};

/// The maps that may name a table.
const MAPS: [&str; 3] = ["arguments", "follow-value", "exceptions"];

/// The key that names tables.
const TABLE: &str = "table";

/// The columns: what is mapped, and to what. A row has one of the last two.
const OLD: &str = "old";
const NEW: &str = "new";
const REFUSE: &str = "refuse";

/// Puts the rows of tables into the maps of a recipe and of its rules; `None` where there is no such table.
pub(super) fn put_rows(
    recipe: &mut Node,
    library: &Library,
    report: &mut Report<'_>,
) -> Option<()> {
    for key in MAPS {
        let map = recipe.child(key).filter(|map| map.child(TABLE).is_some());
        let mapped = match map {
            Some(map) => mapped(key, map, library, report)?,
            None => continue,
        };
        if let Some(map) = recipe.child_mut(key) {
            *map = mapped;
        }
    }
    let rules = recipe.child_mut("rules").map(Node::elements_mut);
    let mut rules = rules.into_iter().flatten();
    rules.try_for_each(|rule| put_rows(rule, library, report))
}

/// The map with rows in the place of `table`.
fn mapped(key: &str, map: &Node, library: &Library, report: &mut Report<'_>) -> Option<Node> {
    let mut lines = Vec::new();
    for (old, new) in map.entries() {
        if old.text != TABLE {
            lines.push((old.clone(), new.clone()));
            continue;
        }
        for name in new.elements() {
            let table = find_table(key, name, library, report)?;
            let known: Vec<&str> = table.columns.iter().map(|it| &*it.name).collect();
            let needed = [OLD, NEW].into_iter().find(|it| !known.contains(it));
            if let Some(lacking) = needed {
                let complaint = Complaint::unknown(name.span.start(), "column", lacking, &known);
                report.add(key, complaint);
                return None;
            }
            for row in &table.rows {
                let Some(of_row) = lines_of(row, name.span.start(), report) else {
                    let column = NEW.to_owned();
                    let problem = Problem::EmptyCell { column };
                    let complaint = Complaint::new(name.span.start(), problem);
                    report.add(key, complaint.expected("`new` or `refuse` in each row"));
                    return None;
                };
                let is_typed = |old: &Key| map.child(&old.text).is_some();
                lines.extend(of_row.into_iter().filter(|(old, _)| !is_typed(old)));
            }
        }
    }
    Some(Node {
        value: Value::Map(lines).into(),
        span: map.span,
    })
}

/// A line for each text of `old`; `None`: the row does not say what becomes of it.
fn lines_of(row: &Row, at: TextSize, report: &Report<'_>) -> Option<Vec<(Key, Node)>> {
    let key = |text: &str| Key::default().replaced(text.to_owned());
    let new = row.cell(NEW).map(|new| new.moved(at, report));
    let new = new.or_else(|| {
        let why = row.cell(REFUSE)?.moved(at, report);
        let span = why.span;
        let value = Value::Map(vec![(key(REFUSE), why)]).into();
        Some(Node { value, span })
    })?;
    let old = row.cell(OLD).map_or(&[][..], Node::elements).iter();
    let lines = old.filter_map(|old| Some((key(old.text()?), new.clone())));
    Some(lines.collect())
}
