//! Texts that a person writes in place of a change's own: through a review and its editor, or in a file of
//! decisions.

use serde_json::{Value, json};

use crate::chosen::name_at;
use crate::review::with_editor;
use crate::support::Project;

const TOML: &str = "//- pyproject.toml\n[project]\nname = 'gauges'\nrequires-python = '>=3.11'\n";

/// Edits the first change of a project by a script of `sed`, and migrates; returns a file then.
#[track_caller]
fn edited(files: &str, script: &str, path: &str) -> String {
    let project = Project::new(&format!("{TOML}{files}"));
    let mut session = with_editor(&project, script);
    session.expect("q quit");
    session.press("e", "1 accepted");
    session.press("q", "stored in");
    session.end();
    let run = project.run(&["migrate", "--decisions", "awaitify-decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    project.text(path)
}

#[test]
fn lines_keep_what_stands_around_them() {
    let text = edited(
        "//- a.py\nimport time\n\n\nasync def f():\n\tx = 1  # one\n\ttime.sleep(x)  # nap\n\treturn x\n",
        "s/asyncio.sleep(x)/asyncio.sleep(2 * x)/",
        "a.py",
    );
    let body = "\tx = 1  # one\n\tawait asyncio.sleep(2 * x)  # nap\n\treturn x\n";
    assert!(text.ends_with(body), "{text}");
    assert!(text.starts_with("import asyncio\n"), "{text}");
}

#[test]
fn lines_may_be_added_and_taken_away() {
    let files = "//- a.py\nimport time\n\n\nasync def f():\n    time.sleep(1)\n    return 1\n";
    let text = edited(files, "s/^    await.*/    # Wait.\\n&/", "a.py");
    assert!(
        text.contains("    # Wait.\n    await asyncio.sleep(1)\n"),
        "{text}"
    );
    let text = edited(files, "/^    await/d", "a.py");
    assert!(text.ends_with("async def f():\n    return 1\n"), "{text}");
}

#[test]
fn what_a_change_needs_besides_is_written_too() {
    let files = "\
//- a.py
import asyncio


class Gauge:
    def __init__(self):
        self.value = 0

    async def start(self):
        asyncio.create_task(self.poll())

    async def poll(self):
        while True:
            await asyncio.sleep(1)

    async def aclose(self):
        self.value = 1
";
    let project = Project::new(&format!("{TOML}{files}"));
    let mut session = with_editor(&project, "");
    // The text of its own first.
    session.expect("_poll_task = asyncio.create_task");
    session.press("   ", ".cancel()");
    session.press("q", "stored in");
    session.end();
    let text = edited(
        files,
        "s/create_task(self.poll())/create_task(self.poll(), name=\"poll\")/",
        "a.py",
    );
    assert!(
        text.contains("create_task(self.poll(), name=\"poll\")"),
        "{text}"
    );
    assert!(text.contains(".cancel()"), "{text}");
}

#[test]
fn a_cell_of_a_notebook_is_edited() {
    let cell = |source: &str| json!({"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": [source]});
    let notebook = json!({
        "cells": [cell("import time"), cell("async def f():\n    time.sleep(1)")],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    });
    let text = edited(
        &format!("//- n.ipynb\n{notebook}\n"),
        "s/asyncio.sleep(1)/asyncio.sleep(3)/",
        "n.ipynb",
    );
    assert!(text.contains("await asyncio.sleep(3)"), "{text}");
    let read: Value = serde_json::from_str(&text).expect("it is a notebook");
    assert_eq!(read["cells"].as_array().map(Vec::len), Some(2), "{text}");
}

/// Migrates with a text for `time.sleep(1)` in `a.py`; returns the exit code and what is told.
fn migrate(text: &str, [before, after]: [&str; 2]) -> (Option<i32>, String, String) {
    let project = Project::new(&format!("{TOML}//- a.py\n{text}"));
    let line = text.lines().position(|line| line.contains("time.sleep(1)"));
    let place = format!("a.py:{}", line.map_or(0, |line| line + 1));
    let change = name_at(&project, &place);
    let edited = [json!({"before": before, "after": after})];
    let decision = json!({"change": change, "verdict": "accept", "edited": edited});
    let file = json!({"version": 1, "decisions": [decision]});
    project.write("decisions.json", file.to_string());
    let run = project.run(&["migrate", "--decisions", "decisions.json"]);
    (run.code, run.stdout + &run.stderr, project.text("a.py"))
}

const ONE: &str = "import time\n\n\nasync def f():\n    time.sleep(1)\n";

#[test]
fn a_text_for_other_lines_is_refused() {
    let (code, told, text) = migrate(ONE, ["    time.sleep(1)\n", "    await nap()\n"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(text.ends_with("    await nap()\n"), "{text}");
    let (code, told, text) = migrate(ONE, ["    time.sleep(1)  # nap\n", "    await nap()\n"]);
    assert_eq!((code, &*text), (Some(2), ONE), "{told}");
    let why = "its edited text does not fit: the lines around it are other ones since";
    assert!(told.contains(why), "{told}");
}

#[test]
fn a_text_that_breaks_a_law_is_not_written() {
    let (code, told, text) = migrate(ONE, ["    time.sleep(1)\n", "    await (\n"]);
    assert_eq!((code, &*text), (Some(2), ONE), "{told}");
    assert!(told.contains("does not parse"), "{told}");
}

#[test]
fn a_line_of_two_changes_is_edited_for_neither() {
    let both = "import time\n\n\nasync def f():\n    time.sleep(1); time.sleep(2)\n";
    let lines = ["    time.sleep(1); time.sleep(2)\n", "    await nap()\n"];
    let (code, told, text) = migrate(both, lines);
    assert_eq!((code, &*text), (Some(2), both), "{told}");
    assert!(
        told.contains("another change is in the same lines"),
        "{told}"
    );
}

#[test]
fn people_who_wrote_different_texts_disagree() {
    let project = Project::new(TOML);
    let one = |after: &str| {
        let edited = [json!({"before": "a\n", "after": after})];
        let decision = json!({"change": "x-1", "verdict": "accept", "edited": edited});
        json!({"version": 1, "decisions": [decision]}).to_string()
    };
    project.write("one.json", one("b\n"));
    project.write("two.json", one("c\n"));
    let run = project.run(&["decisions", "merge", "one.json", "one.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = project.run(&["decisions", "merge", "one.json", "two.json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("x-1"), "{run:?}");
}

#[test]
fn an_accepted_change_whose_code_was_edited_is_looked_for() {
    let project = Project::new(&format!("{TOML}//- a.py\n{ONE}"));
    let mut session = with_editor(&project, "");
    session.expect("q quit");
    session.press("y", "1 accepted");
    session.press("q", "stored in");
    session.end();
    let migrate = ["migrate", "--decisions", "awaitify-decisions.json"];
    project.write("a.py", ONE.replace("sleep(1)", "sleep(2)"));
    let run = project.run(&migrate);
    let told = "Perhaps edited or moved since, and undecided: a.py:5:5.";
    assert!(run.stdout.contains(told), "{run:?}");
    // In another file.
    project.write("b.py", ONE);
    project.write("a.py", "");
    let run = project.run(&migrate);
    assert!(run.stdout.contains("undecided: b.py:5:5."), "{run:?}");
    // In another tree.
    let other = Project::new(&format!("{TOML}//- c.py\n{ONE}"));
    other.write("d.json", project.text("awaitify-decisions.json"));
    let run = other.run(&["migrate", "--decisions", "d.json"]);
    let told = "error: the decisions are of another tree: a.py is not here, nor is any other of their files";
    assert_eq!(
        (run.code, run.stderr.trim_end()),
        (Some(2), told),
        "{run:?}"
    );
}

/// Suppresses the first change of a project in a review, and migrates; what is left is not told again.
#[track_caller]
fn suppressed(files: &str, path: &str) -> String {
    let project = Project::new(&format!("{TOML}{files}"));
    let mut session = with_editor(&project, "");
    session.expect("q quit");
    session.press("s\r", "nothing is suppressed without a reason");
    session.press("sthe sensor settles", "because: the sensor settles_");
    session.press("\r", "[s]");
    session.press("q", "0 accepted, 1 rejected");
    session.end();
    let run = project.run(&["migrate", "--decisions", "awaitify-decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("0 accepted, 1 suppressed"), "{run:?}");
    let check = project.run(&["check", "--safety", "review", "--fail-on", "low", "."]);
    assert_eq!(check.code, Some(0), "{check:?}\n{}", project.text(path));
    project.text(path)
}

#[test]
fn a_suppressed_change_is_kept_out_by_a_comment() {
    let why = "# awaitify: ignore[blocking-sleep] the sensor settles";
    let text = suppressed(&format!("//- a.py\n{ONE}"), "a.py");
    let body = format!("async def f():\n    {why}\n    time.sleep(1)\n");
    assert!(
        text.ends_with(&body) && text.starts_with("import time\n"),
        "{text}"
    );
    // Above the statement that the site stands in, also in a clause.
    let clause = "//- a.py\nimport time\n\n\nasync def f(x):\n\tif x:\n\t\tpass\n\telif time.sleep(\n\t\t1\n\t):\n\t\tpass\n";
    let text = suppressed(clause, "a.py");
    assert!(
        text.contains(&format!("\t{why}\n\telif time.sleep(\n")),
        "{text}"
    );
    let cells = "//- n.py\n# %%\nimport time\n\n# %%\nasync def f():\n    time.sleep(1)\n";
    let text = suppressed(cells, "n.py");
    assert!(
        text.contains(&format!("    {why}\n    time.sleep(1)\n")),
        "{text}"
    );
}

#[test]
fn nothing_is_suppressed_without_a_reason() {
    let project = Project::new(&format!("{TOML}//- a.py\n{ONE}"));
    let change = name_at(&project, "a.py:5");
    let decision = json!({"change": change, "verdict": "suppress"});
    let file = json!({"version": 1, "decisions": [decision]});
    project.write("decisions.json", file.to_string());
    let run = project.run(&["migrate", "--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("is suppressed, and no note says why"),
        "{run:?}"
    );
}
