//! What the rows of a table have in common is compiled once: doubts and conditions that name no
//! column.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::bound::Bound;
use super::named::NamedPatterns;
use crate::recipe::yaml::{Node, Value};

/// What was compiled, by what was typed: rows share the values that name no column.
#[derive(Debug)]
pub(super) struct Shared<T>(FxHashMap<usize, Compiled<T>>);

#[derive(Debug)]
struct Compiled<T> {
    /// Keeps the address from being given to another value.
    _typed: Arc<Value>,
    /// The captures that it names; `None`: a pattern or condition that it names may do so, too.
    names: Option<CapturesNamed>,
    /// What it means, by those of the captures that could be named there.
    meant: Vec<(Bound, Arc<T>)>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<T> Shared<T> {
    /// Returns what the node was compiled to, where it could name the same captures.
    pub(super) fn find(&self, node: &Node, bound: &Bound) -> Option<Arc<T>> {
        let known = self.0.get(&node.address())?;
        let bound = among(bound, known.names.as_ref());
        let mut meant = known.meant.iter();
        let (_, meant) = meant.find(|(known, _)| *known == bound)?;
        Some(meant.clone())
    }

    /// Keeps what the node was compiled to.
    pub(super) fn keep(
        &mut self,
        node: &Node,
        bound: &Bound,
        meant: T,
        named: &NamedPatterns,
    ) -> Arc<T> {
        let known = self.0.entry(node.address());
        let known = known.or_insert_with(|| {
            let mut names = CapturesNamed::default();
            let is_all = names.add(node, named);
            Compiled {
                _typed: node.value.clone(),
                names: is_all.then_some(names),
                meant: Vec::new(),
            }
        });
        let meant = Arc::new(meant);
        let bound = among(bound, known.names.as_ref());
        known.meant.push((bound, meant.clone()));
        meant
    }
}

/// The captures that a value names.
#[derive(Debug, Default)]
struct CapturesNamed {
    typed: FxHashSet<String>,
    /// Those of the patterns that it names.
    of_patterns: Vec<Arc<FxHashSet<String>>>,
}

impl CapturesNamed {
    fn have(&self, name: &str) -> bool {
        let mut of_patterns = self.of_patterns.iter();
        self.typed.contains(name) || of_patterns.any(|names| names.contains(name))
    }

    /// Adds those that the texts and keys of a node name, and the patterns that these name; returns whether these
    /// are all.
    fn add(&mut self, node: &Node, named: &NamedPatterns) -> bool {
        match &*node.value {
            Value::Nothing => true,
            Value::Scalar(scalar) => self.add_of(&scalar.text, named),
            Value::List(elements) => elements.iter().all(|it| self.add(it, named)),
            Value::Map(entries) => {
                let mut entries = entries.iter();
                entries.all(|(key, value)| self.add_of(&key.text, named) && self.add(value, named))
            }
        }
    }

    fn add_of(&mut self, text: &str, named: &NamedPatterns) -> bool {
        for behind in text.split('$').skip(1) {
            let behind = behind.trim_start_matches(['*', '?', '.']);
            let end = behind.find(|it: char| !it.is_alphanumeric() && it != '_');
            let name = &behind[..end.unwrap_or(behind.len())];
            if !self.typed.contains(name) {
                self.typed.insert(name.to_owned());
            }
        }
        let behind = text.split('<').skip(1);
        let mut behind = behind.filter(|it| it.starts_with(|it: char| it.is_ascii_alphabetic()));
        behind.all(|it| {
            let name = it.split('>').next().unwrap_or_default();
            let names = named.metavariables(name);
            self.of_patterns.extend(names.cloned());
            names.is_some()
        })
    }
}

fn among(bound: &Bound, names: Option<&CapturesNamed>) -> Bound {
    names.map_or_else(|| bound.clone(), |names| bound.among(|it| names.have(it)))
}
