//! Each command that a page shows runs in [`commands`](super::commands), or is on this list with the reason.
//!
//! No test here runs the commands that build or install something, or need a network or a cluster. What they name is
//! there: a test, a script, a folder.

use std::collections::BTreeSet;
use std::path::Path;

use super::{COMMENT, ROOT, pages, text};
use crate::support::Project;

/// How commands begin that no test of the pages runs, and why.
const LEFT_OUT: [(&str, &str); 16] = [
    (
        "cargo build",
        "it measures the speed of a release for minutes",
    ),
    ("cargo ", "it builds the program, which the test is part of"),
    (
        "AWAITIFY_",
        "the same, with a variable that only tests read",
    ),
    (".ci/run", "it runs all tests"),
    ("pip ", "it builds a wheel; `python/tests` runs against one"),
    (
        "maturin ",
        "it builds a wheel with a compiler for other systems",
    ),
    (
        "podman ",
        "it builds an image; `packaging` reads its Containerfile",
    ),
    ("uvx ", "it downloads another tool, or builds the program"),
    ("echo 'match", "the same: its file is for another tool"),
    (
        "awaitify-ray ",
        "it needs a cluster; the test `ray` makes one",
    ),
    (
        "python3 tests/",
        "it downloads projects and runs their tests",
    ),
    ("python3 benches/", "it measures for minutes"),
    ("python3 -u ", "a line of a notebook, which awaitify reads"),
    ("uv run ", "the same"),
    (
        "python -m ",
        "it runs an installed package; `python/tests` does so",
    ),
    ("git ", "a command of git in a sentence about changes"),
];

/// Programs with whose name a command in a sentence begins.
const PROGRAMS: [&str; 11] = [
    "awaitify", "cargo", "echo", "git", "maturin", "pip", "podman", "python", "python3", "uv",
    "uvx",
];

/// The commands of a page: indented lines, blocks of `sh`, and code in a sentence or a table.
fn shown(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, part) in page.split("```").enumerate() {
        if index % 2 == 1 {
            found.extend(part.strip_prefix("sh\n").map(|it| it.trim().to_owned()));
            continue;
        }
        let lines = part.lines().filter(|line| !line.starts_with(COMMENT));
        let (code, sentences): (Vec<&str>, Vec<&str>) =
            lines.partition(|line| line.starts_with("    "));
        found.extend(code.iter().map(|line| line.trim().to_owned()));
        let sentences = sentences.join("\n");
        let inline = sentences.split('`').skip(1).step_by(2);
        let inline = inline.map(|it| it.replace('\n', " "));
        found.extend(inline.filter(|it| is_command(it)));
    }
    found
}

/// The first word is a program, or sets a variable of the tests.
fn is_command(code: &str) -> bool {
    let is_script = code == ".ci/run";
    let (program, rest) = code.split_once(' ').unwrap_or((code, ""));
    let is_run = PROGRAMS.contains(&program) || program.starts_with("AWAITIFY_");
    is_script || is_run && !rest.is_empty()
}

#[test]
fn no_command_is_left_out_without_a_reason() {
    let mut unknown = Vec::new();
    let mut used = BTreeSet::new();
    for path in pages() {
        let page = text(&path);
        let commands = shown(&page);
        for command in commands.iter().filter(|it| !it.starts_with("awaitify ")) {
            let mut starts = LEFT_OUT.iter().map(|(start, _)| *start);
            match starts.find(|start| command.starts_with(start)) {
                Some(start) => drop(used.insert(start)),
                None => unknown.push(format!("{}: {command}", path.display())),
            }
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
    let listed: BTreeSet<&str> = LEFT_OUT.iter().map(|(start, _)| *start).collect();
    assert_eq!(used, listed, "the pages show no other one");
}

#[test]
fn commands_in_sentences_have_right_arguments() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let project = Project::with_examples();
    for path in pages() {
        let page = text(&path);
        let commands = shown(&page).into_iter();
        for command in commands.filter_map(|it| it.strip_prefix("awaitify ").map(str::to_owned)) {
            let command = command.split(" |").next().unwrap_or_default();
            let command = command.split("  #").next().unwrap_or_default().trim();
            // Arguments are checked before help is given.
            let arguments = command.split(' ').chain(["--help"]);
            let run = project.run(&arguments.collect::<Vec<_>>());
            if run.code != Some(0) {
                wrong.push(format!("{}: {command}: {run:?}", path.display()));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "the commands are found: {count}");
}

#[test]
fn tests_and_scripts_that_commands_name_are_there() {
    let root = Path::new(ROOT);
    let mut missing = Vec::new();
    for path in pages() {
        for command in shown(&text(&path)) {
            let words: Vec<&str> = command.split_whitespace().collect();
            for pair in words.windows(2) {
                let there = match pair {
                    ["python3", script] => script.starts_with('-') || root.join(script).exists(),
                    ["it", test] if command.contains("cargo test") => {
                        root.join(format!("tests/it/{test}.rs")).exists()
                    }
                    ["--test", test] => {
                        let file = root.join(format!("tests/{test}.rs"));
                        file.exists() || root.join(format!("tests/{test}/main.rs")).exists()
                    }
                    _ => true,
                };
                if !there {
                    missing.push(format!("{}: {command}", path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn commands_are_found_in_each_place() {
    let page = "a `pip install\nx` and `uv`\n\n    cargo test\n\n```sh\nuvx y\n```\n\n```text\n$ z\n```\n| `cargo run` | `git` |\n";
    let expected = ["cargo test", "pip install x", "uvx y", "cargo run"];
    assert_eq!(shown(page), expected);
}
