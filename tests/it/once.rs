//! What is said once for a project: at its first place, with how many more there are.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{Project, Run};

const OLD: &str = "[project]\nname = \"old\"\nrequires-python = \">=3.4\"\n";

const COROUTINE: &str =
    "import asyncio\n\n\n@asyncio.coroutine\ndef read():\n    yield from asyncio.sleep(0)\n";

/// Two projects that allow a Python without `async def`, one inside of the other.
fn nested() -> Project {
    let project = Project::empty();
    let twice = format!(
        "{COROUTINE}\n\n{}",
        &COROUTINE["import asyncio\n\n\n".len()..]
    );
    project.write("pyproject.toml", OLD);
    project.write("b.py", COROUTINE);
    project.write("lib/c.py", &twice);
    project.write("lib/d.py", COROUTINE);
    project.write("part/pyproject.toml", OLD);
    project.write("part/a.py", COROUTINE);
    project
}

/// Returns where findings are, each with what it says of more places.
fn told(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().map(serde_json::from_str::<Value>);
    let lines = lines.filter_map(Result::ok);
    let findings = lines.filter(|line| line["type"] == "finding");
    let told = findings.map(|it| {
        let reason = it["reason"].as_str().unwrap_or_default().to_owned();
        let more = reason.split("; ").nth(1).unwrap_or("alone").to_owned();
        format!(
            "{}:{} {more}",
            it["path"].as_str().unwrap_or_default(),
            it["line"]
        )
    });
    told.collect()
}

#[track_caller]
fn check(project: &Project, words: &[&str], expected: &[&str]) -> Run {
    let run = project.run(&[&["diff", "--format", "json"], words].concat());
    assert_eq!(told(&run), expected, "{words:?}");
    run
}

#[test]
fn each_project_has_one_whatever_the_order_of_its_files() {
    let project = nested();
    let both = ["b.py:5 4 sites in 3 files", "part/a.py:5 alone"];
    let run = check(&project, &["-j", "1", "."], &both);
    for words in [
        &["-j", "8", "."] as &[&str],
        &["part/a.py", "lib/d.py", "lib/c.py", "b.py"],
        &["lib", "b.py", "part"],
    ] {
        assert_eq!(check(&project, words, &both).stdout.len(), run.stdout.len());
    }
    // Of what is asked for.
    check(&project, &["lib"], &["lib/c.py:5 3 sites in 2 files"]);
    check(&project, &["lib/d.py"], &["lib/d.py:5 alone"]);
}

#[test]
fn a_comment_or_a_baseline_keeps_its_first_place_away() {
    let project = nested();
    let known = ["check", "-q", "--baseline", "known.json"];
    let run = project.run(&[&known as &[&str], &["--write-baseline", "."]].concat());
    assert_eq!(run.stdout, "Wrote 2 sites to known.json.\n", "{run:?}");
    project.write(
        "b.py",
        format!("import os\n\n\nprint(os.name)\n{COROUTINE}"),
    );
    let run = project.run(&[&known as &[&str], &["."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let kept = COROUTINE.replace(
        "def read():",
        "def read():  # awaitify: ignore[asyncio-coroutine] old",
    );
    project.write("b.py", kept);
    let next = ["lib/c.py:5 3 sites in 2 files", "part/a.py:5 alone"];
    check(&project, &["."], &next);
}

#[test]
fn all_outputs_show_the_first_place_alone() {
    let project = nested();
    for form in ["text", "github", "gitlab", "sarif", "markdown"] {
        let run = project.run(&["check", "--format", form, "."]);
        assert_eq!(run.code, Some(1), "{form}: {run:?}");
        let is_there = |path: &str| run.stdout.contains(path);
        assert!(is_there("b.py") && is_there("part/a.py"), "{form}: {run:?}");
        assert!(!is_there("c.py") && !is_there("d.py"), "{form}: {run:?}");
        assert!(is_there("; 4 sites in 3 files"), "{form}: {run:?}");
    }
}

#[test]
fn a_line_that_is_asked_for_is_told_of() {
    let project = nested();
    let run = project.run(&["explain", "lib/d.py:5"]);
    let mut said = String::new();
    _ = write!(said, "{}{}", run.stdout, run.stderr);
    assert!(said.contains("raise the lowest version"), "{said}");
    assert!(!said.contains(" sites in "), "{said}");
}
