//! What was read off other files for the sites of a run: each file is read once for a question.

use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ruff_text_size::TextSize;
use rustc_hash::{FxHashMap, FxHashSet};

use super::gift::{Callee, Gifts};
use super::original::Original;
use super::program::ProgramId;
use crate::python::word_set::WordSet;
use crate::recipe::answer::Answer;
use crate::recipe::condition::WordId;
use crate::source::cell::Position;
use taken::TakenBy;

pub use awaits::{
    AtAwait, AtAwaits, Await, Awaits, Elsewhere, Function, Holding, Looked, NamedBy, Runs, RunsKey,
};
pub use taken::TakenFrom;

mod awaits;

mod taken;

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

impl Asked {
    fn question(self) -> Question {
        (self.word, self.of, self.python)
    }
}

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

/// Where a function is named.
#[derive(Debug, Clone)]
pub struct NamedAt {
    /// The defs that may be meant.
    pub callees: Vec<Callee>,
    /// The last name of a module that is not of the project, as far as its file was found.
    pub module: Option<String>,
    /// What calls it there; `None`: it is not called, or by a lambda or a class body.
    pub by: Option<CalledBy>,
}

/// A def that calls another one, or the code of a file.
#[derive(Debug, Clone)]
pub struct CalledBy {
    /// As its own callers find it; empty of a file.
    pub callees: Vec<Callee>,
    /// Whether what was asked for holds at the call.
    pub holds: Answer,
    /// Whether it waits there for what the other one gives.
    pub awaits: bool,
    /// Whether it is a coroutine function.
    pub is_async: bool,
    /// Whether only code that names it calls it; asked where the condition does not hold.
    pub is_called_by_name: bool,
}

impl CalledBy {
    /// Returns whether it runs the other one, and only what calls it does so; `is_async`: the other one is a coroutine
    /// function.
    pub fn runs(&self, is_async: bool) -> bool {
        self.is_called_by_name && (self.awaits || !is_async)
    }

    /// Returns whether nothing else leads from it to the other one, and what was asked for does not hold.
    pub fn is_followed(&self, is_async: bool) -> bool {
        self.holds == Answer::No && self.runs(is_async)
    }
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

/// What a function of a file calls, and is run by the call.
#[derive(Debug)]
pub struct Calls {
    /// The function, as [`Function`] has it.
    pub name: String,
    /// Functions of this file and of others, in the order of the calls.
    pub all: Vec<Original>,
}

/// By the names of the defs, as [`Function`] has them.
pub type LeftLocks = FxHashMap<String, Vec<LeftLock>>;

/// By file and the kinds of locks that are asked for.
type LockFiles = FxHashMap<(PathBuf, Vec<String>), Arc<LeftLocks>>;

/// A method that stands where a pattern of a role has the function.
#[derive(Debug)]
pub struct GivenMethod {
    /// The place of the role's row in its table.
    pub row: usize,
    /// The defs that are meant; none: the object may be of any class.
    pub defs: Vec<(PathBuf, String)>,
}

/// By the names of the methods.
pub type GivenMethods = FxHashMap<String, Vec<GivenMethod>>;

/// By file and the address of the table.
type GivenFiles = FxHashMap<(PathBuf, usize), Arc<GivenMethods>>;

/// `None`: the file cannot be parsed.
type Hits = Option<Arc<[Hit]>>;

/// The same for uses.
pub type Uses = Option<Arc<[Use]>>;

/// The same for all names of functions.
pub type NamedIn = Option<Arc<[NamedAt]>>;

/// The files of a program that have what a question asks for.
type Havings = FxHashMap<(ProgramId, Question), Arc<[PathBuf]>>;

/// By program, what asks, the name that stands in its files, and what runs.
type AwaitedElsewhere = FxHashMap<(ProgramId, Question, String, RunsKey), Arc<Elsewhere>>;

/// By the file and the name of a class, the topmost classes above it.
type RootsOf = FxHashMap<(PathBuf, String), Arc<[String]>>;

/// By program, the name that stands in its files, and the last name of the functions that are asked for.
type AllNamedBy = FxHashMap<(ProgramId, String, String), Arc<NamedBy>>;

/// A def by its file and where it begins there, the address of the patterns that are asked for, and the Python that the
/// code is parsed for.
pub type Reached = (PathBuf, TextSize, usize, (u8, u8));

/// Whether a def runs a match, and the first one.
pub type ReachedMatch = (Answer, Option<Met>);

/// What was read off files so far.
#[derive(Debug, Default)]
pub struct ReadOff {
    hits: Mutex<FxHashMap<Asked, Hits>>,
    answers: Mutex<FxHashMap<Asked, Answer>>,
    having: Mutex<Havings>,
    awaits: Mutex<FxHashMap<PathBuf, Option<Arc<Awaits>>>>,
    namings: Mutex<AllNamedBy>,
    elsewhere: Mutex<AwaitedElsewhere>,
    roots: Mutex<RootsOf>,
    at_awaits: Mutex<FxHashMap<Asked, AtAwaits>>,
    uses: Mutex<FxHashMap<Asked, Uses>>,
    named: Mutex<FxHashMap<Asked, NamedIn>>,
    called: Mutex<FxHashMap<Asked, Arc<CalledByName>>>,
    calls: Mutex<FxHashMap<Asked, Arc<[Calls]>>>,
    farther: Mutex<FxHashMap<Asked, Arc<CalledByName>>>,
    left_locks: Mutex<LockFiles>,
    given_methods: Mutex<GivenFiles>,
    reached: Mutex<FxHashMap<Reached, ReachedMatch>>,
    taken: Mutex<TakenBy>,
    words: Mutex<FxHashMap<PathBuf, Arc<WordSet>>>,
    /// What calls give to functions.
    pub gifts: Gifts,
    parsed: AtomicUsize,
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
        known(&self.having, (program, asked.clone().question()), find)
    }

