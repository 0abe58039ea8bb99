//! Examples run under real Python, before and after: what was printed before is printed afterwards.
//!
//! A script runs as one. The cells of a notebook run as one plain script before, so that asyncio.run and
//! run_until_complete really run, and cell by cell in a kernel after.
//! Without Python 3.11 or newer these tests are skipped with one line; `AWAITIFY_REQUIRE_PYTHON=1`
//! makes that a failure.

use std::collections::BTreeSet;
use std::path::PathBuf;

use awaitify::recipe::Recipe;
use awaitify::recipe::example::{Example, to_notebook};
use awaitify::recipe::safety::Safety;

use cells::cells;
use kernel::Kernel;
use python::{Ran, run_script};

use crate::support::{Project, recipes};

pub(crate) mod batch;
pub(crate) mod cells;
mod interrupts;
mod kernel;
pub(crate) mod python;

/// Examples whose changes are none are of no use here.
const LEFT_ALONE: &str = "left_alone";

/// Examples for an older Python are run by that one, where it is installed.
const OLDEST_RUN: (u8, u8) = (3, 10);

/// Runs the cells of `cells.json` as one plain script.
pub(crate) const CELLS_AS_SCRIPT: &str = include_str!("../python/cells.py");

/// Runs files before and after a change and compares what they print.
struct Runner {
    python: PathBuf,
    kernel: Kernel,
}

impl Runner {
    /// Returns `None` where there is no Python.
    #[track_caller]
    fn new() -> Option<Self> {
        let python = python::environment(&python::KERNEL)?;
        let kernel = Kernel::start(&python);
        Some(Self { python, kernel })
    }

    /// Runs one file of two trees.
    fn run(&mut self, name: &str, path: &str, before: &Project, after: &Project) -> (Ran, Ran) {
        if is_notebook(path, &after.text(path)) {
            (
                self.run_notebook_before(name, path, before),
                self.run_cells(name, path, after),
            )
        } else {
            let run = |project: &Project| run_script(&self.python, project.root(), path);
            (run(before), run(after))
        }
    }

    fn run_cells(&mut self, name: &str, path: &str, project: &Project) -> Ran {
        let cells = cells(path, &project.text(path));
        self.kernel.run(name, project.root(), &cells)
    }

    /// Runs the cells as one plain script, where the old calls work; in the kernel where they are none,
    /// because of a magic or of a task that needs the kernel's loop.
    fn run_notebook_before(&mut self, name: &str, path: &str, project: &Project) -> Ran {
        let cells = cells(path, &project.text(path));
        // Names of their own: a file may import the notebook's.
        project.write("cells_as_script.py", CELLS_AS_SCRIPT);
        let list = serde_json::to_string(&cells).expect("texts are JSON");
        project.write("cells.json", list);
        let ran = run_script(&self.python, project.root(), "cells_as_script.py");
        let is_no_script = |error: &String| {
            [
                "SyntaxError",
                "no running event loop",
                "attached to a different loop",
            ]
            .iter()
            .any(|why| error.contains(why))
        };
        match ran.error.as_ref().is_some_and(is_no_script) {
            true => self.run_cells(name, path, project),
            false => ran,
        }
    }
}

/// Checks that both printed the same and ended the same way.
///
/// An excerpt may name what it does not define: then it must still fail with the same error.
#[track_caller]
fn check_same(name: &str, (old, new): &(Ran, Ran)) {
    assert_eq!(old.stdout, new.stdout, "{name}: {old:?} and then {new:?}");
    check_same_end(name, old, new);
}

#[track_caller]
fn check_same_end(name: &str, old: &Ran, new: &Ran) {
    let last = |ran: &Ran| {
        let error = ran.error.as_deref()?;
        error.trim_end().lines().next_back().map(str::to_owned)
    };
    assert_eq!(last(old), last(new), "{name}: {old:?} and then {new:?}");
}

/// Checks that what was ended by an error runs now.
#[track_caller]
fn check_mended(name: &str, error: &str, (old, new): &(Ran, Ran)) {
    let of_old = old.error.as_deref().unwrap_or_default();
    assert!(of_old.contains(error), "{name}: {old:?}");
    assert!(new.error.is_none(), "{name}: {new:?}");
    assert_ne!(new.stdout, "", "{name} shows nothing");
}

/// Returns whether all that a recipe does safely is to mend what cannot run.
fn only_mends(recipe: &Recipe) -> bool {
    let mut examples = recipe.examples().iter();
    examples.any(|example| example.fails.is_some())
        && recipe
            .examples()
            .iter()
            .all(|example| !example.run || example.after.is_none())
}

fn is_notebook(path: &str, text: &str) -> bool {
    path.ends_with(".ipynb") || text.lines().any(|line| line.starts_with("# %%"))
}

