//! Text that is not parsed (magics, broken cells, strings, other files) → the words in it that may be
//! names.

/// Returns whether a character may stand in a name.
pub fn is_in_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns every word of `text` that has the form of an identifier.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character| !is_in_name(character))
        .filter(|word| word.starts_with(|c: char| !c.is_ascii_digit()))
}
