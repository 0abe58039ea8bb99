//! Text that is not parsed (magics, broken cells, strings, other files) → the words in it that may be
//! names.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

/// Returns whether a character may stand in a name.
pub fn is_in_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns whether a byte may be one of a name: those of other scripts may.
pub(crate) fn is_byte_in_name(byte: u8) -> bool {
    // Every byte of every file is asked.
    !byte.is_ascii() || byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns a number for a name, by which indexes keep it; two names may have one.
pub(crate) fn hash(name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    hasher.finish()
}

/// Returns every word of `text` that has the form of an identifier.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character| !is_in_name(character))
        .filter(|word| word.starts_with(|c: char| !c.is_ascii_digit()))
}

/// Iterates over where a name stands as a whole word: the bytes before it, and those behind.
pub(crate) fn whole_words<'b>(
    bytes: &'b [u8],
    name: &'b str,
) -> impl Iterator<Item = (&'b [u8], &'b [u8])> {
    let is_inside = |byte: Option<&u8>| byte.is_some_and(|it| is_byte_in_name(*it));
    let found = memchr::memmem::find_iter(bytes, name);
    let around = found.map(move |at| (&bytes[..at], &bytes[at + name.len()..]));
    around.filter(move |(before, after)| !is_inside(before.last()) && !is_inside(after.first()))
}
