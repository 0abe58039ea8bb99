//! What calls of the project give to functions, as far as it is surely of none of some kinds: each file is
//! read once for these kinds, and asked by what is called.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

/// What a call may run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Callee {
    /// The file and what has the function there: nothing, or a class with those around it. `None`: it is not
    /// known what has it.
    pub of: Option<(PathBuf, String)>,
    /// Whether it is what a class has that derives from that one.
    pub is_below: bool,
    /// The def's own name.
    pub name: String,
}

/// By what it is called: that says which parameter gets the first argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Its name.
    Name,
    /// A call of its class.
    New,
    /// Its class and a dot.
    Class,
    /// An object and a dot.
    Object,
}

/// Where an argument stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// Among those without a name.
    At(usize),
    /// Behind a name.
    Named(String),
}

/// An argument of a call.
#[derive(Debug, Clone)]
pub struct Gift {
    /// The file that gives it.
    pub path: PathBuf,
    /// Its path and line, in words.
    pub place: String,
    /// The first line of its code.
    pub text: String,
    /// What gets it.
    pub callee: Callee,
    /// By what that is called.
    pub by: By,
    /// Where it stands.
    pub slot: Slot,
}

/// What a file gives.
#[derive(Debug, Default)]
pub struct Given {
    /// The arguments.
    pub gifts: Vec<Gift>,
    /// Names × other names for the same, or for a class below: what is called under these is found by these.
    pub also: Vec<(String, String)>,
}

/// For which kinds, by the address of their names, and which Python: recipes outlive a run.
pub type For = (usize, (u8, u8));

/// Arguments by what gets them.
#[derive(Debug, Default)]
pub struct ByCallee {
    gifts: FxHashMap<Callee, Vec<Arc<Gift>>>,
    also: FxHashMap<String, FxHashSet<String>>,
}

impl ByCallee {
    /// Adds what a file gives.
    pub fn add(&mut self, given: Given) {
        for gift in given.gifts {
            let to = self.gifts.entry(gift.callee.clone()).or_default();
            to.push(Arc::new(gift));
        }
        for (name, other) in given.also {
            self.also.entry(name).or_default().insert(other);
        }
    }

    /// Returns what is given to a callee, in order of file.
    pub fn to(&self, callee: &Callee) -> Vec<Arc<Gift>> {
        let mut found = self.gifts.get(callee).cloned().unwrap_or_default();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// Returns other names under which something of this name is called.
    pub fn also(&self, name: &str) -> Vec<String> {
        let mut also: Vec<String> = self.also.get(name).into_iter().flatten().cloned().collect();
        also.sort();
        also
    }
}

/// What was read so far.
#[derive(Debug, Default)]
pub struct Gifts(Mutex<FxHashMap<For, Known>>);

#[derive(Debug, Default)]
struct Known {
    read: FxHashSet<PathBuf>,
    all: ByCallee,
}

impl Gifts {
    /// Reads a file, if it was not read for these kinds.
    pub fn read(&self, asked: For, path: &Path, read: impl FnOnce() -> Given) {
        if self.with(asked, |known| known.read.contains(path)) {
            return;
        }
        // To read one file may ask for others.
        let given = read();
        self.with(asked, |known| {
            // Another thread may have read it at the same time.
            if known.read.insert(path.to_owned()) {
                known.all.add(given);
            }
        });
    }

    /// Hands what the files give that were read to `ask`.
    pub fn ask<T>(&self, asked: For, ask: impl FnOnce(&ByCallee) -> T) -> T {
        self.with(asked, |known| ask(&known.all))
    }

    fn with<T>(&self, asked: For, ask: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ask(known.entry(asked).or_default())
    }
}
