//! State on both sides of a site, where other tasks may come to it in between.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::paths::{Paths, all_shared, shown};
use super::told::{is_tested, tested_then_told, told_then_asked};
use super::users::{constant, is_given, is_own, users};
use crate::matching::answers::state::{Access, Key, Part, Shared};
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
            "written before the await and read after it",
        ),
        Across::WrittenInParts => (
            in_parts(&paths, function, true),
            "written before and after the await, and read elsewhere",
        ),
        Across::ReadInParts => (
            in_parts(&paths, function, false),
            "read before and after the await, and written elsewhere",
        ),
        Across::CalledThenAsked => (
            told_then_asked(&paths, function),
            "used before the await and read after it",
        ),
        Across::TestedThenCalled => (
            tested_then_told(&paths, function),
            "tested before the await and used after it",
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
            && !is_own(subject, shared, Some(paths.site))
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
    let is_after =
        |part: &Part| part.access.at >= paths.range.end() && !paths.waits_behind(&part.access);
    let mut before: FxHashMap<NodeId, Vec<&Part>> = FxHashMap::default();
    for part in all.iter().filter(|it| {
        it.access.at <= paths.range.start()
            && reaches(subject, it.access.node, paths.site)
            && !paths.waits_before(&it.access)
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
    for shared in all.iter().filter(|shared| !is_own(subject, shared, None)) {
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
