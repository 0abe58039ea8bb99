//! What files await, and who awaits a function by its name: each file is read once, and its awaits are found by what
//! runs there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::source::cell::Position;

/// A def of the project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Function {
    /// The file, in the project.
    pub path: PathBuf,
    /// Its name behind those of the defs and classes around it, with dots between.
    pub name: String,
    /// Of a method: the names of the topmost classes above its own. Two methods of a name with one in common may be the
    /// same of an object.
    pub roots: Arc<[String]>,
}

/// What may run where a file awaits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Runs {
    /// A def: the file in the project, and the name as [`Function`] has it.
    Def(PathBuf, String),
    /// A method of that name, of an object of a class below one of these.
    MethodOf(Arc<[String]>, String),
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
    /// Places in `all` by the last name of what may run there, and by that.
    by_name: FxHashMap<String, FxHashMap<RunsKey, Vec<usize>>>,
    /// What may run where it is given, and the def or class that it is given to.
    given: Vec<(Runs, (PathBuf, String))>,
}

/// What holds at each await of a file, in their order.
pub type AtAwaits = Arc<[AtAwait]>;

/// What may run, by one thing that is the same of it and of a function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RunsKey {
    /// The file and the name of a def.
    Def(PathBuf, String),
    /// A method by one of the topmost classes above that which has it.
    MethodOf(String, String),
    /// A method of whatever object.
    Method(String),
    /// What the def around it was given.
    Given,
}

impl RunsKey {
    /// Returns the last part of the name of what runs.
    fn last_name(&self) -> &str {
        match self {
            Self::Def(_, name) => last_name(name),
            Self::MethodOf(_, name) | Self::Method(name) => name,
            Self::Given => "",
        }
    }

    fn of(runs: &Runs) -> Vec<Self> {
        match runs {
            Runs::Def(path, name) => vec![Self::Def(path.clone(), name.clone())],
            Runs::MethodOf(roots, name) => {
                let roots = roots.iter().cloned();
                roots.map(|it| Self::MethodOf(it, name.clone())).collect()
            }
            Runs::Method(name) => vec![Self::Method(name.clone())],
            Runs::Given => vec![Self::Given],
        }
    }
}

impl Function {
    /// Returns what runs it, by one thing that is the same of both.
    pub fn keys(&self) -> Vec<RunsKey> {
        let name = self.last_name();
        let roots = self.roots.iter().cloned();
        let mut keys: Vec<_> = roots
            .map(|it| RunsKey::MethodOf(it, name.to_owned()))
            .collect();
        if !self.roots.is_empty() {
            keys.push(RunsKey::Method(name.to_owned()));
        }
        keys.push(RunsKey::Def(self.path.clone(), self.name.clone()));
        keys
    }

    /// Returns the last part of its name.
    pub fn last_name(&self) -> &str {
        last_name(&self.name)
    }
}

