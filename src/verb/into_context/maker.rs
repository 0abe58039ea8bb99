//! What the sites share → the one call that makes it, and whether all that is done with it is seen.

use ruff_python_ast::{AnyNodeRef, ExprCall};
use ruff_text_size::Ranged;

use super::unmanaged::Unmanaged;
use crate::bind::binding::{BindingId, ScopeId};
use crate::bind::scope::ScopeKind;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::matching::uses::bindings_of;
use crate::python::tree::NodeId;
use crate::recipe::Rule;
use crate::recipe::into_context::IntoContext;
use crate::recipe::pattern::Head;
use crate::semantic::Model;
use crate::verb::lines::Lines;
use crate::verb::refusal::Refusal;

/// The statement `name = call(…)`.
pub(super) struct Maker<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) name: &'a str,
    pub(super) statement: NodeId,
    pub(super) call: &'a ExprCall,
    /// Where the name is bound.
    pub(super) scope: ScopeId,
}

impl<'s, 'a> Maker<'s, 'a> {
    /// Finds the statement, which nothing else may bind the name beside.
    pub(super) fn of(
        subject: &'s Subject<'a>,
        found: &Match<'_, 'a>,
        verb: &IntoContext,
    ) -> Result<Self, Refusal> {
        let not_made = || Unmanaged::NotMadeHere {
            name: text_of(subject, found, &verb.of),
            argument: verb.argument.clone(),
        };
        let shared = found.captures.expression(&verb.of).ok_or_else(not_made)?;
        let bindings = bindings_of(subject, shared);
        let [binding] = bindings.as_slice() else {
            return Err(not_made().into());
        };
        let maker = Self::at(subject, *binding).ok_or_else(not_made)?;
        maker.check(verb)?;
        Lines::of(subject, subject.tree.range(maker.statement))?;
        Ok(maker)
    }

    fn at(subject: &'s Subject<'a>, binding: BindingId) -> Option<Self> {
        let names = subject.names;
        let binding = names.binding(binding);
        let value = match subject.tree.node(binding.statement) {
            AnyNodeRef::StmtAssign(assign) if assign.targets.len() == 1 => &*assign.value,
            AnyNodeRef::StmtAnnAssign(assign) => assign.value.as_deref()?,
            _ => return None,
        };
        let is_plain = names.bindings_of(binding.scope, binding.name).len() == 1
            && binding.scope == names.scope_of(binding.statement)
            // Functions do not see the names of a class around them.
            && names.scope(binding.scope).kind != ScopeKind::Class;
        Some(Self {
            subject,
            name: binding.name,
            statement: binding.statement,
            call: value.as_call_expr().filter(|_| is_plain)?,
            scope: binding.scope,
        })
    }

