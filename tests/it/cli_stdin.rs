//! Standard input: what an editor pipes in has a name, and comes out as it went in but for the changes.

use crate::support::{AWAITING, BLOCKING, Project, Run};

fn named(project: &Project, command: &str, name: &str, text: impl AsRef<[u8]>) -> Run {
    project.run_with(&[command, "--stdin-filename", name, "-"], text)
}

#[track_caller]
fn check_migrated(name: &str, before: impl AsRef<[u8]>, after: impl AsRef<[u8]>) {
    let output = Project::empty().output_with(&["migrate", "--stdin-filename", name, "-"], before);
    let (out, err) = (output.stdout, String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        String::from_utf8_lossy(&out),
        String::from_utf8_lossy(after.as_ref()),
        "{err}"
    );
    assert_eq!(out, after.as_ref());
    assert_eq!((output.status.code(), &*err), (Some(0), ""));
}

#[track_caller]
fn check_refused(arguments: &[&str], words: &str) {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}"));
    let run = project.run_with(arguments, BLOCKING);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.contains(words), "{run:?}");
    assert_eq!(project.text("a.py"), BLOCKING);
}

#[test]
fn migrate_prints_the_new_text_and_nothing_else() {
    check_migrated("a.py", BLOCKING, AWAITING);
    check_migrated("a.py", AWAITING, AWAITING);
    check_migrated("a.py", "", "");
    let run = Project::empty().run_with(&["migrate", "-"], BLOCKING);
    assert_eq!(run.stdout, AWAITING, "without a name it is Python: {run:?}");
}

#[test]
fn line_ends_and_encodings_are_kept() {
    check_migrated(
        "a.py",
        BLOCKING.replace('\n', "\r\n"),
        AWAITING.replace('\n', "\r\n"),
    );
    check_migrated(
        "a.py",
        format!("\u{feff}{BLOCKING}"),
        format!("\u{feff}{AWAITING}"),
    );
    let head = b"# coding: latin-1\nname = '\xf6'\n";
    let latin = |text: &str| [head, text.as_bytes()].concat();
    let output = Project::empty().output_with(&["migrate", "-"], latin(BLOCKING));
    assert!(output.stdout.starts_with(head), "{output:?}");
    assert!(
        output.stdout.ends_with(b"    await asyncio.sleep(1)\n"),
        "{output:?}"
    );
}

#[test]
fn a_notebook_is_one_by_its_name() {
    let notebook = |call: &str| {
        format!(
            r#"{{"cells": [{{"cell_type": "code", "source": "async def f(): ...\n{call}"}}], "nbformat": 4}}"#
        )
    };
    let before = notebook("import asyncio\\nasyncio.run(f())");
    let after =
        Project::empty().run_with(&["migrate", "--stdin-filename", "a.ipynb", "-"], &before);
    assert!(after.stdout.contains("await f()"), "{after:?}");
    let run = named(&Project::empty(), "diff", "a.ipynb", &before);
    assert!(run.stdout.contains("a.ipynb · cell 1\n"), "{run:?}");
    // It is none of ours, and comes out as it went in.
    let other = r#"{"cells": [], "nbformat": 4, "metadata": {"kernelspec": {"language": "R"}}}"#;
    check_migrated("a.ipynb", other, other);
}

#[test]
fn diff_and_check_tell_the_name() {
    let project = Project::empty();
    let run = named(&project, "diff", "sub/a.py", BLOCKING);
    assert!(run.stdout.starts_with("sub/a.py\n@@"), "{run:?}");
    assert!(
        run.stdout
            .contains("awaitify migrate --stdin-filename sub/a.py -\n"),
        "{run:?}"
    );
    let run = named(&project, "check", "sub/a.py", BLOCKING);
    assert!(
        run.stdout.starts_with("sub/a.py:5:5: blocking-sleep [safe"),
        "{run:?}"
    );
    assert_eq!(run.code, Some(1));
    let run = named(&project, "check", "a.py", AWAITING);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(project.tree(), [], "nothing is written");
}

#[test]
fn a_patch_of_standard_input_names_the_file() {
    let project = Project::new("//- sub/other.py\n");
    let arguments = [
        "diff",
        "--format",
        "patch",
        "--stdin-filename",
        "sub/a.py",
        "-",
    ];
    let run = project.run_with(&arguments, BLOCKING);
    assert!(
        run.stdout.contains("--- a/sub/a.py\n+++ b/sub/a.py\n"),
        "{run:?}"
    );
}

