//! Names and words that come from anywhere → what a terminal and a log may be given.
//!
//! What a terminal would obey, what would begin a separate line, or make a text look like another, is
//! never written as it is.

use std::fmt::{self, Display, Write};
use std::path::Path;

/// What begins a command to the service that keeps a log, at the beginning of a line or anywhere.
const COMMANDS: [&str; 2] = ["::", "##"];

/// A text whose active characters are escaped; pads like a string.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'t>(pub &'t str);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.contains(is_active) {
            return f.pad(self.0);
        }
        let mut escaped = String::with_capacity(self.0.len() + 8);
        for character in self.0.chars() {
            match character {
                '\n' => escaped.push_str("\\n"),
                '\r' => escaped.push_str("\\r"),
                _ if is_active(character) => escaped.extend(character.escape_unicode()),
                _ => escaped.push(character),
            }
        }
        f.pad(&escaped)
    }
}

/// Controls but tab, what ends a line, and what reorders text (Unicode TR 9; CVE-2021-42574).
fn is_active(character: char) -> bool {
    (character.is_control() && character != '\t')
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// Returns a message of several lines, each with its active characters escaped.
pub fn lines(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| Shown(line).to_string())
        .collect();
    lines.join("\n")
}

/// Returns a path as it is shown: as it is where that is plain, else in C quotes, as git shows it.
pub fn path(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    match str::from_utf8(bytes) {
        Ok(text) if is_plain(text) => text.to_owned(),
        _ => quoted(bytes),
    }
}

/// Whether a name needs no quotes; a blank at an end would be lost, and quotes be taken for our own.
fn is_plain(name: &str) -> bool {
    let is_odd = |c: char| is_active(c) || matches!(c, '\t' | '"' | '\u{fffd}');
    let separates = cfg!(not(windows)) && name.contains('\\');
    let commands = name.starts_with(COMMANDS[0]) || name.contains(COMMANDS[1]);
    !name.contains(is_odd) && !separates && !commands && name.trim() == name
}

/// Returns a name in C quotes: bytes of active characters, or of none, as octal numbers.
fn quoted(name: &[u8]) -> String {
    let mut quoted = String::from("\"");
    for chunk in name.utf8_chunks() {
        let mut before = ' ';
        for character in chunk.valid().chars() {
            match character {
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                '"' | '\\' => quoted.extend(['\\', character]),
                '#' if before == '#' => octal(&mut quoted, b"#"),
                _ if is_active(character) => {
                    octal(&mut quoted, character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => quoted.push(character),
            }
            before = character;
        }
        octal(&mut quoted, chunk.invalid());
    }
    quoted.push('"');
    quoted
}

fn octal(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(out, "\\{byte:03o}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Shown(text).to_string(), expected);
    }

    #[track_caller]
    fn check_path(name: &str, expected: &str) {
        assert_eq!(path(Path::new(name)), expected);
    }

    #[test]
    fn nothing_that_acts_is_shown() {
        check("a\u{1b}[2Jb\tc", "a\\u{1b}[2Jb\tc");
        check("x = \u{202e}1", "x = \\u{202e}1");
        check("a\r\n::error ::b\u{2028}c", "a\\r\\n::error ::b\\u{2028}c");
        check("é 日本 \\n", "é 日本 \\n");
    }

    #[test]
    fn a_message_keeps_its_own_lines() {
        assert_eq!(lines("a\n  b\u{1b}c\rd"), "a\n  b\\u{1b}c\\rd");
    }

    #[test]
    fn a_plain_path_is_shown_as_it_is() {
        for name in ["a.py", "a b/ä.py", "日本/c#.py", "/x/y::z.py", "it's.py"] {
            check_path(name, name);
        }
    }

    #[test]
    #[cfg(unix)]
    fn an_odd_path_is_quoted_as_git_does() {
        check_path("a\nb.py", r#""a\nb.py""#);
        check_path("\u{1b}[31m.py", r#""\033[31m.py""#);
        check_path("a\"b\\c\td.py", r#""a\"b\\c\td.py""#);
        check_path("x\u{202e}yp.py", r#""x\342\200\256yp.py""#);
        check_path("::error ::x.py", r#""::error ::x.py""#);
        check_path("##vso[x]y.py", r##""#\043vso[x]y.py""##);
        check_path(" a.py", r#"" a.py""#);
    }

    #[test]
    #[cfg(unix)]
    fn bytes_that_are_no_text_are_quoted() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let name = OsStr::from_bytes(b"caf\xe9.py");
        assert_eq!(path(Path::new(name)), r#""caf\351.py""#);
    }
}
