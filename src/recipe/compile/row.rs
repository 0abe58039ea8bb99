//! Rules that range over a table → each rule once per row, with the row's cells in place of `$row.column`.
//!
//! What comes out are ordinary rules, so that nothing behind this knows of tables. A rule is made for the
//! rows that have all columns it names; one that names none is made once.

use std::sync::Arc;

use ruff_text_size::TextSize;
use rustc_hash::FxHashSet;

use super::column::put_patterns;
use super::doubt_rows::{self, put_doubts};
use super::each::{chosen, table_of};
use super::mapping::put_rows;
use super::setting;
use crate::recipe::error::{Complaint, Law, Problem, Report};
use crate::recipe::parameter::Parameter;
use crate::recipe::table::{Library, Row, Table};
use crate::recipe::yaml::{Key, Node, Scalar, Value};
use mark::{FIELD, next_mark, place_of_row, plain_parts};

pub(super) use mark::CODE;

mod mark;

/// What a rule says of its changes; a rule that only reports is for the rows that have its sentence.
const SENTENCES: [&str; 2] = ["does", "problem"];

/// The column that says where a row was read, and the key of a rule for the same.
const SOURCE: &str = "source";

/// Puts the rows of the `for-each` table into the rules, and those of tables that patterns name in
/// their place; `None` where there is no such table, or no such row.
pub(super) fn expand(
    mut root: Node,
    library: &Library,
    parameters: &[Parameter],
    report: &mut Report<'_>,
) -> Option<Node> {
    // Of a tested recipe they are put when somebody asks for them, of others before the shape of all is checked.
    if !report.is_tested() {
        if let Some(named) = root.child_mut("patterns") {
            put_patterns(named, library, report)?;
        }
        put_doubts(&mut root, library, report)?;
    }
    put_rows(&mut root, library, report)?;
    setting::answer(&mut root, parameters);
    let Some(each) = root.child("for-each") else {
        return check_no_row(&root, report).map(|()| root);
    };
    let table = find_table("for-each", table_of(each), library, report)?;
    let rows = chosen(each, table, parameters, report)?;
    if let Value::Map(entries) = Arc::make_mut(&mut root.value) {
        for (_, rules) in entries.iter_mut().filter(|(key, _)| key.text == "rules") {
            let typed = rules.elements().iter();
            let made = typed.flat_map(|rule| for_rows(rule, table, &rows, report));
            let made: Vec<Node> = made.collect();
            // Why there are none was reported.
            if made.is_empty() {
                return None;
            }
            rules.value = Value::List(made).into();
        }
    }
    Some(root)
}

/// Without a table there is no row that a rule could name.
fn check_no_row(root: &Node, report: &mut Report<'_>) -> Option<()> {
    let rules = root.child("rules").map_or(&[][..], Node::elements);
    // A test looks through what is tested.
    let place = (!report.is_tested()).then(|| place_of_row(rules));
    let Some(place) = place.flatten() else {
        return Some(());
    };
    let problem = Problem::Law(Law::RowWithoutTable);
    report.add("rules", Complaint::new(place, problem));
    None
}

pub(super) fn find_table<'l>(
    key: &str,
    name: &Node,
    library: &'l Library,
    report: &mut Report<'_>,
) -> Option<&'l Table> {
    let id = name.text()?;
    let found = library.find(id);
    if found.is_none() {
        // Those of a folder's own recipes came last, and are meant first.
        let ids: Vec<&str> = library.tables.iter().rev().map(|(id, _)| &**id).collect();
        let complaint = Complaint::unknown(name.span.start(), "table", id, &ids);
        report.add(key, complaint);
    }
    found
}

fn for_rows(rule: &Node, table: &Table, rows: &[&Row], report: &mut Report<'_>) -> Vec<Node> {
    let mut made = Vec::new();
    let mut is_right = true;
    let plain = plain_parts(rule);
    for row in rows {
        let mut filler = Filler {
            plain: Some(&plain),
            ..Filler::new(table, row, report)
        };
        let filled = filler.rule(rule);
        is_right &= filler.is_right;
        made.extend(filled.filter(|_| !filler.lacks));
        if !filler.is_filled {
            // It is the same for every row.
            break;
        }
    }
    // A parameter may choose none of the rows that the rule is about.
    let mut others = table.rows.iter();
    let is_chosen = |row: &Row| {
        let mut filler = Filler::new(table, row, report);
        filler.rule(rule).is_some() && !filler.lacks
    };
    if made.is_empty() && is_right && !others.any(is_chosen) {
        let table = table.id.clone();
        let problem = Problem::Law(Law::NoRow { table });
        report.add("rules", Complaint::new(rule.span.start(), problem));
    }
    made
}

