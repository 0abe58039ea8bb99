//! A use of a name → the bindings it may see.
//!
//! Code of the scope that owns the name, and what runs at once inside it (class bodies, list
//! comprehensions), is followed from the use backwards and outwards. Code that runs later (functions,
//! lambdas, generators) may see what holds where it is made, and everything bound after that.

use std::borrow::Cow;

use ruff_python_ast::AnyNodeRef;
use rustc_hash::FxHashMap;

use crate::python::tree::NodeId;

use super::block::{Block, BlockRole, Blocks};
use super::effect::Effect;
use super::events::Events;
use super::scope::{BindingId, BindingKind, Bindings, ScopeId, ScopeKind};

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
        for &id in self.foreign.get(&(owner, name)).into_iter().flatten() {
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
        let bound = self.names.binding(binding);
        let mut uses: Vec<NodeId> = self
            .names
            .references_to(Some(bound.scope), bound.name)
            .map(|reference| reference.node)
            .filter(|&node| self.may_see(bound.scope, binding, node))
            .collect();
        if bound.scope == ScopeId::MODULE {
            uses.extend(self.uses_through_classes(binding));
            uses.sort_unstable();
        }
        uses
    }

    /// A class body that binds the name itself reads the module's where its own is unbound.
    fn uses_through_classes(&self, binding: BindingId) -> Vec<NodeId> {
        let name = self.names.binding(binding).name;
        let mut uses = Vec::new();
        for class in self.names.classes_binding(name) {
            for reference in self.names.references_to(Some(class), name) {
                let inner = self.reaching_in(class, name, reference.node);
                if inner.may_be_unbound && self.may_see(ScopeId::MODULE, binding, reference.node) {
                    uses.push(reference.node);
                }
            }
        }
        uses
    }

    fn may_see(&self, owner: ScopeId, binding: BindingId, node: NodeId) -> bool {
        let reaching = self.reaching_in(owner, self.names.binding(binding).name, node);
        reaching.overflow || reaching.bindings.contains(&binding)
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
        let mut later: Vec<BindingId> = Vec::new();
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
        later.extend(around.filter(|&id| tree.contains(events.names.binding(id).statement, maker)));
        if let Some(outermost_loop) = outermost_loop {
            later.extend(events.inside(outermost_loop));
        }
        let owner = events.names.scope(events.owner).node;
        later.extend(events.across(maker, owner));
        self.effect.besides(events.any_of(later.into_iter()));
        if self.holds_at_end(owner) {
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
mod tests {
    use ruff_text_size::Ranged;
    use rustc_hash::FxHashSet;

    use super::*;
    use crate::python::parse::Module;
    use crate::python::tree::Tree;

    /// Checks which bindings of `x` the one `here(x)` sees, by their lines; `?`: may be unbound.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let module = Module::parse_plain(text).unwrap();
        let tree = Tree::build(&module);
        let names = Bindings::bind(&tree, &module, FxHashSet::default());
        let blocks = Blocks::build(&tree);
        let flow = Flow::new(&names, &blocks);
        let here = tree.ids().find_map(|id| match tree.node(id) {
            AnyNodeRef::ExprCall(call)
                if call
                    .func
                    .as_name_expr()
                    .is_some_and(|name| name.id == "here") =>
            {
                call.arguments.args.first()
            }
            _ => None,
        });
        let reaching = flow.reaching(tree.id(here.unwrap()));
        let line = |&id: &BindingId| {
            let start = tree.node(names.binding(id).node).start().to_usize();
            (text[..start].matches('\n').count() + 1).to_string()
        };
        let mut found: Vec<String> = reaching.bindings.iter().map(line).collect();
        if reaching.may_be_unbound {
            found.push("?".to_owned());
        }
        if reaching.overflow {
            found.push("many".to_owned());
        }
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn the_latest_binding_before_the_use_holds() {
        check("x = 1\nx = 2\nhere(x)\nx = 3\n", "2");
        check("here(x)\nx = 1\n", "?");
        check("x = 1\nx = here(x)\n", "1");
        check("x = 1\nx += here(x)\n", "1");
        check("import x\nimport x.y\nhere(x)\n", "2");
        check("x: int\nhere(x)\n", "?");
        check("def x(): pass\nhere(x)\n", "1");
        check("x = 1\n@here(x)\ndef x(): pass\n", "1");
    }

    #[test]
    fn branches_join() {
        check("if a:\n    x = 1\nelse:\n    x = 2\nhere(x)\n", "2 4");
        check("x = 0\nif a:\n    x = 1\nhere(x)\n", "1 3");
        check("if a:\n    x = 1\nhere(x)\n", "2 ?");
        check(
            "x = 0\nif a:\n    x = 1\nelif b:\n    x = 2\nhere(x)\n",
            "1 3 5",
        );
        check("x = 0\nif a:\n    x = 1\nelse:\n    here(x)\n", "1");
        check("if a:\n    x = 1\n    here(x)\nelse:\n    x = 2\n", "2");
    }

    #[test]
    fn branches_that_leave_do_not_reach() {
        check(
            "def f():\n    x = 0\n    if a:\n        x = 1\n        return\n    here(x)\n",
            "2",
        );
        check(
            "def f():\n    x = 0\n    if a:\n        x = 1\n        raise b\n    here(x)\n",
            "2",
        );
        check("x = 0\nif a:\n    x = 1\n    sys.exit()\nhere(x)\n", "1");
        check("if a:\n    x = 1\nelse:\n    sys.exit()\nhere(x)\n", "2");
        check(
            "x = 0\nfor a in b:\n    if a:\n        x = 1\n        break\nhere(x)\n",
            "1 4",
        );
        check(
            "for a in b:\n    x = 0\n    if a:\n        x = 1\n        continue\n    here(x)\n",
            "2",
        );
    }

    #[test]
    fn loops_carry_bindings_around() {
        check("x = 0\nfor a in b:\n    here(x)\n    x = 1\n", "1 4");
        check("x = 0\nwhile a:\n    x = 1\n    here(x)\n    x = 2\n", "3");
        check("x = 0\nfor a in b:\n    x = 1\nhere(x)\n", "1 3");
        check("x = 0\nfor x in b:\n    here(x)\n", "2");
        check("for x in b:\n    pass\nhere(x)\n", "1 ?");
        check("for x in here(x):\n    pass\n", "?");
        check("x = 0\nwhile here(x):\n    x = 1\n", "1 3");
        check("for a in b:\n    x = 1\nelse:\n    here(x)\n", "2 ?");
    }

    #[test]
    fn deletion_unbinds() {
        check("x = 1\ndel x\nhere(x)\n", "?");
        check("x = 1\nif a:\n    del x\nhere(x)\n", "1 ?");
        check("x = 1\ndel here(x).y\n", "1");
        check("x = 1\ndel x\nx = 2\nhere(x)\n", "3");
    }

    #[test]
    fn a_handler_sees_any_part_of_the_try() {
        check("x = 0\ntry:\n    x = 1\nexcept E:\n    here(x)\n", "1 3");
        check("try:\n    x = 1\nexcept E:\n    x = 2\nhere(x)\n", "2 4");
        check("try:\n    x = 1\nexcept E:\n    raise\nhere(x)\n", "2");
        check("try:\n    x = 1\nexcept E:\n    pass\nhere(x)\n", "2 ?");
        check("x = 0\ntry:\n    x = 1\nfinally:\n    here(x)\n", "1 3");
        check("x = 0\ntry:\n    x = 1\nfinally:\n    a\nhere(x)\n", "3");
        check(
            "try:\n    a\nexcept E:\n    x = 1\nelse:\n    x = 2\nhere(x)\n",
            "4 6",
        );
        check(
            "try:\n    x = 1\nexcept E:\n    pass\nelse:\n    here(x)\n",
            "2",
        );
        check(
            "try:\n    x = 1\nexcept E:\n    x = 2\nfinally:\n    x = 3\nhere(x)\n",
            "6",
        );
    }

    #[test]
    fn the_name_of_an_except_ends_with_its_handler() {
        check("try:\n    a\nexcept E as x:\n    here(x)\n", "3");
        check(
            "x = 0\ntry:\n    a\nexcept E as x:\n    pass\nhere(x)\n",
            "1 ?",
        );
        check("try:\n    a\nexcept E as x:\n    x = 1\nhere(x)\n", "?");
    }

    #[test]
    fn a_with_may_swallow_exceptions() {
        check("with a as x:\n    here(x)\n", "1");
        check("with a as x, here(x): pass\n", "1");
        check("x = 0\nwith a:\n    x = 1\nhere(x)\n", "1 3");
        check("with a as x:\n    pass\nhere(x)\n", "1");
    }

    #[test]
    fn captures_hold_in_their_case() {
        check("x = 0\nmatch a:\n    case x:\n        here(x)\n", "3");
        check(
            "x = 0\nmatch a:\n    case [x] if here(x):\n        pass\n",
            "1 3",
        );
        check("match a:\n    case [x]:\n        pass\nhere(x)\n", "2 ?");
        check(
            "match a:\n    case 1:\n        x = 1\n    case _:\n        x = 2\nhere(x)\n",
            "3 5",
        );
        check(
            "x = 0\nmatch a:\n    case [x, 1]:\n        pass\n    case _:\n        here(x)\n",
            "1 3",
        );
    }

    #[test]
    fn walrus_binds_where_it_is_evaluated() {
        check("if (x := a):\n    here(x)\n", "1");
        check("x = 0\nif b and (x := a):\n    pass\nhere(x)\n", "1 2");
        check("x = 0\n(x := 1) and here(x)\n", "2");
        check("x = 0\nb = [here(x) for a in c if (x := a)]\n", "1 2");
        check("x = 0\nb = here(x) if (x := a) else 1\n", "1 2");
        check("x = 0\nwhile (x := a):\n    here(x)\n", "2");
        check("x = 0\n(x := here(x))\n", "1");
    }

    #[test]
    fn later_code_sees_what_is_bound_later() {
        check("x = 1\ndef f():\n    here(x)\nx = 2\n", "1 4");
        check("def f():\n    here(x)\nx = 2\n", "3");
        check("x = 1\nx = 2\ndef f():\n    here(x)\n", "2");
        check("x = lambda: here(x)\n", "1");
        check("class x:\n    def f(self):\n        here(x)\n", "1");
        check("def x():\n    here(x)\n", "1");
        check(
            "for a in b:\n    x = 1\n    x = 2\n    f = lambda: here(x)\n",
            "2 3",
        );
        check("x = 1\na = (here(x) for b in c)\nx = 2\n", "1 3");
        check("x = 1\na = [here(x) for b in c]\nx = 2\n", "1");
        check("x = 1\nclass C:\n    here(x)\nx = 2\n", "1");
        check("def f(a: here(x)): pass\nx = 1\n", "2");
        check("if a:\n    import x\ndef f():\n    here(x)\n", "2 ?");
    }

    #[test]
    fn parameters_hold_from_the_start() {
        check("def f(x):\n    here(x)\n", "1");
        check("def f(x):\n    if a:\n        x = 1\n    here(x)\n", "1 3");
        check("f = lambda x: here(x)\n", "1");
        check("def f[x]():\n    here(x)\n", "1");
    }

    #[test]
    fn writes_from_other_functions_may_come_any_time() {
        check("x = 1\ndef f():\n    global x\n    x = 2\nhere(x)\n", "1 4");
        check(
            "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    here(x)\n",
            "2 5",
        );
    }

    #[test]
    fn star_imports_may_bind_what_is_used_after_them() {
        check("from a import *\nhere(x)\n", "1 ?");
        check("here(x)\nfrom a import *\n", "?");
        check("import x\nfrom a import *\nhere(x)\n", "1 2");
        check("from a import *\nimport x\nhere(x)\n", "2");
        check("def f():\n    here(x)\nfrom a import *\n", "3 ?");
    }

    #[test]
    fn bindings_for_type_checkers_reach_annotations_only() {
        check("if TYPE_CHECKING:\n    import x\nhere(x)\n", "?");
        check("if TYPE_CHECKING:\n    import x\na: here(x)\n", "2 ?");
    }

    #[test]
    fn too_many_bindings_are_not_told_apart() {
        let text = "if a:\n    x = 1\n".repeat(100);
        let module = Module::parse_plain(&format!("{text}x\n")).unwrap();
        let tree = Tree::build(&module);
        let names = Bindings::bind(&tree, &module, FxHashSet::default());
        let blocks = Blocks::build(&tree);
        let flow = Flow::new(&names, &blocks);
        let read = names.references().last().unwrap();
        assert!(flow.reaching(read.node).overflow);
        let first = names.bindings_of(ScopeId::MODULE, "x")[0];
        assert_eq!(flow.uses(first), [read.node]);
    }

    /// Checks on which lines the binding of line 1 is used.
    #[track_caller]
    fn check_uses(text: &str, expected: &[usize]) {
        let module = Module::parse_plain(text).unwrap();
        let tree = Tree::build(&module);
        let names = Bindings::bind(&tree, &module, FxHashSet::default());
        let blocks = Blocks::build(&tree);
        let flow = Flow::new(&names, &blocks);
        let (first, _) = names.bindings().next().unwrap();
        let line = |id: NodeId| text[..tree.range(id).start().to_usize()].lines().count();
        let found: Vec<usize> = flow.uses(first).into_iter().map(line).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn uses_are_those_a_binding_may_reach() {
        check_uses("import x;\n(x)\nx = 1\n(x)\n", &[2]);
        check_uses("import x;\ndef f():\n    (x)\n", &[3]);
        check_uses("import x;\ndef f(x):\n    (x)\n", &[]);
        check_uses("import x;\nclass C:\n    x = (x)\n", &[3]);
        check_uses("import x;\nclass C:\n    x = 1\n    y = (x)\n", &[]);
    }
}

#[cfg(test)]
mod perf {
    use super::*;
    use crate::python::parse::Module;
    use crate::python::tree::Tree;
    #[test]
    fn perf() {
        for (name, text) in [
            ("straight", "x = 1\nx()\n".repeat(10000)),
            ("ifs", "if c:\n    x = 1\nx()\n".repeat(10000)),
            (
                "leaving",
                format!(
                    "def f():\n{}",
                    "    if c:\n        x = 1\n        return\n    x()\n".repeat(10000)
                ),
            ),
            ("deferred", "x = 1\ndef f():\n    x()\n".repeat(10000)),
            (
                "imports",
                format!(
                    "{}{}",
                    (0..5000)
                        .map(|i| format!("import m{i}\n"))
                        .collect::<String>(),
                    (0..5000)
                        .map(|i| format!("class C{i}:\n    def f(self):\n        m{i}.x\n"))
                        .collect::<String>()
                ),
            ),
        ] {
            let start = std::time::Instant::now();
            let module = Module::parse_plain(&text).unwrap();
            let tree = Tree::build(&module);
            let parsed = start.elapsed();
            let names = Bindings::bind(&tree, &module, Default::default());
            let blocks = Blocks::build(&tree);
            let bound = start.elapsed();
            let flow = Flow::new(&names, &blocks);
            for r in names.references() {
                flow.reaching(r.node);
            }
            let reached = start.elapsed();
            let mut n = 0;
            for (id, _) in names.bindings().take(300) {
                n += flow.uses(id).len();
            }
            println!(
                "{name}: parse {parsed:?} bind {:?} reach {:?} 300 uses {:?} {n}",
                bound - parsed,
                reached - bound,
                start.elapsed() - reached
            );
        }
    }
}
