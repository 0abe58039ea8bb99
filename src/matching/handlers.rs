//! What does an `except` take and stop, and what does its `try` hold?

use ruff_python_ast::{
    AnyNodeRef, BoolOp, ExceptHandler, ExceptHandlerExceptHandler, Expr, ExprRef,
};

use super::place;
use super::site::{Site, any};
use super::subject::Subject;
use crate::bind::MAX_STEPS;
use crate::bind::block::BlockRole;
use crate::bind::context::Enclosing;
use crate::bind::ends::Ends;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::project::is_of_python;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Guarded, is_named};
use crate::semantic::ways::left::exits;
use crate::semantic::ways::turns_again;

/// A handler around a node, in its function, stops one of the exceptions, or a `with` keeps it to itself.
pub(crate) fn catches(subject: &Subject, node: NodeId, exceptions: &[impl AsRef<str>]) -> Answer {
    taken_around(subject, node, exceptions, &|handler| {
        stops(subject, handler, exceptions)
    })
}

/// A handler around a node, in its function, takes one of the exceptions, whatever it does with it, or a
/// `with` keeps it to itself.
pub(super) fn handles(subject: &Subject, node: NodeId, exceptions: &[impl AsRef<str>]) -> Answer {
    taken_around(subject, node, exceptions, &|handler| {
        is_for(subject, handler, exceptions)
    })
}

fn taken_around<'a>(
    subject: &Subject<'a>,
    node: NodeId,
    exceptions: &[impl AsRef<str>],
    takes: &dyn Fn(&'a ExceptHandler) -> Answer,
) -> Answer {
    let around = subject.context.enclosing_statements(node);
    any(around, |block| {
        match (block.role, subject.tree.node(block.statement)) {
            (BlockRole::Try, AnyNodeRef::StmtTry(statement)) => any(&statement.handlers, takes),
            (BlockRole::With, AnyNodeRef::StmtWith(statement)) => {
                let mut items = statement.items.iter();
                items
                    .any(|item| suppresses(subject, &item.context_expr, exceptions))
                    .into()
            }
            _ => Answer::No,
        }
    })
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
    let function = subject.context.runner(site.node);
    let own = |id: &NodeId| subject.context.runner(*id) == function;
    tries.next().map_or(Answer::No, |around| {
        let ids = around.body.iter().map(|it| subject.tree.id(it));
        let inside = ids.flat_map(|id| subject.tree.with_descendants(id));
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
    for block in subject.context.enclosing_statements(node) {
        let ends = raised_in(subject, block, exceptions);
        if turns_again(subject, block.statement, ends.without(Ends::RAISES)) {
            return Some(block.statement);
        }
        if !ends.may(Ends::RAISES) {
            break;
        }
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
    let caught = around.find(|it| raised_in(subject, *it, exceptions) != Ends::RAISES);
    caught.map(|it| it.statement)
}

/// How the statement of a block ends where one of the exceptions comes up in what it holds: the first handler that
/// takes it may leave in another way, so may a `finally`, and a `with` may pass over it.
fn raised_in(subject: &Subject, block: Enclosing, exceptions: &[impl AsRef<str>]) -> Ends {
    let (whole, blocks) = (block.statement, subject.blocks);
    let taken = match (block.role, subject.tree.node(whole)) {
        (BlockRole::Try, AnyNodeRef::StmtTry(statement)) => {
            let mut handlers = statement.handlers.iter();
            let handler = handlers.find(|it| is_for(subject, it, exceptions) != Answer::No);
            handler.map(|it| blocks.block_ends(subject.tree.id(it), BlockRole::Except))
        }
        (BlockRole::With, AnyNodeRef::StmtWith(statement)) => {
            let mut items = statement.items.iter();
            let passes_over = items.any(|item| suppresses(subject, &item.context_expr, exceptions));
            passes_over.then_some(Ends::FALLS)
        }
        _ => None,
    };
    let ends = taken.unwrap_or(Ends::RAISES);
    match block.role {
        BlockRole::Try | BlockRole::TryElse | BlockRole::Except => {
            ends.at_last(blocks.block_ends(whole, BlockRole::Finally))
        }
        _ => ends,
    }
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
        let class = ExprRef::from(class);
        takes_one(subject, class, exceptions, MAX_STEPS) != Answer::No
    };
    is_it && call.arguments.args.iter().any(takes)
}

/// Returns whether a `with` around the node may keep an exception to itself: any does that is not known
/// as one of Python's own that hands on what it is given.
pub(super) fn may_be_kept<'a>(subject: &Subject<'a>, node: NodeId) -> bool {
    let hands_on = |entered: &'a Expr| {
        let call = entered.as_call_expr();
        let meaning = call.map(|call| subject.resolver.meaning((&call.func).into()));
        matches!(meaning, Some(Meaning::Qualified(name))
            if is_of_python(&name) && !subject.own.function(&name).catches)
    };
    let mut around = subject.context.enclosing_statements(node);
    around.any(|block| match subject.tree.node(block.statement) {
        AnyNodeRef::StmtWith(it) if block.role == BlockRole::With => {
            !it.items.iter().all(|item| hands_on(&item.context_expr))
        }
        _ => false,
    })
}

