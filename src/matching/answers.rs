//! Questions that many sites of a file share → answers, each found when first asked for.
//!
//! Without it each site would go over the whole file again. Recipes and tables outlive the answers
//! about a file, so that their rows and patterns are known by address.

use std::borrow::Borrow;
use std::cell::{OnceCell, RefCell};
use std::hash::Hash;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use ruff_python_ast::{ExprRef, NodeKind};
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::kind::KindAnswer;
use super::owner::unowned::Unowned;
use super::owner::{Notebook, Owner};
use super::shared::Key;
use crate::project::definition::Definition;
use crate::project::gift::ByCallee;
use crate::project::read_off::{Awaits, Use};
use crate::project::replacement::Replaced;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Guarded, Spelling, WordId};
use crate::recipe::kind::Kind;
use crate::recipe::pattern::Pattern;

/// What was asked of one file and answered already.
#[derive(Debug, Default)]
pub struct Answers<'a> {
    /// The shared state that a function reads and writes.
    pub(super) shared: Known<(NodeId, bool), Rc<[Shared<'a>]>>,
    /// The calls of `acquire` and `release` in a function.
    pub(super) lock_calls: Known<NodeId, Rc<[LockCall<'a>]>>,
    /// The calls in a function of what does so.
    pub(super) lock_calls_of_called: Known<NodeId, Rc<[LockCall<'a>]>>,
    /// Where the file awaits, and whether a condition holds there.
    pub(super) awaits: Known<WordId, Arc<Awaits>>,
    /// Where a function has a match of patterns, and what that is about.
    pub(super) stands_in: Known<(*const Guarded, NodeId), Stands>,
    /// What qualified names mean in the project.
    pub(super) definitions: Known<String, Definition>,
    /// Whether the file itself patches a qualified name.
    pub(super) patched: Known<String, bool>,
    /// Where something else is put in the place of a name: of one at the top of the file, or a qualified one.
    pub(super) replaced: Known<(bool, String), Option<Replaced>>,
    /// Whether the file, or the cell or function that starts there, has a match of patterns that mean
    /// the same at every site.
    pub(super) has: Known<(*const Guarded, Option<TextSize>), Answer>,
    /// Where it has the first of these.
    pub(super) first: Known<*const Guarded, Option<NodeId>>,
    /// Whether values are of a kind or class, by its address.
    pub(super) kinds: Known<(NodeId, *const u8), KindAnswer>,
    /// What calls of the file give that is surely of none of some kinds.
    pub(super) given: Known<*const String, Rc<ByCallee>>,
    /// The other files that were read for what calls of a name give.
    pub(super) given_to: Known<(*const String, String), Rc<FxHashSet<PathBuf>>>,
    /// Why what gets an annotation may be of none of some kinds.
    pub(super) other: Known<(NodeId, *const String), Option<(Answer, String)>>,
    /// Other uses of functions in the file than a word asks for.
    pub(super) uses: Known<WordId, Rc<[Use]>>,
    /// Where a function asks what one of its names is.
    pub(super) asks: Known<NodeId, Rc<FxHashMap<&'a str, NodeId>>>,
    /// Whether the words of a pattern stand in the file.
    pub(super) stands: Known<*const Pattern, bool>,
    /// The attributes of that name, in source order.
    pub(super) attributes: OnceCell<FxHashMap<&'a str, Vec<NodeId>>>,
    /// The nodes of a kind, in source order.
    pub(super) of_kind: Known<NodeKind, Rc<[NodeId]>>,
    /// Whether a file above this one has one of some texts.
    pub(super) said: Known<*const Spelling, bool>,
    /// Whether the file is a module that others import.
    pub(super) importable: OnceCell<Answer>,
    /// Whether one task runs all functions of the file.
    pub(super) one_task: Known<*const Guarded, bool>,
    /// Who reads and writes the state that other tasks see, by its last name.
    pub(super) users: OnceCell<Users<'a>>,
    /// What a function writes and another one reads, or the other way round.
    pub(super) parts: Known<(NodeId, bool), Rc<[Part<'a>]>>,
    /// What a function calls methods of for their effect and asks, too: by object.
    pub(super) told: Known<NodeId, Rc<[Told<'a>]>>,
    /// Calls that give the one object of a kind, those in coroutines left out.
    pub(super) ambient: Known<*const Kind, Rc<[NodeId]>>,
    /// Who owns what a site begins.
    pub(super) owned: Known<NodeId, Result<Rc<Owner<'a>>, Unowned>>,
    /// Whether a notebook owns it.
    pub(super) notebooks: Known<NodeId, Result<Option<Notebook>, Unowned>>,
    /// Whether what is spelled so is used as the owner that a kind speaks of.
    pub(super) owners: Known<(*const Kind, &'a str), bool>,
}

/// Answers by question.
#[derive(Debug)]
pub(super) struct Known<K, V>(RefCell<FxHashMap<K, V>>);

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Known<K, V> {
    /// Returns the known answer, or finds it.
    pub(super) fn or_find<Q>(&self, question: &Q, find: impl FnOnce() -> V) -> V
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(known) = self.0.borrow().get(question) {
            return known.clone();
        }
        // To find one answer may ask for others.
        let found = find();
        self.0
            .borrow_mut()
            .insert(question.to_owned(), found.clone());
        found
    }
}

/// `lock.acquire()` or `lock.release()`.
#[derive(Debug, Clone, Copy)]
pub(super) struct LockCall<'a> {
    /// The call.
    pub(super) node: NodeId,
    /// What it is called on.
    pub(super) lock: ExprRef<'a>,
    /// Whether it acquires.
    pub(super) takes: bool,
    /// It is released behind that.
    pub(super) until: Option<TextRange>,
    pub(super) is_awaited: bool,
}

/// The places in a function where code stands, and what it is about.
pub(super) type Stands = Rc<[(NodeId, Option<String>)]>;

/// A use of shared state anywhere in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct User {
    /// The name or attribute.
    pub(super) node: NodeId,
    /// The function that it stands in.
    pub(super) function: NodeId,
    pub(super) writes: bool,
}

/// Who uses state, by its last name, and whether an object has it.
pub(super) type Users<'a> = FxHashMap<(bool, Option<&'a str>), Vec<User>>;

/// An object as it is spelled, and where it is told something or asked.
pub(super) type Told<'a> = (&'a str, Vec<Access>);

/// An access to state that other functions come to in the other way.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    pub(super) key: Key<'a>,
    pub(super) access: Access,
    /// Those functions.
    pub(super) others: Rc<[NodeId]>,
}

/// State that a function reads and writes: `self.total`, a global, a nonlocal.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    pub(super) key: Key<'a>,
    /// In source order.
    pub(super) accesses: Vec<Access>,
    /// From the first access to the last: outside of it no site comes between two of them, but for
    /// loops.
    pub(super) span: TextRange,
}

/// One access to shared state in a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access {
    /// The name or attribute.
    pub(super) node: NodeId,
    /// When it happens, as an offset: a target is written at the end of its statement.
    pub(super) at: TextSize,
    /// Whether it writes; otherwise it reads.
    pub(super) writes: bool,
    /// Whether it writes all of it, whatever that was.
    pub(super) sets: bool,
    /// Whether it takes what comes next, which says what others have taken.
    pub(super) takes: bool,
    /// The statement of `x += …`, which reads x before it evaluates what is added.
    pub(super) augments: Option<TextRange>,
}
