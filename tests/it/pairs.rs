//! Jupytext pairs: a notebook and its text file get the same changes, or none.

use serde_json::{Value, json};

use crate::support::{Project, Run};

const IMPORT: &str = "import asyncio";
const DEFINE: &str = "async def work():\n    return 1";
const CALL: &str = "asyncio.run(work())";

const FORMATS: &str = "ipynb,py:percent";

/// A notebook with these cells of code; `formats` go into its metadata.
fn notebook(cells: &[&str], formats: &str) -> String {
    let cell = |source: &&str| {
        json!({"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [],
            "source": source.split_inclusive('\n').collect::<Vec<_>>()})
    };
    let prose = json!({"cell_type": "markdown", "metadata": {}, "source": "# Title"});
    let cells: Vec<Value> = [prose].into_iter().chain(cells.iter().map(cell)).collect();
    let metadata = match formats {
        "" => json!({}),
        formats => json!({"jupytext": {"formats": formats}}),
    };
    let all = json!({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4});
    serde_json::to_string_pretty(&all).expect("it is JSON")
}

/// The same as a percent file; `formats` go into its header.
fn percent(cells: &[&str], formats: &str) -> String {
    let mut text = match formats {
        "" => String::new(),
        formats => format!("# ---\n# jupyter:\n#   jupytext:\n#     formats: {formats}\n# ---\n\n"),
    };
    text.push_str("# %% [markdown]\n# # Title\n");
    for cell in cells {
        text.push_str(&format!("\n# %%\n{cell}\n"));
    }
    text
}

fn pair() -> Project {
    let project = Project::empty();
    let cells = [IMPORT, DEFINE, CALL];
    project.write("nb.ipynb", notebook(&cells, FORMATS));
    project.write("nb.py", percent(&cells, FORMATS));
    project
}

fn migrate(project: &Project, arguments: &[&str]) -> Run {
    let command = ["migrate", "--allow-dirty", "--format", "json"];
    project.run(&[&command[..], arguments].concat())
}

/// Checks which of the two were changed, and returns what the run says.
#[track_caller]
fn check(project: &Project, arguments: &[&str], is_changed: [bool; 2]) -> Run {
    let run = migrate(project, arguments);
    let has_await = |path: &str| project.text(path).contains("await work()");
    let found = [has_await("nb.ipynb"), has_await("nb.py")];
    assert_eq!(found, is_changed, "{run:?}");
    run
}

#[track_caller]
fn check_findings(run: &Run, path: &str, words: &str) {
    let findings = run.of_type("finding");
    let of_path = findings.iter().filter(|finding| finding["path"] == path);
    let reasons: Vec<&str> = of_path
        .filter_map(|finding| finding["reason"].as_str())
        .collect();
    assert!(!reasons.is_empty(), "no finding in {path}: {run:?}");
    assert!(
        reasons.iter().any(|reason| reason.contains(words)),
        "{reasons:?}"
    );
}

#[test]
fn both_change_and_each_change_requires_its_like() {
    let project = pair();
    let run = check(&project, &["."], [true, true]);
    let changes = run.of_type("change");
    assert_eq!(changes.len(), 2, "{run:?}");
    for (one, other) in [(0, 1), (1, 0)] {
        assert_eq!(changes[one]["requires"], json!([changes[other]["change"]]));
    }
    let tree = project.tree();
    let again = check(&project, &["."], [true, true]);
    assert_eq!(again.of_type("change").len(), 0, "{again:?}");
    assert_eq!(project.tree(), tree);
}

#[test]
fn one_alone_is_left_with_a_finding_that_names_the_other() {
    for (arguments, path, other) in [
        (&["nb.py"][..], "nb.py", "nb.ipynb"),
        (&["nb.ipynb"][..], "nb.ipynb", "nb.py"),
        (&["--exclude", "nb.py", "."][..], "nb.ipynb", "nb.py"),
    ] {
        let run = check(&pair(), arguments, [false, false]);
        check_findings(
            &run,
            path,
            &format!("its Jupytext pair {other} is not part of this run"),
        );
        assert_eq!(run.of_type("change").len(), 0, "{run:?}");
    }
}

#[test]
fn the_order_and_the_form_of_names_make_no_difference() {
    check(&pair(), &["nb.py", "./nb.ipynb"], [true, true]);
    let project = pair();
    let absolute = project.root().join("nb.ipynb");
    let absolute = absolute.to_string_lossy();
    check(&project, &["nb.py", &absolute], [true, true]);
}

#[test]
fn what_one_of_them_cannot_have_the_other_does_not_get() {
    let project = pair();
    // A file that is imported is a script: it cannot await at the top.
    project.write("other.py", "import nb\n");
    let run = check(&project, &["--safety", "review", "."], [false, false]);
    check_findings(
        &run,
        "nb.ipynb",
        "its Jupytext pair nb.py would not get the same change",
    );
}

