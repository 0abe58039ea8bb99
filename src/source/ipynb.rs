//! Notebook JSON → cells and module text, with the place of every source string in the JSON.
//!
//! Nothing is ever serialized again: `source::splice` writes changed strings into the JSON, so that
//! all other bytes stay. Adding a cell later means splicing at the end of the `cells` list.

use std::borrow::Cow;
use std::ops::Range;

use ruff_text_size::{TextLen, TextRange, TextSize};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::cell::{Cell, CellKind};
use super::json::strict;
use super::literal;
use super::version;

/// What is wrong with a notebook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotebookProblem {
    /// No JSON at all.
    #[error("the notebook is empty")]
    Empty,
    /// Some other JSON, such as a list.
    #[error("a notebook is an object (`{{ … }}`)")]
    NotAnObject,
    /// Not JSON, or not of a notebook's shape.
    #[error("{0}")]
    Json(String),
    /// A kernel that speaks another language.
    #[error("a notebook in {0}, not in Python")]
    OtherLanguage(String),
    /// Another format.
    #[error("nbformat {0} is not supported: save the notebook as nbformat 4")]
    Version(String),
    /// No list of cells.
    #[error("the notebook has no `cells`")]
    NoCells,
    /// A source that is neither a string nor a list of strings.
    #[error("the source of cell {0} is neither a string nor a list of strings")]
    Source(u32),
    /// Half of a surrogate pair: not text.
    #[error("the source of cell {0} holds half of a surrogate pair (`\\ud800`): it is not text")]
    Surrogate(u32),
}

/// A file that is no notebook of ours, and where that shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {problem}")]
pub struct NotebookError {
    /// In the JSON, from 1.
    pub line: usize,
    /// In the JSON, from 1.
    pub column: usize,
    /// What is wrong with it.
    #[source]
    pub problem: NotebookProblem,
}

/// A string literal of a cell's source.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    /// Its inside, without the quotes, in the JSON.
    pub(super) body: Range<usize>,
    /// Where its text begins in the module text.
    pub(super) start: TextSize,
}

/// The source of a code cell.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The JSON value.
    pub(super) value: Range<usize>,
    /// Whether that is a list of strings.
    pub(super) is_list: bool,
    /// Its strings in order; a string has one.
    pub(super) literals: Vec<Literal>,
    /// Its text in the module text.
    pub(super) range: TextRange,
}

/// A notebook's bytes, and where its code is in them.
#[derive(Debug, Clone)]
pub(super) struct Notebook {
    pub(super) json: String,
    pub(super) sources: Vec<Source>,
    pub(super) language_version: Option<(u8, u8)>,
    /// Jupytext's `formats`.
    pub(super) formats: Option<String>,
}

#[derive(Deserialize)]
struct RawNotebook<'a> {
    #[serde(borrow)]
    nbformat: Option<&'a RawValue>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    cells: Option<Vec<RawCell<'a>>>,
}

#[derive(Deserialize)]
struct RawCell<'a> {
    #[serde(borrow)]
    cell_type: Cow<'a, str>,
    #[serde(borrow)]
    source: Option<&'a RawValue>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

/// Reads a notebook.
///
/// # Errors
/// It is not JSON, not nbformat 4, or its kernel is not Python's.
pub(super) fn read(json: String) -> Result<(Notebook, String, Vec<Cell>), NotebookError> {
    let strict = strict(&json);
    let raw = parse(&strict)?;
    let metadata: Value = parse_or_null(raw.metadata);
    if let Some(language) = other_language(&metadata) {
        let other = NotebookProblem::OtherLanguage(language.to_owned());
        return Err(problem(&strict, 0, other));
    }
    let Some(raw_cells) = raw.cells else {
        return Err(problem(&strict, 0, NotebookProblem::NoCells));
    };
    let mut reader = Reader {
        json: &strict,
        text: String::new(),
        sources: Vec::new(),
        cells: Vec::with_capacity(raw_cells.len()),
    };
    for cell in &raw_cells {
        reader.read_cell(cell)?;
    }
    let (text, sources, cells) = (reader.text, reader.sources, reader.cells);
    let version = metadata
        .pointer("/language_info/version")
        .and_then(Value::as_str);
    let language_version = version.and_then(version::parse);
    let formats = metadata
        .pointer("/jupytext/formats")
        .and_then(Value::as_str);
    drop(strict);
    let notebook = Notebook {
        language_version,
        formats: formats.map(str::to_owned),
        sources,
        json,
    };
    Ok((notebook, text, cells))
}

