//! A function that goes on behind its `yield`: what it begins before ends there.

use ruff_python_ast::{AnyNodeRef, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::runs::{leaves_before, running};
use super::unowned::Unowned;
use super::{Holder, Owner, Teardown};
use crate::bind::block::BlockRole;
use crate::matching::capture::Captures;
use crate::matching::place::blocks;
use crate::matching::subject::Subject;
use crate::matching::unify::fits_surely;
use crate::python::tree::NodeId;
use crate::recipe::lifecycle::Lifecycle;

/// Finds the function as owner; `None` where no row speaks of it.
///
/// # Errors
/// What stands behind the `yield` cannot end it.
pub(super) fn owner<'a>(subject: &Subject<'a>, site: NodeId) -> Result<Option<Owner<'a>>, Unowned> {
    let function = subject.context.enclosing_function(site);
    let function = function.map(|id| subject.tree.node(id));
    let Some(AnyNodeRef::StmtFunctionDef(function)) = function else {
        return Ok(None);
    };
    let Some(row) = row(subject, function) else {
        return Ok(None);
    };
    of_row(subject, site, function, row).map(Some)
}

/// Makes the function the owner, by a row that speaks of it.
///
/// # Errors
/// What stands behind the `yield` cannot end it.
pub(super) fn of_row<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    function: &'a StmtFunctionDef,
    row: &'a Lifecycle,
) -> Result<Owner<'a>, Unowned> {
    let in_the_way = |why| Unowned::NotEditable {
        method: function.name.to_string(),
        why,
    };
    if !function.is_async {
        return Err(in_the_way("it is a plain def, which cannot wait"));
    }
    let id = subject.tree.id(function);
    if Some(subject.names.scope_of(site)) != subject.names.scope_opened_by(id) {
        return Err(in_the_way("it is started in a lambda or comprehension"));
    }
    let yields = the_yield(subject, function)
        .ok_or_else(|| in_the_way("it has not one `yield`, alone in a statement"))?;
    let runs_always = blocks(subject, site).all(|role| role == BlockRole::With);
    let is_before = subject.tree.range(site).end() <= yields.start();
    if !runs_always || !is_before || leaves_before(subject, id, site) {
        return Err(in_the_way("it may come to its `yield` without the task"));
    }
    Ok(Owner {
        class: None,
        method: function,
        row,
        teardown: Teardown::Behind(function, yields),
        many: false,
        may_lack: false,
        is_read: !running(subject, site).is_empty(),
        is_told: false,
        holder: Holder::Local,
    })
}

/// The row that a decorator of the function fits.
fn row<'a>(subject: &Subject<'a>, function: &'a StmtFunctionDef) -> Option<&'a Lifecycle> {
    let none = Captures::default();
    let fits = |row: &&Lifecycle| {
        function.decorator_list.iter().any(|decorator| {
            let node = AnyNodeRef::from(&decorator.expression);
            let mut patterns = row.decorators.iter();
            patterns.any(|pattern| fits_surely(pattern, node, &none, subject))
        })
    };
    subject.lifecycles.rows.iter().find(fits)
}

/// The statement of the only `yield`, in the body, a `with` or a `try` of the function.
fn the_yield<'a>(subject: &Subject<'a>, function: &'a StmtFunctionDef) -> Option<&'a Stmt> {
    let tree = subject.tree;
    let id = tree.id(function);
    let is_own = |it: &NodeId| {
        let node = tree.node(*it);
        let yields = node.is_expr_yield() || node.is_expr_yield_from();
        yields && subject.context.enclosing_function(*it) == Some(id)
    };
    let mut own = tree.descendants(id).filter(is_own);
    let (only, None) = (own.next()?, own.next()) else {
        return None;
    };
    let stays = |role| matches!(role, BlockRole::With | BlockRole::Try);
    if !blocks(subject, only).all(stays) {
        return None;
    }
    statements(&function.body).find(|statement| match statement {
        Stmt::Expr(it) => tree.id(&*it.value) == only,
        _ => false,
    })
}

/// The statements of a body, those of its `with` and `try` too.
fn statements(body: &[Stmt]) -> Box<dyn Iterator<Item = &Stmt> + '_> {
    Box::new(body.iter().flat_map(|statement| {
        let inner: &[Stmt] = match statement {
            Stmt::With(it) => &it.body,
            Stmt::Try(it) => &it.body,
            _ => &[],
        };
        std::iter::once(statement).chain(statements(inner))
    }))
}
