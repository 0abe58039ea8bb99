//! What becomes of a function that is named, and of what a call of it gives.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::Ranged;

use crate::bind::MAX_STEPS;
use crate::bind::resolve::Meaning;
use crate::bind::scope::BindingId;
use crate::matching::fate::{collected_in, is_collected, is_made_of_parts};
use crate::matching::site::is_one_of;
use crate::matching::subject::Subject;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::condition::Guarded;
use crate::semantic::memo::Memo;
use crate::semantic::ways::exclusive;
use crate::semantic::ways::turns::turning;

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// What was asked for, or nothing.
    Known,
    /// This def returns it.
    HandedOut(NodeId),
    /// Anything else; whether it is run there by hand.
    Other { is_run: bool },
}

const OTHER: Fate = Fate::Other { is_run: false };

const RUN: Fate = Fate::Other { is_run: true };

/// What is done with values of a file.
pub(super) struct Values<'s, 'a> {
    subject: &'s Subject<'a>,
    patterns: &'s [Guarded],
    /// Of names, or of the elements of what they hold, followed so many steps.
    bindings: Memo<(BindingId, u32, bool), Fate>,
}

impl<'s, 'a> Values<'s, 'a> {
    pub(super) fn new(subject: &'s Subject<'a>, patterns: &'s [Guarded]) -> Self {
        let bindings = Memo::default();
        Self {
            subject,
            patterns,
            bindings,
        }
    }

    /// Returns what becomes of a function where it is named.
    pub(super) fn of_function(&self, id: NodeId) -> Fate {
        let tree = self.subject.tree;
        let parent = tree.parent(id);
        match tree.node(parent) {
            AnyNodeRef::ExprCall(call) if tree.id(&*call.func) == id => {
                match self.of_value(parent, MAX_STEPS) {
                    // Who asks for the call alone wants no more of what it gives; but who waits for a coroutine that
                    // returns it gets another value.
                    other @ Fate::Other { .. } if !tree.parent_node(parent).is_stmt_return() => {
                        self.known_or(parent, other)
                    }
                    fate => fate,
                }
            }
            AnyNodeRef::StmtExpr(_) => Fate::Known,
            AnyNodeRef::ExprAttribute(it) if stdlib::is_written(it.attr.as_str()) => Fate::Known,
            // It is the way to something else.
            AnyNodeRef::ExprAttribute(_) => OTHER,
            AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => match self.call_around(id) {
                Some(call) if self.fits(call) => Fate::Known,
                _ => OTHER,
            },
            _ => OTHER,
        }
    }

    fn fits(&self, node: NodeId) -> bool {
        is_one_of(self.patterns, self.subject.tree.node(node), self.subject)
    }

    fn known_or(&self, node: NodeId, other: Fate) -> Fate {
        match self.fits(node) {
            true => Fate::Known,
            false => other,
        }
    }

    /// The call that an argument is given to.
    fn call_around(&self, argument: NodeId) -> Option<NodeId> {
        let tree = self.subject.tree;
        tree.ancestors(argument)
            .take(3)
            .find(|id| tree.node(*id).is_expr_call())
    }

