//! The bytes of a file → whether it may say something of classes as a whole.

/// A file that has none of these reads and sets nothing by a computed name, and makes no class in another
/// way.
const WORDS: [&str; 11] = [
    "__dict__",
    "__getattribute__",
    "deepcopy",
    "import copy",
    "make_dataclass",
    "metaclass",
    "multiple",
    "new_class",
    "pickle",
    "setattr",
    "vars",
];

/// Returns whether a text may say something.
pub(super) fn may_say(bytes: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    WORDS.into_iter().any(has) || has_call(bytes, b"type", 3) || has_call(bytes, b"class", 2)
}

/// Returns whether a text may have that word before parentheses with so many things in them, or more.
fn has_call(bytes: &[u8], word: &[u8], least: usize) -> bool {
    let mut found = memchr::memmem::find_iter(bytes, word);
    found.any(|at| {
        let line_or_parentheses = &bytes[at + word.len()..];
        let open = line_or_parentheses
            .iter()
            .position(|it| matches!(it, b'(' | b':' | b'\n'));
        open.is_some_and(|open| {
            line_or_parentheses[open] == b'(' && n_within(&line_or_parentheses[open..]) >= least
        })
    })
}

/// How many things stand within the first parentheses of a text; strings are not told apart.
fn n_within(text: &[u8]) -> usize {
    let (mut depth, mut commas) = (0usize, 0);
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
