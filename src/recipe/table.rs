//! Tables: rows that a recipe ranges over (`for-each`), and the small ones that say how imports are written
//! and under which name things are public.

use super::condition::parse_version;
use super::keep::Endings;
use super::kind::Kinds;
use super::later::Later;
use super::lifecycle::Lifecycles;
use super::role::Roles;
use super::word::words;
use super::yaml::Node;

/// The tables that recipes name.
#[derive(Debug, Default)]
pub struct Library {
    /// Kinds of values.
    pub kinds: Later<Kinds>,
    /// Roles of functions.
    pub roles: Later<Roles>,
    /// Lifecycles of classes.
    pub lifecycles: Later<Lifecycles>,
    /// How things end.
    pub endings: Later<Endings>,
    /// All others, by name.
    pub tables: Vec<(String, Later<Table>)>,
    /// What several recipes have in common, by the names of files.
    pub common: Vec<(String, Later<Common>)>,
}

impl Library {
    /// Returns the table of that name.
    pub fn find(&self, id: &str) -> Option<&Table> {
        let mut tables = self.tables.iter();
        let found = tables.find(|(name, _)| name == id);
        found.map(|(_, table)| &**table)
    }

    /// Adds a table.
    pub fn add(&mut self, table: Table) {
        self.tables.push((table.id.clone(), table.into()));
    }

    /// Puts rows before those of a table, in `for-each` in order: the first that applies decides.
    pub fn add_rows(&mut self, id: &str, rows: Vec<Row>) {
        if let Some((_, table)) = self.tables.iter_mut().find(|(name, _)| name == id) {
            table.rows.splice(0..0, rows);
        }
    }

    /// Returns the modules whose members are imported by name (`from contextlib import suppress`).
    pub fn imported_by_name(&self) -> Vec<String> {
        let rows = self.pairs("imports", "module", "style");
        rows.into_iter().map(|(module, _)| module).collect()
    }

    /// Returns the modules that are not there by the import of their package: `xml.dom`.
    pub fn imported_apart(&self) -> Vec<String> {
        let rows = self.find("submodules").map_or(&[][..], |table| &table.rows);
        let modules = rows.iter().filter_map(|row| {
            let package = row.cell("package").and_then(Node::text)?;
            let modules = row.cell("modules")?.elements().iter();
            Some(modules.filter_map(move |name| Some(format!("{package}.{}", name.text()?))))
        });
        modules.flatten().collect()
    }

    /// Returns private module → public module, for the objects that a package re-exports.
    pub fn public_names(&self) -> Vec<(String, String)> {
        self.pairs("names", "module", "public")
    }

    /// Returns the names that not every Python has, each with the first that does.
    pub fn since(&self) -> impl Iterator<Item = (String, (u8, u8))> {
        let rows = self.pairs("since", "name", "python").into_iter();
        rows.filter_map(|(name, version)| Some((name, parse_version(&version)?)))
    }

    /// Returns name → what it says of how a file is run.
    pub fn script_signs(&self) -> Vec<(String, String)> {
        self.pairs("script-signs", "name", "says")
    }

    /// Returns the modules that only another Python has, each with its name.
    pub fn other_pythons(&self) -> Vec<(String, String)> {
        self.pairs("other-pythons", "module", "python")
    }

    fn pairs(&self, table: &str, first: &str, second: &str) -> Vec<(String, String)> {
        let rows = self.find(table).map_or(&[][..], |table| &table.rows).iter();
        let text = |row: &Row, column| row.cell(column).and_then(Node::text).map(str::to_owned);
        rows.filter_map(|row| Some((text(row, first)?, text(row, second)?)))
            .collect()
    }
}

/// Patterns, conditions and bodies that several recipes have.
#[derive(Debug)]
pub struct Common {
    /// Where it was read from.
    pub path: String,
    /// As typed: each recipe compiles it with its own.
    pub root: Node,
}

/// Rows with the same columns.
#[derive(Debug)]
pub struct Table {
    /// The file's name without `.yaml`.
    pub id: String,
    /// Where it was read from.
    pub path: String,
    /// What its rows may say.
    pub columns: Vec<Column>,
    /// At least one.
    pub rows: Vec<Row>,
}

/// What a row may say.
#[derive(Debug)]
pub struct Column {
    /// `$row.name` in patterns and templates, `{row.name}` in messages.
    pub name: String,
    /// What its cells hold.
    pub kind: ColumnType,
    /// The values of a column of words; empty: any word.
    pub words: Vec<String>,
    /// Whether every row has it.
    pub required: bool,
    /// What it means.
    pub about: String,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// A text, which messages show.
    Text,
    /// Texts.
    Texts,
    /// Patterns, any of which may match.
    Patterns,
    /// A template; what it captures the patterns of the row bind.
    Template,
    /// A condition.
    Condition,
    /// One of the column's words.
    Words,
}

words!(ColumnType: Text "text", Texts "texts", Patterns "patterns", Template "template", Condition "condition", Words "words");

/// One row, its cells as they were typed.
#[derive(Debug)]
pub struct Row {
    cells: Vec<(String, Node)>,
}

impl Row {
    /// Makes a row of columns and their cells.
    pub fn new(cells: Vec<(String, Node)>) -> Self {
        Self { cells }
    }

    /// Returns what the row says in its first column, by which people know it.
    pub fn name(&self) -> String {
        let mut texts = self.cells.iter().filter_map(|(_, cell)| cell.text());
        texts.next().unwrap_or_default().to_owned()
    }

    /// Returns what the row says in the column; `None` where it leaves it empty.
    pub fn cell(&self, column: &str) -> Option<&Node> {
        let mut cells = self.cells.iter();
        cells.find(|(name, _)| name == column).map(|(_, cell)| cell)
    }
}

#[cfg(test)]
mod tests {
    use crate::recipe::catalog::Catalog;

    #[test]
    fn the_shipped_tables_are_read() {
        let catalog = Catalog::shipped_once();
        let library = catalog.library();
        assert!(
            library
                .imported_by_name()
                .contains(&"contextlib".to_owned())
        );
        let events = ("asyncio.events".to_owned(), "asyncio".to_owned());
        assert!(library.public_names().contains(&events));
        assert!(
            library
                .imported_apart()
                .contains(&"xml.dom.minidom".to_owned())
        );
        let threads = library.roles.row("thread-target");
        assert!(threads.is_some_and(|row| !row.given_to.is_empty()));
        // One is a row, the other is told by the code alone.
        let names = library.roles.names();
        assert!(names.contains(&"fixture") && names.contains(&"callback"));
        // Neither is a table that rules range over.
        assert!(library.find("kinds").is_none() && library.find("roles").is_none());
    }
}
