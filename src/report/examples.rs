//! What in-recipe examples did → the words of a test runner.

use std::io::{self, Write};

use super::recipes::indented;
use super::view::{self, View, count};

use crate::text::shown::Shown;

/// What one example did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested<'a> {
    /// The recipe.
    pub recipe: &'a str,
    /// The example's name.
    pub example: &'a str,
    /// Where it stands: `own/a.yaml:12:5`.
    pub place: String,
    /// What differs from what the example says; `None`: nothing.
    pub failure: Option<&'a str>,
}

/// Writes examples as a test runner does: failures in full, then the counts.
///
/// # Errors
/// The writer fails.
pub fn tested(
    out: &mut dyn Write,
    view: &View,
    tests: &[Tested<'_>],
    quiet: bool,
) -> io::Result<()> {
    for test in tests {
        let (style, word) = match test.failure {
            None if quiet => continue,
            None => (view::SAFE, "ok    "),
            Some(_) => (view::FAILED, "FAILED"),
        };
        let mut name = format!("{}::{}", test.recipe, test.example);
        if test.failure.is_some() {
            name = format!("{name} ({})", test.place);
        }
        writeln!(out, "{}  {}", view.paint(style, word), Shown(&name))?;
        if let Some(failure) = test.failure {
            indented(out, failure.trim_end(), "    ")?;
            writeln!(out)?;
        }
    }
    let failed = tests.iter().filter(|test| test.failure.is_some()).count();
    let (style, word) = match failed {
        0 => (view::SAFE, "passed"),
        _ => (view::FAILED, "failed"),
    };
    let passed = tests.len() - failed;
    writeln!(
        out,
        "{}: {}, {failed} failed",
        view.paint(style, word),
        count(passed, "example") + " passed"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tests: &[Tested<'_>], expected: &str) {
        let mut out = Vec::new();
        tested(&mut out, &View::plain("/"), tests, false).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn a_failed_example_is_told_in_full() {
        let tests = [
            Tested {
                recipe: "no-f",
                example: "a",
                place: "no-f.yaml:1:1".to_owned(),
                failure: None,
            },
            Tested {
                recipe: "no-f",
                example: "b",
                place: "no-f.yaml:7:3".to_owned(),
                failure: Some("-x\n+y\n"),
            },
        ];
        check(
            &tests,
            "\
ok      no-f::a
FAILED  no-f::b (no-f.yaml:7:3)
    -x
    +y

failed: 1 example passed, 1 failed
",
        );
    }
}
