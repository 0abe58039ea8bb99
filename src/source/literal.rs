//! The inside of a JSON string literal ↔ the text it stands for.
//!
//! A notebook's source is edited without decoding it for good: offsets of the text are traced to
//! offsets of the literal, and only what is new is encoded.

/// One character as written in a literal.
struct Unit {
    /// Bytes it takes.
    written: usize,
    /// What it stands for; `None` for half of a surrogate pair.
    character: Option<char>,
}

/// Reads the first character. The escapes are well-formed: the JSON parser has seen them.
fn next_unit(body: &str) -> Option<Unit> {
    let first = body.chars().next()?;
    if first != '\\' {
        return Some(Unit {
            written: first.len_utf8(),
            character: Some(first),
        });
    }
    let escaped = body[1..].chars().next()?;
    let character = match escaped {
        'u' => return unicode_unit(body),
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        other => other,
    };
    Some(Unit {
        written: 1 + escaped.len_utf8(),
        character: Some(character),
    })
}

/// Reads `\uXXXX`, or two of them that make one character.
fn unicode_unit(body: &str) -> Option<Unit> {
    let first = code_unit(body)?;
    if let Some(Ok(character)) = char::decode_utf16([first]).next() {
        return Some(Unit {
            written: 6,
            character: Some(character),
        });
    }
    let pair =
        code_unit(&body[6..]).and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    Some(Unit {
        written: if pair.is_some() { 12 } else { 6 },
        character: pair,
    })
}

fn code_unit(body: &str) -> Option<u16> {
    let digits = body.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// Appends the text of a literal's inside to `text`; `false` if it holds half of a surrogate pair.
pub(super) fn decode(body: &str, text: &mut String) -> bool {
    let mut rest = body;
    while let Some(escape) = rest.find('\\') {
        text.push_str(&rest[..escape]);
        rest = &rest[escape..];
        let Some(Unit {
            written,
            character: Some(character),
        }) = next_unit(rest)
        else {
            return false;
        };
        text.push(character);
        rest = &rest[written..];
    }
    text.push_str(rest);
    true
}

/// A place in a literal's inside that moves forward only.
pub(super) struct Cursor<'a> {
    body: &'a str,
    written: usize,
    decoded: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(body: &'a str) -> Self {
        Self {
            body,
            written: 0,
            decoded: 0,
        }
    }

    /// Moves to a byte offset of the decoded text and returns what is written up to there.
    pub(super) fn take_until(&mut self, decoded: usize) -> &'a str {
        let start = self.written;
        while self.decoded < decoded {
            let Some(unit) = next_unit(&self.body[self.written..]) else {
                break;
            };
            self.written += unit.written;
            self.decoded += unit.character.map_or(0, char::len_utf8);
        }
        &self.body[start..self.written]
    }
}

/// How characters outside ASCII are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As they are.
    Plain,
    /// As `\uXXXX`.
    Escaped,
}

impl Style {
    /// Tells the style of a piece of JSON; `None` if nothing in it is outside ASCII.
    pub(super) fn of(json: &str) -> Option<Self> {
        if !json.is_ascii() {
            return Some(Self::Plain);
        }
        let mut rest = json;
        while let Some(escape) = rest.find('\\') {
            rest = &rest[escape..];
            if code_unit(rest).is_some_and(|unit| unit > 0x7f) {
                return Some(Self::Escaped);
            }
            rest = rest.get(2..)?;
        }
        None
    }

    /// Appends `text` as it is written inside a literal.
    pub(super) fn encode(self, text: &str, body: &mut String) {
        for character in text.chars() {
            match character {
                '"' => body.push_str("\\\""),
                '\\' => body.push_str("\\\\"),
                '\n' => body.push_str("\\n"),
                '\r' => body.push_str("\\r"),
                '\t' => body.push_str("\\t"),
                '\u{8}' => body.push_str("\\b"),
                '\u{c}' => body.push_str("\\f"),
                _ if character < ' ' || (self == Self::Escaped && !character.is_ascii()) => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        body.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                _ => body.push(character),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let mut text = String::new();
        assert!(decode(body, &mut text), "{body}");
        assert_eq!(text, expected);
        let from_json: String = serde_json::from_str(&format!("\"{body}\"")).expect("JSON");
        assert_eq!(text, from_json);
    }

    #[test]
    fn every_escape_is_decoded() {
        check(r#"a\"\\\/\b\f\n\r\t\u00e9é"#, "a\"\\/\u{8}\u{c}\n\r\téé");
        check(r"\ud83d\ude00x\u005Cn", "😀x\\n");
    }

    #[test]
    fn half_a_surrogate_pair_is_no_text() {
        for body in [r"\ud800", r"\ud800x", r"\udc00\ud800", r"\ud800\n"] {
            assert!(!decode(body, &mut String::new()), "{body}");
        }
    }

    #[test]
    fn offsets_of_the_text_are_traced_to_the_literal() {
        let mut cursor = Cursor::new(r"a\n\u00e9\ud83d\ude00z");
        let pieces: Vec<_> = [1, 2, 4, 8, 9].map(|end| cursor.take_until(end)).into();
        assert_eq!(pieces, ["a", r"\n", r"\u00e9", r"\ud83d\ude00", "z"]);
    }

    #[test]
    fn the_style_is_told_by_what_is_there() {
        assert_eq!(Style::of(r"a\n\u0007"), None);
        assert_eq!(Style::of(r"a\u00e9"), Some(Style::Escaped));
        assert_eq!(Style::of(r"a\u00e9é"), Some(Style::Plain));
        assert_eq!(Style::of(r"C:\\u00e9"), None);
    }

    #[test]
    fn new_text_is_written_in_the_style() {
        let encoded = |style: Style| {
            let mut body = String::new();
            style.encode("\"\\\n\u{1}é😀", &mut body);
            body
        };
        assert_eq!(encoded(Style::Plain), "\\\"\\\\\\n\\u0001é😀");
        assert_eq!(encoded(Style::Escaped), r#"\"\\\n\u0001\u00e9\ud83d\ude00"#);
    }
}
