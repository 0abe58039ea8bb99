//! What is wrong in a recipe or a configuration → its lines with carets.

use std::io::{self, Write};

use super::snippet::{self, Pointer, Weight};
use super::view::View;
use crate::recipe::error::Mistake;
use crate::text::shown::Shown;

/// Draws the mistakes of one file; `text` is what was read.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, mistakes: &[Mistake], text: &str) -> io::Result<()> {
    for error in mistakes {
        let row = text.lines().nth(error.line.saturating_sub(1)).unwrap_or("");
        let column = row.char_indices().nth(error.column.saturating_sub(1));
        let start = column.map_or(row.len(), |(at, _)| at);
        let message = match error.key.as_str() {
            "" => error.problem.to_string(),
            key => format!("{key}: {}", error.problem),
        };
        let expected = error
            .expected
            .as_ref()
            .map(|expected| format!("expected {expected}"));
        let nearest = error
            .nearest
            .as_ref()
            .map(|nearest| format!("Did you mean `{nearest}`?"));
        let pointer = Pointer {
            weight: Weight::Error,
            message: &Shown(&message).to_string(),
            path: &Shown(&error.path).to_string(),
            text: row,
            first_line: error.line,
            range: start..start + word_length(&row[start..]),
            label: expected.as_deref(),
            hint: nearest.as_deref(),
        };
        snippet::draw(out, view, &pointer)?;
    }
    Ok(())
}

/// Returns the bytes of the word that begins the text, at least one.
fn word_length(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || ":,]}".contains(c);
    text.find(ends).unwrap_or(text.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::error::Problem;

    #[track_caller]
    fn check(line: usize, column: usize, expected: &str) {
        let error = Mistake {
            path: "my.yaml".into(),
            line,
            column,
            key: "rules".into(),
            problem: Problem::Unknown {
                noun: "key",
                word: "mtach".into(),
            },
            expected: Some("a key of a rule".into()),
            nearest: Some("match".into()),
        };
        let mut out = Vec::new();
        write(
            &mut out,
            &View::plain("/"),
            &[error],
            "id: x\n  - mtach: f()\n",
        )
        .expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn the_word_is_marked_and_the_nearest_one_named() {
        check(
            2,
            5,
            "\
error: rules: unknown key `mtach`
 --> my.yaml:2:5
  |
2 |   - mtach: f()
  |     ^^^^^ expected a key of a rule
  |
  = help: Did you mean `match`?
",
        );
    }

    #[test]
    fn a_place_beyond_the_text_is_no_panic() {
        check(
            9,
            9,
            "\
error: rules: unknown key `mtach`
 --> my.yaml:9:1
  |
9 |
  | ^ expected a key of a rule
  |
  = help: Did you mean `match`?
",
        );
    }
}
