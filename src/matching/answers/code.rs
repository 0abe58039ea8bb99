//! What was found of code: on which ways it runs, of what kind it is, where it is used and awaited.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::project::gift::Callee;
use crate::project::read_off::{AtAwait, Use};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::role::RoleRow;
use crate::source::cell::Position;

/// An answer and, where it is not yes, the sentence that says what stood in the way.
#[derive(Debug, Clone)]
pub(in crate::matching) struct KindAnswer {
    pub(in crate::matching) answer: Answer,
    pub(in crate::matching) why: Option<String>,
}

/// What was found of the awaits of a function.
#[derive(Debug)]
pub(in crate::matching) struct Verdict {
    pub(in crate::matching) answer: Answer,
    /// Where the condition holds or may, and what of it; of a file that cannot be parsed no place is known.
    pub(in crate::matching) found: Option<(PathBuf, Option<Position>, AtAwait)>,
    pub(in crate::matching) unknown: Vec<String>,
}

/// Attributes of one name by whose they are.
#[derive(Debug, Default)]
pub(in crate::matching) struct Members {
    /// Of objects of classes that nobody knows.
    pub(in crate::matching) of_unknown: Vec<NodeId>,
    /// Of objects of a class of the file.
    pub(in crate::matching) of: FxHashMap<NodeId, Vec<NodeId>>,
    /// What the body of a class binds the name to.
    pub(in crate::matching) on: FxHashMap<NodeId, Vec<NodeId>>,
}

/// Rows that have a function in another file of the project, or may have it.
pub(in crate::matching) type GivenElsewhere = Rc<[(*const RoleRow, Answer)]>;

/// Where functions are named.
#[derive(Debug)]
pub(in crate::matching) enum NamedFunction {
    /// By code, and what that may mean.
    Code(NodeId, Vec<Callee>),
    /// By an example in a text, which may be run.
    Example(Use),
}

impl NamedFunction {
    pub(in crate::matching) fn callees(&self) -> &[Callee] {
        match self {
            Self::Code(_, callees) => callees,
            Self::Example(used) => &used.callees,
        }
    }
}

/// Where a file names functions.
#[derive(Debug)]
pub(in crate::matching) struct NamedFunctions {
    /// In source order.
    pub(in crate::matching) all: Vec<NamedFunction>,
    /// Their places, by what may be meant.
    of: FxHashMap<Callee, Vec<usize>>,
}

impl NamedFunctions {
    pub(in crate::matching) fn new(all: Vec<NamedFunction>) -> Self {
        let mut of: FxHashMap<Callee, Vec<usize>> = FxHashMap::default();
        for (at, named) in all.iter().enumerate() {
            for callee in named.callees() {
                of.entry(callee.clone()).or_default().push(at);
            }
        }
        Self { all, of }
    }

    /// Iterates over where one of the callees may be meant, in source order.
    pub(in crate::matching) fn of(
        &self,
        callees: &[Callee],
    ) -> impl Iterator<Item = &NamedFunction> + use<'_> {
        let places = callees.iter().filter_map(|it| self.of.get(it)).flatten();
        let mut places: Vec<usize> = places.copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|at| &self.all[at])
    }
}

/// Uses that fit, or may.
pub(in crate::matching) type FittingUses = Rc<[(NodeId, Answer)]>;

/// The places in a function where code stands, and what it is about.
pub(in crate::matching) type Stands = Rc<[(NodeId, Option<String>)]>;

/// The nodes of a file at which code may fit that a word looks for, each compared once.
#[derive(Debug)]
pub(in crate::matching) struct Fitting(Box<[(NodeId, Cell<Option<Answer>>)]>);

impl Fitting {
    /// Takes the nodes at which it may fit, in source order.
    pub(in crate::matching) fn new(places: Vec<NodeId>) -> Self {
        let places = places.into_iter();
        Self(places.map(|id| (id, Cell::default())).collect())
    }

    /// Returns whether it fits at a node, found when first asked for.
    pub(in crate::matching) fn at(&self, node: NodeId, compare: impl FnOnce() -> Answer) -> Answer {
        let Ok(place) = self.0.binary_search_by_key(&node, |(id, _)| *id) else {
            return Answer::No;
        };
        let known = &self.0[place].1;
        let answer = known.get().unwrap_or_else(compare);
        known.set(Some(answer));
        answer
    }

    /// Returns whether it surely fits somewhere; the nodes are compared up to the first at which it does.
    pub(in crate::matching) fn is_anywhere(
        &self,
        mut compare: impl FnMut(NodeId) -> Answer,
    ) -> bool {
        let mut places = self.0.iter();
        places.any(|(id, _)| self.at(*id, || compare(*id)).is_yes())
    }

    /// Returns whether it surely fits nowhere; the nodes are compared up to the first at which it may fit.
    pub(in crate::matching) fn is_nowhere(
        &self,
        mut compare: impl FnMut(NodeId) -> Answer,
    ) -> bool {
        let mut places = self.0.iter();
        places.all(|(id, _)| self.at(*id, || compare(*id)) == Answer::No)
    }
}

/// Nodes that a pattern fits, or may, in source order.
pub(in crate::matching) type Hits = Rc<[(NodeId, Answer)]>;

/// Where in a part of the file a pattern fits, or may, once many sites have asked.
#[derive(Debug)]
pub(in crate::matching) struct Asking {
    /// The metavariables of which it speaks; `None`: it may be something else at each site.
    pub(in crate::matching) about: Option<FxHashSet<String>>,
    pub(in crate::matching) hits: RefCell<Option<Hits>>,
    n_asked: Cell<u32>,
}

impl Asking {
    pub(in crate::matching) fn new(about: Option<FxHashSet<String>>) -> Self {
        Self {
            about,
            hits: RefCell::default(),
            n_asked: Cell::new(0),
        }
    }

    /// Returns whether more than so many have asked, the one that asks now among them.
    pub(in crate::matching) fn is_many(&self, few: u32) -> bool {
        let n_asked = self.n_asked.get().saturating_add(1);
        self.n_asked.set(n_asked);
        n_asked > few
    }
}
