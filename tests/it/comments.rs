//! Comments that a run writes and removes: marks of what is left for a person, and ignores that keep nothing
//! away.

use awaitify::recipe::catalog::Catalog;
use serde_json::json;

use crate::support::{Project, Run};

fn migrate(project: &Project, words: &[&str]) -> Run {
    let run = project.run(&[&["migrate", "--allow-dirty"], words, &["."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    run
}

/// Marks what is left of a file; a second run changes nothing, and `undo` puts all back.
#[track_caller]
fn check_marks(name: &str, before: &str, after: &str) {
    let project = Project::empty();
    project.write(name, before);
    let run = migrate(&project, &["--markers"]);
    assert_eq!(project.text(name), after, "{run:?}");
    let again = migrate(&project, &["--markers"]);
    assert_eq!(project.text(name), after, "{again:?}");
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
    let undone = project.run(&["undo"]);
    assert_eq!(project.text(name), before, "{undone:?}");
}

const LOCKED: &str = "time.sleep blocks the event loop. Not changed: a threading lock held over an await can block the loop: release the lock first, or use asyncio.Lock";

#[test]
fn what_is_left_has_one_mark_above_its_statement() {
    let mark = format!("# awaitify: todo[blocking-sleep] {LOCKED}");
    let head = "import threading\nimport time\n\nlock = threading.Lock()\n\n\n";
    for (before, after) in [
        (
            "async def f():\n    with lock:\n        time.sleep(1)\n        time.sleep(2)\n",
            "async def f():\n    with lock:\n        MARK\n        time.sleep(1)\n        MARK\n        time.sleep(2)\n",
        ),
        (
            "async def f():\n\twith lock:\n\t\tx = 1; time.sleep(1); time.sleep(2)\n",
            "async def f():\n\twith lock:\n\t\tMARK\n\t\tx = 1; time.sleep(1); time.sleep(2)\n",
        ),
        (
            "async def f():\n    with lock: time.sleep(1)\n",
            "async def f():\n    MARK\n    with lock: time.sleep(1)\n",
        ),
        (
            "async def f():\n    with lock:\n        if a: \\\n            time.sleep(1)\n",
            "async def f():\n    with lock:\n        MARK\n        if a: \\\n            time.sleep(1)\n",
        ),
        (
            "async def f():\n    with lock:\n        if a:\n            pass\n        elif time.sleep(1):\n            pass\n",
            "async def f():\n    with lock:\n        if a:\n            pass\n        MARK\n        elif time.sleep(1):\n            pass\n",
        ),
        (
            "async def f():\n    with lock:\n        x = f\"\"\"\n    a {time.sleep(1)}\n\"\"\"\n",
            "async def f():\n    with lock:\n        MARK\n        x = f\"\"\"\n    a {time.sleep(1)}\n\"\"\"\n",
        ),
    ] {
        let after = after.replace("MARK", &mark);
        check_marks(
            "a.py",
            &format!("{head}{before}"),
            &format!("{head}{after}"),
        );
        let crlf = |text: &str| format!("{head}{text}").replace('\n', "\r\n");
        check_marks("a.py", &crlf(before), &crlf(&after));
    }
}

#[test]
fn a_mark_stands_behind_what_begins_a_file() {
    let mark = "# awaitify: todo[run-until-complete]";
    let text = "asyncio.get_event_loop().run_until_complete(main(asyncio))\n";
    for (head, before) in [
        ("\u{feff}", ""),
        ("", "#!/usr/bin/env python\n# coding: utf-8\n"),
    ] {
        let project = Project::empty();
        project.write("a.py", format!("{head}{before}import asyncio\n\nloop = asyncio.new_event_loop()\n\n\ndef f():\n    loop.run_until_complete(g())\n{text}"));
        let run = migrate(&project, &["--markers", "--select", "*"]);
        let after = project.text("a.py");
        assert!(
            after.starts_with(&format!("{head}{before}")),
            "{after}{run:?}"
        );
        assert!(after.contains(mark), "{after}{run:?}");
        migrate(&project, &["--markers", "--select", "*"]);
        assert_eq!(project.text("a.py"), after);
    }
}

#[test]
fn a_file_with_an_encoding_is_marked() {
    let text = "# coding: ascii\nimport threading\nimport time\n\nlock = threading.Lock()\n\n\nasync def f():\n    with lock:\n        time.sleep(1)\n";
    let project = Project::empty();
    project.write("a.py", text);
    let run = migrate(&project, &["--markers"]);
    assert!(
        project.text("a.py").contains("        # awaitify: todo["),
        "{run:?}"
    );
}

#[test]
fn marks_stand_in_the_text_that_the_changes_leave() {
    let before = "import threading\nimport time\n\nlock = threading.Lock()\n\n\nasync def g():\n    time.sleep(0)\n    with lock:\n        time.sleep(1)\n";
    let after = format!(
        "import asyncio\nimport threading\nimport time\n\nlock = threading.Lock()\n\n\nasync def g():\n    await asyncio.sleep(0)\n    with lock:\n        # awaitify: todo[blocking-sleep] {LOCKED}\n        time.sleep(1)\n"
    );
    check_marks("a.py", before, &after);
}

#[test]
fn a_mark_is_renewed_and_goes() {
    let old = "import time\n\n\nasync def f():\n    # awaitify: todo[blocking-sleep] it was so\n    time.sleep(1)\n\n\ndef g():\n    # awaitify: todo[blocking-sleep] nothing is here\n    # awaitify: todo[no-such-recipe] somebody else's\n    pass\n";
    let project = Project::new(&format!("//- a.py\n{old}"));
    migrate(&project, &["--markers"]);
    assert_eq!(
        project.text("a.py"),
        "import asyncio\n\n\nasync def f():\n    await asyncio.sleep(1)\n\n\ndef g():\n    # awaitify: todo[no-such-recipe] somebody else's\n    pass\n"
    );
    // What was not asked about stays.
    let project = Project::new(&format!("//- a.py\n{old}"));
    migrate(&project, &["--markers", "--select", "missing-await"]);
    assert_eq!(project.text("a.py"), old);
    let held = old.replace(
        "    time.sleep(1)",
        "    with lock:\n        # awaitify: todo[blocking-sleep] other\n        time.sleep(1)",
    );
    let project = Project::new(&format!(
        "//- a.py\nimport threading\nlock = threading.Lock()\n{held}"
    ));
    migrate(&project, &["--markers"]);
    let text = project.text("a.py");
    assert!(
        text.contains(&format!(
            "        # awaitify: todo[blocking-sleep] {LOCKED}\n        time"
        )),
        "{text}"
    );
    assert_eq!(text.matches("blocking-sleep").count(), 1, "{text}");
}

#[test]
fn an_ignored_site_has_no_mark() {
    let text = "import threading\nimport time\n\nlock = threading.Lock()\n\n\nasync def f():\n    with lock:\n        time.sleep(1)  # awaitify: ignore[blocking-sleep] short\n";
    let project = Project::new(&format!("//- a.py\n{text}"));
    migrate(&project, &["--markers"]);
    assert_eq!(project.text("a.py"), text);
}

#[test]
fn what_is_to_review_is_marked_where_it_is_not_made() {
    let text = "import time\n\n\nasync def f(delay):\n    time.sleep(-delay)\n";
    let project = Project::new(&format!("//- a.py\n{text}"));
    let diff = project.run(&["diff", "--markers", "."]);
    assert!(
        diff.stdout
            .contains("+    # awaitify: todo[blocking-sleep] review: "),
        "{diff:?}"
    );
    migrate(&project, &["--markers"]);
    assert!(
        project
            .text("a.py")
            .contains("todo[blocking-sleep] review: ")
    );
    // The mark goes with the change.
    migrate(&project, &["--markers", "--safety", "review"]);
    let text = project.text("a.py");
    assert!(
        text.contains("await asyncio.sleep") && !text.contains("todo"),
        "{text}"
    );
}

fn notebook(cells: &[&str]) -> String {
    let cells: Vec<_> = cells
        .iter()
        .map(|code| {
            let source: Vec<String> = code.split_inclusive('\n').map(str::to_owned).collect();
            json!({"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": source})
        })
        .collect();
    json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string()
}

fn cells(text: &str) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
    let cells = json["cells"].as_array().expect("it has cells");
    let lines = |cell: &serde_json::Value| {
        let lines = cell["source"].as_array().cloned().unwrap_or_default();
        lines
            .iter()
            .filter_map(|line| line.as_str())
            .collect::<String>()
    };
    cells.iter().map(lines).collect()
}

#[test]
fn a_mark_stands_in_its_cell() {
    let mark = "# awaitify: todo[run-forever-in-cell]";
    let project = Project::empty();
    project.write(
        "n.ipynb",
        notebook(&[
            "import asyncio\nloop = asyncio.get_event_loop()",
            "loop.run_forever()",
            "%time loop.run_forever()",
        ]),
    );
    let run = migrate(&project, &["--markers"]);
    let text = project.text("n.ipynb");
    let after = cells(&text);
    assert_eq!(
        after[0], "import asyncio\nloop = asyncio.get_event_loop()",
        "{run:?}"
    );
    for (cell, code) in [
        (1, "\nloop.run_forever()"),
        (2, "\n%time loop.run_forever()"),
    ] {
        assert!(
            after[cell].starts_with(mark) && after[cell].ends_with(code),
            "{after:?}{run:?}"
        );
        assert_eq!(after[cell].lines().count(), 2, "{after:?}");
    }
    migrate(&project, &["--markers"]);
    assert_eq!(project.text("n.ipynb"), text);

    let project = Project::empty();
    let percent =
        "# %%\nimport asyncio\nloop = asyncio.get_event_loop()\n\n# %%\nloop.run_forever()\n";
    project.write("n.py", percent);
    let run = migrate(&project, &["--markers"]);
    let text = project.text("n.py");
    assert!(text.contains(&format!("# %%\n{mark}")), "{text}{run:?}");
    migrate(&project, &["--markers"]);
    assert_eq!(project.text("n.py"), text);
}

/// Removes unused ignores.
#[track_caller]
fn check_removed(name: &str, before: &str, after: &str) {
    let project = Project::empty();
    project.write(name, before);
    let run = migrate(&project, &["--remove-unused-ignores"]);
    assert_eq!(project.text(name), after, "{run:?}");
    assert_eq!(run.stderr, "", "{run:?}");
    let undone = project.run(&["undo"]);
    assert_eq!(project.text(name), before, "{undone:?}");
}

#[test]
fn an_unused_comment_goes_as_a_careful_person_would_remove_it() {
    let ignore = "# awaitify: ignore[blocking-sleep] once it slept";
    for (before, after) in [
        ("x = 1  IGNORE\ny = 2\n", "x = 1\ny = 2\n"),
        ("def f():\n    IGNORE\n    x = 1\n", "def f():\n    x = 1\n"),
        (
            "def f():\r\n    IGNORE\r\n    x = 1\r\n",
            "def f():\r\n    x = 1\r\n",
        ),
        ("x = 1  IGNORE", "x = 1"),
        ("x = 1  # noqa: E501  IGNORE\n", "x = 1  # noqa: E501\n"),
        ("x = 1  IGNORE  # noqa: E501\n", "x = 1  # noqa: E501\n"),
        ("# type: ignore  IGNORE\nx = 1\n", "# type: ignore\nx = 1\n"),
        (
            "# awaitify: ignore-file[blocking-sleep] all\n\nx = 1\n",
            "\nx = 1\n",
        ),
        ("x = 1  IGNORE  OTHER\n", "x = 1\n"),
        ("IGNORE OTHER\nx = 1\n", "x = 1\n"),
        (
            "x = 1  IGNORE  OTHER  # noqa: E501\n",
            "x = 1  # noqa: E501\n",
        ),
        (
            "x = 1  # noqa: E501  IGNORE  OTHER\n",
            "x = 1  # noqa: E501\n",
        ),
        (
            "x = 1  IGNORE  # noqa: E501  OTHER\n",
            "x = 1  # noqa: E501\n",
        ),
    ] {
        let other = "# awaitify: ignore[missing-await] once it waited";
        let with = |text: &str| text.replace("IGNORE", ignore).replace("OTHER", other);
        check_removed("a.py", &with(before), &with(after));
    }
    check_removed(
        "a.py",
        "import time\n\n\nasync def f(lock):\n    time.sleep(1)  # awaitify: ignore[missing-await, blocking-sleep] why\n",
        "import time\n\n\nasync def f(lock):\n    time.sleep(1)  # awaitify: ignore[blocking-sleep] why\n",
    );
}

#[test]
fn an_unused_comment_leaves_its_cell() {
    let project = Project::empty();
    let ignore = "# awaitify: ignore[blocking-sleep] why";
    let before = notebook(
        &["x = 1\nIGNORE", "IGNORE\ny = 2", "z = 3  IGNORE"]
            .map(|it| it.replace("IGNORE", ignore))
            .each_ref()
            .map(String::as_str),
    );
    project.write("n.ipynb", before);
    let run = migrate(&project, &["--remove-unused-ignores"]);
    let after = cells(&project.text("n.ipynb"));
    // The first is about nothing: that is told.
    assert!(run.stderr.contains("it is about nothing"), "{run:?}");
    assert_eq!(after[1..], ["y = 2", "z = 3"], "{run:?}");
    let last = "# awaitify: ignore-cell[blocking-sleep] why";
    project.write(
        "n.ipynb",
        notebook(&[
            &format!("x = 1\n{last}"),
            last,
            &format!("y = 1\n\n{last}\n"),
        ]),
    );
    let run = migrate(&project, &["--remove-unused-ignores"]);
    let after = cells(&project.text("n.ipynb"));
    assert_eq!(after, ["x = 1", "", "y = 1\n\n"], "{run:?}");
}

#[test]
fn what_a_run_did_not_ask_about_is_not_unused() {
    let text = "import time\nx = 1  # awaitify: ignore[blocking-sleep] why\n\n\nasync def f():\n    time.sleep(1)  # awaitify: ignore[missing-await] why\n";
    let project = Project::new(&format!("//- a.py\n{text}"));
    let run = migrate(
        &project,
        &["--remove-unused-ignores", "--select", "async-for"],
    );
    assert_eq!(
        (project.text("a.py").as_str(), run.stderr.as_str()),
        (text, "")
    );
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--remove-unused-ignores",
        "a.py:6",
    ]);
    assert_eq!(
        project.text("a.py"),
        "import asyncio\nx = 1  # awaitify: ignore[blocking-sleep] why\n\n\nasync def f():\n    await asyncio.sleep(1)\n",
        "{run:?}"
    );
}

