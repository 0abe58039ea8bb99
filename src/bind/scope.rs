//! Scopes, bindings and references of a module, and the questions later stages ask about names.
//!
//! [`collect`](super::collect) fills these tables in one pass over the flat tree; here they are only
//! asked. Which of several bindings a use may see is [`flow`](super::flow)'s question.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::imported::Imported;
use super::quoted::Strings;
use super::reads::Reads;
use super::star::StarNames;
use crate::python::tree::{NodeId, Tree};

pub use super::binding::{Binding, BindingId, BindingKind, Reference, ScopeId, from_module};

/// What opens a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScopeKind {
    /// The module.
    Module,
    /// A class body, invisible to the functions in it.
    Class,
    /// The body of a def.
    Function {
        /// `async def`.
        is_async: bool,
    },
    /// The body of a lambda.
    Lambda,
    /// A list, set or dict comprehension without its first iterable: runs at once.
    Comprehension,
    /// A generator expression without its first iterable: runs when it is iterated.
    Generator,
    /// Type parameters of a def or class, or a type alias: sees the names of a class around it.
    TypeParameters,
}

/// A `global` or `nonlocal` statement's word about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    Global,
    Nonlocal,
}

/// One scope.
#[derive(Debug)]
pub struct Scope<'a> {
    /// What opened it.
    pub kind: ScopeKind,
    /// The node that opened it; the root for the module.
    pub node: NodeId,
    /// The scope around it; `None` for the module.
    pub parent: Option<ScopeId>,
    pub(super) declared: FxHashMap<&'a str, Declared>,
    pub(super) names: FxHashMap<&'a str, Vec<BindingId>>,
}

/// What is around the code of a scope, itself among it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    /// The innermost def.
    pub(super) function: Option<NodeId>,
    /// The innermost def or lambda.
    pub(super) runner: Option<NodeId>,
    /// The innermost class.
    pub(super) class: Option<NodeId>,
}

/// What a node's place says about names in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct NodePlace {
    pub(super) scope: ScopeId,
    pub(super) annotation: bool,
    pub(super) typing_only: bool,
}

/// The names of a module.
#[derive(Debug)]
pub struct Bindings<'a> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) notebook: bool,
    pub(super) unknown_names: FxHashSet<String>,
    pub(super) places: Vec<NodePlace>,
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) opened: FxHashMap<NodeId, ScopeId>,
    pub(super) bindings: Vec<Binding<'a>>,
    pub(super) references: Vec<Reference<'a>>,
    pub(super) stars: Vec<BindingId>,
    /// What those bind whose module is read.
    pub(super) star_names: FxHashMap<BindingId, Arc<StarNames>>,
    /// Imports of a name, in source order.
    imports: Vec<BindingId>,
    /// Found when first asked for, as most files need no change.
    pub(super) reads: OnceLock<Reads<'a>>,
    /// Found when first asked for.
    pub(super) strings: OnceLock<Strings<'a>>,
    /// What is around the code of the scopes; found when first asked for.
    pub(super) around: OnceLock<Vec<Around>>,
    /// The names that functions inside declare `nonlocal`, by whose they are; found when first asked for.
    pub(super) nonlocals: OnceLock<FxHashSet<(ScopeId, &'a str)>>,
    /// Found when first asked for.
    pub(super) imported: OnceLock<Imported<'a>>,
}

impl<'a> Bindings<'a> {
    pub(super) fn empty(
        tree: &'a Tree<'a>,
        notebook: bool,
        unknown_names: FxHashSet<String>,
    ) -> Self {
        let mut empty = Self {
            tree,
            notebook,
            unknown_names,
            places: Vec::with_capacity(tree.len()),
            scopes: Vec::new(),
            opened: FxHashMap::default(),
            bindings: Vec::new(),
            references: Vec::new(),
            stars: Vec::new(),
            star_names: FxHashMap::default(),
            imports: Vec::new(),
            reads: OnceLock::new(),
            strings: OnceLock::new(),
            around: OnceLock::new(),
            nonlocals: OnceLock::new(),
            imported: OnceLock::new(),
        };
        empty.open_scope(ScopeKind::Module, NodeId::ROOT, None);
        empty
    }

