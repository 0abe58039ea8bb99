//! Small texts before and after.

use super::*;
use crate::python::parse::Module;
use crate::source::cell::CellKind;
use crate::text::edit::apply;

/// Cells at the `# %%` lines of a text.
fn percent(text: &str) -> Vec<Cell> {
    let starts: Vec<usize> = text.match_indices("# %%").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| cell(start, end))
        .collect()
}

fn cell(start: usize, end: usize) -> Cell {
    Cell {
        number: 1,
        kind: CellKind::Code,
        range: TextRange::new(
            TextSize::try_from(start).expect("it is short"),
            TextSize::try_from(end).expect("it is short"),
        ),
        title: None,
    }
}

/// Cuts the top-level statements (or those of a leading def) that begin with `x`.
fn cut(text: &str, cells: &[Cell]) -> String {
    let module = Module::parse_plain(text).expect("it parses");
    let top: Vec<&ruff_python_ast::Stmt> = module.statements().collect();
    let (block, nested) = match top.first() {
        Some(ruff_python_ast::Stmt::FunctionDef(def)) => (def.body.iter().collect(), true),
        _ => (top, false),
    };
    let ranges: Vec<TextRange> = block.iter().map(|statement| statement.range()).collect();
    let mut cutter = Cutter::new(text, cells);
    let doomed = |index: usize| text[ranges[index]].starts_with('x');
    cutter.statements(&ranges, doomed, nested);
    apply(&cutter.finish().edits, text)
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(cut(text, &percent(text)), expected);
    for line_end in ["\r\n", "\r"] {
        let text = text.replace('\n', line_end);
        assert_eq!(
            cut(&text, &percent(&text)),
            expected.replace('\n', line_end)
        );
    }
}

#[test]
fn a_line_goes_with_its_end() {
    check("a\nx\nb\n", "a\nb\n");
    check("a\nx(\n  1,\n)\nb\n", "a\nb\n");
}

#[test]
fn the_longer_run_of_blank_lines_stays() {
    check("a\n\nx\n\n\nb\n", "a\n\n\nb\n");
    check("a\n\n\nx\n\nb\n", "a\n\n\nb\n");
    check("a\n\nx\nb\n", "a\n\nb\n");
    check("a\n\nx\n\nx\n\nb\n", "a\n\nb\n");
}

#[test]
fn what_opens_a_block_takes_blank_lines_along() {
    check("x\n\nb\n", "b\n");
    check("def f():\n    x\n\n    b\n", "def f():\n    b\n");
    check("# %%\nx\n\nb\n", "# %%\nb\n");
    check(
        "def f():\n    # why\n    x\n\n    b\n",
        "def f():\n    # why\n\n    b\n",
    );
}

#[test]
fn what_ends_a_block_takes_the_blank_lines_above() {
    check("def f():\n    b\n\n    x\nc\n", "def f():\n    b\nc\n");
    check(
        "def f():\n    b\n\n    x\n\n\nc\n",
        "def f():\n    b\n\n\nc\n",
    );
}

#[test]
fn no_blank_line_is_left_at_the_end() {
    check("a\n\nx\n", "a\n");
    check("a\n\nx", "a");
    check("a\nx\n\n", "a\n");
}

#[test]
fn a_file_or_cell_may_become_empty() {
    check("x\n", "");
    check("# %%\nx\n\n# %%\nb\n", "# %%\n\n# %%\nb\n");
    check("# %%\nb\n\n# %%\nx", "# %%\nb\n\n# %%");
}

#[test]
fn the_end_of_a_percent_cell_keeps_its_distance() {
    check("# %%\na\nx\n\n# %%\nb\n", "# %%\na\n\n# %%\nb\n");
}

#[test]
fn a_notebook_cell_keeps_what_joins_it_to_the_next() {
    let text = "a\nx\nb";
    assert_eq!(cut(text, &[cell(0, 3), cell(4, 5)]), "a\nb");
    assert_eq!(cut(text, &[cell(0, 1), cell(2, 3), cell(4, 5)]), "a\n\nb");
}

#[test]
fn neighbors_on_the_line_stay() {
    check("x; a\n", "a\n");
    check("a; x\n", "a\n");
    check("a; x; b\n", "a; b\n");
    check("a; x; x # c\n", "a # c\n");
    check("b\nx; x;\na\n", "b\na\n");
}

#[test]
fn comments_of_their_own_and_form_feeds_stay() {
    check("# a\nx\n# b\n", "# a\n# b\n");
    check("a\n\x0c\nx\nb\n", "a\n\x0c\nb\n");
    check("\u{feff}x\nb\n", "\u{feff}b\n");
}

#[test]
fn a_comment_behind_stays_on_a_line_of_its_own() {
    check("a\nx  # why \nb\n", "a\n# why \nb\n");
}
