//! Some of a run's changes: by line, by name, by revision, by a file of decisions. What they require is made
//! with them, nothing else.

use serde_json::{Value, json};

use crate::support::{Project, Run};

/// Two sites in one function, one in another, and one to review.
const FILE: &str = "\
//- pyproject.toml
[project]
name = 'gauges'
requires-python = '>=3.11'
//- a.py
import asyncio
import time


async def poll():
    time.sleep(1)
    time.sleep(2)


async def later():
    time.sleep(2)
//- b.py
import asyncio


async def work():
    pass


loop = asyncio.get_event_loop()
loop.run_until_complete(work())
";

const ALL: [&str; 3] = ["a.py:6", "a.py:7", "a.py:11"];

fn migrate(project: &Project, words: &[&str]) -> Run {
    project.run(&[&["migrate", "--allow-dirty"], words].concat())
}

/// Returns the first sites of all changes: name, place, level.
fn changes(project: &Project) -> Vec<(String, String, String)> {
    let run = project.run(&["diff", "--safety", "review", "--format", "json", "."]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = run.of_type("change").into_iter();
    let first = changes.filter(|change| change["role"] == "primary");
    let named = first.map(|it| {
        let place = format!("{}:{}", text(&it["path"]), it["line"]);
        (text(&it["change"]), place, text(&it["safety"]))
    });
    named.collect()
}

pub(crate) fn name_at(project: &Project, place: &str) -> String {
    let mut changes = changes(project).into_iter();
    let found = changes.find(|(_, at, _)| at == place);
    found.unwrap_or_else(|| panic!("no change at {place}")).0
}

fn decide(project: &Project, verdicts: &[(&str, &str)]) {
    let decisions = verdicts
        .iter()
        .map(|(change, verdict)| json!({"change": change, "verdict": verdict}));
    let text = json!({"version": 1, "decisions": decisions.collect::<Vec<_>>()});
    project.write("decisions.json", text.to_string());
}

#[track_caller]
fn check_sleeps(project: &Project, expected: [&str; 3]) {
    let text = project.text("a.py");
    let lines = text.lines().map(str::trim);
    let sleeps: Vec<&str> = lines.filter(|line| line.contains("sleep(")).collect();
    assert_eq!(sleeps, expected, "{text}");
}

const OLD: [&str; 3] = ["time.sleep(1)", "time.sleep(2)", "time.sleep(2)"];

#[test]
fn a_line_is_changed_alone() {
    let project = Project::new(FILE);
    let run = migrate(&project, &["a.py:7"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    check_sleeps(&project, [OLD[0], "await asyncio.sleep(2)", OLD[2]]);
    // The others need it still.
    assert!(project.text("a.py").contains("import time\n"));
    let shown = project.run(&["diff", ALL[0], ALL[2]]);
    assert!(shown.stdout.contains("2 changes in 1 file"), "{shown:?}");
    let last = "Apply with: awaitify migrate a.py:6 a.py:11\n";
    assert!(shown.stdout.ends_with(last), "{shown:?}");
    migrate(&project, &[ALL[0], ALL[2]]);
    assert!(!project.text("a.py").contains("time.sleep"));
    assert!(!project.text("a.py").contains("import time"));
}

#[test]
fn a_line_without_a_change_of_the_level_is_an_error() {
    let project = Project::new(FILE);
    let before = project.tree();
    for (words, said) in [
        (
            &["a.py:1"][..],
            "no change at a.py:1; `awaitify explain a.py:1` says why",
        ),
        (&["a.py:6", "a.py:99"], "no change at a.py:99;"),
        (
            &["b.py:9"],
            "the change at b.py:9 is one to review: use --safety review",
        ),
        (
            &["a.py:6", "b.py"],
            "b.py is a whole path: it does not go with FILE:LINE",
        ),
        (&["a.py:6", "--change", "x"], "FILE:LINE does not go with"),
        (&["--change", "x"], "no change `x` in this run"),
        (
            &["--change", "blocking-sleep"],
            "3 changes have names that begin with",
        ),
        (&["--since", "HEAD"], "is not in a git repository"),
        (&["--decisions", "none.json"], "none.json cannot be read"),
    ] {
        let run = migrate(&project, words);
        assert_eq!(run.code, Some(2), "{words:?}: {run:?}");
        assert!(run.stderr.contains(said), "{words:?}: {run:?}");
    }
    assert_eq!(project.tree(), before);
    let run = migrate(&project, &["--safety", "review", "b.py:9"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(project.text("b.py").contains("asyncio.run(work())"));
}

#[test]
fn a_name_is_meant_whatever_its_level() {
    let project = Project::new(FILE);
    let name = name_at(&project, "b.py:9");
    let run = migrate(&project, &["--change", &name]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(project.text("b.py").contains("asyncio.run(work())"));
    check_sleeps(&project, OLD);
}

#[test]
fn what_a_change_requires_is_made_with_it() {
    let project = Project::with_examples();
    let notebook = "examples/export_readings.ipynb";
    let [import, apply] = ["3", "5"].map(|line| name_at(&project, &format!("{notebook}:{line}")));
    assert!(import.starts_with("nest-asyncio-"), "{import}");
    // The import is used until the call is gone.
    let run = migrate(&project, &["--change", &import]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("needs other changes: name those, too"),
        "{run:?}"
    );
    let run = migrate(&project, &["--change", &apply]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text(notebook);
    assert!(text.contains("await readings("), "{text}");
    assert!(!text.contains("nest_asyncio.apply()"), "{text}");
}

#[test]
fn names_outlive_edits_elsewhere() {
    let project = Project::new(FILE);
    let before = [6, 7, 11].map(|line| name_at(&project, &format!("a.py:{line}")));
    let text = project.text("a.py");
    let text = text.replace(
        "import time\n",
        "import time\nimport json\n\n\nasync def first():\n    time.sleep(2)\n    json.dumps(1)\n",
    );
    project.write("a.py", text);
    let after = [12, 13, 17].map(|line| name_at(&project, &format!("a.py:{line}")));
    assert_eq!(before, after);
}

#[test]
fn lines_since_a_revision_are_changed_alone() {
    let project = Project::new(FILE);
    project.commit();
    let text = project
        .text("a.py")
        .replace("time.sleep(1)", "time.sleep(3)");
    project.write("a.py", text);
    let run = migrate(&project, &["--since", "HEAD"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    check_sleeps(&project, ["await asyncio.sleep(3)", OLD[1], OLD[2]]);
}

#[test]
fn what_is_accepted_is_made_and_nothing_else() {
    let project = Project::new(FILE);
    let [first, second, review] = ["a.py:6", "a.py:7", "b.py:9"].map(|at| name_at(&project, at));
    decide(
        &project,
        &[(&first, "accept"), (&second, "reject"), (&review, "accept")],
    );
    let run = migrate(&project, &["--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told = "Decisions: 2 accepted, 1 rejected, 1 undecided.\n";
    assert!(run.stdout.contains(told), "{run:?}");
    check_sleeps(&project, ["await asyncio.sleep(1)", OLD[1], OLD[2]]);
    assert!(project.text("b.py").contains("asyncio.run(work())"));
    let again = migrate(&project, &["--decisions", "decisions.json"]);
    assert!(
        again.stdout.contains("2 changes accepted before"),
        "{again:?}"
    );
}

#[test]
fn what_requires_a_rejected_change_is_left_out() {
    let project = Project::with_examples();
    let notebook = "examples/export_readings.ipynb";
    let name = name_at(&project, &format!("{notebook}:3"));
    decide(&project, &[(&name, "accept")]);
    let before = project.text(notebook);
    let run = migrate(&project, &["--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stdout.contains("it requires asyncio-run-in-cell-"),
        "{run:?}"
    );
    assert_eq!(project.text(notebook), before);
}

#[test]
fn what_changes_nothing_without_others_is_told() {
    let project = Project::with_examples();
    let notebook = "examples/export_readings.ipynb:";
    let all = changes(&project).into_iter();
    let of_it = all.filter(|(_, place, _)| place.starts_with(notebook));
    // All but the call that uses the import.
    let accepted = of_it.filter(|(id, place, _)| !id.starts_with("nest") || place.ends_with(":3"));
    let accepted: Vec<String> = accepted.map(|(id, ..)| id).collect();
    let verdicts: Vec<(&str, &str)> = accepted.iter().map(|id| (&**id, "accept")).collect();
    decide(&project, &verdicts);
    let run = migrate(&project, &["--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let told = "it has no effect: what it removes is still used, or suppressed";
    assert!(run.stdout.contains(told), "{run:?}");
    assert!(run.stdout.contains("Decisions: 2 accepted"), "{run:?}");
}

#[test]
fn a_change_that_is_another_one_since_is_refused() {
    let project = Project::new(FILE);
    let [first, second] = ["a.py:6", "a.py:7"].map(|at| name_at(&project, at));
    let text = json!({"version": 1, "decisions": [
        {"change": first, "verdict": "accept", "fingerprint": "000000000000", "by": "ada", "note": "fine"},
        {"change": second, "verdict": "accept"},
    ]});
    project.write("decisions.json", text.to_string());
    let run = migrate(&project, &["--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let told = "a.py:6:5 blocking-sleep: the code or the change is different now: review it again";
    assert!(run.stdout.contains(told), "{run:?}");
    check_sleeps(&project, [OLD[0], "await asyncio.sleep(2)", OLD[2]]);
}

#[test]
fn a_name_of_two_projects_is_refused() {
    let project = Project::empty();
    for name in ["x", "y"] {
        project.write(&format!("{name}/pyproject.toml"), "");
        project.write(&format!("{name}/a.py"), crate::support::BLOCKING);
    }
    let before = project.tree();
    decide(&project, &[]);
    let said = "x/a.py and y/a.py have changes of the same name";
    for words in [
        &["--decisions", "decisions.json", "."][..],
        &["x/a.py:5", "y/a.py:5"],
    ] {
        let run = migrate(&project, words);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
    }
    std::fs::remove_file(project.root().join("decisions.json")).expect("it is ours");
    assert_eq!(project.tree(), before);
}

#[test]
fn a_wrong_file_of_decisions_is_refused_with_its_place() {
    let project = Project::new(FILE);
    let before = project.tree();
    for (text, said) in [
        (
            "{\"version\": 1, \"decisions\": [",
            "line 1, column 29: EOF",
        ),
        (
            "{\"version\": 7}",
            "it has version 7, and this awaitify reads version 1",
        ),
        (
            "{\"version\": 1, \"decisions\": [{\"change\": \"x\"}]}",
            "missing field `verdict`",
        ),
        ("[]", "is not a file of decisions"),
    ] {
        project.write("decisions.json", text);
        let run = migrate(&project, &["--decisions", "decisions.json"]);
        assert_eq!(run.code, Some(2), "{text}: {run:?}");
        assert!(run.stderr.contains(said), "{text}: {run:?}");
    }
    std::fs::remove_file(project.root().join("decisions.json")).expect("it is ours");
    assert_eq!(project.tree(), before);
}

#[test]
fn check_demands_a_decision_of_each_change_to_review() {
    let project = Project::new(FILE);
    decide(&project, &[]);
    let run = project.run(&["check", "--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("b.py:9:"), "{run:?}");
    assert!(!run.stdout.contains("a.py"), "{run:?}");
    let next = "Decide with: awaitify review --decisions decisions.json\n";
    assert!(run.stdout.ends_with(next), "{run:?}");
    decide(&project, &[(&name_at(&project, "b.py:9"), "reject")]);
    let run = project.run(&["check", "--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn files_of_two_people_are_merged() {
    let project = Project::empty();
    let file = |change: &str, verdict: &str, by: &str| json!({"change": change, "verdict": verdict, "by": by});
    let of = |decisions: Value| json!({"version": 1, "decisions": decisions}).to_string();
    project.write(
        "a.json",
        of(json!([
            file("x", "accept", "ada"),
            file("y", "accept", "ada")
        ])),
    );
    project.write(
        "b.json",
        of(json!([
            file("y", "reject", "bo"),
            file("z", "reject", "bo")
        ])),
    );
    let run = project.run(&["decisions", "merge", "a.json", "b.json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let conflict = "conflict: y: accept by ada; reject by bo\n";
    assert_eq!(run.stderr, conflict, "{run:?}");
    let merged: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    assert_eq!(
        merged["decisions"],
        json!([file("x", "accept", "ada"), file("z", "reject", "bo")])
    );
    let run = project.run(&[
        "decisions",
        "merge",
        "a.json",
        "a.json",
        "--output",
        "c.json",
    ]);
    assert_eq!((run.code, &*run.stdout), (Some(0), ""), "{run:?}");
    assert!(project.text("c.json").contains("\"y\""));
}

/// Random subsets: exactly what is accepted and closed is made, and the rest follows in a second step.
#[test]
fn any_subset_leaves_a_tree_that_the_rest_can_be_made_in() {
    let mut random = crate::laws::random::Random::new(7);
    for _ in 0..8 {
        let project = Project::with_examples();
        let all = changes(&project);
        let chosen: Vec<(&str, &str)> = all
            .iter()
            .map(|(id, ..)| {
                (
                    &**id,
                    if random.chance(50) {
                        "accept"
                    } else {
                        "reject"
                    },
                )
            })
            .collect();
        decide(&project, &chosen);
        let run = migrate(
            &project,
            &["--decisions", "decisions.json", "--format", "json"],
        );
        let summary = run.of_type("summary");
        assert_eq!(summary[0]["withdrawn"], 0, "{chosen:?}: {run:?}");
        let made = run.of_type("change");
        let is_made = |id: &str| made.iter().any(|it| it["change"] == id);
        for (id, verdict) in &chosen {
            assert!(
                !is_made(id) || *verdict == "accept",
                "{id} is rejected, and made"
            );
        }
        let rest = migrate(&project, &["--safety", "review", "--format", "json"]);
        assert_eq!(rest.code, Some(0), "{chosen:?}: {rest:?}");
        assert!(rest.of_type("error").is_empty(), "{chosen:?}: {rest:?}");
    }
}

/// A client's own loop, closed by hand.
const CLOSED: &str = "\
//- pyproject.toml
[project]
name = 'gauges'
requires-python = '>=3.11'
//- a.py
import asyncio


async def work():
    pass


if __name__ == '__main__':
    loop = asyncio.new_event_loop()
    loop.run_until_complete(work())
    loop.close()
";

#[test]
fn a_line_that_a_change_takes_away_names_it() {
    for line in ["a.py:9", "a.py:10", "a.py:11"] {
        let project = Project::new(CLOSED);
        let run = migrate(&project, &["--safety", "review", line]);
        assert_eq!(run.code, Some(0), "{line}: {run:?}");
        let text = project.text("a.py");
        assert!(
            text.ends_with(":\n    asyncio.run(work())\n"),
            "{line}: {text}"
        );
    }
}

#[test]
fn a_file_is_looked_at_once_whatever_it_is_called() {
    let project = Project::new(FILE);
    let run = migrate(
        &project,
        &["a.py:6", "b.py:9", "./a.py:7", "--safety", "review"],
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    check_sleeps(
        &project,
        ["await asyncio.sleep(1)", "await asyncio.sleep(2)", OLD[2]],
    );
}

#[test]
fn a_line_is_the_same_from_here() {
    let project = Project::new(FILE);
    let run = project.run(&["check", "./a.py:6"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let run = migrate(&project, &["./a.py:6"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text("a.py");
    assert_eq!(text.matches("await").count(), 1, "{text}");
}

#[test]
fn a_line_is_counted_as_it_is_told() {
    let text =
        "import time\nS = \"\"\"a\rb\"\"\"\nasync def f():\n    time.sleep(1)\n    time.sleep(2)\n";
    let project = Project::new("");
    project.write("a.py", text);
    let told: Vec<String> = changes(&project).into_iter().map(|it| it.1).collect();
    let run = migrate(&project, &[&told[0]]);
    assert_eq!(run.code, Some(0), "{told:?} {run:?}");
    let new = project.text("a.py");
    assert!(
        new.contains("asyncio.sleep(1)") && new.contains("time.sleep(2)"),
        "{new}"
    );
}

/// Equal sites of one function: apart, and one behind the other.
const TWINS: [&str; 2] = [
    "import time\n\n\nasync def f():\n    time.sleep(1)\n    x = 1\n    time.sleep(1)\n",
    "import time\n\n\nasync def f():\n    if x:\n        time.sleep(1)\n        time.sleep(1)\n        time.sleep(1)\n",
];

#[test]
fn one_of_equal_sites_keeps_its_name_when_another_is_made() {
    let project = Project::new(&format!("//- a.py\n{}", TWINS[0]));
    let [first, second] = ["a.py:5", "a.py:7"].map(|at| name_at(&project, at));
    decide(&project, &[(&first, "accept"), (&second, "reject")]);
    let words = ["--safety", "review", "--decisions", "decisions.json"];
    let run = migrate(&project, &words);
    assert_eq!(run.code, Some(0), "{run:?}");
    let once = project.text("a.py");
    assert_eq!(once.matches("await").count(), 1, "{once}");
    // The other one is rejected still, under the name that it has now.
    let left = changes(&project);
    assert_eq!(left.len(), 1);
    assert_ne!(left[0].0, second);
    for _ in 0..2 {
        let again = migrate(&project, &words);
        assert_eq!(again.code, Some(0), "{again:?}");
        assert!(again.stdout.contains("1 rejected"), "{again:?}");
        assert_eq!(project.text("a.py"), once);
    }
}

#[test]
fn a_name_means_none_of_the_other_equal_sites() {
    for text in TWINS {
        let project = Project::new(&format!("//- a.py\n{text}"));
        let names: Vec<String> = changes(&project).into_iter().map(|it| it.0).collect();
        for name in &names {
            let project = Project::new(&format!("//- a.py\n{text}"));
            let run = migrate(&project, &["--change", name]);
            assert_eq!(run.code, Some(0), "{run:?}");
            let once = project.text("a.py");
            let again = migrate(&project, &["--change", name]);
            assert_eq!(again.code, Some(2), "{again:?}");
            assert_eq!(project.text("a.py"), once);
        }
    }
}