/// Puts the cells of one row into one rule.
pub(super) struct Filler<'f, 't> {
    table: &'f Table,
    row: &'f Row,
    /// Names a mistake once, though every row has it.
    report: &'f mut Report<'t>,
    pub(super) is_right: bool,
    /// The row leaves a column empty that the rule names, or is not among those the rule is for.
    pub(super) lacks: bool,
    /// A sentence of the rule names a column that the row leaves empty: which, where.
    unsaid: Option<(String, TextSize)>,
    /// The rule names a column.
    is_filled: bool,
    /// Parts of the rule that name none.
    plain: Option<&'f FxHashSet<usize>>,
}

impl<'f, 't> Filler<'f, 't> {
    pub(super) fn new(table: &'f Table, row: &'f Row, report: &'f mut Report<'t>) -> Self {
        Self {
            table,
            row,
            report,
            is_right: true,
            lacks: false,
            unsaid: None,
            is_filled: false,
            plain: None,
        }
    }

    /// The entries of `where` that ask about the row are answered here.
    fn rule(&mut self, rule: &Node) -> Option<Node> {
        let mut condition = rule.child("where").cloned();
        condition.iter_mut().for_each(|it| self.answer(it));
        if self.lacks {
            return None;
        }
        let mut rule = rule.clone();
        if let (Value::Map(entries), Some(answered)) = (Arc::make_mut(&mut rule.value), condition) {
            let is_empty = matches!(&*answered.value, Value::Map(words) if words.is_empty());
            entries.retain(|(key, _)| key.text != "where" || !is_empty);
            let mut entries = entries.iter_mut();
            if let Some((_, condition)) = entries.find(|(key, _)| key.text == "where") {
                *condition = answered;
            }
        }
        let mut rule = self.filled(&rule).unwrap_or(rule);
        self.check_said();
        if self.is_filled {
            self.add_source(&mut rule);
        }
        Some(rule)
    }

    /// What a rule knows by its row was read where the row says.
    fn add_source(&self, rule: &mut Node) {
        let source = self.row.cell(SOURCE).filter(|cell| cell.text().is_some());
        let Some(source) = source.filter(|_| rule.child(SOURCE).is_none()) else {
            return;
        };
        let source = source.moved(rule.span.start(), self.report);
        if let Value::Map(entries) = Arc::make_mut(&mut rule.value) {
            entries.push((Key::default().replaced(SOURCE.to_owned()), source));
        }
    }

    /// Takes `$row.column: {text: …}` out of a condition.
    pub(super) fn answer(&mut self, condition: &mut Node) {
        let mut entries = condition.entries().iter();
        if !entries.any(|(key, _)| key.text.starts_with(CODE)) {
            return;
        }
        let Value::Map(words) = Arc::make_mut(&mut condition.value) else {
            return;
        };
        words.retain(|(key, asked)| {
            let [(word, texts)] = asked.entries() else {
                return true;
            };
            let column = key.text.strip_prefix(CODE).filter(|_| word.text == "text");
            let Some(column) = column else {
                return true;
            };
            self.check_column(column, key.span.start());
            let said = self.row.cell(column).and_then(Node::text);
            self.lacks |= said.is_none_or(|said| {
                let mut texts = texts.elements().iter();
                texts.all(|text| text.text() != Some(said))
            });
            false
        });
    }

    /// Fills columns in; `None` where it names none, and is shared by the rows.
    fn filled(&mut self, node: &Node) -> Option<Node> {
        if self.plain.is_some_and(|it| it.contains(&node.address())) {
            return None;
        }
        let value = match &*node.value {
            Value::Nothing => return None,
            Value::Scalar(scalar) => self.scalar(scalar, node.span.start())?,
            Value::List(elements) => {
                let filled: Vec<_> = elements.iter().map(|it| self.filled(it)).collect();
                if filled.iter().all(Option::is_none) {
                    return None;
                }
                let put = elements.iter().zip(filled);
                Value::List(put.flat_map(|(it, filled)| element(it, filled)).collect())
            }
            Value::Map(entries) => {
                let filled = entries.iter().map(|(key, value)| {
                    let filled = self.key(key, value);
                    (filled, self.value(key, value))
                });
                let filled: Vec<_> = filled.collect();
                if filled.iter().all(|it| matches!(it, (None, None))) {
                    return None;
                }
                let entries = entries.iter().cloned().zip(filled);
                let put = |((key, value), filled): (_, (Option<_>, Option<_>))| {
                    (filled.0.unwrap_or(key), filled.1.unwrap_or(value))
                };
                Value::Map(entries.map(put).collect())
            }
        };
        Some(Node {
            value: value.into(),
            span: node.span,
        })
    }

    /// A row that the rule is for has all that the rule says of it.
    fn check_said(&mut self) {
        if let (false, Some((column, at))) = (self.lacks, self.unsaid.take()) {
            let row = self.row.name();
            let problem = Problem::Law(Law::RowLacks { row, column });
            self.complain(Complaint::new(at, problem));
        }
    }

