//! A table in YAML → [`Table`]: the cells have the types that the columns say.

use super::text::Bound;
use super::{Compiler, texts};
use crate::recipe::error::{Complaint, Problem};
use crate::recipe::table::{Column, ColumnType, Row, Table};
use crate::recipe::yaml::Node;
use crate::recipe::{schema, shape};

impl Compiler<'_> {
    pub(super) fn table(&mut self, root: &Node, id: &str, path: &str) -> Table {
        let columns = root.child("columns").map_or(&[][..], Node::entries);
        let columns = columns
            .iter()
            .filter_map(|(key, node)| column(&key.text, node));
        let columns: Vec<Column> = columns.collect();
        let rows = root.child("rows").map_or(&[][..], Node::elements).iter();
        Table {
            rows: rows.map(|node| self.row(node, &columns)).collect(),
            id: id.to_owned(),
            path: path.to_owned(),
            columns,
        }
    }

    fn row(&mut self, node: &Node, columns: &[Column]) -> Row {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        for (key, _) in node.entries() {
            if !names.contains(&key.text.as_str()) {
                let at = key.span.start();
                self.add("rows", Complaint::unknown(at, "column", &key.text, &names));
            }
        }
        for column in columns.iter().filter(|column| column.required) {
            if node.child(&column.name).is_none() {
                let column = column.name.clone();
                let problem = Problem::EmptyCell { column };
                self.add("rows", Complaint::new(node.span.start(), problem));
            }
        }
        let bound = self.bound_by_row(node, columns);
        let mut cells = Vec::new();
        for column in columns {
            if let Some(cell) = node.child(&column.name) {
                self.check_cell(column, cell, bound.as_ref());
                cells.push((column.name.clone(), cell.clone()));
            }
        }
        Row::new(cells)
    }

    /// What all patterns of the row bind; `None` where it has none, or one is wrong.
    fn bound_by_row(&mut self, node: &Node, columns: &[Column]) -> Option<Bound> {
        let mut patterns = Vec::new();
        for column in columns
            .iter()
            .filter(|column| column.kind == ColumnType::Patterns)
        {
            for cell in node.child(&column.name).map_or(&[][..], Node::elements) {
                patterns.push(self.pattern(&column.name, cell)?);
            }
        }
        (!patterns.is_empty()).then(|| Bound::by_all(patterns.iter()))
    }

    fn check_cell(&mut self, column: &Column, cell: &Node, bound: Option<&Bound>) {
        let key = column.name.as_str();
        shape::check(
            cell,
            schema::table::cell(column.kind),
            key,
            &mut self.report,
        );
        match (column.kind, bound) {
            (ColumnType::Words, _) if !column.words.is_empty() => {
                let words: Vec<&str> = column.words.iter().map(String::as_str).collect();
                let word = cell.text().filter(|word| !words.contains(word));
                if let Some(word) = word {
                    let at = cell.span.start();
                    self.add(key, Complaint::unknown(at, "word", word, &words));
                }
            }
            (ColumnType::Template, Some(bound)) => {
                self.template(key, cell, bound);
            }
            (ColumnType::Text, Some(bound)) => {
                self.message(key, cell, bound);
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
