//! Parameters: their types, and their values in templates and messages.

use super::*;
use crate::recipe::parameter::{Given, ParameterType};

const RULES: &str = r#"parameters:
  limit: {type: int, default: 10, about: how many}
  decorator: {type: name, default: tools.retry, about: what}
rules:
  - match: f($x, *$rest)
    rewrite: g($x, limit=$limit, by=$decorator, text='$limit')
    does: "at most {limit} of {$x}"
"#;

/// Compares template and reason.
#[track_caller]
fn check_values(set: &[(&str, ParameterType, &str)], template: &str, because: &str) {
    let set = set.iter().map(|(name, kind, text)| {
        let value = kind.read(&Given::Typed((*text).to_owned()));
        ((*name).to_owned(), value.expect("it is of the type"))
    });
    let set: Vec<_> = set.collect();
    let text = format!("{HEAD}{RULES}");
    let recipe = compile_with("r.yaml", &text, &library(), &set)
        .unwrap_or_else(|errors| panic!("{}", render(&errors)));
    let rule = &recipe.content.rules[0];
    let Some(Verb::Rewrite(rewrite)) = &rule.verb else {
        panic!("it rewrites");
    };
    assert_eq!(rewrite.code, template);
    assert_eq!(
        format!(
            "{:?}",
            rule.does.as_ref().expect("it says what it does").parts[0]
        ),
        because
    );
    let names: Vec<&str> = rewrite
        .names
        .iter()
        .map(|name| name.qualified.as_str())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn values_stand_in_templates_and_messages() {
    check_values(
        &[],
        "g(__mv_x, limit=10, by=tools.retry, text='$limit')",
        r#"Text("at most 10 of ")"#,
    );
    check_values(
        &[
            ("limit", ParameterType::Int, "3"),
            ("decorator", ParameterType::Name, "own.again"),
        ],
        "g(__mv_x, limit=3, by=own.again, text='$limit')",
        r#"Text("at most 3 of ")"#,
    );
}

#[test]
fn mistakes_about_parameters_have_their_places() {
    check(
        &format!(
            "{HEAD}parameters:\n  limit: {{type: int, default: many, about: a}}\n  why: {{type: text, default: x, about: a}}\n  size: {{type: number, default: 1}}\nrules: [{{match: f(), report: r}}]\n"
        ),
        "
r.yaml:8:31: default: unknown value `many` (expected a whole number such as 10)
r.yaml:9:3: parameters: a parameter cannot be called `why` (expected a name such as limit)
r.yaml:10:9: size: the key `about` is missing (expected text)
r.yaml:10:16: type: unknown word `number` (expected int, float, text, bool, name)
",
    );
    check(
        &format!(
            "{HEAD}parameters:\n  limit: {{type: int, default: 1000000, about: a}}\nrules:\n  - match: f($limit)\n    rewrite: g($limit, $limit, $y)\n    does: \"{{limit}} {{limti}}\"\n"
        ),
        "
r.yaml:10:12: match: `$limit` is a parameter: no pattern captures it
r.yaml:11:32: rewrite: `$y` is not bound by every pattern of `match` (expected $limit)
r.yaml:12:21: does: unknown field `limti` (expected why, names, sign, found, found.line, owner, teardown, lifecycle, function, class, file, python)
",
    );
}

#[test]
fn a_rule_is_for_some_values_of_a_parameter() {
    let text = format!(
        "{HEAD}parameters:\n  kind: {{type: name, default: one, about: a}}\nrules:\n  - {{match: f($x), where: {{$kind: {{text: one}}}}, report: r}}\n  - {{match: g($x), where: {{all: [{{$kind: {{text: [two, three]}}}}]}}, report: r}}\n  - {{match: h($x), where: {{$x: {{text: one}}}}, report: r}}\n"
    );
    let value = ParameterType::Name.read(&Given::Typed("two".to_owned()));
    let two = ("kind".to_owned(), value.expect("it is a name"));
    for (set, expected) in [(&[][..], "f($x) h($x)"), (&[two][..], "g($x) h($x)")] {
        let recipe = compile_with("r.yaml", &text, &library(), set)
            .unwrap_or_else(|errors| panic!("{}", render(&errors)));
        let patterns = recipe
            .content
            .rules
            .iter()
            .flat_map(|it| it.patterns.iter());
        let texts: Vec<&str> = patterns.map(|it| it.pattern.text.as_str()).collect();
        assert_eq!(texts.join(" "), expected);
    }
}
