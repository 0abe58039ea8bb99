//! A table in YAML → [`Table`]: the cells have the types that the columns say.

use super::bound::Bound;
use super::compiler::{Compiler, finish, texts};
use crate::recipe::error::{Complaint, Mistake, Problem};
use crate::recipe::schema;
use crate::recipe::shape;
use crate::recipe::table::{Column, ColumnType, Library, Row, Table};
use crate::recipe::template::{Message, Template};
use crate::recipe::yaml::{self, Node};

/// Returns whether a text has rows and no columns: they are for a table that is there.
pub fn has_rows_alone(text: &str) -> bool {
    yaml::parse(text).is_ok_and(|root| root.child("columns").is_none())
}

/// Compiles rows for a table that is there.
///
/// # Errors
///
/// Everything that is wrong with them, in order of place.
pub fn compile_rows(
    path: &str,
    text: &str,
    library: &Library,
    table: &Table,
) -> Result<Vec<Row>, Vec<Mistake>> {
    let mut compiler = Compiler::new(path, text, library);
    let root = compiler.parse(text, &schema::table::ROWS);
    let rows = root.map(|root| compiler.rows(&root, &table.columns));
    finish(rows, compiler.report)
}

impl Compiler<'_> {
    fn rows(&mut self, root: &Node, columns: &[Column]) -> Vec<Row> {
        let rows = root.child("rows").map_or(&[][..], Node::elements).iter();
        rows.map(|node| self.row(node, columns)).collect()
    }

    pub(super) fn table(&mut self, root: &Node, id: &str, path: &str) -> Table {
        let columns = root.child("columns").map_or(&[][..], Node::entries);
        let columns = columns
            .iter()
            .filter_map(|(key, node)| column(&key.text, node));
        let columns: Vec<Column> = columns.collect();
        Table {
            rows: self.rows(root, &columns),
            id: id.to_owned(),
            path: path.to_owned(),
            columns,
        }
    }

    fn row(&mut self, node: &Node, columns: &[Column]) -> Row {
        if !self.report.is_tested() {
            self.check_row(node, columns);
        }
        let cells = columns.iter().filter_map(|column| {
            let cell = node.child(&column.name)?;
            Some((column.name.clone(), cell.clone()))
        });
        Row::new(cells.collect())
    }

    fn check_row(&mut self, node: &Node, columns: &[Column]) {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        for (key, _) in node.entries() {
            if !names.contains(&key.text.as_str()) {
                let at = key.span.start();
                self.add("rows", Complaint::unknown(at, "column", &key.text, &names));
            }
        }
        for column in columns.iter().filter(|column| column.required) {
            if node.child(&column.name).is_none() {
                let problem = Problem::EmptyCell {
                    column: column.name.clone(),
                };
                let complaint = Complaint::new(node.span.start(), problem);
                self.add("rows", complaint.expected(column.kind.word()));
            }
        }
        let bound = self.bound_by_row(node, columns);
        for column in columns {
            if let Some(cell) = node.child(&column.name) {
                self.check_cell(column, cell, &bound);
            }
        }
    }

    /// What all patterns of a cell bind, for each cell of patterns that is right.
    fn bound_by_row(&mut self, node: &Node, columns: &[Column]) -> Vec<Bound> {
        let cells = columns.iter();
        let cells = cells.filter(|column| column.kind == ColumnType::Patterns);
        let bound = cells.filter_map(|column| {
            let cell = node.child(&column.name)?;
            let patterns = self.patterns(&column.name, cell, &Bound::none())?;
            Some(Bound::by_match(patterns.iter().map(|it| &*it.pattern)))
        });
        bound.collect()
    }

    /// A template or text names what the patterns of one of the cells bind.
    fn check_cell(&mut self, column: &Column, cell: &Node, bound: &[Bound]) {
        let key = column.name.as_str();
        shape::check(
            cell,
            schema::table::cell(column.kind),
            key,
            &mut self.report,
        );
        let text = cell.text().unwrap_or_default();
        match column.kind {
            ColumnType::Words if !column.words.is_empty() => {
                let words: Vec<&str> = column.words.iter().map(String::as_str).collect();
                if !words.contains(&text) {
                    let at = cell.span.start();
                    self.add(key, Complaint::unknown(at, "word", text, &words));
                }
            }
            ColumnType::Template => {
                let slots = Template::parse(text).map(|template| template.slots);
                let slots = slots.unwrap_or_default();
                let fits = |bound: &&Bound| slots.iter().all(|slot| bound.has(&slot.name));
                if let Some(bound) = bound.iter().find(fits).or(bound.first()) {
                    self.template(key, cell, bound);
                }
            }
            ColumnType::Text => {
                let message = Message::parse(text).ok();
                let names = || message.iter().flat_map(Message::captures);
                let fits = |bound: &&Bound| names().all(|name| bound.has(name));
                if let Some(bound) = bound.iter().find(fits).or(bound.first()) {
                    self.message(key, cell, bound);
                }
            }
            _ => {}
        }
    }
}

/// What the schema found wrong was reported.
fn column(name: &str, node: &Node) -> Option<Column> {
    Some(Column {
        name: name.to_owned(),
        kind: ColumnType::from_word(node.child("type")?.text()?)?,
        words: node.child("words").map(texts).unwrap_or_default(),
        required: node.child("required").and_then(Node::text) == Some("true"),
        about: node.child("about")?.text()?.to_owned(),
    })
}