    /// Returns what becomes of a value.
    fn of_value(&self, id: NodeId, steps: u32) -> Fate {
        let tree = self.subject.tree;
        let parent = tree.parent(id);
        let range = tree.range(id);
        match tree.node(parent) {
            AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprYieldFrom(_) => self.known_or(parent, RUN),
            AnyNodeRef::ExprIf(choice) if choice.test.range() != range => {
                self.of_value(parent, steps)
            }
            AnyNodeRef::ExprBoolOp(_) => self.of_value(parent, steps),
            AnyNodeRef::StmtExpr(_) => Fate::Known,
            AnyNodeRef::StmtReturn(_) => self.returned(parent),
            AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_) => {
                self.of_name(parent, steps, false)
            }
            AnyNodeRef::ExprAttribute(it) => {
                let call = tree.parent(parent);
                let other = match stdlib::is_of_generator(it.attr.as_str()) {
                    true => RUN,
                    false => OTHER,
                };
                match tree.node(call) {
                    AnyNodeRef::ExprCall(_) => self.known_or(call, other),
                    _ => other,
                }
            }
            AnyNodeRef::StmtFor(it) if it.iter.range() == range => RUN,
            AnyNodeRef::Comprehension(it) if it.iter.range() == range => RUN,
            AnyNodeRef::ExprStarred(_) => RUN,
            _ => self.of_part(id, steps),
        }
    }

    /// A value that is an argument, perhaps in a display.
    fn of_part(&self, id: NodeId, steps: u32) -> Fate {
        let tree = self.subject.tree;
        let mut at = id;
        loop {
            let parent = tree.parent(at);
            match tree.node(parent) {
                AnyNodeRef::ExprGenerator(_)
                | AnyNodeRef::Arguments(_)
                | AnyNodeRef::Keyword(_) => at = parent,
                around if is_made_of_parts(around) => at = parent,
                AnyNodeRef::ExprCall(call) if tree.id(&*call.func) != at => {
                    return self.given(id, call, steps);
                }
                AnyNodeRef::StmtAssign(_) if at != id => return self.of_name(parent, steps, true),
                _ => return OTHER,
            }
        }
    }

    /// A call that takes a value, or what has it.
    fn given(&self, id: NodeId, call: &'a ExprCall, steps: u32) -> Fate {
        let tree = self.subject.tree;
        if self.fits(tree.id(call)) {
            return Fate::Known;
        }
        if is_collected(call.into()) {
            return match collected_in(self.subject, call).as_slice() {
                [only] => self.of_binding(*only, steps, true),
                _ => OTHER,
            };
        }
        let is_argument = matches!(
            tree.parent_node(id),
            AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)
        );
        if !is_argument {
            return OTHER;
        }
        match self.subject.resolver.meaning((&call.func).into()) {
            Meaning::Qualified(name) if stdlib::goes_through(&name) => RUN,
            _ => self.of_parameter(id, call, steps),
        }
    }

    /// What a def of the file does with what it is given.
    fn of_parameter(&self, id: NodeId, call: &'a ExprCall, steps: u32) -> Fate {
        let callee = (&call.func).into();
        let defs = self.subject.resolver.local_callables(callee);
        let mut all = defs.iter().map(|def| {
            let AnyNodeRef::StmtFunctionDef(def) = def else {
                return OTHER;
            };
            match self.parameter(id, call, def) {
                Some(binding) => self.of_binding(binding, steps, false),
                None => OTHER,
            }
        });
        match all.len() {
            0 => OTHER,
            _ => all.find(|it| *it != Fate::Known).unwrap_or(Fate::Known),
        }
    }

    fn parameter(
        &self,
        id: NodeId,
        call: &'a ExprCall,
        def: &'a StmtFunctionDef,
    ) -> Option<BindingId> {
        let tree = self.subject.tree;
        let all = &def.parameters;
        let found = match tree.parent_node(id) {
            AnyNodeRef::Keyword(keyword) => {
                let name = keyword.arg.as_ref()?.as_str();
                all.iter_non_variadic_params()
                    .find(|it| it.name().as_str() == name)
            }
            _ => {
                let mut given = call.arguments.args.iter();
                let at = given.position(|it| tree.id(it) == id)?;
                if call.arguments.args[..at].iter().any(Expr::is_starred_expr) {
                    return None;
                }
                let callee = (&*call.func).into();
                let n_before = usize::from(self.subject.resolver.gives_first(callee, def));
                all.posonlyargs.iter().chain(&all.args).nth(at + n_before)
            }
        }?;
        self.subject.names.binding_at(tree.id(&found.parameter))
    }

    /// The name that a statement binds to a value, or to what has it.
    fn of_name(&self, statement: NodeId, steps: u32, is_held: bool) -> Fate {
        let target = match self.subject.tree.node(statement) {
            AnyNodeRef::StmtAssign(assign) => match &assign.targets[..] {
                [only] => only,
                _ => return OTHER,
            },
            AnyNodeRef::StmtAnnAssign(assign) => &assign.target,
            _ => return OTHER,
        };
        let bound = target.as_name_expr();
        let bound = bound.and_then(|it| self.subject.names.binding_at(self.subject.tree.id(it)));
        bound.map_or(OTHER, |it| self.of_binding(it, steps, is_held))
    }

    /// What is done with a name: with one that holds a list its elements.
    fn of_binding(&self, binding: BindingId, steps: u32, is_held: bool) -> Fate {
        let Some(steps) = steps.checked_sub(1) else {
            return OTHER;
        };
        let find = || self.of_uses(binding, steps, is_held);
        self.bindings.or_find(&(binding, steps, is_held), find)
    }

    fn of_uses(&self, binding: BindingId, steps: u32, is_held: bool) -> Fate {
        let uses = self.subject.flow.uses(binding);
        let mut taken: Vec<NodeId> = Vec::new();
        for used in uses {
            if is_held && self.only_adds_or_asks(used) {
                continue;
            }
            let fate = match is_held {
                true => self.of_list(used, steps),
                false => self.of_value(used, steps),
            };
            if fate != Fate::Known {
                return fate;
            }
            let is_taken = !self.subject.tree.parent_node(used).is_expr_attribute();
            if is_taken {
                taken.push(used);
            }
        }
        match self.is_again(binding, &taken) {
            true => OTHER,
            false => Fate::Known,
        }
    }

    /// Returns whether a name's value is taken more than once.
    fn is_again(&self, binding: BindingId, taken: &[NodeId]) -> bool {
        let tree = self.subject.tree;
        let made = self.subject.names.binding(binding).node;
        let repeats = |used: &NodeId| turning(tree, *used).any(|id| !tree.contains(id, made));
        let together = |(at, one): (usize, &NodeId)| {
            let mut rest = taken[at + 1..].iter();
            rest.any(|other| !exclusive(self.subject, *one, *other))
        };
        taken.iter().any(repeats) || taken.iter().enumerate().any(together)
    }

    /// `xs.append(…)`, `if xs:`, `len(xs)`.
    fn only_adds_or_asks(&self, used: NodeId) -> bool {
        let tree = self.subject.tree;
        let range = tree.range(used);
        match tree.parent_node(used) {
            AnyNodeRef::ExprAttribute(_) => is_collected(tree.node(tree.parent(tree.parent(used)))),
            AnyNodeRef::StmtIf(it) => it.test.range() == range,
            AnyNodeRef::StmtWhile(it) => it.test.range() == range,
            AnyNodeRef::ExprUnaryOp(it) => it.op.is_not(),
            _ => false,
        }
    }

    /// What becomes of the elements of what a name holds.
    fn of_list(&self, used: NodeId, steps: u32) -> Fate {
        let tree = self.subject.tree;
        let range = tree.range(used);
        let target = match tree.parent_node(used) {
            AnyNodeRef::StmtFor(it) if it.iter.range() == range => &*it.target,
            AnyNodeRef::Comprehension(it) if it.iter.range() == range => &it.target,
            _ => return self.of_part(used, steps),
        };
        let bound = target.as_name_expr();
        let bound = bound.and_then(|it| self.subject.names.binding_at(tree.id(it)));
        bound.map_or(OTHER, |it| self.of_binding(it, steps, false))
    }

    /// A def that only hands the value out.
    fn returned(&self, statement: NodeId) -> Fate {
        let subject = self.subject;
        if self.fits(statement) {
            return Fate::Known;
        }
        let Some(id) = subject.context.enclosing_function(statement) else {
            return OTHER;
        };
        let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(id) else {
            return OTHER;
        };
        let keeps = |it: Vec<String>| it.is_empty();
        let is_plain = subject.resolver.decorators(def).is_some_and(keeps);
        let name = def.name.as_str();
        let is_called = !(name.starts_with("__") && name.ends_with("__"));
        let is_function = !def.is_async && !subject.is_generator(def.into());
        match is_plain && is_called && is_function {
            true => Fate::HandedOut(id),
            false => OTHER,
        }
    }
}