#[test]
fn both_go_together_with_the_changes() {
    let text = "import threading\nimport time\n\nlock = threading.Lock()\nx = 1  # awaitify: ignore[blocking-sleep] why\n\n\nasync def f():\n    time.sleep(1)\n    with lock:\n        # awaitify: ignore[missing-await] why\n        time.sleep(1)\n";
    let project = Project::new(&format!("//- a.py\n{text}"));
    let run = migrate(&project, &["--markers", "--remove-unused-ignores"]);
    let after = project.text("a.py");
    assert!(!after.contains("ignore["), "{after}{run:?}");
    assert!(after.contains("await asyncio.sleep(1)"), "{after}{run:?}");
    assert!(
        after.contains("    with lock:\n        # awaitify: todo[blocking-sleep] "),
        "{after}{run:?}"
    );
    let again = migrate(&project, &["--markers", "--remove-unused-ignores"]);
    assert_eq!(project.text("a.py"), after, "{again:?}");
}

#[test]
fn both_go_together_from_one_comment() {
    let project = Project::new(
        "//- a.py\nx = 1  # awaitify: ignore[blocking-sleep] why  # awaitify: todo[missing-await] wait\n",
    );
    let run = migrate(&project, &["--markers", "--remove-unused-ignores"]);
    assert_eq!(project.text("a.py"), "x = 1\n", "{run:?}");
}

