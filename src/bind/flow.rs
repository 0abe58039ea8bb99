//! A use of a name → the bindings it may see.
//!
//! Code of the scope that owns the name, and what runs at once inside it (class bodies, list
//! comprehensions), is followed from the use backwards and outwards. Code that runs later (functions,
//! lambdas, generators) may see what holds where it is made, and everything bound after that.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::OnceLock;

use ruff_python_ast::AnyNodeRef;
use rustc_hash::FxHashMap;

use crate::python::tree::NodeId;

use super::binding::{Binding, BindingId, BindingKind, Reference, ScopeId};
use super::block::Blocks;
use super::effect::Effect;
use super::events::{Events, MAX_BINDINGS, MAX_STEPS};
use super::scope::{Bindings, ScopeKind};
use super::trace::Trace;

/// The bindings a use may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaching {
    /// In source order; a star import stands for a binding it may have made.
    pub bindings: Vec<BindingId>,
    /// Whether the name may be unbound in its scope; then a class or module looks further out.
    pub may_be_unbound: bool,
    /// Whether there were too many to follow: any binding of the name may reach.
    pub overflow: bool,
}

impl Reaching {
    /// Returns the binding if it is the only one that reaches.
    pub fn only(&self) -> Option<BindingId> {
        match self.bindings[..] {
            [only] if !self.overflow => Some(only),
            _ => None,
        }
    }

    fn from_effect(mut effect: Effect) -> Self {
        effect.bindings.sort_unstable();
        effect.bindings.dedup();
        Self {
            bindings: effect.bindings,
            may_be_unbound: effect.unbound || effect.through,
            overflow: effect.overflow,
        }
    }
}

/// Answers which bindings reach which uses.
#[derive(Debug)]
pub struct Flow<'a> {
    names: &'a Bindings<'a>,
    blocks: &'a Blocks<'a>,
    /// Bindings made by code of another scope, under `global` or `nonlocal`.
    foreign: FxHashMap<(ScopeId, &'a str), Vec<BindingId>>,
    uses: OnceLock<Uses<'a>>,
    /// What reaches a name's own use, as far as it was asked.
    reached: RefCell<FxHashMap<NodeId, Reaching>>,
}

impl<'a> Flow<'a> {
    /// Prepares the answers for a module.
    pub fn new(names: &'a Bindings<'a>, blocks: &'a Blocks<'a>) -> Self {
        let mut foreign: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for (id, binding) in names.bindings() {
            let declares = matches!(binding.kind, BindingKind::Annotation { .. });
            if binding.scope != binding.written_in && !declares {
                let key = (binding.scope, binding.name);
                foreign.entry(key).or_default().push(id);
            }
        }
        Self {
            names,
            blocks,
            foreign,
            uses: OnceLock::new(),
            reached: RefCell::default(),
        }
    }

    /// Returns the bindings of the module.
    pub fn names(&self) -> &'a Bindings<'a> {
        self.names
    }

    /// Returns the blocks of the module.
    pub fn blocks(&self) -> &'a Blocks<'a> {
        self.blocks
    }

    /// Returns the bindings that a name's use may see; of a name that the module does not bind the
    /// star imports before it. Nothing reaches a node that is no name.
    pub fn reaching(&self, reference: NodeId) -> Reaching {
        let AnyNodeRef::ExprName(name) = self.names.tree().node(reference) else {
            return Reaching::default();
        };
        if let Some(known) = self.reached.borrow().get(&reference) {
            return known.clone();
        }
        let scope = self.names.scope_of(reference);
        let owner = self.names.lookup(scope, &name.id);
        let reaching = self.reaching_in(owner.unwrap_or(ScopeId::MODULE), &name.id, reference);
        let mut reached = self.reached.borrow_mut();
        reached.insert(reference, reaching.clone());
        reaching
    }

