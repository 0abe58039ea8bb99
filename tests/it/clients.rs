//! Programs that send requests and read files, run by real libraries before and after a migration: both
//! print the same.
//!
//! `AWAITIFY_TESTS=clients` runs them.

use std::path::Path;

use crate::execution::python::{Environment, environment, run_script};
use crate::support::{Project, is_asked_for};

/// What the programs import, and where they are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/clients");

/// A Python with the libraries.
const LIBRARIES: Environment = Environment {
    name: "clients-venv",
    requirements: concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/python/clients/requirements.txt"
    ),
};

/// Compares what a program prints before and after all of a recipe's changes; `gone` stands in no line
/// afterwards.
#[track_caller]
fn check(program: &str, recipe: &str, gone: &str) {
    if !is_asked_for("clients") {
        return;
    }
    let Some(python) = environment(&LIBRARIES) else {
        return;
    };
    let project = Project::empty();
    for file in [program, "server.py"] {
        let text = std::fs::read_to_string(Path::new(FOLDER).join(file));
        project.write(file, text.expect("the program is there"));
    }
    let before = run_script(&python, project.root(), program);
    assert_eq!(before.error, None, "{program} runs before");
    project.run(&[
        "migrate",
        "--allow-dirty",
        "--safety",
        "review",
        "--select",
        recipe,
        program,
    ]);
    let text = project.text(program);
    assert!(!text.contains(gone), "{gone} is left:\n{text}");
    let after = run_script(&python, project.root(), program);
    assert_eq!(before, after, "{text}");
}

#[test]
fn requests_and_httpx_get_the_same_answers() {
    check("web.py", "blocking-http", "requests");
}

#[test]
fn files_hold_and_give_the_same() {
    check("files.py", "blocking-file", "\n    with open");
}
