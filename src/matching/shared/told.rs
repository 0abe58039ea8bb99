//! Objects that other tasks use, too, and are told something on one side of a site, and asked on the other.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprCall, ExprContext};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::accesses::shared_state;
use super::changed::{is_mutated, target};
use super::paths::{Paths, all_shared, writes_shared};
use super::presence::is_presence_test;
use crate::matching::answers::state::{Access, ObjectUse, Told};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::semantic::ways::{dominators, exclusive};

/// Objects whose methods are called for their effect before the site, and that are asked behind or in it.
pub(super) fn told_then_asked(paths: &Paths, function: NodeId) -> Vec<String> {
    let subject = paths.subject;
    // What is asked in the site is asked while others run; what is given to it is read before.
    let seen = |used: &ObjectUse| {
        let access = used.access;
        let is_inside = paths.range.contains_range(subject.tree.range(access.node));
        match is_inside {
            true if used.is_whole() => None,
            true if !access.writes => Some(Access {
                at: paths.range.end(),
                ..access
            }),
            _ => Some(access),
        }
    };
    let all = all_told(subject, function);
    let raced = all.iter().filter(|(_, uses)| {
        let accesses: Vec<Access> = uses.iter().filter_map(seen).collect();
        paths.hand_over(&accesses)
    });
    raced.map(|(object, _)| (*object).to_owned()).collect()
}

/// Objects that are tested before the site, and whose methods are called for their effect behind it.
pub(super) fn tested_then_told(paths: &Paths, function: NodeId) -> Vec<String> {
    let subject = paths.subject;
    let all = all_told(subject, function);
    let raced = all.iter().filter(|(_, uses)| {
        let accesses = || uses.iter().map(|it| &it.access);
        let tests = accesses().filter(|it| !it.writes && is_tested(subject, it.node));
        let tests: Vec<&Access> = tests.collect();
        let told = accesses().filter(|it| it.writes);
        let mut told = told.filter(|it| paths.is_behind(it, it.at > paths.range.end()));
        told.any(|told| {
            let before = tests.iter().filter(|it| paths.is_before(it));
            let mut raced = before.filter(|it| !exclusive(subject, it.node, told.node));
            raced.next().is_some() && !is_tested_anew(paths, &tests, told)
        })
    });
    raced.map(|(object, _)| (*object).to_owned()).collect()
}

/// A test stands on every way from the site to a call.
fn is_tested_anew(paths: &Paths, tests: &[&Access], told: &Access) -> bool {
    let tree = paths.subject.tree;
    // A loop asks anew before it ends.
    let is_between = |test: &&&Access| {
        test.at >= paths.range.end() || paths.is_repeated(test) && !paths.is_repeated(told)
    };
    let between = tests.iter().filter(is_between);
    let between: Vec<NodeId> = between.filter_map(|it| tree.statement(it.node)).collect();
    !between.is_empty() && dominators(paths.subject, told.node).any(|id| between.contains(&id))
}

/// It stands in what an `if`, a `while` or an `assert` asks.
pub(super) fn is_tested(subject: &Subject, node: NodeId) -> bool {
    let range = subject.tree.range(node);
    let statement = subject.tree.statement(node).map(|id| subject.tree.node(id));
    let test = match statement {
        Some(AnyNodeRef::StmtIf(it)) => it.test.range(),
        Some(AnyNodeRef::StmtWhile(it)) => it.test.range(),
        Some(AnyNodeRef::StmtAssert(it)) => it.test.range(),
        _ => return false,
    };
    test.contains_range(range)
}

/// Objects whose methods a function calls for their effect, and that it asks, too.
fn all_told<'a>(subject: &Subject<'a>, function: NodeId) -> Rc<[Told<'a>]> {
    let find = || {
        let mut by_object: FxHashMap<&str, Vec<ObjectUse>> = FxHashMap::default();
        for node in subject.context.nodes_of(function) {
            if let Some((object, used)) = told_or_asked(subject, node) {
                by_object.entry(object).or_default().push(used);
            }
        }
        by_object.retain(|_, uses| {
            // What is known of containers is known of their parts, too.
            if uses.iter().any(|it| is_mutated(subject, it.object)) {
                uses.retain(|it| !it.is_whole());
            }
            uses.iter().any(|it| it.access.writes) && uses.iter().any(|it| !it.access.writes)
        });
        by_object.into_iter().collect()
    };
    subject.answers.told.or_find(&function, find)
}

/// A use of an object that other tasks have, too: whether a method is called for its effect alone.
fn told_or_asked<'a>(subject: &Subject<'a>, object: NodeId) -> Option<(&'a str, ObjectUse)> {
    let tree = subject.tree;
    let (context, _) = shared_state(subject, object)?;
    if context != ExprContext::Load || is_self(subject, object) {
        return None;
    }
    let access = match tree.parent_node(object) {
        AnyNodeRef::ExprAttribute(attribute) => {
            let node = tree.id(attribute);
            attribute
                .ctx
                .is_load()
                .then(|| of_attribute(subject, node))??
        }
        _ if target(subject, object).is_some() => return None,
        AnyNodeRef::WithItem(_) => access(subject, object, true),
        _ if is_presence_test(subject, object) => return None,
        _ => access(subject, object, false),
    };
    Some((
        &subject.text()[tree.range(object)],
        ObjectUse { object, access },
    ))
}

/// A method of an object is called, or an attribute is read.
fn of_attribute(subject: &Subject, node: NodeId) -> Option<Access> {
    let tree = subject.tree;
    let call = tree.call_of(node);
    let outer = call.map_or(node, |call| tree.id(call));
    let outer = match tree.parent_node(outer) {
        AnyNodeRef::ExprAwait(awaited) => tree.id(awaited),
        _ => outer,
    };
    let is_told = call.is_some() && tree.parent_node(outer).is_stmt_expr();
    let counts = call.is_none_or(|call| may_matter(subject, call, is_told));
    let range = tree.range(outer);
    counts.then_some(Access {
        node,
        at: if is_told { range.end() } else { range.start() },
        ..access(subject, node, is_told)
    })
}

fn access(subject: &Subject, node: NodeId, is_told: bool) -> Access {
    Access {
        node,
        at: subject.tree.range(node).start(),
        writes: is_told,
        sets: is_told,
        takes: false,
        augments: None,
    }
}

/// Returns whether a method that is called may change what it is called on, or asks something that may change. One that
/// is not known may do all.
fn may_matter<'a>(subject: &Subject<'a>, call: &'a ExprCall, is_told: bool) -> bool {
    let known = subject.resolver.local_callables((&*call.func).into());
    known.is_empty()
        || known.iter().any(|it| {
            let AnyNodeRef::StmtFunctionDef(def) = it else {
                return false;
            };
            let function = subject.tree.id(def);
            match is_told {
                true => writes_shared(subject, function, false),
                false => !all_shared(subject, function, true).is_empty(),
            }
        })
}

fn is_self(subject: &Subject, object: NodeId) -> bool {
    match subject.tree.node(object) {
        AnyNodeRef::ExprName(name) => subject.resolver.receiver(name).is_some(),
        _ => false,
    }
}
