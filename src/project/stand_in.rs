//! A function or method → what the project puts in its place: methods of classes that derive from its
//! own, and attributes that are set.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::by_name::ByName;
use super::definition::Definition;
use super::lineage::{ByClass, ClassRef, key};
use super::method::Method;
use super::original::Original;
use super::outline::{Callable, joined};
use super::part::Project;
use super::said::{Said, SaidOwner, SaidPut};
use super::word_index::Around;
use crate::bind::replaced::Put;
use crate::recipe::answer::Answer;
use crate::source::cell::Position;

mod family;

/// What may be called in its place.
#[derive(Debug, Clone)]
pub struct StandIn {
    /// The file that says so, as the facts name it: ask there about names.
    pub path: PathBuf,
    /// What has it, and its name: `Done.read`, `client.read`.
    pub what: String,
    /// Unknown where that may be another object.
    pub is_meant: Answer,
    /// What is put there.
    pub put: Put<Callable>,
    /// Where it may be put there without its name, and what does that.
    pub unnamed: Option<(Position, String)>,
    /// A method of the class itself sets it, by `self`.
    pub is_own: bool,
    /// Only objects of a class that derives from the method's have it.
    pub is_below: bool,
    /// The class itself says so, by its body or by `self`, or one above it by `self`.
    pub is_said: bool,
}

impl StandIn {
    /// Puts its path, which is relative to a root, below that.
    fn below(self, root: &Path) -> Self {
        Self {
            path: root.join(&self.path),
            ..self
        }
    }

    /// Says what is done, in a file of that name.
    pub fn sentence(&self, file: &str) -> String {
        let what = &self.what;
        match (&self.unnamed, &self.put) {
            (Some((position, does)), _) => format!("{} {does}", position.line_in(file)),
            (None, Put::Def(def)) if !def.is_decorated => {
                format!("{file} defines `{what}` without async")
            }
            (None, Put::Def(_)) => format!("{file} defines `{what}` with a decorator"),
            (None, _) => format!("{file} sets `{what}`"),
        }
    }
}

/// What was found, by what was asked.
#[derive(Debug, Default)]
pub(super) struct StandIns {
    found: Mutex<FxHashMap<Original, Arc<[StandIn]>>>,
    puts: ByName<Puts>,
}

impl StandIns {
    /// Finds what stands for something of a file, which is relative to the root.
    pub(super) fn of(&self, original: &Original, project: &Project) -> Arc<[StandIn]> {
        let known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(original) {
            return found.clone();
        }
        drop(known);
        let found = self.find(original, project);
        let mut known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(original.clone(), found.clone());
        found
    }

    fn find(&self, original: &Original, project: &Project) -> Arc<[StandIn]> {
        let name = original.name.as_str();
        let puts = self.puts.of(name, || Puts::build(name, project));
        let named: Vec<StandIn> = match &original.class {
            Some(class) => {
                let asked = Method::new(original, class, project.lineages());
                let named = puts.of_method(&asked, project);
                named
                    .into_iter()
                    .chain(asked.of_families(project))
                    .collect()
            }
            None => puts.of_function(&original.path, project),
        };
        let named = named.into_iter();
        named.map(|it| it.below(&project.root)).collect()
    }
}

/// What the files put in the place of attributes of one name.
#[derive(Debug, Default)]
struct Puts {
    name: Box<str>,
    /// The places of the files, and those in what they say of the name.
    all: Vec<(u32, u32)>,
    by_class: ByClass,
    /// What objects of a class are given by `self`: all of its methods may find that.
    by_own: ByClass,
    /// What is put in modules.
    by_module: FxHashMap<OsString, Vec<u32>>,
}

impl Puts {
    fn build(name: &str, project: &Project) -> Self {
        let mut puts = Self {
            name: name.into(),
            ..Self::default()
        };
        let files = project.files();
        for file in project.words().places_with(name, Around::BINDS) {
            let Some(said) = project.said(file) else {
                continue;
            };
            let path = &files.python[file as usize];
            let of_name = said.puts.get(name).into_iter().flatten();
            for (at, put) in (0_u32..).zip(of_name) {
                // What is put there is less than the bytes of all files.
                let place = u32::try_from(puts.all.len()).unwrap_or(u32::MAX);
                puts.all.push((file, at));
                puts.add(place, put, name, (path, said), project);
            }
        }
        puts
    }

