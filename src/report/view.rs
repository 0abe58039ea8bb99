//! Where a report goes → how its text is painted and which of its characters are shown escaped.
//!
//! File contents and names come from anywhere: what a terminal would obey, or what would make it show
//! other text than the file holds, is never written to a terminal as it is.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};

/// Headings: file and section names.
pub const HEADING: Style = Style::new().bold();
/// The `@@ … @@` of a hunk.
pub const HUNK: Style = AnsiColor::Cyan.on_default();
/// Lines that go.
pub const REMOVED: Style = AnsiColor::Red.on_default();
/// Lines that come.
pub const ADDED: Style = AnsiColor::Green.on_default();
/// What is safe, and passed.
pub const SAFE: Style = AnsiColor::Green.on_default().bold();
/// What a person looks at first.
pub const REVIEW: Style = AnsiColor::Yellow.on_default().bold();
/// What went wrong.
pub const FAILED: Style = AnsiColor::Red.on_default().bold();
/// Recipe names.
pub const RECIPE: Style = AnsiColor::Magenta.on_default();
/// What may be passed over.
pub const FAINT: Style = Style::new().dimmed();

/// The reader's end: where paths are seen from, and what the writer understands.
#[derive(Debug, Clone)]
pub struct View {
    /// The directory that paths are shown relative to; absolute.
    pub base: PathBuf,
    /// Whether colors are written.
    pub color: bool,
    /// Whether a terminal reads it.
    pub terminal: bool,
}

impl View {
    /// A view without colors for a file or another program.
    pub fn plain(base: impl Into<PathBuf>) -> Self {
        Self {
            base: base.into(),
            color: false,
            terminal: false,
        }
    }

    /// Returns `text` in `style`, escaped where a terminal reads it.
    pub fn paint<'t>(&self, style: Style, text: &'t str) -> Painted<'t> {
        Painted {
            style: if self.color { style } else { Style::new() },
            text: self.shown(text),
        }
    }

    /// Returns `text` as it may be written here.
    pub fn shown<'t>(&self, text: &'t str) -> Shown<'t> {
        Shown {
            text,
            escape: self.color || self.terminal,
        }
    }

    /// Returns a path as seen from the base.
    pub fn path(&self, path: &Path) -> String {
        super::place::relative(path, &self.base)
    }
}

/// Text between its style's codes; pads like a string.
#[derive(Debug, Clone, Copy)]
pub struct Painted<'t> {
    style: Style,
    text: Shown<'t>,
}

impl Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.style)?;
        Display::fmt(&self.text, f)?;
        write!(f, "{:#}", self.style)
    }
}

/// Text whose control characters are escaped where that is needed.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'t> {
    text: &'t str,
    escape: bool,
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.escape || !self.text.contains(is_active) {
            return f.pad(self.text);
        }
        let mut escaped = String::with_capacity(self.text.len() + 8);
        for character in self.text.chars() {
            if is_active(character) {
                escaped.extend(character.escape_unicode());
            } else {
                escaped.push(character);
            }
        }
        f.pad(&escaped)
    }
}

/// Controls but tab, and what reorders text (Unicode TR 9; CVE-2021-42574).
fn is_active(character: char) -> bool {
    (character.is_control() && character != '\t')
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns `1 change`, `2 changes`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(terminal: bool, text: &str, expected: &str) {
        let view = View {
            terminal,
            ..View::plain("/")
        };
        assert_eq!(view.shown(text).to_string(), expected);
    }

    #[test]
    fn a_terminal_never_gets_an_escape_sequence() {
        check(true, "a\u{1b}[2Jb\tc", "a\\u{1b}[2Jb\tc");
        check(true, "x = \u{202e}1", "x = \\u{202e}1");
    }

    #[test]
    fn a_file_gets_the_bytes_as_they_are() {
        check(false, "a\u{1b}[2Jb", "a\u{1b}[2Jb");
    }

    #[test]
    fn padding_counts_the_text_and_not_the_color() {
        let view = View {
            color: true,
            ..View::plain("/")
        };
        let painted = format!("{:<5}|", view.paint(SAFE, "ab"));
        assert_eq!(painted, "\u{1b}[1m\u{1b}[32mab   \u{1b}[0m|");
    }
}