    pub(super) fn open_scope(
        &mut self,
        kind: ScopeKind,
        node: NodeId,
        parent: Option<ScopeId>,
    ) -> ScopeId {
        // Every scope has a node, and node ids are 32 bits.
        let id = ScopeId(u32::try_from(self.scopes.len()).expect("fewer scopes than nodes"));
        self.scopes.push(Scope {
            kind,
            node,
            parent,
            declared: FxHashMap::default(),
            names: FxHashMap::default(),
        });
        id
    }

    /// Gives every binding its owner; called once all are collected.
    pub(super) fn settle(&mut self) {
        // Names bound by their own scope first: `nonlocal` looks for them.
        let mut foreign = Vec::new();
        for index in 0..self.bindings.len() {
            let Binding {
                written_in, name, ..
            } = self.bindings[index];
            let id = BindingId(u32::try_from(index).expect("fewer bindings than nodes"));
            match self.scope(written_in).declared.get(name) {
                Some(&declared) => foreign.push((id, declared)),
                None => self.own(id, written_in),
            }
        }
        let is_in_order = foreign.is_empty();
        for (id, declared) in foreign {
            let Binding {
                written_in, name, ..
            } = self.bindings[id.index()];
            let owner = match declared {
                Declared::Global => Some(ScopeId::MODULE),
                Declared::Nonlocal => self.nonlocal_owner(written_in, name),
            };
            self.own(id, owner.unwrap_or(written_in));
        }
        let imports = self.bindings().filter(|(_, binding)| {
            matches!(
                binding.kind,
                BindingKind::Import { .. } | BindingKind::FromImport { .. }
            )
        });
        self.imports = imports.map(|(id, _)| id).collect();
        if !is_in_order {
            let names = self.scopes.iter_mut().flat_map(|it| it.names.values_mut());
            names.for_each(|ids| ids.sort_unstable());
        }
    }

    fn own(&mut self, id: BindingId, owner: ScopeId) {
        let binding = &mut self.bindings[id.index()];
        binding.scope = owner;
        if matches!(binding.kind, BindingKind::StarImport { .. }) {
            self.stars.push(id);
        } else {
            let names = &mut self.scopes[owner.index()].names;
            names.entry(binding.name).or_default().push(id);
        }
    }

    fn nonlocal_owner(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        self.outwards(scope).skip(1).find(|&id| {
            let scope = self.scope(id);
            !matches!(scope.kind, ScopeKind::Class | ScopeKind::Module)
                && !scope.declared.contains_key(name)
                && scope.names.contains_key(name)
        })
    }

    /// Returns the tree the names stand in.
    pub fn tree(&self) -> &'a Tree<'a> {
        self.tree
    }

    /// Returns the scope a node is evaluated in: of a def the one around it, of its default values,
    /// decorators and a comprehension's first iterable too.
    pub fn scope_of(&self, node: NodeId) -> ScopeId {
        self.places[node.index()].scope
    }

    /// Returns the scope that a def, class, lambda, comprehension or type alias opens.
    pub fn scope_opened_by(&self, node: NodeId) -> Option<ScopeId> {
        self.opened.get(&node).copied()
    }

    /// Returns whether the node is an annotation or stands in one.
    pub fn in_annotation(&self, node: NodeId) -> bool {
        self.places[node.index()].annotation
    }