#[test]
fn a_broken_pair_gets_nothing_nor_does_the_other() {
    let project = pair();
    project.write(
        "nb.py",
        b"# ---\n# jupytext:\n#   formats: ipynb,py\n# ---\n\xff\xfe",
    );
    let run = migrate(&project, &["."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.of_type("error").len(), 1, "{run:?}");
    check_findings(&run, "nb.ipynb", "nb.py would not get the same change");
}

#[test]
fn the_less_safe_of_two_decides() {
    let project = pair();
    // That makes the text file perhaps a script.
    project.write("README.md", "Run `python nb.py`.\n");
    let run = check(&project, &["."], [false, false]);
    for change in run.of_type("change") {
        assert_eq!(change["safety"], "review", "{change}");
        assert!(
            change["doubts"].to_string().contains("README.md"),
            "{change}"
        );
    }
    check(&project, &["--safety", "review", "."], [true, true]);
}

#[test]
fn what_only_one_of_them_has_is_left_and_the_rest_is_made() {
    let project = pair();
    let more = [IMPORT, DEFINE, CALL, "print(asyncio.run(work()))"];
    project.write("nb.ipynb", notebook(&more, FORMATS));
    let run = check(&project, &["."], [true, true]);
    assert_eq!(run.of_type("change").len(), 2, "{run:?}");
    check_findings(&run, "nb.ipynb", "nb.py would not get the same change");
    assert!(
        project
            .text("nb.ipynb")
            .contains("print(asyncio.run(work()))"),
        "{run:?}"
    );
}

#[test]
fn the_place_that_says_so_makes_no_difference() {
    let cells = [IMPORT, DEFINE, CALL];
    let places: [(&str, &str, &str); 5] = [
        (FORMATS, "", ""),
        ("", FORMATS, ""),
        ("", "", "jupytext.toml"),
        ("", "", ".jupytext.toml"),
        ("", "", "pyproject.toml"),
    ];
    for (in_notebook, in_text, file) in places {
        let project = Project::empty();
        project.write("nb.ipynb", notebook(&cells, in_notebook));
        project.write("nb.py", percent(&cells, in_text));
        let section = if file == "pyproject.toml" {
            "[tool.jupytext]\n"
        } else {
            ""
        };
        if !file.is_empty() {
            project.write(file, format!("{section}formats = \"{FORMATS}\"\n"));
        }
        for name in ["nb.py", "nb.ipynb"] {
            let run = check(&project, &[name], [false, false]);
            check_findings(&run, name, "Jupytext pair");
        }
    }
}

#[test]
fn files_that_only_share_a_name_are_no_pair() {
    let project = Project::empty();
    let cells = [IMPORT, DEFINE, CALL];
    project.write("nb.ipynb", notebook(&cells, ""));
    project.write("nb.py", percent(&cells, ""));
    check(&project, &["nb.ipynb"], [true, false]);
}

#[test]
fn a_pair_that_is_not_there_is_no_pair() {
    let project = pair();
    project.write("nb.py", "");
    std::fs::remove_file(project.root().join("nb.py")).expect("it was there");
    let run = migrate(&project, &["."]);
    assert_eq!(run.of_type("finding").len(), 0, "{run:?}");
    assert!(project.text("nb.ipynb").contains("await work()"), "{run:?}");
}

#[test]
fn a_pair_in_a_form_that_is_not_read_is_left() {
    let project = Project::empty();
    project.write("nb.ipynb", notebook(&[IMPORT, DEFINE, CALL], "ipynb,md"));
    project.write("nb.md", "# Title\n");
    let run = migrate(&project, &["."]);
    check_findings(
        &run,
        "nb.ipynb",
        "its Jupytext pair nb.md is not part of this run",
    );
}

#[test]
fn both_folders_of_a_pair_are_found() {
    let formats = "notebooks//ipynb,scripts//py:percent";
    let cells = [IMPORT, DEFINE, CALL];
    let project = Project::empty();
    project.write("pyproject.toml", "");
    project.write("notebooks/nb.ipynb", notebook(&cells, formats));
    project.write("scripts/nb.py", percent(&cells, formats));
    let run = migrate(&project, &["scripts"]);
    check_findings(
        &run,
        "scripts/nb.py",
        "its Jupytext pair notebooks/nb.ipynb",
    );
    let run = migrate(&project, &["."]);
    assert_eq!(run.of_type("change").len(), 2, "{run:?}");
    assert!(
        project.text("scripts/nb.py").contains("await work()"),
        "{run:?}"
    );
}

#[test]
fn the_nearest_configuration_names_folders() {
    let cells = [IMPORT, DEFINE, CALL];
    let project = Project::empty();
    project.write("pyproject.toml", "[tool.jupytext]\nformats = 'ipynb,md'\n");
    project.write(
        "docs/jupytext.toml",
        "[formats]\n'notebooks/' = 'ipynb'\n'scripts/' = 'py:percent'\n",
    );
    project.write("docs/notebooks/a/nb.ipynb", notebook(&cells, ""));
    project.write("docs/scripts/a/nb.py", percent(&cells, ""));
    let run = migrate(&project, &["docs/notebooks"]);
    let words = "its Jupytext pair docs/scripts/a/nb.py";
    check_findings(&run, "docs/notebooks/a/nb.ipynb", words);
    let run = migrate(&project, &["."]);
    assert_eq!(run.of_type("change").len(), 2, "{run:?}");
}

#[cfg(unix)]
#[test]
fn one_cannot_be_written_without_the_other() {
    use std::os::unix::fs::symlink;
    let project = pair();
    // A link that leads out of the tree is not written through.
    let outside = Project::empty();
    outside.write("nb.py", project.text("nb.py"));
    std::fs::remove_file(project.root().join("nb.py")).expect("it was there");
    symlink(outside.root().join("nb.py"), project.root().join("nb.py")).expect("a link");
    let run = migrate(&project, &["nb.ipynb", "nb.py"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        !project.text("nb.ipynb").contains("await work()"),
        "{run:?}"
    );
    assert!(!outside.text("nb.py").contains("await work()"), "{run:?}");
    let errors = run.of_type("error");
    assert_eq!(errors.len(), 2, "{run:?}");
}
