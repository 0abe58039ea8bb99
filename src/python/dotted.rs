//! Names with dots: `a.b.c` is in `a` and in `a.b`.

/// Returns whether a name stands in a module, class or object.
pub fn is_in(name: &str, outer: &str) -> bool {
    let rest = name.strip_prefix(outer);
    rest.is_some_and(|rest| rest.starts_with('.'))
}

/// Returns whether a name is that of a module, class or object, or stands in it.
pub fn is_or_is_in(name: &str, outer: &str) -> bool {
    name == outer || is_in(name, outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_in_what_stands_before_a_dot() {
        for (name, outer, inside, either) in [
            ("a.b.c", "a.b", true, true),
            ("a.b.c", "a", true, true),
            ("a.b", "a.b", false, true),
            ("a.bc", "a.b", false, false),
            ("a", "a.b", false, false),
        ] {
            assert_eq!(is_in(name, outer), inside, "{name} {outer}");
            assert_eq!(is_or_is_in(name, outer), either, "{name} {outer}");
        }
    }
}
