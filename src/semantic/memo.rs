//! Answers by question, each found when first asked for.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Answers by question.
#[derive(Debug)]
pub struct Memo<K, V>(RefCell<FxHashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// Returns the known answer, or finds it.
    pub fn or_find<Q>(&self, question: &Q, find: impl FnOnce() -> V) -> V
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(known) = self.known(question) {
            return known;
        }
        // To find one answer may ask for others.
        let found = find();
        self.keep(question.to_owned(), found.clone());
        found
    }

    /// Returns the known answer.
    pub fn known<Q>(&self, question: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.0.borrow().get(question).cloned()
    }

    /// Runs something that begins without the answers known so far; what it finds is forgotten, and these are back.
    pub fn apart<T>(&self, ask: impl FnOnce() -> T) -> T {
        let known = self.0.take();
        let found = ask();
        self.0.replace(known);
        found
    }

    /// Keeps an answer that was found beside another one.
    pub fn keep(&self, question: K, answer: V) {
        self.0.borrow_mut().insert(question, answer);
    }
}
