//! `recipe test`: why an example fails, `--update`, `--watch`.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::support::Project;

const RECIPE: &str = "\
id: mine
title: t
area: own
severity: low
why: w
rules: # in order
  - id: coroutine
    match: lib.f($x)
    where: {inside: coroutine}
    rewrite: lib.g($x)
    does: the same
  - id: script
    match: lib.f($x)
    where:
      any: [{inside: lambda}, {within: loop}]
    report: no
examples:
  - name: in a coroutine # comment
    before: |
      import lib
      async def a():
          lib.f(1)
    after: |
      import lib
      async def a():
          lib.h(1)

    # between
    safety: review
  - name: stays
    unchanged: |
      lib.f(1)
";

fn project(recipe: &str) -> Project {
    let project = Project::empty();
    project.write("mine.yaml", recipe);
    project
}

/// Spoils the recipe, and compares what is told of the example that fails.
#[track_caller]
fn check(old: &str, new: &str, expected: &str) {
    let recipe = RECIPE
        .replace("lib.h", "lib.g")
        .replace("safety: review", "safety: safe");
    assert!(recipe.contains(old), "{old}");
    let run = project(&recipe.replace(old, new)).run(&["recipe", "test", "mine.yaml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains(expected), "{}", run.stdout);
}

#[test]
fn a_rule_that_fits_says_which_word_missed() {
    check(
        "async def a",
        "def a",
        "    what changed nothing, and why:
      line 3, rule coroutine: `inside: coroutine` does not hold (it is in: function)
      line 3, rule script: `any` does not hold (inside: lambda: no; within: loop: no)
",
    );
}

#[test]
fn where_no_pattern_fits_the_nearest_reason_is_told() {
    check(
        "    before: |\n      import lib",
        "    before: |\n      import other as lib",
        "      line 3, rule coroutine: `lib.f` means `other.f` here, not `lib.f`\n",
    );
    check(
        "          lib.f(1)",
        "          lib.f(1, 2)",
        "      line 3, rule coroutine: its arguments or its form differ from those of the pattern\n",
    );
    check(
        "          lib.f(1)",
        "          lib(f)",
        "      no pattern matches, though `f` is in line 3\n",
    );
    check(
        "import lib\n      async def a():\n          lib.f(1)",
        "x = 1",
        "      no pattern matches: `f` is nowhere in the file\n",
    );
}

#[test]
fn a_change_that_is_withdrawn_fails_the_example() {
    let unguarded = RECIPE
        .replace("    where: {inside: coroutine}\n", "")
        .replace("rewrite: lib.g($x)", "rewrite: await lib.g($x)");
    let unguarded = unguarded.replace("          lib.h(1)", "          await lib.g(1)");
    let unguarded = unguarded.replace("unchanged: |\n", "unchanged: |\n      import lib\n");
    let run = project(&unguarded.replace("safety: review", "safety: safe")).run(&[
        "recipe",
        "test",
        "mine.yaml",
    ]);
    let expected = "FAILED  mine::stays (mine.yaml:29:5)
    line 2, rule coroutine: withdrawn: an await would not be allowed at line 2; `can-await: true` in `where` keeps it out
";
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains(expected), "{}", run.stdout);
}

#[test]
fn an_unchanged_example_that_changes_names_the_rule() {
    check(
        "  - name: stays\n    unchanged: |\n      lib.f(1)",
        "  - name: stays\n    unchanged: |\n      import lib\n      async def a():\n          lib.f(1)",
        "    what changed it:\n      line 3, rule coroutine: safe, the same\n",
    );
}

#[test]
fn an_example_that_does_not_parse_has_its_place() {
    check(
        "      async def a():\n          lib.f(1)\n    after",
        "      async def a()\n          lib.f(1)\n    after",
        "    example.py, line 2: does not parse: Expected `:`, found newline\n",
    );
}

#[test]
fn a_folder_is_tested_as_a_whole() {
    let project = Project::empty();
    let right = RECIPE
        .replace("lib.h", "lib.g")
        .replace("safety: review", "safety: safe");
    project.write("own/mine.yaml", &right);
    project.write("own/deep/other.yml", right.replace("id: mine", "id: other"));
    for arguments in [&["own"][..], &["--recipes", "own"]] {
        let run = project.run(&[&["recipe", "test"], arguments].concat());
        let expected = "passed: 4 examples passed, 0 failed\n";
        assert!(run.stdout.ends_with(expected), "{run:?}");
    }
}

#[test]
fn everything_that_differs_is_told() {
    let run = project(RECIPE).run(&["recipe", "test", "mine.yaml"]);
    let expected = "\
FAILED  mine::in a coroutine (mine.yaml:18:5)
    example.py:
    --- wanted
    +++ got
    @@ -1,3 +1,3 @@
     import lib
     async def a():
    -    lib.h(1)
    +    lib.g(1)

    what changed it:
      line 3, rule coroutine: safe, the same
    what changed nothing, and why:
      line 3, rule script: `any` does not hold (inside: lambda: no; within: loop: no)
    the changes are: safe; wanted: review

ok      mine::stays
failed: 1 example passed, 1 failed
";
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), expected));
}