impl Runs {
    fn last_name(&self) -> &str {
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
        let mut by_name: FxHashMap<String, FxHashMap<RunsKey, Vec<usize>>> = FxHashMap::default();
        for (place, found) in all.iter().enumerate() {
            for key in found.runs.iter().flat_map(RunsKey::of) {
                let named = by_name.entry(key.last_name().to_owned()).or_default();
                let places = named.entry(key).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        given.sort_by(|(one, _), (other, _)| one.last_name().cmp(other.last_name()));
        Self {
            all,
            by_name,
            given,
        }
    }

    /// Returns all awaits, in source order.
    pub fn all(&self) -> &[Await] {
        &self.all
    }

    /// Returns the places of the awaits of what the def around them was given.
    pub fn of_given(&self) -> Vec<usize> {
        self.of(&[RunsKey::Given])
    }

    /// Returns the places among all of the awaits where one of these runs, in order.
    pub fn of(&self, keys: &[RunsKey]) -> Vec<usize> {
        let places = keys
            .iter()
            .filter_map(|key| self.by_name.get(key.last_name())?.get(key));
        let mut places: Vec<usize> = places.flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Returns what the file gives one of these to.
    pub fn takers(&self, keys: &[RunsKey]) -> Vec<(PathBuf, String)> {
        let name = keys.first().map_or("", RunsKey::last_name);
        let given = self.given_as(name).iter();
        let given = given.filter(|(runs, _)| RunsKey::of(runs).iter().any(|it| keys.contains(it)));
        given.map(|(_, taker)| taker.clone()).collect()
    }

    /// What is given to others under that last name.
    fn given_as(&self, name: &str) -> &[(Runs, (PathBuf, String))] {
        let key = |(runs, _): &(Runs, _)| runs.last_name().cmp(name);
        let from = self.given.partition_point(|it| key(it).is_lt());
        let to = self.given.partition_point(|it| key(it).is_le());
        &self.given[from..to]
    }
}

/// The files of a program in which a name stands, by what of that name they await, or give to others: what is done
/// for each function of the name must not go over all of them.
#[derive(Debug, Default)]
pub struct NamedBy {
    /// In order.
    files: Vec<PathBuf>,
    /// Those that cannot be parsed.
    unread: Vec<usize>,
    by_key: FxHashMap<RunsKey, Vec<usize>>,
}

impl NamedBy {
    /// Sorts files, which are in order, with what they await, by what they have of a last name.
    pub fn new(files: Vec<(PathBuf, Option<Arc<Awaits>>)>, last_name: &str) -> Self {
        let mut naming = Self::default();
        for (place, (path, awaits)) in files.into_iter().enumerate() {
            match awaits {
                None => naming.unread.push(place),
                Some(awaits) => {
                    let given = awaits.given_as(last_name).iter();
                    let given = given.flat_map(|(runs, _)| RunsKey::of(runs));
                    let awaited = awaits.by_name.get(last_name).into_iter();
                    let awaited = awaited.flat_map(FxHashMap::keys).cloned();
                    let named = awaited.chain(given);
                    named.for_each(|key| naming.by_key.entry(key).or_default().push(place));
                }
            }
            naming.files.push(path);
        }
        naming
    }

    /// Returns the files that may await that, or give it to others, or cannot be parsed, in order.
    pub fn of(&self, key: &RunsKey) -> impl Iterator<Item = &PathBuf> {
        let named = self.by_key.get(key).into_iter().flatten();
        let mut all: Vec<usize> = named.chain(&self.unread).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|place| &self.files[place])
    }
}

/// What a file has of the awaits that run some functions.
#[derive(Debug)]
pub struct Looked {
    /// The file.
    pub path: PathBuf,
    /// Whether what is asked holds at one.
    pub told: Holding,
    /// The functions around them that do not wait anyway, and where that is.
    pub around: Vec<(Function, Position)>,
    /// What it gives the functions to.
    pub takers: Vec<(PathBuf, String)>,
}

/// Whether what is asked holds at an await of a file.
#[derive(Debug)]
pub enum Holding {
    /// At none.
    Nothing,
    /// The file cannot be parsed.
    Unread,
    /// The first where it holds, or may.
    At(Position, AtAwait),
}

impl Looked {
    /// Returns what is known of a file that cannot be parsed.
    pub fn unread(path: PathBuf) -> Self {
        Self {
            path,
            told: Holding::Unread,
            around: Vec::new(),
            takers: Vec::new(),
        }
    }
}

/// What the files of a program have of the awaits that one thing runs: what each function of a large family asks is
/// looked for once.
#[derive(Debug, Default)]
pub struct Elsewhere {
    all: Vec<Looked>,
    told: Vec<usize>,
    running: Vec<usize>,
    giving: Vec<usize>,
}

impl Elsewhere {
    /// Sorts files, which are in order, by what they have.
    pub fn new(all: Vec<Looked>) -> Self {
        let places = |has: fn(&Looked) -> bool| {
            let having = all.iter().enumerate().filter(|(_, it)| has(it));
            having.map(|(place, _)| place).collect()
        };
        Self {
            told: places(|it| !matches!(it.told, Holding::Nothing)),
            running: places(|it| !it.around.is_empty()),
            giving: places(|it| !it.takers.is_empty()),
            all,
        }
    }

    /// Returns all files that were looked at.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.all.iter().map(|it| it.path.as_path())
    }

    /// Returns those where what is asked holds at an await, or may.
    pub fn told(&self) -> impl Iterator<Item = &Looked> {
        self.told.iter().map(|place| &self.all[*place])
    }

    /// Returns those with a function around an await.
    pub fn running(&self) -> impl Iterator<Item = &Looked> {
        self.running.iter().map(|place| &self.all[*place])
    }

    /// Returns those that give it to others.
    pub fn giving(&self) -> impl Iterator<Item = &Looked> {
        self.giving.iter().map(|place| &self.all[*place])
    }
}

fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
