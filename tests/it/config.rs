//! Configurations: which one holds for a file, what it does there, and what a wrong one is told.

use crate::support::{AWAITING, BLOCKING, Project, Run};

/// A project with the file `BLOCKING` at each path, and configurations.
fn project(paths: &[&str], configurations: &[(&str, &str)]) -> Project {
    let project = Project::empty();
    for path in paths {
        project.write(path, BLOCKING);
    }
    for (path, text) in configurations {
        project.write(path, text);
    }
    project
}

fn json(project: &Project, arguments: &[&str]) -> Run {
    let mut all = vec!["diff", "--format", "json"];
    all.extend(arguments);
    project.run(&all)
}

/// Compares `path: safety` of all changes and findings.
#[track_caller]
fn check(project: &Project, arguments: &[&str], expected: &[&str]) {
    let run = json(project, arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    let mut found = Vec::new();
    for object in run.objects() {
        if let (Some(path), Some(safety)) = (object["path"].as_str(), object["safety"].as_str()) {
            found.push(format!("{path}: {safety}"));
        }
    }
    assert_eq!(found, expected, "{arguments:?}");
}

/// Checks that nothing is planned and that the messages stand in the errors, in order.
#[track_caller]
fn check_refused(project: &Project, arguments: &[&str], messages: &[&str]) {
    let before = project.tree();
    let run = json(project, arguments);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    let mut rest = run.stderr.as_str();
    for message in messages {
        let at = rest.find(message);
        rest = &rest[at.unwrap_or_else(|| panic!("{message:?} is not in\n{}", run.stderr))..];
    }
    let mut migrate = vec!["migrate", "--allow-dirty"];
    migrate.extend(arguments);
    assert_eq!(project.run(&migrate).code, Some(2));
    assert_eq!(project.tree(), before);
}

const OFF: &str = "ignore = ['blocking-*']\n";

#[test]
fn the_nearest_configuration_holds_alone() {
    let project = project(
        &["a.py", "b/b.py", "b/c/c.py", "d/d.py"],
        &[
            (
                "pyproject.toml",
                "[tool.awaitify]\nignore = ['blocking-*']\n",
            ),
            ("b/awaitify.toml", "safety = 'review'\n"),
            ("d/pyproject.toml", "[project]\nname = 'd'\n"),
        ],
    );
    check(&project, &[], &["b/b.py: safe", "b/c/c.py: safe"]);
}

#[test]
fn of_two_files_in_a_folder_awaitify_toml_holds() {
    let project = project(
        &["a.py"],
        &[
            ("pyproject.toml", "[tool.awaitify]\nselct = 3\n"),
            ("awaitify.toml", OFF),
        ],
    );
    check(&project, &[], &[]);
}

#[test]
fn it_makes_no_difference_how_a_file_is_named() {
    let project = project(&["a/b/x.py", "a/y.py", "z.py"], &[("a/awaitify.toml", OFF)]);
    check(&project, &["."], &["z.py: safe"]);
    check(&project, &["a/b/x.py"], &[]);
    check(&project, &["./a/../a/b"], &[]);
    let absolute = project.root().join("a/b/x.py");
    check(&project, &[&absolute.to_string_lossy()], &[]);
    let below = project.run_in("a/b", &["diff", "--format", "json", "x.py", "../../z.py"]);
    assert_eq!(below.of_type("change").len(), 1, "{below:?}");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_named_through_a_link_is_where_it_really_is() {
    let project = project(
        &["a/x.py"],
        &[("a/awaitify.toml", OFF), ("b/awaitify.toml", "")],
    );
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(project.root().join(from), project.root().join(to))
            .expect("a link can be made");
    };
    link("a", "c");
    link("a/x.py", "b/x.py");
    check(&project, &["c"], &[]);
    check(&project, &["b/x.py"], &[]);
}

#[test]
fn flags_go_before_the_configuration() {
    let project = project(
        &["a.py", "old/b.py"],
        &[(
            "awaitify.toml",
            "exclude = ['old']\nignore = ['blocking-*']\n",
        )],
    );
    check(&project, &[], &[]);
    check(&project, &["--select", "blocking-*"], &["a.py: safe"]);
    check(&project, &["--isolated"], &["a.py: safe", "old/b.py: safe"]);
    check(
        &project,
        &["--isolated", "--exclude", "a.py"],
        &["old/b.py: safe"],
    );
    check(
        &project,
        &["--select", "blocking-*", "--exclude", "a.py"],
        &["old/b.py: safe"],
    );
    check(
        &project,
        &["--select", "blocking-*", "--ignore", "blocking-*"],
        &[],
    );
}

#[test]
fn a_configuration_that_is_named_holds_for_all_seen_from_the_current_directory() {
    let project = project(
        &["a.py", "b/a.py", "b/old/a.py", "old/a.py"],
        &[
            ("b/awaitify.toml", OFF),
            ("c/mine.toml", "exclude = ['/old']\n"),
        ],
    );
    check(
        &project,
        &["--config", "c/mine.toml"],
        &["a.py: safe", "b/a.py: safe", "b/old/a.py: safe"],
    );
    let run = json(&project, &["--config", "c/mine.toml", "--isolated"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}

#[test]
fn extend_inherits_what_is_not_said() {
    let project = project(
        &["a/a.py", "a/old/b.py", "a/new/c.py"],
        &[
            (
                "base.toml",
                "ignore = ['blocking-*']\nextend-exclude = ['new/']\nsafety = 'review'\n",
            ),
            (
                "a/awaitify.toml",
                "extend = '../base.toml'\nextend-exclude = ['old/']\n",
            ),
        ],
    );
    check(&project, &[], &[]);
    project.write(
        "a/awaitify.toml",
        "extend = '../base.toml'\nselect = ['blocking-*']\n",
    );
    check(&project, &[], &["a/a.py: safe", "a/old/b.py: safe"]);
}

#[test]
fn what_is_excluded_is_taken_where_it_is_named() {
    let project = project(
        &["a.py", "old/b.py"],
        &[("awaitify.toml", "exclude = ['old/']\n")],
    );
    check(&project, &[], &["a.py: safe"]);
    check(&project, &["old/b.py"], &["old/b.py: safe"]);
    check(&project, &["old"], &["old/b.py: safe"]);
}

const RUNS: &str = "import asyncio\n\nasyncio.run(main())\n";

#[test]
fn a_level_holds_for_the_files_of_its_configuration() {
    let project = Project::empty();
    project.write(
        "a/a.py",
        "# %%\nimport asyncio\n\n# %%\nasyncio.run(main())\n__file__\n",
    );
    project.write("b/b.py", project.text("a/a.py"));
    project.write("a/awaitify.toml", "safety = 'review'\n");
    let run = project.run(&["migrate", "--allow-dirty", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(project.text("a/a.py").contains("await main()"), "{run:?}");
    assert!(!project.text("b/b.py").contains("await main()"), "{run:?}");
    assert!(
        run.stdout.contains("1 change to review not applied"),
        "{run:?}"
    );
}

#[test]
fn a_configuration_settles_how_a_percent_file_is_run() {
    let project = Project::empty();
    let text = format!("# %%\n{RUNS}\n# %%\nprint(__file__)\n");
    for path in ["n.py", "s.py", "x.py"] {
        project.write(path, &text);
    }
    project.write(
        "awaitify.toml",
        "notebooks = ['n.py']\nscripts = ['s.py']\n",
    );
    check(&project, &[], &["n.py: safe", "x.py: review"]);
    project.write(
        "awaitify.toml",
        "notebooks = ['*.py']\nscripts = ['s.py']\n",
    );
    check(&project, &[], &["n.py: safe", "x.py: safe"]);
}

#[test]
fn a_target_version_holds_for_its_files() {
    let project = project(&["a.py"], &[("awaitify.toml", "target-version = '3.12'\n")]);
    project.write(
        "a.py",
        "import asyncio\n\n\nasync def f():\n    return asyncio.get_event_loop()\n",
    );
    let run = json(&project, &[]);
    assert!(!run.stdout.contains("is assumed"), "{run:?}");
}

const PER_PATH: &str = "\
[[per-path]]
paths = ['jobs/**']
safety = {blocking-sleep = 'review'}
reason = 'the jobs measure time'

[[per-path]]
paths = ['jobs/old/**', 'gone/']
ignore = ['blocking-*']

[[per-path]]
paths = ['jobs/careful/**']
safety = {blocking = 'manual'}
";

#[test]
fn paths_have_settings_of_their_own() {
    let paths = [
        "a.py",
        "jobs/a.py",
        "jobs/careful/a.py",
        "jobs/old/a.py",
        "x/gone/a.py",
    ];
    let project = project(&paths, &[("awaitify.toml", PER_PATH)]);
    let expected = [
        "a.py: safe",
        "jobs/a.py: review",
        "jobs/careful/a.py: manual",
    ];
    check(&project, &[], &expected);
    check(&project, &["--select", "blocking-*"], &expected);
    let run = json(&project, &["jobs/a.py"]);
    let reason = "asyncio.sleep suspends this coroutine only, for the same delay \
                  (review, as awaitify.toml:3 says: the jobs measure time)";
    assert_eq!(run.of_type("change")[0]["reason"], reason);
    let run = project.run(&["migrate", "--allow-dirty", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for path in paths {
        let expected = if path == "a.py" { AWAITING } else { BLOCKING };
        assert_eq!(project.text(path), expected, "{path}");
    }
}

#[test]
fn of_two_entries_the_later_goes_before() {
    let entries = "\
[[per-path]]
paths = ['*.py']
select = []

[[per-path]]
paths = ['a.py']
select = ['blocking-sleep']
";
    let project = project(&["a.py", "b.py"], &[("awaitify.toml", entries)]);
    check(&project, &[], &["a.py: safe"]);
    check(
        &project,
        &["--select", "blocking-sleep"],
        &["a.py: safe", "b.py: safe"],
    );
    check(&project, &["--ignore", "blocking-sleep"], &[]);
}

#[test]
fn unknown_recipes_get_the_nearest_one() {
    let typed = [
        ("select = ['blocking-slep']", "awaitify.toml:1:11"),
        ("ignore = ['blocking-slep']", "awaitify.toml:1:11"),
        ("extend-select = ['blocking-slep']", "awaitify.toml:1:18"),
        (
            "[[per-path]]\npaths = ['a']\nignore = ['blocking-slep']",
            "awaitify.toml:3:11",
        ),
        (
            "[[per-path]]\npaths = ['a']\nselect = ['blocking-slep']",
            "awaitify.toml:3:11",
        ),
        (
            "[[per-path]]\npaths = ['a']\nsafety = {blocking-slep = 'off'}",
            "awaitify.toml:3:11",
        ),
    ];
    for (text, place) in typed {
        let project = project(&["a.py"], &[("awaitify.toml", text)]);
        let message = "unknown recipe, area, pack or glob `blocking-slep`";
        check_refused(
            &project,
            &[],
            &[message, place, "Did you mean `blocking-sleep`?"],
        );
    }
}

#[test]
fn all_mistakes_of_all_files_are_told_before_anything_is_done() {
    let project = project(
        &["a.py", "b/b.py", "c/c.py"],
        &[
            (
                "awaitify.toml",
                "selct = []\nignore = ['no-such']\nexclude = ['[a']\n",
            ),
            (
                "b/awaitify.toml",
                "safety = 'none'\ntarget-version = '2'\n[per-path]\n",
            ),
        ],
    );
    check_refused(
        &project,
        &[],
        &[
            "awaitify.toml:1:1",
            "awaitify.toml:2:11",
            "awaitify.toml:3:12",
            "b/awaitify.toml:1:10",
            "b/awaitify.toml:2:18",
            "b/awaitify.toml:3:1",
            "6 mistakes in the configuration",
        ],
    );
}

#[test]
fn a_mistake_is_drawn_as_those_of_recipes_are() {
    let project = project(
        &["a.py"],
        &[("pyproject.toml", "[tool.awaitify]\nslect = ['a']\n")],
    );
    let run = json(&project, &[]);
    assert_eq!(
        run.stderr,
        "\
error: unknown key `slect`
 --> pyproject.toml:2:1
  |
2 | slect = ['a']
  | ^^^^^
  |
  = help: Did you mean `select`?
error: nothing was done: 1 mistake in the configuration
"
    );
}

#[test]
fn extend_leads_to_other_configurations() {
    let project = project(&["a.py"], &[("p/pyproject.toml", "[project]\n")]);
    project.write("awaitify.toml", "extend = 'none.toml'\n");
    check_refused(
        &project,
        &[],
        &["extend: ", "none.toml: No such file", "awaitify.toml:1:10"],
    );
    project.write("awaitify.toml", "\nextend = 'p/pyproject.toml'\n");
    check_refused(
        &project,
        &[],
        &["there is no [tool.awaitify] in it", "awaitify.toml:2:10"],
    );
    project.write("awaitify.toml", "extend = 'awaitify.toml'\n");
    check_refused(
        &project,
        &[],
        &["awaitify.toml extends awaitify.toml", "awaitify.toml:1:10"],
    );
    project.write("awaitify.toml", "extend = 'b.toml'\n");
    project.write("b.toml", "\nextend = 'awaitify.toml'\nselct = 1\n");
    check_refused(
        &project,
        &[],
        &[
            "awaitify.toml extends b.toml extends awaitify.toml",
            "b.toml:2:10",
            "b.toml:3:1",
        ],
    );
    project.write("awaitify.toml", "extend = 'p'\n");
    check_refused(
        &project,
        &[],
        &["p: this is a folder", "awaitify.toml:1:10"],
    );
}

#[test]
fn a_configuration_may_begin_with_a_mark_and_end_lines_in_two_characters() {
    let project = project(
        &["a.py"],
        &[(
            "awaitify.toml",
            "\u{feff}ignore = [\r\n'blocking-*'\r\n]\r\n",
        )],
    );
    check(&project, &[], &[]);
    project.write("awaitify.toml", "\u{feff}selct = [\r\n]\r\n");
    check_refused(&project, &[], &["unknown key `selct`", "awaitify.toml:1:1"]);
}

#[test]
fn an_empty_configuration_says_nothing_and_holds() {
    for text in ["", "\n", "# nothing\n", "\u{feff}"] {
        let project = project(
            &["a/a.py"],
            &[("awaitify.toml", OFF), ("a/awaitify.toml", text)],
        );
        check(&project, &[], &["a/a.py: safe"]);
    }
}

#[test]
fn a_configuration_that_is_no_text_is_refused() {
    let project = project(&["a.py"], &[]);
    project.write("awaitify.toml", b"# \xfc\n");
    check_refused(&project, &[], &["not UTF-8", "awaitify.toml:1:3"]);
    std::fs::remove_file(project.root().join("awaitify.toml")).expect("it was written");
    project.write("pyproject.toml", b"[tool.awaitify]\n# \xfc\n");
    check_refused(&project, &[], &["not UTF-8", "pyproject.toml:2:3"]);
    // Nothing of ours.
    project.write("pyproject.toml", b"# \xfc\n");
    check(&project, &[], &["a.py: safe"]);
}

#[test]
fn a_folder_of_that_name_is_none() {
    let project = project(&["a.py", "awaitify.toml/b.py", "pyproject.toml/c.py"], &[]);
    check(
        &project,
        &[],
        &[
            "a.py: safe",
            "awaitify.toml/b.py: safe",
            "pyproject.toml/c.py: safe",
        ],
    );
    let run = json(&project, &["--config", "awaitify.toml"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let run = json(&project, &["--config", "none.toml"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("No such file"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_configuration_may_be_a_link_to_one() {
    let project = project(&["a/a.py"], &[("shared/real.toml", OFF)]);
    let link = project.root().join("a/awaitify.toml");
    std::os::unix::fs::symlink("../shared/real.toml", &link).expect("a link can be made");
    check(&project, &[], &[]);
    std::fs::remove_file(project.root().join("shared/real.toml")).expect("it was written");
    let run = json(&project, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.contains("No such file"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_configuration_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let project = project(&["a.py"], &[("awaitify.toml", OFF)]);
    let path = project.root().join("awaitify.toml");
    let nobody = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&path, nobody).expect("it is ours");
    if std::fs::read(&path).is_ok() {
        // Root may read everything.
        return;
    }
    check_refused(&project, &[], &["Permission denied", "awaitify.toml"]);
}

#[test]
fn flags_that_are_wrong_are_refused() {
    let project = project(&["a.py"], &[]);
    check_refused(
        &project,
        &["--exclude", "[a"],
        &["--exclude [a", "unclosed character class"],
    );
    check_refused(&project, &["--config", "a.py"], &["not TOML"]);
}
