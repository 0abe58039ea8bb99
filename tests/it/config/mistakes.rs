//! Configurations that are wrong: all is told, nothing is done.

use super::{LIMITED, OFF, check, json, project};
use crate::support::Project;

/// Checks that nothing is planned and that the messages stand in the errors, in order.
#[track_caller]
fn check_refused(project: &Project, arguments: &[&str], messages: &[&str]) {
    let before = project.tree();
    let run = json(project, arguments);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    let mut rest = run.stderr.as_str();
    for message in messages {
        let at = rest.find(message);
        rest = &rest[at.unwrap_or_else(|| panic!("{message:?} is not in\n{}", run.stderr))..];
    }
    let mut migrate = vec!["migrate", "--allow-dirty"];
    migrate.extend(arguments);
    assert_eq!(project.run(&migrate).code, Some(2));
    assert_eq!(project.tree(), before);
}

#[test]
fn unknown_recipes_get_the_nearest_one() {
    let typed = [
        ("select = ['blocking-slep']", "awaitify.toml:1:11"),
        ("ignore = ['blocking-slep']", "awaitify.toml:1:11"),
        ("extend-select = ['blocking-slep']", "awaitify.toml:1:18"),
        (
            "[[per-path]]\npaths = ['a']\nignore = ['blocking-slep']",
            "awaitify.toml:3:11",
        ),
        (
            "[[per-path]]\npaths = ['a']\nselect = ['blocking-slep']",
            "awaitify.toml:3:11",
        ),
        (
            "[[per-path]]\npaths = ['a']\nsafety = {blocking-slep = 'off'}",
            "awaitify.toml:3:11",
        ),
    ];
    for (text, place) in typed {
        let project = project(&["a.py"], &[("awaitify.toml", text)]);
        let message = "unknown recipe, area, pack or glob `blocking-slep`";
        check_refused(
            &project,
            &[],
            &[message, place, "Did you mean `blocking-sleep`?"],
        );
    }
}

#[test]
fn all_mistakes_of_all_files_are_told_before_anything_is_done() {
    let project = project(
        &["a.py", "b/b.py", "c/c.py"],
        &[
            (
                "awaitify.toml",
                "selct = []\nignore = ['no-such']\nexclude = ['[a']\n",
            ),
            (
                "b/awaitify.toml",
                "safety = 'none'\ntarget-version = '2'\n[per-path]\n",
            ),
        ],
    );
    check_refused(
        &project,
        &[],
        &[
            "awaitify.toml:1:1",
            "awaitify.toml:2:11",
            "awaitify.toml:3:12",
            "b/awaitify.toml:1:10",
            "b/awaitify.toml:2:18",
            "b/awaitify.toml:3:1",
            "6 mistakes in the configuration",
        ],
    );
}

#[test]
fn a_mistake_is_drawn_as_those_of_recipes_are() {
    let project = project(
        &["a.py"],
        &[("pyproject.toml", "[tool.awaitify]\nslect = ['a']\n")],
    );
    let run = json(&project, &[]);
    assert_eq!(
        run.stderr,
        "\
error: unknown key `slect`
 --> pyproject.toml:2:1
  |
2 | slect = ['a']
  | ^^^^^
  |
  = help: Did you mean `select`?
error: nothing was done: 1 mistake in the configuration
"
    );
}

#[test]
fn extend_leads_to_other_configurations() {
    let project = project(&["a.py"], &[("p/pyproject.toml", "[project]\n")]);
    project.write("awaitify.toml", "extend = 'none.toml'\n");
    check_refused(
        &project,
        &[],
        &["extend: ", "none.toml: No such file", "awaitify.toml:1:10"],
    );
    project.write("awaitify.toml", "\nextend = 'p/pyproject.toml'\n");
    check_refused(
        &project,
        &[],
        &["there is no [tool.awaitify] in it", "awaitify.toml:2:10"],
    );
    project.write("awaitify.toml", "extend = 'awaitify.toml'\n");
    check_refused(
        &project,
        &[],
        &["awaitify.toml extends awaitify.toml", "awaitify.toml:1:10"],
    );
    project.write("awaitify.toml", "extend = 'b.toml'\n");
    project.write("b.toml", "\nextend = 'awaitify.toml'\nselct = 1\n");
    check_refused(
        &project,
        &[],
        &[
            "awaitify.toml extends b.toml extends awaitify.toml",
            "b.toml:2:10",
            "b.toml:3:1",
        ],
    );
    project.write("awaitify.toml", "extend = 'p'\n");
    check_refused(
        &project,
        &[],
        &["p: this is a folder", "awaitify.toml:1:10"],
    );
}

