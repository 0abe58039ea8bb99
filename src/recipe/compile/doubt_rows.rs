//! Doubts that recipes have in common: rows of a table take the place of its name.
//!
//! Nothing behind this knows of tables.

use std::sync::Arc;

use ruff_text_size::TextSize;

use super::column::put_patterns;
use super::row::find_table;
use crate::recipe::error::{Complaint, Report};
use crate::recipe::safety::Safety;
use crate::recipe::schema::DOUBT;
use crate::recipe::shape;
use crate::recipe::table::{Library, Row};
use crate::recipe::yaml::{Key, Node, Value};

/// The key of the list.
pub(super) const KEY: &str = "doubts";

/// The columns that a table of doubts has.
const COLUMNS: [&str; 2] = ["when", "because"];

/// The columns that it may have, and that rows may leave empty.
pub(super) const LEVEL: &str = "level";
pub(super) const CHECK: &str = "check";

/// Puts the rows of tables into the `doubts` of a recipe and of its rules; `None` where there is no such table.
pub(super) fn put_doubts(
    recipe: &mut Node,
    library: &Library,
    report: &mut Report<'_>,
) -> Option<()> {
    let mut rows = DoubtRows::default();
    put(recipe, library, report, &mut rows)?;
    let rules = recipe.child_mut("rules").map(Node::elements_mut);
    let mut rules = rules.into_iter().flatten();
    rules.try_for_each(|rule| put(rule, library, report, &mut rows))
}

fn put(
    rule: &mut Node,
    library: &Library,
    report: &mut Report<'_>,
    rows: &mut DoubtRows,
) -> Option<()> {
    let elements = rule.child(KEY).map_or(&[][..], Node::elements);
    if elements.iter().all(|doubt| doubt.child("table").is_none()) {
        return Some(());
    }
    let mut put = Vec::new();
    for doubt in elements {
        put.extend_from_slice(rows.of(doubt, library, report)?);
    }
    if let Some(doubts) = rule.child_mut(KEY) {
        doubts.value = Value::List(put).into();
    }
    Some(())
}

/// Doubts with the rows of the tables that they name: rules share both.
#[derive(Debug, Default)]
pub(super) struct DoubtRows(Vec<(Node, Vec<Node>)>);

impl DoubtRows {
    /// Returns the rows, or the doubt itself where it names no table; `None`: there is no such table.
    pub(super) fn of<'d>(
        &'d mut self,
        doubt: &'d Node,
        library: &Library,
        report: &mut Report<'_>,
    ) -> Option<&'d [Node]> {
        let Some(name) = doubt.child("table") else {
            return Some(std::slice::from_ref(doubt));
        };
        let known = self.0.iter().position(|(it, _)| it.is_same(doubt));
        let place = match known {
            Some(place) => place,
            None => {
                let rows = of_table(doubt, name, library, report)?;
                self.0.push((doubt.clone(), rows));
                self.0.len() - 1
            }
        };
        Some(&self.0[place].1)
    }
}

fn of_table(
    doubt: &Node,
    name: &Node,
    library: &Library,
    report: &mut Report<'_>,
) -> Option<Vec<Node>> {
    shape::check(doubt, &DOUBT, KEY, report);
    let table = find_table(KEY, name, library, report)?;
    let known: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
    if let Some(lacking) = COLUMNS.iter().find(|column| !known.contains(column)) {
        let complaint = Complaint::unknown(name.span.start(), "column", lacking, &known);
        report.add(KEY, complaint);
        return None;
    }
    let doubts = table.rows.iter().map(|row| of_row(row, doubt, report));
    let mut doubts: Vec<Node> = doubts.collect::<Option<_>>()?;
    let mut each = doubts.iter_mut();
    each.try_for_each(|it| put_patterns(it, library, report))?;
    Some(doubts)
}

/// A doubt of a row: what the recipe itself asks comes first, and what it has to check last.
fn of_row(row: &Row, named: &Node, report: &Report<'_>) -> Option<Node> {
    let at = named.span.start();
    let key = |name: &str| Key::default().replaced(name.to_owned());
    let cell = |column: &str| Some(row.cell(column)?.moved(at, report));
    let [when, because] = COLUMNS.map(cell);
    let (when, because) = (when?, because?);
    let span = when.span;
    let node = |value: Value| Node {
        value: value.into(),
        span,
    };
    let when = match named.child("when") {
        Some(guard) => {
            let both = node(Value::List(vec![guard.clone(), when]));
            node(Value::Map(vec![(key("all"), both)]))
        }
        None => when,
    };
    let level = cell(LEVEL).filter(|level| level.text().is_some());
    let is_manual = level.as_ref().and_then(Node::text) == Some(Safety::Manual.word());
    let to_check = named.child(CHECK).filter(|_| !is_manual);
    let check = both(row.cell(CHECK), to_check, at, report);
    let mut doubt = vec![(key("when"), when), (key("because"), because)];
    doubt.extend(level.map(|level| (key(LEVEL), level)));
    doubt.extend(check.map(|check| (key(CHECK), check)));
    Some(node(Value::Map(doubt)))
}

/// What a row says to check, and after it what the recipe does.
fn both(
    of_row: Option<&Node>,
    named: Option<&Node>,
    at: TextSize,
    report: &Report<'_>,
) -> Option<Node> {
    let of_row = of_row.filter(|check| check.text().is_some());
    let Some((row, named)) = of_row.zip(named) else {
        let of_row = of_row.map(|row| row.moved(at, report));
        return of_row.or_else(|| named.cloned());
    };
    let mut both = named.clone();
    if let (Value::Scalar(scalar), Some(row)) = (Arc::make_mut(&mut both.value), row.text()) {
        let text = format!("{row}; {}", scalar.text);
        *scalar = scalar.replaced(text, at);
    }
    Some(both)
}
