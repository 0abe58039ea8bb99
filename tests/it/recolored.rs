//! Functions that become plain or async: through each other, through files, and who is in the way.

use serde_json::Value;

use crate::support::Project;

const CHAIN: &str = "\
//- chain.py
import asyncio


async def first():
    return 1


async def second():
    return await first() + 1


async def third():
    return await second() + 1


async def main():
    print(await third())


asyncio.run(main())
";

#[test]
fn functions_that_call_each_other_become_plain_in_one_run() {
    let project = Project::new(CHAIN);
    let migrate = ["migrate", "-v", "--allow-dirty", "--safety", "review"];
    let migrate = [&migrate[..], &["--select", "async-without-await", "."]].concat();
    let run = project.run(&migrate);
    assert_eq!(run.code, Some(0), "{run:?}");
    let plain = CHAIN.replace("//- chain.py\n", "");
    let plain = plain.replace("async def", "def").replace("await ", "");
    let plain = plain.replace("def main", "async def main");
    assert_eq!(project.text("chain.py"), plain);
    let again = project.run(&migrate);
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}

#[test]
fn what_becomes_a_right_coroutine_stays_one() {
    let text = "import asyncio\nimport time\n\n\nasync def pause():\n    time.sleep(1)\n\n\nasync def plain():\n    return 1\n\n\nasync def nested():\n    return asyncio.run(plain())\n\n\nasync def main():\n    ticks = asyncio.create_task(tick())\n    await pause()\n    print(await plain(), await nested())\n    await ticks\n\n\nasync def tick():\n    await asyncio.sleep(0)\n\n\nasyncio.run(main())\n";
    let project = Project::empty();
    project.write("a.py", text);
    let packs = ["--select", "sync-default,asyncio"];
    let migrate = ["migrate", "--allow-dirty", "--safety", "review", "a.py"];
    let run = project.run(&[&migrate[..], &packs].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let after = project.text("a.py");
    assert!(
        after.contains("async def pause():\n    await asyncio.sleep(1)\n"),
        "{after}"
    );
    assert!(after.contains("\ndef plain():"), "{after}");
    assert!(!after.contains("asyncio.run(plain())"), "{after}");
}

#[test]
fn a_def_stays_where_another_file_may_take_it() {
    let project = Project::new(CHAIN);
    project.write("star.py", "from chain import *\n");
    let select = ["diff", "--select", "async-without-await", "chain.py"];
    let run = project.run(&select);
    assert!(run.stdout.contains("star.py may also use it"), "{run:?}");
}

/// Each file takes from the one before.
const FILES: &str = "\
//- pyproject.toml
[project]
name = 'keys'
version = '1'
//- cache.py
async def key(*parts):
    return ':'.join(parts)
//- pages.py
import cache


async def page(raw):
    return (await cache.key('a', raw)).upper()
//- main.py
import asyncio

from pages import page


async def main():
    await asyncio.sleep(0)
    print(await page(await page('7')))


asyncio.run(main())
";

#[test]
fn files_that_await_each_other_change_together() {
    let project = Project::new(FILES);
    let command = ["--safety", "review", "--select", "async-without-await"];
    let migrate = [&["migrate", "--allow-dirty"], &command[..]].concat();
    let told = project.run(&[&["diff", "--format", "json"], &command[..]].concat());
    let changes = told.of_type("change");
    let change = |path: &str, line: u64| {
        let mut found = changes.iter();
        let found = found.find(|it| it["path"] == path && it["line"] == line);
        found.expect("it changes")
    };
    // A header and what follows it are made together, or not at all.
    let ties = [
        (("cache.py", 1), ("pages.py", 5)),
        (("pages.py", 4), ("main.py", 8)),
    ];
    for (led, by) in ties {
        let [led, by] = [led, by].map(|(path, line)| change(path, line));
        let rests = |one: &Value, other: &Value| {
            one["requires"]
                .to_string()
                .contains(&other["change"].to_string())
        };
        assert!(rests(led, by) && rests(by, led), "{led} {by}");
    }
    let run = project.run(&migrate);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(project.text("cache.py").starts_with("def key"));
    let page = "def page(raw):\n    return cache.key('a', raw).upper()\n";
    assert!(project.text("pages.py").ends_with(page));
    assert!(
        project
            .text("main.py")
            .contains("    print(page(page('7')))\n")
    );
    let again = project.run(&migrate);
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}

#[test]
fn a_method_of_another_file_that_becomes_plain_is_not_awaited_again() {
    let project = Project::new(
        "//- lib.py\nclass Search:\n    def __init__(self, rows):\n        self.rows = rows\n\n    async def mails(self):\n        return set(self.rows)\n//- main.py\nimport asyncio\n\nfrom lib import Search\n\n\nasync def main():\n    search = Search([1])\n    print(await search.mails())\n\n\nasyncio.run(main())\n",
    );
    let select = "async-without-await,missing-await";
    let migrate = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
    let run = project.run(&[&migrate[..], &[select, "."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text("main.py");
    assert!(text.contains("    print(search.mails())"), "{text}");
    let text = project.text("lib.py");
    assert!(text.contains("    def mails(self)"), "{text}");
}

#[test]
fn a_def_in_which_another_recipe_awaits_stays_a_coroutine() {
    let project = Project::new(
        "//- lib.py\nimport time\n\n\nasync def key(a):\n    time.sleep(1)\n    return a\n\n\nasync def main():\n    return await key(1)\n",
    );
    let select = "async-without-await,blocking-sleep";
    let migrate = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
    let run = project.run(&[&migrate[..], &[select, "."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text("lib.py");
    assert!(
        text.contains("async def key(a):\n    await asyncio.sleep(1)"),
        "{text}"
    );
}

/// Checks why the def of `cache.py` stays as it is.
#[track_caller]
fn check_stays(project: &Project, paths: &[&str], why: &str) {
    let diff = [
        "diff",
        "--safety",
        "review",
        "--select",
        "async-without-await",
    ];
    let run = project.run(&[&diff[..], paths].concat());
    assert!(run.stdout.contains(why), "{run:?}");
    assert!(!run.stdout.contains("\n+def key"), "{run:?}");
}

#[test]
fn a_def_stays_where_a_file_that_awaits_it_does_not_change() {
    let project = Project::new(FILES);
    let alone = "pages.py also uses it, and is not part of this run: name both files";
    check_stays(&project, &["cache.py"], alone);
    project.write(
        "awaitify.toml",
        "[[per-path]]\npaths = ['pages.py']\nignore = ['async-without-await']\n",
    );
    let off = "pages.py also uses it, and async-without-await is turned off there, or has a stricter level";
    check_stays(&project, &["."], off);
}

#[test]
fn a_def_stays_where_a_file_may_mean_it_by_another_import_path() {
    let project = Project::new(FILES);
    let main = "from web.keys import key\n\nasync def main():\n    return await key(1)\n";
    project.write(
        "back/web/keys.py",
        "async def key(n):\n    return n\n\nasync def use():\n    return await key(1)\n",
    );
    project.write("back/web/app.py", main);
    project.write("back/__init__.py", "");
    project.write("back/web/__init__.py", "");
    check_stays(&project, &["back"], "back/web/app.py may also use it");
}

#[test]
fn a_def_of_a_package_changes_with_the_files_in_it() {
    let project = Project::new(
        "//- keys/__init__.py\nasync def key(n):\n    return n\n//- keys/use.py\nfrom . import key\n\n\nasync def main(source):\n    await source.read()\n    return await key(1)\n",
    );
    let migrate = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
    let run = project.run(&[&migrate[..], &["async-without-await", "."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(project.text("keys/__init__.py").starts_with("def key"));
    let text = project.text("keys/use.py");
    assert!(text.ends_with("    return key(1)\n"), "{text}");
}

#[test]
fn what_changes_with_another_file_is_explained_with_it() {
    let project = Project::new(FILES);
    for place in ["cache.py:1", "pages.py:5"] {
        let run = project.run(&["explain", "--select", "async-without-await", place]);
        assert!(
            run.stdout.contains("the function awaits nothing"),
            "{run:?}"
        );
        assert!(!run.stdout.contains("not changed"), "{run:?}");
    }
}

/// Migrates with the recipes, which leave these files, and sees that a second run finds nothing to do.
#[track_caller]
fn check_once(files: &str, recipes: &str, left: &[(&str, &str)]) {
    let project = Project::new(files);
    let migrate = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
    let migrate = [&migrate[..], &[recipes, "."]].concat();
    let run = project.run(&migrate);
    assert_eq!(run.code, Some(0), "{run:?}");
    for (path, text) in left {
        assert!(project.text(path).ends_with(text), "{run:?}");
    }
    let again = project.run(&migrate);
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}

const ENDPOINT: &str = "\
//- keys.py
async def key(*parts):
    return ':'.join(parts)
//- api.py
import requests
from fastapi import FastAPI

from keys import key

app = FastAPI()


@app.get('/users/{user}')
async def read_user(user: str):
    return requests.get(await key(user), timeout=5).json()
";

#[test]
fn an_endpoint_that_awaited_a_def_which_becomes_plain_becomes_plain_with_it() {
    let select = "async-without-await,endpoint-to-sync";
    let plain =
        "\ndef read_user(user: str):\n    return requests.get(key(user), timeout=5).json()\n";
    check_once(ENDPOINT, select, &[("api.py", plain)]);
    let project = Project::new(ENDPOINT);
    let diff = [
        "diff", "--format", "json", "--safety", "review", "--select", select,
    ];
    let told = project.run(&diff).of_type("change");
    let id = |path: &str, recipe: &str| {
        let mut found = told.iter();
        let found = found.find(|it| it["path"] == path && it["recipe"] == recipe);
        found.expect("it changes")["change"].to_string()
    };
    let endpoint = told.iter().find(|it| it["recipe"] == "endpoint-to-sync");
    let requires = endpoint.expect("it changes")["requires"].to_string();
    assert!(
        requires.contains(&id("api.py", "async-without-await")),
        "{requires}"
    );
}

/// A def of `outbox.py`, and a call of it that nobody awaits.
fn outbox(def: &str) -> String {
    format!(
        "\
//- pyproject.toml
[project]
name = 'mails'
requires-python = '>=3.9'
//- outbox.py
{def}//- mails/__init__.py
from outbox import flush
//- main.py
import asyncio

from mails import flush


async def main():
    flush(1)
    await asyncio.sleep(0)


asyncio.run(main())
"
    )
}

#[test]
fn a_def_that_becomes_a_coroutine_function_is_awaited_in_the_same_run() {
    let def = "\
import asyncio


@asyncio.coroutine
def flush(n):
    yield from asyncio.sleep(n)
";
    let awaited = "\n    await flush(1)\n    await asyncio.sleep(0)\n\n\nasyncio.run(main())\n";
    let left = [("main.py", awaited)];
    let select = "asyncio-coroutine,missing-await";
    check_once(&outbox(def), select, &left);
    // It cannot do without the change of the other file, and is as safe as that one.
    let project = Project::new(&outbox(def));
    let run = project.run(&[
        "diff", "--format", "json", "--safety", "review", "--select", select,
    ]);
    let told = run.of_type("change");
    let [first, second] = ["asyncio-coroutine", "missing-await"].map(|recipe| {
        let mut found = told.iter();
        found.find(|it| it["recipe"] == recipe).expect("it changes")
    });
    assert_eq!(
        second["requires"],
        Value::from(vec![first["change"].clone()])
    );
    let run = project.run(&["explain", "--select", select, "main.py:7"]);
    assert!(
        run.stdout
            .contains("without the await the call did nothing"),
        "{run:?}"
    );
}

#[test]
fn a_def_of_another_file_becomes_plain_where_a_call_of_it_is_awaited_first() {
    let def = "async def flush(n):\n    print(n)\n";
    let select = "missing-await,async-without-await";
    let left = [
        ("outbox.py", "def flush(n):\n    print(n)\n"),
        (
            "main.py",
            "main():\n    flush(1)\n    await asyncio.sleep(0)\n\n\nasyncio.run(main())\n",
        ),
    ];
    check_once(&outbox(def), select, &left);
    let awaited = outbox(def).replace(" flush(1)", " await flush(1)");
    check_once(&awaited, select, &left);
}

/// A def that calls a coroutine function becomes one, and a coroutine function that calls none is none.
const SWING: &str = "\
id: swing
title: t
area: own
severity: low
why: w
patterns:
  other: {match: $g($*_), where: {$value: {is: coroutine}}}
rules:
  - {match: def $f, where: {function: {has: <other>}}, rewrite: async def $f, does: r, doubts: {because: r}}
  - {match: async def $f, where: {not: [{function: {has: <other>}}]}, rewrite: def $f, does: r, doubts: {because: r}}
examples: [{name: n, unchanged: x}]
";

#[test]
fn files_that_change_each_other_for_ever_are_left_with_the_reason() {
    let project = Project::new(
        "\
//- a.py
import b


def one():
    b.two()
//- b.py
import a


async def two():
    a.one()
//- c.py
async def three():
    pass
",
    );
    project.write("own/swing.yaml", SWING);
    let migrate = ["migrate", "-v", "--allow-dirty", "--safety", "review"];
    let migrate = [
        &migrate[..],
        &["--recipes", "own", "--select", "swing", "."],
    ]
    .concat();
    let run = project.run(&migrate);
    assert!(run.stdout.contains("wrote 1 file of 3"), "{run:?}");
    let told = "swing: not changed: this file and others would change each other in every run: select fewer recipes\n    a.py:4:1\n    b.py:4:1\n";
    assert!(run.stdout.contains(told), "{run:?}");
    let again = project.run(&migrate);
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}

const BOTH: &str = r#"//- api.py
import subprocess
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/poll")
async def poll():
    time.sleep(0.1)


@app.get("/tool")
async def tool():
    time.sleep(0.1)
    return subprocess.check_output(["tool"])


@app.get("/wrapped")
@traced
async def wrapped():
    return subprocess.check_output(["tool"])
"#;

#[test]
fn where_an_endpoint_stays_a_coroutine_its_calls_change() {
    let project = Project::new(BOTH);
    let diff = [
        "diff",
        "--select",
        "blocking-sleep,blocking-call,endpoint-to-sync",
    ];
    let sleeps = |paths: &[&str]| {
        let run = project.run(&[&diff[..], paths].concat());
        run.stdout.matches("+    await asyncio.sleep").count()
    };
    // One only sleeps; the other one becomes plain, and what it does stays.
    assert_eq!(sleeps(&["."]), 1);
    project.write(
        "test_api.py",
        "import api\n\nasync def test():\n    await api.tool()\n",
    );
    assert_eq!(sleeps(&["."]), 1);
    assert_eq!(sleeps(&["api.py"]), 2);
    project.write(
        "test_api.py",
        "import asyncio, api\n\ndef test():\n    asyncio.run(api.tool())\n",
    );
    assert_eq!(sleeps(&["."]), 2);
}

#[test]
fn where_an_endpoint_becomes_plain_its_calls_stay() {
    let project = Project::new(BOTH);
    let migrate = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
    let select = "blocking-sleep,blocking-call,endpoint-to-sync";
    let run = project.run(&[&migrate[..], &[select, "."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text("api.py");
    for made in [
        "async def poll():\n    await asyncio.sleep(0.1)\n",
        "\ndef tool():\n    time.sleep(0.1)\n    return subprocess.check_output",
        "async def wrapped():\n    return await asyncio.to_thread(subprocess.check_output",
    ] {
        assert!(text.contains(made), "{made}\n{text}");
    }
}