#[test]
fn the_file_on_disk_is_not_looked_at() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}"));
    let run = named(&project, "check", "a.py", AWAITING);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = named(
        &project,
        "migrate",
        "a.py",
        "async def (\n    time.sleep(1)\n",
    );
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(
        run.stderr.contains("1 | async def (\n"),
        "the text that came in is shown: {run:?}"
    );
}

#[test]
fn what_the_project_says_of_the_name_holds() {
    let project = Project::new(
        "//- other.py\nimport nb\n//- pyproject.toml\n[tool.awaitify]\nignore = ['blocking-sleep']\n",
    );
    let run = named(&project, "migrate", "a.py", BLOCKING);
    assert_eq!(run.stdout, BLOCKING, "{run:?}");
    // A file that is imported is a script, where no await may stand at the top.
    let cells = "# %%\nimport asyncio\nasync def f(): ...\n\n# %%\nasyncio.run(f())\n";
    let run = named(&project, "migrate", "nb.py", cells);
    assert!(!run.stdout.contains("await f()"), "{run:?}");
    let run = named(&project, "migrate", "free.py", cells);
    assert!(run.stdout.contains("await f()"), "{run:?}");
}

#[test]
fn editors_may_leave_the_dash_out() {
    let run = Project::empty().run_with(&["migrate", "--stdin-filename", "a.py"], BLOCKING);
    assert_eq!(run.stdout, AWAITING, "{run:?}");
}

#[test]
fn a_dry_run_shows_the_diff() {
    let run = Project::empty().run_with(&["migrate", "-n", "-"], BLOCKING);
    assert!(
        run.stdout.contains("+    await asyncio.sleep(1)\n"),
        "{run:?}"
    );
}

#[test]
fn what_does_not_go_together_is_refused() {
    check_refused(&["diff", "-", "a.py"], "`-` is standard input");
    check_refused(
        &["migrate", "--allow-dirty", "-", "-"],
        "`-` is standard input",
    );
    check_refused(
        &["check", "--stdin-filename", "b.py", "a.py"],
        "--stdin-filename needs `-` as the only path",
    );
    check_refused(
        &["migrate", "--format", "json", "-"],
        "--format json goes with --dry-run",
    );
    check_refused(&["migrate", "--stdin-filename", "a.pyi", "-"], "stub");
}

#[test]
fn what_is_no_text_is_an_error_and_nothing_comes_out() {
    let run = Project::empty().run_with(&["migrate", "-"], b"x = '\xff'\n");
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.starts_with("error: -: "), "{run:?}");
}

#[test]
fn a_forced_exclude_holds_for_the_name() {
    let project = Project::empty();
    for name in ["a_pb2.py", "vendor/a.py", "build/a.py", "x/gone.py"] {
        let arguments = [
            "migrate",
            "--force-exclude",
            "--exclude",
            "gone.py",
            "--stdin-filename",
            name,
            "-",
        ];
        let run = project.run_with(&arguments, BLOCKING);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (Some(0), BLOCKING),
            "{name}: {run:?}"
        );
        let run = named(&project, "migrate", name, BLOCKING);
        assert_eq!(run.stdout, AWAITING, "{name}: {run:?}");
    }
}

#[test]
fn a_generated_text_is_left_alone_on_request() {
    let (before, after) = (
        format!("# @generated\n{BLOCKING}"),
        format!("# @generated\n{AWAITING}"),
    );
    let run = Project::empty().run_with(&["migrate", "-"], &before);
    assert_eq!(run.stdout, after, "{run:?}");
    let run = Project::empty().run_with(&["migrate", "--force-exclude", "-"], &before);
    assert_eq!(run.stdout, before, "{run:?}");
}

#[test]
fn since_a_revision_standard_input_is_compared_with_its_name() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}"));
    project.commit();
    let arguments = ["check", "--since", "HEAD", "--stdin-filename", "a.py", "-"];
    assert_eq!(project.run_with(&arguments, BLOCKING).code, Some(0));
    let run = project.run_with(&arguments, format!("{BLOCKING}    time.sleep(2)\n"));
    assert!(run.stdout.starts_with("a.py:6:5: "), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 3, "{run:?}");
}
