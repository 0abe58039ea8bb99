//! `FILE:LINE` as typed, or as it stands in an output → a file and a line of it.

use std::path::PathBuf;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub file: PathBuf,
    /// In a notebook the cell, counted from 1.
    pub cell: Option<u32>,
    /// Counted from 1.
    pub line: usize,
}

impl Spot {
    /// Returns it as it is typed.
    pub(super) fn typed(&self) -> String {
        let file = self.file.to_string_lossy();
        match self.cell {
            Some(cell) => format!("{file}:{cell}:{}", self.line),
            None => format!("{file}:{}", self.line),
        }
    }
}

/// What `explain` is asked about.
#[derive(Debug, Clone)]
pub enum Explained {
    /// A line.
    Line(Spot),
    /// The manual page of recipes.
    Recipes(String),
}

/// Takes a line, or what may name recipes.
pub(super) fn explained(text: &str) -> Result<Explained, String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '*' | '?');
    if text.contains(is_of_name) && text.chars().all(is_of_name) {
        return Ok(Explained::Recipes(text.to_owned()));
    }
    let explained = spot(text).map(Explained::Line);
    explained.map_err(|expected| format!("{expected}, or the id of a recipe"))
}

/// Takes `a.py:3`, and `a.py:3:9` as it stands in outputs; of a notebook `n.ipynb:2:3`, also as `n.ipynb:cell 2:3:9`.
pub(super) fn spot(text: &str) -> Result<Spot, String> {
    const EXPECTED: &str = "expected FILE:LINE, in a notebook FILE:CELL:LINE";
    let parts: Vec<&str> = text.split(':').collect();
    let is_number = |part: &&&str| part.trim_start_matches("cell ").parse::<u32>().is_ok();
    let n_numbers = parts.iter().skip(1).rev().take_while(is_number).count();
    let (file, numbers) = parts.split_at(parts.len() - n_numbers);
    let file = file.join(":");
    let number = |at: usize| {
        let part: &str = numbers.get(at)?;
        part.trim_start_matches("cell ")
            .parse::<u32>()
            .ok()
            .filter(|number| *number > 0)
    };
    let is_notebook = file.ends_with(".ipynb");
    let (cell, line) = if is_notebook {
        (number(0), number(1))
    } else {
        (None, number(0))
    };
    let line = line.filter(|_| cell.is_some() == is_notebook && !file.is_empty());
    let line = line
        .and_then(|line| usize::try_from(line).ok())
        .ok_or(EXPECTED)?;
    Ok(Spot {
        file: PathBuf::from(file),
        cell,
        line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_spot(text: &str, expected: Option<(&str, Option<u32>, usize)>) {
        let found = spot(text).ok();
        let found = found
            .as_ref()
            .map(|it| (it.file.to_str().unwrap_or_default(), it.cell, it.line));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_line_is_named_as_outputs_name_it() {
        check_spot("a.py:3", Some(("a.py", None, 3)));
        check_spot("a.py:3:9", Some(("a.py", None, 3)));
        check_spot("c:/a.py:3", Some(("c:/a.py", None, 3)));
        check_spot("n.ipynb:2:3", Some(("n.ipynb", Some(2), 3)));
        check_spot("n.ipynb:cell 2:3:9", Some(("n.ipynb", Some(2), 3)));
        check_spot("n.ipynb:3", None);
        check_spot("a.py:0", None);
        check_spot("a.py", None);
        check_spot(":3", None);
    }
}
