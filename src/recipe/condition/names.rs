//! A qualified name in a condition: one name, or all of a module.

use crate::python::dotted::is_in;

/// How a name ends that means all of a module or package, and of those in it.
const ALL: &str = ".*";

/// Returns whether a qualified name is the wanted one, or is in the module of `module.*`.
pub fn is_named(name: &str, wanted: &str) -> bool {
    match module_of(wanted) {
        None => name == wanted,
        Some(module) => is_in(name, module),
    }
}

/// Returns whether a qualified name is one of the wanted, or is in one of their modules.
pub fn is_among(name: &str, wanted: &[String]) -> bool {
    wanted.iter().any(|it| is_named(name, it))
}

/// Returns the module of `module.*`; `None`: it is one name.
pub fn module_of(wanted: &str) -> Option<&str> {
    wanted.strip_suffix(ALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_has_what_is_in_it_and_below() {
        assert!(is_named("a.b", "a.b"));
        assert!(!is_named("a.b.c", "a.b"));
        assert!(is_named("a.b.c", "a.b.*"));
        assert!(is_named("a.b.c.d", "a.b.*"));
        assert!(!is_named("a.b", "a.b.*"));
        assert!(!is_named("a.bc.d", "a.b.*"));
    }
}
