//! State on both sides of a site, where other tasks may come to it in between.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprCall};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::accesses::{own_nodes, shared_state};
use super::paths::{Paths, all_shared, shown};
use super::users::{constant, is_given, is_own, users};
use crate::matching::answers::state::{Access, Key, Part, Shared, Told};
use crate::matching::holding::takes_turns;
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Across;
use crate::semantic::ways::{exclusive, reaches};

/// State is used in one of the ways on both sides of the site, with no lock of tasks held.
pub(in crate::matching) fn across(ways: &[Across], site: Site, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let paths = Paths::through(site);
    let mut all = ways.iter().map(|way| match way {
        Across::WrittenThenRead => (
            written_then_read(&paths, function),
            "written before and read after",
        ),
        Across::WrittenInParts => (
            in_parts(&paths, function, true),
            "written before and after, and read elsewhere",
        ),
        Across::ReadInParts => (
            in_parts(&paths, function, false),
            "read before and after, and written elsewhere",
        ),
        Across::CalledThenAsked => (
            told_then_asked(&paths, function),
            "used before and asked after",
        ),
    });
    let Some((mut names, how)) = all.find(|(names, _)| !names.is_empty()) else {
        return Answer::No;
    };
    if takes_turns(site) {
        return Answer::No;
    }
    names.sort_unstable();
    names.dedup();
    evidence.why(format!("`{}` is {how}", names[0]));
    evidence.names = names;
    Answer::Yes
}

fn written_then_read(paths: &Paths, function: NodeId) -> Vec<String> {
    let subject = paths.subject;
    let all = all_shared(subject, function, true);
    let raced = all.iter().filter(|shared| {
        paths.come_between(shared)
            && paths.hand_over(&shared.accesses)
            && !is_always_the_same(subject, shared)
            && !is_own(subject, shared)
    });
    raced.map(|shared| shown(subject, shared)).collect()
}

/// All that writes it sets the same constant.
fn is_always_the_same(subject: &Subject, shared: &Shared) -> bool {
    let written = users(subject, shared.key).filter(|user| user.writes);
    let mut values = written.map(|user| constant(subject, user.node));
    let first = values.next().flatten();
    first.is_some() && values.all(|value| value == first)
}

/// Two accesses to what another function accesses together in the other way, with the site between them.
fn in_parts(paths: &Paths, function: NodeId, writes: bool) -> Vec<String> {
    let subject = paths.subject;
    let known = &subject.answers.parts;
    let all = known.or_find(&(function, writes), || parts(subject, function, writes));
    let is_after = |part: &Part| part.access.at >= paths.range.end();
    let mut before: FxHashMap<NodeId, Vec<&Part>> = FxHashMap::default();
    for part in all.iter().filter(|it| {
        it.access.at <= paths.range.start() && reaches(subject, it.access.node, paths.site)
    }) {
        for other in part.others.iter() {
            before.entry(*other).or_default().push(part);
        }
    }
    let mut names = Vec::new();
    for part in all
        .iter()
        .filter(|it| is_after(it) && reaches(subject, paths.site, it.access.node))
    {
        let first = part.others.iter().filter_map(|other| before.get(other));
        let first = first
            .flatten()
            .filter(|first| is_pair(subject, first, part, writes));
        names.extend(first.flat_map(|first| [first.key.to_string(), part.key.to_string()]));
    }
    names
}

/// What a function writes and others read, or reads and others write.
fn parts<'a>(subject: &Subject<'a>, function: NodeId, writes: bool) -> Rc<[Part<'a>]> {
    let all = all_shared(subject, function, false);
    let mut parts = Vec::new();
    for shared in all.iter().filter(|shared| !is_own(subject, shared)) {
        let others = counterparts(subject, shared.key, function, writes);
        if others.is_empty() {
            continue;
        }
        let others: Rc<[NodeId]> = others.into_iter().collect();
        let is_part = |access: &&Access| {
            access.writes == writes && access.augments.is_none() && !is_given(subject, access.node)
        };
        parts.extend(shared.accesses.iter().filter(is_part).map(|access| Part {
            key: shared.key,
            access: *access,
            others: Rc::clone(&others),
        }));
    }
    parts.into()
}

