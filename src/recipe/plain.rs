//! What Python's own functions, classes and methods do with objects of a project, as data.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::compile::compile_table;
use super::table::{Library, Row};
use super::word::words;
use super::yaml::Node;

/// A value of one of Python's own types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// Text, a number, a file: what its methods give is plain too.
    Object,
    /// A list, dict or the like: what it holds may be anything.
    Container,
}

words!(Plain: Object "object", Container "container");

/// Code of a project that a function of Python's own runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// That of what it is given.
    Given,
    /// That of what the project hung up elsewhere, a handler of a log.
    Installed,
}

words!(Runs: Given "given", Installed "installed");

/// What is known of one function, class or method; nothing of one that has no row.
#[derive(Debug, Default, Clone, Copy)]
pub struct Known {
    /// What a call gives.
    pub gives: Option<Plain>,
    /// What a call runs.
    pub runs: Option<Runs>,
}

const PLAIN: (&str, &str) = (
    "codemods/tables/plain.yaml",
    include_str!("../../codemods/tables/plain.yaml"),
);

/// By column and name.
static SHIPPED: LazyLock<FxHashMap<(&str, String), Known>> = LazyLock::new(|| {
    let table = compile_table(PLAIN.0, PLAIN.1, &Library::default());
    // A test compiles the same text.
    let rows = table.expect("the shipped table is right").rows;
    let named = |row: &Row, column| {
        let cell = row.cell(column);
        let names = cell.map_or(&[][..], Node::elements).iter();
        let key = move |name: &Node| Some((column, name.text()?.to_owned()));
        names.filter_map(key).collect::<Vec<_>>()
    };
    let mut known = FxHashMap::default();
    for row in &rows {
        let word = |column| row.cell(column).and_then(Node::text);
        let told = Known {
            gives: word("gives").and_then(Plain::from_word),
            runs: word("runs").and_then(Runs::from_word),
        };
        let keys = named(row, "names").into_iter().chain(named(row, "methods"));
        known.extend(keys.map(|key| (key, told)));
    }
    known
});

/// Returns what is known of a function or class.
pub fn function(name: &str) -> Known {
    look_up("names", name)
}

/// Returns what is known of the methods of that name.
pub fn method(name: &str) -> Known {
    look_up("methods", name)
}

fn look_up(column: &'static str, name: &str) -> Known {
    let known = SHIPPED.get(&(column, name.to_owned()));
    known.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_compiles() {
        assert_eq!(function("open").gives, Some(Plain::Object));
        assert_eq!(function("frozenset").runs, Some(Runs::Given));
        assert_eq!(method("join").runs, Some(Runs::Given));
        assert_eq!(method("items").gives, Some(Plain::Container));
        let unlisted = function("random.choice");
        assert!(unlisted.gives.is_none() && unlisted.runs.is_none());
    }
}
