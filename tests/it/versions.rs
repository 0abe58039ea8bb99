//! Which Python a file is written for: who says so, what a project names, and what is assumed.

use crate::support::Project;

/// A call that needs Python 3.9 in its new form, a handler, and an argument that went with 3.10.
const WORK: &str = "\
import asyncio
import hashlib


async def find(text):
    return hashlib.pbkdf2_hmac('sha256', text, b'salt', 500_000)


async def stop(task, lock, loop):
    task.cancel()
    try:
        await task
    except (asyncio.CancelledError, OSError):
        pass
    asyncio.Event(loop=loop)
";

/// Returns what is said of a file beside another one: recipe, level and reason of each site.
#[track_caller]
fn said(path: &str, text: &str, recipe: &str) -> (String, String) {
    said_of(WORK, (path, text), recipe)
}

#[track_caller]
fn said_of(work: &str, (path, text): (&str, &str), recipe: &str) -> (String, String) {
    let project = Project::empty();
    project.write("work.py", work);
    project.write(path, text);
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    let run = project.run(&[
        "diff", "--minor", "--select", recipe, "--safety", "review", "--format", "json", "work.py",
    ]);
    let [site] = [run.of_type("change"), run.of_type("finding")]
        .concat()
        .try_into()
        .unwrap_or_else(|sites| panic!("one site, not {sites:?}"));
    let word = |key: &str| site[key].as_str().unwrap_or_default().to_owned();
    let doubts = site["doubts"].as_array().into_iter().flatten();
    let doubts = doubts
        .filter_map(serde_json::Value::as_str)
        .map(str::to_owned);
    let said: Vec<String> = [word("reason")].into_iter().chain(doubts).collect();
    (word("safety"), said.join("; "))
}

#[track_caller]
fn check(path: &str, text: &str, recipe: &str, safety: &str, reason: &str) {
    let (level, because) = said(path, text, recipe);
    assert!(
        level == safety && because.contains(reason),
        "{path}: {level}: {because}"
    );
}

#[test]
fn where_nobody_says_a_python_the_reason_says_which_is_assumed() {
    let assumed = "(Python 3.10 is assumed; set --target-version)";
    check("README.md", "", "cpu-bound", "review", assumed);
    check("README.md", "", "loop-argument", "review", assumed);
}

#[test]
fn what_a_project_names_contradicts_what_is_assumed() {
    for (path, text) in [
        ("setup.py", "LOW = '>=3.8'\nsetup(python_requires=LOW)\n"),
        (
            "setup.py",
            "setup(classifiers=['Programming Language :: Python :: 3.8'])\n",
        ),
        ("tox.ini", "[tox]\nenvlist = py38, py312\n"),
        (
            ".github/workflows/test.yml",
            "strategy: {matrix: {python-version: ['3.8', '3.12']}}\n",
        ),
    ] {
        check(path, text, "cpu-bound", "manual", "needs Python 3.9");
        check(
            path,
            text,
            "loop-argument",
            "review",
            "before Python 3.10, the running loop",
        );
    }
}

#[test]
fn code_that_an_older_python_cannot_run_says_more_than_the_project() {
    let named = ("setup.cfg", "[options]\npython_requires = >=3.8\n");
    for (more, safety) in [
        ("def kind(x):\n    return x\n", "manual"),
        ("def kind(x: 'list[int]'):\n    return x\n", "manual"),
        ("def kind(x: list[int]):\n    return x\n", "review"),
        (
            "def kind(x):\n    match x:\n        case 1:\n            return x\n",
            "review",
        ),
    ] {
        let work = format!("{WORK}\n\n{more}");
        let (level, because) = said_of(&work, named, "cpu-bound");
        assert_eq!(level, safety, "{more}: {because}");
    }
}

#[test]
fn a_newer_python_that_is_named_settles_what_was_assumed() {
    let named = ("tox.ini", "[tox]\nenvlist = py311, py312\n");
    let (level, reason) = said(named.0, named.1, "cpu-bound");
    assert!(level == "review" && !reason.contains("assumed"), "{reason}");
    check(
        named.0,
        named.1,
        "loop-argument",
        "safe",
        "fails since Python 3.10",
    );
}

#[test]
fn the_highest_python_counts_where_a_newer_one_differs() {
    let recipe = "suppress-cancelled";
    let project = |range: &str| format!("[project]\nrequires-python = '{range}'\n");
    check(
        "pyproject.toml",
        &project(">=3.9"),
        recipe,
        "review",
        "ExceptionGroup",
    );
    check(
        "pyproject.toml",
        &project(">=3.9,<3.12"),
        recipe,
        "safe",
        "",
    );
    check(
        "pyproject.toml",
        &project(">=3.9,<=3.12"),
        recipe,
        "review",
        "ExceptionGroup",
    );
}

#[test]
fn names_that_the_lowest_python_lacks_are_not_written() {
    let project = Project::new(
        "//- setup.py
setup(classifiers=['Programming Language :: Python :: 3.5'])
//- work.py
import asyncio


async def main():
    print(1)


loop = asyncio.get_event_loop()
loop.run_until_complete(main())
loop.close()
",
    );
    let run = project.run(&["diff", "--format", "json", "--safety", "review", "work.py"]);
    // Nothing is wrong with it on that Python.
    assert_eq!(run.of_type("change").len(), 0, "{run:?}");
    assert_eq!(run.of_type("finding").len(), 0, "{run:?}");
    let told = project.run(&["diff", "--safety", "review", "work.py"]);
    let left = "1 site left out for the Python of the code; include with: --target-version 3.7\n";
    assert!(told.stdout.contains(left), "{told:?}");
    let explained = project.run(&["explain", "work.py:9"]);
    let why = "`asyncio.run` needs Python 3.7, the code is written for 3.5";
    assert!(explained.stdout.contains(why), "{explained:?}");
}

