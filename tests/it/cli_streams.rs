//! Exit codes, what goes to which stream, standard input, and files that must not be touched.

use crate::support::{AWAITING, BLOCKING, Project, recipes};

fn blocking() -> Project {
    Project::new(&format!("//- a.py\n{BLOCKING}"))
}

fn clean() -> Project {
    Project::new(&format!("//- a.py\n{AWAITING}"))
}

#[track_caller]
fn check_code(project: &Project, arguments: &[&str], expected: i32) {
    let run = project.run(arguments);
    assert_eq!(run.code, Some(expected), "{arguments:?}: {run:?}");
}

#[test]
fn diff_ends_with_0_unless_asked() {
    check_code(&blocking(), &["diff", "."], 0);
    check_code(&blocking(), &["diff", "--exit-code", "."], 1);
    check_code(&clean(), &["diff", "--exit-code", "."], 0);
}

#[test]
fn migrate_ends_with_0() {
    check_code(&blocking(), &["migrate", "--allow-dirty", "."], 0);
    check_code(&clean(), &["migrate", "--allow-dirty", "."], 0);
}

#[test]
fn migrate_ends_with_1_for_findings_when_asked() {
    let held = "    with threading.Lock():\n        time.sleep(1)\n";
    let text = BLOCKING
        .replace("    time.sleep(1)\n", held)
        .replace("import time", "import threading\nimport time");
    let project = Project::new(&format!("//- a.py\n{text}"));
    check_code(
        &project,
        &["migrate", "--allow-dirty", "--exit-code", "."],
        1,
    );
    assert_eq!(project.text("a.py"), text, "a lock is held: no edit");
    check_code(
        &clean(),
        &["migrate", "--allow-dirty", "--exit-code", "."],
        0,
    );
}

#[test]
fn recipe_test_ends_with_0_for_the_shipped_recipes() {
    check_code(&Project::empty(), &["recipe", "test"], 0);
}

#[test]
fn the_catalog_names_every_recipe() {
    let run = Project::empty().run(&["recipe", "list"]);
    let pages = Project::empty().run(&["recipe", "show", "*"]).stdout;
    for recipe in recipes() {
        let (id, title) = (&recipe.id, &recipe.content.title);
        assert!(run.stdout.contains(id), "{id} in {run:?}");
        assert!(pages.contains(&format!("{id}: {title}\n")), "{id}");
    }
    assert!(!recipes().is_empty());
}

#[test]
fn what_git_could_not_bring_back_is_not_written() {
    let project = blocking();
    let git = std::process::Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(project.root())
        .status();
    assert!(git.is_ok_and(|status| status.success()), "git runs");
    let run = project.run(&["migrate", "."]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("a.py") && run.stderr.contains("--allow-dirty"),
        "{run:?}"
    );
    assert_eq!(project.text("a.py"), BLOCKING);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    // More than a pipe holds (64 KiB on Linux), so that the program still writes when nobody reads.
    let project = Project::empty();
    project.write(
        "a.py",
        format!("{BLOCKING}{}", "    time.sleep(1)\n".repeat(4_000)),
    );
    let all = project.output(&["diff", "."]).stdout.len();
    assert!(all > 100_000, "the diff has {all} bytes only");
    let mut child = Command::new(env!("CARGO_BIN_EXE_awaitify"))
        .args(["diff", "."])
        .current_dir(project.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn an_unreadable_file_is_told_and_the_others_are_changed() {
    let project = blocking();
    project.write("b.py", b"# async sleep\n\xff\xfe\x00");
    check_code(&project, &["migrate", "--allow-dirty", "b.py"], 2);
    let run = project.run(&["migrate", "--allow-dirty", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told = "warning: b.py: line 2: a NUL byte at byte 16: not a text file\n";
    assert_eq!(run.stderr, told);
    assert_eq!(project.text("a.py"), AWAITING);
}

#[test]
fn a_diff_goes_to_stdout_and_names_the_reason() {
    let run = blocking().run(&["diff", "."]);
    assert!(
        run.stdout.contains("+    await asyncio.sleep(1)"),
        "{run:?}"
    );
    assert!(run.stdout.contains("blocking-sleep"), "{run:?}");
}

#[test]
fn without_a_terminal_there_is_no_color() {
    let run = blocking().run(&["diff", "."]);
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
}

#[test]
fn color_can_be_demanded() {
    let run = blocking().run(&["diff", "--color", "always", "."]);
    assert!(run.stdout.contains('\u{1b}'), "{run:?}");
}

#[test]
fn json_has_one_object_per_site_and_a_summary() {
    let run = blocking().run(&["diff", "--format", "json", "."]);
    let changes = run.of_type("change");
    assert_eq!(changes.len(), 1, "{run:?}");
    let change = &changes[0];
    for (key, value) in [
        ("path", "a.py"),
        ("recipe", "blocking-sleep"),
        ("safety", "safe"),
        ("status", "proposed"),
        ("role", "primary"),
    ] {
        assert_eq!(change[key], value, "{key} of {change}");
    }
    assert_eq!((&change["line"], &change["column"]), (&5.into(), &5.into()));
    assert!(
        change.get("cell").is_none(),
        "a .py file has no cell number"
    );
    assert!(
        change["reason"]
            .as_str()
            .is_some_and(|reason| !reason.is_empty())
    );
    assert_eq!(run.of_type("summary").len(), 1);
}

#[test]
fn a_clean_file_is_not_touched() {
    let project = clean();
    let modified = || {
        let metadata = std::fs::metadata(project.root().join("a.py")).expect("it is there");
        metadata.modified().expect("the system knows the time")
    };
    let before = modified();
    project.migrate();
    assert_eq!(modified(), before);
}

#[test]
fn a_second_migrate_finds_nothing() {
    let project = blocking();
    project.migrate();
    let tree = project.tree();
    let run = project.migrate();
    assert_eq!(run.of_type("change").len(), 0, "{run:?}");
    assert_eq!(project.tree(), tree);
}

#[test]
fn a_broken_cell_is_told_where_it_was_before_the_others_were_written() {
    // The change takes two lines away above the broken cell.
    let text = "\
# %%
import asyncio
loop = asyncio.get_event_loop()
levels = loop.run_until_complete(fetch())

# %%
print(levels))

# %%
loop.close()
";
    let project = Project::new(&format!("//- a.py\n{text}"));
    let run = project.run(&["migrate", "--allow-dirty", "--safety", "review", "."]);
    assert_ne!(project.text("a.py"), text, "{run:?}");
    let told = "warning: a.py:7:14: does not parse: Expected a statement\n";
    assert_eq!(run.stderr, told);
}

#[test]
#[cfg(unix)]
fn a_pipe_that_nobody_may_write_to_is_not_waited_for() {
    let project = blocking();
    let pipe = project.root().join("pipe.py");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo is there").success());
    let expected = "error: pipe.py: not a regular file\n";
    for command in ["diff -q", "check -q", "migrate -q --allow-dirty"] {
        let words = command.split(' ').chain(["pipe.py", "a.py"]);
        let run = project.run(&words.collect::<Vec<_>>());
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!((run.stdout + &run.stderr).contains(expected), "{command}");
    }
    let run = project.run(&["explain", "pipe.py:1"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), expected));
    // In a folder it is none of its files.
    check_code(&project, &["diff", "."], 0);
    // What a shell has opened for the program is read.
    let run = project.run_with(&["check", "-q", "/dev/stdin"], BLOCKING);
    assert!(
        run.stdout.starts_with("/dev/stdin:5:5: blocking-sleep"),
        "{run:?}"
    );
}
