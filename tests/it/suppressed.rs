//! Comments that keep a recipe from a site: for a statement, a block, a cell, a file. They have a reason, and a
//! use.

use serde_json::json;

use crate::support::Project;

/// Runs `check` on a file; returns the lines of sites that are told, and what is warned of.
#[track_caller]
fn check(text: &str, sites: &[&str], warned: &[&str]) {
    let project = Project::new(&format!("//- a.py\n{text}"));
    let run = project.run(&["check", "-q", "."]);
    let told: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(told.len(), sites.len(), "{text}{run:?}");
    for (told, site) in told.iter().zip(sites) {
        assert!(told.starts_with(&format!("a.py:{site}")), "{text}{run:?}");
    }
    let told: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(told, warned, "{text}{run:?}");
    let code = i32::from(!sites.is_empty() || !warned.is_empty());
    assert_eq!(run.code, Some(code), "{text}{run:?}");
}

const HEAD: &str = "import time\n\n\nasync def f():\n";

#[test]
fn a_comment_keeps_a_recipe_from_its_statement_block_or_file() {
    let with = |body: &str| format!("{HEAD}{body}");
    check(
        &with(
            "    time.sleep(1)  # awaitify: ignore[blocking-sleep] measured\n    time.sleep(2)\n",
        ),
        &["6:5: blocking-sleep"],
        &[],
    );
    check(
        &with(
            "    # awaitify: ignore[blocking-sleep] measured\n    time.sleep(1)\n    time.sleep(2)\n",
        ),
        &["7:5: blocking-sleep"],
        &[],
    );
    check(
        &with(
            "    # awaitify: ignore[blocking-sleep]: measured\n    if True:\n        time.sleep(1)\n    time.sleep(2)\n",
        ),
        &["8:5: blocking-sleep"],
        &[],
    );
    check(
        &with(
            "    time.sleep(1)\n    time.sleep(2)\n# awaitify: ignore-file[blocking-sleep] all of it\n",
        ),
        &[],
        &[],
    );
    check(
        &with("    time.sleep(\n        1\n    )  # awaitify: ignore[blocking-sleep] why\n"),
        &[],
        &[],
    );
}

#[test]
fn a_comment_is_about_the_recipes_it_names_alone() {
    check(
        &format!("{HEAD}    time.sleep(1)  # awaitify: ignore[missing-await] other\n"),
        &["5:5: blocking-sleep"],
        &[
            "warning: a.py:5:20: awaitify: ignore: `missing-await` finds nothing there any more: remove the comment",
        ],
    );
    check(
        &format!("{HEAD}    time.sleep(1)  # awaitify: ignore[bloking] typo\n"),
        &["5:5: blocking-sleep"],
        &["warning: a.py:5:20: awaitify: ignore: no recipe is called `bloking`"],
    );
    check(
        &format!("{HEAD}    time.sleep(1)  # awaitify: ignore[blocking-sleep]\n"),
        &["5:5: blocking-sleep"],
        &[
            "warning: a.py:5:20: awaitify: ignore: it has no reason, so it has no effect: write a reason after `[blocking-sleep]`",
        ],
    );
    check(
        "x = 1  # awaitify: ignore[blocking-sleep] once it slept\n",
        &[],
        &[
            "warning: a.py:1:8: awaitify: ignore: `blocking-sleep` finds nothing there any more: remove the comment",
        ],
    );
    // It is a text, and no comment.
    check("x = '# awaitify: ignore[blocking-sleep]'\n", &[], &[]);
}

#[test]
fn what_shares_a_change_with_a_site_is_left_with_a_finding() {
    let text = "\
import asyncio


async def work():
    pass


loop = asyncio.get_event_loop()
loop.run_until_complete(work())  # awaitify: ignore[run-until-complete] later
loop.run_until_complete(work())
loop.close()
";
    let project = Project::new(&format!("//- a.py\n{text}"));
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--safety",
        "review",
        "--format",
        "json",
        ".",
    ]);
    assert_eq!(project.text("a.py"), text, "{run:?}");
    let findings = run.of_type("finding");
    let of_recipe = findings
        .iter()
        .filter(|it| it["recipe"] == "run-until-complete");
    let lines: Vec<_> = of_recipe.map(|it| it["line"].clone()).collect();
    assert!(
        lines.contains(&json!(10)) && !lines.contains(&json!(9)),
        "{run:?}"
    );
}

#[test]
fn a_comment_is_about_its_own_block_and_cell() {
    let text = "import time\n\n\nasync def f():\n    pass\n    # awaitify: ignore[blocking-sleep] r\n\n\nasync def g():\n    time.sleep(1)\n";
    check(
        text,
        &["10:5: blocking-sleep"],
        &[
            "warning: a.py:6:5: awaitify: ignore: it is about nothing: no statement of its block follows; write it right above the statement, as far in, or behind it",
        ],
    );
    check(
        "import time\n\n\nasync def f():\n    time.sleep(\n        1,  # awaitify: ignore[blocking-sleep] r\n    )\n",
        &[],
        &[],
    );
}

