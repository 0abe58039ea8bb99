//! The bytes of a file → whether it may say something of classes as a whole.

use memchr::memmem::find;

use crate::python::word::{is_byte_in_name, whole_words};

/// Makes a class, or gives one attributes, by names that are values, whatever stands around it.
const GIVING: [&str; 4] = [
    "__getattribute__",
    "make_dataclass",
    "new_class",
    // Of an object, and how a class says what that does.
    "setattr",
];

/// What reads all attributes of an object, whatever stands around it.
const READING: [&str; 3] = ["deepcopy", "import copy", "pickle"];

/// Holds the attributes of an object.
const NAMESPACE: &str = ".__dict__";

/// Gives the object that [`NAMESPACE`] is.
const VARS: &str = "vars";

/// Replaces several attributes at once.
const SEVERAL: &str = ".multiple";

/// Names what makes a class.
const METACLASS: &str = "metaclass";

/// Returns whether a text may give a class attributes whose names are not known, or defines a class that has
/// several bases.
pub(super) fn may_give(bytes: &[u8]) -> bool {
    has_any(bytes, &GIVING)
        || has_any(bytes, &[SEVERAL])
        || holds_attributes(bytes)
        || has_metaclass(bytes)
        || makes_class(bytes)
        || has_several_bases(bytes)
}

/// Returns whether a text may read all attributes of an object.
pub(super) fn may_read(bytes: &[u8]) -> bool {
    has_any(bytes, &READING) || holds_attributes(bytes)
}

/// It may have all attributes of an object in hand, to set some or to read them.
fn holds_attributes(bytes: &[u8]) -> bool {
    has_any(bytes, &[NAMESPACE]) || whole_words(bytes, VARS).next().is_some()
}

fn has_any(bytes: &[u8], words: &[&str]) -> bool {
    let mut words = words.iter();
    words.any(|word| find(bytes, word.as_bytes()).is_some())
}

/// A keyword, or a key.
fn has_metaclass(bytes: &[u8]) -> bool {
    let mut found = whole_words(bytes, METACLASS);
    found.any(|(_, after)| after.trim_ascii_start().starts_with(b"="))
}

/// `type` is called with three things or more.
fn makes_class(bytes: &[u8]) -> bool {
    let mut found = whole_words(bytes, "type");
    found.any(|(_, after)| n_given(after.trim_ascii_start()) >= 3)
}

/// A class statement names two bases or more.
fn has_several_bases(bytes: &[u8]) -> bool {
    let mut found = whole_words(bytes, "class");
    found.any(|(_, after)| {
        let name = after.trim_ascii_start();
        let end = name.iter().position(|byte| !is_byte_in_name(*byte));
        let behind = name[end.unwrap_or(name.len())..].trim_ascii_start();
        // Type parameters, and lines that go on, may stand before the bases.
        let bases = match behind.first() {
            Some(b'[' | b'\\') => behind.iter().position(|byte| *byte == b'('),
            _ => Some(0),
        };
        bases.is_some_and(|start| n_given(&behind[start..]) >= 2)
    })
}

/// How many things stand within the parentheses that a text begins with, none without such; strings are not
/// told apart.
fn n_given(text: &[u8]) -> usize {
    let (mut depth, mut commas) = (0usize, 0);
    if !text.starts_with(b"(") {
        return 0;
    }
    for byte in text {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth <= 1 => break,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 1 => commas += 1,
            _ => {}
        }
    }
    commas + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, gives: bool, reads: bool) {
        let found = (may_give(text.as_bytes()), may_read(text.as_bytes()));
        assert_eq!(found, (gives, reads), "{text}");
    }

    #[test]
    fn what_only_speaks_of_classes_is_not_read() {
        check("# one of multiple metaclass tricks\n", false, false);
        check("class A(B): pass\nissubclass(x, y)\n", false, false);
        check("class A: f(1, 2)\n", false, false);
        check("type(x)\ntype: int = (1, 2, 3)\n", false, false);
    }

    #[test]
    fn what_gives_classes_attributes_is_read() {
        for text in [
            "setattr(x, n, 1)\n",
            "x.__setattr__(n, 1)\n",
            "class A(B, C): pass\n",
            "class A[T](\n    B,  # (\n    C,\n): pass\n",
            "class A \\\n  (B, C): pass\n",
            "class A(B, metaclass = M): pass\n",
            "class A(metaclass=M): pass\n",
            "type('A', (B,), {})\n",
            "patch.multiple(A, **new)\n",
            "def __getattribute__(self, name): pass\n",
        ] {
            check(text, true, false);
        }
    }

    #[test]
    fn what_holds_all_attributes_gives_and_is_read() {
        check("x.__dict__[n] = 1\n", true, true);
        check("of = vars\nof(x)\n", true, true);
        check("from copy import deepcopy\n", false, true);
        check("import copy\n", false, true);
    }
}