    /// Returns what a file awaits, found when first asked for; `None`: it cannot be parsed.
    pub fn awaits(
        &self,
        path: PathBuf,
        find: impl FnOnce() -> Option<Arc<Awaits>>,
    ) -> Option<Arc<Awaits>> {
        known(&self.awaits, path, find)
    }

    /// Returns the files of a program in which a name stands, by what they await of a last name, found when first
    /// asked for.
    pub fn naming(
        &self,
        program: ProgramId,
        [name, last_name]: [&str; 2],
        find: impl FnOnce() -> NamedBy,
    ) -> Arc<NamedBy> {
        let asked = (program, name.to_owned(), last_name.to_owned());
        known(&self.namings, asked, || Arc::new(find()))
    }

    /// Returns what the files of a program that have a name have of the awaits that one thing runs, found when first
    /// asked for.
    pub fn elsewhere(
        &self,
        (program, asked): (ProgramId, Asked),
        (name, runs): (&str, RunsKey),
        find: impl FnOnce() -> Elsewhere,
    ) -> Arc<Elsewhere> {
        let asked = (program, asked.question(), name.to_owned(), runs);
        known(&self.elsewhere, asked, || Arc::new(find()))
    }

    /// Returns the topmost classes above a class of a file, where they were found.
    pub fn roots(&self, path: &Path, class: &str) -> Option<Arc<[String]>> {
        let known = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(path.to_owned(), class.to_owned())).cloned()
    }

    /// Keeps the topmost classes above a class of a file.
    pub fn keep_roots(&self, path: PathBuf, class: String, roots: Arc<[String]>) {
        let mut known = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((path, class), roots);
    }

    /// Returns what holds at the awaits of a file, found when first asked for.
    pub fn at_awaits(&self, asked: Asked, find: impl FnOnce() -> AtAwaits) -> AtAwaits {
        known(&self.at_awaits, asked, find)
    }

    /// Returns the other uses of functions, found when first asked for.
    pub fn uses(&self, asked: Asked, find: impl FnOnce() -> Uses) -> Uses {
        known(&self.uses, asked, find)
    }

    /// Returns where a file names functions, found when first asked for.
    pub fn named(&self, asked: Asked, find: impl FnOnce() -> NamedIn) -> NamedIn {
        known(&self.named, asked, find)
    }

    /// Returns what functions of a file run, found when first asked for.
    pub fn called(
        &self,
        asked: Asked,
        find: impl FnOnce() -> Arc<CalledByName>,
    ) -> Arc<CalledByName> {
        known(&self.called, asked, find)
    }

    /// Returns what each function of a file calls, found when first asked for.
    pub fn calls(&self, asked: Asked, find: impl FnOnce() -> Arc<[Calls]>) -> Arc<[Calls]> {
        known(&self.calls, asked, find)
    }

    /// Returns which functions of a file run a match of another file, found when first asked for.
    pub fn farther(&self, asked: Asked, find: impl FnOnce() -> CalledByName) -> Arc<CalledByName> {
        known(&self.farther, asked, || Arc::new(find()))
    }

    /// Returns whether a def runs a match, found when first asked for.
    pub fn reached(&self, asked: Reached, find: impl FnOnce() -> ReachedMatch) -> ReachedMatch {
        known(&self.reached, asked, find)
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

    /// Returns the methods that a file gives away, found when first asked for: by the file and the address of the
    /// roles.
    pub fn given_methods(
        &self,
        asked: (PathBuf, usize),
        find: impl FnOnce() -> GivenMethods,
    ) -> Arc<GivenMethods> {
        known(&self.given_methods, asked, || Arc::new(find()))
    }

    /// Returns what a file takes from another one, found when first asked for; `None`: it cannot be parsed.
    pub fn taken(
        &self,
        files: (PathBuf, PathBuf),
        find: impl FnOnce() -> Option<TakenFrom>,
    ) -> Option<Arc<TakenFrom>> {
        known(&self.taken, files, || find().map(Arc::new))
    }

    /// Returns the words of a file, found when first asked for.
    pub fn words(&self, path: &Path, find: impl FnOnce() -> WordSet) -> Arc<WordSet> {
        known(&self.words, path.to_owned(), || Arc::new(find()))
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