    fn check(&self, verb: &IntoContext) -> Result<(), Unmanaged> {
        let (text, argument) = (self.subject.text(), verb.argument.clone());
        for keyword in &self.call.arguments.keywords {
            match &keyword.arg {
                None => {
                    let code = text[keyword.range()].to_owned();
                    return Err(Unmanaged::OpenArguments { code, argument });
                }
                Some(name) if name.as_str() == argument => {
                    let name = self.name.to_owned();
                    return Err(Unmanaged::Given { name, argument });
                }
                Some(_) => {}
            }
        }
        let mut uses = self
            .subject
            .names
            .references_to(Some(self.scope), self.name);
        match uses.find(|used| self.is_handed_on(used.node)) {
            Some(used) => Err(Unmanaged::HandedOn {
                line: self.subject.statement_line(used.node).into_owned(),
                name: self.name.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Whether a use gives the value another name, or puts it into something.
    fn is_handed_on(&self, used: NodeId) -> bool {
        let tree = self.subject.tree;
        let parent = tree.parent(used);
        match tree.node(parent) {
            AnyNodeRef::StmtAssign(_)
            | AnyNodeRef::StmtAnnAssign(_)
            | AnyNodeRef::ExprNamed(_)
            | AnyNodeRef::ExprYield(_)
            | AnyNodeRef::ExprStarred(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprSet(_)
            | AnyNodeRef::ExprDict(_)
            | AnyNodeRef::ExprLambda(_)
            | AnyNodeRef::ExprIf(_)
            | AnyNodeRef::ExprBoolOp(_) => true,
            AnyNodeRef::ExprTuple(_) => !tree.parent_node(parent).is_stmt_return(),
            _ => false,
        }
    }

    /// Whether the file gives some object another attribute of the name that a path ends with.
    pub(super) fn is_set(&self, path: &str) -> bool {
        let Some((_, last)) = path.rsplit_once('.') else {
            return false;
        };
        let tree = self.subject.tree;
        tree.ids().any(|id| match tree.node(id) {
            AnyNodeRef::ExprAttribute(it) => !it.ctx.is_load() && it.attr.as_str() == last,
            _ => false,
        })
    }

    /// Checks that nothing else registers, in a way that no pattern of the rule says.
    pub(super) fn check_others(
        &self,
        rule: &Rule,
        matches: &[&Match<'_, 'a>],
    ) -> Result<(), Unmanaged> {
        let subject = self.subject;
        let heads = rule.patterns.iter().flat_map(|it| it.pattern.heads());
        let registers: Vec<&str> = heads
            .filter_map(|head| match head {
                Head::Call(name) => Some(name),
                _ => None,
            })
            .collect();
        let mut uses = subject.names.references_to(Some(self.scope), self.name);
        let other = uses.find(|used| {
            let mut chain = subject.tree.ancestors(used.node);
            let registrar = chain.find(|id| match subject.tree.node(*id) {
                AnyNodeRef::ExprAttribute(it) => registers.contains(&it.attr.as_str()),
                _ => true,
            });
            registrar.is_some_and(|id| {
                let call = subject.tree.parent(id);
                subject.tree.node(id).is_expr_attribute()
                    && !matches.iter().any(|found| found.node == call)
            })
        });
        match other {
            Some(used) => Err(Unmanaged::HandedOn {
                line: subject.statement_line(used.node).into_owned(),
                name: self.name.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Checks that a registration surely runs, once: it stands in the block of the maker, behind it.
    pub(super) fn check_reached(&self, registrations: &[NodeId]) -> Result<(), Unmanaged> {
        let Model { tree, blocks, .. } = self.subject.model;
        let siblings = blocks.siblings(self.statement);
        let place = |statement: &NodeId| siblings.iter().position(|it| it == statement);
        let own = blocks.position(self.statement);
        let mut last = own;
        for statement in registrations {
            match place(statement).filter(|at| *at >= own) {
                Some(at) => last = last.max(at),
                None => {
                    return Err(Unmanaged::Elsewhere {
                        line: self.subject.statement_line(*statement).into_owned(),
                        name: self.name.to_owned(),
                    });
                }
            }
        }
        let frame = |id: NodeId| self.subject.context.frames(id).next().map(|it| it.node);
        let here = frame(self.statement);
        let between = siblings[own..last].iter();
        let mut between = between.flat_map(|it| std::iter::once(*it).chain(tree.descendants(*it)));
        let leaves = between.find(|id| {
            let node = tree.node(*id);
            let leaves = node.is_stmt_return()
                || node.is_stmt_break()
                || node.is_stmt_continue()
                || node.is_expr_yield();
            leaves && frame(*id) == here
        });
        match leaves {
            Some(id) => Err(Unmanaged::LeavesBefore {
                line: self.subject.statement_line(id).into_owned(),
            }),
            None => Ok(()),
        }
    }
}

fn text_of(subject: &Subject, found: &Match, capture: &str) -> String {
    let range = found.captures.find(capture).and_then(|it| it.range());
    range.map_or_else(String::new, |range| subject.text()[range].to_owned())
}