#[test]
fn a_comment_of_a_cell_is_about_its_cell() {
    let notebook = json!({
        "cells": [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
             "source": ["# awaitify: ignore-cell[asyncio-run-in-cell] shown as it was\n", "import asyncio\n", "asyncio.run(main())"]},
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
             "source": ["asyncio.run(main())"]},
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    });
    let project = Project::empty();
    project.write("n.ipynb", notebook.to_string());
    let run = project.run(&["check", "-q", "--safety", "review", "."]);
    let told: Vec<&str> = run.stdout.lines().collect();
    assert!(
        told.iter().all(|line| !line.starts_with("n.ipynb:cell 1:")),
        "{run:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.starts_with("n.ipynb:cell 2:1:")),
        "{run:?}"
    );
}

#[test]
fn what_is_clear_is_understood_and_the_rest_is_told() {
    let with = |comment: &str| format!("{HEAD}    time.sleep(1)  {comment}\n");
    for comment in [
        "#awaitify:ignore[blocking-sleep]why",
        "# AWAITIFY: Ignore[Blocking-Sleep] why",
        "# awaitify: ignore [missing-awaits blocking-sleep] why",
        "# noqa: E501  # awaitify: ignore[blocking-sleep] why",
    ] {
        let unknown: &[&str] = match comment.contains("missing") {
            true => &["warning: a.py:5:20: awaitify: ignore: no recipe is called `missing-awaits`"],
            false => &[],
        };
        check(&with(comment), &[], unknown);
    }
    let write = "write `# awaitify: ignore[recipe-id] why`";
    for (comment, why) in [
        ("# awaitify: ignore", "it does not say which recipes"),
        ("# awaitify: ignored[a] why", "`ignored` means nothing here"),
        ("# awaitify ignore[a] why", "a colon is missing"),
        ("# awaitify: ignore[a why", "a `]` is missing"),
    ] {
        let warning = format!("warning: a.py:5:20: awaitify: ignore: {why}; {write}");
        check(&with(comment), &["5:5: blocking-sleep"], &[&warning]);
    }
}

#[test]
fn a_clause_a_header_and_a_decorated_def_have_comments_too() {
    let ignore = "# awaitify: ignore[blocking-sleep] why";
    for head in ["except E", "else", "finally"] {
        let handler = if head == "else" {
            "    except F:\n        pass\n"
        } else {
            ""
        };
        let text = format!(
            "{HEAD}    try:\n        time.sleep(1)\n{handler}    {ignore}\n    {head}:\n        time.sleep(2)\n"
        );
        check(&text, &["6:9: blocking-sleep"], &[]);
    }
    check(
        &format!("import time\n\n\n@d\n{ignore}\nasync def f():\n    time.sleep(1)\n"),
        &[],
        &[],
    );
}

const LOOP: &str = "\
import asyncio


async def work():
    pass


loop = asyncio.get_event_loop()
loop.run_until_complete(work())
loop.close()  # awaitify: ignore[run-until-complete] others use it
";

#[test]
fn what_a_change_would_take_along_keeps_it_off() {
    let project = Project::new(&format!("//- a.py\n{LOOP}"));
    let run = project.run(&["check", "-q", "--safety", "review", "."]);
    let told: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        told,
        [
            "a.py:9:1: run-until-complete [manual, high] not changed: it would also change code for which the comment at line 10 turns off run-until-complete"
        ],
        "{run:?}"
    );
    assert_eq!(run.stderr, "", "{run:?}");
    // Without the comment the statement goes.
    let project = Project::new(&format!(
        "//- a.py\n{}",
        LOOP.replace("  # awaitify: ignore[run-until-complete] others use it", "")
    ));
    let run = project.run(&["migrate", "--allow-dirty", "--safety", "review", "."]);
    assert!(!project.text("a.py").contains("loop.close"), "{run:?}");
}

#[test]
fn only_what_would_touch_it_is_kept_off() {
    let text = format!("import time\n{LOOP}\n\nasync def f():\n    time.sleep(1)\n");
    let project = Project::new(&format!("//- a.py\n{text}"));
    let run = project.run(&["migrate", "--allow-dirty", "--safety", "review", "."]);
    let after = project.text("a.py");
    assert!(after.contains("loop.close()  # awaitify"), "{run:?}");
    assert!(after.contains("await asyncio.sleep(1)"), "{after}{run:?}");
    assert_eq!(run.stderr, "", "{run:?}");
}

