//! `shapes/*.yaml` → shapes: a program with slots, what may stand in them, and what makes the edit wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::template::Slots;

/// Where the files of shapes are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/lies/shapes");

/// One file: shapes that share programs, choices and neighbors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    /// Texts of files, each begun by a line `//- path`; the first is run.
    programs: BTreeMap<String, String>,
    /// Spellings, each of which means the same.
    #[serde(default)]
    choices: BTreeMap<String, Vec<Slots>>,
    /// By set: what makes an edit wrong, each a name and what stands in the slots then.
    #[serde(default)]
    neighbors: BTreeMap<String, BTreeMap<String, Slots>>,
    /// Neighbors that no reading of the code sees, and why: `safe` does not promise to.
    #[serde(default)]
    limits: BTreeMap<String, String>,
    shapes: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    recipe: String,
    programs: Vec<String>,
    #[serde(default)]
    choices: Vec<String>,
    #[serde(default)]
    slots: Slots,
    #[serde(default)]
    neighbors: Vec<String>,
    #[serde(default)]
    python: Option<(u8, u8)>,
    #[serde(default)]
    is_notebook: bool,
    #[serde(default)]
    mends: Option<String>,
}

/// A program with slots, around one site of a recipe.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// Its family and program.
    pub name: String,
    /// Who changes it where no neighbor is.
    pub recipe: String,
    pub text: String,
    /// One of each is taken.
    pub choices: Vec<Vec<Slots>>,
    pub slots: Slots,
    pub neighbors: Vec<(String, Slots)>,
    /// The names of those that `safe` does not promise to see.
    pub limits: BTreeSet<String>,
    /// The Python that it is written for and run by; `None`: that of the tests.
    pub python: Option<(u8, u8)>,
    /// Whether its first file is one of cells.
    pub is_notebook: bool,
    /// The error that a change mends.
    pub mends: Option<String>,
}

/// Reads all shapes, in an order of their own.
#[track_caller]
pub(super) fn shapes() -> Vec<Shape> {
    let entries = std::fs::read_dir(FOLDER).expect("the shapes are there");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    paths.iter().flat_map(|path| of_file(path)).collect()
}

#[track_caller]
fn of_file(path: &Path) -> Vec<Shape> {
    let text = std::fs::read_to_string(path).expect("it can be read");
    let family: Family =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let stem = path.file_stem().expect("it has a name").to_string_lossy();
    let shapes = family.shapes.iter().flat_map(|written| {
        let family = &family;
        let programs = written.programs.iter();
        programs.map(|program| family.shape(&stem, written, program))
    });
    shapes.collect()
}

impl Family {
    #[track_caller]
    fn shape(&self, stem: &str, written: &Written, program: &str) -> Shape {
        let unknown = |kind: &str, name: &str| -> ! { panic!("{stem}.yaml: no {kind} {name}") };
        let text = self.programs.get(program);
        let choices = written.choices.iter().map(|name| {
            let choice = self.choices.get(name);
            choice.unwrap_or_else(|| unknown("choice", name)).clone()
        });
        let neighbors = written.neighbors.iter().flat_map(|set| {
            let set = self
                .neighbors
                .get(set)
                .unwrap_or_else(|| unknown("neighbors", set));
            set.iter()
                .map(|(name, slots)| (name.clone(), slots.clone()))
        });
        for (limit, why) in &self.limits {
            let is_named = self.neighbors.values().any(|set| set.contains_key(limit));
            assert!(is_named, "{stem}.yaml: no neighbor {limit}");
            assert!(!why.is_empty(), "{stem}.yaml: {limit} says no reason");
        }
        Shape {
            limits: self.limits.keys().cloned().collect(),
            name: format!("{stem}: {program}"),
            recipe: written.recipe.clone(),
            text: text.unwrap_or_else(|| unknown("program", program)).clone(),
            choices: choices.collect(),
            slots: written.slots.clone(),
            neighbors: neighbors.collect(),
            python: written.python,
            is_notebook: written.is_notebook,
            mends: written.mends.clone(),
        }
    }
}
