//! `check`: what it lists, when it fails, and which lines are new since a revision.

use serde_json::json;

use crate::support::{AWAITING, BLOCKING, Project, Run};

/// A finding of severity `critical`: a lock is held over the sleep.
const HELD: &str = "\
import threading
import time

lock = threading.Lock()


async def poll():
    with lock:
        time.sleep(1)
";

/// A change of level `review` and severity `high`.
const SCRIPT: &str = "\
import asyncio


async def main():
    pass


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
";

fn with(text: &str) -> Project {
    Project::new(&format!("//- a.py\n{text}"))
}

#[track_caller]
fn check_code(text: &str, arguments: &[&str], expected: i32) {
    let run = with(text).run(&[&["check"], arguments].concat());
    assert_eq!(run.code, Some(expected), "{arguments:?}: {run:?}");
}

/// Checks the places that are told, each as `path:line`, in a notebook `path:cell:line`.
#[track_caller]
fn check_places(run: &Run, expected: &[&str]) {
    let place = |object: &serde_json::Value| {
        let cell = object.get("cell").map(|cell| format!("{cell}:"));
        let path = object["path"].as_str().unwrap_or_default();
        format!("{path}:{}{}", cell.unwrap_or_default(), object["line"])
    };
    let mut objects = run.objects();
    objects.retain(|object| object["type"] != "summary");
    let found: Vec<String> = objects.iter().map(place).collect();
    assert_eq!(found, expected, "{run:?}");
}

fn since(project: &Project, arguments: &[&str]) -> Run {
    project.run(&[&["check", "--format", "json", "--since"], arguments].concat())
}

#[test]
fn a_change_of_the_level_or_a_finding_fails() {
    check_code(BLOCKING, &["."], 1);
    check_code(HELD, &["."], 1);
    check_code(AWAITING, &["."], 0);
    check_code(SCRIPT, &["."], 0);
    check_code(SCRIPT, &["--safety", "review"], 1);
}

#[test]
fn what_is_wrong_outweighs_what_is_found() {
    check_code(BLOCKING, &[".", "missing.py"], 2);
    check_code("async def (\n    time.sleep(1)\n", &["a.py"], 2);
    // What nobody named is a finding.
    check_code("async def (\n    time.sleep(1)\n", &["."], 1);
    check_code(BLOCKING, &["--select", "no-such-recipe"], 2);
}

#[test]
fn harmless_sites_pass_on_request() {
    check_code(SCRIPT, &["--safety=review", "--fail-on", "high"], 1);
    check_code(SCRIPT, &["--safety=review", "--fail-on", "critical"], 0);
    check_code(BLOCKING, &["--fail-on", "critical"], 1);
    check_code(BLOCKING, &["--exit-zero"], 0);
    check_code(BLOCKING, &["-e", "missing.py"], 2);
}

#[test]
fn nothing_is_written() {
    let project = with(BLOCKING);
    project.run(&["check"]);
    assert_eq!(project.text("a.py"), BLOCKING);
}

#[test]
fn a_line_is_what_an_editor_reads() {
    let run = with(HELD).run(&["check"]);
    let line = "a.py:9:9: blocking-sleep [manual, critical] time.sleep blocks the event loop. Not changed: a threading lock held over an await";
    assert!(run.stdout.starts_with(line), "{run:?}");
    assert!(
        run.stdout.ends_with("\n1 finding in 1 file of 1.\n"),
        "{run:?}"
    );
    let quiet = with(HELD).run(&["check", "-q"]);
    assert_eq!(quiet.stdout.lines().count(), 1, "{quiet:?}");
}

#[test]
fn json_is_that_of_diff() {
    let project = Project::new(&format!(
        "//- a.py\n{BLOCKING}//- b.py\n{HELD}//- c.py\n{SCRIPT}"
    ));
    let check = project.run(&["check", "--format", "json"]);
    let diff = project.run(&["diff", "--format", "json"]);
    assert_eq!(check.stdout, diff.stdout);
    assert_eq!(check.objects().len(), 4, "{check:?}");
}

#[test]
fn errors_go_to_stderr() {
    let run = with("async def (\n    time.sleep(1)\n").run(&["check"]);
    assert!(run.stderr.contains("a.py:1:11"), "{run:?}");
    assert_eq!(run.stdout, "Nothing found in 1 file.\n");
}