#[test]
fn a_configuration_may_begin_with_a_mark_and_end_lines_in_two_characters() {
    let project = project(
        &["a.py"],
        &[(
            "awaitify.toml",
            "\u{feff}ignore = [\r\n'blocking-*'\r\n]\r\n",
        )],
    );
    check(&project, &[], &[]);
    project.write("awaitify.toml", "\u{feff}selct = [\r\n]\r\n");
    check_refused(&project, &[], &["unknown key `selct`", "awaitify.toml:1:1"]);
}

#[test]
fn an_empty_configuration_says_nothing_and_holds() {
    for text in ["", "\n", "# nothing\n", "\u{feff}"] {
        let project = project(
            &["a/a.py"],
            &[("awaitify.toml", OFF), ("a/awaitify.toml", text)],
        );
        check(&project, &[], &["a/a.py: safe"]);
    }
}

#[test]
fn a_configuration_that_is_no_text_is_refused() {
    let project = project(&["a.py"], &[]);
    project.write("awaitify.toml", b"# \xfc\n");
    check_refused(&project, &[], &["not UTF-8", "awaitify.toml:1:3"]);
    std::fs::remove_file(project.root().join("awaitify.toml")).expect("it was written");
    project.write("pyproject.toml", b"[tool.awaitify]\n# \xfc\n");
    check_refused(&project, &[], &["not UTF-8", "pyproject.toml:2:3"]);
    // Nothing of ours.
    project.write("pyproject.toml", b"# \xfc\n");
    check(&project, &[], &["a.py: safe"]);
}

#[test]
fn a_folder_of_that_name_is_none() {
    let project = project(&["a.py", "awaitify.toml/b.py", "pyproject.toml/c.py"], &[]);
    check(
        &project,
        &[],
        &[
            "a.py: safe",
            "awaitify.toml/b.py: safe",
            "pyproject.toml/c.py: safe",
        ],
    );
    let run = json(&project, &["--config", "awaitify.toml"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let run = json(&project, &["--config", "none.toml"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("No such file"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_configuration_may_be_a_link_to_one() {
    let project = project(&["a/a.py"], &[("shared/real.toml", OFF)]);
    let link = project.root().join("a/awaitify.toml");
    std::os::unix::fs::symlink("../shared/real.toml", &link).expect("a link can be made");
    check(&project, &[], &[]);
    std::fs::remove_file(project.root().join("shared/real.toml")).expect("it was written");
    let run = json(&project, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.contains("No such file"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_configuration_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let project = project(&["a.py"], &[("awaitify.toml", OFF)]);
    let path = project.root().join("awaitify.toml");
    let nobody = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&path, nobody).expect("it is ours");
    if std::fs::read(&path).is_ok() {
        // Root may read everything.
        return;
    }
    check_refused(&project, &[], &["Permission denied", "awaitify.toml"]);
}

#[test]
fn flags_that_are_wrong_are_refused() {
    let project = project(&["a.py"], &[]);
    check_refused(
        &project,
        &["--exclude", "[a"],
        &["--exclude [a", "unclosed character class"],
    );
    check_refused(&project, &["--config", "a.py"], &["not TOML"]);
}

#[test]
fn unknown_packs_get_the_nearest_one() {
    let cases = [
        ("packs = ['asyncoi']", "Did you mean `asyncio`?"),
        ("packs = ['asyncio', 'strickt']", "Did you mean `strict`?"),
        (
            "extend = 'b.toml'\npacks = ['fast-api']",
            "Did you mean `fastapi`?",
        ),
        (
            "packs = ['everything']",
            "expected async-default, asyncio, ",
        ),
    ];
    for (text, hint) in cases {
        let project = project(&["a.py"], &[("awaitify.toml", text), ("b.toml", "")]);
        check_refused(
            &project,
            &[],
            &["packs: unknown pack", "awaitify.toml:", hint],
        );
    }
}

#[test]
fn parameters_that_a_recipe_does_not_have_are_told() {
    let text = "\
recipes = ['mine']

[parameters.limited]
limt = 5
limit = 'many'
name = 3

[parameters.limted]
limit = 5

[parameters.blocking-sleep]
limit = 5
";
    let project = project(
        &["a.py"],
        &[("awaitify.toml", text), ("mine/limited.yaml", LIMITED)],
    );
    check_refused(
        &project,
        &[],
        &[
            "parameters.limited.limt: unknown parameter `limt`",
            "awaitify.toml:4:1",
            "Did you mean `limit`?",
            "parameters.limited.limit: unknown value `many`",
            "awaitify.toml:5:9",
            "expected a whole number such as 10",
            "parameters.limited.name: unknown value `3`",
            "awaitify.toml:6:8",
            "parameters.limted.limit: unknown recipe `limted`",
            "awaitify.toml:8:13",
            "Did you mean `limited`?",
            "parameters.blocking-sleep.limit: unknown parameter `limit`",
            "awaitify.toml:12:1",
            "expected none: the recipe has no parameters",
            "5 mistakes",
        ],
    );
}