    /// Returns the scope.
    pub fn scope(&self, id: ScopeId) -> &Scope<'a> {
        &self.scopes[id.index()]
    }

    /// Iterates over a scope and the scopes around it, outwards.
    pub fn outwards(&self, scope: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
        std::iter::successors(Some(scope), |&id| self.scope(id).parent)
    }

    /// Returns the binding.
    pub fn binding(&self, id: BindingId) -> &Binding<'a> {
        &self.bindings[id.index()]
    }

    /// Iterates over all bindings in source order.
    pub fn bindings(&self) -> impl Iterator<Item = (BindingId, &Binding<'a>)> + '_ {
        (0u32..).map(BindingId).zip(&self.bindings)
    }

    /// Iterates over the bindings that nodes of a part of the file make, in source order.
    pub fn bindings_in(
        &self,
        part: &Range<NodeId>,
    ) -> impl Iterator<Item = (BindingId, &Binding<'a>)> + use<'_, 'a> {
        // They are in the order of their nodes.
        let first = self.bindings.partition_point(|it| it.node < part.start);
        let end = part.end;
        let ids = (first as u32..).map(BindingId);
        let all = ids.zip(&self.bindings[first..]);
        all.take_while(move |(_, it)| it.node < end)
    }

    /// Returns the binding that a node makes (a target's name, an alias, a def …).
    pub fn binding_at(&self, node: NodeId) -> Option<BindingId> {
        // A node makes one binding at most, and they are in the order of their nodes.
        let index = self
            .bindings
            .binary_search_by_key(&node, |it| it.node)
            .ok()?;
        u32::try_from(index).ok().map(BindingId)
    }

    /// Returns all references, in source order.
    pub fn references(&self) -> &[Reference<'a>] {
        &self.references
    }

    /// Returns the references in a part of the file, in source order.
    pub fn references_in(&self, part: &Range<NodeId>) -> &[Reference<'a>] {
        // They are in the order of their nodes.
        let first = self.references.partition_point(|it| it.node < part.start);
        let n = self.references[first..].partition_point(|it| it.node < part.end);
        &self.references[first..first + n]
    }

    /// Returns the bindings of a name that the scope owns, in source order; star imports left out.
    pub fn bindings_of(&self, scope: ScopeId, name: &str) -> &[BindingId] {
        self.scope(scope).names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns the scope that owns the name as code in `scope` finds it; `None`: a builtin, from a
    /// star import, or undefined.
    pub fn lookup(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        let mut class_visible = true;
        for id in self.outwards(scope) {
            let Scope { kind, declared, .. } = self.scope(id);
            let visible = *kind != ScopeKind::Class || class_visible;
            if *kind == ScopeKind::Class && !visible && name == "__class__" {
                return Some(id);
            }
            // Type parameters look into the class they stand in; everything else closes it.
            class_visible &= *kind == ScopeKind::TypeParameters;
            if !visible {
                continue;
            }
            match declared.get(name) {
                Some(Declared::Global) => return self.owns(ScopeId::MODULE, name),
                Some(Declared::Nonlocal) => return self.nonlocal_owner(id, name),
                None => {}
            }
            if let Some(owner) = self.owns(id, name) {
                return Some(owner);
            }
        }
        None
    }

    fn owns(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        (!self.bindings_of(scope, name).is_empty()).then_some(scope)
    }

    /// Iterates over the imports of names, in source order; star imports left out.
    pub fn imports(&self) -> impl Iterator<Item = (BindingId, &Binding<'a>)> + '_ {
        self.imports.iter().map(|id| (*id, self.binding(*id)))
    }

    /// Returns the star imports, in source order.
    pub fn star_imports(&self) -> &[BindingId] {
        &self.stars
    }

    /// Returns whether a broken cell or an opaque magic mentions the name.
    pub fn is_unknown_name(&self, name: &str) -> bool {
        self.unknown_names.contains(name)
    }

    /// Returns whether the file has cells, so that the builtins of IPython are there.
    pub fn is_notebook(&self) -> bool {
        self.notebook
    }

    /// Returns what is around the code of a scope.
    pub(super) fn around(&self, scope: ScopeId) -> Around {
        let all = self.around.get_or_init(|| {
            // A scope comes behind the one around it.
            let mut all: Vec<Around> = Vec::with_capacity(self.scopes.len());
            for scope in &self.scopes {
                let parent = scope.parent.and_then(|it| all.get(it.index()));
                let mut around = parent.copied().unwrap_or_default();
                match scope.kind {
                    ScopeKind::Class => around.class = Some(scope.node),
                    ScopeKind::Lambda => around.runner = Some(scope.node),
                    ScopeKind::Function { .. } => {
                        (around.function, around.runner) = (Some(scope.node), Some(scope.node));
                    }
                    _ => {}
                }
                all.push(around);
            }
            all
        });
        all[scope.index()]
    }
}

#[cfg(test)]
mod tests;
