//! A message and the text it points into → the lines with carets under them.
//!
//! Everything that points into text goes through here: recipe errors, cells that do not parse.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::view::View;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The run ends with it, or a file is left out.
    Error,
    /// Something is left out, the rest goes on.
    Warning,
}

/// A message that points into a text.
#[derive(Debug, Clone)]
pub struct Pointer<'a> {
    /// Decides word and color.
    pub weight: Weight,
    /// First line, lower case, without period.
    pub message: &'a str,
    /// Where the text is from, as shown.
    pub path: &'a str,
    /// The text, or some lines of it.
    pub text: &'a str,
    /// Number of the text's first line.
    pub first_line: usize,
    /// Bytes of `text` under the caret; cut to the text where it is longer.
    pub range: Range<usize>,
    /// What stands beside the caret.
    pub label: Option<&'a str>,
    /// What to do.
    pub hint: Option<&'a str>,
}

/// Draws a pointer.
///
/// # Errors
/// The writer fails.
pub fn draw(out: &mut dyn Write, view: &View, pointer: &Pointer<'_>) -> io::Result<()> {
    let level = match pointer.weight {
        Weight::Error => Level::ERROR,
        Weight::Warning => Level::WARNING,
    };
    let renderer = if view.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let annotation = AnnotationKind::Primary
        .span(inside(pointer.text, &pointer.range))
        .label(pointer.label);
    let snippet = Snippet::source(pointer.text)
        .line_start(pointer.first_line)
        .path(pointer.path)
        .annotation(annotation);
    let mut group = level.primary_title(pointer.message).element(snippet);
    if let Some(hint) = pointer.hint {
        group = group.element(Level::HELP.message(hint));
    }
    writeln!(out, "{}", render(&renderer, group))
}

/// The renderer shows control characters as their pictures itself.
fn render(renderer: &Renderer, group: Group<'_>) -> String {
    renderer.render(&[group])
}

/// Returns the range moved into `text`, its ends on characters.
fn inside(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start);
    let end = text.ceil_char_boundary(range.end.max(start));
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: Range<usize>, expected: &str) {
        let pointer = Pointer {
            weight: Weight::Error,
            message: "unknown key",
            path: "a.yaml",
            text: "id: é\nmtach: x",
            first_line: 4,
            range,
            label: Some("not a key of a rule"),
            hint: Some("Did you mean `match`?"),
        };
        let mut out = Vec::new();
        draw(&mut out, &View::plain("/"), &pointer).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn a_caret_stands_under_the_text() {
        check(
            7..12,
            "\
error: unknown key
 --> a.yaml:5:1
  |
5 | mtach: x
  | ^^^^^ not a key of a rule
  |
  = help: Did you mean `match`?
",
        );
    }

    #[test]
    fn a_range_beyond_the_text_or_inside_a_character_is_cut() {
        assert_eq!(inside("é", &(1..9)), 0..2);
        assert_eq!(inside("", &(5..5)), 0..0);
    }
}
