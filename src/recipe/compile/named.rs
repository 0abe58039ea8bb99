//! The patterns that a recipe names: each is compiled when it is used.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::bound::Bound;
use super::column::put_patterns;
use super::compiler::Compiler;
use crate::recipe::condition::{Guarded, Patterns, metavariables};
use crate::recipe::error::Complaint;
use crate::recipe::yaml::Node;

/// Patterns by their names.
#[derive(Default)]
pub(super) struct NamedPatterns(BTreeMap<String, NamedPattern>);

enum NamedPattern {
    /// Nobody used it.
    Typed(Node),
    /// Somebody did; `None`: it is wrong.
    Compiled(Option<Compiled>),
}

struct Compiled {
    patterns: Patterns,
    /// See [`metavariables`].
    names: OnceCell<Option<Arc<FxHashSet<String>>>>,
}

impl NamedPatterns {
    /// Returns patterns that were used before.
    pub(super) fn used(&self, name: &str) -> Option<&[Guarded]> {
        Some(&self.compiled(name)?.patterns)
    }

    /// Returns the metavariables of which patterns speak that were used before; `None`: they may speak of any.
    pub(super) fn metavariables(&self, name: &str) -> Option<&Arc<FxHashSet<String>>> {
        let compiled = self.compiled(name)?;
        let names = compiled
            .names
            .get_or_init(|| metavariables(compiled.patterns.iter()).map(Arc::new));
        names.as_ref()
    }

    fn compiled(&self, name: &str) -> Option<&Compiled> {
        match self.0.get(name)? {
            NamedPattern::Typed(_) => None,
            NamedPattern::Compiled(compiled) => compiled.as_ref(),
        }
    }
}

impl Compiler<'_> {
    /// Reads `patterns`; each may use those above it.
    pub(super) fn name_patterns(&mut self, root: &Node) {
        let named = root.child("patterns").map_or(&[][..], Node::entries);
        for (key, node) in named {
            let typed = NamedPattern::Typed(node.clone());
            self.named.0.insert(key.text.clone(), typed);
            // Every mistake is told, also where nobody uses it.
            if !self.report.is_tested() {
                self.compile_named(&key.text);
            }
        }
    }

    /// Compiles the patterns that a text names as `<name>`, so that they can be put there.
    pub(super) fn compile_named_in(&mut self, text: &str) {
        for (at, _) in text.match_indices('<') {
            if let Some((name, _)) = text[at + 1..].split_once('>') {
                self.compile_named(name);
            }
        }
    }

    fn compile_named(&mut self, name: &str) {
        let Some(NamedPattern::Typed(node)) = self.named.0.get(name) else {
            return;
        };
        let (mut node, library) = (node.clone(), self.library);
        let put = put_patterns(&mut node, library, &mut self.report);
        let patterns = put.and_then(|()| self.patterns(name, &node, &Bound::none()));
        let compiled = patterns.map(|patterns| Compiled {
            patterns,
            names: OnceCell::new(),
        });
        self.named
            .0
            .insert(name.to_owned(), NamedPattern::Compiled(compiled));
    }

    /// Looks `<name>` up; the outer `None`: the text is no name.
    pub(super) fn named_patterns(&mut self, key: &str, node: &Node) -> Option<Option<Patterns>> {
        let name = pattern_name(node)?;
        self.compile_named(name);
        if !self.named.0.contains_key(name) {
            let names: Vec<String> = self.named.0.keys().cloned().collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.add(
                key,
                Complaint::unknown(node.span.start(), "pattern", name, &names),
            );
        }
        Some(self.named.compiled(name).map(|it| it.patterns.clone()))
    }
}

/// The name that a text stands for as a whole: `<name>`.
pub(super) fn pattern_name(node: &Node) -> Option<&str> {
    node.text()?.strip_prefix('<')?.strip_suffix('>')
}