#[test]
fn prose_about_comments_is_no_comment() {
    let text = "# %% [markdown]\n# Write `# awitify` so:\n# # awaitify: ignore[blocking-sleep] why\n# # awaitify: todo[blocking-sleep] why\n\n# %%\nx = 1\n";
    let project = Project::empty();
    project.write("n.py", text);
    let run = migrate(&project, &["--markers", "--remove-unused-ignores"]);
    assert_eq!(
        (project.text("n.py").as_str(), &*run.stderr),
        (text, ""),
        "{run:?}"
    );
}

#[test]
fn only_lines_that_changed_lose_their_unused_comments() {
    let ignore = "# awaitify: ignore[blocking-sleep] why";
    let project = Project::new(&format!("//- a.py\nx = 1  {ignore}\n"));
    for words in [
        &["init", "-q"][..],
        &["add", "."],
        &[
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "commit",
            "-qm",
            "a",
        ],
    ] {
        let done = std::process::Command::new("git")
            .current_dir(project.root())
            .args(words)
            .status();
        assert!(done.is_ok_and(|status| status.success()), "{words:?}");
    }
    project.write("a.py", format!("x = 1  {ignore}\ny = 2  {ignore}\n"));
    let run = migrate(&project, &["--remove-unused-ignores", "--since", "HEAD"]);
    assert_eq!(
        project.text("a.py"),
        format!("x = 1  {ignore}\ny = 2\n"),
        "{run:?}"
    );
}