/// Returns whether a handler stops one of the exceptions: it takes it and does not raise it again; unknown where
/// it does so on some ways.
fn stops<'a>(
    subject: &Subject<'a>,
    handler: &'a ExceptHandler,
    exceptions: &[impl AsRef<str>],
) -> Answer {
    let id = subject.tree.id(handler);
    let raises_again = |(id, _)| match subject.tree.node(id) {
        AnyNodeRef::StmtRaise(it) => it.exc.is_none(),
        _ => false,
    };
    let answer = is_for(subject, handler, exceptions);
    match exits(subject, id).any(raises_again) {
        true if subject.blocks.block_ends(id, BlockRole::Except) == Ends::RAISES => Answer::No,
        true => answer.and(Answer::Unknown),
        false => answer,
    }
}

/// Returns whether a handler takes one of the exceptions, whatever it does with it.
pub(super) fn is_for<'a>(
    subject: &Subject<'a>,
    handler: &'a ExceptHandler,
    exceptions: &[impl AsRef<str>],
) -> Answer {
    let ExceptHandler::ExceptHandler(handler) = handler;
    let Some(classes) = taken_classes(handler) else {
        return Answer::Yes;
    };
    any(classes, |class| {
        takes_one(subject, class.into(), exceptions, MAX_STEPS)
    })
}

/// Returns the classes that a handler takes, as typed; `None`: it takes all.
pub(super) fn taken_classes(handler: &ExceptHandlerExceptHandler) -> Option<&[Expr]> {
    Some(match handler.type_.as_deref()? {
        Expr::Tuple(tuple) => tuple.elts.as_slice(),
        class => std::slice::from_ref(class),
    })
}

/// Returns whether a class is one of the exceptions, or that of all, or one of several is; unknown where
/// it is not read what stands there.
fn takes_one<'a>(
    subject: &Subject<'a>,
    class: ExprRef<'a>,
    exceptions: &[impl AsRef<str>],
    steps: u32,
) -> Answer {
    let is_one = |name: &str| {
        let mut exceptions = exceptions.iter();
        name == "BaseException" || exceptions.any(|it| is_named(name, it.as_ref()))
    };
    let Some(steps) = steps.checked_sub(1) else {
        return Answer::Unknown;
    };
    if let ExprRef::BoolOp(either) = class {
        // A class is true.
        let class = match either.op {
            BoolOp::Or => either.values.first(),
            BoolOp::And => either.values.last(),
        };
        return any(class, |it| takes_one(subject, it.into(), exceptions, steps));
    }
    match subject.resolver.meaning(class) {
        Meaning::Qualified(name) => return Answer::from(is_one(&name)),
        Meaning::Unknown {
            maybe: Some(name), ..
        } if !is_one(&name) => return Answer::No,
        _ => {}
    }
    any(subject.resolver.origins(class), |origin| match origin {
        Origin::Defined(_) => Answer::No,
        Origin::Made(ExprRef::Tuple(several)) => any(&several.elts, |it| {
            takes_one(subject, it.into(), exceptions, steps)
        }),
        _ => Answer::Unknown,
    })
}