/// Each comment says of its line whether the target runs it, or only older Pythons do.
const BRANCHES: &str = "\
import asyncio
import sys

NEW = sys.version_info >= (3, 7)
try:
    from asyncio import run
except ImportError:
    def run(main):
        loop = asyncio.get_event_loop()
        return loop.run_until_complete(main)  # older


async def work():
    await asyncio.sleep(0)


async def by_test():
    if sys.version_info >= (3, 7):
        await asyncio.ensure_future(work())  # here
    else:
        await asyncio.ensure_future(work())  # older
    if sys.version_info[:2] < (3, 7) or sys.version_info[1] < 7:
        await asyncio.ensure_future(work())  # older
    elif sys.version_info.minor > 6:
        await asyncio.ensure_future(work())  # here
    else:
        await asyncio.ensure_future(work())  # older
    if sys.version_info >= (3, 12):
        await asyncio.ensure_future(work())  # here
    if sys.version_info < (3, 12):
        await asyncio.ensure_future(work())  # here
    if sys.version_info < (3, 9, 2):
        await asyncio.ensure_future(work())  # older
    if sys.version_info <= (3, 10):
        await asyncio.ensure_future(work())  # older
    if (3, 7) > sys.version_info:
        await asyncio.ensure_future(work())  # older
    if sys.platform == 'win32':
        await asyncio.ensure_future(work())  # here


async def by_name():
    if not NEW:
        await asyncio.ensure_future(work())  # older
    await (asyncio.sleep(0) if NEW else asyncio.ensure_future(work()))  # older
    NEW and await asyncio.ensure_future(work())  # here
    NEW or await asyncio.ensure_future(work())  # older
    if hasattr(asyncio, 'create_task'):
        await asyncio.ensure_future(work())  # here
    else:
        await asyncio.ensure_future(work())  # older
    if hasattr(asyncio, 'some_day'):
        await asyncio.ensure_future(work())  # here


async def by_handler():
    try:
        start = asyncio.create_task
    except AttributeError:
        await asyncio.ensure_future(work())  # older
    try:
        start(work())
    except AttributeError:
        await asyncio.ensure_future(work())  # here
    try:
        import uvloop
    except ImportError:
        await asyncio.ensure_future(work())  # here


async def by_leaving():
    if sys.version_info < (3, 6):
        return
    if sys.version_info >= (3, 7):
        return await asyncio.ensure_future(work())  # here
    await asyncio.ensure_future(work())  # older
";

#[test]
fn code_for_older_pythons_alone_stays() {
    let project = Project::empty();
    project.write("work.py", BRANCHES);
    let run = project.run(&[
        "diff",
        "--isolated",
        "--select",
        "ensure-future,run-until-complete",
        "--safety",
        "review",
        "--format",
        "json",
        "work.py",
    ]);
    let sites = [run.of_type("change"), run.of_type("finding")].concat();
    let mut found: Vec<u64> = sites.iter().filter_map(|it| it["line"].as_u64()).collect();
    found.sort_unstable();
    let lines = BRANCHES.lines().zip(1..);
    let here = lines.filter_map(|(line, number)| line.ends_with("# here").then_some(number));
    assert_eq!(found, here.collect::<Vec<u64>>());
}

/// Returns the files that change of those that a run is told.
fn changed(project: &Project, named: &str) -> Vec<String> {
    let select = ["diff", "--select", "cpu-bound", "--safety", "review"];
    let run = project.run(&[&select[..], &["--format", "json", named]].concat());
    let changes = run.of_type("change").into_iter();
    changes
        .filter_map(|it| Some(it["path"].as_str()?.to_owned()))
        .collect()
}

/// Returns the files that change where another file imports a module.
fn changed_beside(path: &str, text: &str) -> Vec<String> {
    let project = Project::empty();
    project.write("drivers/work.py", WORK);
    project.write("work.py", WORK);
    project.write(path, text);
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    changed(&project, ".")
}

#[test]
fn files_for_another_python_are_left_alone() {
    let both = ["drivers/work.py", "work.py"];
    assert_eq!(changed_beside("drivers/pins.py", "import pins\n"), both);
    assert_eq!(
        changed_beside("drivers/pins.py", "from machine import Pin\n"),
        both[1..]
    );
    assert_eq!(
        changed_beside("drivers/more/pins.py", "from machine import Pin\n"),
        both
    );
    let either = "try:\n    from machine import Pin\nexcept ImportError:\n    Pin = None\n";
    assert_eq!(changed_beside("drivers/pins.py", either), both);
    assert_eq!(changed_beside("machine.py", "Pin = int\n"), both);
}

#[test]
fn a_module_of_the_project_is_of_no_other_python() {
    let project = Project::empty();
    project.write("machine.py", "Pin = int\n");
    project.write("work.py", format!("from machine import Pin\n{WORK}"));
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    assert_eq!(changed(&project, "work.py"), ["work.py"]);
    std::fs::remove_file(project.root().join("machine.py")).expect("it was written");
    assert_eq!(changed(&project, "work.py"), [""; 0]);
    let why = project.run(&["explain", "work.py:7"]);
    assert!(
        why.stdout.contains("only MicroPython has `machine`"),
        "{}",
        why.stdout
    );
}
