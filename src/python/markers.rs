//! Candidate cells of a percent file and its syntax tree → the cells.
//!
//! Only the parser tells a marker from a line of a string, or of a function's body, that looks like one.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextSize};

use crate::source::cell::Cell;
use crate::source::percent;

/// Returns the cells whose marker is a comment outside every top-level statement; a marker that is
/// none leaves its text to the cell before. Without any marker there are no cells.
pub(super) fn confirmed(candidates: &[Cell], text: &str, part: &Parsed<ModModule>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut is_percent = false;
    for candidate in candidates {
        let start = candidate.range.start();
        let is_marked = percent::marker_len(&text[candidate.range]) > 0;
        let is_real = is_marked && is_comment_between_statements(part, text.line_start(start));
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

fn is_comment_between_statements(part: &Parsed<ModModule>, offset: TextSize) -> bool {
    let tokens = part.tokens();
    let first = tokens.partition_point(|token| token.start() < offset);
    let is_comment = tokens[first..]
        .iter()
        .take_while(|token| token.start() == offset)
        .any(|token| token.kind() == TokenKind::Comment);
    let statements = part.suite();
    let next = statements.partition_point(|statement| statement.start() <= offset);
    let is_inside = next > 0 && statements[next - 1].end() > offset;
    is_comment && !is_inside
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
    fn a_marker_inside_a_statement_leaves_its_text_to_the_cell_before() {
        let body = "# %% real\ndef f():\n    a\n# %% no\n    b\nf(\n# %% no\n)\n";
        check(body, &[("real", body)]);
        let text = format!("'''\n# %% no\n'''\n{body}");
        check(&text, &[("", "'''\n# %% no\n'''\n"), ("real", body)]);
    }

    #[test]
    fn without_a_real_marker_there_are_no_cells() {
        check("'''\n# %%\n'''\n", &[]);
    }
}
