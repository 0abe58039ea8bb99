//! Is a lock held that a def of another file took, and left so?

use std::path::Path;
use std::sync::Arc;

use memchr::memmem::find;
use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use super::entering;
use super::locks::is_taken_so;
use crate::matching::answers::state::LocksLeftThere;
use crate::matching::kind::is_kind;
use crate::matching::site::{Evidence, Site, any};
use crate::matching::subject::Subject;
use crate::project::driven::name_of;
use crate::project::read_off::{LeftLock, LeftLocks};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::semantic::call::Target;

/// A call before the site in its function took it, and none between gave it back.
pub(super) fn acquired(site: Site, kinds: &[String], evidence: &mut Evidence) -> Answer {
    let Some(function) = site.subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let left = left_there(site.subject, function, kinds);
    let mut held: Vec<&LeftLock> = Vec::new();
    for (_, lock) in left.iter().take_while(|(call, _)| *call < site.node) {
        match lock.takes {
            true => held.push(lock),
            false => held.retain(|it| it.spelled != lock.spelled),
        }
    }
    any(held, |lock| {
        evidence.why(format!("`{}` is held here", lock.spelled));
        lock.answer
    })
}

/// The calls in a function of defs of other files that leave a lock.
fn left_there(subject: &Subject, function: NodeId, kinds: &[String]) -> LocksLeftThere {
    let known = &subject.answers.locks_left_there;
    known.or_find(&(function, kinds.as_ptr()), || {
        let inside = subject.context.own_nodes(function);
        let left = inside.flat_map(|id| {
            let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
                return Vec::new();
            };
            let targets = subject.targets((&*call.func).into()).into_iter();
            let left = targets.flat_map(|target| match target {
                Target::There(def) => {
                    let locks = locks_of(subject, &def.path, kinds);
                    locks.get(&def.name).cloned().unwrap_or_default()
                }
                Target::Here(_) | Target::Outside(_) => Vec::new(),
            });
            left.map(|lock| (id, lock)).collect()
        });
        left.collect()
    })
}

/// The locks that the defs of another file leave.
fn locks_of(subject: &Subject, path: &Path, kinds: &[String]) -> Arc<LeftLocks> {
    let read_off = subject.facts.read_off();
    subject.facts.note(path);
    read_off.left_locks(path.to_owned(), kinds, || {
        let source = subject.facts.source(path);
        let may_take = |text: &str| find(text.as_bytes(), b"acquire").is_some();
        let Some(source) = source.filter(|it| may_take(it.text())) else {
            return LeftLocks::default();
        };
        read_off.count();
        let left = subject.of_source(&source, |other| {
            let tree = other.tree;
            let defs = tree
                .ids()
                .filter(|id| tree.node(*id).is_stmt_function_def());
            let left = defs.map(|def| (name_of(tree, def), left_by(other, def, kinds)));
            left.filter(|(_, locks)| !locks.is_empty()).collect()
        });
        left.unwrap_or_default()
    })
}

fn left_by(subject: &Subject, def: NodeId, kinds: &[String]) -> Vec<LeftLock> {
    // What a generator takes where it is gone over is asked there.
    if subject.is_generator(subject.tree.node(def)) {
        return Vec::new();
    }
    let left = entering::left(subject, def).into_iter().map(|call| {
        let fits = |kind: &&String| is_taken_so(subject.kinds.find(kind), call.is_awaited);
        let kinds = kinds.iter().filter(fits);
        LeftLock {
            spelled: subject.text()[call.lock.range()].to_owned(),
            takes: call.takes,
            answer: any(kinds, |kind| is_kind(subject, call.lock, kind).answer),
        }
    });
    left.filter(|it| it.answer != Answer::No).collect()
}
