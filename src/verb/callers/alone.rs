//! May the function around a use become a coroutine function for that use alone, whatever else changes?

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::{does_alike, is_rewritten};
use crate::matching::capture::Captures;
use crate::matching::family::relatives;
use crate::matching::judge::why_left;
use crate::matching::place::{function_to_await_in, place};
use crate::matching::subject::Subject;
use crate::matching::unify::unify;
use crate::matching::used::defs_named;
use crate::python::tree::NodeId;
use crate::recipe::Rule;
use crate::recipe::condition::Place;

/// Returns whether the rule may change the function around a node as it changes its sites, and nothing else in
/// that function is left to do what the rule rewrites.
pub(in crate::verb) fn changes_alone(
    subject: &Subject,
    rule: &Rule,
    node: NodeId,
    used: NodeId,
) -> bool {
    let Ok(function) = function_to_await_in(subject, node) else {
        return false;
    };
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    let header = rule.patterns.first();
    let fit = header.and_then(|it| {
        let node = subject.tree.node(function);
        unify(&it.pattern, node, &Captures::default(), subject)
    });
    fit.is_some_and(|fit| why_left(rule, subject, function, &fit.captures).is_none())
        && relatives(subject, def).is_ok_and(|all| all.is_empty())
        && !names_another(subject, rule, function, used)
        && !is_apart(subject, rule, function, used)
}

/// It names another function that does what the rule rewrites.
fn names_another(subject: &Subject, rule: &Rule, function: NodeId, used: NodeId) -> bool {
    let named = |id: NodeId| match subject.tree.node(id).as_expr_ref()? {
        it @ (ExprRef::Name(_) | ExprRef::Attribute(_)) => Some(it),
        _ => None,
    };
    let Some(meant) = named(used).map(|it| defs_named(subject, it).collect::<Vec<_>>()) else {
        return true;
    };
    let own = subject.context.own_nodes(function).filter_map(named);
    let mut others = own.flat_map(|it| defs_named(subject, it));
    others.any(|def| !meant.contains(&def) && does_alike(subject, rule, &def))
}

/// A lambda or the like in it has a use, or does what the rule rewrites.
fn is_apart(subject: &Subject, rule: &Rule, function: NodeId, used: NodeId) -> bool {
    let name = |id: NodeId| match subject.tree.node(id) {
        AnyNodeRef::ExprName(it) => Some(it.id.as_str()),
        AnyNodeRef::ExprAttribute(it) => Some(it.attr.as_str()),
        _ => None,
    };
    let own = name(used);
    let cannot_await = |id| {
        let place = place(subject, id);
        matches!(place, Place::Lambda | Place::Generator | Place::ClassBody)
    };
    let mut all = subject.tree.descendants(function);
    all.any(|id| {
        let is_it = name(id).is_some_and(|it| Some(it) == own) || is_rewritten(subject, rule, id);
        is_it && cannot_await(id)
    })
}
