//! Does an `except` around a site stop an exception that passes through it?

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, Stmt};

use super::site::Site;
use super::subject::Subject;
use crate::bind::block::BlockRole;
use crate::bind::resolve::Meaning;
use crate::recipe::answer::Answer;

/// A handler around the site, in its function, stops one of the exceptions.
pub(super) fn catches(site: Site, exceptions: &[String]) -> Answer {
    let subject = site.subject;
    let around = subject.context.enclosing_statements(site.node);
    let tries = around.filter(|block| block.role == BlockRole::Try);
    let handlers = tries.flat_map(|block| match subject.tree.node(block.statement) {
        AnyNodeRef::StmtTry(statement) => statement.handlers.as_slice(),
        _ => &[],
    });
    handlers.fold(Answer::No, |answer, handler| {
        answer.or(stops(subject, handler, exceptions))
    })
}

/// Returns whether a handler stops one of the exceptions: it takes it and does not end by raising it
/// again.
pub(crate) fn stops<'a>(
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
    classes
        .iter()
        .fold(Answer::No, |answer, class| answer.or(takes(class)))
}
