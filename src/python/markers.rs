//! Candidate cells of a percent file and its syntax tree → the cells.
//!
//! Only the parser tells a marker from a line of a string that looks like one.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextSize};

use crate::source::cell::Cell;
use crate::source::percent;

/// Returns the cells of comments between the top-level statements; what looks like a marker in a string leaves
/// its text to the cell before. Without any marker there are no cells, nor where a comment cuts a statement in
/// two: such cells cannot be run one by one, so the file is a script.
pub(super) fn confirmed(candidates: &[Cell], text: &str, part: &Parsed<ModModule>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut is_percent = false;
    for candidate in candidates {
        let start = candidate.range.start();
        let is_marked = percent::marker_len(&text[candidate.range]) > 0;
        let line = text.line_start(start);
        let is_real = is_marked && is_comment(part, line);
        if is_real && is_inside_statement(part, line) {
            return Vec::new();
        }
        is_percent |= is_real;
        match cells.last_mut() {
            Some(last) if is_marked && !is_real => {
                last.range = last.range.cover(candidate.range);
            }
            _ => cells.push(Cell {
                title: candidate.title.clone().filter(|_| is_real),
                ..candidate.clone()
            }),
        }
    }
    if !is_percent {
        return Vec::new();
    }
    for (number, cell) in (1..).zip(&mut cells) {
        cell.number = number;
    }
    cells
}

fn is_comment(part: &Parsed<ModModule>, offset: TextSize) -> bool {
    let tokens = part.tokens();
    let first = tokens.partition_point(|token| token.start() < offset);
    tokens[first..]
        .iter()
        .take_while(|token| token.start() == offset)
        .any(|token| token.kind() == TokenKind::Comment)
}

fn is_inside_statement(part: &Parsed<ModModule>, offset: TextSize) -> bool {
    let statements = part.suite();
    let next = statements.partition_point(|statement| statement.start() <= offset);
    next > 0 && statements[next - 1].end() > offset
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_python_parser::parse_module;

    /// The text of each cell, behind its title.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let part = parse_module(text).expect("it parses");
        let cells = confirmed(&percent::cells(text), text, &part);
        let found: Vec<_> = cells
            .iter()
            .map(|cell| (cell.title.as_deref().unwrap_or_default(), &text[cell.range]))
            .collect();
        assert_eq!(found, expected);
        let numbers = cells.iter().map(|cell| cell.number);
        assert!(numbers.eq(1..=u32::try_from(cells.len()).expect("few cells")));
    }

    #[test]
    fn markers_between_statements_are_real() {
        check("a\n# %% b\nc\n", &[("", "a\n"), ("b", "# %% b\nc\n")]);
        check("\u{feff}# %% a\nb", &[("a", "\u{feff}# %% a\nb")]);
        check(
            "def f():\n    a\n\n# %%\nb\n",
            &[("", "def f():\n    a\n\n"), ("", "# %%\nb\n")],
        );
    }

    #[test]
    fn a_marker_inside_a_string_leaves_its_text_to_the_cell_before() {
        let body = "# %% real\nf()\n";
        let text = format!("'''\n# %% no\n'''\n{body}");
        check(&text, &[("", "'''\n# %% no\n'''\n"), ("real", body)]);
    }

    #[test]
    fn where_a_marker_cuts_a_statement_there_are_no_cells() {
        check("# %% a\nclass A:\n    a\n# %% b\n    b\n", &[]);
        check("# %% a\nf(\n# %% b\n)\n", &[]);
    }

    #[test]
    fn without_a_real_marker_there_are_no_cells() {
        check("'''\n# %%\n'''\n", &[]);
    }
}
