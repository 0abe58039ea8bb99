//! Recipes with mistakes: what is told of each stands in `snapshots/malformed-*.snap`, as reviewed.

use std::fmt::Write;

use crate::support::Project;

/// A recipe that is right, to be spoilt.
const RECIPE: &str = r#"id: mine
title: One line
area: own
severity: low
why: Because.
patterns:
  old: lib.old($x)
rules:
  - id: changed
    match: <old>
    where: {inside: coroutine, $x: {is: task}}
    rewrite: lib.new($x)
    does: the same
    doubts:
      - {when: {within: loop}, because: "in a loop: {$x}"}
examples:
  - name: a call
    before: |
      import lib
    after: |
      import lib as l
  - name: no call
    unchanged: lib
"#;

/// Files that are right, and rest on each other.
const FOLDER: &[(&str, &str)] = &[
    (
        "own/tables/calls.yaml",
        r#"columns:
  call: {type: patterns, required: true, about: what is called}
  becomes: {type: template, about: what to call}
  does: {type: text, required: true, about: what that does}
  doubt: {type: text, about: why it needs review}
rows:
  - {call: lib.old($x), becomes: lib.new($x), does: "the same of {$x}"}
  - {call: lib.gone(), does: nothing, doubt: nothing is left}
"#,
    ),
    (
        "own/ranging.yaml",
        r#"id: ranging
title: One line
area: own
severity: low
why: Because.
for-each: calls
rules:
  - match: $row.call
    rewrite: $row.becomes
    does: "{row.does}"
    doubts: {because: "{row.doubt}"}
examples:
  - name: no call
    unchanged: lib
"#,
    ),
    (
        "own/packs/ours.yaml",
        r#"id: ours
about: Our code.
include: [ranging, 'blocking-*']
exclude: [blocking-sleep]
order: [ranging, get-event-loop]
"#,
    ),
];

/// Spoils the recipe in each way and compares what is told.
#[track_caller]
fn check(sort: &str, spoilt: &[(&str, &str)]) {
    let files = [("mine.yaml", RECIPE)];
    check_files(sort, &files, &["recipe", "test", "mine.yaml"], spoilt);
}

/// The same of a folder.
#[track_caller]
fn check_folder(sort: &str, spoilt: &[(&str, &str)]) {
    check_files(
        sort,
        FOLDER,
        &["recipe", "list", "--recipes", "own"],
        spoilt,
    );
}

#[track_caller]
fn check_files(sort: &str, files: &[(&str, &str)], arguments: &[&str], spoilt: &[(&str, &str)]) {
    let mut told = String::new();
    for (old, new) in spoilt {
        let project = Project::empty();
        let with = files.iter().filter(|(_, text)| text.contains(old));
        assert_eq!(with.count(), 1, "{old}");
        for (path, text) in files {
            project.write(path, text.replacen(old, new, 1));
        }
        let run = project.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{new}");
        // Writing to a string cannot fail.
        let _ = write!(told, "## {old:?} -> {new:?}\n\n{}\n", run.stderr);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("malformed-{sort}"), told));
}

#[test]
fn syntax() {
    check(
        "syntax",
        &[
            ("title: One line", "title: One line: two"),
            ("match: <old>", "match: @app.task"),
            ("  - id: changed", "\t- id: changed"),
            (
                "{inside: coroutine, $x: {is: task}}",
                "{inside: coroutine, $x: {is: task}",
            ),
            ("title: One line", "title: 'One line"),
            ("area: own", "area: own\narea: other"),
            ("title: One line", "title: *line"),
            ("severity: low", "severity: low\npython: >=3.11"),
            ("    where:", "   where:"),
            ("    rewrite:", "\trewrite:"),
            ("      import lib\n    after", "    import lib\n    after"),
        ],
    );
}

#[test]
fn unknown_keys() {
    check(
        "unknown-key",
        &[
            ("severity: low", "severety: low"),
            ("match: <old>", "mtach: <old>"),
            ("inside: coroutine", "insde: coroutine"),
            ("{is: task}", "{iss: task}"),
            ("does: the same", "why: the same"),
            ("does: the same", "does: [the same]"),
            ("$x: {is: task}", "x: {is: task}"),
            ("unchanged: lib", "untouched: lib"),
        ],
    );
}

#[test]
fn types() {
    check(
        "type",
        &[
            ("severity: low", "severity: lowest"),
            ("title: One line", "title:"),
            ("inside: coroutine", "inside: couroutine"),
            ("inside: coroutine", "can-await: yes"),
            ("inside: coroutine", "python: 3.9"),
            ("rewrite: lib.new($x)", "rewrite: {lib.new: $x}"),
            ("{inside: coroutine, $x: {is: task}}", "coroutine"),
            ("title: One line", "title: Issue #12"),
            ("  - id: changed", "    id: changed"),
            ("doubts:", "doubts: none\n    notes:"),
        ],
    );
}

