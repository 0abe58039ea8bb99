//! May a teardown run where the site did not: before the setup, after one that failed half-way, or in a
//! class below that has another one?

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, Stmt, StmtClassDef, StmtFunctionDef};

use super::runs::is_init;
use crate::bind::replaced::Put;
use crate::matching::handlers::may_be_kept;
use crate::matching::members::{kin, methods};
use crate::matching::place::blocks;
use crate::matching::subject::Subject;
use crate::project::definition;
use crate::project::outline::{Callable, calls_base, is_super};
use crate::python::tree::{NodeId, Tree};
use crate::recipe::lifecycle::{Lifecycle, Order};
use crate::semantic::class::Class;
use crate::semantic::ways::{dominators, is_on_every_way};

/// The setup that the site stands in, and what ends it.
#[derive(Clone, Copy)]
struct Pair<'a> {
    class: &'a StmtClassDef,
    setup: &'a StmtFunctionDef,
    /// The name of the teardown.
    teardown: &'a str,
}

/// The teardown may run where the site did not.
pub(super) fn may_lack<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    (class, setup): (&'a StmtClassDef, &'a StmtFunctionDef),
    (row, teardown): (&Lifecycle, &'a str),
) -> bool {
    let pair = Pair {
        class,
        setup,
        teardown,
    };
    if !is_on_every_way(subject, site)
        || may_be_kept(subject, site)
        || is_skipped(subject, class, &setup.name)
    {
        return true;
    }
    let may_fail = || fails_before(subject, site);
    let by_hand = || ends_half_begun(subject.tree, NodeId::ROOT, pair);
    match row.order {
        _ if is_init(setup) => false,
        // Only whoever calls them by hand may do it in another order.
        Order::SetupFirst => row.classes.is_empty() && is_called_by_hand(subject.tree, pair),
        Order::Begun => may_fail(),
        Order::Any => true,
        Order::ByBase => {
            class.bases().is_empty() || by_hand() || may_fail() && !base_keeps_order(subject, pair)
        }
    }
}

/// The setup may fail before it comes to the site, or in it: in a statement before it, a `with` around
/// it, or what its own statement does first.
fn fails_before(subject: &Subject, site: NodeId) -> bool {
    blocks(subject, site).next().is_some()
        || dominators(subject, site).any(|it| may_raise(subject, it))
        || may_raise_within(subject, site)
}

/// A statement does more than to give names to names.
fn may_raise(subject: &Subject, statement: NodeId) -> bool {
    let tree = subject.tree;
    let is_docstring = matches!(tree.node(statement), AnyNodeRef::StmtExpr(it)
        if it.value.is_string_literal_expr());
    let mut all = tree.descendants(statement).chain([statement]);
    !is_docstring && !all.all(|id| is_plain(tree.node(id)))
}

/// The site's statement does more, before the site or for its arguments, than to give names to a call
/// of the coroutine.
fn may_raise_within(subject: &Subject, site: NodeId) -> bool {
    let tree = subject.tree;
    let Some(statement) = tree.statement(site) else {
        return true;
    };
    let (callee, made) = match tree.node(site) {
        AnyNodeRef::ExprCall(begin) => (Some(&*begin.func), begin.arguments.args.first()),
        _ => (None, None),
    };
    let callee = callee.map(|callee| tree.id(callee));
    let of_begin = |id| callee.is_some_and(|callee| callee == id || tree.contains(callee, id));
    let made = made.filter(|made| made.is_call_expr());
    let made = made.map(|made| tree.id(made));
    let end = tree.range(site).end();
    let mut others = tree.descendants(statement).filter(|id| {
        let is_site = *id == site || tree.contains(*id, site);
        tree.range(*id).start() < end && !is_site && Some(*id) != made && !of_begin(*id)
    });
    !others.all(|id| is_plain(tree.node(id)))
}

/// What does no more than to give names to names.
fn is_plain(node: AnyNodeRef) -> bool {
    match node {
        AnyNodeRef::ExprAttribute(_)
        | AnyNodeRef::ExprName(_)
        | AnyNodeRef::ExprList(_)
        | AnyNodeRef::ExprTuple(_)
        | AnyNodeRef::Arguments(_)
        | AnyNodeRef::Keyword(_)
        | AnyNodeRef::Identifier(_)
        | AnyNodeRef::StringLiteral(_)
        | AnyNodeRef::BytesLiteral(_)
        | AnyNodeRef::StmtPass(_)
        | AnyNodeRef::StmtAssign(_) => true,
        // What is not empty asks its keys or elements for their hash.
        AnyNodeRef::ExprDict(dict) => dict.items.is_empty(),
        node => node.as_expr_ref().is_some_and(|it| it.is_literal_expr()),
    }
}

