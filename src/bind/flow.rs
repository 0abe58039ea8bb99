//! A use of a name → the bindings it may see.
//!
//! Code of the scope that owns the name, and what runs at once inside it (class bodies, list
//! comprehensions), is followed from the use backwards and outwards. Code that runs later (functions,
//! lambdas, generators) may see what holds where it is made, and everything bound after that.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::OnceLock;

use ruff_python_ast::AnyNodeRef;
use rustc_hash::FxHashMap;

use crate::python::tree::NodeId;

use super::block::{Block, BlockRole, Blocks};
use super::effect::Effect;
use super::events::{Events, MAX_BINDINGS, MAX_STEPS};
use super::scope::{Binding, BindingId, BindingKind, Bindings, Reference, ScopeId, ScopeKind};

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
        let scope = self.names.scope_of(reference);
        let owner = self.names.lookup(scope, &name.id);
        self.reaching_in(owner.unwrap_or(ScopeId::MODULE), &name.id, reference)
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

    fn events(&self, owner: ScopeId, name: &str, node: NodeId) -> Events<'a> {
        let mut ids = Cow::Borrowed(self.names.bindings_of(owner, name));
        if owner == ScopeId::MODULE && !self.names.star_imports().is_empty() {
            ids.to_mut().extend(self.names.star_imports());
            ids.to_mut().sort_unstable();
        }
        Events {
            names: self.names,
            blocks: self.blocks,
            owner,
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

/// The way from a use backwards and outwards, collecting what may hold there.
struct Trace<'e, 'a> {
    events: &'e Events<'a>,
    /// What is known to happen between here and the use.
    effect: Effect,
}

impl<'e, 'a> Trace<'e, 'a> {
    fn of(events: &'e Events<'a>, node: NodeId) -> Self {
        let mut trace = Self {
            events,
            effect: Effect::nothing(),
        };
        trace.walk(node);
        trace
    }

    fn happened(&mut self, before: Effect) {
        let after = std::mem::take(&mut self.effect);
        self.effect = before.then(after);
    }

    fn is_done(&self) -> bool {
        !self.effect.through || self.effect.overflow
    }

    fn walk(&mut self, node: NodeId) {
        let Some(mut statement) = self.events.tree().statement(node) else {
            return;
        };
        self.within(statement, node);
        while !self.is_done() {
            let Some(block) = self.events.blocks.block_of(statement) else {
                return;
            };
            let place = self.events.blocks.position(statement);
            self.happened(self.events.before(block, place, 0));
            if self.is_done() {
                return;
            }
            match self.leave(block) {
                Some(outer) => statement = outer,
                None => return,
            }
        }
    }

    /// What the use's own statement did before it: `:=`, earlier `with` items, captures of its case.
    fn within(&mut self, statement: NodeId, node: NodeId) {
        let names = self.events.names;
        let tree = self.events.tree();
        let done = self.events.between(statement, node).filter(|&event| {
            let target = names.binding(event).node;
            match names.binding(event).kind {
                BindingKind::With { .. } | BindingKind::MatchCapture => true,
                _ => self.events.is_walrus(event) && !tree.contains(tree.parent(target), node),
            }
        });
        let done = self.events.header(statement, done);
        self.happened(match tree.node(statement) {
            // Captures before a guard may be those of a case that failed.
            AnyNodeRef::StmtMatch(_) => done.maybe(),
            _ => done,
        });
        if let Some(odd) = self.evaluated_out_of_order(statement, node) {
            self.happened(self.events.any_of(self.events.inside(odd)));
        }
        if matches!(tree.node(statement), AnyNodeRef::StmtTry(_)) {
            self.happened(self.events.attempted(statement));
        }
    }

    /// Returns the outermost part of the statement around the use whose order in the source is not the
    /// order it runs in, or that runs repeatedly.
    fn evaluated_out_of_order(&self, statement: NodeId, node: NodeId) -> Option<NodeId> {
        let tree = self.events.tree();
        let inner = tree.with_ancestors(node).take_while(|&id| id != statement);
        let odd = inner.filter(|&id| {
            matches!(
                tree.node(id),
                AnyNodeRef::ExprIf(_)
                    | AnyNodeRef::ExprListComp(_)
                    | AnyNodeRef::ExprSetComp(_)
                    | AnyNodeRef::ExprDictComp(_)
            )
        });
        let repeated = matches!(tree.node(statement), AnyNodeRef::StmtWhile(_));
        repeated.then_some(statement).or_else(|| odd.last())
    }

    /// What happened between the start of the statement around a block and the block; returns that
    /// statement, `None` where the owner's code begins.
    fn leave(&mut self, block: &Block) -> Option<NodeId> {
        let events = self.events;
        let statement = events.blocks.holder(block);
        let start = *block.statements.first()?;
        let header = || events.header(statement, events.between(statement, start));
        match block.role {
            BlockRole::Module => return None,
            BlockRole::Function | BlockRole::Class if self.is_owner(block.owner) => {
                self.parameters(block.owner, start);
                return None;
            }
            BlockRole::Loop => self.again(statement, start),
            BlockRole::Except => match events.handler_name(block.owner) {
                Some(name) => self.happened(events.exactly(name)),
                None => self.failed(statement),
            },
            BlockRole::TryElse => {
                if let Some(body) = events.blocks.block(statement, BlockRole::Try) {
                    self.happened(events.before(body, body.statements.len(), 0));
                }
            }
            BlockRole::LoopElse | BlockRole::Finally => {
                self.happened(events.any_of(events.between(statement, start)));
            }
            BlockRole::Case => {
                self.happened(events.captured(statement, block.owner));
                self.happened(header().maybe());
            }
            BlockRole::Else => self.happened(header().maybe()),
            _ => self.happened(header()),
        }
        Some(statement)
    }

    /// A loop's body begins: its target or test comes first, then whatever earlier rounds did.
    fn again(&mut self, statement: NodeId, body: NodeId) {
        let events = self.events;
        let is_while = matches!(events.tree().node(statement), AnyNodeRef::StmtWhile(_));
        let each_round = events.between(statement, body);
        let each_round = each_round.filter(|&event| is_while || !events.is_walrus(event));
        self.happened(events.header(statement, each_round));
        if !self.is_done() {
            self.happened(events.any_of(events.inside(statement)));
        }
    }

    /// The `except` was reached from anywhere in the `try`, under `except*` also from other handlers.
    fn failed(&mut self, statement: NodeId) {
        let is_star = matches!(self.events.tree().node(statement),
            AnyNodeRef::StmtTry(node) if node.is_star);
        self.happened(if is_star {
            self.events.any_of(self.events.inside(statement))
        } else {
            self.events.attempted(statement)
        });
    }

    fn is_owner(&self, node: NodeId) -> bool {
        self.events.names.scope(self.events.owner).node == node
    }

    fn parameters(&mut self, function: NodeId, body: NodeId) {
        let parameter = self.events.between(function, body).next_back();
        if let Some(parameter) = parameter {
            self.happened(self.events.exactly(parameter));
        }
    }

    /// Adds what is bound after `maker` was run: the code it makes may run at any later time.
    fn deferred(mut self, maker: NodeId) -> Effect {
        let events = self.events;
        let tree = events.tree();
        let mut outermost_loop = None;
        let mut outermost = maker;
        for id in tree.with_ancestors(maker) {
            if self.is_owner(id) {
                break;
            }
            if matches!(
                tree.node(id),
                AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)
            ) {
                outermost_loop = Some(id);
            }
            outermost = id;
        }
        // The target of a statement around it is bound when that statement ends.
        let around = events.between(outermost, maker);
        let around = around.filter(|&id| tree.contains(events.names.binding(id).statement, maker));
        let rounds = outermost_loop.map(|it| events.inside(it));
        let owner = events.names.scope(events.owner).node;
        let later = around.chain(rounds.into_iter().flatten());
        let later = events.any_of(later.chain(events.across(maker, owner)));
        self.effect.besides(later);
        if (self.effect.through || self.effect.unbound) && self.holds_at_end(owner) {
            self.effect.through = false;
            self.effect.unbound = false;
        }
        self.effect
    }

    fn holds_at_end(&self, owner: NodeId) -> bool {
        let role = match self.events.names.scope(self.events.owner).kind {
            ScopeKind::Module => BlockRole::Module,
            ScopeKind::Class => BlockRole::Class,
            _ => BlockRole::Function,
        };
        let Some(body) = self.events.blocks.block(owner, role) else {
            return false;
        };
        let end = self.events.before(body, body.statements.len(), 0);
        !end.through && !end.unbound
    }
}

#[cfg(test)]
mod tests;
