//! `explain FILE:LINE`: why a line is changed, or why not.

use serde_json::{Value, json};

use crate::support::{BLOCKING, Project, Run};

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
    safety:
      - review: {when: {within: loop}, because: in a loop}
      - safe: {because: the same}
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
    safety: {safe: {because: the same}}
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
        "1 no inside: lambda (it stands in: script)",
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
    let nowhere =
        ["nothing: no pattern fits in this line; names that the recipes look for stand here:"];
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
    let form = "nothing its arguments or its form differ from the pattern's";
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

#[test]
fn an_import_that_goes_is_told_with_the_change_it_served() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}"));
    let run = explain(&project, &["a.py:1", "--format", "json"]);
    let needed = &run.of_type("needed")[0]["changes"];
    let diff = project.run(&["diff", "--format", "json", "a.py"]);
    assert_eq!(needed[0], diff.of_type("change")[0]["change"], "{run:?}");
}

#[track_caller]
fn check_silence(file: &str, spot: &str, expected: &str) {
    let project = Project::new(&format!(
        "//- .gitignore\nleft.py\n//- .git/HEAD\n//- {file}"
    ));
    let run = explain(&project, &[spot]);
    assert_eq!(run.stdout, expected);
}

#[test]
fn silence_has_a_reason() {
    check_silence(
        &format!("a.py\n# @generated\n{BLOCKING}"),
        "a.py:6",
        "a.py: a program wrote this file, as it says itself; only a run that names it changes it\n",
    );
    check_silence(
        "a.py\nprint(1)\n",
        "a.py:1",
        "a.py: no recipe that is on looks for a name in it\n",
    );
    check_silence(
        &format!("a.py\n{BLOCKING}    return (\n"),
        "a.py:5",
        "a.py: line 7: does not parse: unexpected EOF while parsing\n",
    );
    check_silence(
        "left.py\nprint(1)\n",
        "left.py:1",
        "left.py: no recipe that is on looks for a name in it\n\
         left.py: a run over its directory leaves it out: its name is not one of Python, or .gitignore or .ignore names it\n",
    );
}

