//! Where a report goes → how its text is painted, and its paths are shown.

use std::fmt::{self, Display};
use std::path::{Component, Path, PathBuf};

use anstyle::{AnsiColor, Style};

use super::place::{self, slashed};
use crate::text::shown::{self, Shown};

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

/// Stands before the further lines of a sentence.
const INDENT: &str = "        ";

/// A narrower terminal breaks lines itself.
const MIN_WIDTH: usize = 40;

/// The reader's end: where paths are seen from, and what the writer understands.
#[derive(Debug, Clone)]
pub struct View {
    /// The directory that paths are shown relative to; absolute.
    pub base: PathBuf,
    /// Where that lies below the top that paths are named from; empty: they are named from the base.
    pub below: PathBuf,
    /// Whether colors are written.
    pub color: bool,
    /// Whether a terminal reads it.
    pub terminal: bool,
    /// Columns of that terminal, where sentences are wrapped; `None`: they are not.
    pub width: Option<usize>,
}

impl View {
    /// A view without colors for a file or another program.
    pub fn plain(base: impl Into<PathBuf>) -> Self {
        Self {
            base: base.into(),
            below: PathBuf::new(),
            color: false,
            terminal: false,
            width: None,
        }
    }

    /// Returns `text` in `style`.
    pub fn paint<'t>(&self, style: Style, text: &'t str) -> Painted<'t> {
        Painted {
            style: if self.color { style } else { Style::new() },
            text: Shown(text),
        }
    }

    /// Returns a sentence that begins behind so many columns, wrapped by words; its further lines are
    /// indented.
    pub fn wrapped(&self, before: usize, text: &str) -> String {
        let text = Shown(text).to_string();
        let Some(width) = self.width else {
            return text;
        };
        let room = " ".repeat(before);
        let options = textwrap::Options::new(width.max(MIN_WIDTH))
            .initial_indent(&room)
            .subsequent_indent(INDENT)
            // Code is not cut.
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let lines = textwrap::wrap(&text, options).join("\n");
        lines.strip_prefix(&room).unwrap_or(&lines).to_owned()
    }

    /// Returns a path as seen from the base, for a program.
    pub fn path(&self, path: &Path) -> String {
        slashed(&self.seen(path))
    }

    /// Returns a path as seen from the base, for a person: in quotes where it could be taken for more.
    pub fn name(&self, path: &Path) -> String {
        shown::path(&self.seen(path))
    }

    fn seen(&self, path: &Path) -> PathBuf {
        let seen = place::seen(path, &self.base);
        let mut whole = PathBuf::new();
        // What is no relative path is not below anything.
        for part in self.below.join(seen).components() {
            match part {
                Component::ParentDir if whole.file_name().is_some() => {
                    whole.pop();
                }
                part => whole.push(part),
            }
        }
        whole
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

/// Returns `1 change`, `2 changes`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_wrapped_by_words_and_code_is_not_cut() {
        let view = View {
            width: Some(40),
            ..View::plain("/")
        };
        let text =
            "one two three four five six `a_very_long_name_of_a_function_that_is_code()` seven";
        let expected = "one two three four five six\n        \
            `a_very_long_name_of_a_function_that_is_code()`\n        seven";
        assert_eq!(view.wrapped(12, text), expected);
        assert_eq!(View::plain("/").wrapped(12, text), text);
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
