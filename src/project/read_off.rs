//! What was read off other files for the sites of a run: each file is read once for a question.

use std::hash::Hash;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::gift::{Callee, Gifts};
use super::program::ProgramId;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::WordId;
use crate::source::cell::Position;

/// A question about a file that does not depend on the site.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    /// The file.
    pub path: PathBuf,
    /// The word of a recipe that asks.
    pub word: WordId,
    /// The name of a file's own level that the question is about, and that file.
    pub of: Option<(PathBuf, String)>,
    /// What the code is parsed for, and whether nobody said so.
    pub python: ((u8, u8), bool),
}

/// The same about any file.
type Question = (WordId, Option<(PathBuf, String)>, ((u8, u8), bool));

/// Code that fits, or may fit.
#[derive(Debug)]
pub struct Hit {
    /// Yes, or unknown.
    pub answer: Answer,
    /// Where it begins.
    pub position: Position,
    /// The names of variables and attributes that stand in it.
    pub names: FxHashSet<String>,
}

/// A def of the project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Function {
    /// The file, in the project.
    pub path: PathBuf,
    /// Its name behind those of the defs and classes around it, with dots between.
    pub name: String,
    /// Of a method: the names of its class and of those above it.
    pub classes: Vec<String>,
}

/// What may run where a file awaits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Runs {
    /// A def: the file in the project, and the name as [`Function`] has it.
    Def(PathBuf, String),
    /// A method of that name, of an object of one of these classes, or of one below.
    MethodOf(Vec<String>, String),
    /// A method of that name, of an object that is not known.
    Method(String),
    /// What the def around it was given.
    Given,
}

/// Where a file awaits a coroutine of the project, or may.
#[derive(Debug)]
pub struct Await {
    /// Where it stands.
    pub position: Position,
    /// The node there; `None`: a coroutine is only handed on.
    pub node: Option<NodeId>,
    /// What it may run.
    pub runs: Vec<Runs>,
    /// The def that it stands in.
    pub inside: Option<Function>,
    /// Whether that waits anyway wherever it comes by.
    pub waits_anyway: bool,
}

/// What holds at an await.
#[derive(Debug, Clone)]
pub struct AtAwait {
    /// Whether what is asked holds there.
    pub answer: Answer,
    /// The reason.
    pub why: Option<String>,
    /// Names of state that the reason is about.
    pub names: Vec<String>,
}

/// What a file awaits, and what it gives to defs of the project that may await it.
#[derive(Debug, Default)]
pub struct Awaits {
    /// In source order.
    all: Vec<Await>,
    /// Places in `all` by what may run there.
    by_key: FxHashMap<RunsKey, Vec<usize>>,
    /// What may run where it is given, and the def or class that it is given to.
    given: Vec<(Runs, (PathBuf, String))>,
}

/// A use of a function, or of what a call of it gives, that is none of those asked for.
#[derive(Debug, Clone)]
pub struct Use {
    /// The defs that may be meant.
    pub callees: Vec<Callee>,
    /// Where it stands.
    pub position: Position,
    /// The first line of its statement.
    pub line: String,
    /// The def that hands it out, as its callers find it: what they do with it decides.
    pub handed_out_by: Vec<Callee>,
}

/// A lock that a def takes and leaves held, or gives back without having taken it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftLock {
    /// As the def spells it.
    pub spelled: String,
    /// Whether it is taken.
    pub takes: bool,
    /// Whether it is of one of the kinds that were asked for: yes, or unknown.
    pub answer: Answer,
}

/// The first match that a function runs.
#[derive(Debug, Clone)]
pub struct Met {
    /// What is called there, or the first line of it.
    pub code: String,
    /// As messages say it.
    pub line: String,
    /// The file.
    pub path: PathBuf,
}

/// Whether a function runs a match, where that is known, and the first one.
pub type Called = (Option<Answer>, Option<Met>);

/// By the names of the functions, as [`Function`] has them.
pub type CalledByName = FxHashMap<String, Called>;

