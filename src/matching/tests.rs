//! Conditions asked of small texts.

use crate::engine::{Engine, Settings};
use crate::plan::change::FilePlan;
use crate::project::Alone;
use crate::recipe::catalog::Catalog;
use crate::recipe::compile::compile;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;

const ASSUMED: &str = " (Python 3.10 is assumed; set --target-version)";

/// Returns the reasons that a recipe of these keys gives in a text.
#[track_caller]
pub(super) fn reasons(keys: &str, target: Option<(u8, u8)>, text: &str) -> Vec<String> {
    let findings = planned(keys, target, text).map(|plan| plan.findings);
    let findings = findings.unwrap_or_default();
    findings
        .into_iter()
        .map(|found| found.said.sentence())
        .collect()
}

/// Plans a text with a recipe of these keys.
#[track_caller]
fn planned(keys: &str, target: Option<(u8, u8)>, text: &str) -> Option<FilePlan> {
    let recipe = format!(
        "id: r\ntitle: t\narea: a\nseverity: low\nwhy: w\nexamples: [{{name: n, unchanged: x}}]\n{keys}\n"
    );
    let catalog = Catalog::shipped_once();
    let recipe = compile("r.yaml", &recipe, catalog.library()).expect("the recipe is right");
    let settings = Settings {
        target,
        ..Settings::new(Safety::Review)
    };
    let engine = Engine::new(catalog, &[&recipe], settings).expect("one recipe is no circle");
    let source = SourceFile::from_text("a.py", text).expect("it can be read");
    engine.plan_source(source, &Alone).plan
}

/// Returns the levels and reasons that a rule gives in a text.
#[track_caller]
pub(super) fn levels(rule: &str, text: &str) -> Vec<String> {
    let keys = format!("rules: [{{{rule}}}]");
    let plan = planned(&keys, Some((3, 11)), text);
    let changes = plan.iter().flat_map(|plan| plan.changes());
    changes
        .map(|change| format!("{} {}", change.safety.word(), change.said.sentence()))
        .collect()
}

/// Compares the answers to a condition, one line of which each finding is.
#[track_caller]
pub(super) fn check_condition(pattern: &str, condition: &str, text: &str, lines: &[usize]) {
    let keys =
        format!("rules: [{{match: '{pattern}', where: {{{condition}}}, report: '{{$at}}'}}]");
    let found = reasons(&keys, Some((3, 11)), text);
    let found: Vec<usize> = found.iter().filter_map(|line| line.parse().ok()).collect();
    assert_eq!(found, lines, "{condition}\n{text}");
}

/// Compares the reasons for `g(y)` in a nested comprehension.
#[track_caller]
fn check(keys: &str, target: Option<(u8, u8)>, expected: &[&str]) {
    let text = "async def main():\n    return [[g(y) for y in x] for x in z]\n";
    assert_eq!(reasons(keys, target, text), expected, "{keys}");
}

#[test]
fn a_recipe_for_another_python_is_silent() {
    let keys = "python: \">=3.12\"\nrules: [{match: g($x), report: seen}]";
    check(keys, Some((3, 12)), &["seen"]);
    check(keys, Some((3, 11)), &[]);
    check(keys, None, &[]);
}

#[test]
fn a_version_that_was_asked_and_never_said_is_named() {
    let of_recipe = "python: \">=3.9\"\nrules: [{match: g($x), report: seen}]";
    check(of_recipe, None, &[&format!("seen{ASSUMED}")]);
    check(of_recipe, Some((3, 10)), &["seen"]);
    let of_rule = "rules: [{match: g($x), where: {python: \"<3.12\"}, report: seen}]";
    check(of_rule, None, &[&format!("seen{ASSUMED}")]);
    check("rules: [{match: g($x), report: seen}]", None, &["seen"]);
}

#[test]
fn the_limit_of_nested_comprehensions_rests_on_the_version() {
    let keys = "rules: [{match: g($x), where: {can-await: false}, report: \"{why}\"}]";
    let why = "a nested comprehension cannot await before Python 3.11";
    check(keys, Some((3, 10)), &[why]);
    check(keys, None, &[&format!("{why}{ASSUMED}")]);
    check(keys, Some((3, 11)), &[]);
}

#[test]
fn a_rule_whose_text_names_the_callee_still_stands_for_the_calls_inside() {
    let rules = |doubts: &str| {
        let outer = format!(
            "{{match: g($x).read(), rewrite: 'h(lambda: g($x).read())', does: d, problem: '{{$callee}} blocks', doubts: [{doubts}]}}"
        );
        format!("rules: [{outer}, {{match: g($x), report: inner}}]")
    };
    let said = |doubts: &str| reasons(&rules(doubts), None, "g(2).read()\n");
    assert_eq!(said("{because: it is so}"), [""; 0]);
    let refused = said("{level: manual, because: it is so}");
    assert!(refused[0].starts_with("g(2).read blocks"), "{refused:?}");
}
