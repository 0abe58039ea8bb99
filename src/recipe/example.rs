//! In-recipe examples: a recipe's tests and its documentation.
//!
//! A notebook is written as percent text, in YAML as in [`Example`]; [`to_notebook`] makes the
//! `.ipynb` that a test reads, [`from_notebook`] brings its result back to compare.

use ruff_text_size::TextRange;
use serde_json::{Value, json};

use super::parameter::Value as Given;
use super::safety::Safety;
use super::word::words;

/// One example.
#[derive(Debug)]
pub struct Example {
    /// Says the behavior.
    pub name: String,
    /// Files before; one file named `example.py` (`example.ipynb`) where the YAML gives a text. The
    /// text of an `.ipynb` is percent text.
    pub before: Vec<(String, String)>,
    /// Files after; `None`: `unchanged`.
    pub after: Option<Vec<(String, String)>>,
    /// Level applied (default review: both).
    pub level: Safety,
    /// Expected safety of the changes, in order of place; empty: not checked.
    pub safety: Vec<Safety>,
    /// What findings must say, in order of place: each a part of the reason. `None`: not checked.
    pub findings: Option<Vec<String>>,
    /// Target version.
    pub python: Option<(u8, u8)>,
    /// What it sets: parameters of the recipe with their values.
    pub parameters: Vec<(String, Given)>,
    /// Whether before and after can be run and print the same.
    pub run: bool,
    /// The error that ends what stands before, where the change mends that; what stands after runs.
    pub fails: Option<String>,
    /// Where it stands in its recipe's YAML, in bytes.
    pub span: TextRange,
}

impl Example {
    /// Returns what it sets, as a command line would: `limit=3, library=anyio`.
    pub fn settings(&self) -> String {
        let set = self.parameters.iter();
        let set = set.map(|(name, value)| format!("{name}={}", value.shown));
        set.collect::<Vec<_>>().join(", ")
    }
}

/// What an example's text without a file name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleForm {
    /// A plain module.
    Module,
    /// A `.py` with `# %%` markers.
    Percent,
    /// A notebook, written as percent text.
    Ipynb,
}

words!(ExampleForm: Module "module", Percent "percent", Ipynb "ipynb");

impl ExampleForm {
    /// Returns the name of the one file.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Module | Self::Percent => "example.py",
            Self::Ipynb => "example.ipynb",
        }
    }
}

const CODE: &str = "# %%";
const PROSE: &str = "# %% [markdown]";

/// Returns whether a text begins with a cell marker.
pub fn is_percent(text: &str) -> bool {
    text.lines()
        .next()
        .is_some_and(|line| line.trim_end() == CODE || line.trim_end() == PROSE)
}

/// Converts percent text into a minimal notebook (nbformat 4.5), its cells' ids counted from `cell-1`.
///
/// Markers stand alone on their lines; markdown cells keep their `# ` in the text. One blank line
/// before a marker belongs to no cell.
pub fn to_notebook(percent: &str) -> String {
    let mut cells: Vec<(bool, Vec<&str>)> = Vec::new();
    for line in percent.lines() {
        match (line.trim_end(), cells.last_mut()) {
            (CODE, _) => cells.push((true, Vec::new())),
            (PROSE, _) => cells.push((false, Vec::new())),
            (_, Some((_, lines))) => lines.push(line),
            (_, None) => cells.push((true, vec![line])),
        }
    }
    let n_cells = cells.len();
    let numbered = cells.into_iter().enumerate();
    let cells: Vec<Value> = numbered
        .map(|(idx, (is_code, mut lines))| {
            if idx + 1 < n_cells && lines.last().is_some_and(|line| line.is_empty()) {
                lines.pop();
            }
            cell(idx + 1, is_code, &lines)
        })
        .collect();
    let notebook = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    format!("{notebook:#}\n")
}

fn cell(number: usize, is_code: bool, lines: &[&str]) -> Value {
    let last = lines.len().saturating_sub(1);
    let source: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(idx, line)| {
            if idx < last {
                format!("{line}\n")
            } else {
                (*line).to_owned()
            }
        })
        .collect();
    let id = format!("cell-{number}");
    if is_code {
        json!({"cell_type": "code", "execution_count": null, "id": id, "metadata": {}, "outputs": [], "source": source})
    } else {
        json!({"cell_type": "markdown", "id": id, "metadata": {}, "source": source})
    }
}

/// Converts a notebook back into percent text; `None` where the text is no notebook.
pub fn from_notebook(notebook: &str) -> Option<String> {
    let notebook: Value = serde_json::from_str(notebook).ok()?;
    let mut texts = Vec::new();
    for cell in notebook.get("cells")?.as_array()? {
        let is_code = cell.get("cell_type")?.as_str()? == "code";
        let source = match cell.get("source")? {
            Value::String(source) => source.clone(),
            Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
            _ => return None,
        };
        let marker = if is_code { CODE } else { PROSE };
        let separator = if source.is_empty() { "" } else { "\n" };
        texts.push(format!("{marker}\n{source}{separator}"));
    }
    Some(texts.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(percent: &str, expected: &str) {
        let notebook = to_notebook(percent);
        assert_eq!(from_notebook(&notebook).as_deref(), Some(expected));
    }

    #[test]
    fn percent_text_survives_the_notebook() {
        let text = "# %%\nimport asyncio\n\n\nasync def f():\n    pass\n\n# %% [markdown]\n# Prose\n\n# %%\nawait f()\n";
        check(text, text);
    }

    #[test]
    fn empty_cells_survive() {
        check("# %%\n\n# %%\nx\n", "# %%\n\n# %%\nx\n");
        check("# %%\n# %%\nx\n", "# %%\n\n# %%\nx\n");
    }

    #[test]
    fn notebooks_are_deterministic_nbformat() {
        let expected = json!({
            "cells": [
                {"cell_type": "code", "execution_count": null, "id": "cell-1", "metadata": {}, "outputs": [], "source": ["a\n", "b"]},
                {"cell_type": "markdown", "id": "cell-2", "metadata": {}, "source": ["# t"]},
            ],
            "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
        });
        let notebook = to_notebook("# %%\na\nb\n\n# %% [markdown]\n# t\n");
        assert_eq!(
            serde_json::from_str::<Value>(&notebook).ok(),
            Some(expected)
        );
    }

    #[test]
    fn what_is_no_notebook_has_no_percent_text() {
        assert_eq!(from_notebook("[]"), None);
        assert_eq!(from_notebook("x = 1\n"), None);
        assert_eq!(
            from_notebook("{\"cells\": [{\"cell_type\": \"code\"}]}"),
            None
        );
    }
}