fn parse(json: &str) -> Result<RawNotebook<'_>, NotebookError> {
    let content = json.trim_start_matches('\u{feff}');
    if content.trim().is_empty() {
        return Err(problem(json, 0, NotebookProblem::Empty));
    }
    // Serde would take a list for a struct.
    if !content.trim_start().starts_with('{') {
        return Err(problem(json, 0, NotebookProblem::NotAnObject));
    }
    let raw: RawNotebook<'_> = serde_json::from_str(content).map_err(|error| NotebookError {
        line: error.line().max(1),
        column: error.column().max(1),
        problem: NotebookProblem::Json(without_place(&error)),
    })?;
    match raw.nbformat.filter(|format| format.get() != "4") {
        Some(format) => {
            let other = NotebookProblem::Version(format.get().to_owned());
            Err(problem(json, span(json, format.get()).start, other))
        }
        None => Ok(raw),
    }
}

struct Reader<'a> {
    json: &'a str,
    text: String,
    sources: Vec<Source>,
    cells: Vec<Cell>,
}

impl<'a> Reader<'a> {
    fn read_cell(&mut self, cell: &RawCell<'a>) -> Result<(), NotebookError> {
        let number = u32::try_from(self.cells.len() + 1).unwrap_or(u32::MAX);
        let kind = match (&*cell.cell_type, cell.source) {
            ("code", Some(source)) => {
                self.read_source(number, source)?;
                self.kind_of_last(cell)
            }
            _ => CellKind::Prose,
        };
        let range = match (kind, self.sources.last()) {
            (CellKind::Prose, _) | (_, None) => TextRange::empty(self.text.text_len()),
            (_, Some(source)) => source.range,
        };
        self.cells.push(Cell {
            number,
            kind,
            range,
            title: None,
        });
        Ok(())
    }

    fn kind_of_last(&self, cell: &RawCell<'a>) -> CellKind {
        let metadata = cell
            .metadata
            .filter(|metadata| metadata.get().contains("languageId"));
        let language = parse_or_null(metadata);
        let language = language
            .pointer("/vscode/languageId")
            .and_then(Value::as_str);
        if language.is_some_and(|language| language != "python") {
            return CellKind::Foreign;
        }
        let start = self
            .sources
            .last()
            .map_or(0, |last| last.range.start().to_usize());
        // IPython drops leading empty lines before it looks for a cell magic.
        let code = self.text[start..].trim_start();
        CellKind::of_code(code.split(['\n', '\r']).next().unwrap_or(code))
    }

    fn read_source(&mut self, number: u32, raw: &'a RawValue) -> Result<(), NotebookError> {
        let value = span(self.json, raw.get());
        let failed =
            |what: fn(u32) -> NotebookProblem| problem(self.json, value.start, what(number));
        let is_list = raw.get().starts_with('[');
        let strings: Vec<&RawValue> = if is_list {
            serde_json::from_str(raw.get()).map_err(|_| failed(NotebookProblem::Source))?
        } else {
            vec![raw]
        };
        if !self.sources.is_empty() {
            self.text.push('\n');
        }
        let start = self.text.text_len();
        let mut literals = Vec::with_capacity(strings.len());
        for string in strings {
            let place = span(self.json, string.get());
            let body = place.start + 1..place.end - 1;
            if !string.get().starts_with('"') {
                return Err(failed(NotebookProblem::Source));
            }
            let start = self.text.text_len();
            if !literal::decode(&self.json[body.clone()], &mut self.text) {
                return Err(failed(NotebookProblem::Surrogate));
            }
            literals.push(Literal { body, start });
        }
        self.sources.push(Source {
            value,
            is_list,
            literals,
            range: TextRange::new(start, self.text.text_len()),
        });
        Ok(())
    }
}

/// Returns where `part`, a slice of `json`, stands in it.
pub(super) fn span(json: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - json.as_ptr() as usize;
    start..start + part.len()
}

fn parse_or_null(raw: Option<&RawValue>) -> Value {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or(Value::Null)
}