    /// What a sentence names, and the row leaves empty, is no reason to leave the row out.
    fn sentence(&mut self, value: &Node) -> Option<Node> {
        let lacked = std::mem::take(&mut self.lacks);
        let filled = self.filled(value);
        let is_unsaid = std::mem::replace(&mut self.lacks, lacked || !self.is_right);
        if is_unsaid && self.is_right {
            let (text, row) = (value.text().unwrap_or_default(), self.row);
            let mut columns = self.table.columns.iter().map(|it| &it.name);
            let column = columns
                .find(|it| row.cell(it).is_none() && text.contains(&format!("{FIELD}{it}}}")));
            let column = column.cloned().unwrap_or_default();
            self.unsaid.get_or_insert((column, value.span.start()));
        }
        filled
    }

    /// A doubt that names an empty column is one that the row does not have.
    fn value(&mut self, key: &Key, value: &Node) -> Option<Node> {
        if SENTENCES.contains(&key.text.as_str()) && value.scalar().is_some() {
            return self.sentence(value);
        }
        if key.text != doubt_rows::KEY {
            return self.filled(value);
        }
        let lacked = self.lacks;
        let mut is_changed = false;
        let elements = value.elements().iter().filter_map(|doubt| {
            self.lacks = false;
            let filled = self.filled(doubt);
            is_changed |= filled.is_some();
            (!self.lacks).then(|| filled.unwrap_or_else(|| doubt.clone()))
        });
        let elements: Vec<Node> = elements.collect();
        self.lacks = lacked || !self.is_right;
        is_changed.then(|| Node {
            value: Value::List(elements).into(),
            span: value.span,
        })
    }

    fn key(&mut self, key: &Key, value: &Node) -> Option<Key> {
        if key.text.starts_with(CODE) && value.child("text").is_some() {
            self.complain(Complaint::new(key.span.start(), Problem::Law(Law::DeepRow)));
        }
        let text = self.text(&key.text, key.span.start())?;
        Some(key.replaced(text))
    }

    /// A text that is nothing but a column becomes its cell, which may be a list.
    fn scalar(&mut self, scalar: &Scalar, at: TextSize) -> Option<Value> {
        let column = scalar.text.trim().strip_prefix(CODE);
        if let Some(cell) = column.and_then(|column| self.row.cell(column)) {
            self.is_filled = true;
            return Some(Arc::unwrap_or_clone(cell.moved(at, self.report).value));
        }
        let text = self.text(&scalar.text, at)?;
        Some(Value::Scalar(scalar.replaced(text, at)))
    }

    /// Puts cells into a text; `None` where it names no column.
    fn text(&mut self, text: &str, at: TextSize) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, mark, behind)) = next_mark(rest) {
            filled.push_str(before);
            let column = self.column(behind, at);
            let cell = self.row.cell(column).and_then(Node::text);
            self.lacks |= cell.is_none();
            filled.push_str(cell.unwrap_or_default());
            rest = &behind[column.len()..];
            if mark == FIELD {
                rest = rest.strip_prefix('}').unwrap_or(rest);
            }
        }
        if rest.len() == text.len() {
            return None;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// Returns the column that the text begins with: names of columns may hold `-`, as differences do.
    fn column<'s>(&mut self, text: &'s str, at: TextSize) -> &'s str {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let word = &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())];
        let columns = self.table.columns.iter().map(|column| column.name.as_str());
        let known = columns.filter(|column| {
            let behind = word.strip_prefix(column);
            behind.is_some_and(|behind| behind.is_empty() || behind.starts_with('-'))
        });
        let length = known.map(str::len).max();
        let word = &word[..length.unwrap_or(word.len())];
        self.check_column(word, at);
        word
    }

    pub(super) fn check_column(&mut self, word: &str, at: TextSize) {
        self.is_filled = true;
        let columns = self.table.columns.iter();
        let columns: Vec<&str> = columns.map(|column| &*column.name).collect();
        if !columns.contains(&word) {
            self.complain(Complaint::unknown(at, "column", word, &columns));
        }
    }

    fn complain(&mut self, complaint: Complaint) {
        self.is_right = false;
        self.lacks = true;
        self.report.add("rules", complaint);
    }
}

/// A cell that is a list takes its place in the list around it.
fn element(typed: &Node, filled: Option<Node>) -> Vec<Node> {
    match (&*typed.value, filled) {
        (_, None) => vec![typed.clone()],
        (Value::Scalar(_), Some(filled)) => match &*filled.value {
            Value::List(cells) => cells.clone(),
            _ => vec![filled],
        },
        (_, Some(filled)) => vec![filled],
    }
}
