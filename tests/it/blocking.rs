//! The table of calls that block: the loop goes on, its names exist, and own rows add to it.

#[cfg(unix)]
use std::process::Command;

use crate::execution::python;
use crate::support::{Project, catalog};

/// Counts how often another task runs during the call that stands for `CALL`.
const TICKS: &str = "\
import asyncio
import os
import subprocess
import sys

WAIT = [sys.executable, '-c', 'import time; time.sleep(0.3)']


async def tick(ticks):
    while True:
        await asyncio.sleep(0.01)
        ticks.append(1)


async def work():
    CALL


async def main():
    ticks = []
    ticker = asyncio.create_task(tick(ticks))
    await asyncio.sleep(0.02)
    ticks.clear()
    await work()
    n = len(ticks)
    ticker.cancel()
    print('goes on' if n > 2 else 'stands still')


asyncio.run(main())
";

/// Runs the call in a coroutine before and after the change.
#[track_caller]
fn check_goes_on(call: &str) {
    let Some(python) = python::environment(&python::KERNEL) else {
        return;
    };
    let project = Project::empty();
    project.write("a.py", TICKS.replace("CALL", call));
    let ran = || python::run_script(&python, project.root(), "a.py");
    let before = ran();
    assert_eq!(before.stdout.trim(), "stands still", "{call}: {before:?}");
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--safety",
        "review",
        "--select",
        "blocking-call",
        "a.py",
    ]);
    let after = ran();
    assert_eq!(after.stdout.trim(), "goes on", "{call}: {after:?} {run:?}");
}

#[test]
fn the_loop_goes_on_while_a_function_runs() {
    check_goes_on("subprocess.run(WAIT, check=True)");
}

#[test]
fn the_loop_goes_on_while_a_method_runs() {
    check_goes_on("process = subprocess.Popen(WAIT)\n    process.wait(timeout=9)");
}

#[test]
fn the_loop_goes_on_while_an_answer_is_read() {
    check_goes_on("os.popen(f'{sys.executable} -c \"import time; time.sleep(0.3)\"').read()");
}

#[test]
fn the_loop_goes_on_while_a_future_is_awaited() {
    check_goes_on(
        "import concurrent.futures, time\n    pool = concurrent.futures.ThreadPoolExecutor()\n    pool.submit(time.sleep, 0.3).result()",
    );
}

#[cfg(unix)]
/// Imports what it can of each name, and prints the names whose rest is not there.
const NAMES: &str = "\
import importlib
import sys

for name in sys.argv[1:]:
    parts = name.split('.')
    if parts[0] not in sys.stdlib_module_names:
        continue
    try:
        found, rest = importlib.import_module(parts[0]), parts[1:]
    except ImportError:
        continue
    while rest:
        try:
            found = importlib.import_module('.'.join([*parts[: len(parts) - len(rest)], rest[0]]))
        except ImportError:
            if not hasattr(found, rest[0]):
                print(name)
                break
            found = getattr(found, rest[0])
        rest = rest[1:]
";

#[cfg(unix)]
/// Every qualified name that stands before a parenthesis in the table.
fn names() -> Vec<String> {
    let table = include_str!("../../codemods/tables/blocking.yaml");
    let calls = table.split('(').filter_map(|before| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let name = before.rsplit(|c| !is_part(c)).next()?;
        let behind = before.strip_suffix(name)?;
        (!behind.ends_with('$') && name.contains('.')).then(|| name.to_owned())
    });
    let mut calls: Vec<String> = calls.filter(|it| !it.starts_with('.')).collect();
    calls.sort();
    calls.dedup();
    calls
}

// Windows has no os.wait, for example.
#[cfg(unix)]
#[test]
fn names_of_the_standard_library_exist() {
    let Some(python) = python::environment(&python::KERNEL) else {
        return;
    };
    let names = names();
    assert!(names.len() > 100, "{}", names.len());
    let missing = Command::new(python)
        .args(["-c", NAMES])
        .args(&names)
        .output();
    let missing = missing.expect("Python can be started");
    let (out, error) = (missing.stdout, missing.stderr);
    assert_eq!(
        String::from_utf8_lossy(&out),
        "",
        "{}",
        String::from_utf8_lossy(&error)
    );
}

const OWN: &str = "\
rows:
  - recipe: blocking-call
    calls: fleetkit.locate($*args)
    becomes: await asyncio.to_thread($callee, $*args)
    level: safe
    because: the fleet answers in a thread as well
    source: its manual
";

const LOCATES: &str = "import fleetkit\n\n\nasync def main():\n    return fleetkit.locate(1)\n";

fn migrated(project: &Project) -> (String, String) {
    let run = project.run(&[
        "migrate",
        "--allow-dirty",
        "--recipes",
        "own",
        "--select",
        "blocking-call",
        "a.py",
    ]);
    (project.text("a.py"), run.stdout + &run.stderr)
}

#[test]
fn a_row_of_ones_own_is_one_more_call() {
    let project = Project::empty();
    project.write("a.py", LOCATES);
    project.write("own/tables/blocking.yaml", OWN);
    let (text, said) = migrated(&project);
    let awaits = "return await asyncio.to_thread(fleetkit.locate, 1)";
    assert!(text.contains(awaits), "{text} {said}");
}

/// Compares what is said of an own row in which a text is replaced.
#[track_caller]
fn check_wrong(old: &str, new: &str, expected: &str) {
    assert!(OWN.contains(old), "{old}");
    let project = Project::empty();
    project.write("a.py", LOCATES);
    project.write("own/tables/blocking.yaml", OWN.replacen(old, new, 1));
    let (text, said) = migrated(&project);
    assert_eq!(text, LOCATES);
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_wrong_row_is_told_with_its_place() {
    check_wrong("level: safe", "level: save", "blocking.yaml:5:12");
    check_wrong(
        "recipe: blocking-call",
        "recipe: blocking-cal",
        "unknown word `blocking-cal`",
    );
    check_wrong(
        "$callee, $*args",
        "$callee, $*rest",
        "`$*rest` is not bound",
    );
    check_wrong("    source: its manual\n", "", "source");
    check_wrong("rows:", "row:", "row");
}

#[test]
fn the_table_has_a_row_for_every_recipe_that_it_names() {
    let table = catalog().library().find("blocking").expect("it is shipped");
    let recipes = ["blocking-call", "cpu-bound", "celery-result-wait"];
    for recipe in recipes {
        let is_of = |row: &awaitify::recipe::table::Row| {
            row.cell("recipe")
                .and_then(awaitify::recipe::yaml::Node::text)
                == Some(recipe)
        };
        assert!(table.rows.iter().any(is_of), "{recipe}");
    }
}
