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
    safety:
      - review: {when: {within: loop}, because: "in a loop: {$x}"}
      - safe: {because: the same}
examples:
  - name: a call
    before: |
      import lib
    after: |
      import lib as l
  - name: no call
    unchanged: lib
"#;

/// Spoils the recipe in each way and compares what is told.
#[track_caller]
fn check(sort: &str, spoilt: &[(&str, &str)]) {
    let mut told = String::new();
    for (old, new) in spoilt {
        assert!(RECIPE.contains(old), "{old}");
        let project = Project::empty();
        project.write("mine.yaml", RECIPE.replacen(old, new, 1));
        let run = project.run(&["recipe", "test", "mine.yaml"]);
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
            ("because: the same", "why: the same"),
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
        ],
    );
}

#[test]
fn safety() {
    check(
        "safety",
        &[
            ("      - safe: {because: the same}\n", ""),
            (
                "      - review: {when: {within: loop}, because: \"in a loop: {$x}\"}\n      - safe: {because: the same}\n",
                "      - safe: {when: {within: loop}, because: a}\n      - review: {because: b}\n",
            ),
            ("review: {when: {within: loop}, because", "review: {because"),
            ("rewrite: lib.new($x)", "report: look"),
            ("    rewrite: lib.new($x)\n", ""),
            ("safe: {because: the same}", "save: {because: the same}"),
        ],
    );
}

#[test]
fn examples() {
    check(
        "example",
        &[
            ("    after: |\n      import lib as l\n", ""),
            ("name: no call", "name: a call"),
            ("unchanged: lib", "unchanged: \"# %%\\nlib\""),
            ("unchanged: lib", "unchanged: {a.txt: lib}"),
            ("unchanged: lib", "form: ipynb\n    unchanged: lib"),
            ("unchanged: lib", "python: '2.7'\n    unchanged: lib"),
        ],
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
