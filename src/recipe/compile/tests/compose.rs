//! Bodies that rules use, and texts for the names in them.

use super::*;

/// Compares the rules that come out, or the errors; the rules begin on line 12.
#[track_caller]
fn check_composed(rules: &str, expected: &[&str]) {
    let text = format!(
        "{HEAD}patterns: {{apps: [a.App, b.App]}}\nconditions: {{early: {{inside: cell}}, never: {{all: [<early>, {{can-await: false}}]}}}}\nbodies:\n  one: {{where: {{inside: cell}}, does: d, doubts: {{because: of the body}}}}\n  two: {{rewrite: g($x), doubts: {{because: of two}}, names: {{$n: [n]}}}}\n  three: {{with: [{{more: \"1\"}}, {{more: \"2\"}}]}}\nrules:\n{rules}\n"
    );
    let rendered: Vec<String> = match compile("r.yaml", &text, &library()) {
        Ok(recipe) => recipe.content.rules.iter().map(|rule| show(rule)).collect(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(rendered, expected, "{rules}");
}

fn show(rule: &crate::recipe::Rule) -> String {
    let patterns = rule.patterns.iter().map(|it| it.pattern.text.as_str());
    let patterns: Vec<&str> = patterns.collect();
    let verb = match &rule.verb {
        Some(Verb::Rewrite(template)) => template.code.as_str(),
        _ => "",
    };
    let doubts = rule.doubts.len();
    format!("{}: {}|{verb}|{doubts}", rule.id, patterns.join(" or "))
}

#[test]
fn a_rule_has_what_its_bodies_have() {
    check_composed(
        "  - {use: [one, two], match: f($x), doubts: [{because: own}], names: {$m: [m]}}",
        &["rule-1: f($x)|g(__mv_x)|3"],
    );
    check_composed(
        "  - {use: one, match: f($x), rewrite: h($x), does: own}\n  - {match: \"f($x, $y)\", report: r}",
        &["rule-1: f($x)|h(__mv_x)|1", "rule-2: f($x, $y)||0"],
    );
    check_composed(
        "  - {use: three, match: \"f($x, <more>, <most>)\", report: r, with: {most: [\"3\", \"4\"]}}",
        &["rule-1: f($x, 1, 3) or f($x, 1, 4) or f($x, 2, 3) or f($x, 2, 4)||0"],
    );
    check_composed(
        "  - {use: <body>, match: \"f($x, <more>)\", rewrite: h($x), does: d, with: {body: [one, two], more: [\"1\", \"2\"]}}",
        &[
            "rule-1: f($x, 1) or f($x, 2)|h(__mv_x)|1",
            "rule-1: f($x, 1) or f($x, 2)|h(__mv_x)|1",
        ],
    );
    check_composed(
        "  - {use: <body>, match: f($x), report: r, with: {body: four}}",
        &["r.yaml:14:11: use: unknown body `four` (expected one, two, three)"],
    );
    check_composed(
        "  - {use: on, match: f($x), report: r}",
        &["r.yaml:14:11: use: unknown body `on` (did you mean `one`?)"],
    );
}

#[test]
fn a_rule_is_made_for_each_choice_of_texts() {
    check_composed(
        "  - {use: two, match: \"f($x, <more>)\", does: d, with: {more: [\"1\", \"2\"]}}",
        &["rule-1: f($x, 1) or f($x, 2)|g(__mv_x)|1"],
    );
    check_composed(
        "  - match: \"<before>f($x)\"\n    rewrite: \"<after>g($x)\"\n    does: d\n    with: [{before: \"\", after: \"\"}, {before: \"$r = \", after: \"$r = \"}]",
        &[
            "rule-1: f($x)|g(__mv_x)|0",
            "rule-1: $r = f($x)|__mv_r = g(__mv_x)|0",
        ],
    );
    check_composed(
        "  - match: f($x)\n    rewrite: |\n      with h():\n          <lines>\n    does: d\n    with: {lines: \"g($x)\\nk($x)\"}",
        &["rule-1: f($x)|with h():\n    g(__mv_x)\n    k(__mv_x)|0"],
    );
    check_composed(
        "  - {match: f(), report: r, with: {more: {a: b}}}",
        &["r.yaml:14:42: with: this is a map (expected a text, or a list of texts)"],
    );
}

#[test]
fn a_pattern_is_part_of_another_one() {
    check_composed(
        "  - {match: \"<apps>($x)\", where: {$x: {is: [<apps>, task], name: a.(b|c).d}}, report: r}",
        &["rule-1: a.App($x) or b.App($x)||0"],
    );
    check_composed(
        "  - {match: f($x), where: {$x: {name: <app>}}, report: r}",
        &["r.yaml:14:39: name: unknown pattern `app` (did you mean `apps`?)"],
    );
    let text = "$a.(b|c).(b|c).(b|c).(b|c).(b|c).(b|c).(b|c).(b|c).(b|c)";
    check_composed(
        &format!("  - {{match: \"{text}\", report: r}}"),
        &["r.yaml:14:13: match: a text that stands for more than 256 patterns"],
    );
}

#[test]
fn a_condition_is_named_once() {
    check_composed(
        "  - {match: f($x), where: {any: [<early>, <never>]}, report: \"{why}\"}",
        &["rule-1: f($x)||0"],
    );
    check_composed(
        "  - {match: f($x), where: <late>, report: r}",
        &[
            "r.yaml:14:27: where: this is text (expected a map with keys such as all, any, not, inside)",
        ],
    );
}

#[test]
fn a_group_of_names_is_known_wherever_conditions_take_names() {
    check_composed(
        "  - {match: f($x), report: r, where: {any: [{patched: <apps>}, {catches: <apps>}, {file: {imports: <apps>}}, {passed-to: [<apps>, c.*]}]}}",
        &["rule-1: f($x)||0"],
    );
    check_composed(
        "  - {match: f($x), report: r, where: {patched: <app>}}",
        &["r.yaml:14:48: patched: unknown pattern `app` (did you mean `apps`?)"],
    );
    check_composed(
        "  - {match: f($x), report: r, where: {any: [{patched: a.*}, {catches: [<apps>, a.*]}, {handles: a.*}]}}",
        &["rule-1: f($x)||0"],
    );
    check_composed(
        "  - {match: f($x), report: r, where: {file: {imports: [<apps>, a.*], imports-only: [<apps>, a.*]}, project: {imports: [<apps>, a.*]}}}",
        &["rule-1: f($x)||0"],
    );
    check_composed(
        "  - {match: f($x), report: r, where: {$x: {is: [<apps>, a.*], annotates: a.*, made-of: a.*, replaced-by-other-than: a.*}, holding: [<apps>, a.*]}}",
        &["rule-1: f($x)||0"],
    );
    check_composed(
        "  - {match: f($x), report: r, where: {file: {imports: \"*.a\"}}}",
        &[
            "r.yaml:14:55: imports: unknown value `*.a` (expected a name such as time.sleep or time.*, or <group>)",
        ],
    );
}

#[test]
fn a_body_uses_other_bodies() {
    let text = format!(
        "{HEAD}bodies:\n  one: {{where: {{inside: cell}}, doubts: {{because: of one}}}}\n  two: {{rewrite: g($x), doubts: {{because: of two}}}}\n  six: {{use: one, rewrite: h($x)}}\n  five: {{use: <inner>, with: {{inner: [six, two]}}, doubts: {{because: of five}}}}\nrules:\n  - {{use: five, match: f($x), does: d}}\n"
    );
    let recipe = compile("r.yaml", &text, &library()).expect("it is right");
    let rendered: Vec<String> = recipe.content.rules.iter().map(|rule| show(rule)).collect();
    assert_eq!(
        rendered,
        ["rule-1: f($x)|h(__mv_x)|2", "rule-1: f($x)|g(__mv_x)|2"]
    );
    let round = format!(
        "{HEAD}bodies:\n  one: {{use: two}}\n  two: {{use: one, rewrite: g($x)}}\nrules:\n  - {{use: one, match: f($x), does: d}}\n"
    );
    let recipe = compile("r.yaml", &round, &library()).expect("it is right");
    assert_eq!(show(&recipe.content.rules[0]), "rule-1: f($x)|g(__mv_x)|0");
}
