//! Arguments: which files, which recipes, which level, and what a wrong one is told.

use crate::support::{AWAITING, BLOCKING, Project, Run};

fn two_files() -> Project {
    Project::new(&format!("//- a.py\n{BLOCKING}//- sub/b.py\n{BLOCKING}"))
}

#[track_caller]
fn check_migrates(arguments: &[&str], changed: &[&str]) {
    let project = two_files();
    let mut all = vec!["migrate", "--allow-dirty"];
    all.extend(arguments);
    let run = project.run(&all);
    for path in ["a.py", "sub/b.py"] {
        let expected = if changed.contains(&path) {
            AWAITING
        } else {
            BLOCKING
        };
        assert_eq!(
            project.text(path),
            expected,
            "{path} after {all:?}: {run:?}"
        );
    }
}

/// Checks that the run is refused with one message that has all `words`.
#[track_caller]
fn check_refused(arguments: &[&str], words: &[&str]) {
    let run = two_files().run(arguments);
    assert_eq!(run.code, Some(2), "{run:?}");
    for word in words {
        assert!(run.stderr.contains(word), "no {word:?} in {run:?}");
    }
    assert_eq!(run.stdout, "", "a refusal goes to stderr");
}

fn paths(run: &Run) -> Vec<String> {
    let of = |object: &serde_json::Value| object["path"].as_str().map(str::to_owned);
    run.of_type("change").iter().filter_map(of).collect()
}

#[test]
fn without_paths_the_current_directory_is_meant() {
    check_migrates(&[], &["a.py", "sub/b.py"]);
}

#[test]
fn a_named_file_alone_is_changed() {
    check_migrates(&["sub/b.py"], &["sub/b.py"]);
}

#[test]
fn a_file_named_twice_is_changed_once() {
    check_migrates(&["a.py", "./a.py", "."], &["a.py", "sub/b.py"]);
}

#[test]
fn select_takes_only_the_named_recipes() {
    check_migrates(&["--select", "get-event-loop", "."], &[]);
    check_migrates(
        &["--select", "get-event-loop,blocking-sleep", "."],
        &["a.py", "sub/b.py"],
    );
}

#[test]
fn ignore_leaves_a_recipe_out() {
    check_migrates(&["--ignore", "blocking-sleep", "."], &[]);
}

#[test]
fn exclude_leaves_files_out() {
    check_migrates(&["--exclude", "sub", "."], &["a.py"]);
}

#[test]
fn dry_run_changes_nothing() {
    check_migrates(&["-n", "."], &[]);
}

#[test]
fn ignored_files_are_left_out_unless_asked_for() {
    let project = two_files();
    project.write(".ignore", "sub/\n");
    let arguments = ["diff", "--format", "json", "."];
    assert_eq!(paths(&project.run(&arguments)), ["a.py"]);
    let arguments = ["diff", "--format", "json", "--no-ignore", "."];
    assert_eq!(paths(&project.run(&arguments)), ["a.py", "sub/b.py"]);
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let project = two_files();
    let one = project.run(&["diff", "--format", "json", "-j", "1", "."]);
    let many = project.run(&["diff", "--format", "json", "-j", "8", "."]);
    assert_eq!(one.stdout, many.stdout);
    assert_eq!(paths(&one).len(), 2);
}

#[test]
fn a_recipe_that_is_not_there_gets_the_nearest_word() {
    check_refused(
        &["diff", "--select", "blocking-slep", "."],
        &["blocking-slep", "blocking-sleep"],
    );
}

#[test]
fn a_path_that_is_not_there_is_named_and_the_others_are_migrated() {
    let project = two_files();
    let run = project.run(&["migrate", "--allow-dirty", "missing.py", "a.py"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("missing.py"), "{run:?}");
    assert_eq!(project.text("a.py"), AWAITING);
}

#[test]
fn a_target_version_that_is_none_is_refused() {
    check_refused(
        &["diff", "--target-version", "three", "."],
        &["--target-version", "three"],
    );
}

#[test]
fn an_unknown_argument_is_refused() {
    check_refused(
        &["diff", "--saftey", "safe", "."],
        &["--saftey", "--safety"],
    );
}

#[test]
fn a_parameter_that_is_not_there_is_refused() {
    check_refused(
        &["diff", "--param", "blocking-sleep.limit=1"],
        &["--param blocking-sleep.limit", "has no parameters"],
    );
    check_refused(
        &["diff", "--param", "blocking-slep.limit=1"],
        &[
            "no recipe `blocking-slep`",
            "did you mean `blocking-sleep`?",
        ],
    );
}

/// Files of a program, of another project, and one's own, each with a change.
fn mixed() -> Project {
    let project = two_files();
    project.write("made.py", format!("# @generated\n{BLOCKING}"));
    project.write("made_pb2.py", BLOCKING);
    project.write("sub/_vendor/b.py", BLOCKING);
    project.write("node_modules/c.py", BLOCKING);
    project
}

#[test]
fn generated_and_vendored_files_are_skipped_and_counted() {
    let run = mixed().run(&["diff", "--format", "json", "-v", "."]);
    assert_eq!(paths(&run), ["a.py", "sub/b.py"]);
    assert_eq!(run.stderr, "3 generated or vendored files skipped\n");
    let summary = &run.of_type("summary")[0];
    assert_eq!(summary["skipped_generated"], 2, "{summary}");
    assert_eq!(summary["skipped_vendored"], 1, "{summary}");
}

#[test]
fn what_is_named_is_looked_at_unless_excludes_are_forced() {
    let named = [
        "made.py",
        "made_pb2.py",
        "sub/_vendor/b.py",
        "node_modules/c.py",
        "a.py",
    ];
    let run = mixed().run(&[&["diff", "--format", "json"][..], &named].concat());
    assert_eq!(paths(&run).len(), 5, "{run:?}");
    let force = ["diff", "--format", "json", "--force-exclude"];
    let run = mixed().run(&[&force[..], &named].concat());
    assert_eq!(paths(&run), ["a.py"], "{run:?}");
    let run = mixed().run(&[&force[..], &["--exclude", "a.py"], &named].concat());
    assert_eq!(paths(&run), [""; 0], "{run:?}");
    // A folder that is named is entered, whatever it is called.
    let run = mixed().run(&["diff", "--format", "json", "sub/_vendor", "node_modules"]);
    assert_eq!(paths(&run), ["node_modules/c.py", "sub/_vendor/b.py"]);
}

#[test]
fn a_parameter_chooses_the_library() {
    let project = Project::new(
        "//- a.py\nasync def load(path):\n    f = open(path)\n    f.close()\n    with open(path) as f:\n        return f.read()\n",
    );
    let migrate = |name: &str| {
        let library = format!("blocking-file.library={name}");
        let only = ["--select", "blocking-file", "--safety", "review"];
        let set = ["migrate", "--allow-dirty", "--param", &library];
        project.run(&[&set[..], &only, &["a.py"]].concat())
    };
    let refused = migrate("aiofils");
    assert_eq!(refused.code, Some(2));
    assert!(
        refused
            .stderr
            .contains("(expected aiofiles, anyio, asyncio)"),
        "{refused:?}"
    );
    migrate("anyio");
    assert_eq!(
        project.text("a.py"),
        "import anyio\n\n\nasync def load(path):\n    f = await anyio.open_file(path)\n    await f.aclose()\n    async with await anyio.open_file(path) as f:\n        return await f.read()\n"
    );
}
