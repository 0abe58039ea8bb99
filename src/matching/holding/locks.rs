//! Where locks are entered, acquired and released, as the code spells it.

use crate::matching::answers::state::LockCall;
use crate::matching::place;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::kind::{Kind, Serializes};
use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, WithItem};
use ruff_text_size::{Ranged, TextRange};
use std::rc::Rc;

/// A lock of tasks is entered by `async with`, and its `acquire()` is awaited.
pub(super) fn is_of_tasks(kind: Option<&Kind>) -> bool {
    kind.is_some_and(|kind| kind.serializes == Some(Serializes::Tasks))
}

/// Whether a value of the kind may be taken so; a class that is no row may be entered either way.
pub(super) fn is_taken_so(kind: Option<&Kind>, is_async: bool) -> bool {
    kind.is_none_or(|kind| is_of_tasks(Some(kind)) == is_async)
}

/// The items of the `with` statements whose body holds the site, inside its function.
pub(super) fn entered_around<'a>(
    subject: &Subject<'a>,
    node: NodeId,
    is_async: bool,
) -> Vec<&'a WithItem> {
    let start = subject.tree.range(node).start();
    let mut items = Vec::new();
    for id in place::inside_function(subject, node) {
        if let AnyNodeRef::StmtWith(with) = subject.tree.node(id)
            && with.is_async == is_async
        {
            let entered = |item: &&WithItem| item.end() <= start;
            items.extend(with.items.iter().filter(entered));
        }
    }
    items
}

/// What nobody knows but is called a lock is better taken for one.
pub(super) fn is_called(value: ExprRef, kind: &Kind) -> bool {
    let name = match value {
        ExprRef::Name(name) => name.id.as_str(),
        ExprRef::Attribute(attribute) => attribute.attr.as_str(),
        ExprRef::Call(call) => return is_called((&call.func).into(), kind),
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    kind.called.iter().any(|part| name.contains(part.as_str()))
}

/// The calls in a function that take a lock or release it.
pub(super) fn lock_calls<'a>(subject: &Subject<'a>, function: NodeId) -> Rc<[LockCall<'a>]> {
    let known = &subject.answers.lock_calls;
    known.or_find(&function, || {
        let inside = subject.tree.descendants(function);
        inside.filter_map(|node| lock_call(subject, node)).collect()
    })
}

pub(super) fn lock_call<'a>(subject: &Subject<'a>, node: NodeId) -> Option<LockCall<'a>> {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(node) else {
        return None;
    };
    let method = call.func.as_attribute_expr()?;
    let entered = entered_by(subject, node);
    let mut until = entered;
    let (lock, takes) = match method.attr.as_str() {
        "acquire" => (&*method.value, true),
        "release" => (&*method.value, false),
        // `stack.enter_context(lock)`: it is held as long as the stack is.
        "enter_context" | "enter_async_context" => {
            until = entered_as(subject, node, &method.value);
            (call.arguments.args.first()?, true)
        }
        _ => return None,
    };
    Some(LockCall {
        node,
        lock: ExprRef::from(lock),
        takes,
        until,
        is_awaited: entered.is_some() || subject.tree.parent_node(node).is_expr_await(),
    })
}

/// The `async with` that enters a call, as that of a pool's connection.
fn entered_by(subject: &Subject, call: NodeId) -> Option<TextRange> {
    let tree = subject.tree;
    let item = tree.parent(call);
    match (tree.node(item), tree.parent_node(item)) {
        (AnyNodeRef::WithItem(_), AnyNodeRef::StmtWith(with)) if with.is_async => {
            Some(with.range())
        }
        _ => None,
    }
}

/// The `with` around a node that gives what it enters this name.
fn entered_as(subject: &Subject, node: NodeId, name: &Expr) -> Option<TextRange> {
    let name = name.as_name_expr()?;
    let is_it = |item: &WithItem| {
        let given = item.optional_vars.as_deref().and_then(Expr::as_name_expr);
        given.is_some_and(|given| given.id == name.id)
    };
    let mut around = place::inside_function(subject, node);
    around.find_map(|id| match subject.tree.node(id) {
        AnyNodeRef::StmtWith(with) if with.items.iter().any(is_it) => Some(with.range()),
        _ => None,
    })
}
