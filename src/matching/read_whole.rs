//! A generator expression that is given to what reads all of it: a list there does the same, and may await.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};

use super::subject::Subject;
use crate::bind::context::FrameKind;
use crate::bind::resolve::Meaning;
use crate::python::stdlib;
use crate::python::tree::NodeId;

/// Returns the generator expressions around a node that may be lists, so that it may await; innermost first.
pub(crate) fn generators_around(subject: &Subject, node: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut at = node;
    while let Some(frame) = subject.context.frames(at).next() {
        let is_generator = frame.kind == FrameKind::Generator;
        if !is_generator || reader(subject, frame.node).is_none() {
            break;
        }
        at = frame.node;
        found.push(at);
    }
    let n_lists = found.len() + comprehensions_around(subject, node);
    match n_lists > 1 && subject.target.version < (3, 11) {
        true => Vec::new(),
        false => found,
    }
}

/// Returns where an await in place of a node would run: a generator expression may be a list then.
pub(super) fn awaiting(subject: &Subject, node: NodeId) -> NodeId {
    generators_around(subject, node).pop().unwrap_or(node)
}

/// Returns how many comprehensions a node of a statement stands in.
pub(super) fn comprehensions_around(subject: &Subject, node: NodeId) -> usize {
    subject
        .tree
        .ancestors(node)
        .take_while(|id| !subject.tree.node(*id).is_statement())
        .filter(|id| {
            matches!(
                subject.tree.node(*id),
                AnyNodeRef::ExprListComp(_)
                    | AnyNodeRef::ExprSetComp(_)
                    | AnyNodeRef::ExprDictComp(_)
            )
        })
        .count()
}

/// Returns the call that reads all of a generator expression.
pub(crate) fn reader<'a>(subject: &Subject<'a>, generator: NodeId) -> Option<&'a ExprCall> {
    let tree = subject.tree;
    let AnyNodeRef::ExprCall(call) = tree.node(tree.parent(tree.parent(generator))) else {
        return None;
    };
    let first = call.arguments.args.first()?;
    let reads = || match &*call.func {
        Expr::Attribute(method) if method.value.is_string_literal_expr() => {
            stdlib::is_joined(&method.attr)
        }
        callee => match subject.resolver.meaning(callee.into()) {
            Meaning::Qualified(name) => stdlib::reads_all(&name),
            _ => false,
        },
    };
    (tree.id(first) == generator && reads()).then_some(call)
}
