//! Coroutines that code of the project drives by hand, step by step: no event loop runs these.
//!
//! What may be driven is followed from the `send` or `__await__` of a driver back to the calls that made it,
//! through parameters and other files. Where that is not possible, any coroutine of the program may be it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::outline::{Reader, read};
use super::program::Programs;
use super::world::World;
use crate::source::cell::Position;
use defs::{Def, Defs};

pub(crate) use defs::{defs_named, name_of};
use given::{Given, Parameter};
pub use place::Driver;
use place::Step;

mod callers;

mod defs;

mod given;

mod place;

/// What is followed at most; where there is more, any coroutine may be driven.
const MAX_STEPS: usize = 2_000;

/// All drivers of a project, found when first asked for.
#[derive(Debug, Default)]
pub(super) struct Drivers(OnceLock<Driven>);

/// What is driven.
#[derive(Debug, Default)]
struct Driven {
    /// Coroutine functions, by file and name there.
    functions: FxHashMap<(PathBuf, String), Driver>,
    /// Drivers of what is not known.
    of_any: Vec<Driver>,
    /// The first of these that may run in the process of a file, by that file.
    any_in: FxHashMap<PathBuf, usize>,
}

impl Drivers {
    /// Returns what drives the coroutines of a def, or may do so; paths are relative to the root. `function`
    /// is named as in [`defs::name_of`].
    pub(super) fn of(&self, path: &Path, function: &str, world: World) -> Option<Driver> {
        let driven = self.0.get_or_init(|| Search::new(world).all());
        let key = (path.to_owned(), function.to_owned());
        if let Some(found) = driven.functions.get(&key) {
            return Some(found.clone());
        }
        let first = driven.any_in.get(path)?;
        driven.of_any.get(*first).cloned()
    }
}

impl Driven {
    /// Notes which files the drivers of what is not known run with: two files that run in one process are of
    /// each other's programs.
    fn spread(&mut self, programs: &Programs) {
        let mut last = None;
        for (place, driver) in self.of_any.iter().enumerate() {
            // They stand in the order of their files.
            if last.replace(&driver.path) == Some(&driver.path) {
                continue;
            }
            let program = programs.of(&driver.path);
            let others = program.others(&driver.path);
            let files = std::iter::once(&driver.path).chain(others);
            for file in files {
                if !self.any_in.contains_key(file) {
                    self.any_in.insert(file.clone(), place);
                }
            }
        }
    }
}

/// What a file is asked for a step.
struct Question {
    what: What,
    driver: Driver,
    is_strict: bool,
}

enum What {
    /// Which coroutine functions a def speaks of.
    Mentioned(String),
    /// What its calls give for a parameter.
    Calls(Parameter),
    /// Its coroutine functions of a name.
    Defs(String),
}

struct Search<'w> {
    world: World<'w>,
    driven: Driven,
    open: Vec<Step>,
    /// What is asked next, by file: each is read once for all that is asked of it.
    asked: BTreeMap<PathBuf, Vec<Question>>,
    seen: FxHashSet<(PathBuf, Given, bool)>,
    /// The defs of the project, listed when first asked for.
    defs: OnceLock<Defs>,
}

impl<'w> Search<'w> {
    fn new(world: World<'w>) -> Self {
        Self {
            world,
            driven: Driven::default(),
            open: Vec::new(),
            asked: BTreeMap::new(),
            seen: FxHashSet::default(),
            defs: OnceLock::new(),
        }
    }

    fn all(mut self) -> Driven {
        let files = self.world.files;
        for path in &files.python {
            let bytes = files.texts.bytes(path);
            if place::may_drive(&bytes) {
                let of_file = |reader: &Reader| place::drivers(reader, path, self.world);
                let found = self.read(path, of_file).unwrap_or_default();
                self.open.extend(found);
            }
        }
        let mut n_steps = 0;
        while !self.open.is_empty() {
            for step in std::mem::take(&mut self.open) {
                n_steps += 1;
                match n_steps > MAX_STEPS {
                    true => self.any(&step),
                    false => self.follow(step),
                }
            }
            for (path, questions) in std::mem::take(&mut self.asked) {
                self.answer(&path, questions);
            }
        }
        let key = |driver: &Driver| {
            let Position { cell, line, column } = driver.position;
            (driver.path.clone(), cell, line, column)
        };
        self.driven.of_any.sort_by_key(key);
        self.driven.of_any.dedup();
        self.driven.spread(self.world.programs);
        self.driven
    }

