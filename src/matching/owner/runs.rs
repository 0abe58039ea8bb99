//! When a site runs in the life of its owner, and what it starts.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::is_docstring;
use super::members::{called_on_self, methods};
use crate::bind::block::BlockRole;
use crate::matching::place::blocks;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::lifecycle::{Lifecycle, Order};

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
    let is_setup = |name: &str| {
        let mut rows = subject.lifecycles.rows.iter();
        rows.any(|row| row.setup.iter().any(|it| it == name))
    };
    let in_loop = blocks(subject, site).any(|role| role == BlockRole::Loop);
    if in_loop || !(is_init(method) || row.setup.iter().any(|it| it == name)) {
        return true;
    }
    let others = methods(class).filter(|it| it.name.as_str() != name);
    let mut others = others.filter(|it| !is_init(it) && !is_setup(&it.name));
    others.any(|it| called_on_self(subject, it).contains(&name))
}

/// Returns the defs of this file that a call given to the site runs, and what they mention in turn;
/// none where its code is not in this file.
pub fn running<'a>(subject: &Subject<'a>, site: NodeId) -> Vec<NodeId> {
    let tree = subject.tree;
    let AnyNodeRef::ExprCall(call) = tree.node(site) else {
        return Vec::new();
    };
    let Some(Expr::Call(made)) = call.arguments.args.first() else {
        return Vec::new();
    };
    let meant = |callee: ExprRef<'a>| {
        let defs = subject.resolver.local_callables(callee).into_iter();
        defs.map(|it| tree.id(it)).collect::<Vec<_>>()
    };
    let mut open = meant((&made.func).into());
    let mut found: Vec<NodeId> = Vec::new();
    while let Some(function) = open.pop() {
        if found.contains(&function) || !tree.node(function).is_stmt_function_def() {
            continue;
        }
        found.push(function);
        let mentioned = tree
            .descendants(function)
            .filter_map(|id| match tree.node(id) {
                AnyNodeRef::ExprName(name) => Some(ExprRef::from(name)),
                AnyNodeRef::ExprAttribute(attribute) => Some(ExprRef::from(attribute)),
                _ => None,
            });
        open.extend(mentioned.flat_map(meant));
    }
    found
}

fn is_init(method: &StmtFunctionDef) -> bool {
    method.name.as_str() == "__init__"
}

/// The teardown may run where the site did not: before the setup, or after one that left early.
pub(super) fn may_lack<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    class: &'a StmtClassDef,
    method: &'a StmtFunctionDef,
    row: &Lifecycle,
) -> bool {
    let tree = subject.tree;
    let mut around = blocks(subject, site);
    let function = tree.id(method);
    let start = tree.range(site).start();
    let leaves = |id: &NodeId| {
        tree.node(*id).is_stmt_return()
            && tree.range(*id).start() < start
            && subject.context.enclosing_function(*id) == Some(function)
    };
    if around.any(|role| role != BlockRole::With)
        || tree.descendants(function).any(|it| leaves(&it))
    {
        return true;
    }
    let is_sure = || {
        let before = method.body.iter().take_while(|it| it.end() <= start);
        !before.into_iter().any(|it| may_raise(subject, it))
    };
    match row.order {
        _ if is_init(method) => false,
        Order::SetupFirst => false,
        Order::Begun => !is_sure(),
        Order::Any => true,
        Order::ByBase => class.bases().is_empty(),
    }
}

/// A statement does more than to give names to names.
fn may_raise(subject: &Subject, statement: &Stmt) -> bool {
    let tree = subject.tree;
    let plain = |id| match tree.node(id) {
        AnyNodeRef::ExprAttribute(_)
        | AnyNodeRef::ExprName(_)
        | AnyNodeRef::Identifier(_)
        | AnyNodeRef::StmtAssign(_) => true,
        node => node.as_expr_ref().is_some_and(|it| it.is_literal_expr()),
    };
    let id = tree.id(statement);
    let is_plain = plain(id) && tree.descendants(id).all(plain);
    !is_plain && !is_docstring(statement)
}
