//! Findings that matter little: counted, and shown on request.

use crate::support::Project;

/// A rule whose findings are minor outside of a loop.
const RULE: &str = "\
title: each call reads anew
area: tests
severity: high
why: it reads anew
rules:
  - match: lib.read($x)
    together: project
    minor-if: {not: [{within: loop}]}
    report: reads anew
examples:
  - name: a call
    unchanged: |
      import lib

      lib.read(1)
";

const ALONE: &str = "import lib\n\nlib.read(1)\n";
const IN_LOOP: &str = "import lib\n\nwhile True:\n    lib.read(1)\n";

fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::empty();
    project.write("recipes/read-anew.yaml", RULE);
    for (path, text) in files {
        project.write(path, text);
    }
    project
}

const SELECTED: [&str; 4] = ["--recipes", "recipes", "--select", "read-anew"];

#[track_caller]
fn said(project: &Project, words: &[&str]) -> (String, Option<i32>) {
    let run = project.run(&[words, &SELECTED].concat());
    (run.stdout, run.code)
}

#[test]
fn a_minor_finding_is_counted_and_shown_on_request() {
    let project = project(&[("a.py", ALONE)]);
    let (out, code) = said(&project, &["check", "a.py"]);
    assert!(!out.contains("reads anew"), "{out}");
    let counted = "1 minor finding left out; show it with: --minor";
    assert!(out.contains(counted), "{out}");
    assert_eq!(code, Some(0));
    for command in ["diff", "migrate"] {
        let (out, _) = said(&project, &[command, "a.py"]);
        assert!(out.contains(counted), "{command}: {out}");
    }
    let (out, code) = said(&project, &["check", "--minor", "a.py"]);
    assert!(out.contains("[manual, minor] reads anew"), "{out}");
    assert_eq!(code, Some(1));
    // It fails no run that asks for more.
    let (_, code) = said(
        &project,
        &["check", "--minor", "--fail-on", "medium", "a.py"],
    );
    assert_eq!(code, Some(0));
    let run = project.run(&[&["check", "--format", "json", "a.py"] as &[&str], &SELECTED].concat());
    assert_eq!(run.of_type("summary")[0]["minor"], 1, "{run:?}");
    assert_eq!(run.of_type("finding").len(), 0, "{run:?}");
    project.write("awaitify.toml", "minor = true\n");
    let (out, _) = said(&project, &["check", "a.py"]);
    assert!(out.contains("reads anew"), "{out}");
}

#[test]
fn what_matters_or_is_shown_speaks_for_what_is_not() {
    let project = project(&[("a.py", ALONE), ("b.py", IN_LOOP), ("c.py", ALONE)]);
    let (out, _) = said(&project, &["check", "."]);
    assert!(
        out.starts_with("b.py:4:5: read-anew [manual, high]"),
        "{out}"
    );
    assert!(out.contains("reads anew; 3 sites in 3 files"), "{out}");
    assert!(!out.contains("left out"), "{out}");
    let project = self::project(&[("a.py", ALONE), ("z/c.py", ALONE)]);
    project.write("z/awaitify.toml", "minor = true\n");
    let (out, _) = said(&project, &["check", "."]);
    assert!(
        out.starts_with("z/c.py:3:1: read-anew [manual, minor]"),
        "{out}"
    );
}

#[test]
fn marks_and_baselines_know_what_is_hidden() {
    let project = project(&[("a.py", ALONE)]);
    let migrate = ["migrate", "--allow-dirty", "--markers", "a.py"];
    said(&project, &[&migrate as &[&str], &["--minor"]].concat());
    let marked = project.text("a.py");
    assert!(
        marked.contains("# awaitify: todo[read-anew] reads anew"),
        "{marked}"
    );
    said(&project, &migrate);
    assert_eq!(project.text("a.py"), marked);
    project.write("a.py", ALONE);
    said(&project, &migrate);
    assert_eq!(project.text("a.py"), ALONE);
    let known = ["check", "--baseline", "known.json", "a.py"];
    said(
        &project,
        &[&known as &[&str], &["--write-baseline"]].concat(),
    );
    let (out, code) = said(&project, &[&known as &[&str], &["--minor"]].concat());
    assert_eq!(code, Some(0), "{out}");
    let (out, _) = said(&project, &known);
    assert!(
        !out.contains("not there any more") && !out.contains("left out"),
        "{out}"
    );
}
