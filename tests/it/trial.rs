//! `migrate --verify`: the changes with which a command passes are kept, and what breaks it is told.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{Project, Run};

/// A recipe of a user's own that claims `safe`, for calls of several files.
const RECIPE: &str = "\
//- recipes/own.yaml
id: own
title: keep is called repr
area: own
severity: low
why: It has another name.
rules:
  - match: keep($x)
    rewrite: repr($x)
    does: it is the same function
examples: [{name: n, unchanged: keep}]
";

/// Sixteen changes in two files.
fn project() -> Project {
    let calls = |from: usize| -> String {
        let calls = (from..from + 8).map(|n| format!("keep({n})\n"));
        calls.collect()
    };
    let project = Project::new(&format!(
        "{RECIPE}//- a.py\n{}//- b.py\n{}",
        calls(10),
        calls(18)
    ));
    project.commit();
    project
}

fn migrate(project: &Project, check: &str, words: &[&str]) -> Run {
    let own = ["migrate", "--recipes", "recipes", "--select", "own"];
    project.run(&[&own, words, &["--verify", check]].concat())
}

/// A check that fails where a text stands in a file, and counts how often it ran.
fn without(text: &str) -> String {
    format!("echo >>.git/ran; ! grep -q '{text}' a.py b.py")
}

fn times(project: &Project) -> usize {
    project.text(".git/ran").lines().count()
}

#[test]
fn what_passes_is_written_and_can_be_undone() {
    let project = project();
    let before = project.text("a.py");
    let run = migrate(&project, &without("nothing"), &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    // Without changes, and with all.
    assert_eq!(times(&project), 2);
    assert!(run.stdout.contains("Applied 16 changes"), "{run:?}");
    assert_eq!(project.text("a.py"), before.replace("keep", "repr"));
    let undone = project.run(&["undo"]);
    assert_eq!(project.text("a.py"), before, "{undone:?}");
}

#[test]
fn a_change_that_breaks_it_is_found_by_halves_and_taken_back() {
    for bad in [10, 13, 18, 25] {
        let project = project();
        let run = migrate(&project, &without(&format!("repr({bad})")), &[]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let text = project.text("a.py") + &project.text("b.py");
        assert_eq!(text.matches("repr").count(), 15, "{text}");
        assert!(text.contains(&format!("keep({bad})")), "{text}");
        // Before, with all, four halves, and with the others.
        assert!(times(&project) <= 7, "{}", times(&project));
        let (file, line) = if bad < 18 {
            ("a", bad - 9)
        } else {
            ("b", bad - 17)
        };
        let told = format!("warning: {file}.py:{line}:1: own: taken back, because ");
        assert!(run.stderr.contains(&told), "{run:?}");
        assert!(
            run.stderr.contains("fails with it (exit code 1)"),
            "{run:?}"
        );
        assert!(run.stdout.contains("own: 1 finding"), "{run:?}");
        let listed = project.run(&["undo", "--list"]);
        assert_eq!(listed.stdout.matches("migrate").count(), 1, "{listed:?}");
    }
}

#[test]
fn commits_hold_what_passes() {
    let project = project();
    let run = migrate(&project, &without("repr(13)"), &["--branch", "renamed"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let output = Command::new("git")
        .args(["show", "HEAD:a.py"])
        .current_dir(project.root())
        .output()
        .expect("git can be started");
    let committed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(committed, project.text("a.py"), "{run:?}");
    assert_eq!(committed.matches("repr").count(), 7);
}

#[test]
fn a_change_that_breaks_it_is_a_finding_for_programs_too() {
    let project = project();
    let run = migrate(&project, &without("repr(13)"), &["--format", "json", "-q"]);
    let findings = run.of_type("finding");
    assert_eq!(findings.len(), 1, "{run:?}");
    let reason = findings[0]["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("not changed: `echo"), "{reason}");
    assert!(
        reason.ends_with("fails with the change (exit code 1)"),
        "{reason}"
    );
}

#[test]
fn nothing_is_written_where_all_breaks_it_or_it_fails_already() {
    let project = project();
    let before = project.tree();
    let run = migrate(&project, "! grep -q repr a.py b.py", &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("Nothing written"), "{run:?}");
    let run = migrate(&project, "echo of no use; exit 3", &[]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr
            .contains("nothing was written: `echo of no use; exit 3` fails without changes: exit code 3\n    of no use"),
        "{run:?}"
    );
    let run = migrate(&project, "true", &["-n"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let after = project.tree();
    let texts = |tree: &[(std::path::PathBuf, Vec<u8>)]| -> Vec<Vec<u8>> {
        let texts = tree.iter().filter(|(path, _)| path.ends_with("a.py"));
        texts.map(|(_, bytes)| bytes.clone()).collect()
    };
    assert_eq!(texts(&after), texts(&before));
}

#[test]
fn a_check_that_edits_what_is_tried_is_told() {
    let project = project();
    let run = migrate(&project, "! grep repr a.py || { echo >>a.py; false; }", &[]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("a.py is not as awaitify wrote it"),
        "{run:?}"
    );
    let undone = project.run(&["undo", "--force"]);
    assert_eq!(undone.code, Some(0), "{undone:?}");
    assert!(!project.text("a.py").contains("repr"));
}

#[test]
fn a_trial_that_is_killed_can_be_undone() {
    let project = project();
    let before = (project.text("a.py"), project.text("b.py"));
    let check = "! grep -q repr a.py || { touch .git/began; sleep 2; }";
    let mut child = Command::new(env!("CARGO_BIN_EXE_awaitify"))
        .args([
            "migrate",
            "--recipes",
            "recipes",
            "--select",
            "own",
            "--verify",
            check,
        ])
        .current_dir(project.root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program can be started");
    let begin = Instant::now();
    while !project.root().join(".git/began").exists() {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "it did not begin"
        );
        sleep(Duration::from_millis(10));
    }
    child.kill().expect("it is ours");
    child.wait().expect("it was started");
    assert!(project.text("a.py").contains("repr"));
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(0), "{undone:?}");
    assert_eq!((project.text("a.py"), project.text("b.py")), before);
}

#[test]
fn a_check_that_commits_is_told() {
    let project = project();
    let check = "test -e .git/ran || { touch .git/ran; exit; }; git commit -qam mine";
    let run = migrate(&project, check, &["--commit"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr
            .contains("another process made a commit in between"),
        "{run:?}"
    );
}