#[test]
fn a_recipe_that_is_off_says_who_turned_it_off() {
    let project = Project::new(&format!(
        "//- awaitify.toml\n[[per-path]]\npaths = ['old']\nignore = ['blocking-sleep']\nreason = 'next year'\n\
         //- a.py\n{BLOCKING}//- old/a.py\n{BLOCKING}"
    ));
    let off = "old/a.py: `blocking-sleep` is off here: awaitify.toml:3 ignores it: next year\n";
    let run = explain(&project, &["old/a.py:5", "blocking-sleep"]);
    assert_eq!(run.stdout, off);
    let run = explain(&project, &["old/a.py:5"]);
    assert!(run.stdout.ends_with(off), "{run:?}");
    let asked = ["a.py:5", "blocking-sleep", "--select", "tasks"];
    let run = explain(&project, &asked);
    let off = "a.py: `blocking-sleep` is off here: --select does not select it\n";
    assert_eq!(run.stdout, off);
    check(&project, &asked, &["off: --select does not select it"]);
    let why = "nothing: no recipe that is on looks for a name in it";
    let off = "off: it is in none of the packs that are on";
    project.write("b.py", RAISING);
    check(&project, &["b.py:8"], &[why]);
    check(&project, &["b.py:8", "raise-from"], &[off]);
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
    let change = "raise-from rule-1: change error becomes the cause of the exception, which was its context before; nothing else changes";
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
fn what_another_rule_claims_names_that_rule() {
    let project = Project::new(
        "//- a.py\nimport asyncio\n\n\ndef fetch(url):\n    loop = asyncio.get_event_loop()\n    return loop.run_until_complete(get(url))\n\n\nasync def get(url):\n    return url\n",
    );
    let run = explain(
        &project,
        &["a.py:6", "run-until-complete", "--format", "json"],
    );
    let rules = run.of_type("rule");
    let why: Vec<&str> = rules
        .iter()
        .filter(|rule| rule["applies"] == "yes")
        .map(|rule| text(&rule["outcome"]["why"]))
        .collect();
    let claimed = "`library-owns-loop`, rule function, claims what stands there";
    assert_eq!(why, [claimed], "{run:?}");
}

#[test]
fn what_goes_with_a_change_names_it() {
    let head = "title: t\narea: own\nseverity: low\nwhy: w\nexamples: [{name: n, unchanged: x}]";
    let project = Project::new(&format!(
        "//- mine/call.yaml\nid: call\n{head}\nrules: [{{match: lib.f($_), rewrite: lib.g(), safety: {{safe: {{because: b}}}}}}]\n\
         //- mine/name.yaml\nid: name\n{head}\nrules: [{{match: lib.old, report: old}}]\n\
         //- mine/import.yaml\nid: import\n{head}\nrules: [{{match: import other, report: other}}]\n\
         //- mine/sum.yaml\nid: sum\n{head}\nrules: [{{match: other.sum($x), rewrite: sum($x), safety: {{safe: {{because: b}}}}}}]\n\
         //- a.py\nimport lib\nimport other\nlib.f(lib.old)\nother.sum(x)\n"
    ));
    let why = |spot: &str, recipe: &str| {
        let run = explain(
            &project,
            &[spot, recipe, "--recipes", "mine", "--format", "json"],
        );
        text(&run.of_type("rule")[0]["outcome"]["why"]).to_owned()
    };
    let covered = why("a.py:3", "name");
    assert!(covered.starts_with("the change call-"), "{covered}");
    assert!(covered.ends_with(" covers it"), "{covered}");
    let along = "it goes with what changes of other places no longer need";
    assert_eq!(why("a.py:2", "import"), along);
}

#[test]
fn the_last_line_of_a_cell_ends_with_the_cell() {
    let project = Project::empty();
    project.write(
        "n.ipynb",
        r#"{"cells": [
 {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": ["import asyncio\n", "x = 1"]},
 {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": ["asyncio.run(f())"]}
], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#,
    );
    let nothing =
        "nothing: no pattern fits in this line; names that the recipes look for stand here:";
    check(&project, &["n.ipynb:1:2"], &[nothing]);
    let run = explain(&project, &["n.ipynb:2:1", "--format", "json"]);
    assert_eq!(
        run.of_type("rule")[0]["outcome"]["type"],
        "change",
        "{run:?}"
    );
}

#[test]
fn a_part_of_a_longer_name_is_no_name() {
    let project = Project::new("//- a.py\nimport asyncio\nimport datetime\nx.sleep(1)\n");
    let recipe = ["a.py:1", "blocking-sleep"];
    let lacks = "nothing: no recipe that is on looks for a name in it; blocking-sleep needs time";
    check(&project, &recipe, &[lacks]);
}

#[test]
fn a_file_that_a_run_leaves_out_says_why() {
    let project = Project::new(&format!(
        "//- awaitify.toml\nexclude = ['out']\n//- .git/HEAD\n//- .gitignore\nignored/\n\
         //- out/a.py\n{BLOCKING}//- vendor/a.py\n{BLOCKING}//- a_pb2.py\n{BLOCKING}\
         //- ignored/a.py\n{BLOCKING}//- a.py\n{BLOCKING}"
    ));
    let why = |path: &str| {
        let run = explain(&project, &[&format!("{path}:5")]);
        let marked = "a run over its directory leaves it out: ";
        let why = run.stdout.split_once(marked).map(|(_, why)| why.trim());
        why.map(str::to_owned)
    };
    let excluded = "`exclude` of a configuration, or a folder that is never entered by itself";
    assert_eq!(why("out/a.py").as_deref(), Some(excluded));
    let vendored = "it lies in a folder for copies of other projects";
    assert_eq!(why("vendor/a.py").as_deref(), Some(vendored));
    let generated = "its name says that a program wrote it";
    assert_eq!(why("a_pb2.py").as_deref(), Some(generated));
    let ignored = "its name is not one of Python, or .gitignore or .ignore names it";
    assert_eq!(why("ignored/a.py").as_deref(), Some(ignored));
    assert_eq!(why("a.py"), None);
}

#[test]
fn a_line_of_a_list_of_packages_is_told_by_a_run() {
    let project = Project::new(
        "//- requirements.txt\nrequests\nnest_asyncio\n\
         //- a.py\n# %%\nimport nest_asyncio\nnest_asyncio.apply()\n",
    );
    let run = explain(&project, &["requirements.txt:2", "--format", "json"]);
    let told = &run.of_type("other")[0];
    assert_eq!(told["outcome"]["type"], "change", "{told}");
    let run = explain(&project, &["requirements.txt:1"]);
    let expected = "requirements.txt: a run over its directory leaves the line as it is\n";
    assert_eq!(run.stdout, expected);
}

#[test]
fn what_is_not_there_is_named() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}"));
    project.write(
        "n.ipynb",
        r#"{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "x"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#,
    );
    let error = |spot: &str| project.run(&["explain", spot]).stderr;
    assert_eq!(
        error("a.py:9"),
        "error: a.py: no line 9: it has 5 lines only\n"
    );
    assert!(error("b.py:1").starts_with("error: b.py: cannot be read: "));
    assert!(error("n.ipynb:2:1").ends_with("of cell 2: there is no such cell\n"));
    let run = explain(&project, &["n.ipynb:1:1"]);
    assert_eq!(run.stdout, "n.ipynb: the cell is not Python\n");
    let run = explain(&project, &["a.py:1", "nest-asyncio"]);
    let needs = "; nest-asyncio needs apply, nest_asyncio\n";
    assert!(run.stdout.ends_with(needs), "{run:?}");
}

#[test]
fn where_something_came_of_a_line_the_rest_is_only_named() {
    let project = Project::new(RIVALS);
    let run = explain(&project, &["a.py:3", "--recipes", "mine"]);
    let others = "Compared too, and nothing came of it (name one to see why): b-second\n\n";
    assert!(run.stdout.ends_with(others), "{run:?}");
    assert!(!run.stdout.contains("b-second, "), "{run:?}");
    let run = explain(&project, &["a.py:3", "b-second", "--recipes", "mine"]);
    assert!(run.stdout.contains("b-second, rule-1"), "{run:?}");
}

#[test]
fn other_lines_with_the_words_are_named() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}\n\nprint('sleep')\n"));
    let run = explain(&project, &["a.py:2"]);
    let expected =
        "a.py: no pattern fits in this line; names that the recipes look for stand here:\n";
    assert!(run.stdout.starts_with(expected), "{run:?}");
    assert!(run.stdout.contains("sleep: line 5, line 8\n"), "{run:?}");
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