    fn add(
        &mut self,
        place: u32,
        put: &SaidPut,
        name: &str,
        (path, said): (&Path, &Said),
        project: &Project,
    ) {
        let lineages = project.lineages();
        let is_module = |owner: &str| {
            let module = project.definitions().module(project.files(), path, owner);
            module.is_some()
        };
        let local = |class: u32| lineages.of(path, &said.classes, &ClassRef::Here(class));
        match &put.owner {
            SaidOwner::Class(class) => self.by_class.add(place, local(*class)),
            SaidOwner::Instance(class) => {
                self.by_class.add(place, local(*class));
                let class = &said.classes[*class as usize];
                self.by_own.add_to(place, key(path, &class.name));
            }
            SaidOwner::Named(owner) => {
                if !is_module(owner) {
                    self.by_class.add(place, lineages.named(path, owner));
                }
                self.add_to_modules(place, path, owner, name, project);
            }
            SaidOwner::Value { class, qualified } => {
                let is_module = qualified.as_deref().is_some_and(is_module);
                if let Some(class) = class.as_ref().filter(|_| !is_module) {
                    let lineage = lineages.of(path, &said.classes, class);
                    self.by_class.add(place, lineage);
                }
                if let Some(owner) = qualified {
                    self.add_to_modules(place, path, owner, name, project);
                }
            }
        }
    }

    /// Adds what is put in the place of a function, by the file of that.
    fn add_to_modules(
        &mut self,
        place: u32,
        path: &Path,
        owner: &str,
        name: &str,
        project: &Project,
    ) {
        let (files, definitions) = (project.files(), project.definitions());
        let module = definitions.module(files, path, owner);
        let function = definitions.find(files, path, &joined(owner.to_owned(), name));
        let function = match function {
            Definition::Function { path, .. } => Some(path),
            _ => None,
        };
        let function = function.filter(|it| Some(it) != module.as_ref());
        for home in module.into_iter().chain(function) {
            self.by_module.entry(home.into()).or_default().push(place);
        }
    }

    /// What is put in a method's place, or may be, in order.
    fn of_method(&self, asked: &Method, project: &Project) -> Vec<StandIn> {
        let above = asked.above.iter();
        let above = above.flat_map(|class| self.by_own.surely(class));
        let surely = above.chain(self.by_class.surely(&asked.own));
        let mut meant: Vec<(u32, Answer)> = surely.map(|it| (*it, Answer::Yes)).collect();
        let perhaps = self.by_class.perhaps().iter();
        meant.extend(perhaps.map(|it| (*it, Answer::Unknown)));
        meant.sort_unstable_by_key(|(place, answer)| (*place, !answer.is_yes()));
        meant.dedup_by_key(|(place, _)| *place);
        let stand_ins = meant.into_iter();
        stand_ins
            .filter_map(|(place, is_meant)| self.stand_in(place, is_meant, Some(asked), project))
            .collect()
    }

    /// What is put in the place of a function of a file.
    fn of_function(&self, home: &Path, project: &Project) -> Vec<StandIn> {
        let places = self.by_module.get(home.as_os_str()).into_iter().flatten();
        places
            .filter_map(|place| self.stand_in(*place, Answer::Yes, None, project))
            .collect()
    }

    /// `None` for the method itself.
    fn stand_in(
        &self,
        place: u32,
        is_meant: Answer,
        asked: Option<&Method>,
        project: &Project,
    ) -> Option<StandIn> {
        let (file, at) = *self.all.get(place as usize)?;
        let path = project.files().python.get(file as usize)?;
        let said = project.said(file)?;
        let put = said.puts.get(&self.name)?.get(at as usize)?;
        let class = |class: u32| Some((asked?, said.classes.get(class as usize)?));
        let is_own =
            |at: u32| class(at).is_some_and(|(asked, class)| asked.is_of(path, &class.name));
        let is_above = |at: u32| {
            class(at).is_some_and(|(asked, it)| asked.known.contains(&key(path, &it.name)))
        };
        let is_said = match put.owner {
            SaidOwner::Class(class) => is_own(class),
            SaidOwner::Instance(class) => is_own(class) || is_above(class),
            SaidOwner::Named(_) | SaidOwner::Value { .. } => false,
        };
        let (is_own, is_below, is_original) = match put.owner {
            SaidOwner::Class(class) => (false, !is_own(class), put.is_def && is_own(class)),
            SaidOwner::Instance(class) => (is_own(class), false, false),
            SaidOwner::Named(_) | SaidOwner::Value { .. } => (false, false, false),
        };
        (!is_original).then(|| StandIn {
            path: path.clone(),
            what: put.what.to_string(),
            is_meant,
            put: put.put.clone(),
            unnamed: None,
            is_own,
            is_below,
            is_said,
        })
    }
}

#[cfg(test)]
mod tests;
