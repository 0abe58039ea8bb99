//! Texts that a person writes in place of a change's own: through a review and its editor, or in a file of
//! decisions.

use serde_json::{Value, json};

use crate::chosen::name_at;
use crate::review::with_editor;
use crate::support::Project;

const TOML: &str = "//- pyproject.toml\n[project]\nname = 'gauges'\nrequires-python = '>=3.11'\n";

/// Edits the first change of a project by a script of `sed`, and migrates; returns a file then.
#[track_caller]
fn edited(files: &str, script: &str, path: &str) -> String {
    let project = Project::new(&format!("{TOML}{files}"));
    let mut session = with_editor(&project, script);
    session.expect("q quit");
    session.press("e", "1 accepted");
    session.press("q", "stored in");
    session.end();
    let run = project.run(&["migrate", "--decisions", "awaitify-decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    project.text(path)
}

#[test]
fn lines_keep_what_stands_around_them() {
    let text = edited(
        "//- a.py\nimport time\n\n\nasync def f():\n\tx = 1  # one\n\ttime.sleep(x)  # nap\n\treturn x\n",
        "s/asyncio.sleep(x)/asyncio.sleep(2 * x)/",
        "a.py",
    );
    let body = "\tx = 1  # one\n\tawait asyncio.sleep(2 * x)  # nap\n\treturn x\n";
    assert!(text.ends_with(body), "{text}");
    assert!(text.starts_with("import asyncio\n"), "{text}");
}

#[test]
fn lines_may_be_added_and_taken_away() {
    let files = "//- a.py\nimport time\n\n\nasync def f():\n    time.sleep(1)\n    return 1\n";
    let text = edited(files, "s/^    await.*/    # Wait.\\n&/", "a.py");
    assert!(
        text.contains("    # Wait.\n    await asyncio.sleep(1)\n"),
        "{text}"
    );
    let text = edited(files, "/^    await/d", "a.py");
    assert!(text.ends_with("async def f():\n    return 1\n"), "{text}");
}

#[test]
fn what_a_change_needs_besides_is_written_too() {
    let files = "\
//- a.py
import asyncio


class Gauge:
    def __init__(self):
        self.value = 0

    async def start(self):
        asyncio.create_task(self.poll())

    async def poll(self):
        while True:
            await asyncio.sleep(1)

    async def aclose(self):
        self.value = 1
";
    let project = Project::new(&format!("{TOML}{files}"));
    let mut session = with_editor(&project, "");
    // The text of its own first.
    session.expect("_poll_task = asyncio.create_task");
    session.press("   ", ".cancel()");
    session.press("q", "nothing is decided");
    session.end();
    let text = edited(
        files,
        "s/create_task(self.poll())/create_task(self.poll(), name=\"poll\")/",
        "a.py",
    );
    assert!(
        text.contains("create_task(self.poll(), name=\"poll\")"),
        "{text}"
    );
    assert!(text.contains(".cancel()"), "{text}");
}

#[test]
fn a_cell_of_a_notebook_is_edited() {
    let cell = |source: &str| json!({"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": [source]});
    let notebook = json!({
        "cells": [cell("import time"), cell("async def f():\n    time.sleep(1)")],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    });
    let text = edited(
        &format!("//- n.ipynb\n{notebook}\n"),
        "s/asyncio.sleep(1)/asyncio.sleep(3)/",
        "n.ipynb",
    );
    assert!(text.contains("await asyncio.sleep(3)"), "{text}");
    let read: Value = serde_json::from_str(&text).expect("it is a notebook");
    assert_eq!(read["cells"].as_array().map(Vec::len), Some(2), "{text}");
}

/// Migrates with a text for `time.sleep(1)` in `a.py`; returns the exit code and what is told.
fn migrate(text: &str, [before, after]: [&str; 2]) -> (Option<i32>, String, String) {
    let project = Project::new(&format!("{TOML}//- a.py\n{text}"));
    let line = text.lines().position(|line| line.contains("time.sleep(1)"));
    let place = format!("a.py:{}", line.map_or(0, |line| line + 1));
    let change = name_at(&project, &place);
    let edited = [json!({"before": before, "after": after})];
    let decision = json!({"change": change, "verdict": "accept", "edited": edited});
    let file = json!({"version": 1, "decisions": [decision]});
    project.write("decisions.json", file.to_string());
    let run = project.run(&["migrate", "--decisions", "decisions.json"]);
    (run.code, run.stdout + &run.stderr, project.text("a.py"))
}

const ONE: &str = "import time\n\n\nasync def f():\n    time.sleep(1)\n";

#[test]
fn a_text_for_other_lines_is_refused() {
    let (code, told, text) = migrate(ONE, ["    time.sleep(1)\n", "    await nap()\n"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(text.ends_with("    await nap()\n"), "{text}");
    let (code, told, text) = migrate(ONE, ["    time.sleep(1)  # nap\n", "    await nap()\n"]);
    assert_eq!((code, &*text), (Some(2), ONE), "{told}");
    let why = "its edited text does not fit: the lines around it have changed since";
    assert!(told.contains(why), "{told}");
}

#[test]
fn a_text_that_breaks_a_law_is_not_written() {
    let (code, told, text) = migrate(ONE, ["    time.sleep(1)\n", "    await (\n"]);
    assert_eq!((code, &*text), (Some(2), ONE), "{told}");
    assert!(
        told.contains("does not parse") && !told.contains("bug"),
        "{told}"
    );
    assert!(told.contains("Decisions: 0 accepted"), "{told}");
}

#[test]
fn a_line_of_two_changes_is_edited_for_neither() {
    let both = "import time\n\n\nasync def f():\n    time.sleep(1); time.sleep(2)\n";
    let lines = ["    time.sleep(1); time.sleep(2)\n", "    await nap()\n"];
    let (code, told, text) = migrate(both, lines);
    assert_eq!((code, &*text), (Some(2), both), "{told}");
    assert!(
        told.contains("another change is in the same lines"),
        "{told}"
    );
}

#[test]
fn people_who_wrote_different_texts_disagree() {
    let project = Project::new(TOML);
    let one = |after: &str| {
        let edited = [json!({"before": "a\n", "after": after})];
        let decision = json!({"change": "x-1", "verdict": "accept", "edited": edited});
        json!({"version": 1, "decisions": [decision]}).to_string()
    };
    project.write("one.json", one("b\n"));
    project.write("two.json", one("c\n"));
    let run = project.run(&["decisions", "merge", "one.json", "one.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = project.run(&["decisions", "merge", "one.json", "two.json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("x-1"), "{run:?}");
}

#[test]
fn an_accepted_change_whose_code_was_edited_is_looked_for() {
    let project = Project::new(&format!("{TOML}//- a.py\n{ONE}"));
    let mut session = with_editor(&project, "");
    session.expect("q quit");
    session.press("y", "1 accepted");
    session.press("q", "stored in");
    session.end();
    let migrate = ["migrate", "--decisions", "awaitify-decisions.json"];
    project.write("a.py", ONE.replace("sleep(1)", "sleep(2)"));
    let run = project.run(&migrate);
    let told = "Perhaps edited or moved since, and undecided: a.py:5:5.";
    assert!(run.stdout.contains(told), "{run:?}");
    // In another file.
    project.write("b.py", ONE);
    project.write("a.py", "");
    let run = project.run(&migrate);
    assert!(run.stdout.contains("undecided: b.py:5:5."), "{run:?}");
    // In another tree.
    let other = Project::new(&format!("{TOML}//- c.py\n{ONE}"));
    other.write("d.json", project.text("awaitify-decisions.json"));
    let run = other.run(&["migrate", "--decisions", "d.json"]);
    let told =
        "error: the decisions are about other files: a.py does not exist here, nor do the others";
    assert_eq!(
        (run.code, run.stderr.trim_end()),
        (Some(2), told),
        "{run:?}"
    );
}

/// Suppresses the first change of a project in a review, and migrates; what is left is not told again.
#[track_caller]
fn suppressed(files: &str, path: &str) -> String {
    let project = Project::new(&format!("{TOML}{files}"));
    let mut session = with_editor(&project, "");
    session.expect("q quit");
    session.press("s\r", "nothing is suppressed without a reason");
    session.press("sthe sensor settles", "because: the sensor settles_");
    session.press("\r", "[s]");
    session.press("q", "0 accepted, 1 rejected");
    session.end();
    let run = project.run(&["migrate", "--decisions", "awaitify-decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("0 accepted, 1 suppressed"), "{run:?}");
    let check = project.run(&["check", "--safety", "review", "--fail-on", "low", "."]);
    assert_eq!(check.code, Some(0), "{check:?}\n{}", project.text(path));
    project.text(path)
}

#[test]
fn a_suppressed_change_is_kept_out_by_a_comment() {
    let why = "# awaitify: ignore[blocking-sleep] the sensor settles";
    let text = suppressed(&format!("//- a.py\n{ONE}"), "a.py");
    let body = format!("async def f():\n    {why}\n    time.sleep(1)\n");
    assert!(
        text.ends_with(&body) && text.starts_with("import time\n"),
        "{text}"
    );
    // Behind a header, so that it is not about the block.
    let clause = "//- a.py\nimport time\n\n\nasync def f(x):\n\tif x:\n\t\tpass\n\telif time.sleep(\n\t\t1\n\t):\n\t\tpass\n";
    let text = suppressed(clause, "a.py");
    assert!(text.contains(&format!("\t):  {why}\n")), "{text}");
    let cells = "//- n.py\n# %%\nimport time\n\n# %%\nasync def f():\n    time.sleep(1)\n";
    let text = suppressed(cells, "n.py");
    assert!(
        text.contains(&format!("    {why}\n    time.sleep(1)\n")),
        "{text}"
    );
}

#[test]
fn nothing_is_suppressed_without_a_reason() {
    let project = Project::new(&format!("{TOML}//- a.py\n{ONE}"));
    let change = name_at(&project, "a.py:5");
    let decision = json!({"change": change, "verdict": "suppress"});
    let file = json!({"version": 1, "decisions": [decision]});
    project.write("decisions.json", file.to_string());
    let run = project.run(&["migrate", "--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("is suppressed, and no note says why"),
        "{run:?}"
    );
}

#[test]
fn a_comment_of_a_suppressed_change_is_about_nothing_else() {
    let two = "import time\n\n\nasync def f():\n    with open(time.sleep(1)) as g:\n        time.sleep(2)\n";
    let lines = "import time\n\n\nasync def f(): time.sleep(1)\n\n\nasync def g():\n    time.sleep(1); time.sleep(2)\n";
    for (text, place, left) in [(two, "a.py:5", 1), (lines, "a.py:4", 2)] {
        let project = Project::new(&format!("{TOML}//- a.py\n{text}"));
        let words = [
            "diff",
            "--select",
            "blocking-sleep",
            "--format",
            "json",
            ".",
        ];
        let told = project.run(&words).of_type("change");
        let found = told
            .iter()
            .find(|it| format!("a.py:{}", it["line"]) == place);
        let change = &found.expect("there is one")["change"];
        let decision = json!({"change": change, "verdict": "suppress", "note": "why"});
        let file = json!({"version": 1, "decisions": [decision]});
        project.write("decisions.json", file.to_string());
        let words = [
            "migrate",
            "--decisions",
            "decisions.json",
            "--select",
            "blocking-sleep",
        ];
        let run = project.run(&words);
        assert_eq!(run.code, Some(0), "{run:?}");
        let undecided = format!("{left} undecided");
        let run = project.run(&words);
        assert!(
            run.stdout.contains(&undecided),
            "{run:?}\n{}",
            project.text("a.py")
        );
        assert!(run.stdout.contains("Nothing written"), "{run:?}");
    }
}

#[test]
fn a_comment_behind_a_mark_of_the_bytes_or_of_a_page_counts() {
    for begin in ["\u{feff}", "\x0c", "x = 1\n\x0c\n"] {
        let project = Project::new(TOML);
        let text = format!("{begin}async def f(): import time; time.sleep(1)\n");
        project.write("a.py", &text);
        let place = format!("a.py:{}", text.lines().count());
        let change = name_at(&project, &place);
        let decision = json!({"change": change, "verdict": "suppress", "note": "why"});
        let file = json!({"version": 1, "decisions": [decision]});
        project.write("decisions.json", file.to_string());
        project.run(&["migrate", "--decisions", "decisions.json"]);
        let after = project.text("a.py");
        assert!(
            after.contains("# awaitify: ignore[blocking-sleep] why"),
            "{after}"
        );
        let run = project.run(&["check", "--fail-on", "low", "."]);
        assert_eq!(run.code, Some(0), "{run:?}\n{after}");
        // On a separate line, too.
        let comment = "# awaitify: ignore[blocking-sleep] why\n";
        project.write(
            "a.py",
            text.replacen("async", &format!("{comment}async"), 1),
        );
        let run = project.run(&["check", "--fail-on", "low", "."]);
        assert_eq!(run.code, Some(0), "{run:?}\n{}", project.text("a.py"));
    }
}

#[test]
fn a_change_of_a_later_text_is_suppressed_on_disk() {
    let project = Project::new(&format!(
        "{TOML}//- a.py\n# %%\nimport asyncio\n\n\nasync def tick():\n    while True:\n        await asyncio.sleep(1)\n\n\nasync def main():\n    asyncio.create_task(tick())\n    await asyncio.sleep(3)\n# %%\nasyncio.run(main())\n"
    ));
    let change = name_at(&project, "a.py:11");
    let decision = json!({"change": change, "verdict": "suppress", "note": "why"});
    let file = json!({"version": 1, "decisions": [decision]});
    project.write("decisions.json", file.to_string());
    let run = project.run(&["migrate", "--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text("a.py");
    let written = "    # awaitify: ignore[task-handle] why\n    asyncio.create_task(tick())\n";
    assert!(text.contains(written), "{run:?}\n{text}");
}

#[test]
fn what_an_edited_text_uses_stays() {
    let (code, told, text) = migrate(
        ONE,
        [
            "    time.sleep(1)\n",
            "    x = time.monotonic()\n    await asyncio.sleep(1)\n",
        ],
    );
    assert_eq!(code, Some(0), "{told}");
    assert!(
        text.contains("import time\n") && text.contains("import asyncio\n"),
        "{text}"
    );
    // Lines end, as those of the file do.
    let (_, _, text) = migrate(
        &format!("{ONE}    x = 1\n").replace('\n', "\r\n"),
        ["    time.sleep(1)\r\n", "    await nap()  #\n    y = 1"],
    );
    assert!(
        text.ends_with("    await nap()  #\r\n    y = 1\r\n    x = 1\r\n"),
        "{text:?}"
    );
}

#[test]
fn what_is_accepted_again_stays_as_it_was_written() {
    let project = Project::new(&format!("{TOML}//- a.py\n{ONE}"));
    let mut session = with_editor(&project, "s/asyncio.sleep(1)/asyncio.sleep(1, None)/");
    session.expect("q quit");
    // Why it was kept out is no reason to make it.
    session.press("sthe sensor settles\r", "[s]");
    session.press("e", "[e]");
    session.press("y", "1 accepted");
    session.press("q", "stored in");
    session.end();
    let stored: Value =
        serde_json::from_str(&project.text("awaitify-decisions.json")).expect("decisions are JSON");
    assert_eq!(stored["decisions"][0].get("note"), None, "{stored}");
    let run = project.run(&["migrate", "--decisions", "awaitify-decisions.json"]);
    let text = project.text("a.py");
    assert!(text.contains("await asyncio.sleep(1, None)\n"), "{run:?}");
}

#[test]
fn a_text_that_others_are_written_for_is_not_edited() {
    let project = Project::new(&format!(
        "{TOML}//- cache.py\nasync def lookup(key):\n    return TABLE[key]\n\n\nTABLE = {{}}\n//- main.py\nfrom cache import lookup\n\n\nasync def main():\n    print(await lookup(1))\n"
    ));
    let words = [
        "diff",
        "--safety",
        "review",
        "--select",
        "async-without-await",
        "--format",
        "json",
        ".",
    ];
    let changes = project.run(&words).of_type("change").into_iter();
    let decisions = changes.filter(|it| it["role"] == "primary").map(|it| {
        let edited = match it["path"] == "cache.py" {
            true => vec![json!({"before": "async def lookup(key):\n", "after": "async def lookup(key: int):\n"})],
            false => Vec::new(),
        };
        json!({"change": it["change"], "verdict": "accept", "edited": edited})
    });
    let file = json!({"version": 1, "decisions": decisions.collect::<Vec<_>>()});
    project.write("decisions.json", file.to_string());
    let before = project.text("main.py");
    let run = project.run(&[
        "migrate",
        "--decisions",
        "decisions.json",
        "--select",
        "async-without-await",
    ]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stdout.contains("other files change with it"), "{run:?}");
    assert_eq!(project.text("main.py"), before);
}

#[test]
fn the_last_line_of_a_cell_is_edited() {
    let cell = |source: &str| json!({"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": [source]});
    let notebook = json!({
        "cells": [cell("import asyncio"), cell("async def f():\n    pass"), cell("asyncio.run(f())"), cell("x = 1")],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    });
    let text = edited(
        &format!("//- n.ipynb\n{notebook}\n"),
        "s/await f()/await f()  # now/",
        "n.ipynb",
    );
    assert!(text.contains("\"await f()  # now\""), "{text}");
}

#[test]
fn what_takes_a_suppressed_line_away_is_not_done() {
    let text = "import asyncio\n\n\nasync def third():\n    loop = asyncio.get_event_loop()\n    r = await loop.run_in_executor(None, print, 1)\n    return r\n";
    let project = Project::new(&format!("{TOML}//- a.py\n{text}"));
    let [loops, runs] = ["a.py:5", "a.py:6"].map(|at| name_at(&project, at));
    let decisions = json!([
        {"change": loops, "verdict": "suppress", "note": "the tests patch it"},
        {"change": runs, "verdict": "accept"},
    ]);
    let file = json!({"version": 1, "decisions": decisions});
    project.write("decisions.json", file.to_string());
    let run = project.run(&["migrate", "--decisions", "decisions.json"]);
    assert!(run.stdout.contains("Decided, but not done"), "{run:?}");
    let comment = "    # awaitify: ignore[get-event-loop] the tests patch it\n    loop =";
    let expected = text.replace("    loop =", comment);
    assert_eq!(project.text("a.py"), expected, "{run:?}");
}

#[test]
fn a_suppressed_site_in_a_header_of_several_lines_is_kept_out() {
    for text in [
        "import time\n\n\nasync def f():\n    if (\n        time.sleep(1)\n    ): pass\n",
        "import time\n\n\nasync def f():\n    @time.sleep(1)\n    def g(): pass\n",
    ] {
        let text = suppressed(&format!("//- a.py\n{text}"), "a.py");
        assert!(
            text.contains("    # awaitify: ignore[blocking-sleep]"),
            "{text}"
        );
    }
}
