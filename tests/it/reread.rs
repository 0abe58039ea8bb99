//! A file that reads another one is planned on once that changes, whether it imports it or not.

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use awaitify::engine::{Engine, Input, Settings, plan};
use awaitify::plan::change::FilePlan;
use awaitify::project::facts::Projects;
use awaitify::recipe::safety::Safety;

use crate::support::{catalog, recipes};

const LIB: &str = "import asyncio


class Gauge:
    @asyncio.coroutine
    def read(self):
        yield from asyncio.sleep(1)
";

const SHOW: &str = "async def show(gauge):
    gauge.read()
";

/// Returns the files of a program with changes.
fn changed(files: &[(&str, &str)]) -> Vec<String> {
    let texts = files.iter().map(|(path, text)| {
        let path = PathBuf::from(*path);
        (path, text.as_bytes().to_vec())
    });
    let facts = Projects::of_texts(texts.clone().collect());
    let named = recipes().into_iter();
    let wanted = ["asyncio-coroutine", "missing-await"];
    let named: Vec<_> = named
        .filter(|it| wanted.contains(&it.id.as_str()))
        .collect();
    let settings = Settings {
        target: Some((3, 8)),
        ..Settings::new(Safety::Review)
    };
    let engine = Engine::new(catalog(), &named, settings).expect("two recipes have an order");
    let jobs: Vec<_> = texts
        .map(|(path, bytes)| {
            let input = Input {
                path,
                given: Some(bytes),
                is_named: true,
            };
            (input, &engine)
        })
        .collect();
    let plan = plan(&jobs, 1, &AtomicUsize::new(0), &facts).expect("a thread can be started");
    let with_changes = plan
        .files
        .iter()
        .filter(|it| FilePlan::changes(it).count() > 0);
    let paths = with_changes.map(|it| it.original().path().display().to_string());
    paths.collect()
}

#[test]
fn a_file_that_gets_an_object_of_a_class_that_changes_is_planned_on() {
    let app = "from lib import Gauge
from show import show


async def main():
    await show(Gauge())
";
    let files = [("lib.py", LIB), ("show.py", SHOW), ("app.py", app)];
    assert_eq!(changed(&files), ["lib.py", "show.py"]);
}

#[test]
fn a_file_that_gets_another_object_stays() {
    let app = "from lib import Gauge
from other import Other
from show import show


async def main(gauge: Gauge):
    await show(Other())
";
    let files = [("lib.py", LIB), ("show.py", SHOW), ("app.py", app)];
    assert_eq!(changed(&files), ["lib.py"]);
}
