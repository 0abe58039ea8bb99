//! A function that goes on behind its `yield`: what it begins before ends there.

use ruff_python_ast::{AnyNodeRef, ExprRef, Stmt, StmtFunctionDef, StmtTry};
use ruff_text_size::{Ranged, TextRange};

use super::read::is_read;
use super::runs::running;
use super::unowned::Unowned;
use crate::bind::block::BlockRole;
use crate::bind::scope::ScopeId;
use crate::matching::answers::owned::{Holder, Owner, Stored, Teardown};
use crate::matching::capture::Captures;
use crate::matching::place::blocks;
use crate::matching::subject::Subject;
use crate::matching::unify::fits_surely;
use crate::python::tree::NodeId;
use crate::recipe::condition::Store;
use crate::recipe::lifecycle::Lifecycle;
use crate::semantic::ways::is_on_every_way;
use crate::semantic::ways::turns::is_repeated;

/// Finds the function as owner; `None` where no row speaks of it.
///
/// # Errors
/// What stands behind the `yield` cannot end it.
pub(super) fn owner<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    stored: Option<Stored<'a>>,
) -> Result<Option<Owner<'a>>, Unowned> {
    let around = subject.context.enclosing_function(site);
    let Some((function, row)) = around.and_then(|id| lifecycle(subject, id)) else {
        return Ok(None);
    };
    of_row(subject, site, (function, row), stored).map(Some)
}

/// Makes the function the owner, by a row that speaks of it.
///
/// # Errors
/// What stands behind the `yield` cannot end it.
pub(super) fn of_row<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    (function, row): (&'a StmtFunctionDef, &'a Lifecycle),
    stored: Option<Stored<'a>>,
) -> Result<Owner<'a>, Unowned> {
    let in_the_way = |why| not_editable(function, why);
    if !function.is_async {
        return Err(in_the_way("it is a sync function, which cannot wait"));
    }
    let opened = subject.names.scope_opened_by(subject.tree.id(function));
    // A collection keeps what a comprehension starts.
    if stored.is_none() && Some(subject.names.scope_of(site)) != opened {
        return Err(in_the_way("it is started in a lambda or comprehension"));
    }
    let one_yield = "it does not have exactly one `yield`, in a statement by itself";
    let yields = the_yield(subject, function).ok_or_else(|| in_the_way(one_yield))?;
    let runs_always = is_on_every_way(subject, site);
    let is_there = runs_always || stored.is_some_and(|it| has_value_before(subject, &it, site));
    let is_before = subject.tree.range(site).end() <= yields.start();
    if !(is_there && is_before) {
        return Err(in_the_way("it may reach its `yield` without the value"));
    }
    let many = stored.is_some_and(|it| it.store == Store::Collection);
    let runs = running(subject, site);
    Ok(Owner {
        class: None,
        method: function,
        row,
        teardown: Teardown::Behind(function, yields),
        many,
        runs_again: many || is_repeated(subject, site),
        may_lack: !runs_always && !many,
        is_read: is_read(subject, &runs, Some(row)),
        is_told: false,
        runs,
        stored,
        holder: Holder::Local,
    })
}

fn not_editable(function: &StmtFunctionDef, why: &'static str) -> Unowned {
    Unowned::NotEditable {
        method: function.name.to_string(),
        why,
    }
}

/// Returns whether a function goes on behind its `yield`.
pub(super) fn goes_on(subject: &Subject, function: NodeId) -> bool {
    lifecycle(subject, function).is_some()
}

fn lifecycle<'a>(
    subject: &Subject<'a>,
    function: NodeId,
) -> Option<(&'a StmtFunctionDef, &'a Lifecycle)> {
    match subject.tree.node(function) {
        AnyNodeRef::StmtFunctionDef(function) => Some((function, row(subject, function)?)),
        _ => None,
    }
}

/// The module, or a statement of the function itself, gives the place a value before the site does.
fn has_value_before<'a>(subject: &Subject<'a>, stored: &Stored<'a>, site: NodeId) -> bool {
    let tree = subject.tree;
    let text = |range: TextRange| &subject.text()[range];
    let holder = text(stored.holder.range());
    let start = tree.range(site).start();
    if let ExprRef::Name(name) = stored.holder {
        let bindings = subject.names.bindings_of(ScopeId::MODULE, &name.id).iter();
        let mut nodes = bindings.map(|id| subject.names.binding(*id).node);
        if nodes.any(|id| subject.context.enclosing_function(id).is_none()) {
            return true;
        }
    }
    let function = subject.context.enclosing_function(site);
    let Some(AnyNodeRef::StmtFunctionDef(function)) = function.map(|id| tree.node(id)) else {
        return false;
    };
    let before = function.body.iter().take_while(|it| it.end() <= start);
    let mut before = before.into_iter();
    before.any(|statement| match statement {
        Stmt::Assign(assign) => assign.targets.iter().any(|it| text(it.range()) == holder),
        Stmt::AnnAssign(assign) => assign.value.is_some() && text(assign.target.range()) == holder,
        _ => false,
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

/// Returns the innermost `try` of the function around its `yield`.
pub fn innermost_try<'a>(
    subject: &Subject<'a>,
    function: &StmtFunctionDef,
    yields: &Stmt,
) -> Option<&'a StmtTry> {
    tries_around(subject, function, yields).next()
}

fn tries_around<'s, 'a>(
    subject: &'s Subject<'a>,
    function: &'s StmtFunctionDef,
    yields: &Stmt,
) -> impl Iterator<Item = &'a StmtTry> + use<'s, 'a> {
    let around = subject.tree.ancestors(subject.tree.id(yields));
    around.filter_map(|id| match subject.tree.node(id) {
        AnyNodeRef::StmtTry(it) if function.range().contains_range(it.range()) => Some(it),
        _ => None,
    })
}

/// Returns the first statement of the nearest `finally` around a `yield`.
pub fn finally_around<'a>(
    subject: &Subject<'a>,
    function: &StmtFunctionDef,
    yields: &Stmt,
) -> Option<&'a Stmt> {
    tries_around(subject, function, yields).find_map(|it| it.finalbody.first())
}

/// The statement of the only `yield`, in the body, a `with` or a `try` of the function.
fn the_yield<'a>(subject: &Subject<'a>, function: &'a StmtFunctionDef) -> Option<&'a Stmt> {
    let tree = subject.tree;
    let id = tree.id(function);
    let is_own = |it: &NodeId| {
        let node = tree.node(*it);
        node.is_expr_yield() || node.is_expr_yield_from()
    };
    let mut own = subject.context.own_nodes(id).filter(is_own);
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
