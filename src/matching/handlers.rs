//! Does an `except` around a site stop an exception that passes through it?

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, Stmt};

use super::site::any;
use super::subject::Subject;
use crate::bind::block::BlockRole;
use crate::bind::resolve::Meaning;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

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

/// Returns whether a handler stops one of the exceptions: it takes it and does not end by raising it
/// again.
fn stops<'a>(
    subject: &Subject<'a>,
    handler: &'a ExceptHandler,
    exceptions: &[impl AsRef<str>],
) -> Answer {
    let ExceptHandler::ExceptHandler(handler) = handler;
    if matches!(handler.body.last(), Some(Stmt::Raise(raise)) if raise.exc.is_none()) {
        return Answer::No;
    }
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
