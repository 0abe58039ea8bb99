//! Questions that many sites of a file share → answers, each found when first asked for.
//!
//! Without it each site would go over the whole file again. Recipes and tables outlive the answers
//! about a file, so that their rows and patterns are known by address.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::hash::Hash;
use std::rc::Rc;

use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashMap;

use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;
use crate::recipe::kind::Kind;

/// What was asked of one file and answered already.
#[derive(Debug, Default)]
pub struct Answers<'a> {
    /// The accesses of a function to shared state.
    pub(super) accesses: Known<NodeId, Rc<[Access<'a>]>>,
    /// Whether the file itself patches a qualified name.
    pub(super) patched: Known<String, bool>,
    /// Whether the file, or the cell that starts there, has a match of patterns that mean the same
    /// at every site.
    pub(super) has: Known<(*const Guarded, Option<TextSize>), Answer>,
    /// Calls that give the one object of a kind, those in coroutines left out.
    pub(super) ambient: Known<*const Kind, Rc<[NodeId]>>,
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

/// One access to shared state in a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access<'a> {
    /// `self.total`, a global, a nonlocal.
    pub(super) key: &'a str,
    /// The name or attribute.
    pub(super) node: NodeId,
    /// When it happens, as an offset: a target is written at the end of its statement.
    pub(super) at: TextSize,
    /// Whether it writes; otherwise it reads.
    pub(super) writes: bool,
    /// The statement of `x += …`, which reads x before it evaluates what is added.
    pub(super) augments: Option<TextRange>,
}