#[test]
fn an_update_writes_what_examples_give_and_nothing_else() {
    let project = project(RECIPE);
    let run = project.run(&["recipe", "test", "mine.yaml", "--update"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.starts_with("Updated mine.yaml\n"), "{run:?}");
    let expected = RECIPE
        .replace("lib.h", "lib.g")
        .replace("safety: review", "safety: safe");
    // One word as it was: a list of one.
    let expected = expected.replace("\n    safety: safe\n", "\n    safety: [safe]\n");
    assert_eq!(project.text("mine.yaml"), expected);
    let again = project.run(&["recipe", "test", "mine.yaml", "--update"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(!again.stdout.contains("Updated"), "{again:?}");
}

#[test]
fn an_update_never_makes_an_example_say_nothing() {
    for (old, new) in [
        (
            "async def a():\n          lib.f(1)",
            "def a():\n          lib.f(1)",
        ),
        (
            "unchanged: |\n      lib.f(1)",
            "unchanged: |\n      import lib\n      async def a():\n          lib.f(1)",
        ),
    ] {
        let recipe = RECIPE
            .replace("lib.h", "lib.g")
            .replace("safety: review", "safety: safe");
        assert!(recipe.contains(old));
        let recipe = recipe.replace(old, new);
        let project = project(&recipe);
        let run = project.run(&["recipe", "test", "mine.yaml", "--update"]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert_eq!(project.text("mine.yaml"), recipe);
    }
}

#[test]
fn a_watch_needs_something_to_watch() {
    let run = Project::empty().run(&["recipe", "test", "--watch"]);
    let expected = "error: --watch needs recipe files, or a folder of them (--recipes, or `recipes` of a configuration)\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), expected));
}

/// A process that is ended when a test fails, too.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.kill().expect("it runs until it is ended");
        self.0.wait().expect("it has ended");
    }
}

/// Returns what is told up to the line that says it waits.
fn told(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> String {
    let mut told = String::new();
    for line in lines {
        let line = line.expect("it can be read");
        if line.starts_with("Watching ") {
            break;
        }
        told += &line;
        told.push('\n');
    }
    told
}

#[test]
fn a_watch_runs_the_examples_at_each_change() {
    let project = project(RECIPE);
    let mut child = Command::new(env!("CARGO_BIN_EXE_awaitify"))
        .args(["recipe", "test", "--watch", "mine.yaml"])
        .current_dir(project.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program can be started");
    let out: ChildStdout = child.stdout.take().expect("it is piped");
    let _watching = Watching(child);
    let mut lines = BufReader::new(out).lines();
    assert!(told(&mut lines).ends_with("failed: 1 example passed, 1 failed\n"));
    project.write("mine.yaml", "id: [");
    assert_eq!(told(&mut lines), "", "the mistakes go to the errors");
    let right = RECIPE
        .replace("lib.h", "lib.g")
        .replace("    safety: review\n", "");
    project.write("mine.yaml", right);
    assert!(told(&mut lines).ends_with("passed: 2 examples passed, 0 failed\n"));
}

/// A recipe of which the rule changes what it has written.
const RESTLESS: &str = "\
id: mine
title: t
area: own
severity: low
why: w
rules:
  - match: lib.f($x)
    rewrite: lib.f($x + 1)
    does: b
examples:
  - name: grows
    before: |
      import lib
      lib.f(1)
    after: |
      import lib
      lib.f(1 + 1)
  - name: n
    unchanged: x
";

#[track_caller]
fn check_restless(recipe: &str, second: &str) {
    let run = project(recipe).run(&["recipe", "test", "mine.yaml"]);
    let before = recipe.split("name: grows").next().unwrap_or_default();
    let line = before.lines().count();
    let expected = format!(
        "FAILED  mine::grows (mine.yaml:{line}:5)
    a second run would change it again; exclude the new code in `where`, such as by `not: [{{result: awaited}}]`:
    --- after the first run
    +++ after the second
    @@ -1,2 +1,2 @@
     import lib
{second}
ok      mine::n
failed: 1 example passed, 1 failed
"
    );
    assert_eq!((run.code, run.stdout), (Some(1), expected));
}

#[test]
fn what_a_recipe_does_to_its_own_result_is_shown() {
    check_restless(RESTLESS, "    -lib.f(1 + 1)\n    +lib.f(1 + 1 + 1)\n");
    // Two rules of one recipe are alternatives, and no way in two steps.
    let steps = RESTLESS
        .replace("rewrite: lib.f($x + 1)", "rewrite: lib.g($x)")
        .replace("lib.f(1 + 1)", "lib.g(1)")
        .replace(
            "examples:",
            "  - match: lib.g($x)\n    rewrite: lib.h($x)\n    does: b\nexamples:",
        );
    check_restless(&steps, "    -lib.g(1)\n    +lib.h(1)\n");
}

#[test]
fn what_another_recipe_does_to_the_result_is_no_fault_of_this_one() {
    let one = RESTLESS.replace("rewrite: lib.f($x + 1)", "rewrite: lib.g($x)");
    let one = one.replace("lib.f(1 + 1)", "lib.g(1)");
    let project = Project::empty();
    project.write("own/mine.yaml", &one);
    let other = one.replace("lib.f", "lib.old").replace("lib.g", "lib.f");
    project.write(
        "own/other.yaml",
        other
            .replace("id: mine", "id: other")
            .replace("lib.old", "lib.g"),
    );
    let run = project.run(&["recipe", "test", "own"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    // Together they would go on for ever: nothing is done, and both are named.
    project.write("a.py", "import lib\nlib.f(1)\n");
    let run = project.run(&["diff", "--recipes", "own", "--select", "own", "a.py"]);
    let told = "withdrawn, because a second run of mine would change the file again";
    assert!(run.code == Some(2) && run.stdout.contains(told), "{run:?}");
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--recipes",
        "own",
        "--select",
        "own",
        ".",
    ]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_eq!(project.text("a.py"), "import lib\nlib.f(1)\n");
}

#[test]
fn comments_keep_a_recipe_in_no_folder_from_code() {
    let recipe = RECIPE.replace("why: w", "why: w\nnoqa: [MINE1]");
    let stays = "unchanged: |\n      lib.f(1)\n";
    let kept = "unchanged: |\n      import lib\n      async def a():\n          lib.f(1)  # noqa: MINE1\n      async def b():\n          lib.f(1)  # awaitify: ignore[mine] -- measured\n";
    let recipe = recipe.replace("lib.h", "lib.g");
    let recipe = recipe.replace("safety: review", "safety: safe");
    let run = project(&recipe.replace(stays, kept)).run(&["recipe", "test", "mine.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_recipe_has_the_tables_beside_it() {
    let recipe = "id: mine\ntitle: t\narea: own\nseverity: low\nwhy: w\nfor-each: moved\nrules:\n  - match: lib.$row.old()\n    rewrite: lib.new.$row.old()\n    does: the same\nexamples:\n  - name: n\n    before: |\n      import lib\n\n      lib.read()\n    after: |\n      import lib.new\n\n      lib.new.read()\n";
    let project = Project::empty();
    project.write("codemods/mine.yaml", recipe);
    let table = "columns: {old: {type: text, required: true, about: a}}\nrows: [{old: read}]\n";
    project.write("codemods/tables/moved.yaml", table);
    project.write(
        "codemods/tables/submodules.yaml",
        "rows: [{package: lib, modules: [new]}]\n",
    );
    let alone = project.run(&["recipe", "test", "codemods/mine.yaml"]);
    assert_eq!(alone.code, Some(0), "{alone:?}");
    let loaded = [
        "recipe",
        "test",
        "--recipes",
        "codemods",
        "codemods/mine.yaml",
    ];
    let loaded = project.run(&loaded);
    assert_eq!(loaded.code, Some(0), "{loaded:?}");
}
