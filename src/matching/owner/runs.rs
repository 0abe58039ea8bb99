//! When a site runs in the life of its owner, and what it starts.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef, StmtClassDef, StmtFunctionDef};

use super::waits::awaits_of;
use crate::bind::value::Origin;
use crate::matching::declared::given_values;
use crate::matching::members::{called_on_self, kin, methods};
use crate::matching::mentioned::{called, mentioned, mentioned_where};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::lifecycle::Lifecycle;
use crate::recipe::plain::Awaits;
use crate::semantic::ways::turns::is_repeated;

/// The site may run more than once before the teardown does: in a loop, or in a method that is not
/// only what begins the object.
pub(super) fn runs_again<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    class: &'a StmtClassDef,
    method: &'a StmtFunctionDef,
    row: &Lifecycle,
) -> bool {
    let name = method.name.as_str();
    let in_loop = is_repeated(subject, site);
    if in_loop || !(is_init(method) || row.setup.iter().any(|it| it == name)) {
        return true;
    }
    let others = methods(class).filter(|it| it.name.as_str() != name);
    let mut others = others.filter(|it| !is_init(it) && !subject.lifecycles.begins(&it.name));
    others.any(|it| called_on_self(subject, it).contains(&name))
}

/// Returns the defs of this file that a call given to the site runs, and what they mention in turn;
/// none where its code is not in this file.
pub fn running<'a>(subject: &Subject<'a>, site: NodeId) -> Vec<NodeId> {
    match coroutine(subject, site) {
        Some(made) => mentioned(subject, called(subject, (&made.func).into())),
        None => Vec::new(),
    }
}

/// Returns those of the defs that what the site starts may come to itself: none that it only starts beside itself.
pub(super) fn run_by_itself<'a>(subject: &Subject<'a>, site: NodeId) -> Vec<NodeId> {
    let Some(made) = coroutine(subject, site) else {
        return Vec::new();
    };
    let tree = subject.tree;
    let is_started = |call: NodeId| match tree.node(call) {
        AnyNodeRef::ExprCall(it) => {
            awaits_of(subject, it) == Some(Awaits::First) && tree.parent_node(call).is_stmt_expr()
        }
        _ => false,
    };
    mentioned_where(subject, called(subject, (&made.func).into()), |id| {
        !tree.ancestors(id).any(is_started)
    })
}

/// Returns the call whose coroutine the site starts: the first that the site is given. Some take an object that
/// is no call before it.
pub(super) fn coroutine<'a>(subject: &Subject<'a>, site: NodeId) -> Option<&'a ExprCall> {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(site) else {
        return None;
    };
    let given = call.arguments.iter_source_order();
    given.map(|it| it.value()).find_map(Expr::as_call_expr)
}

/// Returns the calls that start a value, or each of several: all that the name or attribute is ever given.
/// None where one of these is not seen.
pub(super) fn starting<'a>(subject: &Subject<'a>, started: ExprRef<'a>) -> Vec<NodeId> {
    let mut calls = Vec::new();
    let mut open = match started {
        ExprRef::Name(_) | ExprRef::Attribute(_) => given_values(subject, started),
        made => vec![Origin::Made(made)],
    };
    while let Some(origin) = open.pop() {
        let made = match origin {
            Origin::Made(ExprRef::NoneLiteral(_)) => continue,
            Origin::Made(made) => made,
            _ => return Vec::new(),
        };
        match made {
            ExprRef::Call(call) => calls.push(subject.tree.id(call)),
            ExprRef::List(it) if !it.elts.is_empty() => {
                open.extend(it.elts.iter().map(|it| Origin::Made(it.into())));
            }
            ExprRef::Set(it) => open.extend(it.elts.iter().map(|it| Origin::Made(it.into()))),
            ExprRef::ListComp(it) => open.push(Origin::Made((&it.elt).into())),
            ExprRef::SetComp(it) => open.push(Origin::Made((&it.elt).into())),
            _ => return Vec::new(),
        }
    }
    calls
}

/// A function mentions a method of an object of the class, or of one above or below it.
pub fn mentions_on_self<'a>(
    subject: &Subject<'a>,
    function: NodeId,
    class: &'a StmtClassDef,
    name: &str,
) -> bool {
    let kin = kin(subject, class);
    let is_kin = |other: &'a StmtClassDef| kin.iter().any(|it| std::ptr::eq(*it, other));
    let mut nodes = subject.tree.descendants(function);
    nodes.any(|id| match subject.tree.node(id) {
        AnyNodeRef::ExprAttribute(it) if it.attr.as_str() == name => {
            let class = subject.resolver.class_of_self(it);
            class.is_some_and(is_kin)
        }
        _ => false,
    })
}

/// Returns whether objects get their attributes there.
pub(super) fn is_init(method: &StmtFunctionDef) -> bool {
    method.name.as_str() == "__init__"
}
