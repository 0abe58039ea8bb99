//! State that a task's cleanup comes to, and what stands behind the site that waits for it now.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExceptHandler, ExprName, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::accesses::access;
use super::key::own_parameter;
use super::paths::{Paths, all_shared};
use crate::matching::answers::state::{Access, Cleanup, Shared};
use crate::matching::capture::Captures;
use crate::matching::site::Site;
use crate::matching::subject::Subject;
use crate::matching::uses::is_parameter;
use crate::python::tree::NodeId;
use crate::source::cell::cell_at;

/// What the functions that a call starts do on their way out is written there and used behind the site, or the other way
/// round: done before, it meets another state. Returns the name of that.
pub(in crate::matching) fn meets_cleanup(
    subject: &Subject,
    site: NodeId,
    call: NodeId,
    functions: &[NodeId],
) -> Option<String> {
    let met: Vec<Rc<[Cleanup]>> = functions.iter().map(|it| met(subject, *it)).collect();
    if met.iter().all(|it| it.is_empty()) {
        return None;
    }
    let function = subject.context.enclosing_function(site);
    let none = Captures::default();
    let paths = Paths::through(Site::at(subject, site, &none));
    // What other cells do is done behind the cleanup as before: the loop runs between them.
    let cell = match function {
        Some(_) => None,
        None => cell_at(subject.module.cells(), paths.range.start()),
    };
    let follows = |access: &Access| {
        let range = subject.tree.range(access.node);
        cell.is_none_or(|cell| cell.range.contains_range(range))
            && paths.is_behind(access, access.at >= paths.range.end())
    };
    let behind = accessed(subject, function, &follows);
    let found = met.iter().flat_map(|it| it.iter()).find(|cleanup| {
        let writes = behind.get(&cleanup.key.last());
        writes.is_some_and(|writes| cleanup.writes || *writes)
    });
    let given = || {
        let names = handed_over(subject, function?, call, functions);
        used_behind(subject, names, function?, &follows)
    };
    let kept = found.map(|cleanup| cleanup.key.to_string());
    kept.or_else(given)
}

/// The state that a function, or the module, comes to behind the site, and whether it is written there.
fn accessed<'a>(
    subject: &Subject<'a>,
    function: Option<NodeId>,
    follows: &dyn Fn(&Access) -> bool,
) -> FxHashMap<(bool, Option<&'a str>), bool> {
    let mut behind: FxHashMap<_, bool> = FxHashMap::default();
    for shared in all_shared(subject, function.unwrap_or(NodeId::ROOT), true).iter() {
        for access in shared.accesses.iter().filter(|it| follows(it)) {
            *behind.entry(shared.key.last()).or_default() |= access.writes;
        }
    }
    behind
}

/// The code of a function that uses one of the names, or attributes, behind the site.
fn used_behind(
    subject: &Subject,
    names: FxHashSet<&str>,
    function: NodeId,
    follows: &dyn Fn(&Access) -> bool,
) -> Option<String> {
    let used = subject.context.nodes_of(function).find(|id| {
        let (name, context) = match subject.tree.node(*id) {
            AnyNodeRef::ExprName(it) => (it.id.as_str(), it.ctx),
            AnyNodeRef::ExprAttribute(it) => (it.attr.as_str(), it.ctx),
            _ => return false,
        };
        names.contains(name) && follows(&access(subject, *id, context))
    })?;
    Some(subject.text()[subject.tree.range(used)].to_owned())
}

/// The names of a function for what the functions that a call runs use on their way out: what it gives them, and
/// what they take from around.
fn handed_over<'a>(
    subject: &Subject<'a>,
    around: NodeId,
    call: NodeId,
    functions: &[NodeId],
) -> FxHashSet<&'a str> {
    let tree = subject.tree;
    let scope = subject.names.scope_opened_by(around);
    let mut names = FxHashSet::default();
    let mut uses_given = false;
    for function in functions {
        let cleanups = cleanups(subject, *function);
        for id in subject.context.own_nodes(*function) {
            let range = tree.range(id);
            let AnyNodeRef::ExprName(name) = tree.node(id) else {
                continue;
            };
            if !cleanups.iter().any(|it| it.contains_range(range)) || !is_acted_on(subject, id) {
                continue;
            }
            uses_given |= is_parameter(subject, name.into()) && !is_own_object(subject, id, name);
            if scope.is_some()
                && subject.names.lookup(subject.names.scope_of(id), &name.id) == scope
            {
                names.insert(name.id.as_str());
            }
        }
    }
    if uses_given {
        names.extend(given_by(subject, call));
    }
    names
}

/// The names and attributes that a call gives.
fn given_by<'a>(subject: &Subject<'a>, call: NodeId) -> Vec<&'a str> {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(call) else {
        return Vec::new();
    };
    let given = subject.tree.descendants(subject.tree.id(&call.arguments));
    let named = given
        .filter(|id| subject.tree.call_of(*id).is_none())
        .filter_map(|id| match subject.tree.node(id) {
            AnyNodeRef::ExprName(name) if !is_own_object(subject, id, name) => {
                Some(name.id.as_str())
            }
            AnyNodeRef::ExprAttribute(it) => Some(it.attr.as_str()),
            _ => None,
        });
    named.collect()
}

/// A name is that of the object whose method it stands in.
fn is_own_object(subject: &Subject, id: NodeId, name: &ExprName) -> bool {
    own_parameter(subject, id) == Some(name.id.as_str())
}

/// Something is done with what a name stands for: its method is called, it is handed on, or changed.
fn is_acted_on(subject: &Subject, name: NodeId) -> bool {
    match subject.tree.parent_node(name) {
        AnyNodeRef::ExprAttribute(it) => {
            let attribute = subject.tree.id(it);
            subject.tree.call_of(attribute).is_some() || !it.ctx.is_load()
        }
        AnyNodeRef::ExprSubscript(it) => !it.ctx.is_load(),
        AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => true,
        _ => false,
    }
}

/// Returns whether a function comes to shared state on its way out.
pub(in crate::matching) fn has_cleanup(subject: &Subject, function: NodeId) -> bool {
    !met(subject, function).is_empty()
}

/// What a function does to shared state on its way out.
fn met<'a>(subject: &Subject<'a>, function: NodeId) -> Rc<[Cleanup<'a>]> {
    let find = || {
        let cleanups = cleanups(subject, function);
        let in_cleanup = |id: NodeId| {
            let range = subject.tree.range(id);
            cleanups.iter().any(|cleanup| cleanup.contains_range(range))
        };
        let all = all_shared(subject, function, true);
        let of_one = |shared: &Shared<'a>| {
            let mut own = shared.accesses.iter().filter(|it| in_cleanup(it.node));
            let first = own.next()?;
            Some(Cleanup {
                key: shared.key,
                writes: first.writes || own.any(|access| access.writes),
            })
        };
        all.iter().filter_map(of_one).collect()
    };
    subject.answers.cleanups.or_find(&function, find)
}

/// The code that a function runs on its way out, where it is cancelled.
fn cleanups(subject: &Subject, function: NodeId) -> Vec<TextRange> {
    let mut ranges = Vec::new();
    let mut add = |body: &[Stmt]| {
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            ranges.push(TextRange::new(first.start(), last.end()));
        }
    };
    for id in subject.context.own_nodes(function) {
        if let AnyNodeRef::StmtTry(statement) = subject.tree.node(id) {
            add(&statement.finalbody);
            for ExceptHandler::ExceptHandler(handler) in &statement.handlers {
                add(&handler.body);
            }
        }
    }
    ranges
}
