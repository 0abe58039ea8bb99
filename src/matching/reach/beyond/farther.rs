//! What a function of another file runs in a third one: who calls whom is read off a file once.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};
use rustc_hash::FxHashMap;

use super::Beyond;
use super::called::{Called, name_of, originals};
use crate::matching::capture::Captures;
use crate::matching::reach::Search;
use crate::matching::replaced::original_of;
use crate::matching::site::Site;
use crate::matching::subject::Subject;
use crate::project::original::Original;
use crate::project::read_off::{self, CalledByName, Calls};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

/// What a function calls.
#[derive(Debug, Default)]
pub(super) struct Collected {
    /// The function itself is looked through.
    is_begun: Cell<bool>,
    all: RefCell<Vec<Original>>,
}

impl Collected {
    pub(super) fn add(&self, original: Original) {
        self.all.borrow_mut().push(original);
    }
}

impl<'a> Search<'_, '_, 'a> {
    /// Returns whether a call of the function is collected, and not looked through here.
    pub(in crate::matching::reach) fn is_collected(&self, function: &'a StmtFunctionDef) -> bool {
        let Some(calls) = self.beyond.and_then(|it| it.calls.as_ref()) else {
            return false;
        };
        if !calls.is_begun.replace(true) {
            return false;
        }
        let subject = self.site.subject;
        let original = of_top(subject, subject.tree.id(function));
        original.map(|it| calls.add(it)).is_some()
    }

    /// What a function of another file runs in the files that it calls; `None`: nothing that is a match.
    pub(super) fn farther(&self, called: Called, original: &Original) -> Option<read_off::Called> {
        let subject = self.site.subject;
        let asked = subject.asks_file(&original.path, called.word, None);
        let find = || self.found_farther(called, &original.path);
        let all = subject.facts.read_off().farther(asked, find);
        all.get(&name_of(original)).cloned()
    }

    /// The functions of a file that run a match of another one.
    fn found_farther(&self, called: Called, path: &Path) -> CalledByName {
        let calls = self.calls_of(called, path);
        let mut found = CalledByName::default();
        let mut open = VecDeque::new();
        let mut callers: FxHashMap<String, Vec<&str>> = FxHashMap::default();
        for Calls { name, all } in &*calls {
            let (here, there): (Vec<_>, Vec<_>) = all.iter().partition(|it| *it.path == *path);
            for callee in here {
                callers.entry(name_of(callee)).or_default().push(name);
            }
            let mut met = there.into_iter().map(|it| self.in_file(called, it, false));
            if let Some(met) = met.find(|(answer, _)| *answer == Some(Answer::Yes)) {
                found.insert(name.clone(), met);
                open.push_back(name.as_str());
            }
        }
        while let Some(name) = open.pop_front() {
            let met = found[name].clone();
            for caller in callers.get(name).into_iter().flatten().copied() {
                if !found.contains_key(caller) {
                    found.insert(caller.to_owned(), met.clone());
                    open.push_back(caller);
                }
            }
        }
        found
    }

    /// What the functions of a file call, outside of the blocks where nothing counts.
    fn calls_of(&self, called: Called, path: &Path) -> Arc<[Calls]> {
        let (outside, subject) = (self.outside, self.site.subject);
        let asked = subject.asks_file(path, called.outside, None);
        subject.facts.read_off().calls(asked, || {
            let found = subject.of_other_file(path, |there| collected(there, called, outside));
            found.unwrap_or_default().into()
        })
    }

    /// Reads the same off a file that is open already.
    pub(super) fn calls_in(&self, called: Called, path: &Path, there: &Subject) {
        let (outside, subject) = (self.outside, self.site.subject);
        let asked = subject.asks_file(path, called.outside, None);
        let find = || collected(there, called, outside).into();
        subject.facts.read_off().calls(asked, find);
    }
}

fn collected(there: &Subject, called: Called, outside: &[Guarded]) -> Vec<Calls> {
    let captures = Captures::default();
    let site = Site::at(there, NodeId::ROOT, &captures);
    let of = |original: &Original| {
        let beyond = Beyond {
            called: Some(called),
            calls: Some(Collected::default()),
            ..Beyond::default()
        };
        let search = Search::new(&[], site, Some(&beyond));
        search.without(outside).original(original);
        let all = beyond.calls.map(|it| it.all.into_inner());
        Calls {
            name: name_of(original),
            all: all.unwrap_or_default(),
        }
    };
    originals(there).iter().map(of).collect()
}

/// A def of a file's own level, or of a class there.
fn of_top(subject: &Subject, function: NodeId) -> Option<Original> {
    let tree = subject.tree;
    let around = tree.parent(function);
    let holder = match tree.node(around) {
        AnyNodeRef::StmtClassDef(_) => tree.parent(around),
        _ => around,
    };
    let is_top = tree.node(holder).is_mod_module();
    original_of(subject, function).filter(|_| is_top)
}
