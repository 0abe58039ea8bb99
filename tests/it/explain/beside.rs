//! What became of a line by a change or a rule that is about another.

use super::{RIVALS, explain, text};
use crate::support::{BLOCKING, Project};

#[test]
fn an_import_that_goes_is_told_with_the_change_it_served() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}"));
    let run = explain(&project, &["a.py:1", "--format", "json"]);
    let needed = &run.of_type("needed")[0]["changes"];
    let diff = project.run(&["diff", "--format", "json", "a.py"]);
    assert_eq!(needed[0], diff.of_type("change")[0]["change"], "{run:?}");
}

#[test]
fn what_another_rule_claims_names_that_rule() {
    let project = Project::new(
        "//- a.py\nimport asyncio\n\n\nasync def _get(url):\n    return url\n\n\ndef main():\n    loop = asyncio.get_event_loop()\n    print(asyncio.get_event_loop())\n    return loop.run_until_complete(_get(1))\n\n\nif __name__ == '__main__':\n    main()\n",
    );
    let run = explain(&project, &["a.py:10", "get-event-loop", "--format", "json"]);
    let rules = run.of_type("rule");
    let why: Vec<&str> = rules
        .iter()
        .filter(|rule| rule["applies"] == "yes")
        .map(|rule| text(&rule["outcome"]["why"]))
        .collect();
    let claimed = "`run-until-complete`, rule starts-here, claims the code there";
    assert_eq!(why, [claimed], "{run:?}");
}

#[test]
fn what_can_neither_be_changed_nor_told_says_so() {
    let project = Project::new(
        "//- mine/call.yaml\nid: call\ntitle: t\narea: own\nseverity: low\nwhy: w\nexamples: [{name: n, unchanged: x}]\nfinding-if: {within: loop}\n\
         rules: [{match: lib.f($x), rewrite: lib.g($x), does: b, doubts: [{level: manual, because: 'c: d'}]}, {match: lib.f(1), rewrite: lib.h(), does: b}]\n\
         //- a.py\nimport lib\nlib.f(1)\n",
    );
    let arguments = ["a.py:2", "call", "--recipes", "mine", "--format", "json"];
    let run = explain(&project, &arguments);
    let rules = run.of_type("rule");
    let why: Vec<&str> = (rules.iter())
        .map(|rule| text(&rule["outcome"]["why"]))
        .collect();
    let none = "no change can be made here, and it is no finding: its `finding-if` does not hold";
    let first = format!("the rule `rule-1` comes first: {none}");
    assert_eq!(why, [none, &first], "{run:?}");
}

#[test]
fn what_goes_with_a_change_names_it() {
    let head = "title: t\narea: own\nseverity: low\nwhy: w\nexamples: [{name: n, unchanged: x}]";
    let project = Project::new(&format!(
        "//- mine/call.yaml\nid: call\n{head}\nrules: [{{match: lib.f($_), rewrite: lib.g(), does: b}}]\n\
         //- mine/name.yaml\nid: name\n{head}\nrules: [{{match: lib.old, report: old}}]\n\
         //- mine/import.yaml\nid: import\n{head}\nrules: [{{match: import other, report: other}}]\n\
         //- mine/sum.yaml\nid: sum\n{head}\nrules: [{{match: other.sum($x), rewrite: sum($x), does: b}}]\n\
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
    let change = " (`call`, rule rule-1, line 3) includes it";
    assert!(covered.ends_with(change), "{covered}");
    let along = "other changes remove it with the code that they no longer need";
    assert_eq!(why("a.py:2", "import"), along);
}

#[test]
fn what_the_change_of_another_line_rewrites_names_it() {
    let project = Project::new(
        "//- mine/client.yaml\nid: client\ntitle: t\narea: own\nseverity: low\nwhy: w\nexamples: [{name: n, unchanged: x}]\n\
         rules:\n  - block: with lib.Client() as $c\n    rewrite: async with lib.AsyncClient() as $c\n    does: b\n    follow-value: {$value.read($*a): await $value.read($*a), else: refuse}\n  - left: $c.read($*_)\n    report: r\n\
         //- a.py\nimport lib\n\n\nasync def f():\n    with lib.Client() as c:\n        return c.read(3)\n",
    );
    let run = explain(
        &project,
        &["a.py:6", "client", "--recipes", "mine", "--format", "json"],
    );
    let why = text(&run.of_type("rule")[0]["outcome"]["why"]).to_owned();
    assert!(why.starts_with("the change client-"), "{why}");
    let change = " (`client`, rule block, line 5) rewrites code there";
    assert!(why.ends_with(change), "{why}");
}

#[test]
fn what_another_file_may_do_is_named_with_its_place() {
    let project = |jobs: &str| {
        Project::new(&format!(
            "//- mine/kept.yaml\nid: kept\ntitle: t\narea: own\nseverity: low\nwhy: w\nexamples: [{{name: n, unchanged: x}}]\n\
             rules: [{{match: lib.Job(), where: {{not: [{{stored: {{uses: $stored.stop()}}}}]}}, report: r}}]\n\
             //- a.py\nimport lib\n\n\nclass App:\n    def start(self):\n        self.job = lib.Job()\n\
             //- jobs.py\n{jobs}"
        ))
    };
    let outcome = |jobs: &str| {
        let arguments = ["a.py:6", "kept", "--recipes", "mine", "--format", "json"];
        explain(&project(jobs), &arguments).of_type("rule")[0].clone()
    };
    let function = "import lib\n\n\ndef job():\n    return 3\n\n\nlib.run(job)\n";
    assert_eq!(outcome(function)["outcome"]["type"], "finding");
    for (line, expected) in [
        (
            "lib.mark('job')",
            "how code uses `job`, which a string names in jobs.py, line 2",
        ),
        (
            "def f(app): print(app.job)",
            "`job` may be used in jobs.py, line 2",
        ),
    ] {
        let told = outcome(&format!("import lib\n{line}\n"));
        assert_eq!(told["applies"], "unknown", "{told}");
        assert!(told.to_string().contains(expected), "{told}");
    }
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
fn the_verdict_comes_first_and_the_rest_is_only_counted() {
    let project = Project::new(RIVALS);
    let run = explain(&project, &["a.py:3", "--recipes", "mine"]);
    let verdict =
        "a.py:3:1: lib.f(x)\n  a-first finds it: a name\n\na-first, names: lib.f($x) fits\n";
    assert!(run.stdout.starts_with(verdict), "{run:?}");
    let others = "\n2 more rules compared; -v shows all.\n\n";
    assert!(run.stdout.ends_with(others), "{run:?}");
    assert!(!run.stdout.contains("b-second"), "{run:?}");
    let run = explain(&project, &["a.py:3", "--recipes", "mine", "-v"]);
    assert!(run.stdout.contains("b-second, rule-1"), "{run:?}");
    let run = explain(&project, &["a.py:6", "--recipes", "mine"]);
    let nothing = "  no recipe changes it: in a-first, `$x: {form: literal}` does not hold\n";
    assert!(run.stdout.contains(nothing), "{run:?}");
    let run = explain(&project, &["a.py:3", "b-second", "--recipes", "mine"]);
    assert!(run.stdout.contains("b-second, rule-1"), "{run:?}");
}
