//! Configurations: which one holds for a file, and what it does there.

use crate::support::{AWAITING, BLOCKING, Project, Run};

mod mistakes;

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
    let reason = "the coroutine sleeps for the same delay without blocking the event loop \
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
fn a_report_says_what_is_set_for_paths_and_why() {
    let paths = ["a.py", "jobs/a.py", "jobs/old/a.py"];
    let project = project(&paths, &[("awaitify.toml", PER_PATH)]);
    let lines = "\
Set for paths
awaitify.toml:1 jobs/**, 2 files: blocking-sleep to review: the jobs measure time
awaitify.toml:6 jobs/old/**, gone/, 1 file: blocking-* off: no reason is given
";
    for arguments in [
        &["diff"][..],
        &["migrate", "-n"],
        &["check"],
        &["migrate", "--allow-dirty"],
    ] {
        let run = project.run(arguments);
        assert!(run.stdout.contains(lines), "{run:?}");
    }
    let run = project.run(&["diff", "-q"]);
    assert!(!run.stdout.contains("Set for paths"), "{run:?}");
    let run = json(&project, &["jobs"]);
    let lines: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.contains("\"per-path\""))
        .collect();
    let expected = [
        r#"{"type":"per-path","path":"awaitify.toml","line":1,"files":2,"paths":["jobs/**"],"safety":{"blocking-sleep":"review"},"reason":"the jobs measure time"}"#,
        r#"{"type":"per-path","path":"awaitify.toml","line":6,"files":1,"paths":["jobs/old/**","gone/"],"ignore":["blocking-*"]}"#,
    ];
    assert_eq!(lines, expected);
    let run = json(&project, &["a.py"]);
    assert_eq!(run.of_type("per-path").len(), 0, "{run:?}");
}

const EFFECTIVE: &str = "\
# tests/a.py: tests/awaitify.toml, which extends awaitify.toml
packs = [\"asyncio\"]      # default
select = [\"*sleep\"]       # --select
extend-select = []         # default
ignore = [\"get-*\"]       # --ignore
safety = \"review\"        # awaitify.toml:2
target-version = \"3.12\"  # the project
minor = false              # default
require-ignore-reason = true  # default
# exclude                  # not set
exclude_line
# notebooks                # not set
# scripts                  # not set
recipes = []               # default

[[per-path]]  # awaitify.toml:5
paths = [\"a.py\"]
ignore = [\"tasks\"]
safety = {blocking = \"manual\", \"run-*\" = \"off\"}
reason = \"so\"

# 1 recipe: blocking-sleep
";

#[test]
fn the_settings_of_a_path_are_shown_with_who_set_them() {
    let base = "\
ignore = ['tasks']
safety = 'review'
extend-exclude = ['old/']

[[per-path]]
paths = ['a.py']
ignore = ['tasks']
safety = {blocking = 'manual', 'run-*' = 'off'}
reason = 'so'

[[per-path]]
paths = ['b.py']
ignore = ['tasks']
";
    let project = project(
        &["tests/a.py"],
        &[
            ("awaitify.toml", &base.replace("['a.py']", "['tests/a.py']")),
            (
                "tests/awaitify.toml",
                "extend = '../awaitify.toml'\nextend-exclude = ['new/']\n",
            ),
            ("pyproject.toml", "[project]\nrequires-python = '>=3.12'\n"),
        ],
    );
    let flags = [
        "config",
        "tests/a.py",
        "--select",
        "*sleep",
        "--ignore",
        "get-*",
    ];
    let run = project.run(&flags);
    let globs = "extend-exclude = [\"old/\", \"new/\"]  # awaitify.toml:3, tests/awaitify.toml:2";
    let expected = EFFECTIVE
        .replace("exclude_line", globs)
        .replace("[\"a.py\"]", "[\"tests/a.py\"]");
    let plain = |text: &str| {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(words).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(plain(&run.stdout), plain(&expected), "{run:?}");
    let run = project.run(&[&flags[..], &["--format", "json"]].concat());
    let shown = &run.objects()[0];
    assert_eq!(shown["type"], "settings");
    assert_eq!(
        shown["configurations"],
        serde_json::json!(["tests/awaitify.toml", "awaitify.toml"])
    );
    assert_eq!(
        shown["settings"]["safety"]["from"],
        serde_json::json!(["awaitify.toml:2"])
    );
    assert_eq!(
        shown["settings"]["select"]["value"],
        serde_json::json!(["*sleep"])
    );
    assert_eq!(shown["per-path"][0]["from"], "awaitify.toml:5");
    assert_eq!(shown["recipes"], serde_json::json!(["blocking-sleep"]));
}

#[test]
fn what_is_shown_of_a_folder_can_be_a_configuration_again() {
    let text = format!("safety = 'review'\nexclude = ['a#b', 'é\"']\n{PER_PATH}");
    let project = project(&["a.py"], &[("awaitify.toml", &text)]);
    let first = project.run(&["config"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first.stdout.starts_with("# .: awaitify.toml\n"),
        "{first:?}"
    );
    project.write("awaitify.toml", &first.stdout);
    let again = project.run(&["config"]);
    let without_places = |text: &str| {
        let line = |line: &str| {
            line.split("  # ")
                .next()
                .unwrap_or_default()
                .trim_end()
                .to_owned()
        };
        text.lines().map(line).collect::<Vec<_>>()
    };
    assert_eq!(without_places(&again.stdout), without_places(&first.stdout));
}

#[test]
fn settings_are_not_shown_of_what_is_not_there_or_wrong() {
    let project = project(&["a.py"], &[("awaitify.toml", "selct = []\n")]);
    let run = project.run(&["config", "b.py"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("b.py: No such file"), "{run:?}");
    let run = project.run(&["config", "a.py"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.contains("unknown key `selct`"), "{run:?}");
    let run = project.run(&["config", "a.py", "--isolated"]);
    assert!(
        run.stdout.starts_with("# a.py: no configuration\n"),
        "{run:?}"
    );
}

/// A recipe of one's own with parameters, which a report shows.
const LIMITED: &str = "\
id: limited
title: t
area: own
severity: low
why: w
parameters:
  limit: {type: int, default: 10, about: a}
  name: {type: text, default: x, about: a}
rules:
  - match: f()
    report: '{limit} {name}'
examples: [{name: n, unchanged: x}]
";

/// Compares what the recipe of one's own reports, by file.
#[track_caller]
fn check_reports(project: &Project, arguments: &[&str], expected: &[&str]) {
    let run = json(project, arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    let findings = run.of_type("finding").into_iter();
    let report = |finding: serde_json::Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{}: {}", text("path"), text("reason"))
    };
    assert_eq!(
        findings.map(report).collect::<Vec<_>>(),
        expected,
        "{arguments:?}"
    );
}

fn limited(configurations: &[(&str, &str)]) -> Project {
    let project = project(&[], configurations);
    project.write("mine/limited.yaml", LIMITED);
    for path in ["a/a.py", "b/b.py", "c.py"] {
        project.write(path, "f()\n");
    }
    project
}

#[test]
fn parameters_and_own_recipes_hold_for_the_files_of_their_configuration() {
    let own = "recipes = ['../mine']\n";
    let set = "[parameters.limited]\nlimit = 5\nname = 'é'\n";
    let project = limited(&[
        ("a/awaitify.toml", &format!("{own}{set}")),
        (
            "b/awaitify.toml",
            &format!("{own}[parameters]\nlimited.limit = 7\n"),
        ),
    ]);
    check_reports(&project, &[], &["a/a.py: 5 é", "b/b.py: 7 x"]);
    let flag = ["--param", "limited.limit=9"];
    check_reports(&project, &flag, &["a/a.py: 9 é", "b/b.py: 9 x"]);
    check_reports(&project, &["--select", "limited", "a"], &["a/a.py: 5 é"]);
    let extends = "extend = '../a/awaitify.toml'\n[parameters.limited]\nlimit = 8\n";
    project.write("b/awaitify.toml", extends);
    check_reports(&project, &[], &["a/a.py: 5 é", "b/b.py: 8 é"]);
    let run = project.run(&["config", "b/b.py"]);
    for line in [
        "parameters.limited.limit = 5  # a/awaitify.toml:3",
        "parameters.limited.limit = 8  # b/awaitify.toml:3",
    ] {
        assert!(run.stdout.contains(line), "{run:?}");
    }
    let run = json(&project, &["--param", "limited.limit=many"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("--param limited.limit: `many`"),
        "{run:?}"
    );
}

#[test]
fn packs_are_on_where_nothing_is_selected() {
    let project = project(&["a.py"], &[("awaitify.toml", "packs = ['asyncio']\n")]);
    check(&project, &[], &["a.py: safe"]);
    project.write("awaitify.toml", "packs = []\n");
    check(&project, &[], &[]);
    check(&project, &["--select", "blocking-sleep"], &["a.py: safe"]);
    project.write(
        "awaitify.toml",
        "packs = []\nextend-select = ['blocking']\n",
    );
    check(&project, &[], &["a.py: safe"]);
    project.write(
        "awaitify.toml",
        "packs = ['sync-default', 'asyncio']\nignore = ['asyncio']\n",
    );
    check(&project, &[], &[]);
}

#[test]
fn packs_leave_recipes_of_ones_own_on() {
    let project = limited(&[("awaitify.toml", "packs = []\nrecipes = ['mine']\n")]);
    check_reports(&project, &["c.py"], &["c.py: 10 x"]);
}