#[test]
fn codes_of_linters_count_for_recipes_that_do_the_same() {
    let with = |comment: &str| format!("{HEAD}    time.sleep(1)  {comment}\n");
    for comment in [
        "# noqa: ASYNC251",
        "#NoQA:ASYNC251",
        "# noqa: E501, ASYNC251",
        "# type: ignore  # noqa: ASYNC251 slow start",
    ] {
        check(&with(comment), &[], &[]);
    }
    for comment in ["# noqa", "# noqa: ASYNC210", "# noqa: async251"] {
        check(&with(comment), &["5:5: blocking-sleep"], &[]);
    }
    for file in ["# ruff: noqa: ASYNC251", "# flake8: noqa: ASYNC251"] {
        check(&format!("{file}\n{}", with("")), &[], &[]);
    }
    check(
        &format!("{HEAD}    # noqa: ASYNC251\n    time.sleep(1)\n"),
        &["6:5: blocking-sleep"],
        &[],
    );
    // It is another tool's: nobody says that it is unused.
    check("x = 1  # noqa: ASYNC251\n", &[], &[]);
}

#[test]
fn a_configuration_says_that_no_reason_is_needed() {
    let text = format!("{HEAD}    time.sleep(1)  # awaitify: ignore[blocking-sleep]\n");
    let files = |configuration: &str| {
        Project::new(&format!(
            "//- awaitify.toml\n{configuration}\n//- a.py\n{text}"
        ))
    };
    let run = files("require-ignore-reason = false").run(&["check", "-q", "."]);
    assert_eq!(
        (run.code, &*run.stdout, &*run.stderr),
        (Some(0), "", ""),
        "{run:?}"
    );
    let run = files("require-ignore-reason = true").run(&["check", "-q", "."]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("it has no reason"), "{run:?}");
}

#[test]
fn a_call_in_another_file_keeps_its_def_as_it_is() {
    let project = Project::new(
        "\
//- pkg/__init__.py
//- pkg/m.py
async def load():
    return 1


async def main():
    return await load()
//- pkg/n.py
from pkg.m import load


async def go():
    return await load()  # awaitify: ignore[async-without-await] it will wait soon
",
    );
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--safety",
        "review",
        "--select",
        "async-without-await",
        ".",
    ]);
    assert!(
        project.text("pkg/m.py").starts_with("async def load"),
        "{run:?}"
    );
    // The comment has a use: without it the other file would follow.
    assert_eq!(run.stderr, "", "{run:?}");
    let n = project.text("pkg/n.py");
    project.write(
        "pkg/n.py",
        n.split("  # awaitify")
            .next()
            .unwrap_or_default()
            .to_owned()
            + "\n",
    );
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--safety",
        "review",
        "--select",
        "async-without-await",
        ".",
    ]);
    assert!(project.text("pkg/m.py").starts_with("def load"), "{run:?}");
}

#[test]
fn a_header_keeps_its_def_as_it_is_with_those_that_it_calls() {
    let project = Project::new(
        "\
//- pkg/__init__.py
//- pkg/m.py
import asyncio


async def fetch(day):
    await asyncio.sleep(0)
    return day


def rate(day):
    return asyncio.run(fetch(day))


def report(days):  # awaitify: ignore[async-propagation] others call it
    return [rate(day) for day in days]
//- use.py
from pkg.m import report

print(report([1]))
",
    );
    let words = [
        "diff",
        "--select",
        "async-propagation",
        "--safety",
        "review",
    ];
    let run = project.run(&[&words[..], &["."]].concat());
    assert!(run.stdout.contains("the comment at line 13"), "{run:?}");
    assert!(run.stdout.contains("No changes"), "{run:?}");
    // The comment has a use.
    assert_eq!(run.stderr, "", "{run:?}");
}

#[test]
fn an_explanation_names_the_comment() {
    let text = format!(
        "{HEAD}    time.sleep(1)  # awaitify: ignore[blocking-sleep] why\n    x = 1\nx = 1  # awaitify: ignore[blocking-sleep] why\n"
    );
    let project = Project::new(&format!("//- a.py\n{text}"));
    let run = project.run(&["explain", "a.py:5"]);
    assert!(
        run.stdout.contains("the comment at line 5 turns it off"),
        "{run:?}"
    );
    let run = project.run(&["explain", "a.py:6"]);
    assert!(!run.stdout.contains("finds nothing there"), "{run:?}");
}

#[test]
fn a_statement_with_a_comment_is_not_taken_away() {
    let text = "import asyncio\n\n\nasync def third():\n    loop = asyncio.get_event_loop()  # awaitify: ignore[get-event-loop] the tests patch it\n    return await loop.run_in_executor(None, print, 1)\n";
    let project = Project::new(&format!("//- a.py\n{text}"));
    let run = project.run(&["migrate", "--allow-dirty", "--safety", "review", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(project.text("a.py"), text, "{run:?}");
    let run = project.run(&["check", "."]);
    assert!(
        run.stdout
            .contains("it would take away code for which the comment at"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("finds nothing"), "{run:?}");
}
