//! Tables, and rules that range over them.

use super::*;
use crate::recipe::Rule;

const TABLE: &str = r#"columns:
  calls: {type: patterns, required: true, about: a}
  becomes: {type: template, about: a}
  level: {type: words, words: [safe, review, manual], required: true, about: a}
  to-kinds: {type: texts, about: a}
  name: {type: text, about: a}
  because: {type: text, required: true, about: a}
  doubt: {type: text, about: a}
rows:
  - {calls: [a.f($x), a.g($x)], becomes: await a.h($x), level: safe, because: "it is {$x}"}
  - {calls: b.f($x), level: manual, to-kinds: [task, event-loop], name: b, because: "no"}
"#;

fn with_table() -> Library {
    let table = compile_table("tables/calls.yaml", TABLE, &library());
    let mut library = library();
    library.add(table.unwrap_or_else(|errors| panic!("{}", render(&errors))));
    library
}

/// Compares the rules that come out, or the errors; the rules begin on line 9.
#[track_caller]
fn check_rows(rules: &str, expected: &[&str]) {
    let text = format!("{HEAD}for-each: calls\nrules:\n{rules}\n");
    let rendered: Vec<String> = match compile("r.yaml", &text, &with_table()) {
        Ok(recipe) => recipe.content.rules.iter().map(|rule| show(rule)).collect(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(rendered, expected, "{rules}");
}

fn show(rule: &Rule) -> String {
    let patterns = rule.patterns.iter();
    let patterns: Vec<&str> = patterns
        .map(|guarded| guarded.pattern.text.as_str())
        .collect();
    let verb = match &rule.verb {
        Some(Verb::Rewrite(template)) => template.code.as_str(),
        _ => "",
    };
    let does = rule.does.iter().map(|does| format!("{:?}", does.parts));
    let doubts = rule.doubts.iter();
    let doubts = doubts.map(|doubt| format!("{} {:?}", doubt.level.word(), doubt.because.parts));
    let said: Vec<String> = does.chain(doubts).collect();
    let (patterns, said) = (patterns.join(" or "), said.join(" "));
    format!("{}: {patterns}|{verb}|{said}", rule.id)
}

/// Compares the errors of the table itself, with one text of it replaced.
#[track_caller]
fn check_table(part: &str, by: &str, expected: &str) {
    assert!(TABLE.contains(part), "{part}");
    let text = TABLE.replacen(part, by, 1);
    let errors = compile_table("tables/calls.yaml", &text, &library())
        .err()
        .unwrap_or_default();
    assert_eq!(render(&errors), expected);
}

#[test]
fn a_rule_is_made_for_each_row_that_has_its_columns() {
    check_rows(
        "  - {match: $row.calls, rewrite: $row.becomes, does: \"{row.because}!\", doubts: [{because: \"{row.doubt}\"}, {because: always}]}\n  - {match: [$row.calls, c($x)], report: \"{row.because}\"}",
        &[
            r#"rule-1: a.f($x) or a.g($x)|await a.h(__mv_x)|[Text("it is "), Capture("x"), Text("!")] review [Text("always")]"#,
            "rule-2: a.f($x) or a.g($x) or c($x)||",
            "rule-2: b.f($x) or c($x)||",
        ],
    );
}

#[test]
fn a_row_has_what_a_sentence_names() {
    check_rows(
        "  - {match: $row.calls, rewrite: h(), does: \"{row.name}\"}",
        &["r.yaml:9:45: rules: row `await a.h($x)` has no `name`, which this sentence names"],
    );
    // The rule is not for the row that lacks it in code.
    check_rows(
        "  - {match: $row.calls, rewrite: $row.name(), does: \"{row.name}\"}",
        &[r#"rule-1: b.f($x)|b()|[Text("b")]"#],
    );
}

#[test]
fn a_row_needs_a_table() {
    let expected = "rules: `$row` and `{row}` need `for-each`, which names a table";
    for (rule, place) in [
        ("match: $row.old, report: r", "8:13"),
        ("match: f(), report: '{row.old}'", "8:26"),
    ] {
        let text = format!("{HEAD}rules:\n  - {{{rule}}}\n");
        check(&text, &format!("r.yaml:{place}: {expected}"));
    }
}

#[test]
fn cells_stand_inside_texts() {
    check_rows(
        "  - {match: $row.name.run($row.name-1), rewrite: \"f($row.name, '$row.name')\", does: \"{row.name} and {row.name}\"}",
        &[r#"rule-1: b.run(b-1)|f(b, 'b')|[Text("b and b")]"#],
    );
    let text = format!(
        "{HEAD}for-each: calls\nrules: [{{match: f($x), where: {{$x: {{is: $row.to-kinds}}}}, report: r}}]\n"
    );
    let recipe = compile("r.yaml", &text, &with_table())
        .unwrap_or_else(|errors| panic!("{}", render(&errors)));
    let condition = format!("{:?}", recipe.content.rules[0].condition);
    assert_eq!(recipe.content.rules.len(), 1);
    assert!(
        condition.contains(r#"["task", "event-loop"]"#),
        "{condition}"
    );
}

#[test]
fn a_condition_chooses_rows() {
    check_rows(
        "  - {match: $row.calls, where: {$row.level: {text: [safe, review]}}, report: r}\n  - {id: rest, match: $row.calls, where: {$row.level: {text: manual}, inside: cell}, report: r}",
        &["rule-1: a.f($x) or a.g($x)||", "rest: b.f($x)||"],
    );
    check_rows(
        "  - {match: $row.calls, where: {$row.level: {text: never}}, report: r}\n  - {match: $row.calls, where: {not: [{$row.level: {text: safe}}]}, report: r}",
        &[
            "r.yaml:9:5: rules: no row of `calls` has exactly this text",
            "r.yaml:10:40: rules: only the `where` of a rule can ask about the row, and not under `not`",
        ],
    );
}

#[test]
fn mistakes_about_rows_are_named_once_and_with_their_place() {
    check_rows(
        "  - {match: $row.call, report: \"{row.becuase}\"}\n  - {id: a, match: $row.calls, where: {$x: {is: tsk}}, report: \"{$y}\"}\n  - {id: a, match: $row.calls, report: r}",
        &[
            "r.yaml:9:13: rules: unknown column `call` (did you mean `calls`?)",
            "r.yaml:9:32: rules: unknown column `becuase` (did you mean `because`?)",
            "r.yaml:10:49: is: unknown kind `tsk` (did you mean `task`?)",
            "r.yaml:10:66: report: `$y` is not bound by every pattern of `match` (expected $x)",
            "r.yaml:11:10: id: the name `a` stands twice (expected another name)",
        ],
    );
    let text = format!("{HEAD}for-each: cals\nrules: [{{match: $row.calls, report: r}}]\n");
    let errors = compile("r.yaml", &text, &with_table()).err();
    assert_eq!(
        render(&errors.unwrap_or_default()),
        "r.yaml:7:11: for-each: unknown table `cals` (did you mean `calls`?)"
    );
}

#[test]
fn mistakes_in_a_table_are_all_shown() {
    check_table(
        "calls: b.f($x), level: manual,",
        "cals: b.f($x), level: manul,",
        "\
tables/calls.yaml:11:5: rows: the column `calls` is missing (expected patterns)
tables/calls.yaml:11:6: rows: unknown column `cals` (did you mean `calls`?)
tables/calls.yaml:11:28: level: unknown word `manul` (did you mean `manual`?)",
    );
    check_table(
        "becomes: await a.h($x)",
        "becomes: await a.h($y",
        "tables/calls.yaml:10:54: becomes: not Python: unexpected EOF while parsing (expected quotes around a text that holds `, ` inside […] or {…})",
    );
    check_table(
        "becomes: await a.h($x)",
        "becomes: await a.h($y)",
        "tables/calls.yaml:10:52: becomes: `$y` is not bound by every pattern of `match` (expected $x)",
    );
    check_table(
        "type: template",
        "type: tempalte",
        "\
tables/calls.yaml:3:19: type: unknown word `tempalte` (did you mean `template`?)
tables/calls.yaml:10:33: rows: unknown column `becomes` (expected calls, level, to-kinds, name, because, doubt)",
    );
    check_table(
        "because: \"no\"",
        "because: [no]",
        "tables/calls.yaml:11:85: because: this is a list (expected text, in quotes where it begins with { or [)",
    );
}

#[test]
fn patterns_may_be_those_of_a_table() {
    let check = |pattern: &str, expected: &[&str]| {
        let text = format!(
            "{HEAD}patterns:\n  named: {pattern}\nrules:\n  - {{match: <named>, report: r}}\n"
        );
        let rendered: Vec<String> = match compile("r.yaml", &text, &with_table()) {
            Ok(recipe) => recipe.content.rules.iter().map(|rule| show(rule)).collect(),
            Err(errors) => vec![format!("{} mistakes", errors.len())],
        };
        assert_eq!(rendered, expected, "{pattern}");
    };
    let all = "rule-1: a.f($x) or a.g($x) or b.f($x)||";
    check("{table: calls, column: calls}", &[all]);
    let manual = "where: {$row.level: {text: manual}}";
    let some = format!("[c(), {{table: calls, column: calls, {manual}}}]");
    check(&some, &["rule-1: c() or b.f($x)||"]);
    check("{table: gone, column: calls}", &["1 mistakes"]);
    check("{table: calls, column: gone}", &["1 mistakes"]);
}

/// Compares the patterns of the rows that a parameter chooses, or the errors.
#[track_caller]
fn check_chosen(level: &str, expected: &[&str]) {
    let text = format!(
        "{HEAD}for-each: {{table: calls, where: {{$row.level: {{text: $level}}}}}}\nparameters:\n  level: {{type: name, default: {level}, about: which}}\nrules:\n  - {{match: $row.calls, report: r}}\n  - {{match: c($x), report: r}}\n"
    );
    let rendered: Vec<String> = match compile("r.yaml", &text, &with_table()) {
        Ok(recipe) => recipe.content.rules.iter().map(|rule| show(rule)).collect(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(rendered, expected, "{level}");
}

#[test]
fn a_parameter_chooses_the_rows() {
    check_chosen("manual", &["rule-1: b.f($x)||", "rule-2: c($x)||"]);
    check_chosen("safe", &["rule-1: a.f($x) or a.g($x)||", "rule-2: c($x)||"]);
    check_chosen(
        "other",
        &["r.yaml:7:11: for-each: no row of `calls` has exactly this text (expected safe, manual)"],
    );
}
