//! Right keys and types that say something wrong: Python, captures, kinds, safety, rules.

use super::*;

#[test]
fn mistakes_in_patterns_have_their_place() {
    check_rule(
        "match: f($x,, $y)\nreport: r",
        "r.yaml:8:17: match: not Python: Expected an expression or a ')' (expected an expression, statements, or a header such as `with $cm`; captures are `$x`)",
    );
    check_rule(
        "match: |\n  with $cm:\n      return return\nreport: r",
        "r.yaml:10:18: match: not Python: Simple statements must be separated by newlines or semicolons (expected an expression, statements, or a header such as `with $cm`; captures are `$x`)",
    );
    check_rule(
        "match: \"f($)\"\nreport: r",
        "r.yaml:8:15: match: `$` is not followed by a name (expected `$name`, `$*name`, `$**name` or `$...name`, not inside another name)",
    );
    check_rule("match: [f($a, $b), g()]\nreport: r", "
r.yaml:8:17: match: not Python: unexpected EOF while parsing (expected quotes around a text that holds `, ` inside […] or {…})
r.yaml:8:21: match: not Python: Expected a statement (expected an expression, statements, or a header such as `with $cm`; captures are `$x`)
");
    check_rule(
        "match: f($a, $b #1)\nreport: r",
        "r.yaml:8:20: match: not Python: unexpected EOF while parsing (expected quotes around a text that holds ` #`)",
    );
    check_rule(
        "match: <run>\nreport: r",
        "r.yaml:8:12: match: unknown pattern `run`",
    );
    check_rule(
        "match: f($x)\nrewrite: g($x\ndoes: b",
        "r.yaml:9:18: rewrite: not Python: unexpected EOF while parsing (expected what closes the open bracket or quote)",
    );
    check_rule(
        "match: f($x)\nrewrite: g()\nalso-rewrite: {\"a b\": c}\ndoes: b",
        "r.yaml:10:23: a b: not Python: Simple statements must be separated by newlines or semicolons (expected an expression, statements, or a header such as `with $cm`; captures are `$x`)",
    );
}

#[test]
fn captures_must_be_bound_by_every_pattern() {
    check_rule(
        "match: f($work)\nrewrite: await $wrok\ndoes: \"{$y}\"",
        "
r.yaml:9:20: rewrite: `$wrok` is not bound by every pattern of `match` (did you mean `$work`?)
r.yaml:10:13: does: `$y` is not bound by every pattern of `match` (expected $work)
",
    );
    check_rule(
        "match: [f($x), g($y)]\nreport: \"a {$x}\"",
        "r.yaml:9:17: report: `$x` is not bound by every pattern of `match`",
    );
    check_rule(
        "match: f($*x)\nrewrite: g($x)\ndoes: b",
        "r.yaml:9:16: rewrite: `$*x` and `$x` have one name (expected one of them everywhere: `$x` is one expression, `$*x` the other arguments)",
    );
    check_where(
        "{$y: {is: task}}",
        "r.yaml:9:13: $y: `$y` is not bound by every pattern of `match` (expected $x, $*rest)",
    );
    check_where(
        "{$rest: {is: task}}",
        "r.yaml:9:13: $rest: `$*rest` and `$rest` have one name (expected one of them everywhere: `$x` is one expression, `$*x` the other arguments)",
    );
    check_rule(
        "match: f($x)\nsite: $y\ncollect: $z\nreport: r",
        "
r.yaml:9:11: site: `$y` is not bound by every pattern of `match` (expected $x)
r.yaml:10:14: collect: `$z` is not bound by every pattern of `match` (expected $x)
",
    );
    check_rule(
        "match: f($x)\nremove: statement\ndrop-unused: [$x, $y]\nalso-remove: $lop.close()\ndoes: b",
        "
r.yaml:10:23: drop-unused: `$y` is not bound by every pattern of `match` (expected $x)
r.yaml:11:18: also-remove: `$lop` is not bound by every pattern of `match` (expected $x)
",
    );
    check_where(
        "{has: f()}",
        "r.yaml:9:13: where: unknown key `has` (expected `$has` for a metavariable, or all, any, not, inside, outer, within, matched, can-await, preceded-by, and 27 others: `awaitify recipe words` lists all)",
    );
    check_where(
        "{cell: {has: {match: $var.set($_), where: {$vr: {is: task}}}}}",
        "r.yaml:9:55: $vr: `$vr` is not bound by every pattern of `match` (did you mean `$var`?)",
    );
    check_rule(
        "match: f($x)\nnames: {$x: [a], y: [b]}\nremove: statement\ndoes: b",
        "
r.yaml:9:13: names: the name `$x` stands twice (expected another name)
r.yaml:9:22: names: unknown key `y` (expected a metavariable such as $x)
",
    );
}

#[test]
fn kinds_must_be_known() {
    check_where(
        "{$x: {is: event-lop}}",
        "r.yaml:9:22: is: unknown kind `event-lop` (did you mean `event-loop`?)",
    );
    check_where(
        "{$x: {is: [task, my-kind]}}",
        "r.yaml:9:29: is: unknown kind `my-kind` (expected a class with its module such as asyncio.Task, or one of event-loop, threading-lock, task)",
    );
    check_where(
        "{holding: threading-look}",
        "r.yaml:9:22: holding: unknown kind `threading-look` (did you mean `threading-lock`?)",
    );
    check_where("{$x: {is: [asyncio.Task, str, unknown]}}", "");
    check_where("{$x: {is: [a b, asyncio.1]}}", "
r.yaml:9:23: is: unknown kind `a b` (expected a class with its module such as asyncio.Task, or one of event-loop, threading-lock, task)
r.yaml:9:28: is: unknown kind `asyncio.1` (expected a class with its module such as asyncio.Task, or one of event-loop, threading-lock, task)
");
}

#[test]
fn a_verb_says_what_it_does_and_where_that_is_in_doubt() {
    check_rule(
        "match: f()\nrewrite: g()",
        "r.yaml:9:5: rules: `rewrite` without `does` (expected what the change does to the program: `does: …`, and perhaps `doubts`)",
    );
    check_rule(
        "match: f()\nrewrite: g()\ndoes: d\ndoubts: {level: safe, because: b}",
        "r.yaml:11:21: level: unknown word `safe` (expected review, manual)",
    );
    check_rule(
        "match: f()\nrewrite: g()\ndoes: d\ndoubts: b",
        "r.yaml:11:13: doubts: this is text (expected a map with keys such as table, level, when, because)",
    );
}

#[test]
fn a_rule_does_one_thing() {
    check_rule(
        "match: f()",
        "r.yaml:8:5: rules: the rule does nothing (expected one of rewrite, remove, require, extract, keep-handle, into-context-manager, report)",
    );
    check_rule(
        "match: f()\nrewrite: g()\nremove: statement\ndoes: b",
        "r.yaml:10:5: rules: `rewrite` and `remove` in one rule (expected one verb, or `report`)",
    );
    check_rule(
        "match: f()\nrewrite: g()\nreport: r\ndoes: b",
        "r.yaml:10:5: rules: `rewrite` and `report` in one rule (expected one verb, or `report`)",
    );
    check_rule(
        "match: f($x)\nreport: r\ndoes: b\ndrop-unused: $x",
        "
r.yaml:10:5: rules: `does` without a verb (expected a verb instead of `report`)
r.yaml:11:5: rules: `drop-unused` without a verb (expected a verb instead of `report`)
",
    );
    check_rule(
        "match: f()\nextract: {statements: block, into: main(), run: main()}\ndoes: b",
        "r.yaml:9:40: into: this is not the header of a function (expected a header such as `async def $main()`)",
    );
    check_rule(
        "match: f()\nextract: {statements: block, into: def main, run: main()}\ndoes: b",
        "r.yaml:9:40: into: this is not the header of a function (expected a header such as `async def $main()`)",
    );
    check_rule(
        "match: f($_)\nrewrite: g($_)\ndoes: {why}",
        "
r.yaml:9:16: rewrite: `$_` is not bound by every pattern of `match`
r.yaml:10:11: does: this is a map (expected text, in quotes where it begins with { or [)
",
    );
    check(
        &format!(
            "{HEAD}rules: [{{id: x, match: f(), report: r}}, {{id: x, match: g(), report: r}}]\n"
        ),
        "r.yaml:7:46: id: the name `x` stands twice (expected another name)",
    );
    check_where(
        "{not: {inside: cell, can-await: true}}",
        "r.yaml:9:18: not: a map of two keys under `not` (expected a list of maps of one key, or `all`)",
    );
}

#[test]
fn messages_and_names_are_checked() {
    check_rule(
        "match: f()\nreport: \"a {nmaes}\"",
        "r.yaml:9:17: report: unknown field `nmaes` (did you mean `names`?)",
    );
    check_rule(
        "match: f()\nreport: |\n  first\n  a { b",
        "r.yaml:11:9: report: `{` without `}` (expected `{{` or `}}` for a brace)",
    );
    check_rule(
        "match: f()\nreport: see #12 there",
        "r.yaml:9:16: report: the text ends at a comment, `#12 there` (expected quotes around a text that holds ` #`)",
    );
    check(
        &format!("{HEAD}rules: [{{match: f(), report: r}}]\npython: 3.11\n"),
        "r.yaml:8:9: python: unknown value `3.11` (expected a requirement such as \">=3.11\" or \">=3.9,<3.12\")",
    );
    check_where(
        "{$x: {text: /g(et.*/}}",
        "r.yaml:9:26: text: not a regular expression: unclosed group",
    );
    check_where(
        "{$x: {text: [get, /get]}}",
        "r.yaml:9:34: text: not a regular expression: the `/` at its end is missing (expected a text such as `/^_/`)",
    );
    check_where(
        "{patched: \"time sleep\"}",
        "r.yaml:9:22: patched: unknown value `time sleep` (expected a name such as time.sleep or time.*, or <group>)",
    );
}

#[test]
fn fresh_names_and_reported_places_are_checked() {
    let safety = "does: b";
    let rule = |more: &str| format!("match: f($x)\nrewrite: $y($x)\n{more}\n{safety}");
    check_rule(&rule("names: {$y: [one, \"one_{$x.name}\"]}"), "");
    let expected =
        "a name such as `limit`, or `limit_{$x.name}` with the last name of a metavariable";
    for wrong in ["one two", "one.{$x.name}", "1{$x.name}"] {
        check_rule(
            &rule(&format!("names: {{$y: \"{wrong}\"}}")),
            &format!("r.yaml:10:17: names: this is not a name (expected {expected})"),
        );
    }
    check_rule(
        &rule("names: {$y: \"one_{$z.name}\"}"),
        "r.yaml:10:23: names: `$z` is not bound by every pattern of `match` (expected $x)",
    );
    check_rule("match: f($x)\nsite: [$x, g($x)]\nreport: r", "");
    check_rule(
        "match: f($x)\nsite: [$y]\nreport: r",
        "r.yaml:9:12: site: `$y` is not bound by every pattern of `match` (expected $x)",
    );
    check_rule(
        "match: f($x)\nsite: g($x\nreport: r",
        "r.yaml:9:15: site: not Python: unexpected EOF while parsing (expected what closes the open bracket or quote)",
    );
}

#[test]
fn what_keeps_a_value_is_asked_about_in_its_words() {
    check_where("{stored: {in: [attribute, name, collection]}}", "");
    check_where(
        "{stored: {in: atribute}}",
        "r.yaml:9:26: in: unknown word `atribute` (did you mean `attribute`?)",
    );
    check_where(
        "{stored: {only-use: [f($stored)]}}",
        "r.yaml:9:22: stored: unknown key `only-use` (did you mean `only-uses`?)",
    );
    check_where("{stored: {only-uses: [f($stored), g($_), unknown]}}", "");
    check_where("{stored: {elsewhere: mentioned}}", "");
    check_where(
        "{stored: {elsewhere: worked}}",
        "r.yaml:9:33: elsewhere: unknown word `worked` (expected mentioned)",
    );
    check_where(
        "{stored: {only-uses: [f($stored]}}",
        "r.yaml:9:43: only-uses: not Python: unexpected EOF while parsing (expected what closes the open bracket or quote)",
    );
    check_where(
        "{stored: attribute}",
        "r.yaml:9:21: stored: this is text (expected a map with keys such as in, elsewhere, uses, only-uses)",
    );
}

#[test]
fn an_ending_is_a_row_or_the_recipes_own() {
    let rule = |keep: &str| {
        format!(
            "match: f($x)\nwhere: {{stored: {{in: attribute}}}}\nkeep-handle: {keep}\ndoes: b\ndoubts: {{because: b}}"
        )
    };
    check_rule(
        &rule("{end: {one: t, each: $handle.stop(), then: await wait($*handles)}}"),
        "",
    );
    check_rule(
        &rule("{end: tsk}"),
        "r.yaml:10:24: end: unknown ending `tsk` (did you mean `task`?)",
    );
    check_rule(
        &rule("{end: {one: t, each: $hand.stop(), then: await wait($*handles)}}"),
        "r.yaml:10:39: each: `$hand` is not bound by any pattern (did you mean `$handle`?)",
    );
    check_rule(
        &rule("{end: {one: t, each: $handle.stop(), then: await wait($handles)}}"),
        "r.yaml:10:72: then: `$*handles` and `$handles` have one name (expected one of them everywhere: `$x` is one expression, `$*x` the other arguments)",
    );
    check_rule(
        "match: f($x)\nkeep-handle: {end: {one: t, each: $handle.stop(), then: await wait($*handles)}}\ndoes: b\ndoubts: {because: b}",
        "r.yaml:9:18: keep-handle: `keep-handle` without `name` needs a value that is already stored (expected `name` and `many`, or `where: {stored: …}`)",
    );
}

#[test]
fn not_every_question_makes_sense() {
    check_where(
        "{holding: unknown}",
        "r.yaml:9:22: holding: `unknown` stands alone (expected a list with what may be known, `[…, unknown]`)",
    );
    check_where("{holding: [threading-lock, unknown]}", "");
    check_where("{$x: {is: unknown, made-by: unknown}}", "");
    check_rule(
        "match: |\n  $x = f()\n  $...body\n  g($x)\nwhere: {$...body: {has: h(), is: task}}\nreport: r",
        "r.yaml:12:34: $...body: `is` is asked of statements (expected `has`, which looks into them)",
    );
}
