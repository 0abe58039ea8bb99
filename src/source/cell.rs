//! Cells of a notebook or percent file, and what the magic on a cell's first line makes of it.

use ruff_text_size::{TextRange, TextSize};

/// Cell magics that run the rest of the cell as Python in the kernel's own namespace.
const RUNS_PYTHON: &[&str] = &["capture", "debug", "memit", "prun", "time", "timeit"];

/// Cell magics whose body never reads the kernel's names; what any other magic does is unknown.
const ISOLATED: &[&str] = &[
    "HTML",
    "SVG",
    "bash",
    "cmd",
    "cython",
    "file",
    "html",
    "javascript",
    "js",
    "latex",
    "markdown",
    "perl",
    "pypy",
    "python",
    "python2",
    "python3",
    "ruby",
    "script",
    "sh",
    "svg",
    "writefile",
];

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Python, perhaps with magics.
    Code,
    /// A code cell whose body is not Python (`%%bash`, `%%writefile`, …).
    Foreign,
    /// Prose: markdown or raw.
    Prose,
}

impl CellKind {
    /// Returns the kind of a code cell with this first line.
    pub fn of_code(first_line: &str) -> Self {
        match cell_magic(first_line) {
            Some(name) if !RUNS_PYTHON.contains(&name) => Self::Foreign,
            _ => Self::Code,
        }
    }
}

/// One cell; only the text of code and foreign cells is part of a notebook's module text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// All cells counted from 1, prose too.
    pub number: u32,
    /// What it holds.
    pub kind: CellKind,
    /// The cell's text in the module text, the percent marker's line included; of a notebook's prose
    /// an empty range between its neighbors.
    pub range: TextRange,
    /// What stands behind `# %%`, if anything.
    pub title: Option<String>,
}

/// Where something stands, for people. Lines and columns count from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Position {
    /// In `.ipynb` only: all cells counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<u32>,
    /// In `.ipynb` within the cell, else within the file.
    pub line: usize,
    /// In characters.
    pub column: usize,
}

impl Position {
    /// Says where it is in a file of that name, by its line.
    pub fn line_in(&self, file: &str) -> String {
        let line = self.line;
        match self.cell {
            Some(cell) => format!("{file}:cell {cell}:{line}"),
            None => format!("{file}:{line}"),
        }
    }

    /// Returns `line 12`, in a notebook `cell 3 line 2`.
    pub fn words(self) -> String {
        match self.cell {
            Some(cell) => format!("cell {cell} line {}", self.line),
            None => format!("line {}", self.line),
        }
    }
}

/// Returns the name of the cell magic a line begins with: `time` of `%%time -v`.
pub fn cell_magic(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("%%")?;
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '!' | '.')))
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

/// Returns whether a cell under this magic runs as Python in the kernel's namespace.
pub fn runs_python(magic: &str) -> bool {
    RUNS_PYTHON.contains(&magic)
}

/// Returns whether a cell under this magic certainly reads none of the kernel's names.
pub fn is_isolated(magic: &str) -> bool {
    ISOLATED.contains(&magic)
}

/// Returns the cell that holds `offset` (its end included); `None` between cells. `cells` are in
/// order of place.
pub fn cell_at(cells: &[Cell], offset: TextSize) -> Option<&Cell> {
    let next = cells.partition_point(|cell| cell.range.start() <= offset);
    cells[..next]
        .iter()
        .rev()
        // A notebook's prose has no text.
        .find(|cell| cell.kind != CellKind::Prose || !cell.range.is_empty())
        .filter(|cell| cell.range.contains_inclusive(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first_line: &str, expected: CellKind) {
        assert_eq!(CellKind::of_code(first_line), expected);
    }

    #[test]
    fn timing_magics_run_python() {
        check("%%time", CellKind::Code);
        check("%%timeit -n 3 setup()", CellKind::Code);
    }

    #[test]
    fn any_other_cell_magic_does_not() {
        check("%%bash -s x", CellKind::Foreign);
        check("%%unheard_of", CellKind::Foreign);
        check("%%!", CellKind::Foreign);
    }

    #[test]
    fn line_magics_make_nothing_of_the_cell() {
        check("%time f()", CellKind::Code);
        check("", CellKind::Code);
    }

    #[test]
    fn a_cell_is_found_by_offset_past_empty_prose() {
        let cell = |number, kind, start: u32, end: u32| Cell {
            number,
            kind,
            range: TextRange::new(start.into(), end.into()),
            title: None,
        };
        let cells = [
            cell(1, CellKind::Code, 0, 3),
            cell(2, CellKind::Prose, 3, 3),
            cell(3, CellKind::Code, 4, 4),
        ];
        let number = |offset: u32| cell_at(&cells, offset.into()).map(|cell| cell.number);
        assert_eq!([number(3), number(4), number(5)], [Some(1), Some(3), None]);
    }
}
