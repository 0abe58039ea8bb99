//! Is what an expression stands for changed there, without being bound anew?

use ruff_python_ast::{AnyNodeRef, ExprCall, ExprContext, ExprRef};

use super::key::{is_builtin, is_set_by_call};
use crate::bind::value::Origin;
use crate::matching::kind::is_surely;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::kind::UsedBy;

/// Methods by which Python's own containers are changed in place: of the language, and so no table.
const MUTATORS: [&str; 15] = [
    "add",
    "append",
    "appendleft",
    "clear",
    "discard",
    "extend",
    "extendleft",
    "insert",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "setdefault",
    "sort",
    "update",
];

/// Methods that hand out what comes next, of iterators, generators and containers.
const TAKERS: [&str; 5] = ["__next__", "pop", "popitem", "popleft", "send"];

/// The same of an open file.
const READERS: [&str; 3] = ["read", "readline", "readlines"];

/// The item or attribute of what a node stands for that is written there: `state["n"]`, `self.row.n`. An
/// attribute of a name is state of its own.
pub(super) fn target(subject: &Subject, node: NodeId) -> Option<NodeId> {
    let tree = subject.tree;
    if tree.node(node).is_expr_name() && tree.parent_node(node).is_expr_attribute() {
        return None;
    }
    let mut inner = node;
    loop {
        let outer = subject.tree.parent(inner);
        let (value, context) = match subject.tree.node(outer) {
            AnyNodeRef::ExprSubscript(item) => (&item.value, item.ctx),
            AnyNodeRef::ExprAttribute(attribute) => (&attribute.value, attribute.ctx),
            _ => return None,
        };
        if subject.tree.id(&**value) != inner {
            return None;
        }
        if context != ExprContext::Load {
            return Some(outer);
        }
        inner = outer;
    }
}

/// `self.rows.append(x)` writes what it is called on, and `next(rows)` what it is given.
pub(super) fn is_mutated(subject: &Subject, node: NodeId) -> bool {
    let is_changed = method(subject, node).is_some_and(|name| MUTATORS.contains(&name));
    is_changed && !is_of_one_task(subject, node)
        || is_set_by_call(subject, node)
        || taken_by(subject, node).is_some()
}

/// No other task uses it meanwhile.
pub(super) fn is_of_one_task(subject: &Subject, node: NodeId) -> bool {
    let Some(value) = subject.tree.node(node).as_expr_ref() else {
        return false;
    };
    let rows = subject.kinds.rows.iter();
    let mut rows = rows.filter(|it| it.used_by == Some(UsedBy::OneTask));
    rows.any(|it| is_surely(subject, value, &it.id))
}

/// Returns whether what comes next is taken from what a node stands for, and used: who takes more
/// of it later sees what others have left.
pub(super) fn is_taken(subject: &Subject, node: NodeId) -> bool {
    taken_by(subject, node).is_some_and(|call| {
        let parent = subject.tree.parent_node(subject.tree.id(call));
        !parent.is_stmt_expr() && !parent.is_expr_await()
    })
}

/// The call that takes what comes next.
fn taken_by<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a ExprCall> {
    let tree = subject.tree;
    let outer = tree.parent(node);
    let AnyNodeRef::ExprCall(call) = tree.parent_node(outer) else {
        return None;
    };
    let takes = match tree.node(outer) {
        AnyNodeRef::Arguments(arguments) => {
            let is_first = arguments.args.first().is_some_and(|it| tree.id(it) == node);
            is_first && is_builtin(subject, &call.func, "next")
        }
        AnyNodeRef::ExprAttribute(_) if tree.id(&*call.func) == outer => {
            let name = method(subject, node)?;
            if name == "send" && !is_generator(subject, node) {
                return None;
            }
            // `rows.pop(key)` takes one that it names.
            let is_next = |call: &ExprCall| match &*call.arguments.args {
                [] => true,
                [at] => at.is_number_literal_expr() || at.is_unary_op_expr(),
                _ => false,
            };
            TAKERS.contains(&name) && (name != "pop" || is_next(call))
                || READERS.contains(&name) && is_open_file(subject, node)
        }
        _ => false,
    };
    takes.then_some(call)
}

/// The method of what a node stands for that is taken there.
fn method<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a str> {
    match subject.tree.parent_node(node) {
        AnyNodeRef::ExprAttribute(method) if subject.tree.id(&*method.value) == node => {
            Some(method.attr.as_str())
        }
        _ => None,
    }
}

/// Sockets and sessions have a method of that name, too.
fn is_generator<'a>(subject: &Subject<'a>, node: NodeId) -> bool {
    let expression = subject.tree.node(node).as_expr_ref();
    let origins = expression.map(|it| subject.resolver.origins(it));
    let makes = |origin: &Origin<'a>| match origin {
        Origin::Made(ExprRef::Call(call)) => {
            let made = subject.resolver.local_callables((&call.func).into());
            made.into_iter().any(|def| subject.is_generator(def))
        }
        _ => false,
    };
    origins.is_some_and(|all| all.iter().any(makes))
}

fn is_open_file<'a>(subject: &Subject<'a>, node: NodeId) -> bool {
    let Some(expression) = subject.tree.node(node).as_expr_ref() else {
        return false;
    };
    let opens = |origin: &Origin<'a>| match origin {
        Origin::Made(ExprRef::Call(call)) | Origin::Entered(ExprRef::Call(call)) => {
            is_builtin(subject, &call.func, "open")
        }
        _ => false,
    };
    let origins = subject.resolver.origins(expression);
    !origins.is_empty() && origins.iter().all(opens)
}

/// Returns whether what a node stands for is changed in place there: by a method, or one of its items.
pub(super) fn is_changed(subject: &Subject, node: NodeId) -> bool {
    let is_item = |target: NodeId| subject.tree.node(target).is_expr_subscript();
    is_mutated(subject, node) || target(subject, node).is_some_and(is_item)
}