fn has_safe_case(recipe: &Recipe) -> bool {
    let mut rules = recipe.content.rules.iter();
    rules.any(|rule| rule.levels().contains(&Safety::Safe))
}

/// Returns the files of an example that stays as it is and is run to show that it is right so.
fn left(example: &Example) -> Option<&Vec<(String, String)>> {
    example.run.then_some(&example.before)
}

/// Returns whether an example promises that the program does the same.
fn promises_the_same(recipe: &Recipe, example: &Example) -> bool {
    let all_safe = example.safety.iter().all(|safety| *safety == Safety::Safe);
    example.run || has_safe_case(recipe) && all_safe
}

/// Writes an example's files to a directory of their own; notebooks are percent text there.
fn project(files: &[(String, String)]) -> Project {
    let project = Project::empty();
    for (path, text) in files {
        if path.ends_with(".ipynb") {
            project.write(path, to_notebook(text));
        } else {
            project.write(path, text);
        }
    }
    project
}

#[test]
fn examples_of_recipes_print_the_same() {
    let Some(mut runner) = Runner::new() else {
        return;
    };
    for recipe in recipes() {
        for example in recipe
            .examples()
            .iter()
            .filter(|each| promises_the_same(recipe, each))
        {
            let Some(after) = example.after.as_ref().or(left(example)) else {
                continue;
            };
            let name = format!("{}::{}", recipe.id, example.name);
            let (before, after) = (project(&example.before), project(after));
            let path = &example.before[0].0;
            let ran = match example.python.filter(|python| *python < OLDEST_RUN) {
                None => runner.run(&name, path, &before, &after),
                // What it uses is gone from newer ones.
                Some(python) => match python::older(python) {
                    Some(python) => (
                        run_script(&python, before.root(), path),
                        run_script(&python, after.root(), path),
                    ),
                    None => continue,
                },
            };
            if let Some(error) = &example.fails {
                check_mended(&name, error, &ran);
            } else if example.run {
                check_same(&name, &ran);
                assert!(ran.0.error.is_none(), "{name}: {ran:?}");
                assert_ne!(ran.0.stdout, "", "{name} shows nothing");
            } else {
                // What it prints may be a time, or an address.
                check_same_end(&name, &ran.0, &ran.1);
            }
        }
    }
}

/// Recipes whose examples need packages that are not installed for the tests.
const NOT_RUN: &[&str] = &["fastapi-lifespan", "raise-from"];

#[test]
fn every_safe_recipe_has_an_example_that_runs() {
    let safe = recipes().into_iter().filter(|recipe| has_safe_case(recipe));
    for recipe in safe {
        let runs = |example: &Example| example.run || example.fails.is_some();
        let runs = recipe.examples().iter().any(runs);
        let excused = NOT_RUN.contains(&recipe.id.as_str());
        assert!(runs != excused, "{}", recipe.id);
    }
}

#[test]
fn the_examples_folder_prints_the_same() {
    let Some(mut runner) = Runner::new() else {
        return;
    };
    let (before, after) = (Project::with_examples(), Project::with_examples());
    after.run(&["migrate", "--allow-dirty", "--safety", "safe", "."]);
    for (path, _) in after.tree() {
        let path = path.to_string_lossy();
        if !path.contains(LEFT_ALONE) {
            check_same(&path, &runner.run(&path, &path, &before, &after));
        }
    }
}

#[test]
fn the_examples_folder_has_a_site_of_every_safe_recipe() {
    let all: Vec<String> = recipes()
        .into_iter()
        .map(|recipe| recipe.id.clone())
        .collect();
    let run = Project::with_examples().run(&[
        "diff",
        "--format",
        "json",
        "--select",
        &all.join(","),
        ".",
    ]);
    let id = |change: &serde_json::Value| change["recipe"].as_str().map(str::to_owned);
    let found: BTreeSet<String> = run.of_type("change").iter().filter_map(id).collect();
    // The examples run before and after.
    let is_wanted = |recipe: &&Recipe| has_safe_case(recipe) && !only_mends(recipe);
    for recipe in recipes().into_iter().filter(is_wanted) {
        assert!(
            found.contains(&recipe.id),
            "{} is not among {found:?}",
            recipe.id
        );
    }
}

#[test]
fn what_is_left_alone_stays_and_says_why() {
    let project = Project::with_examples();
    let before = project.tree();
    let run = project.migrate();
    for (path, content) in before {
        let path = path.to_string_lossy();
        let same = project.read(&path) == content;
        assert!(same || !path.contains(LEFT_ALONE), "{path} was changed");
    }
    for path in ["examples/left_alone.py", "examples/left_alone.ipynb"] {
        let said = run
            .of_type("finding")
            .iter()
            .any(|finding| finding["path"] == path);
        assert!(said, "no finding in {path}: {run:?}");
    }
}