#[test]
fn since_a_revision_only_new_lines_count() {
    let project = with(BLOCKING);
    project.commit();
    assert_eq!(since(&project, &["HEAD"]).code, Some(0));
    project.write(
        "a.py",
        format!("# a comment\n{BLOCKING}    time.sleep(2)\n"),
    );
    let run = since(&project, &["HEAD"]);
    check_places(&run, &["a.py:7"]);
    assert_eq!(run.code, Some(1));
    // The commit does not matter, the text does.
    project.git(&["commit", "--quiet", "--all", "--message", "two"]);
    check_places(&since(&project, &["HEAD"]), &[]);
    check_places(&since(&project, &["HEAD~1"]), &["a.py:7"]);
}

#[test]
fn since_a_revision_a_site_of_many_lines_counts_by_any() {
    let long = |delay: &str| format!("{BLOCKING}    time.sleep(\n        {delay}\n    )\n");
    let project = with(&long("1"));
    project.commit();
    project.write("a.py", long("2"));
    check_places(&since(&project, &["HEAD"]), &["a.py:6"]);
}

#[test]
fn since_a_revision_new_files_count_and_renamed_ones_do_not() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}//- b c.py\n{BLOCKING}"));
    project.commit();
    project.git(&["mv", "a.py", "größe.py"]);
    // Git would take an equal file for the renamed one.
    let other = "from time import sleep\n\nclass A:\n    async def f(self):\n        sleep(9)\n";
    project.write("new.py", BLOCKING);
    project.write("added.py", other);
    project.git(&["add", "added.py"]);
    let expected = ["added.py:5", "new.py:5"];
    check_places(&since(&project, &["HEAD"]), &expected);
    project.write("größe.py", format!("{BLOCKING}    time.sleep(2)\n"));
    let expected = ["added.py:5", "größe.py:6", "new.py:5"];
    check_places(&since(&project, &["HEAD"]), &expected);
}

#[test]
fn since_a_revision_configured_diffs_make_no_difference() {
    let project = with(BLOCKING);
    project.commit();
    for setting in ["diff.noprefix", "diff.relative", "color.ui"] {
        project.git(&["config", setting, "true"]);
    }
    project.git(&["config", "color.ui", "always"]);
    project.git(&["config", "diff.external", "false"]);
    project.git(&["config", "diff.renames", "copies"]);
    project.write("sub/b.py", BLOCKING);
    project.write("a.py", format!("{BLOCKING}    time.sleep(2)\n"));
    project.git(&["add", "--all"]);
    check_places(&since(&project, &["HEAD"]), &["a.py:6", "sub/b.py:5"]);
}

#[test]
fn since_a_revision_line_ends_make_no_difference() {
    let project = with(&BLOCKING.replace('\n', "\r\n"));
    project.write(".gitattributes", "*.py text eol=crlf\n");
    project.commit();
    let text = format!("{BLOCKING}    time.sleep(2)\n");
    project.write("a.py", text.replace('\n', "\r\n"));
    check_places(&since(&project, &["HEAD"]), &["a.py:6"]);
}

/// A notebook as Jupyter writes it, or on one line, with code cells and what one of them printed.
fn notebook(sources: &[&str], output: &str, is_pretty: bool) -> String {
    let cell = |source: &&str| {
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        json!({"cell_type": "code", "execution_count": 1, "metadata": {}, "source": lines,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": [output]}]})
    };
    let cells: Vec<_> = sources.iter().map(cell).collect();
    let all = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4});
    let printed = match is_pretty {
        true => serde_json::to_string_pretty(&all),
        false => serde_json::to_string(&all),
    };
    printed.expect("it is JSON")
}

#[test]
fn since_a_revision_lines_of_a_notebook_are_those_of_its_cells() {
    const FIRST: &str = "import asyncio\nasync def f(): ...\nasyncio.run(f())";
    for is_pretty in [true, false] {
        let project = Project::empty();
        let write = |sources: &[&str], output: &str| {
            project.write("nb.ipynb", notebook(sources, output, is_pretty));
        };
        write(&[FIRST, "1\nasyncio.run(f())"], "a");
        project.commit();
        let check = |expected: &[&str]| check_places(&since(&project, &["HEAD"]), expected);
        // Run again: other outputs.
        write(&[FIRST, "1\nasyncio.run(f())"], "b");
        check(&[]);
        // The string before gets a line end, its line stays the same.
        write(&[FIRST, "1\nasyncio.run(f())\n2"], "a");
        check(&[]);
        write(&["0", FIRST, "2\nasyncio.run(f())\nasyncio.run(f())"], "a");
        check(&["nb.ipynb:3:3"]);
    }
}

#[test]
fn since_works_from_a_folder_and_for_paths_outside_of_it() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}//- sub/b.py\n{BLOCKING}"));
    project.commit();
    project.write("a.py", format!("{BLOCKING}    time.sleep(2)\n"));
    project.write("sub/b.py", format!("{BLOCKING}    time.sleep(2)\n"));
    let run = |paths: &[&str]| {
        let arguments = [&["check", "--format", "json", "--since", "HEAD"], paths].concat();
        project.run_in("sub", &arguments)
    };
    check_places(&run(&["."]), &["b.py:6"]);
    check_places(&run(&["../a.py", "b.py"]), &["../a.py:6", "b.py:6"]);
}

