//! Does a def surely wait for something else wherever it comes by a node? Then whoever awaits it let others
//! run before the node became an `await`, too. A handler counts as behind what its `try` waits for first:
//! what fails there has mostly begun to wait.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, StmtTry};
use ruff_text_size::Ranged;

use super::ways::{waiting, waits_before, waits_behind};
use crate::bind::MAX_STEPS;
use crate::bind::block::BlockRole;
use crate::bind::resolve::Meaning;
use crate::matching::place;
use crate::matching::subject::Subject;
use crate::project::definition::Definition;
use crate::python::tree::NodeId;
use crate::recipe::plain::Awaits;
use crate::semantic::ways::runs::{Sought, is_evaluated};

/// Returns whether each run of the def around a node that comes by the node waits elsewhere in it.
pub(super) fn waits_anyway(subject: &Subject, node: NodeId) -> bool {
    waits_before(subject, node)
        || waits_behind(subject, node)
        || place::inside_function(subject, node).any(|around| waits_around(subject, around, node))
}

/// A statement around a node waits before it comes to the node, or an expression behind it.
fn waits_around(subject: &Subject, around: NodeId, node: NodeId) -> bool {
    match subject.tree.node(around) {
        AnyNodeRef::StmtTry(statement) => {
            let range = subject.tree.range(node);
            let last = statement.body.last();
            let is_behind = last.is_some_and(|last| last.end() <= range.start());
            let find = || begins_by_waiting(subject, statement);
            is_behind && subject.answers.begins_by_waiting.or_find(&around, find)
        }
        AnyNodeRef::StmtWith(_) | AnyNodeRef::StmtFor(_) | AnyNodeRef::ExprAwait(_) => {
            !is_in_head(subject, around, node) && waits_at(subject, around, MAX_STEPS)
        }
        _ => false,
    }
}

/// The body of a `try` begins with what waits.
fn begins_by_waiting(subject: &Subject, statement: &StmtTry) -> bool {
    let Some(first) = statement.body.first().map(|first| subject.tree.id(first)) else {
        return false;
    };
    let runner = subject.context.runner(subject.tree.id(statement));
    let inside = subject.tree.with_descendants(first);
    let mut own = inside.filter(|id| subject.context.runner(*id) == runner);
    own.any(|id| waits_at(subject, id, MAX_STEPS))
}

/// A node stands in what a statement enters, or goes over.
fn is_in_head(subject: &Subject, statement: NodeId, node: NodeId) -> bool {
    let range = subject.tree.range(node);
    match subject.tree.node(statement) {
        AnyNodeRef::StmtWith(with) => {
            let body = with.body.first();
            body.is_none_or(|first| node < subject.tree.id(first))
        }
        AnyNodeRef::StmtFor(it) => it.iter.range().contains_range(range),
        _ => false,
    }
}

/// Returns whether a node is a call that is awaited.
pub(in crate::matching) fn is_awaited(subject: &Subject, node: NodeId) -> bool {
    let tree = subject.tree;
    tree.node(node).is_expr_call() && tree.parent_node(node).is_expr_await()
}

/// Returns whether a node is evaluated before the wait of an `await` around it, in a statement: what is awaited is not.
pub(in crate::matching) fn is_in_wait(subject: &Subject, node: NodeId, statement: NodeId) -> bool {
    let tree = subject.tree;
    let mut around = tree.ancestors(node).take_while(|id| *id != statement);
    !is_awaited(subject, node)
        && around.any(|id| tree.node(id).is_expr_await() && waits_at(subject, id, MAX_STEPS))
}

/// Returns whether an `async with` or `async for` waits before what stands in it.
pub(in crate::matching) fn waits_to_enter(subject: &Subject, statement: NodeId) -> bool {
    !subject.tree.node(statement).is_expr_await() && waits_at(subject, statement, MAX_STEPS)
}

/// A node waits, surely, where it runs.
pub(super) fn waits_at(subject: &Subject, node: NodeId, steps: u32) -> bool {
    let may_wait = matches!(
        subject.tree.node(node),
        AnyNodeRef::ExprAwait(_) | AnyNodeRef::StmtWith(_) | AnyNodeRef::StmtFor(_)
    );
    let find = || is_waiting(subject, node, steps);
    may_wait && subject.answers.waits.or_find(&(node, steps), find)
}

fn is_waiting(subject: &Subject, node: NodeId, steps: u32) -> bool {
    match subject.tree.node(node) {
        AnyNodeRef::ExprAwait(it) => {
            waits(subject, &it.value, steps) && is_evaluated(subject, node)
        }
        AnyNodeRef::StmtWith(it) if it.is_async => {
            let mut items = it.items.iter();
            items.any(|item| waits(subject, &item.context_expr, steps))
        }
        AnyNodeRef::StmtFor(it) if it.is_async => waits(subject, &it.iter, steps),
        _ => false,
    }
}

/// What is not called, as a lock, may have nothing to wait for.
fn waits<'a>(subject: &Subject<'a>, expression: &'a Expr, steps: u32) -> bool {
    match expression {
        Expr::Call(call) => call_waits(subject, call, steps),
        _ => false,
    }
}

/// What a call gives waits where it is awaited: code that is not of the project, or that does so.
fn call_waits<'a>(subject: &Subject<'a>, call: &'a ExprCall, steps: u32) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let callee = (&*call.func).into();
    if may_let_through(subject, call) {
        return false;
    }
    if let Meaning::Qualified(qualified) = subject.resolver.meaning(callee) {
        return matches!(subject.definition(&qualified), Definition::Outside(_));
    }
    let here = subject.resolver.local_callables(callee);
    if !here.is_empty() {
        return here.into_iter().all(|def| {
            let is_coroutine = def.as_stmt_function_def().is_some_and(|it| it.is_async);
            is_coroutine && body_waits(subject, subject.tree.id(def), steps)
        });
    }
    match &*call.func {
        Expr::Attribute(method) => {
            let name = method.attr.as_str();
            !subject.resolver.defines(name) && !subject.facts.defines(subject.path(), name)
        }
        _ => false,
    }
}

/// Each run of a def waits.
fn body_waits(subject: &Subject, def: NodeId, steps: u32) -> bool {
    let find = || {
        let is_waiting = |sought: Sought| sought.in_part(def, BlockRole::Function).is_yes();
        waiting(subject, steps, is_waiting)
    };
    subject.answers.body_waits.or_find(&(def, steps), find)
}

/// What a call gives, of Python itself, waits only where there is something to wait for.
fn may_let_through<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    let of_method = match &*call.func {
        Expr::Attribute(method) => subject.own.method(method.attr.as_str()).awaits,
        _ => None,
    };
    let known = match subject.resolver.meaning((&*call.func).into()) {
        Meaning::Qualified(name) => subject.own.function(&name).awaits,
        _ => of_method,
    };
    known == Some(Awaits::Perhaps)
}
