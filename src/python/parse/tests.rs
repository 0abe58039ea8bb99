//! What a file and its quoted annotations are parsed to.

use super::*;
use ruff_python_ast::token::TokenKind;

fn parse(path: &str, text: &str) -> Result<Module, Broken> {
    let source = SourceFile::from_text(path, text).expect("it can be read");
    Module::parse(&source, PythonVersion::PY310)
}

fn notebook(cells: &[&str]) -> String {
    let cells: Vec<_> = cells
        .iter()
        .map(|source| serde_json::json!({"cell_type": "code", "source": source}))
        .collect();
    serde_json::json!({ "cells": cells, "nbformat": 4 }).to_string()
}

/// Compares the numbers of statements, cells and broken parts, and the names in the latter.
#[track_caller]
fn check(path: &str, text: &str, expected: (usize, usize, usize), names: &[&str]) -> Module {
    let module = parse(path, text).expect("it parses");
    let found = (
        module.statements().count(),
        module.cells().len(),
        module.broken().len(),
    );
    assert_eq!(found, expected);
    assert_eq!(module.names_in_broken(), names);
    module
}

#[test]
fn a_plain_module_is_one_part() {
    check("a.py", "\u{feff}import a\r\nawait b()\r\n", (2, 0, 0), &[]);
    check("a.py", "", (0, 0, 0), &[]);
    assert!(parse("a.py", "%time f()\n").is_err());
}

#[test]
fn an_error_says_where_and_what() {
    let broken = parse("a.py", "x = 1\nf(\n").expect_err("it does not parse");
    assert!(broken.at.start() >= 6.into(), "{broken:?}");
    assert!(!broken.message.is_empty());
}

#[test]
fn a_percent_file_may_use_magics() {
    let text = "# %%\n%time x = f()\n# %%\n!ls {y}\n";
    let module = check("a.py", text, (2, 2, 0), &[]);
    assert_eq!(module.names_in_magics(), ["ls", "y"]);
    let magic = &module.magics()[0];
    assert_eq!(module.magic_body(magic.line).len(), 1);
}

#[test]
fn a_cell_that_does_not_parse_is_set_aside() {
    check(
        "a.py",
        "# %%\nimport a\n# %%\nf(a b)\n# %%\nc\n",
        (2, 3, 1),
        &["a", "b", "f"],
    );
    let json = notebook(&["import a", "cd somewhere", "x = %time f()\nawait x"]);
    let module = check("a.ipynb", &json, (3, 3, 1), &["cd", "somewhere"]);
    assert_eq!(module.magics()[0].body, None);
    assert_eq!(module.names_in_magics(), ["f"]);
    assert_eq!(
        module.broken()[0].range,
        TextRange::new(9.into(), 21.into())
    );
}

#[track_caller]
fn check_unclear(cell: &str, names: &[&str]) {
    let json = notebook(&["import a", cell]);
    let module = parse("a.ipynb", &json).expect("it parses");
    assert_eq!(module.broken().len(), 1, "{cell}");
    assert_eq!(module.unclear_names(), names, "{cell}");
}

#[test]
fn a_cell_that_the_kernel_cannot_compile_binds_nothing() {
    check_unclear("a.run() creates a loop", &[]);
    check_unclear("a = 1\nprint a", &[]);
    check_unclear("run notes.py", &["notes", "py", "run"]);
    check_unclear("  a = 1\nb = 2", &["a", "b"]);
    check_unclear(">>> a = 1", &["a"]);
    check_unclear("In [3]: import a", &["In", "a", "import"]);
}

#[test]
fn nothing_that_parses_is_an_error() {
    assert!(parse("a.ipynb", &notebook(&["a b"])).is_err());
    check("a.ipynb", &notebook(&[]), (0, 0, 0), &[]);
}

#[test]
fn foreign_cells_are_not_parsed() {
    let json = notebook(&[
        "%%bash\nfor x in *; do echo $loop",
        "%%unheard_of a\nloop.run()",
    ]);
    let module = check(
        "a.ipynb",
        &json,
        (0, 2, 0),
        &["a", "loop", "run", "unheard_of"],
    );
    assert_eq!(module.magics().len(), 2);
    check("a.py", "# %%\n%%bash\nls\n# %%\nx\n", (1, 2, 0), &[]);
}

#[test]
fn a_cell_magic_runs_its_cell() {
    let json = notebook(&["x", "%%timeit setup()\nf()"]);
    let module = check("a.ipynb", &json, (3, 2, 0), &[]);
    assert_eq!(module.names_in_magics(), ["setup"]);
    assert_eq!(
        module.magics()[0].body,
        Some(TextRange::new(19.into(), 22.into()))
    );
}

#[test]
fn a_magic_body_has_tokens_of_its_own() {
    let json = notebook(&["a", "%time f(x)", "b"]);
    let module = check("a.ipynb", &json, (3, 3, 0), &[]);
    let kind = |offset: u32, end: u32| -> Vec<TokenKind> {
        let range = TextRange::new(offset.into(), end.into());
        module.tokens_within(range).map(Token::kind).collect()
    };
    assert_eq!(kind(8, 10), [TokenKind::Name, TokenKind::Lpar]);
    assert_eq!(
        kind(2, 12),
        [TokenKind::IpyEscapeCommand, TokenKind::Newline]
    );
}

#[test]
fn newer_syntax_is_reported() {
    let module = check("a.py", "type X = int\n", (1, 0, 0), &[]);
    assert_eq!(module.unsupported_syntax().count(), 1);
}