#[test]
fn a_mark_does_not_name_a_line_that_moves() {
    let text = "import asyncio\n\nloop = asyncio.get_event_loop()\n\n\ndef f():\n    return loop.run_until_complete(g())\n\n\nasync def g():\n    return f()\n";
    let project = Project::new(&format!("//- a.py\n{text}"));
    migrate(&project, &["--markers", "--select", "*"]);
    let after = project.text("a.py");
    assert!(after.contains("todo["), "{after}");
    let is_numbered = |line: &&str| line.contains("todo[") && line.contains("line 1");
    assert!(!after.lines().any(|line| is_numbered(&line)), "{after}");
    migrate(&project, &["--markers", "--select", "*"]);
    assert_eq!(project.text("a.py"), after);
}

#[test]
fn a_mark_inside_of_what_goes_goes_with_it() {
    let text = "try:\n    import nest_asyncio\n\n    nest_asyncio.apply()\nexcept ImportError:\n    nest_asyncio = None\n\n\nasync def total(values):\n    return sum(values)\n";
    let project = Project::new(&format!("//- a.py\n{text}"));
    migrate(&project, &["--markers", "--select", "nest-asyncio"]);
    let marked = project.text("a.py");
    assert!(marked.contains("todo[nest-asyncio] review: "), "{marked}");
    let review = [
        "--markers",
        "--safety",
        "review",
        "--select",
        "nest-asyncio",
    ];
    let run = migrate(&project, &review);
    assert_eq!(
        project.text("a.py"),
        "async def total(values):\n    return sum(values)\n",
        "{run:?}"
    );
}

/// The examples of all recipes are marked once.
#[test]
fn marks_are_the_same_in_a_second_run() {
    let project = Project::empty();
    let catalog = Catalog::shipped().expect("the recipes are right");
    for recipe in catalog.recipes() {
        for (number, example) in recipe.examples().iter().enumerate() {
            let folder = format!("{}-{number}", recipe.id);
            project.write(&format!("{folder}/pyproject.toml"), "");
            for (name, text) in example.before.iter().filter(|it| it.0.ends_with(".py")) {
                project.write(&format!("{folder}/{name}"), text);
            }
        }
    }
    for level in ["safe", "review"] {
        let words = ["--markers", "--select", "*", "--safety", level];
        project.run(&[&["migrate", "--allow-dirty"], &words[..], &["."]].concat());
        let again = project.run(&[&["migrate", "--allow-dirty"], &words[..], &["."]].concat());
        assert!(again.stdout.contains("Nothing written"), "{again:?}");
    }
}
