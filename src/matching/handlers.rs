//! What does an `except` take and stop, and what does its `try` hold?

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, Stmt};

use super::place;
use super::site::{Site, any};
use super::subject::Subject;
use crate::bind::block::BlockRole;
use crate::bind::context::Enclosing;
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

/// An exception at the node is caught inside a loop, which goes on then: returns the statement that
/// catches it.
pub(crate) fn goes_on(
    subject: &Subject,
    node: NodeId,
    exceptions: &[impl AsRef<str>],
) -> Option<NodeId> {
    let mut catching = None;
    for block in subject.context.enclosing_statements(node) {
        if block.role == BlockRole::Loop && catching.is_some() {
            return catching;
        }
        let stays =
            |last: &Stmt| !matches!(last, Stmt::Raise(_) | Stmt::Return(_) | Stmt::Break(_));
        catching = catching.or_else(|| caught(subject, block, exceptions, &stays));
    }
    None
}

/// An exception at the node does not come to who called its function: returns the statement that
/// catches it.
pub(crate) fn keeps(
    subject: &Subject,
    node: NodeId,
    exceptions: &[impl AsRef<str>],
) -> Option<NodeId> {
    let mut around = subject.context.enclosing_statements(node);
    around.find_map(|block| caught(subject, block, exceptions, &|last| !last.is_raise_stmt()))
}

/// The statement of a block, if it stops one of the exceptions in what it holds: the first handler that
/// takes it does not end so that it leaves, or a `with` passes over it.
fn caught(
    subject: &Subject,
    block: Enclosing,
    exceptions: &[impl AsRef<str>],
    stays: &dyn Fn(&Stmt) -> bool,
) -> Option<NodeId> {
    let stops = match (block.role, subject.tree.node(block.statement)) {
        (BlockRole::Try, AnyNodeRef::StmtTry(statement)) => {
            let mut handlers = statement.handlers.iter();
            let handler = handlers.find(|it| is_for(subject, it, exceptions) != Answer::No);
            handler.is_some_and(|ExceptHandler::ExceptHandler(it)| it.body.last().is_none_or(stays))
        }
        (BlockRole::With, AnyNodeRef::StmtWith(statement)) => {
            let mut items = statement.items.iter();
            items.any(|item| suppresses(subject, &item.context_expr, exceptions))
        }
        _ => false,
    };
    stops.then_some(block.statement)
}

/// What is entered keeps one of the exceptions to itself, or some that are not read.
fn suppresses<'a>(
    subject: &Subject<'a>,
    entered: &'a Expr,
    exceptions: &[impl AsRef<str>],
) -> bool {
    let Some(call) = entered.as_call_expr() else {
        return false;
    };
    let meaning = subject.resolver.meaning((&call.func).into());
    let is_it = matches!(meaning, Meaning::Qualified(name) if subject.own.function(&name).catches);
    let takes = |class: &'a Expr| {
        class.is_starred_expr() || takes_one(subject, class, exceptions) != Answer::No
    };
    is_it && call.arguments.args.iter().any(takes)
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
    any(classes, |class| takes_one(subject, class, exceptions))
}

/// Returns whether a class is one of the exceptions, or that of all.
fn takes_one<'a>(subject: &Subject<'a>, class: &'a Expr, exceptions: &[impl AsRef<str>]) -> Answer {
    match subject.resolver.meaning(class.into()) {
        Meaning::Qualified(name) => {
            let is_named = exceptions
                .iter()
                .any(|exception| exception.as_ref() == name);
            Answer::from(is_named || name == "BaseException")
        }
        _ => Answer::No,
    }
}