#[test]
fn a_kernel_forgets_the_notebook_before() {
    let Some(mut runner) = Runner::new() else {
        return;
    };
    let place = Project::new("//- station.py\nlevel = 3\n");
    let mut run = |cells: &[&str]| runner.kernel.run("cells", place.root(), cells);
    let first = "import asyncio, station\ntask = asyncio.create_task(asyncio.sleep(60))";
    assert_eq!(run(&[first, "print(station.level)"]).stdout, "3\n");
    let names = "print('task' in globals() or 'station' in globals())";
    let tasks = "import asyncio\nawait asyncio.sleep(0)\nprint(sum('sleep' in repr(task) for task in asyncio.all_tasks()))";
    let ran = run(&[names, tasks]);
    assert_eq!((ran.error, ran.stdout.as_str()), (None, "False\n0\n"));
    assert_eq!(
        run(&["1 / 0"]).error.as_deref(),
        Some("ZeroDivisionError: division by zero")
    );
}

#[test]
fn a_difference_is_seen() {
    let Some(mut runner) = Runner::new() else {
        return;
    };
    let script = |text: &str| Project::new(&format!("//- a.py\n{text}\n"));
    let mut differ = |before: &str, after: &str| {
        let ran = runner.run("a.py", "a.py", &script(before), &script(after));
        std::panic::catch_unwind(|| check_same("a.py", &ran)).is_err()
    };
    assert!(!differ("print(1)", "print(1)"));
    assert!(differ("print(1)", "print(2)"));
    assert!(differ("print(1)", "print(1); 1 / 0"));
    assert!(!differ("print(1 / 0)", "print(2 / 0)"));
}

#[test]
fn what_a_cell_printed_before_is_compared() {
    let Some(mut runner) = Runner::new() else {
        return;
    };
    let cells = |text: &str| {
        Project::new(&format!(
            "//- a.py\n# %%\nimport asyncio\n\nasync def level():\n    return 3\n\n# %%\n{text}\n"
        ))
    };
    let mut differ = |before: &str, after: &str| {
        let ran = runner.run("a.py", "a.py", &cells(before), &cells(after));
        std::panic::catch_unwind(|| check_same("a.py", &ran)).is_err()
    };
    // The second statement makes the cell no script, the first one fails in a kernel.
    let before = "print(asyncio.run(level()))\nawait asyncio.sleep(0)";
    assert!(!differ(before, "print(await level())"));
    assert!(differ(before, "print(await level() + 1)"));
}

/// A notebook that drops a task, and several in a loop.
const DROPS: [&str; 4] = [
    "import asyncio\n\nasync def ticker():\n    while True:\n        await asyncio.sleep(3600)\n\nasync def worker(number):\n    while True:\n        await asyncio.sleep(3600)",
    "asyncio.create_task(ticker())",
    "for number in range(3):\n    asyncio.create_task(worker(number))",
    "await asyncio.sleep(0)",
];

/// Prints how many of its tasks are left.
const LEFT: &str =
    "print(sum(task.get_coro().__name__ in ('ticker', 'worker') for task in asyncio.all_tasks()))";

#[test]
fn a_notebook_leaves_no_task_behind() {
    let Some(mut runner) = Runner::new() else {
        return;
    };
    let project = Project::empty();
    let percent = DROPS.map(|cell| format!("# %%\n{cell}\n")).concat();
    project.write("drops.ipynb", to_notebook(&percent));
    let select = ["--select", "task-handle", "--safety", "review"];
    project.run(&[&["migrate", "--allow-dirty"][..], &select, &["."]].concat());
    let text = project.text("drops.ipynb");
    let after = cells("drops.ipynb", &text);
    let [setup, tick, work, wait, end] = after.iter().map(String::as_str).collect::<Vec<_>>()[..]
    else {
        panic!("one cell is added: {text}");
    };
    let mut left = |cells: &[&str]| {
        let ran = runner
            .kernel
            .run("cells", project.root(), &[cells, &[LEFT]].concat());
        assert_eq!(ran.error, None, "{cells:?}");
        ran.stdout
            .trim()
            .parse::<usize>()
            .expect("a number is printed")
    };
    assert_eq!(left(&DROPS), 4);
    assert_eq!(left(&[setup, tick, work, wait]), 4);
    assert_eq!(left(&[setup, tick, work, wait, end]), 0);
    // The last cell may run twice, and before another run of one that starts tasks.
    assert_eq!(left(&[setup, tick, work, end, end, tick, work, wait]), 4);
    assert_eq!(left(&[setup, tick, work, end, tick, work, wait, end]), 0);
    // The set keeps what a cell started before it was run again.
    assert_eq!(left(&[setup, tick, work, wait, work, wait, end]), 0);
}
