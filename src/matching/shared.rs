//! Words that decide whether a new suspension point is harmless: locks held, state read before and
//! written after.

use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, ExprRef, WithItem};
use ruff_text_size::{Ranged, TextSize};

use super::evaluate::{Evidence, Site};
use super::kind::is_kind;
use super::place;
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// The kind whose holder may await: tasks take turns at it.
const TASK_LOCK: &str = "asyncio-lock";

/// A value of one of the kinds is entered around the site, or acquired before it and not released.
pub(super) fn holding(site: Site, kinds: &[String], evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let mut answer = Answer::No;
    for item in entered_around(subject, site.node, false) {
        let value = ExprRef::from(&item.context_expr);
        for kind in kinds {
            let held = match is_kind(subject, value, kind).answer {
                Answer::Unknown if !called_lock(value) => Answer::No,
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

/// What nobody knows but calls itself a lock is better taken for one.
fn called_lock(value: ExprRef) -> bool {
    let name = match value {
        ExprRef::Name(name) => name.id.as_str(),
        ExprRef::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    ["lock", "mutex", "semaphore"]
        .iter()
        .any(|word| name.contains(word))
}

/// `lock.acquire()` before the site in its function, without `lock.release()` between.
fn acquired(site: Site, kinds: &[String], evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let mut held: Vec<&str> = Vec::new();
    for id in subject
        .tree
        .descendants(function)
        .take_while(|id| *id < site.node)
    {
        let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
            continue;
        };
        let Expr::Attribute(method) = call.func.as_ref() else {
            continue;
        };
        let owner = ExprRef::from(&method.value);
        let text = &subject.text()[owner.range()];
        let of_kind = || {
            kinds
                .iter()
                .any(|kind| is_kind(subject, owner, kind).answer.is_yes())
        };
        match method.attr.as_str() {
            "acquire" if of_kind() => held.push(text),
            "release" => held.retain(|lock| *lock != text),
            _ => {}
        }
    }
    if let Some(lock) = held.first() {
        evidence.why(format!("`{lock}` is held here"));
    }
    Answer::from(!held.is_empty())
}

/// One access to state that other tasks see.
struct Access<'a> {
    key: &'a str,
    node: NodeId,
    /// When it happens, as an offset: a target is written at the end of its statement.
    at: TextSize,
    writes: bool,
}

/// An attribute, global or nonlocal is read before the site and written after it, with no lock of
/// tasks held.
pub(super) fn read_before_written_after(site: Site, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let guarded = entered_around(subject, site.node, true).iter().any(|item| {
        let value = ExprRef::from(&item.context_expr);
        is_kind(subject, value, TASK_LOCK).answer.is_yes() || called_lock(value)
    });
    if guarded {
        return Answer::No;
    }
    let accesses = accesses(subject, function, site.node);
    for read in accesses.iter().filter(|access| !access.writes) {
        let raced = accesses.iter().any(|write| {
            write.writes
                && write.key == read.key
                && on_path(subject, site.node, read, false)
                && on_path(subject, site.node, write, true)
                && !place::exclusive(subject, read.node, write.node)
        });
        if raced && !evidence.names.iter().any(|name| name == read.key) {
            evidence.names.push(read.key.to_owned());
        }
    }
    if let Some(name) = evidence.names.first() {
        evidence.why(format!("`{name}` is read before and written after"));
    }
    Answer::from(!evidence.names.is_empty())
}

/// Whether the access may run before (after) the site: by place, or because a loop holds both.
fn on_path(subject: &Subject, site: NodeId, access: &Access, after: bool) -> bool {
    if place::exclusive(subject, site, access.node) && !shares_loop(subject, site, access.node) {
        return false;
    }
    let start = subject.tree.range(site).start();
    let in_order = if after {
        access.at > start
    } else {
        access.at < start
    };
    in_order || shares_loop(subject, site, access.node)
}

fn shares_loop(subject: &Subject, one: NodeId, other: NodeId) -> bool {
    place::inside_function(subject, one).any(|id| {
        matches!(
            subject.tree.node(id),
            AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)
        ) && subject.tree.contains(id, other)
    })
}

fn accesses<'a>(subject: &Subject<'a>, function: NodeId, site: NodeId) -> Vec<Access<'a>> {
    let mut accesses = Vec::new();
    let own = subject
        .tree
        .descendants(function)
        .filter(|id| subject.context.enclosing_function(*id) == Some(function));
    for node in own {
        let range = subject.tree.range(node);
        let Some((context, key)) = shared_state(subject, node) else {
            continue;
        };
        let parent = subject.tree.parent_node(node);
        let stored_into = matches!(parent, AnyNodeRef::ExprSubscript(item)
            if item.ctx != ExprContext::Load && item.value.range().contains_range(range));
        let writes = context != ExprContext::Load || stored_into;
        let statement = subject
            .tree
            .statement(node)
            .map_or(range, |id| subject.tree.range(id));
        accesses.push(Access {
            key,
            node,
            at: if writes {
                statement.end()
            } else {
                range.start()
            },
            writes,
        });
        // `x += await f()` reads x before it awaits.
        if matches!(parent, AnyNodeRef::StmtAugAssign(_))
            && writes
            && statement.contains_range(subject.tree.range(site))
        {
            accesses.push(Access {
                key,
                node,
                at: statement.start(),
                writes: false,
            });
        }
    }
    accesses
}

/// The name of the state a node stands for: `self.total`, a global, a nonlocal.
fn shared_state<'a>(subject: &Subject<'a>, node: NodeId) -> Option<(ExprContext, &'a str)> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprAttribute(attribute) => {
            let root = attribute.value.as_name_expr()?;
            let module = matches!(subject.resolver.meaning(root.into()), Meaning::Qualified(_));
            (!module).then(|| (attribute.ctx, &subject.text()[attribute.range()]))
        }
        AnyNodeRef::ExprName(name) => {
            let scope = subject.names.scope_of(node);
            let owner = subject.names.lookup(scope, &name.id)?;
            let function = subject.context.enclosing_function(node)?;
            let own = subject.names.scope_opened_by(function);
            (owner == ScopeId::MODULE || Some(owner) < own).then_some((name.ctx, name.id.as_str()))
        }
        _ => None,
    }
}
