//! What other files have is read off each of them once, however many sites ask.

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use awaitify::engine::{Engine, Input, Settings, plan};
use awaitify::project::Facts;
use awaitify::project::facts::Projects;
use awaitify::recipe::safety::Safety;

use crate::support::{catalog, recipes};

/// Files that go through what another one has.
const USERS: usize = 5;

/// Returns how often a file is parsed for another one that has so many functions.
#[track_caller]
fn parsed(n_functions: usize) -> usize {
    let names: Vec<String> = (0..n_functions).map(|it| format!("step_{it}")).collect();
    let mut app = "import asyncio\n".to_owned();
    for name in &names {
        app.push_str(&format!(
            "\n\n@asyncio.coroutine\ndef {name}():\n    yield from asyncio.sleep(0)\n"
        ));
    }
    let mut files = vec![("app.py".to_owned(), app)];
    for user in 0..USERS {
        let mut text = "import app\n".to_owned();
        for name in &names {
            text.push_str(&format!(
                "\n\ndef through_{name}():\n    yield from app.{name}()\n    list(app.{name}())\n"
            ));
        }
        files.push((format!("user_{user}.py"), text));
    }
    let (n_changes, n_parsed) = planned("asyncio-coroutine", Safety::Review, files);
    assert_eq!(n_changes, n_functions);
    n_parsed
}

/// Returns how many changes a recipe makes in the files, and how often a file is gone over for another one.
#[track_caller]
fn planned(recipe: &str, level: Safety, files: Vec<(String, String)>) -> (usize, usize) {
    let (n_changes, facts) = planned_by(recipe, level, files);
    (n_changes, facts.read_off().parsed())
}

/// Returns how many changes a recipe makes in the files, and what was read of these.
#[track_caller]
fn planned_by(recipe: &str, level: Safety, files: Vec<(String, String)>) -> (usize, Projects) {
    let files = files.into_iter();
    let files: Vec<(PathBuf, Vec<u8>)> = files
        .map(|(path, text)| (path.into(), text.into_bytes()))
        .collect();
    let facts = Projects::of_texts(files.iter().cloned().collect());
    let named = recipes().into_iter();
    let named: Vec<_> = named.filter(|it| it.id == recipe).collect();
    let settings = Settings {
        target: Some((3, 8)),
        ..Settings::new(level)
    };
    let engine = Engine::new(catalog(), &named, settings).expect("one recipe has an order");
    let job = |(path, bytes): (PathBuf, Vec<u8>)| {
        let input = Input {
            given: Some(bytes),
            ..Input::found(path)
        };
        (input, &engine)
    };
    let jobs: Vec<_> = files.into_iter().map(job).collect();
    let plan = plan(&jobs, 1, &AtomicUsize::new(0), &facts).expect("a thread can be started");
    let changes = plan.files.iter().flat_map(|file| file.changes());
    let n_changes = changes.count();
    (n_changes, facts)
}

#[test]
fn files_are_parsed_once_for_all_sites() {
    let few = parsed(2);
    assert!(few > 0);
    assert_eq!(parsed(40), few);
}

/// Returns how often a file is gone over for another one that has so many functions with a parameter, which
/// other files give something.
#[track_caller]
fn given(n_functions: usize) -> usize {
    let mut app = "from typing import AsyncIterator\n".to_owned();
    let mut user = "import app\n\n\nasync def main(rows):\n".to_owned();
    for it in 0..n_functions {
        app.push_str(&format!(
            "\n\nasync def step_{it}(rows: AsyncIterator):\n    for row in rows:\n        print(row)\n"
        ));
        user.push_str(&format!("    await app.step_{it}(rows)\n"));
    }
    let mut files = vec![("app.py".to_owned(), app)];
    files.extend((0..USERS).map(|it| (format!("user_{it}.py"), user.clone())));
    let (n_changes, n_read) = planned("async-for", Safety::Safe, files);
    assert_eq!(n_changes, n_functions);
    n_read
}

#[test]
fn what_calls_give_is_read_once_for_all_sites() {
    let few = given(2);
    assert!(few > USERS);
    assert_eq!(given(40), few);
}

/// Returns how often files are parsed for questions about others where each of so many has a class of that
/// name with a task and so many coroutine methods, whose names all of them share.
#[track_caller]
fn parsed_for_methods(n_files: usize, n_methods: usize, class: &str) -> usize {
    let files = (0..n_files).map(|file| {
        let next = (file + 1) % n_files;
        let class = class.replace("{}", &file.to_string());
        let mut text = format!(
            "import asyncio\nimport m{next}\n\n\nclass {class}:\n    def start(self):\n        self.task = asyncio.ensure_future(self.run_0())\n"
        );
        for it in 0..n_methods {
            text.push_str(&format!(
                "\n    @asyncio.coroutine\n    def run_{it}(self):\n        yield from self.run_{it}()\n"
            ));
        }
        (format!("m{file}.py"), text)
    });
    let files: Vec<_> = files.collect();
    let parsed = |recipe: &str| planned_by(recipe, Safety::Review, files.clone()).1.parsed();
    ["asyncio-coroutine", "task-handle", "task-teardown"]
        .map(parsed)
        .into_iter()
        .max()
        .unwrap_or(0)
}

#[test]
fn files_are_parsed_twice_at_most_for_what_they_say_of_methods() {
    for class in ["Worker", "Worker{}"] {
        let parsed = parsed_for_methods(12, 2, class);
        assert!(parsed > 0);
        assert!(parsed_for_methods(12, 9, class) <= parsed);
        assert!(parsed_for_methods(24, 2, class) <= 2 * 24);
    }
}

#[test]
fn each_file_is_read_twice_at_most() {
    let tree = tempfile::tempdir().expect("a temporary directory can be made");
    let root = tree.path();
    let (catalog, all) = (catalog(), recipes());
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut add = |path: PathBuf, text: &str| {
        let folder = path.parent().expect("it is in the folder");
        std::fs::create_dir_all(folder).expect("a folder can be made");
        std::fs::write(&path, text).expect("a file can be written");
        paths.push(path);
    };
    std::fs::write(root.join("pyproject.toml"), "").expect("a file can be written");
    for recipe in &all {
        for (number, example) in recipe.examples().iter().enumerate() {
            for (path, text) in example
                .before
                .iter()
                .filter(|(path, _)| path.ends_with(".py"))
            {
                add(
                    root.join(&recipe.id).join(format!("e{number}")).join(path),
                    text,
                );
            }
        }
    }
    let facts = Projects::new(root);
    let engine = Engine::new(catalog, &all, Settings::new(Safety::Review));
    let engine = engine.expect("shipped recipes have an order");
    let n_files = paths.len();
    let jobs: Vec<_> = paths
        .into_iter()
        .map(|path| (Input::found(path), &engine))
        .collect();
    plan(&jobs, 1, &AtomicUsize::new(0), &facts).expect("a thread can be started");
    assert!(n_files > 800, "{n_files} files");
    let n_read = facts.n_read();
    assert!(n_read >= n_files, "each file is read: {n_read}");
    // Once for itself and others; once more for what the changes of others make possible. pyproject.toml is
    // read, too.
    assert!(n_read <= 2 * (n_files + 1), "{n_read} for {n_files} files");
}
