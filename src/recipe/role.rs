//! Roles of functions as data: which decorators, names, classes or receivers tell what one is for.

use std::sync::LazyLock;

use super::compile::compile_roles;
use super::condition::Role;
use super::pattern::Pattern;

/// One row of `codemods/tables/roles.yaml`; any part that fits is enough.
#[derive(Debug, Default)]
pub struct RoleRow {
    /// `thread-target`, `test`, …
    pub role: String,
    /// What a decorator looks like.
    pub decorators: Vec<Pattern>,
    /// Code that hands the function over; in it `$f` is the function.
    pub given_to: Vec<Pattern>,
    /// Qualified classes.
    pub bases: Vec<String>,
    /// The methods of such classes that have the role; empty: all.
    pub methods: Vec<String>,
    /// Names, `*` for any letters.
    pub named: Vec<String>,
}

const ROLES: (&str, &str) = (
    "codemods/tables/roles.yaml",
    include_str!("../../codemods/tables/roles.yaml"),
);

static SHIPPED: LazyLock<Vec<RoleRow>> = LazyLock::new(|| {
    // A test compiles the same text.
    compile_roles(ROLES.0, ROLES.1).expect("the shipped roles are right")
});

/// Returns the shipped row of a role; `None` for one that needs none.
pub fn row(role: &str) -> Option<&'static RoleRow> {
    SHIPPED.iter().find(|row| row.role == role)
}

/// Returns all roles that a recipe may name.
pub fn names() -> Vec<&'static str> {
    let rows = SHIPPED.iter().map(|row| row.role.as_str());
    let computed = Role::WORDS.iter().copied();
    let mut names: Vec<&str> = rows.chain(computed).collect();
    names.sort_unstable();
    names.dedup();
    names
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
    fn the_shipped_roles_compile() {
        assert!(row("thread-target").is_some_and(|row| !row.given_to.is_empty()));
        assert!(names().contains(&"callback"));
    }

    #[test]
    fn names_may_have_a_star() {
        assert!(fits("main", "main") && !fits("main", "main2"));
        assert!(fits("test_*", "test_it") && !fits("test_*", "my_test_it"));
        assert!(fits("*_sync", "load_sync") && !fits("*_sync", "sync_load"));
        assert!(fits("__*__", "__init__") && !fits("__*__", "__"));
    }
}