/// The other functions that read what is written here, or write what is read.
fn counterparts(subject: &Subject, key: Key, function: NodeId, writes: bool) -> FxHashSet<NodeId> {
    let others = users(subject, key);
    let others = others.filter(|user| user.function != function && user.writes != writes);
    others.map(|user| user.function).collect()
}

/// Returns whether two accesses belong together: of the same state two values, or a look whether and then
/// the use of it.
fn is_pair(subject: &Subject, first: &Part, second: &Part, writes: bool) -> bool {
    let (one, other) = (first.access.node, second.access.node);
    let is_joint = !exclusive(subject, one, other);
    let is_same = first.key == second.key;
    is_joint
        && match writes {
            true => !is_same || constant(subject, one) != constant(subject, other),
            false => !is_same || is_tested(subject, one) && !is_tested(subject, other),
        }
}

/// It stands in what an `if`, a `while` or an `assert` asks.
fn is_tested(subject: &Subject, node: NodeId) -> bool {
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

/// Objects whose methods are called for their effect before the site, and that are asked behind or in it.
fn told_then_asked(paths: &Paths, function: NodeId) -> Vec<String> {
    let subject = paths.subject;
    let known = &subject.answers.told;
    let by_object = known.or_find(&function, || told(subject, function));
    let seen = |access: &Access| Access {
        // What is asked in the site is asked while others run.
        at: match !access.writes && paths.range.contains_range(subject.tree.range(access.node)) {
            true => paths.range.end(),
            false => access.at,
        },
        ..*access
    };
    let raced = by_object.iter().filter(|(_, accesses)| {
        let accesses: Vec<Access> = accesses.iter().map(seen).collect();
        paths.hand_over(&accesses)
    });
    raced.map(|(object, _)| (*object).to_owned()).collect()
}

/// Objects whose methods a function calls for their effect, and that it asks, too.
fn told<'a>(subject: &Subject<'a>, function: NodeId) -> Rc<[Told<'a>]> {
    let mut by_object: FxHashMap<&str, Vec<Access>> = FxHashMap::default();
    for node in own_nodes(subject, function) {
        if let Some((key, access)) = told_or_asked(subject, node) {
            by_object.entry(key).or_default().push(access);
        }
    }
    let is_both = |accesses: &[Access]| {
        accesses.iter().any(|it| it.writes) && accesses.iter().any(|it| !it.writes)
    };
    by_object.retain(|_, accesses| is_both(accesses));
    by_object.into_iter().collect()
}

/// An attribute of an object that other tasks have, too: whether a method is called for its effect alone.
fn told_or_asked<'a>(subject: &Subject<'a>, node: NodeId) -> Option<(&'a str, Access)> {
    let tree = subject.tree;
    let AnyNodeRef::ExprAttribute(attribute) = tree.node(node) else {
        return None;
    };
    let object = tree.id(&*attribute.value);
    shared_state(subject, object)?;
    if !attribute.ctx.is_load() || is_self(subject, object) {
        return None;
    }
    let call = tree.call_of(node);
    if call.is_some_and(|call| is_known(subject, call)) {
        return None;
    }
    let outer = call.map_or(node, |call| tree.id(call));
    let outer = match tree.parent_node(outer) {
        AnyNodeRef::ExprAwait(awaited) => tree.id(awaited),
        _ => outer,
    };
    let range = tree.range(outer);
    let told = call.is_some() && tree.parent_node(outer).is_stmt_expr();
    let access = Access {
        node,
        at: if told { range.end() } else { range.start() },
        writes: told,
        sets: told,
        takes: false,
        augments: None,
    };
    Some((&subject.text()[attribute.value.range()], access))
}

fn is_known<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    let here = subject.resolver.local_callables((&*call.func).into());
    !here.is_empty()
}

fn is_self(subject: &Subject, object: NodeId) -> bool {
    match subject.tree.node(object) {
        AnyNodeRef::ExprName(name) => subject.resolver.receiver(name).is_some(),
        _ => false,
    }
}