#[track_caller]
fn check_since_refused(project: &Project, revision: &str, words: &str) {
    let run = project.run(&["check", "--since", revision, "."]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "one error: {run:?}");
    assert!(run.stderr.contains(words), "{run:?}");
}

#[test]
fn a_revision_that_is_none_is_refused() {
    let project = with(BLOCKING);
    check_since_refused(&project, "HEAD", "not in a git repository");
    project.commit();
    check_since_refused(&project, "no-such-branch", "has no commit `no-such-branch`");
    check_since_refused(&project, "HEAD~5", "has no commit `HEAD~5`");
    check_since_refused(&project, "HEAD..HEAD", "has no commit");
    check_since_refused(&project, "HEAD:a.py", "has no commit");
    check_since_refused(&project, "--output=x", "`--output=x` is not a git revision");
    check_since_refused(&project, "", "`` is not a git revision");
    assert!(!project.root().join("x").exists());
}

#[test]
fn since_a_revision_a_broken_file_that_did_not_change_is_no_error() {
    let project = Project::new("//- a.py\nasync def (\n    time.sleep(1)\n");
    project.commit();
    let run = since(&project, &["HEAD"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    project.write("a.py", "async def (\n    time.sleep(2)\n");
    assert_eq!(since(&project, &["HEAD"]).code, Some(1));
    assert_eq!(since(&project, &["HEAD", "a.py"]).code, Some(2));
    assert_eq!(since(&project, &["HEAD", "missing.py"]).code, Some(2));
}

#[test]
fn a_line_is_checked_alone() {
    let project = with(
        "import time\n\n\nasync def poll():\n    time.sleep(1)\n    time.sleep(2)\n\n\nx = 1\n",
    );
    let words = ["check", "--format", "json"];
    check_places(
        &project.run(&[&words[..], &["a.py:6"]].concat()),
        &["a.py:6"],
    );
    let run = project.run(&["check", "a.py:9"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for (words, said) in [
        (&["a.py:90"][..], "there is no line a.py:90"),
        (
            &["a.py:6", "--baseline", "b.json", "--write-baseline"],
            "does not go with",
        ),
        (&["a.py:6", "--decisions", "d.json"], "does not go with"),
    ] {
        let run = project.run(&[&["check"], words].concat());
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
    }
    assert!(!project.root().join("b.json").exists());
}

#[test]
fn a_tree_gives_the_same_counts_in_every_command() {
    let project = Project::empty();
    project.write(
        "a.py",
        "\
import asyncio


async def job():
    try:
        await asyncio.sleep(1)
    finally:
        await asyncio.sleep(1)


async def run():
    task = asyncio.ensure_future(job())

    async def receive():
        task.cancel()
        print(1)

    await receive()
",
    );
    // The review's site is left on the text that the safe change leaves, too.
    for (arguments, expected) in [
        (&["diff"][..], "1 safe, applied by default; 1 to review"),
        (
            &["diff", "--safety", "safe"],
            "1 safe, applied by default; 1 to review",
        ),
        (&["migrate", "-n"], "1 change to review left out"),
        (&["check"], "1 change to review left out"),
        (
            &["migrate", "--allow-dirty"],
            "1 change to review not applied",
        ),
    ] {
        let run = project.run(&[arguments, &["a.py"]].concat());
        assert!(run.stdout.contains(expected), "{arguments:?}: {run:?}");
    }
}

#[test]
fn a_file_that_nobody_can_read_is_a_fault_of_the_code() {
    let project = Project::empty();
    project.write("latin.py", b"import time\nx = '\xe9'\n");
    for (command, expected) in [("check", 1), ("diff", 0), ("migrate", 0)] {
        let run = project.run(&[command, "."]);
        assert_eq!(run.code, Some(expected), "{command}: {run:?}");
        let run = project.run(&[command, "latin.py"]);
        assert_eq!(run.code, Some(2), "{command}: {run:?}");
    }
    // A manifest is no code.
    project.write("latin.py", "");
    project.write("pyproject.toml", "[project\n");
    let run = project.run(&["check", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_line_of_code_that_does_not_parse_is_not_explained() {
    let project = Project::empty();
    project.write(
        "a.py",
        "import time\n\n\nasync def f(:\n    time.sleep(1)\n",
    );
    let run = project.run(&["explain", "a.py:5"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stdout.contains("does not parse"), "{run:?}");
}
