//! The engine as lies see it: files → the files after all `safe` changes, and who made them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

use awaitify::engine::{Engine, Input, Settings, plan};
use awaitify::plan::change::FilePlan;
use awaitify::project::facts::Projects;
use awaitify::recipe::Recipe;
use awaitify::recipe::safety::Safety;

use super::lie::Lie;
use super::shapes::Shape;
use crate::support::catalog;

/// The target of programs that name none.
const PYTHON: (u8, u8) = (3, 11);

/// What the engine makes of a program.
#[derive(Debug, Clone)]
pub(super) struct After {
    pub files: Vec<(String, String)>,
    /// The recipes with a change.
    pub recipes: BTreeSet<String>,
}

/// Engines at the level `safe`, by the Python that they write for.
pub(super) struct Planner<'r>(BTreeMap<(u8, u8), Engine<'r>>);

impl<'r> Planner<'r> {
    /// Prepares recipes for the Pythons of the shapes.
    #[track_caller]
    pub(super) fn new(recipes: &[&'r Recipe], shapes: &[Shape]) -> Self {
        let pythons = shapes.iter().map(|shape| shape.python.unwrap_or(PYTHON));
        let engine = |python| {
            let settings = Settings {
                target: Some(python),
                ..Settings::new(Safety::Safe)
            };
            let engine = Engine::new(catalog(), recipes, settings);
            (python, engine.expect("the recipes have an order"))
        };
        Self(pythons.map(engine).collect())
    }

    /// Plans a program, and makes all changes.
    #[track_caller]
    pub(super) fn after(&self, lie: &Lie) -> After {
        let engine = &self.0[&lie.shape.python.unwrap_or(PYTHON)];
        let bytes =
            |(path, text): &(String, String)| (PathBuf::from(path), text.clone().into_bytes());
        let facts = Projects::of_texts(lie.files.iter().map(bytes).collect());
        let job = |(path, bytes): (PathBuf, Vec<u8>)| {
            let input = Input {
                given: Some(bytes),
                ..Input::found(path)
            };
            (input, engine)
        };
        let jobs: Vec<_> = lie.files.iter().map(bytes).map(job).collect();
        let plan = plan(&jobs, 1, &AtomicUsize::new(0), &facts).expect("a thread can be started");
        if !plan.problems.is_empty() {
            // It does not run either, which says more.
            return After {
                files: lie.files.clone(),
                recipes: BTreeSet::new(),
            };
        }
        let after = |(path, _): &(String, String)| {
            let mut files = plan.files.iter();
            let of_path = files.find(|file| file.original().path() == Path::new(path));
            let after = of_path.expect("a given file has a plan").after();
            let bytes = after.expect("it is UTF-8").bytes().to_vec();
            (path.clone(), String::from_utf8(bytes).expect("it is UTF-8"))
        };
        let changes = plan.files.iter().flat_map(FilePlan::wanted);
        After {
            files: lie.files.iter().map(after).collect(),
            recipes: changes.map(|change| change.recipe.clone()).collect(),
        }
    }
}