/// Returns whether a class below has a method of that name that does not call the one of its bases, in
/// this file or where another one takes the class from it.
pub fn is_skipped<'a>(subject: &Subject<'a>, class: &'a StmtClassDef, name: &str) -> bool {
    let below = kin(subject, class).into_iter();
    let below = below.filter(|it| subject.resolver.derives(it, class));
    let mut overriding = below
        .flat_map(methods)
        .filter(|it| it.name.as_str() == name);
    if overriding.any(|it| !calls_base(subject.tree, it)) {
        return true;
    }
    let of_module = subject
        .tree
        .parent_node(subject.tree.id(class))
        .is_mod_module();
    if !of_module || !subject.facts.other_file_uses(subject.path(), &class.name) {
        return false;
    }
    let elsewhere = subject.stand_ins(&Class::Here(class), name);
    let is_other = |put: &Put<Callable>| matches!(put, Put::Def(method) if !method.calls_base);
    let mut elsewhere = elsewhere.iter();
    elsewhere.any(|it| it.is_meant.is_yes() && is_other(&it.put))
}

/// Somebody calls both methods so that the teardown runs although the setup failed: what a `try` in
/// that part of the tree does, and what it does then.
fn ends_half_begun(tree: &Tree, inside: NodeId, pair: Pair) -> bool {
    let calls = |body: &[Stmt], name: &str| {
        let ids = body.iter().map(|it| tree.id(it));
        let mut nodes = ids.flat_map(|id| tree.descendants(id));
        nodes.any(|id| is_called(tree, id, name))
    };
    tree.descendants(inside).any(|id| {
        let AnyNodeRef::StmtTry(it) = tree.node(id) else {
            return false;
        };
        let handlers = it.handlers.iter();
        let handlers = handlers.map(|ExceptHandler::ExceptHandler(it)| it.body.as_slice());
        let mut then = handlers.chain([it.finalbody.as_slice()]);
        calls(&it.body, &pair.setup.name) && then.any(|body| calls(body, pair.teardown))
    })
}

/// Somebody calls the teardown by its name, and not that of what an object of the class holds.
fn is_called_by_hand(tree: &Tree, pair: Pair) -> bool {
    let of_held = |id: NodeId| {
        let in_class = tree.contains(tree.id(pair.class), id);
        let value = match tree.node(id) {
            AnyNodeRef::ExprCall(call) => call.func.as_attribute_expr().map(|it| &*it.value),
            _ => None,
        };
        in_class && value.is_some_and(Expr::is_attribute_expr)
    };
    let mut calls = tree
        .descendants(NodeId::ROOT)
        .filter(|id| is_called(tree, *id, pair.teardown));
    calls.any(|id| !of_held(id))
}

/// A call of a method of that name, of any object but a base of one's own.
fn is_called(tree: &Tree, id: NodeId, name: &str) -> bool {
    let AnyNodeRef::ExprCall(call) = tree.node(id) else {
        return false;
    };
    match call.func.as_ref() {
        Expr::Attribute(callee) => callee.attr.as_str() == name && !is_super(&callee.value),
        _ => false,
    }
}

/// A base of the project calls both, the teardown only where the setup returned.
fn base_keeps_order<'a>(subject: &Subject<'a>, pair: Pair<'a>) -> bool {
    subject.above(pair.class).any(|base| match base {
        Class::Here(class) => keeps_order(subject.tree, class, pair),
        _ => base
            .in_project()
            .is_some_and(|it| keeps_order_there(subject, it, pair)),
    })
}

/// The same of a class of another file.
fn keeps_order_there(subject: &Subject, class: &definition::Class, pair: Pair) -> bool {
    let keeps = subject.of_tree(&class.path, |tree| {
        let mut nodes = tree.descendants(NodeId::ROOT);
        nodes.any(|id| match tree.node(id) {
            AnyNodeRef::StmtClassDef(it) => {
                it.name.as_str() == class.name && keeps_order(tree, it, pair)
            }
            _ => false,
        })
    });
    keeps.unwrap_or(false)
}

/// A method of the class calls both, and none the teardown where the setup may have failed.
fn keeps_order(tree: &Tree, class: &StmtClassDef, pair: Pair) -> bool {
    let calls = |method: &StmtFunctionDef, name: &str| {
        let mut nodes = tree.descendants(tree.id(method));
        nodes.any(|id| is_called(tree, id, name))
    };
    let calls_both =
        |method: &StmtFunctionDef| calls(method, &pair.setup.name) && calls(method, pair.teardown);
    methods(class).any(calls_both) && !ends_half_begun(tree, tree.id(class), pair)
}
