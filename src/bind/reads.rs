//! Reads of names → who owns what they read, and which names a new one would collide with.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::binding::{Reference, ScopeId};
use super::scope::{Bindings, Scope};
use crate::python::tree::NodeId;

/// The references of a module, by what they read.
#[derive(Debug)]
pub(super) struct Reads<'a> {
    /// Indices into all references by owner and name; owner `None`: nobody binds it.
    by_owner: FxHashMap<(Option<ScopeId>, &'a str), Vec<u32>>,
    /// Per scope: names that are read in it or deeper and owned by a scope around it, or by nobody
    /// (builtins).
    outside: Vec<FxHashMap<&'a str, Option<ScopeId>>>,
}

impl<'a> Reads<'a> {
    fn find(names: &Bindings<'a>) -> Self {
        let mut reads = Self {
            by_owner: FxHashMap::default(),
            outside: vec![FxHashMap::default(); names.scopes.len()],
        };
        for (index, reference) in (0u32..).zip(&names.references) {
            let Reference { scope, name, .. } = *reference;
            let owner = names.lookup(scope, name);
            reads.by_owner.entry((owner, name)).or_default().push(index);
            reads.note_outside(names, scope, owner, name);
        }
        reads
    }

    fn note_outside(
        &mut self,
        names: &Bindings<'a>,
        from: ScopeId,
        owner: Option<ScopeId>,
        name: &'a str,
    ) {
        for scope in names
            .outwards(from)
            .take_while(|scope| Some(*scope) != owner)
        {
            if self.outside[scope.index()].insert(name, owner) == Some(owner) {
                return;
            }
        }
    }
}

impl<'a> Bindings<'a> {
    fn reads(&self) -> &Reads<'a> {
        self.reads.get_or_init(|| Reads::find(self))
    }

    /// Iterates over the references to a name that the scope owns, from all scopes, in source order;
    /// with `None` those to a name that nobody binds.
    pub fn references_to(
        &self,
        owner: Option<ScopeId>,
        name: &'a str,
    ) -> impl Iterator<Item = &Reference<'a>> + '_ {
        let found = self.reads().by_owner.get(&(owner, name));
        found
            .into_iter()
            .flatten()
            .map(|&index| &self.references[index as usize])
    }

    /// Returns whether a part of the file has a reference to a name that the scope owns.
    pub fn is_read_in(&self, owner: ScopeId, name: &'a str, part: &Range<NodeId>) -> bool {
        let found = self.reads().by_owner.get(&(Some(owner), name));
        let found = found.map_or(&[][..], Vec::as_slice);
        let node = |index: &u32| self.references[*index as usize].node;
        // They are in the order of their nodes.
        let first = found.partition_point(|it| node(it) < part.start);
        found.get(first).is_some_and(|it| node(it) < part.end)
    }

    /// Returns whether writing this name in this scope would collide: it is bound here, or what it
    /// means outside is read here or deeper, or a scope inside declares it `nonlocal` or `global`.
    pub fn is_taken(&self, scope: ScopeId, name: &str) -> bool {
        let Scope {
            names, declared, ..
        } = self.scope(scope);
        names.contains_key(name)
            || declared.contains_key(name)
            || self.reads().outside[scope.index()].contains_key(name)
            || (scope == ScopeId::MODULE && self.is_unknown_name(name))
    }

    /// Returns all names for which [`is_taken`](Self::is_taken) holds, and those bound around.
    pub fn visible_names(&self, scope: ScopeId) -> Visible<'_, 'a> {
        Visible { names: self, scope }
    }
}

/// The names that are seen in a scope.
#[derive(Debug, Clone, Copy)]
pub struct Visible<'n, 'a> {
    names: &'n Bindings<'a>,
    scope: ScopeId,
}

impl Visible<'_, '_> {
    /// Returns whether a name is among them.
    pub fn contains(&self, name: &str) -> bool {
        let outside = &self.names.reads().outside[self.scope.index()];
        let mut around = self.names.outwards(self.scope);
        outside.contains_key(name) || around.any(|id| self.names.scope(id).names.contains_key(name))
    }
}
