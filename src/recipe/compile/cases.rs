//! Cases of `safety` that recipes have in common are rows of a table: they take the place of its name.
//!
//! What comes out are ordinary cases, so that nothing behind this knows of tables.

use std::sync::Arc;

use ruff_text_size::TextSize;

use super::row::{find_table, put_patterns};
use crate::recipe::error::{Complaint, Report};
use crate::recipe::schema::CASES;
use crate::recipe::shape;
use crate::recipe::table::{Library, Row};
use crate::recipe::yaml::{Key, Node, Value};

/// What the list of cases calls those of a table.
const KEY: &str = "cases";

/// The columns of such a table.
const COLUMNS: [&str; 3] = ["level", "when", "because"];

/// The column that it may have, and that rows may leave empty.
const CHECK: &str = "check";

/// How a sentence, of the table or behind it, names what the recipe says by `so`.
const SO: &str = "{so}";

/// Puts the cases of tables into the `safety` of a recipe and of its rules; `None` where there are none.
pub(super) fn put_cases(
    recipe: &mut Node,
    library: &Library,
    report: &mut Report<'_>,
) -> Option<()> {
    let Value::Map(entries) = Arc::make_mut(&mut recipe.value) else {
        return Some(());
    };
    for (key, value) in entries {
        match (key.text.as_str(), Arc::make_mut(&mut value.value)) {
            ("safety", _) => put(value, library, report)?,
            ("rules", Value::List(rules)) => {
                let mut rules = rules.iter_mut();
                rules.try_for_each(|rule| put_cases(rule, library, report))?;
            }
            _ => {}
        }
    }
    Some(())
}

fn put(safety: &mut Node, library: &Library, report: &mut Report<'_>) -> Option<()> {
    let elements = safety.elements();
    if elements.iter().all(|case| case.child(KEY).is_none()) {
        return Some(());
    }
    let mut cases = Vec::new();
    let mut so = None;
    for case in elements {
        match case.child(KEY) {
            Some(named) => {
                cases.extend(of_table(named, library, report)?);
                so = named.child("so").and_then(Node::text);
            }
            None => cases.push(so.map_or_else(|| case.clone(), |so| with_so(case, so))),
        }
    }
    safety.value = Value::List(cases).into();
    Some(())
}

fn of_table(named: &Node, library: &Library, report: &mut Report<'_>) -> Option<Vec<Node>> {
    shape::check(named, &CASES, KEY, report);
    let (name, so) = (named.child("table")?, named.child("so")?.text()?);
    let table = find_table(KEY, name, library, report)?;
    let known: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
    if let Some(lacking) = COLUMNS.iter().find(|column| !known.contains(column)) {
        let complaint = Complaint::unknown(name.span.start(), "column", lacking, &known);
        report.add(KEY, complaint);
        return None;
    }
    let cases = table.rows.iter().map(|row| of_row(row, named, so));
    let mut cases: Vec<Node> = cases.collect::<Option<_>>()?;
    let mut each = cases.iter_mut();
    each.try_for_each(|case| put_patterns(case, library, report))?;
    Some(cases)
}

/// `level: {when: …, because: …, check: …}`; what the recipe itself asks, too, comes first.
fn of_row(row: &Row, named: &Node, so: &str) -> Option<Node> {
    let at = named.span.start();
    let key = |name: &str| Key::default().replaced(name.to_owned());
    let [level, when, because] = COLUMNS.map(|column| row.cell(column));
    let (when, because) = (when?.moved(at), because?.moved(at));
    let because = with_so(&because, so);
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
    let check = match level?.text()? {
        "review" => both(row.cell(CHECK), named.child(CHECK), at),
        _ => row.cell(CHECK).map(|check| check.moved(at)),
    };
    let check = check.map(|check| with_so(&check, so));
    let mut case = vec![(key("when"), when), (key("because"), because)];
    case.extend(check.map(|check| (key(CHECK), check)));
    let case = node(Value::Map(case));
    Some(node(Value::Map(vec![(key(level?.text()?), case)])))
}

/// What a row says to check, and behind it what the recipe does.
fn both(of_row: Option<&Node>, named: Option<&Node>, at: TextSize) -> Option<Node> {
    let Some((row, named)) = of_row.zip(named) else {
        return of_row.map(|row| row.moved(at)).or_else(|| named.cloned());
    };
    let mut both = named.clone();
    if let (Value::Scalar(scalar), Some(row)) = (Arc::make_mut(&mut both.value), row.text()) {
        let text = format!("{row}; {}", scalar.text);
        *scalar = scalar.replaced(text, at);
    }
    Some(both)
}

/// Writes out `{so}` in a sentence, or in that of a case.
fn with_so(node: &Node, so: &str) -> Node {
    let mut written = node.clone();
    match Arc::make_mut(&mut written.value) {
        Value::Scalar(scalar) if scalar.text.contains(SO) => {
            *scalar = scalar.replaced(scalar.text.replace(SO, so), node.span.start());
        }
        Value::Map(entries) => {
            for (_, value) in entries.iter_mut().filter(|(key, _)| key.text != "when") {
                *value = with_so(value, so);
            }
        }
        _ => {}
    }
    written
}