    /// Goes on with what a file answers.
    fn answer(&mut self, path: &Path, questions: Vec<Question>) {
        let world = self.world;
        let of_file = |reader: &Reader| -> Vec<Vec<Given>> {
            let answer = |it: &Question| match &it.what {
                What::Mentioned(function) => callers::mentioned(reader, path, function, world),
                What::Calls(parameter) => callers::given(reader, path, parameter, world),
                What::Defs(name) => defs::coroutines_named(reader, path, name),
            };
            questions.iter().map(answer).collect()
        };
        let found = self.read(path, of_file);
        let unread = |it: &Question| match it.what {
            // What cannot be read may give anything.
            What::Calls(_) => vec![Given::Unknown],
            What::Mentioned(_) | What::Defs(_) => Vec::new(),
        };
        let found = found.unwrap_or_else(|| questions.iter().map(unread).collect());
        for (question, mut found) in questions.into_iter().zip(found) {
            if let What::Calls(parameter) = &question.what {
                found.retain(|it| !parameter.is_said || it.is_seen());
            }
            self.add(path, found, &question.driver, question.is_strict);
        }
    }

    fn ask(&mut self, path: &Path, what: What, step: &Step) {
        let question = Question {
            what,
            driver: step.driver.clone(),
            is_strict: step.is_strict,
        };
        let asked = self.asked.entry(path.to_owned()).or_default();
        asked.push(question);
    }

    fn follow(&mut self, step: Step) {
        let seen = (step.path.clone(), step.given.clone(), step.is_strict);
        if !self.seen.insert(seen) {
            return;
        }
        match &step.given {
            Given::Unknown => self.any(&step),
            Given::Coroutine { path, function } => self.coroutine(&step, path, function),
            Given::Method { name, is_async } => self.methods(&step, name, *is_async),
            Given::Parameter(parameter) => self.parameter(&step, parameter),
        }
    }

    /// What is driven drives what it awaits.
    fn coroutine(&mut self, step: &Step, path: &Path, function: &str) {
        let key = (path.to_owned(), function.to_owned());
        if self.driven.functions.contains_key(&key) {
            return;
        }
        let driver = Driver {
            is_sure: true,
            ..step.driver.clone()
        };
        self.driven.functions.insert(key, driver);
        self.ask(path, What::Mentioned(function.to_owned()), step);
    }

    /// What the calls of a function give it.
    fn parameter(&mut self, step: &Step, parameter: &Parameter) {
        let mut files = vec![parameter.path.clone()];
        if parameter.is_seen_elsewhere {
            let program = self.world.programs.of(&parameter.path);
            files.extend(program.others(&parameter.path).cloned());
        }
        let step = &Step {
            is_strict: step.is_strict || parameter.is_said,
            path: step.path.clone(),
            given: Given::Unknown,
            driver: step.driver.clone(),
        };
        for path in files {
            let bytes = self.world.files.texts.bytes(&path);
            if callers::may_call(&bytes, parameter) {
                self.ask(&path, What::Calls(parameter.clone()), step);
            }
        }
    }

    /// The coroutine functions of the program that a method of an unknown object may be.
    fn methods(&mut self, step: &Step, name: &str, is_async: bool) {
        let program = self.world.programs.of(&step.path);
        let files = self.world.files;
        let defs = self.defs.get_or_init(|| Defs::list(files)).named(name);
        let is_met = |def: &&Def| def.path == step.path || program.has(&def.path);
        let (coroutines, plain): (Vec<&Def>, Vec<&Def>) =
            defs.iter().filter(is_met).partition(|def| def.is_async);
        // A plain one may hand out a coroutine.
        let is_any = !is_async && (!plain.is_empty() || coroutines.is_empty());
        let paths: Vec<PathBuf> = coroutines.into_iter().map(|it| it.path.clone()).collect();
        for path in paths {
            self.ask(&path, What::Defs(name.to_owned()), step);
        }
        if is_any {
            self.any(step);
        }
    }

    fn any(&mut self, step: &Step) {
        if !step.is_strict {
            self.driven.of_any.push(step.driver.clone());
        }
    }

    fn add(&mut self, path: &Path, found: Vec<Given>, driver: &Driver, is_strict: bool) {
        let steps = found.into_iter().map(|given| Step {
            path: path.to_owned(),
            given,
            driver: driver.clone(),
            is_strict,
        });
        self.open.extend(steps);
    }

    fn read<T>(&self, path: &Path, ask: impl FnOnce(&Reader) -> T) -> Option<T> {
        read(path, self.world.files, ask)
    }
}

#[cfg(test)]
mod tests;