/// Returns the kernel's language if it is not Python: what it says of itself may be left from another one.
fn other_language(metadata: &Value) -> Option<&str> {
    let is_python =
        |it: &str| it.is_empty() || it.to_lowercase().replace("ipy", "py").starts_with("python");
    ["/language_info/name", "/kernelspec/language"]
        .iter()
        .filter_map(|place| metadata.pointer(place).and_then(Value::as_str))
        .find(|language| !is_python(language))
}

fn problem(json: &str, offset: usize, problem: NotebookProblem) -> NotebookError {
    let before = &json[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..]
        .trim_start_matches('\u{feff}')
        .chars()
        .count();
    NotebookError {
        line: before.matches('\n').count() + 1,
        column: column + 1,
        problem,
    }
}

/// Returns the JSON parser's message without its " at line 1 column 2".
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    message[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The module text, and each cell as its kind's first letter.
    #[track_caller]
    fn check(json: &str, text: &str, kinds: &str) {
        let (_, module_text, cells) = read(json.to_owned()).expect("a notebook");
        let found: String = cells
            .iter()
            .map(|cell| match cell.kind {
                CellKind::Code => 'c',
                CellKind::Foreign => 'f',
                CellKind::Prose => 'p',
            })
            .collect();
        assert_eq!((module_text.as_str(), found.as_str()), (text, kinds));
    }

    #[track_caller]
    fn check_error(json: &str, message: &str) {
        let error = read(json.to_owned()).expect_err("it is refused");
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn code_cells_are_joined_by_newlines() {
        check(
            r##"{"cells": [{"cell_type": "code", "source": ["a\n", "b"]},
                {"cell_type": "markdown", "source": "# t"},
                {"cell_type": "code", "source": "\u00e9\r\n"},
                {"cell_type": "code", "source": []}], "nbformat": 4}"##,
            "a\nb\né\r\n\n",
            "cpcc",
        );
    }

    #[test]
    fn cells_in_another_language_are_foreign() {
        check(
            r#"{"cells": [{"cell_type": "code", "source": "\n%%bash\nls"},
                {"cell_type": "code", "source": "%%time\nf()"},
                {"cell_type": "code", "metadata": {"vscode": {"languageId": "sql"}}, "source": "x"}]}"#,
            "\n%%bash\nls\n%%time\nf()\nx",
            "fcf",
        );
    }

    #[test]
    fn unknown_keys_and_deep_outputs_are_passed_over() {
        let deep = "[".repeat(5000) + &"]".repeat(5000);
        let json =
            format!(r#"{{"x": {deep}, "cells": [{{"outputs": {deep}, "cell_type": "code"}}]}}"#);
        check(&json, "", "p");
    }

    #[test]
    fn what_is_no_notebook_is_refused_with_its_place() {
        check_error("", "1:1: the notebook is empty");
        check_error("\u{feff} \n", "1:1: the notebook is empty");
        check_error("{\"cells\": [", "1:11: EOF while parsing a list");
        check_error("[1]", "1:1: a notebook is an object (`{ … }`)");
        check_error("{\"metadata\": {}}", "1:1: the notebook has no `cells`");
        check_error(
            "{\"worksheets\": [],\n \"nbformat\": 3}",
            "2:14: nbformat 3 is not supported: save the notebook as nbformat 4",
        );
        check_error(
            r#"{"cells": [{"cell_type": "code", "source": [1]}]}"#,
            "1:44: the source of cell 1 is neither a string nor a list of strings",
        );
    }

    #[test]
    fn half_a_surrogate_pair_in_code_is_refused() {
        check_error(
            r#"{"cells": [{"cell_type": "code", "source": "\ud800"}]}"#,
            "1:44: the source of cell 1 holds half of a surrogate pair (`\\ud800`): it is not text",
        );
        check(
            r#"{"cells": [{"cell_type": "raw", "source": "\ud800"}]}"#,
            "",
            "p",
        );
    }

    #[test]
    fn another_kernel_is_told_apart() {
        let json = r#"{"cells": [], "metadata": {"kernelspec": {"language": "julia"}}}"#;
        check_error(json, "1:1: a notebook in julia, not in Python");
        let json = r#"{"cells": [], "metadata": {"kernelspec": {"language": "micropython"}, "language_info": {"name": "python"}}}"#;
        check_error(json, "1:1: a notebook in micropython, not in Python");
    }
}
