//! Recipes of one's own: begun by `recipe new`, loaded by `--recipes` beside the shipped ones.

use crate::support::{BLOCKING, Project, recipes};

/// A recipe that changes `old(…)` into `new(…)`.
fn recipe(id: &str) -> String {
    format!(
        "id: {id}\ntitle: t\narea: own\nseverity: low\nwhy: w\n\
         rules: [{{match: lib.old($x), rewrite: lib.new($x), does: newer}}]\n\
         examples: [{{name: n, unchanged: lib.old}}]\n"
    )
}

fn project() -> Project {
    let project = Project::new("//- a.py\nimport lib\nlib.old(1)\n");
    project.write("mine/renamed.yaml", recipe("renamed"));
    project.write(
        "mine/deep/other.yaml",
        recipe("other").replace("old(", "older("),
    );
    project
}

#[test]
fn a_new_recipe_passes_its_examples() {
    let project = Project::empty();
    let run = project.run(&["recipe", "new", "utc-now"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(
        run.stdout
            .starts_with("Wrote codemods/utc-now.yaml, whose examples pass. "),
        "{run:?}"
    );
    let run = project.run(&["recipe", "test", "codemods/utc-now.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout
            .ends_with("passed: 2 examples passed, 0 failed\n"),
        "{run:?}"
    );
    let run = project.run(&["recipe", "show", "--recipes", "codemods", "utc-now"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_recipe_that_is_there_is_not_overwritten() {
    let project = Project::empty();
    project.write("my/utc-now.yaml", "mine");
    let run = project.run(&["recipe", "new", "utc-now", "--dir", "my"]);
    let expected = "error: my/utc-now.yaml already exists, and stays as it is\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), expected));
    assert_eq!(project.text("my/utc-now.yaml"), "mine");
    let shipped = &recipes()[0].id;
    let run = project.run(&["recipe", "new", shipped]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("already exists: codemods/"), "{run:?}");
}

#[test]
fn an_id_is_taken_by_folders_of_the_configuration_too() {
    let project = Project::empty();
    project.write("awaitify.toml", "recipes = ['mine']\n");
    // To begin with the folder is not there.
    let run = project.run(&["recipe", "new", "utc-now", "--dir", "mine"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = project.run(&["recipe", "new", "utc-now", "--dir", "other"]);
    let expected = "error: a recipe with the id `utc-now` already exists: mine/utc-now.yaml\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), expected));
    let run = project.run(&["recipe", "new", "utc-now", "--dir", "mine"]);
    let expected = "error: mine/utc-now.yaml already exists, and stays as it is\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), expected));
}

#[test]
fn commands_to_type_are_quoted() {
    let project = Project::empty();
    let run = project.run(&["recipe", "new", "utc-now", "--dir", "it's mine"]);
    for command in [
        r"awaitify recipe test 'it'\''s mine/utc-now.yaml'",
        r"awaitify diff --recipes 'it'\''s mine' --select utc-now .",
        r"awaitify explain --recipes 'it'\''s mine' app.py:1 utc-now",
    ] {
        assert!(run.stdout.contains(&format!("    {command}\n")), "{run:?}");
    }
}

#[test]
fn own_recipes_are_selected_beside_the_shipped_ones() {
    let project = project();
    project.write("b.py", BLOCKING);
    let run = project.run(&["diff", "--recipes", "mine", "--format", "json", "."]);
    let changes = run.of_type("change");
    let ids: Vec<&str> = changes
        .iter()
        .filter_map(|change| change["recipe"].as_str())
        .collect();
    assert_eq!((run.code, ids.len()), (Some(0), 2), "{run:?}");
    assert!(ids.contains(&"renamed"), "{ids:?}");
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--recipes",
        "mine",
        "--select",
        "own",
        ".",
    ]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(project.text("a.py"), "import lib\nlib.new(1)\n");
    assert_eq!(project.text("b.py"), BLOCKING);
}

#[test]
fn own_recipes_are_listed_shown_and_tested() {
    let project = project();
    let run = project.run(&["recipe", "list", "--recipes", "mine"]);
    assert!(run.stdout.contains("own\n  other "), "{run:?}");
    let run = project.run(&["recipe", "show", "renamed", "--recipes", "mine"]);
    assert!(run.stdout.starts_with("renamed: t\n"), "{run:?}");
    let run = project.run(&["recipe", "test", "own", "--recipes", "mine"]);
    assert!(
        run.stdout
            .ends_with("passed: 2 examples passed, 0 failed\n"),
        "{run:?}"
    );
}

#[test]
fn a_configuration_names_folders_of_recipes() {
    let project = project();
    project.write("awaitify.toml", "recipes = ['mine']\nignore = ['other']\n");
    let run = project.run(&["diff", "--format", "json", "a.py"]);
    assert_eq!(run.of_type("change").len(), 1, "{run:?}");
    // The same folder twice is no conflict.
    let run = project.run(&["recipe", "list", "--recipes", "mine"]);
    assert!(run.stdout.contains("  renamed "), "{run:?}");
    let run = project.run(&["recipe", "test", "own"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = project.run(&["explain", "a.py:2", "other"]);
    assert!(
        run.stdout
            .ends_with("a.py: `other` is off here: awaitify.toml:2 ignores it\n"),
        "{run:?}"
    );
    project.write(
        "mine/renamed.yaml",
        recipe("renamed").replace("match", "mtach"),
    );
    let run = project.run(&["recipe", "list"]);
    assert!(run.stderr.contains("\n --> mine/renamed.yaml:"), "{run:?}");
    assert_eq!(run.code, Some(2));
}

#[track_caller]
fn check_refused(path: &str, text: &str, expected: &str) {
    let project = project();
    project.write(path, text);
    let run = project.run(&["diff", "--recipes", "mine", "--recipes", "more", "."]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains(expected), "{}", run.stderr);
}

#[test]
fn recipes_that_cannot_be_used_are_refused() {
    let shipped = recipes()[0];
    let (id, path) = (&shipped.id, &shipped.path);
    check_refused(
        &format!("more/{id}.yaml"),
        &recipe(id),
        &format!(
            "error: id: a recipe with the id `{id}` already exists, {path}\n --> more/{id}.yaml:1:5\n"
        ),
    );
    check_refused(
        "more/renamed.yaml",
        &recipe("renamed"),
        "error: id: a recipe with the id `renamed` already exists, mine/renamed.yaml\n --> more/renamed.yaml:1:5\n",
    );
    check_refused(
        "more/readme.txt",
        "",
        "error: more: no recipe (*.yaml) is in this folder\n",
    );
    check_refused(
        "more/r.yaml",
        &recipe("r").replace("match", "mtach"),
        "  = help: Did you mean `match`?\nerror: 1 mistake in the recipes of mine, more\n",
    );
    let after = |other: &str| recipe("r").replace("why: w", &format!("why: w\nafter: {other}"));
    check_refused(
        "more/r.yaml",
        &after("renamde"),
        "error: after: unknown recipe `renamde`\n --> more/r.yaml:6:8\n",
    );
    check_refused(
        "more/r.yaml",
        &after("r"),
        "error: after: the recipes wait for each other: r after r\n --> more/r.yaml:6:8\n",
    );
    check_refused(
        "more/r.yaml",
        &after("renamed\nbefore: renamed"),
        "error: before: the recipes wait for each other: renamed after r after renamed\n --> more/r.yaml:7:9\n",
    );
}

#[test]
fn the_current_directory_may_be_the_folder() {
    let project = project();
    let root = project.root().canonicalize().expect("it is there");
    for folder in [".", root.to_str().expect("a path of letters")] {
        let run = project.run(&["recipe", "list", "--recipes", folder]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(
            run.stdout.contains("on: it is one of your recipes"),
            "{run:?}"
        );
    }
}

#[test]
fn the_list_says_who_turns_a_recipe_on_or_off() {
    let project = project();
    let told = |settings: &str, id: &str| {
        project.write("awaitify.toml", settings);
        let list = project.run(&["recipe", "list"]).stdout;
        let mut lines = list.lines();
        let line = lines.find(|line| line.trim_start().starts_with(id));
        line.unwrap_or_default().to_owned()
    };
    let check = |settings: &str, id: &str, expected: &str| {
        let line = told(settings, id);
        assert!(line.contains(expected), "{expected} in {line}");
    };
    check(
        "",
        "blocking-sleep",
        " on: it is in the default pack asyncio ",
    );
    check("", "raise-from", " off: only the pack fastapi has it ");
    let settings = "packs = ['strict']\nextend-select = ['loop-ownership']\nignore = ['raise-*']\n";
    check(
        settings,
        "lazy-init-lock",
        " on: awaitify.toml:1 turns on the pack strict ",
    );
    check(
        settings,
        "run-forever-in-cell",
        " on: awaitify.toml:2 selects it ",
    );
    check(settings, "raise-from", " off: awaitify.toml:3 ignores it ");
}

#[test]
fn a_module_inside_a_package_of_the_project_is_imported_itself() {
    let recipe = "id: mine\ntitle: t\narea: own\nseverity: low\nwhy: w\nrules:\n  - match: boto3.client($service)\n    rewrite: cloud.session.client($service)\n    does: the same\nexamples:\n  - name: a package with a module\n    before:\n      app.py: |\n        import boto3\n\n        c = boto3.client(\"s3\")\n      cloud/__init__.py: |\n        VERSION = 1\n      cloud/session.py: |\n        def client(service):\n            return service\n    after:\n      app.py: |\n        import cloud.session\n\n        c = cloud.session.client(\"s3\")\n      cloud/__init__.py: |\n        VERSION = 1\n      cloud/session.py: |\n        def client(service):\n            return service\n";
    let project = Project::empty();
    project.write("mine.yaml", recipe);
    let run = project.run(&["recipe", "test", "mine.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_value_that_is_used_at_once_is_followed_through_any_import() {
    let recipe = "id: mine\ntitle: t\narea: own\nseverity: low\nwhy: w\nrules:\n  - match: lib.Client()\n    where: {can-await: true}\n    rewrite: lib.aio.Client()\n    follow-value: {$value.get($*call): await $value.get($*call)}\n    does: the same\nexamples:\n  - name: a from-import\n    before: |\n      from lib import Client\n\n\n      async def level(river):\n          return Client().get(river)\n    after: |\n      from lib import aio\n\n\n      async def level(river):\n          return await aio.Client().get(river)\n";
    let project = Project::empty();
    project.write("mine.yaml", recipe);
    let run = project.run(&["recipe", "test", "mine.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
