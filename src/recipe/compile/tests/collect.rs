//! Sites with names, and the verb that is for them.

use super::check_rule;

/// A rule that collects, with one line of it replaced.
#[track_caller]
fn check_collecting(old: &str, new: &str, expected: &str) {
    let rule = "collect:\n  start: [$app.on($f)]\n  end: ['$app.off()']\nnames: {$life: [life]}\ninto-context-manager:\n  into: async def $life(app)\n  before-yield: start\n  after-yield: end\n  attach: {argument: life, of: $app}\ndoes: b";
    assert!(rule.contains(old), "{old}");
    check_rule(&rule.replace(old, new), expected);
}

#[test]
fn what_is_collected_has_names() {
    check_collecting("life]", "life]", "");
    check_collecting(
        "before-yield: start",
        "before-yield: strat",
        "r.yaml:14:21: before-yield: unknown name `strat` (did you mean `start`?)",
    );
    check_collecting(
        "of: $app",
        "of: $f",
        "r.yaml:16:36: of: `$f` is not bound by every pattern of `match` (expected $app)",
    );
    check_collecting(
        "$life(app)",
        "$app(app)",
        "r.yaml:13:13: into: it defines no name from the `names` of the rule",
    );
    check_rule(
        "collect: {start: f($x)}\nreport: r",
        "r.yaml:8:14: rules: `collect` without a verb (expected into-context-manager, or a metavariable such as $x)",
    );
    check_rule(
        "collect: $x\nreport: r",
        "r.yaml:8:5: rules: the key `match` is missing (expected patterns, or names for them in `collect`)",
    );
    check_rule(
        "match: f()\ncollect: {start: f($x)}\nreport: r",
        "
r.yaml:9:14: rules: `match` and `collect` in one pattern
r.yaml:9:14: rules: `collect` without a verb (expected into-context-manager, or a metavariable such as $x)
",
    );
}

#[test]
fn changes_are_together_in_no_more_than_a_function() {
    check_rule("match: f($x)\ntogether: project\nreport: r", "");
    check_rule("match: f($x)\ntogether: file\nreport: r", "");
    check_rule(
        "match: f($x)\ntogether: project\nrewrite: g($x)\ndoes: d",
        "r.yaml:9:15: together: `project` without `report`: changes are together in a statement or function (expected `function`, or `report` instead of the verb)",
    );
}
