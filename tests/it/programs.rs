//! Programs run by real Python before and after a migration: they print the same, but that other tasks
//! run where the clock stood still before.
//!
//! Those of the standard library are run always, those of other libraries on demand (see `clients`).

use std::path::Path;

use crate::execution::python::{KERNEL, environment, run_script};
use crate::support::Project;

/// How a line ends where no other task could run, and where some did.
const ENDS: [&str; 2] = [" held up", " goes on"];

/// What is printed for a coroutine that nobody awaits.
const NEVER_RAN: &str = "never ran";

/// Migrates the first of the files, a program in `tests/python` that imports the others, and compares
/// what it prints; returns its new text.
#[track_caller]
pub(crate) fn check(python: &Path, files: &[&str], recipes: &str, options: &[&str]) -> String {
    let project = Project::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let names = files.iter().map(|file| {
        let text = std::fs::read_to_string(folder.join(file)).expect("the program is there");
        let name = file.rsplit('/').next().unwrap_or(file);
        project.write(name, text);
        name
    });
    let names: Vec<&str> = names.collect();
    let program = names[0];
    let before = run_script(python, project.root(), program);
    assert_eq!(before.error, None, "{program} runs before");
    let migration = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
    let said = project.run(&[&migration[..], &[recipes, program], options].concat());
    assert_eq!(said.code, Some(0), "{said:?}");
    let text = project.text(program);
    let after = run_script(python, project.root(), program);
    assert_eq!(after.error, None, "{program} runs after:\n{text}");
    let (before, after) = (before.stdout, after.stdout);
    assert!(
        is_mended(&before, &after),
        "{before}\nand then\n{after}\n{text}"
    );
    text
}

/// Every line is there again; what held up the loop lets it go on, and what never ran has run.
fn is_mended(before: &str, after: &str) -> bool {
    let n_lines = before.lines().count();
    let mut lines = before.lines().zip(after.lines());
    n_lines == after.lines().count()
        && lines.all(|(old, new)| match old.strip_suffix(ENDS[0]) {
            Some(old) => new.strip_suffix(ENDS[1]) == Some(old),
            None if old == NEVER_RAN => new != NEVER_RAN,
            None => old == new && !ENDS.iter().any(|end| new.ends_with(end)),
        })
}

#[test]
fn what_holds_up_the_loop_is_seen() {
    assert!(is_mended("a 1 held up\nb\n", "a 1 goes on\nb\n"));
    assert!(!is_mended("a 1 held up\n", "a 2 goes on\n"));
    assert!(!is_mended("a 1 held up\n", "a 1 held up\n"));
    assert!(!is_mended("a 1 goes on\n", "a 1 goes on\n"));
    assert!(!is_mended("a\nb\n", "a\n"));
    assert!(is_mended("never ran\n", "3\n"));
    assert!(!is_mended("never ran\n", "never ran\n"));
}

/// Runs a program that needs no library.
#[track_caller]
fn check_plain(files: &[&str], recipes: &str) {
    if let Some(python) = environment(&KERNEL) {
        check(&python, files, recipes, &[]);
    }
}

// It makes pipes in the file system.
#[cfg(unix)]
#[test]
fn the_loop_goes_on_while_a_call_blocks() {
    check_plain(
        &["blocking/ticks.py", "blocking/clock.py"],
        "blocking-sleep,blocking-call,blocking-file,blocking-lock",
    );
}

#[cfg(unix)]
#[test]
fn functions_methods_and_iterators_give_the_same_in_a_thread() {
    check_plain(&["blocking/threads.py"], "blocking-call,executor-to-thread");
}

#[cfg(unix)]
#[test]
fn a_connection_stays_in_its_thread() {
    check_plain(&["blocking/sqlite.py"], "blocking-call,blocking-file");
}

#[test]
fn what_a_nested_loop_forbade_is_awaited() {
    check_plain(&["nested.py"], "run-in-coroutine");
}
