//! Scopes, bindings and references of a module, and the questions later stages ask about names.
//!
//! [`collect`](super::collect) fills these tables in one pass over the flat tree; here they are only
//! asked. Which of several bindings a use may see is [`flow`](super::flow)'s question.

use rustc_hash::{FxHashMap, FxHashSet};

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
    names: FxHashMap<&'a str, Vec<BindingId>>,
    /// Names that are read in it or deeper and owned by a scope around it, or by nobody (builtins).
    reads_outside: FxHashMap<&'a str, Option<ScopeId>>,
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
    pub(super) by_node: FxHashMap<NodeId, BindingId>,
    pub(super) references: Vec<Reference<'a>>,
    /// Indices into `references` by owner and name; owner `None`: nobody binds it.
    resolved: FxHashMap<(Option<ScopeId>, &'a str), Vec<u32>>,
    pub(super) stars: Vec<BindingId>,
    /// Imports of a name, in source order.
    imports: Vec<BindingId>,
    pub(super) quoted: FxHashMap<&'a str, Vec<NodeId>>,
    pub(super) exports: Option<FxHashSet<&'a str>>,
    pub(super) exports_everything: bool,
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
            by_node: FxHashMap::default(),
            references: Vec::new(),
            resolved: FxHashMap::default(),
            stars: Vec::new(),
            imports: Vec::new(),
            quoted: FxHashMap::default(),
            exports: None,
            exports_everything: false,
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
            reads_outside: FxHashMap::default(),
        });
        id
    }

    /// Gives every binding its owner, then every reference; called once all are collected.
    pub(super) fn settle(&mut self) {
        self.own_bindings();
        for index in 0..self.references.len() {
            let Reference { scope, name, .. } = self.references[index];
            let owner = self.lookup(scope, name);
            let index = u32::try_from(index).expect("fewer references than nodes");
            self.resolved.entry((owner, name)).or_default().push(index);
            self.note_read(scope, owner, name);
        }
    }

    fn own_bindings(&mut self) {
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
        for scope in &mut self.scopes {
            scope.names.values_mut().for_each(|ids| ids.sort_unstable());
        }
    }

    fn own(&mut self, id: BindingId, owner: ScopeId) {
        let binding = &mut self.bindings[id.index()];
        binding.scope = owner;
        self.by_node.insert(binding.node, id);
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

    fn note_read(&mut self, from: ScopeId, owner: Option<ScopeId>, name: &'a str) {
        let mut at = Some(from);
        while let Some(scope) = at.filter(|&scope| Some(scope) != owner) {
            let entry = &mut self.scopes[scope.index()];
            if entry.reads_outside.insert(name, owner) == Some(owner) {
                return;
            }
            at = entry.parent;
        }
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

    /// Returns the binding that a node makes (a target's name, an alias, a def …).
    pub fn binding_at(&self, node: NodeId) -> Option<BindingId> {
        self.by_node.get(&node).copied()
    }

    /// Returns all references, in source order.
    pub fn references(&self) -> &[Reference<'a>] {
        &self.references
    }

    /// Returns the bindings of a name that the scope owns, in source order; star imports left out.
    pub fn bindings_of(&self, scope: ScopeId, name: &str) -> &[BindingId] {
        self.scope(scope).names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Iterates over the references to a name that the scope owns, from all scopes, in source order;
    /// with `None` those to a name that nobody binds.
    pub fn references_to(
        &self,
        owner: Option<ScopeId>,
        name: &'a str,
    ) -> impl Iterator<Item = &Reference<'a>> + '_ {
        let found = self.resolved.get(&(owner, name));
        found
            .into_iter()
            .flatten()
            .map(|&index| &self.references[index as usize])
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

    /// Returns whether the file imports the module, or something of it, anywhere.
    pub fn imports_module(&self, module: &str) -> bool {
        let is_it = |found: &str| {
            found == module
                || found
                    .strip_prefix(module)
                    .is_some_and(|rest| rest.starts_with('.'))
        };
        self.bindings.iter().any(|binding| match binding.kind {
            BindingKind::Import { module, .. } => is_it(module),
            BindingKind::FromImport { import, .. } | BindingKind::StarImport { import } => {
                is_it(&from_module(import))
            }
            _ => false,
        })
    }

    /// Iterates over the imports of names, in source order; star imports left out.
    pub fn imports(&self) -> impl Iterator<Item = (BindingId, &Binding<'a>)> + '_ {
        self.imports.iter().map(|id| (*id, self.binding(*id)))
    }

    /// Returns the star imports, in source order.
    pub fn star_imports(&self) -> &[BindingId] {
        &self.stars
    }

    /// Returns the strings in annotations (and in `cast` and its like) that mention the name.
    pub fn quoted_uses(&self, name: &str) -> &[NodeId] {
        self.quoted.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns whether a broken cell or an opaque magic mentions the name.
    pub fn is_unknown_name(&self, name: &str) -> bool {
        self.unknown_names.contains(name)
    }

    /// Returns whether the file has cells, so that the builtins of IPython are there.
    pub fn is_notebook(&self) -> bool {
        self.notebook
    }

    /// Returns the names listed in `__all__`; `None` without one that can be read.
    pub fn exports(&self) -> Option<&FxHashSet<&'a str>> {
        self.exports.as_ref().filter(|_| !self.exports_everything)
    }

    /// Returns whether `__all__` lists the name, or can't be read and may list anything.
    pub fn is_exported(&self, name: &str) -> bool {
        let listed = self.exports.as_ref().is_some_and(|all| all.contains(name));
        self.exports_everything || listed
    }

    /// Returns whether writing this name in this scope would collide: it is bound here, or what it
    /// means outside is read here or deeper, or a scope inside declares it `nonlocal` or `global`.
    pub fn is_taken(&self, scope: ScopeId, name: &str) -> bool {
        let Scope {
            names,
            declared,
            reads_outside,
            ..
        } = self.scope(scope);
        names.contains_key(name)
            || declared.contains_key(name)
            || reads_outside.contains_key(name)
            || (scope == ScopeId::MODULE && self.is_unknown_name(name))
    }

    /// Returns all names for which [`is_taken`](Self::is_taken) holds, and those bound around.
    pub fn visible_names(&self, scope: ScopeId) -> FxHashSet<&'a str> {
        let mut names: FxHashSet<&'a str> =
            self.scope(scope).reads_outside.keys().copied().collect();
        for id in self.outwards(scope) {
            names.extend(self.scope(id).names.keys());
        }
        names
    }
}

#[cfg(test)]
mod tests;
