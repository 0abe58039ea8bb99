//! `explain FILE:LINE`: why a line is changed, or why not.

use serde_json::{Value, json};

use crate::support::{Project, Run};

mod beside;
mod silence;

/// Two recipes that want the same call; the first comes first.
const RIVALS: &str = "\
//- mine/a-first.yaml
id: a-first
title: t
area: own
severity: low
why: w
rules:
  - id: numbers
    match: lib.f($x)
    where: {$x: {form: literal}, inside: [script, coroutine]}
    rewrite: lib.g($x)
    does: the same
    doubts: [{when: {within: loop}, because: in a loop}]
  - id: names
    match: lib.f($x)
    where: {any: [{$x: {form: name}}, {inside: lambda}]}
    report: a name
examples: [{name: n, unchanged: x}]
//- mine/b-second.yaml
id: b-second
title: t
area: own
severity: low
why: w
rules:
  - match: [lib.f($x), 'lib.f($x, $y)']
    where: {$x: {form: literal}}
    rewrite: lib.h($x)
    does: the same
examples: [{name: n, unchanged: x}]
//- a.py
import lib
lib.f(1)
lib.f(x)
y = lib.f(2,
          3)
lib.f(a.b)
def f(lib):
    lib.f(4)
z = lib.g(5)
";

