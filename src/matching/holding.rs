//! Is a lock held around the site? By `with` or `async with`, or acquired before it and not released.

use ruff_python_ast::{AnyNodeRef, ExprRef, WithItem};
use ruff_text_size::Ranged;

use super::answers::LockCall;
use super::kind::is_kind;
use super::place;
use super::site::{Evidence, Site, any};
use super::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::kind::{Kind, Serializes};

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
        for item in entered_around(subject, site.node, is_of_tasks(row)) {
            let value = ExprRef::from(&item.context_expr);
            let is_called = row.is_some_and(|row| is_called(value, row));
            let held = match is_kind(subject, value, kind).answer {
                Answer::Unknown if !is_called => Answer::No,
                held => held,
            };
            if held != Answer::No {
                evidence.why(format!("`{}` is held here", &subject.text()[value.range()]));
            }
            answer = answer.or(held);
        }
    }
    answer.or(acquired(site, kinds, evidence))
}

/// A lock of tasks is entered by `async with`, and its `acquire()` is awaited.
fn is_of_tasks(kind: Option<&Kind>) -> bool {
    kind.is_some_and(|kind| kind.serializes == Some(Serializes::Tasks))
}

/// The items of the `with` statements whose body holds the site, inside its function.
fn entered_around<'a>(subject: &Subject<'a>, node: NodeId, is_async: bool) -> Vec<&'a WithItem> {
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
fn is_called(value: ExprRef, kind: &Kind) -> bool {
    let name = match value {
        ExprRef::Name(name) => name.id.as_str(),
        ExprRef::Attribute(attribute) => attribute.attr.as_str(),
        ExprRef::Call(call) => return is_called((&call.func).into(), kind),
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    kind.called.iter().any(|part| name.contains(part.as_str()))
}

/// `lock.acquire()` before the site in its function, without `lock.release()` between.
fn acquired(site: Site, kinds: &[String], evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let calls = subject
        .answers
        .lock_calls
        .or_find(&function, || lock_calls(subject, function).into());
    let mut held: Vec<(&str, Answer)> = Vec::new();
    for call in calls.iter().take_while(|call| call.node < site.node) {
        let text = &subject.text()[call.lock.range()];
        if call.takes {
            let fits = |kind: &&String| is_of_tasks(subject.kinds.find(kind)) == call.is_awaited;
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

fn lock_calls<'a>(subject: &Subject<'a>, function: NodeId) -> Vec<LockCall<'a>> {
    let calls = subject.tree.descendants(function).filter_map(|node| {
        let AnyNodeRef::ExprCall(call) = subject.tree.node(node) else {
            return None;
        };
        let method = call.func.as_attribute_expr()?;
        let takes = match method.attr.as_str() {
            "acquire" => true,
            "release" => false,
            _ => return None,
        };
        Some(LockCall {
            node,
            lock: ExprRef::from(&method.value),
            takes,
            is_awaited: subject.tree.parent_node(node).is_expr_await(),
        })
    });
    calls.collect()
}
