//! What the rows of a table have in common is compiled once: doubts and conditions that name no
//! column.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::bound::Bound;
use crate::recipe::yaml::{Node, Value};

/// What was compiled, by what was typed: rows share the values that name no column.
#[derive(Debug)]
pub(super) struct Shared<T>(FxHashMap<*const Value, Compiled<T>>);

#[derive(Debug)]
struct Compiled<T> {
    /// Keeps the address from being given to another value.
    _typed: Arc<Value>,
    /// The captures that could be named there.
    bound: Bound,
    meant: Arc<T>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<T> Shared<T> {
    /// Returns what the node was compiled to, where the same captures could be named.
    pub(super) fn find(&self, node: &Node, bound: &Bound) -> Option<Arc<T>> {
        let known = self.0.get(&Arc::as_ptr(&node.value))?;
        (known.bound == *bound).then(|| known.meant.clone())
    }

    /// Keeps what the node was compiled to.
    pub(super) fn keep(&mut self, node: &Node, bound: &Bound, meant: T) -> Arc<T> {
        let meant = Arc::new(meant);
        let compiled = Compiled {
            _typed: node.value.clone(),
            bound: bound.clone(),
            meant: meant.clone(),
        };
        self.0.insert(Arc::as_ptr(&node.value), compiled);
        meant
    }
}