    /// Returns the bindings of a name in the scope `owner` that a node may see.
    pub fn reaching_in(&self, owner: ScopeId, name: &'a str, node: NodeId) -> Reaching {
        let events = self.events(owner, name, node);
        let mut effect = if matches!(
            self.names.scope(owner).kind,
            ScopeKind::Module | ScopeKind::Class | ScopeKind::Function { .. }
        ) {
            match self.deferring(owner, node) {
                Some(maker) => Trace::of(&events, maker).deferred(maker),
                None => Trace::of(&events, node).effect,
            }
        } else {
            // Lambdas, comprehensions and type parameters bind before anything in them runs.
            let mut all = events.any_of(events.ids.iter().copied());
            all.through = false;
            all
        };
        let foreign = self.foreign.get(&(owner, name));
        let foreign = foreign.map_or(&[][..], Vec::as_slice);
        effect.overflow |= foreign.len() > MAX_BINDINGS;
        for &id in foreign.iter().take(MAX_BINDINGS) {
            match self.names.binding(id).kind {
                BindingKind::Deletion => effect.unbound = true,
                _ => effect.bindings.push(id),
            }
        }
        Reaching::from_effect(effect)
    }

    fn events(&self, owner: ScopeId, name: &'a str, node: NodeId) -> Events<'a> {
        let mut ids = Cow::Borrowed(self.names.bindings_of(owner, name));
        if owner == ScopeId::MODULE && !self.names.star_imports().is_empty() {
            let stars = self.names.star_imports().iter();
            let stars = stars.filter(|star| self.names.star_may_bind(**star, name));
            ids.to_mut().extend(stars);
            ids.to_mut().sort_unstable();
        }
        Events {
            names: self.names,
            blocks: self.blocks,
            owner,
            name,
            ids,
            typing: self.names.in_annotation(node),
            steps: Cell::new(MAX_STEPS),
        }
    }

    /// Returns the outermost node between `node` and the owner's own code whose code runs later; an
    /// annotation is one itself.
    fn deferring(&self, owner: ScopeId, node: NodeId) -> Option<NodeId> {
        let inner = self.names.outwards(self.names.scope_of(node));
        let later = inner.take_while(|&scope| scope != owner).filter(|&scope| {
            !matches!(
                self.names.scope(scope).kind,
                ScopeKind::Class | ScopeKind::Comprehension
            )
        });
        let maker = later.last().map(|scope| self.names.scope(scope).node);
        maker.or_else(|| self.names.in_annotation(node).then_some(node))
    }

    /// Returns every reference that the binding may reach, from all scopes, in source order.
    pub fn uses(&self, binding: BindingId) -> Vec<NodeId> {
        let all = self.uses.get_or_init(|| self.find_uses());
        let Binding { scope, name, .. } = *self.names.binding(binding);
        let followed = all.followed.get(&binding).into_iter().flatten();
        let lost = all.lost.get(&(scope, name)).into_iter().flatten();
        let mut uses: Vec<NodeId> = followed.chain(lost).copied().collect();
        uses.sort_unstable();
        uses
    }

    /// Returns whether the binding may reach a reference.
    pub fn is_used(&self, binding: BindingId) -> bool {
        let all = self.uses.get_or_init(|| self.find_uses());
        let Binding { scope, name, .. } = *self.names.binding(binding);
        let has_any = |it: Option<&Vec<NodeId>>| it.is_some_and(|it| !it.is_empty());
        has_any(all.followed.get(&binding)) || has_any(all.lost.get(&(scope, name)))
    }

    fn find_uses(&self) -> Uses<'a> {
        let mut uses = Uses::default();
        for &Reference { node, scope, name } in self.names.references() {
            let owner = self.names.lookup(scope, name).unwrap_or(ScopeId::MODULE);
            let reaching = self.reaching_in(owner, name, node);
            let is_class = self.names.scope(owner).kind == ScopeKind::Class;
            if is_class && reaching.may_be_unbound {
                // Where a class body's own name is unbound, it reads the module's.
                let outside = self.reaching_in(ScopeId::MODULE, name, node);
                uses.add(node, ScopeId::MODULE, name, outside);
            }
            uses.add(node, owner, name, reaching);
        }
        uses
    }
}

/// The uses of all bindings.
#[derive(Debug, Default)]
struct Uses<'a> {
    followed: FxHashMap<BindingId, Vec<NodeId>>,
    /// Uses that any binding of the name may reach.
    lost: FxHashMap<(ScopeId, &'a str), Vec<NodeId>>,
}

impl<'a> Uses<'a> {
    fn add(&mut self, node: NodeId, owner: ScopeId, name: &'a str, reaching: Reaching) {
        if reaching.overflow {
            self.lost.entry((owner, name)).or_default().push(node);
            return;
        }
        for id in reaching.bindings {
            self.followed.entry(id).or_default().push(node);
        }
    }
}

#[cfg(test)]
mod tests;
