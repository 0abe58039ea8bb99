//! The test suites of real projects, run before and after a migration by `tests/suites/run.py`.
//!
//! `AWAITIFY_TESTS=suites` takes all projects, `AWAITIFY_TESTS=sample` the few that are fast; without
//! either, the program is only tried on projects made here: it must find what a wrong recipe breaks.

use std::path::Path;
use std::process::{Command, Output};

use crate::execution::python::new_enough;
use crate::support::{Project, is_asked_for};

const RUN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suites/run.py");

/// Recipes that claim `safe` and are not.
const WRONG: &str = "\
//- recipes/wrong.yaml
id: wrong
title: t
area: own
severity: low
why: w
rules:
  - match: asyncio.gather($a, $b)
    rewrite: asyncio.gather($a, $b, return_exceptions=True)
    does: nothing is raised
  - match: asyncio.sleep($delay)
    rewrite: asyncio.sleep(0)
    does: nobody counts the time
examples: [{name: n, unchanged: asyncio.gather}]
//- recipes/deadly.yaml
id: deadly
title: t
area: own
severity: low
why: w
rules:
  - match: asyncio.current_task()
    rewrite: os._exit(9)
    does: it is this task
examples: [{name: n, unchanged: asyncio.current_task}]
";

/// A release with a suite of its own: each test ends on a line of the module.
const RELEASE: &str = "\
//- release/work.py
import asyncio


async def value(x):
    if x < 0:
        raise ValueError(x)
    return x


async def pair():
    return await asyncio.gather(value(1), value(-1))


async def same():
    return await asyncio.gather(value(3), value(3))
//- release/test_work.py
import asyncio
import unittest

import work


class WorkTest(unittest.TestCase):
    def test_pair(self):
        with self.assertRaises(ValueError):
            asyncio.run(work.pair())

    def test_same(self):
        self.assertEqual(asyncio.run(work.same()), [3, 3])

    def test_value(self):
        self.assertEqual(asyncio.run(work.value(3)), 3)

    def test_other(self):
        self.assertEqual(asyncio.run(work.value(4)), 4)

    def test_skipped(self):
        self.skipTest('not here')
";

/// Packs the release, and writes the list that names it.
const PACK: &str = "\
import hashlib, pathlib, sys, tarfile
archive = pathlib.Path('release.tar.gz').resolve()
with tarfile.open(archive, 'w:gz') as members:
    members.add('release')
values = dict(
    name='work', version='1', python='%d.%d' % sys.version_info[:2], sdist=archive.as_uri(),
    sha256=hashlib.sha256(archive.read_bytes()).hexdigest(), module='work',
)
lines = [f'{name} = {value!r}' for name, value in values.items()] + ['run = [\"unittest\"]']
pathlib.Path('projects.toml').write_text('\\n'.join(['[[project]]', *lines]))
";

/// Runs `run.py` on the release made here; `None` where there is no Python for it.
#[track_caller]
fn run_on(project: &Project, arguments: &[&str]) -> Option<Output> {
    let python = new_enough()?;
    let within = |program: &mut Command| {
        let output = program.current_dir(project.root()).output();
        output.expect("Python can be started")
    };
    let packed = within(Command::new(python).args(["-c", PACK]));
    assert!(packed.status.success(), "{packed:?}");
    let list = ["--projects", "projects.toml", "--root", "kept"];
    Some(within(
        started(python, &list)
            .args(["--form", "all"])
            .args(arguments),
    ))
}

fn started(python: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(python);
    command
        .args([RUN, "--awaitify", env!("CARGO_BIN_EXE_awaitify")])
        .args(arguments);
    command
}

#[track_caller]
fn check_tells(output: &Output, code: i32, parts: &[&str]) {
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    for part in parts {
        assert!(told.contains(part), "{part} is not in: {told}");
    }
}

#[test]
fn what_a_wrong_recipe_breaks_is_found() {
    let project = Project::new(&[RELEASE, WRONG].concat());
    let Some(output) = run_on(&project, &["--recipes", "recipes"]) else {
        return;
    };
    let parts = [
        "| 2, **4 → 3** |",
        "test_work.WorkTest.test_pair: AssertionError('ValueError not raised')",
        "by wrong: 1 of them (test_work.WorkTest.test_pair)",
        // The other change of the recipe does no harm, and is not named.
        "      work.py:11 wrong/rule-1 (safe): nothing is raised\n",
    ];
    check_tells(&output, 1, &parts);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("work.py:15"));
}

#[test]
fn a_suite_that_ends_before_its_end_fails_what_it_did_not_run() {
    let project = Project::new(&[RELEASE, WRONG].concat());
    let module = project.text("release/work.py");
    let text = module.replace(
        "    return x\n",
        "    asyncio.current_task()\n    return x\n",
    );
    project.write("release/work.py", text);
    let Some(output) = run_on(&project, &["--recipes", "recipes"]) else {
        return;
    };
    check_tells(&output, 1, &["**4 → 0**", "not run", "by deadly: "]);
}

#[test]
fn what_is_not_the_same_twice_is_left_out() {
    let project = Project::new(RELEASE);
    let tests = project.text("release/test_work.py");
    let text = tests.replace(
        "        self.skipTest('not here')",
        "        open('a-file', 'x').close()",
    );
    project.write("release/test_work.py", text);
    let Some(output) = run_on(&project, &[]) else {
        return;
    };
    check_tells(&output, 0, &["| 4 (1 unstable) | 0, 4 → 4 |"]);
}

#[test]
fn suites_of_real_projects_pass_as_before() {
    let arguments: &[&str] = match () {
        () if is_asked_for("suites") => &[],
        () if is_asked_for("sample") => &["--sample"],
        () => return,
    };
    let Some(python) = new_enough() else { return };
    // What it prints is the result: it is not caught.
    let status = started(python, arguments).status();
    let status = status.expect("Python can be started");
    assert!(status.success(), "what failed stands above: {status}");
}

#[test]
fn a_suite_of_a_real_project_finds_a_wrong_recipe() {
    if !is_asked_for("suites") && !is_asked_for("sample") {
        return;
    }
    let Some(python) = new_enough() else { return };
    let project = Project::new(WRONG);
    let recipes = project.root().join("recipes");
    let arguments = ["--only", "aiostream", "--form", "all", "--recipes"];
    let mut command = started(python, &arguments);
    let output = command.arg(recipes).args(["--root"]).arg(kept()).output();
    let output = output.expect("Python can be started");
    check_tells(&output, 1, &["by wrong: ", "nobody counts the time"]);
}

/// Where the environments are; what this recipe gives is not to be kept beside what others give.
fn kept() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/target/suites"))
}
