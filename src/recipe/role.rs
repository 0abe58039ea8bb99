//! Roles of functions as data: which decorators, names, classes or receivers tell what one is for.

use std::sync::Arc;

use super::condition::{Condition, Role};
use super::pattern::Pattern;

/// One row of `codemods/tables/roles.yaml`; any part that fits is enough.
#[derive(Debug, Default)]
pub struct RoleRow {
    /// `thread-target`, `test`, …
    pub role: String,
    /// What a decorator looks like.
    pub decorators: Vec<Arc<Pattern>>,
    /// Code that hands the function over; in it `$f` is the function.
    pub given_to: Vec<Arc<Pattern>>,
    /// Whether that is looked for in other files of the project, too.
    pub anywhere: bool,
    /// Whether a program starts there: what only such functions call is part of its start.
    pub starts_program: bool,
    /// Whether what calls such a method awaits it if it is a coroutine function.
    pub awaited: bool,
    /// Whether a function inside such a function has the role, too.
    pub nested: bool,
    /// Qualified classes.
    pub bases: Vec<String>,
    /// The methods of such classes that have the role; empty: all.
    pub methods: Vec<String>,
    /// Names, `*` for any letters.
    pub named: Vec<String>,
    /// What holds at such a function.
    pub when: Option<Condition>,
    /// Why such a function stays sync where what it calls turns async.
    pub stays: Option<String>,
}

/// The roles a recipe may name.
#[derive(Debug, Default)]
pub struct Roles {
    /// In the table's order.
    pub rows: Vec<RoleRow>,
}

impl Roles {
    /// Returns the row of a role; `None` for one that needs none.
    pub fn row(&self, role: &str) -> Option<&RoleRow> {
        self.rows.iter().find(|row| row.role == role)
    }

    /// Returns all roles: rows, and those that the code around a function tells.
    pub fn names(&self) -> Vec<&str> {
        let rows = self.rows.iter().map(|row| row.role.as_str());
        let computed = Role::WORDS.iter().copied();
        let mut names: Vec<&str> = rows.chain(computed).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl RoleRow {
    /// Returns whether the methods of that name have the role in classes that derive from the bases.
    pub fn has_method(&self, name: &str) -> bool {
        self.methods.is_empty() || self.methods.iter().any(|wanted| fits(wanted, name))
    }

    /// Returns whether a function of that name has the role by its name alone.
    pub fn is_named(&self, name: &str) -> bool {
        self.named.iter().any(|wanted| fits(wanted, name))
    }
}

/// A name fits another one, or what stands around a `*`.
fn fits(wanted: &str, name: &str) -> bool {
    match wanted.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => name == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_a_star() {
        assert!(fits("main", "main") && !fits("main", "main2"));
        assert!(fits("test_*", "test_it") && !fits("test_*", "my_test_it"));
        assert!(fits("*_sync", "load_sync") && !fits("*_sync", "sync_load"));
        assert!(fits("__*__", "__init__") && !fits("__*__", "__"));
    }
}