/// By the names of the defs, as [`Function`] has them.
pub type LeftLocks = FxHashMap<String, Vec<LeftLock>>;

/// By file and the kinds of locks that are asked for.
type LockFiles = FxHashMap<(PathBuf, Vec<String>), Arc<LeftLocks>>;

/// `None`: the file cannot be parsed.
type Hits = Option<Arc<[Hit]>>;

/// The same for uses.
pub type Uses = Option<Arc<[Use]>>;

/// What holds at each await of a file, in their order.
pub type AtAwaits = Arc<[AtAwait]>;

/// The files of a program that have what a question asks for.
type Havings = FxHashMap<(ProgramId, Question), Arc<[PathBuf]>>;

/// What was read off files so far.
#[derive(Debug, Default)]
pub struct ReadOff {
    hits: Mutex<FxHashMap<Asked, Hits>>,
    answers: Mutex<FxHashMap<Asked, Answer>>,
    having: Mutex<Havings>,
    awaits: Mutex<FxHashMap<PathBuf, Option<Arc<Awaits>>>>,
    at_awaits: Mutex<FxHashMap<Asked, AtAwaits>>,
    uses: Mutex<FxHashMap<Asked, Uses>>,
    called: Mutex<FxHashMap<Asked, Arc<CalledByName>>>,
    left_locks: Mutex<LockFiles>,
    /// What calls give to functions.
    pub gifts: Gifts,
    parsed: AtomicUsize,
}

/// What may run, by one thing that is the same of it and of a function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum RunsKey {
    /// The file and the name of a def.
    Def(PathBuf, String),
    /// A method by one of the classes that may have it.
    MethodOf(String, String),
    /// A method of whatever object.
    Method(String),
    /// What the def around it was given.
    Given,
}

impl RunsKey {
    fn of(runs: &Runs) -> Vec<Self> {
        match runs {
            Runs::Def(path, name) => vec![Self::Def(path.clone(), name.clone())],
            Runs::MethodOf(classes, name) => {
                let classes = classes.iter().cloned();
                classes.map(|it| Self::MethodOf(it, name.clone())).collect()
            }
            Runs::Method(name) => vec![Self::Method(name.clone())],
            Runs::Given => vec![Self::Given],
        }
    }

    fn of_function(function: &Function) -> Vec<Self> {
        let name = function.last_name();
        let classes = function.classes.iter().cloned();
        let mut keys: Vec<_> = classes
            .map(|it| Self::MethodOf(it, name.to_owned()))
            .collect();
        if !function.classes.is_empty() {
            keys.push(Self::Method(name.to_owned()));
        }
        keys.push(Self::Def(function.path.clone(), function.name.clone()));
        keys
    }
}

impl Function {
    /// Returns the last part of its name.
    pub fn last_name(&self) -> &str {
        last_name(&self.name)
    }
}

impl Runs {
    /// Returns the last part of the name of what runs.
    pub fn last_name(&self) -> &str {
        match self {
            Self::Def(_, name) => last_name(name),
            Self::MethodOf(_, name) | Self::Method(name) => name,
            Self::Given => "",
        }
    }
}

impl AtAwait {
    /// Nothing is known of what holds there.
    pub fn unknown() -> Self {
        Self {
            answer: Answer::Unknown,
            why: None,
            names: Vec::new(),
        }
    }
}

