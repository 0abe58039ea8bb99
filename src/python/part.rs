//! A range of the text → its syntax tree, or why there is none; the only call of the parser.

use std::cell::Cell;

use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_cells_unchecked};
use ruff_text_size::TextRange;

use super::nesting;

/// Parses ranges of one text; offsets stay those of the text.
pub(super) struct CellParser<'a> {
    pub(super) text: &'a str,
    version: PythonVersion,
    /// How deep what was parsed so far is nested.
    pub(super) depth: Cell<usize>,
}

/// Why a range has no syntax tree.
#[derive(Debug)]
pub(super) struct Stop {
    /// What was to be parsed.
    pub(super) range: TextRange,
    /// Where the parser stopped.
    pub(super) at: TextRange,
    /// What it expected.
    pub(super) message: String,
}

impl<'a> CellParser<'a> {
    pub(super) fn new(text: &'a str, version: PythonVersion) -> Self {
        Self {
            text,
            version,
            depth: Cell::default(),
        }
    }

    pub(super) fn parse(&self, range: TextRange, mode: Mode) -> Result<Parsed<ModModule>, Stop> {
        let options = ParseOptions::from(mode).with_target_version(self.version);
        let parsed = parse_cells_unchecked(self.text, [range], &options);
        match nesting::depth(parsed.tokens()) {
            Ok(depth) => self.depth.set(self.depth.get().max(depth)),
            Err(at) => {
                // Dropping a tree that deep would overflow the stack: the memory is given up.
                std::mem::forget(parsed);
                return Err(Stop {
                    range,
                    at,
                    message: "nested too deeply to be analyzed".to_owned(),
                });
            }
        }
        match parsed.errors().first() {
            Some(error) => Err(Stop {
                range,
                at: error.location,
                message: error.error.to_string(),
            }),
            None => Ok(parsed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_text_size::TextLen;

    #[track_caller]
    fn check(text: &str, message: &str) {
        let parser = CellParser::new(text, PythonVersion::PY310);
        let stop = parser.parse(TextRange::up_to(text.text_len()), Mode::Module);
        let found = stop.map(|_| ()).map_err(|stop| stop.message);
        assert_eq!(found, Err(message.to_owned()));
    }

    #[test]
    fn deep_nesting_is_refused_without_overflow() {
        let message = "nested too deeply to be analyzed";
        check(&"[".repeat(50_000), message);
        check(&format!("f{}", "()".repeat(50_000)), message);
        check(&format!("{}a", "a + ".repeat(60_000)), message);
    }

    #[test]
    fn an_error_says_what_was_expected() {
        check("f(", "unexpected EOF while parsing");
    }
}
