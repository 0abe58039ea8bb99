//! JSON as Python writes it → JSON as the standard has it, byte for byte in the same places.
//!
//! Python's `json` writes `NaN` and `Infinity`, and notebooks hold them in outputs. For finding the
//! sources any number of the same length will do.

use std::borrow::Cow;

const STAND_INS: [(&str, &str); 2] = [("NaN", "0.0"), ("Infinity", "0.000000")];

/// Returns the text with every bare `NaN` and `Infinity` replaced by a number as long.
pub(super) fn strict(json: &str) -> Cow<'_, str> {
    if !STAND_INS.iter().any(|(word, _)| json.contains(word)) {
        return Cow::Borrowed(json);
    }
    let mut strict = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(quote) = rest.find('"') {
        let end = quote + string_len(&rest[quote..]);
        strict.push_str(&numbers(&rest[..quote]));
        strict.push_str(&rest[quote..end]);
        rest = &rest[end..];
    }
    strict.push_str(&numbers(rest));
    Cow::Owned(strict)
}

fn numbers(between_strings: &str) -> String {
    let replaced = STAND_INS.iter();
    replaced.fold(between_strings.to_owned(), |text, (word, number)| {
        text.replace(word, number)
    })
}

/// The bytes of the string literal that a text begins with; all of it where the literal never ends.
fn string_len(text: &str) -> usize {
    let mut escaped = true;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        assert_eq!(strict(json), expected);
        assert_eq!(json.len(), expected.len());
    }

    #[test]
    fn bare_words_become_numbers() {
        check(
            r#"{"a": NaN, "b": [-Infinity]}"#,
            r#"{"a": 0.0, "b": [-0.000000]}"#,
        );
    }

    #[test]
    fn strings_stay() {
        check(r#"["NaN", "\"NaN", NaN]"#, r#"["NaN", "\"NaN", 0.0]"#);
        check(r#"["NaN"#, r#"["NaN"#);
    }
}