impl Awaits {
    /// Sorts them by what runs there; `given` is sorted by it, too.
    pub fn new(all: Vec<Await>, mut given: Vec<(Runs, (PathBuf, String))>) -> Self {
        let mut by_key: FxHashMap<RunsKey, Vec<usize>> = FxHashMap::default();
        for (place, found) in all.iter().enumerate() {
            for key in found.runs.iter().flat_map(RunsKey::of) {
                let places = by_key.entry(key).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        given.sort_by(|(one, _), (other, _)| one.last_name().cmp(other.last_name()));
        Self { all, by_key, given }
    }

    /// Returns all awaits, in source order.
    pub fn all(&self) -> &[Await] {
        &self.all
    }

    /// Returns the places among all of the awaits where a function may run by its name.
    pub fn of(&self, function: &Function) -> Vec<usize> {
        self.at(&RunsKey::of_function(function))
    }

    /// Returns the places of the awaits of what the def around them was given.
    pub fn of_given(&self) -> Vec<usize> {
        self.at(&[RunsKey::Given])
    }

    fn at(&self, keys: &[RunsKey]) -> Vec<usize> {
        let places = keys.iter().filter_map(|key| self.by_key.get(key));
        let mut places: Vec<usize> = places.flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Returns what is given to others under that last name.
    pub fn given_as(&self, name: &str) -> &[(Runs, (PathBuf, String))] {
        let key = |(runs, _): &(Runs, _)| runs.last_name().cmp(name);
        let from = self.given.partition_point(|it| key(it).is_lt());
        let to = self.given.partition_point(|it| key(it).is_le());
        &self.given[from..to]
    }
}

fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

impl ReadOff {
    /// Returns what fits, found when first asked for.
    pub fn hits(&self, asked: Asked, find: impl FnOnce() -> Hits) -> Hits {
        known(&self.hits, asked, find)
    }

    /// Returns whether a condition holds of a file, found when first asked for.
    pub fn answer(&self, asked: Asked, find: impl FnOnce() -> Answer) -> Answer {
        known(&self.answers, asked, find)
    }

    /// Returns the files of a program that have something that fits, or may, found when first asked for.
    pub fn having(
        &self,
        program: ProgramId,
        asked: &Asked,
        find: impl FnOnce() -> Arc<[PathBuf]>,
    ) -> Arc<[PathBuf]> {
        let Asked {
            word, of, python, ..
        } = asked.clone();
        known(&self.having, (program, (word, of, python)), find)
    }

    /// Returns what a file awaits, found when first asked for; `None`: it cannot be parsed.
    pub fn awaits(
        &self,
        path: PathBuf,
        find: impl FnOnce() -> Option<Arc<Awaits>>,
    ) -> Option<Arc<Awaits>> {
        known(&self.awaits, path, find)
    }

    /// Returns what holds at the awaits of a file, found when first asked for.
    pub fn at_awaits(&self, asked: Asked, find: impl FnOnce() -> AtAwaits) -> AtAwaits {
        known(&self.at_awaits, asked, find)
    }

    /// Returns the other uses of functions, found when first asked for.
    pub fn uses(&self, asked: Asked, find: impl FnOnce() -> Uses) -> Uses {
        known(&self.uses, asked, find)
    }

    /// Returns what functions of a file run, found when first asked for.
    pub fn called(&self, asked: Asked, find: impl FnOnce() -> CalledByName) -> Arc<CalledByName> {
        known(&self.called, asked, || Arc::new(find()))
    }

    /// Returns the locks of some kinds that defs of a file leave, found when first asked for.
    pub fn left_locks(
        &self,
        path: PathBuf,
        kinds: &[String],
        find: impl FnOnce() -> LeftLocks,
    ) -> Arc<LeftLocks> {
        known(
            &self.left_locks,
            (path, kinds.to_vec()),
            || Arc::new(find()),
        )
    }

    /// Counts a file that is parsed, or gone over as a whole.
    pub fn count(&self) {
        self.parsed.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how often a file was parsed, or gone over.
    pub fn parsed(&self) -> usize {
        self.parsed.load(Ordering::Relaxed)
    }
}

/// Returns the known answer, or finds it.
fn known<K: Eq + Hash, T: Clone>(
    all: &Mutex<FxHashMap<K, T>>,
    asked: K,
    find: impl FnOnce() -> T,
) -> T {
    let known = all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(&asked) {
        return found.clone();
    }
    drop(known);
    // To find one answer may ask for others.
    let found = find();
    let mut known = all.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert(asked, found.clone());
    found
}