#[test]
fn patterns() {
    check(
        "pattern",
        &[
            ("match: <old>", "match: lib.old($x"),
            ("match: <old>", "match: <odl>"),
            ("match: <old>", "match: lib.old($*a, $*b)"),
            ("match: <old>", "match: [lib.old($x, 1)]"),
            ("rewrite: lib.new($x)", "rewrite: lib.new($x"),
            ("lib.old($x)", "return return"),
            ("match: <old>", "match: /old/"),
            ("match: <old>", "match: (lib.old|lib.older)($x)"),
            ("match: <old>", "match: lib.(old|older.one)($x)"),
            ("match: <old>", "match: lib.old($x)|lib.older($x)"),
            ("match: <old>", "match: lib.old(a|b)"),
            ("rewrite: lib.new($x)", "rewrite: lib.(new|newer)($x)"),
            ("$x: {is: task}", "$x: {text: (a|b)}"),
        ],
    );
}

#[test]
fn metavariables() {
    check(
        "metavariable",
        &[
            ("rewrite: lib.new($x)", "rewrite: lib.new($y)"),
            ("$x: {is: task}", "$y: {is: task}"),
            ("{$x}", "{$xs}"),
            ("match: <old>", "match: lib.old($)"),
            ("match: <old>", "match: lib.old($x, $*x)"),
            ("{$x}", "{$x"),
            ("lib.new($x)", "lib.new($*x)"),
        ],
    );
}

#[test]
fn kinds() {
    check(
        "kind",
        &[
            ("is: task", "is: tsak"),
            ("is: task", "is: event-lop"),
            ("is: task", "is: [task, coroutines-function]"),
            ("inside: coroutine", "holding: thread-lock"),
            ("is: task", "is: Client"),
        ],
    );
}

#[test]
fn safety() {
    let doubt = "      - {when: {within: loop}, because: \"in a loop: {$x}\"}\n";
    check(
        "safety",
        &[
            ("    does: the same\n", ""),
            (doubt, "      - {level: safe, because: a}\n"),
            (doubt, "      - {when: {within: loop}}\n"),
            (doubt, "      - {when: {within: lop}, because: a}\n"),
            ("rewrite: lib.new($x)", "report: look"),
            ("    rewrite: lib.new($x)\n", ""),
            ("does: the same", "dose: the same"),
        ],
    );
}

#[test]
fn examples() {
    check(
        "example",
        &[
            ("    after: |\n      import lib as l\n", ""),
            ("    before: |\n      import lib\n", ""),
            ("    unchanged: lib", "    unchanged: lib\n    after: lib"),
            ("  - name: no call\n    unchanged: lib\n", "  - no call\n"),
            ("name: no call", "name: a call"),
            ("unchanged: lib", "unchanged: \"# %%\\nlib\""),
            ("unchanged: lib", "unchanged: {a.txt: lib}"),
            ("unchanged: lib", "form: ipynb\n    unchanged: lib"),
            ("unchanged: lib", "python: '2.7'\n    unchanged: lib"),
        ],
    );
}

#[test]
fn tables() {
    let run = Project::empty();
    for (path, text) in FOLDER {
        run.write(path, text);
    }
    let run = run.run(&["recipe", "test", "own"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    check_folder(
        "table",
        &[
            ("for-each: calls", "for-each: cals"),
            ("$row.becomes", "$row.become"),
            ("{row.does}", "{row.why}"),
            ("type: template", "type: tempalte"),
            ("call: lib.gone(), ", ""),
            ("does: nothing,", "does: [],"),
            ("becomes: lib.new($x)", "becomes: lib.new($y)"),
            ("{call: lib.gone()", "{call: lib.gone("),
            ("rows:", "row:"),
            ("doubt: nothing", "reason: nothing"),
        ],
    );
}

#[test]
fn packs() {
    check_folder(
        "pack",
        &[
            ("include: [ranging", "include: [rangin"),
            ("exclude: [blocking-sleep]", "exclude: [blocking-slep]"),
            ("order: [ranging,", "order: [gone,"),
            ("id: ours", "id: theirs"),
            ("about: Our code.\n", ""),
            ("about: Our", "abuot: Our"),
            ("order: [ranging, get-event-loop]", "order: ranging"),
            ("exclude: [blocking-sleep]", "default: yes"),
        ],
    );
}

#[test]
fn files_of_a_folder_are_all_told() {
    let project = Project::empty();
    for (path, text) in FOLDER {
        let text = text.replace("does: nothing,", "dose: nothing,");
        project.write(path, text.replace("about: Our", "abuot: Our"));
    }
    project.write("own/mine.yaml", RECIPE.replace("is: task", "is: tsak"));
    let run = project.run(&["diff", "--recipes", "own", "."]);
    let places = run.stderr.lines().filter(|line| line.contains("--> "));
    let places: Vec<&str> = places.map(str::trim).collect();
    let expected = [
        "--> own/mine.yaml:11:41",
        "--> own/packs/ours.yaml:2:1",
        "--> own/tables/calls.yaml:8:5",
        "--> own/tables/calls.yaml:8:24",
    ];
    assert_eq!(places, expected);
    assert!(
        run.stderr
            .ends_with("error: 4 mistakes in the recipes of own\n"),
        "{run:?}"
    );
}

#[test]
fn several_mistakes_are_all_told() {
    check(
        "several",
        &[
            (
                "severity: low\nwhy: Because.\npatterns:\n  old: lib.old($x)\n",
                "severity: hihg\nwhy: [a]\npatterns:\n  old: lib.old($x\n",
            ),
            (
                "    where: {inside: coroutine, $x: {is: task}}\n    rewrite: lib.new($x)\n",
                "    were: {inside: cell}\n    rewrite: lib.new($y)\n    site: $z\n",
            ),
        ],
    );
}
