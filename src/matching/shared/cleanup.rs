//! State that a task's cleanup comes to, and what stands behind the site that waits for it now.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::paths::{Paths, all_shared};
use crate::matching::answers::state::{Access, Cleanup, Shared};
use crate::matching::capture::Captures;
use crate::matching::site::Site;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::source::cell::cell_at;

/// What `functions` do on their way out is written there and used behind the site, or the other way
/// round: done before, it meets another state. Returns the name of that.
pub(in crate::matching) fn meets_cleanup(
    subject: &Subject,
    site: NodeId,
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
    let mut behind: FxHashMap<_, bool> = FxHashMap::default();
    for shared in all_shared(subject, function.unwrap_or(NodeId::ROOT), true).iter() {
        for access in shared.accesses.iter().filter(|it| follows(it)) {
            *behind.entry(shared.key.last()).or_default() |= access.writes;
        }
    }
    let found = met.iter().flat_map(|it| it.iter()).find(|cleanup| {
        let writes = behind.get(&cleanup.key.last());
        writes.is_some_and(|writes| cleanup.writes || *writes)
    });
    found.map(|cleanup| cleanup.key.to_string())
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
