//! Is a lock held around the site? By `with` or `async with`, or acquired before it and not released.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;

use super::kind::is_kind;
use super::site::{Evidence, Site, any};
use super::subject::Subject;
use crate::matching::answers::state::LockCall;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::kind::Kind;
use locks::{entered_around, is_called, is_of_tasks, is_taken_so, lock_calls};

pub(super) use nothing::holds_nothing;

mod entering;

mod locks;

mod nothing;

mod there;

/// Returns whether tasks take turns at the site: a lock of tasks is entered around it.
pub(super) fn takes_turns(site: Site) -> bool {
    let subject = site.subject;
    let rows = subject.kinds.rows.iter();
    let locks: Vec<&Kind> = rows.filter(|row| is_of_tasks(Some(row))).collect();
    let items = entered_around(subject, site.node, true);
    items.iter().any(|item| {
        let value = ExprRef::from(&item.context_expr);
        locks
            .iter()
            .any(|lock| is_kind(subject, value, &lock.id).answer.is_yes() || is_called(value, lock))
    })
}

/// A value of one of the kinds is entered around the site, or acquired before it and not released.
pub(super) fn holding(site: Site, kinds: &[String], evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let mut answer = Answer::No;
    for kind in kinds {
        let row = subject.kinds.find(kind);
        for is_async in [false, true] {
            if is_taken_so(row, is_async) {
                answer = answer.or(entered(site, kind, is_async, evidence));
            }
        }
    }
    answer
        .or(acquired(site, kinds, evidence))
        .or(there::acquired(site, kinds, evidence))
}

/// A `with`, or an `async with`, around the site enters a value of the kind.
fn entered(site: Site, kind: &str, is_async: bool, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let row = subject.kinds.find(kind);
    let mut answer = Answer::No;
    for item in entered_around(subject, site.node, is_async) {
        let value = ExprRef::from(&item.context_expr);
        let is_called = row.is_some_and(|row| is_called(value, row));
        let held = match is_kind(subject, value, kind).answer {
            _ if entering::takes(subject, value, kind, is_async) => Answer::Yes,
            Answer::Unknown if !is_called => Answer::No,
            held => held,
        };
        if held != Answer::No {
            evidence.why(format!("`{}` is held here", &subject.text()[value.range()]));
        }
        answer = answer.or(held);
    }
    answer
}

/// `lock.acquire()` before the site in its function, without `lock.release()` between.
fn acquired(site: Site, kinds: &[String], evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let calls = lock_calls(subject, function);
    let called = lock_calls_of_called(subject, function);
    let mut calls: Vec<&LockCall> = calls.iter().chain(called.iter()).collect();
    calls.sort_by_key(|call| call.node);
    let mut held: Vec<(&str, Answer)> = Vec::new();
    for call in calls.iter().take_while(|call| call.node < site.node) {
        let text = &subject.text()[call.lock.range()];
        if call.takes {
            let range = subject.tree.range(site.node);
            if !call.until.is_none_or(|until| until.contains_range(range)) {
                continue;
            }
            let fits = |kind: &&String| is_taken_so(subject.kinds.find(kind), call.is_awaited);
            let kinds = kinds.iter().filter(fits);
            let answer = any(kinds, |kind| is_kind(subject, call.lock, kind).answer);
            held.push((text, answer));
        } else {
            held.retain(|(lock, _)| *lock != text);
        }
    }
    held.retain(|(_, answer)| *answer != Answer::No);
    if let Some((lock, _)) = held.first() {
        evidence.why(format!("`{lock}` is held here"));
    }
    any(held, |(_, held)| held)
}

/// The calls in a function of defs of this file that take a lock and keep it, or release one that they did
/// not take.
fn lock_calls_of_called<'a>(subject: &Subject<'a>, function: NodeId) -> Rc<[LockCall<'a>]> {
    let known = &subject.answers.lock_calls_of_called;
    known.or_find(&function, || {
        let inside = subject.context.own_nodes(function);
        let calls = inside.filter_map(|id| match subject.tree.node(id) {
            AnyNodeRef::ExprCall(call) => Some((id, call)),
            _ => None,
        });
        let of_call = calls.flat_map(|(id, call)| {
            let defs = subject.resolver.local_callables((&*call.func).into());
            // What a class or generator takes where it is entered is asked there.
            let runs_now =
                |def: &AnyNodeRef<'a>| def.is_stmt_function_def() && !subject.is_generator(*def);
            let defs = defs.into_iter().filter(runs_now);
            let defs = defs
                .map(|def| subject.tree.id(def))
                .filter(|def| *def != function);
            let calls = defs.flat_map(|def| entering::left(subject, def));
            calls.map(move |call| LockCall { node: id, ..call })
        });
        of_call.collect()
    })
}
