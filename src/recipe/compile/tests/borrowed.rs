//! What recipes have in common, and rules whose name is a key.

use super::*;

/// Compares the rules that come out, or the errors.
#[track_caller]
fn check_common(recipe: &str, expected: &[&str]) {
    let text = format!("{HEAD}{recipe}");
    let rendered: Vec<String> = match compile("r.yaml", &text, &library()) {
        Ok(recipe) => recipe.content.rules.iter().map(|rule| show(rule)).collect(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(rendered, expected, "{recipe}");
}

fn show(rule: &crate::recipe::Rule) -> String {
    let patterns = rule.patterns.iter().map(|it| it.pattern.text.as_str());
    let patterns: Vec<&str> = patterns.collect();
    format!("{}: {}", rule.id, patterns.join(" or "))
}

#[test]
fn a_recipe_has_what_its_common_files_have() {
    check_common(
        "common: places\npatterns: {more: [<olds>, c]}\nrules: [{match: <more>, where: <early>, report: r}, {id: x, use: found}]\n",
        &["rule-1: old.a or old.b or c", "x: old.a or old.b"],
    );
    check_common(
        "common: [place]\nrules: [{match: x, report: r}]\n",
        &["r.yaml:7:10: common: unknown file of `common` `place` (did you mean `places`?)"],
    );
    check_common(
        "common: places\nconditions: {early: {inside: cell}}\nrules: [{match: x, report: r}]\n",
        &[
            "r.yaml:8:14: conditions: the name `early` stands twice (expected another name than one of `common`)",
        ],
    );
}

#[test]
fn the_first_key_of_a_rule_may_be_its_name() {
    check_common(
        "rules: [{new: f($x), report: r}, {several: [g($x), h($x)], report: r}]\n",
        &["new: f($x)", "several: g($x) or h($x)"],
    );
    check_common(
        "rules: [{match: f($x), reprot: r}]\n",
        &[
            "r.yaml:7:9: rules: the rule does nothing (expected one of rewrite, remove, require, extract, keep-handle, into-context-manager, report)",
            "r.yaml:7:24: rules: unknown key `reprot` (did you mean `report`?)",
        ],
    );
    check_common(
        "rules: [{new: f(, report: r}]\n",
        &[
            "r.yaml:7:17: match: not Python: unexpected EOF while parsing (expected quotes around a text that holds `, ` inside […] or {…})",
        ],
    );
}

#[test]
fn the_path_says_id_and_area() {
    let text = "title: t\nseverity: low\nwhy: w\nrules: [{match: f($x), report: r}]\nexamples: [{name: n, unchanged: x}]\n";
    let recipe = compile("recipes/rivers/flow.yaml", text, &library()).expect("it is right");
    assert_eq!((&*recipe.head.id, &*recipe.head.area), ("flow", "rivers"));
}

#[test]
fn a_class_keeps_its_name_and_bases() {
    let check = |rewrite: &str, expected: &[&str]| {
        check_common(
            &format!("rules: [{{match: \"@d\\nclass $c\", rewrite: \"{rewrite}\", does: d}}]\n"),
            expected,
        );
    };
    check("class $c", &["rule-1: @d\nclass $c"]);
    check(
        "class New",
        &["r.yaml:7:42: rewrite: a header is rewritten as a header of the same kind"],
    );
    check(
        "class $c(Base)",
        &[
            "r.yaml:7:42: rewrite: a base class in the header that is written is not part of the language",
        ],
    );
}

#[test]
fn names_with_bars_are_alternatives_but_in_a_call() {
    check_common(
        "rules: [{match: (list|dict)($x), report: r}]\n",
        &["rule-1: list($x) or dict($x)"],
    );
    check_common(
        "rules: [{match: f(a|b), report: r}]\n",
        &[
            "r.yaml:7:18: match: `(a|b)` as all arguments of a call has two meanings (expected `f((a|b))` for one of the names, or `f(a | b)` for Python's `|`)",
        ],
    );
}
