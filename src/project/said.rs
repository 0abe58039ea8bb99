//! What each file of a project says of attributes, by their names: it is parsed once for that, whichever
//! attribute of whichever class is asked for.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::files::{ChangedTexts, Files};
use super::lineage::{ClassRef, LocalClass};
use super::modules::Modules;
use super::outline::{Callable, read};
use crate::bind::replaced::Put;
use crate::source::cell::Position;

mod classes;

mod reading;

mod usage;

/// What is said of the attributes of one name.
type ByName<T> = FxHashMap<Box<str>, Vec<T>>;

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The classes of the file that it speaks of.
    pub(super) classes: Vec<LocalClass>,
    /// What it puts in an attribute's place: what classes bind, then the rest, in source order.
    pub(super) puts: ByName<SaidPut>,
    /// Where it takes an attribute from a class for any object, in source order.
    pub(super) takes: ByName<Taking>,
    /// How it uses an attribute, in source order: the first use of each kind.
    pub(super) uses: ByName<Using>,
}

/// What is put in the place of an attribute.
#[derive(Debug)]
pub(super) struct SaidPut {
    /// What has it.
    pub(super) owner: SaidOwner,
    /// The owner and the attribute, as they are spelled.
    pub(super) what: Box<str>,
    /// What is put there.
    pub(super) put: Put<Callable>,
    /// Whether it is a def of a class.
    pub(super) is_def: bool,
}

/// What has an attribute.
#[derive(Debug)]
pub(super) enum SaidOwner {
    /// A class of the file, by its body.
    Class(u32),
    /// `self` in a method of one.
    Instance(u32),
    /// A qualified name in a text.
    Named(Box<str>),
    /// An expression.
    Value {
        /// The class that it is, or is an object of; none where it is surely a plain value.
        class: Option<ClassRef>,
        /// Its qualified name.
        qualified: Option<Box<str>>,
    },
}

/// Where an attribute is taken from a class.
#[derive(Debug)]
pub(super) struct Taking {
    /// The class.
    pub(super) class: ClassRef,
    /// Where.
    pub(super) position: Position,
    /// What gets it, where that is an object of a class, or that class itself: those of the method's class
    /// may have it.
    pub(super) gets: Option<ClassRef>,
}

/// How an attribute is used.
#[derive(Debug)]
pub(super) struct Using {
    /// Of what.
    pub(super) of: UsedOf,
    /// Whether it is worked with, not only mentioned.
    pub(super) is_worked: bool,
    /// Where it stands.
    pub(super) position: Position,
}

/// What an attribute is used of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum UsedOf {
    /// `self` in a method of a class of the file.
    Instance(u32),
    /// A module, or a class by its name.
    Named(ClassRef),
    /// An object of that class.
    Object(ClassRef),
    /// A plain value, which is no object of a class of the project.
    Plain,
    /// Its name stands in a text.
    Text,
}

/// What was read so far, by the places of the files.
#[derive(Debug)]
pub(super) struct Sayings {
    files: Box<[OnceLock<Option<Arc<Said>>>]>,
    modules: Arc<Modules>,
}

impl Sayings {
    pub(super) fn new(files: &Files, modules: Arc<Modules>) -> Self {
        Self {
            files: files.python.iter().map(|_| OnceLock::new()).collect(),
            modules,
        }
    }

    /// The same files, of which some are changed.
    pub(super) fn with(&self, files: &Files, changed: &ChangedTexts) -> Self {
        let all = files.python.iter().zip(&self.files);
        let all = all.map(|(path, said)| match changed.contains_key(path) {
            true => OnceLock::new(),
            false => said.clone(),
        });
        Self {
            files: all.collect(),
            modules: self.modules.clone(),
        }
    }

    /// Returns what a file says, which is read when first asked for; `None` where it cannot be parsed.
    pub(super) fn of(&self, place: u32, files: &Files) -> Option<&Said> {
        let place = place as usize;
        let (known, path) = (self.files.get(place)?, files.python.get(place)?);
        let find = || {
            let said = read(path, files, |reader| {
                reading::said(reader, path, &self.modules)
            });
            said.map(Arc::new)
        };
        known.get_or_init(find).as_deref()
    }
}
