//! `check --baseline`: what was there is passed over, what is new is told.

use crate::support::{BLOCKING, Project, Run};

const TWO: &str = "import time\n\n\nasync def poll():\n    time.sleep(1)\n    time.sleep(1)\n";

fn check(project: &Project, words: &[&str]) -> Run {
    project.run(&[&["check", "-q", "--baseline", "known.json"], words].concat())
}

#[track_caller]
fn check_told(project: &Project, code: i32, sites: &[&str]) -> Run {
    let run = check(project, &["."]);
    assert_eq!(run.code, Some(code), "{run:?}");
    let told: Vec<&str> = run.stdout.lines().collect();
    let told: Vec<&str> = told
        .iter()
        .filter_map(|line| line.split(": ").next())
        .collect();
    assert_eq!(told, sites, "{run:?}");
    run
}

#[test]
fn what_is_known_is_passed_over_wherever_it_moves() {
    let project = Project::empty();
    project.write("sub/a.py", BLOCKING);
    let run = check(&project, &["--write-baseline", "."]);
    assert_eq!(
        (run.code, &*run.stdout),
        (Some(0), "Wrote 1 site to known.json.\n"),
        "{run:?}"
    );
    check_told(&project, 0, &[]);
    project.write(
        "sub/a.py",
        format!("import os\n\n\nprint(os.name)\n{BLOCKING}"),
    );
    check_told(&project, 0, &[]);
    // It is found from another folder, too.
    let run = project.run_in("sub", &["check", "-q", "--baseline", "../known.json", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    // An equal one more is new.
    project.write("sub/a.py", TWO);
    check_told(&project, 1, &["sub/a.py:6:5"]);
    project.write("sub/a.py", "x = 1\n");
    let run = check_told(&project, 0, &[]);
    assert!(
        run.stderr
            .starts_with("1 site of known.json not there any more"),
        "{run:?}"
    );
}

#[test]
fn a_wrong_baseline_is_refused() {
    let project = Project::empty();
    project.write("a.py", BLOCKING);
    for (text, said) in [
        ("{", "is no baseline: EOF"),
        ("{\"version\": 9, \"sites\": []}", "it has version 9"),
        ("{\"version\": 1, \"sites\": [{}]}", "missing field"),
    ] {
        project.write("known.json", text);
        let run = check(&project, &["."]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    }
    std::fs::remove_file(project.root().join("known.json")).expect("it is ours");
    let run = check(&project, &["."]);
    assert!(
        run.stderr
            .contains("cannot be read; --write-baseline creates it"),
        "{run:?}"
    );
}

#[test]
fn a_part_of_the_project_leaves_the_rest_of_the_baseline() {
    let project = Project::empty();
    for name in ["one/a.py", "two/b.py", "two/c.py"] {
        project.write(name, BLOCKING);
    }
    let written = |words: &[&str]| check(&project, &[&["--write-baseline"], words].concat()).stdout;
    assert_eq!(written(&["."]), "Wrote 3 sites to known.json.\n");
    project.write("one/a.py", "x = 1\n");
    assert_eq!(written(&["one"]), "Wrote 2 sites to known.json.\n");
    check_told(&project, 0, &[]);
    // Of what was not looked at nothing is known: other recipes, other files.
    project.write("two/b.py", "x = 1\n");
    let run = check(&project, &["one"]);
    assert_eq!(run.stderr, "", "{run:?}");
    assert_eq!(
        written(&["--select", "missing-await", "."]),
        "Wrote 2 sites to known.json.\n"
    );
    assert_eq!(written(&["two/c.py"]), "Wrote 2 sites to known.json.\n");
    let run = check_told(&project, 0, &[]);
    assert!(
        run.stderr.starts_with("1 site of known.json not"),
        "{run:?}"
    );
    // Those of files that are gone are gone.
    std::fs::remove_file(project.root().join("two/b.py")).expect("it is ours");
    assert_eq!(written(&["one"]), "Wrote 1 site to known.json.\n");
}

#[test]
fn an_equal_site_in_another_function_or_of_another_level_is_new() {
    let project = Project::empty();
    let code = |name: &str, with: &str| {
        format!(
            "import threading\nimport time\n\nlock = threading.Lock()\n\n\nasync def {name}():\n    {with}:\n        time.sleep(1)\n"
        )
    };
    project.write("a.py", code("f", "if lock"));
    check(&project, &["--write-baseline", "."]);
    check_told(&project, 0, &[]);
    project.write("a.py", code("g", "if lock"));
    check_told(&project, 1, &["a.py:9:9"]);
    project.write("a.py", code("f", "with lock"));
    check_told(&project, 1, &["a.py:9:9"]);
}

#[test]
fn what_cannot_be_read_just_now_is_kept() {
    let project = Project::empty();
    project.write("a.py", BLOCKING);
    project.write("c.py", BLOCKING);
    let write = ["check", "--baseline", "b.json", "--write-baseline", "."];
    assert!(project.run(&write).stdout.starts_with("Wrote 2 sites"));
    project.write("a.py", "import time\n\n\nasync def (:\n    time.sleep(1)\n");
    let run = project.run(&write);
    assert!(run.stdout.starts_with("Wrote 2 sites"), "{run:?}");
    project.write("a.py", BLOCKING);
    let run = project.run(&["check", "--baseline", "b.json", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
