//! What does an `except` take and stop, and what does its `try` hold?

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, Stmt, StmtTry};

use super::place;
use super::site::{Site, any};
use super::subject::Subject;
use crate::bind::block::BlockRole;
use crate::bind::resolve::Meaning;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

/// A handler around a node, in its function, stops one of the exceptions.
pub(crate) fn catches(subject: &Subject, node: NodeId, exceptions: &[impl AsRef<str>]) -> Answer {
    let around = subject.context.enclosing_statements(node);
    let tries = around.filter(|block| block.role == BlockRole::Try);
    let handlers = tries.flat_map(|block| match subject.tree.node(block.statement) {
        AnyNodeRef::StmtTry(statement) => statement.handlers.as_slice(),
        _ => &[],
    });
    any(handlers, |handler| stops(subject, handler, exceptions))
}

/// A handler is the first of its `try` that takes one of the exceptions.
pub(super) fn takes(subject: &Subject, node: NodeId, exceptions: &[impl AsRef<str>]) -> Answer {
    let AnyNodeRef::StmtTry(statement) = subject.tree.parent_node(node) else {
        return Answer::No;
    };
    let own = |handler: &&ExceptHandler| subject.tree.id(*handler) == node;
    let before = statement.handlers.iter();
    let before = before.take_while(|handler| !own(handler));
    let taken = any(before, |handler| is_for(subject, handler, exceptions));
    let this = any(statement.handlers.iter().find(own), |handler| {
        is_for(subject, handler, exceptions)
    });
    this.and(!taken)
}

/// What the innermost `try` around the site tries has a match; of a handler it is its own `try`.
pub(super) fn try_has<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    let tries = place::inside_function(subject, site.node);
    let mut tries = tries.filter_map(|id| match subject.tree.node(id) {
        AnyNodeRef::StmtTry(statement) => Some(statement),
        _ => None,
    });
    let function = subject.context.enclosing_function(site.node);
    let own = |id: &NodeId| subject.context.enclosing_function(*id) == function;
    tries.next().map_or(Answer::No, |around| {
        let ids = around.body.iter().map(|it| subject.tree.id(it));
        let inside = ids.flat_map(|id| std::iter::once(id).chain(subject.tree.descendants(id)));
        site.has(patterns, inside.filter(own))
    })
}

/// An exception at the node is caught inside a loop, which goes on then.
pub(crate) fn goes_on(subject: &Subject, node: NodeId, exceptions: &[impl AsRef<str>]) -> bool {
    let mut tries = Vec::new();
    for block in subject.context.enclosing_statements(node) {
        match (block.role, subject.tree.node(block.statement)) {
            (BlockRole::Try, AnyNodeRef::StmtTry(statement)) => tries.push(statement),
            (BlockRole::Loop, _) if tries.iter().any(|it| caught(subject, it, exceptions)) => {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// A handler stops one of the exceptions and does not end by leaving.
fn caught<'a>(
    subject: &Subject<'a>,
    statement: &'a StmtTry,
    exceptions: &[impl AsRef<str>],
) -> bool {
    statement.handlers.iter().any(|handler| {
        let ExceptHandler::ExceptHandler(inner) = handler;
        let leaves = matches!(
            inner.body.last(),
            Some(Stmt::Raise(_) | Stmt::Return(_) | Stmt::Break(_))
        );
        !leaves && stops(subject, handler, exceptions) != Answer::No
    })
}

/// Returns whether a handler stops one of the exceptions: it takes it and does not end by raising it
/// again.
fn stops<'a>(
    subject: &Subject<'a>,
    handler: &'a ExceptHandler,
    exceptions: &[impl AsRef<str>],
) -> Answer {
    let ExceptHandler::ExceptHandler(inner) = handler;
    match inner.body.last() {
        Some(Stmt::Raise(raise)) if raise.exc.is_none() => Answer::No,
        _ => is_for(subject, handler, exceptions),
    }
}

/// Returns whether a handler takes one of the exceptions, whatever it does with it.
pub(super) fn is_for<'a>(
    subject: &Subject<'a>,
    handler: &'a ExceptHandler,
    exceptions: &[impl AsRef<str>],
) -> Answer {
    let ExceptHandler::ExceptHandler(handler) = handler;
    let Some(classes) = handler.type_.as_deref() else {
        return Answer::Yes;
    };
    let classes = match classes {
        Expr::Tuple(tuple) => tuple.elts.as_slice(),
        class => std::slice::from_ref(class),
    };
    let takes = |class: &'a Expr| match subject.resolver.meaning(class.into()) {
        Meaning::Qualified(name) => {
            let is_named = exceptions
                .iter()
                .any(|exception| exception.as_ref() == name);
            Answer::from(is_named || name == "BaseException")
        }
        _ => Answer::No,
    };
    any(classes, takes)
}