fn explain(project: &Project, arguments: &[&str]) -> Run {
    let run = project.run(&[&["explain"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    run
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What came of each rule, as `recipe rule: outcome`.
#[track_caller]
fn check(project: &Project, arguments: &[&str], expected: &[&str]) -> Vec<Value> {
    let run = explain(project, &[arguments, &["--format", "json"]].concat());
    let told: Vec<String> = run
        .objects()
        .iter()
        .map(|object| {
            let outcome = &object["outcome"];
            let why = outcome
                .get("why")
                .or(outcome.get("reason"))
                .unwrap_or(&Value::Null);
            let kind = [&outcome["type"], &object["type"]].map(text);
            match kind {
                ["", kind] => format!("{kind}: {}", text(&object["reason"])),
                [kind, _] => {
                    let rule = [&object["recipe"], &object["rule"]].map(text).join(" ");
                    format!("{rule}: {kind} {}", text(why))
                        .trim_end()
                        .to_owned()
                }
            }
        })
        .collect();
    assert_eq!(told, expected, "{}", run.stdout);
    run.objects()
}

#[test]
fn every_rule_is_told_with_its_outcome() {
    let project = Project::new(RIVALS);
    let all = ["--recipes", "mine"];
    let told = check(
        &project,
        &[&["a.py:2"], &all[..]].concat(),
        &[
            "a-first numbers: change the same",
            "a-first names: nothing `any` does not hold",
            "b-second rule-1: conflict",
        ],
    );
    let change = &told[0]["outcome"]["change"];
    assert_eq!(told[2]["outcome"]["winner"], *change);
    let diff = project.run(&["diff", "--recipes", "mine", "--format", "json", "a.py"]);
    let ids: Vec<Value> = diff
        .of_type("change")
        .iter()
        .map(|it| it["change"].clone())
        .collect();
    assert!(ids.contains(change), "{ids:?}");
    check(
        &project,
        &[&["a.py:3"], &all[..]].concat(),
        &[
            "a-first numbers: nothing `$x: {form: literal}` does not hold",
            "a-first names: finding a name",
            "b-second rule-1: nothing `$x: {form: literal}` does not hold",
        ],
    );
}

#[test]
fn words_are_told_with_answer_depth_and_evidence() {
    let project = Project::new(RIVALS);
    let run = explain(
        &project,
        &["a.py:6", "a-first", "--recipes", "mine", "--format", "json"],
    );
    let words: Vec<String> = run.objects()[1]["where"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|asked| {
            let of = |key: &str| text(&asked[key]);
            format!(
                "{} {} {} ({})",
                asked["depth"],
                of("answer"),
                of("word"),
                of("evidence")
            )
        })
        .collect();
    let expected = [
        "0 no any ()",
        "1 no $x: {form: name} ($x is `a.b`)",
        "1 no inside: lambda (it is in: script)",
    ];
    assert_eq!(words, expected);
}

#[test]
fn a_line_inside_of_a_call_is_that_call() {
    let project = Project::new(RIVALS);
    let arguments = ["a.py:5", "--recipes", "mine"];
    check(&project, &arguments, &["b-second rule-1: change the same"]);
}

#[test]
fn a_recipe_that_is_named_says_where_it_nearly_fits() {
    let project = Project::new(RIVALS);
    let nowhere = ["nothing: no rule applies to this line"];
    check(&project, &["a.py:8", "--recipes", "mine"], &nowhere);
    let belongs = "`lib` is an object of this file, and in a pattern the module `lib`: `$lib.f` matches any object";
    check(
        &project,
        &["a.py:8", "b-second", "--recipes", "mine"],
        &[
            &format!("b-second rule-1: nothing {belongs}"),
            &format!("b-second rule-1: nothing {belongs}"),
        ],
    );
    project.write(
        "b.py",
        "from other import f\nf(1)\nfrom lib import f\nf()\n",
    );
    check(
        &project,
        &["b.py:2", "b-second", "--recipes", "mine"],
        &[
            "b-second rule-1: nothing `f` means `other.f` here, not `lib.f`",
            "b-second rule-1: nothing `f` means `other.f` here, not `lib.f`",
        ],
    );
    let form = "nothing its arguments or its form differ from those of the pattern";
    check(
        &project,
        &["b.py:4", "a-first", "--recipes", "mine"],
        &[
            &format!("a-first numbers: {form}"),
            &format!("a-first names: {form}"),
        ],
    );
}

#[test]
fn a_line_of_a_notebook_is_named_with_its_cell() {
    let project = Project::empty();
    project.write(
        "n.ipynb",
        r#"{"cells": [
 {"cell_type": "markdown", "metadata": {}, "source": "x"},
 {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": ["import asyncio\n", "asyncio.run(f())"]},
 {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": "def ("}
], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#,
    );
    let run = explain(&project, &["n.ipynb:2:2", "--format", "json"]);
    let first = &run.objects()[0];
    assert_eq!((&first["cell"], &first["line"]), (&2.into(), &2.into()));
    assert_eq!(first["outcome"]["type"], "change", "{first}");
    let run = explain(&project, &["n.ipynb:3:1"]);
    assert!(
        run.stdout.contains("cell 3 line 1: does not parse: "),
        "{run:?}"
    );
    let run = project.run(&["explain", "n.ipynb:4:1"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (
            Some(2),
            "error: n.ipynb: no line 1 of cell 4: there is no such cell\n"
        )
    );
}

/// One raise in a handler with a name, one in a handler without, one in none.
const RAISING: &str = "\
from fastapi import HTTPException


def load(rows, key):
    try:
        return rows[key]
    except KeyError as error:
        raise HTTPException(404)
    except ValueError:
        raise HTTPException(400)
    raise HTTPException(500)
";

#[test]
fn the_block_around_a_site_is_told_as_a_word() {
    let project = Project::empty();
    project.write("a.py", RAISING);
    let mut asked = vec!["a.py:8", "raise-from", "--select", "raise-from"];
    let change = "raise-from rule-1: change error becomes the cause of the exception; before, it was its context";
    let told = check(&project, &asked, &[change]);
    let first = &told[0]["where"][0];
    let expected = json!({
        "word": "under: except $_ as $error",
        "depth": 0,
        "answer": "yes",
        "evidence": "around it: `except KeyError as error: …`",
    });
    assert_eq!(*first, expected);
    assert_eq!(told[0]["where"][2]["answer"], "yes", "{}", told[0]);
    let nothing = "raise-from rule-1: nothing `under: except $_ as $error` does not hold";
    for (spot, evidence) in [
        ("a.py:10", "around it is another: `except ValueError: …`"),
        ("a.py:11", "none is around it, inside of its function"),
    ] {
        asked[0] = spot;
        let told = check(&project, &asked, &[nothing]);
        assert_eq!(told[0]["where"][0]["evidence"], evidence);
        assert_eq!(told[0]["where"][1], Value::Null, "{}", told[0]);
    }
}

#[test]
fn what_a_header_with_its_items_led_to_is_told_with_the_rule() {
    let project = Project::new(
        "//- a.py\nimport async_timeout\nasync def f():\n    with lock, async_timeout.timeout(1):\n        pass\n",
    );
    let recipe = ["timeout-async-with", "--target-version", "3.11"];
    let run = explain(
        &project,
        &[&["a.py:3"], &recipe[..], &["--format", "json"]].concat(),
    );
    assert_eq!(run.of_type("other"), Vec::<Value>::new(), "{run:?}");
    let of_rule = &run.of_type("rule")[0];
    assert_eq!(of_rule["rule"], "plain-with");
    assert_eq!(of_rule["outcome"]["type"], "finding", "{of_rule}");
}

#[test]
fn an_explanation_reads_as_reviewed() {
    let run = explain(&Project::with_examples(), &["examples/left_alone.py:16"]);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("explain-left-alone", run.stdout));
}

#[test]
fn a_site_of_a_row_says_where_the_row_was_read() {
    let project =
        Project::new("//- a.py\nimport subprocess\nasync def f():\n    subprocess.run(['a'])\n");
    let run = explain(&project, &["a.py:3"]);
    let told = "fits\n  source   ruff ASYNC221";
    assert!(run.stdout.contains(told), "{run:?}");
}
