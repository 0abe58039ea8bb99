//! What a call surely runs, in its own file, in another one, and in those that this one calls: asked of nearly every
//! call of a coroutine, so that each file is looked through once for a word.

use std::path::Path;
use std::rc::Rc;
use std::slice::from_ref;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::Beyond;
use crate::bind::scope::ScopeId;
use crate::matching::answers::code::Fitting;
use crate::matching::capture::Captures;
use crate::matching::may_fit::stands;
use crate::matching::reach::given::Given;
use crate::matching::reach::{INIT, MAX_FUNCTIONS, Search, coroutine_call};
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::project::original::Original;
use crate::project::read_off::{self, Asked, CalledByName};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::value::CalledFunction;
use crate::recipe::condition::{Guarded, WordId};

/// The word that asks what a call runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Called {
    pub(super) word: WordId,
    /// The blocks where nothing counts.
    pub(super) outside: WordId,
    /// Whether it asks the same at each site.
    is_same: bool,
    /// It is asked of a coroutine, which is run.
    is_run: bool,
}

impl Called {
    fn of(word: &CalledFunction, captures: &Captures, is_run: bool) -> Self {
        let about = word.about();
        Self {
            word: word.code.id,
            outside: word.outside.id,
            is_same: about.is_some_and(|it| !captures.any_is_one_of(it)),
            is_run,
        }
    }
}

/// Returns whether what the expression stands for, when it is called, or the coroutine that it makes, has a match, or a
/// function of its file that it calls.
pub(in crate::matching) fn of_called<'r, 'a>(
    word: &'r CalledFunction,
    callable: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let coroutine = coroutine_call(callable, site.subject);
    let callable = coroutine.map_or(callable, |call| (&call.func).into());
    let called = Called::of(word, site.captures, coroutine.is_some());
    let find = || {
        let mut evidence = Evidence::default();
        let answer = called_here(word, called, callable, site, &mut evidence);
        (answer, evidence.found)
    };
    // The rules of a recipe ask the same of a call, one after the other.
    let (answer, found) = match called.is_same {
        true => {
            let asked = (called.word, site.subject.tree.id(callable));
            site.subject.answers.called.or_find(&asked, find)
        }
        false => find(),
    };
    evidence.found = found.or(evidence.found.take());
    match word.is_sure {
        true => answer.surely(),
        false => answer,
    }
}

fn called_here<'r, 'a>(
    word: &'r CalledFunction,
    called: Called,
    callable: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let beyond = Beyond {
        called: Some(called),
        ..Beyond::default()
    };
    let search = Search::new(&word.code.patterns, site, Some(&beyond));
    let mut search = search.without(&word.outside.patterns);
    let answer = search.called_with(callable, &Given::unknown());
    search.remember_without(answer);
    beyond.tell(answer, site, evidence);
    answer
}

/// Lists the functions of a file's own level and the methods of its classes.
pub(super) fn originals(there: &Subject) -> Vec<Original> {
    let original = |class: Option<&str>, name: &str| Original {
        path: there.path().to_owned(),
        class: class.map(str::to_owned),
        name: name.to_owned(),
    };
    let of_module = |id: &NodeId| there.names.scope_of(*id) == ScopeId::MODULE;
    let of = |id: NodeId| match there.tree.node(id) {
        AnyNodeRef::StmtFunctionDef(def) => vec![original(None, &def.name)],
        AnyNodeRef::StmtClassDef(class) => {
            let methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
            let names = methods.map(|it| it.name.as_str()).chain([INIT]);
            names
                .map(|name| original(Some(&class.name), name))
                .collect()
        }
        _ => Vec::new(),
    };
    there.tree.ids().filter(of_module).flat_map(of).collect()
}

/// Returns what functions and methods of a file run, no farther than that file.
fn called_in(
    (patterns, outside): (&[Guarded], &[Guarded]),
    asks: Called,
    there: &Subject,
    all: &[Original],
) -> CalledByName {
    let captures = Captures::default();
    let site = Site::at(there, NodeId::ROOT, &captures);
    let called = |original: &Original| {
        let beyond = Beyond {
            called: Some(asks),
            is_there: true,
            ..Beyond::default()
        };
        let search = Search::new(patterns, site, Some(&beyond));
        let mut search = search.without(outside);
        let answer = search.original(original);
        search.remember_without(answer.unwrap_or(Answer::Unknown));
        (answer, beyond.met.take())
    };
    all.iter().map(|it| (name_of(it), called(it))).collect()
}

/// Returns what functions of a file run, no farther than that file: of all words without a match in it, the same.
fn found_there(
    (patterns, outside): (&[Guarded], &[Guarded]),
    asks: Called,
    there: &Subject,
    (asked, all): (Asked, &[Original]),
) -> Arc<CalledByName> {
    let captures = Captures::default();
    let site = Site::at(there, NodeId::ROOT, &captures);
    let compare = |id| site.fits_any(patterns, there.tree.node(id));
    if !asks.is_same || !fitting(asks.word, patterns, site).is_nowhere(compare) {
        return Arc::new(called_in((patterns, outside), asks, there, all));
    }
    let word = asks.outside;
    let asked = Asked { word, ..asked };
    there.facts.read_off().called(asked, || {
        let asks = Called { word, ..asks };
        Arc::new(called_in((&[], outside), asks, there, all))
    })
}

/// Returns where in a file one of the patterns may fit.
fn fitting<'r, 'a>(word: WordId, patterns: &'r [Guarded], site: Site<'_, 'r, 'a>) -> Rc<Fitting> {
    let Site { subject, .. } = site;
    subject.answers.fitting.or_find(&word, || {
        let standing = patterns.iter().filter(|it| stands(&it.pattern, subject));
        let whole = subject.tree.span(NodeId::ROOT);
        let places = standing.flat_map(|it| site.may_fit(from_ref(it), &whole));
        let mut places: Vec<NodeId> = places.collect();
        places.sort_unstable();
        places.dedup();
        Rc::new(Fitting::new(places))
    })
}

impl Beyond {
    /// Returns where in a file the code fits that a word looks for, where each site of it asks the same.
    pub(in crate::matching::reach) fn fitting<'r>(
        &self,
        patterns: &'r [Guarded],
        site: Site<'_, 'r, '_>,
    ) -> Option<Rc<Fitting>> {
        let called = self.called.filter(|it| it.is_same || self.is_there)?;
        (!patterns.is_empty()).then(|| fitting(called.word, patterns, site))
    }

    /// The same of the blocks where nothing counts.
    pub(in crate::matching::reach) fn blocks<'r>(
        &self,
        blocks: &'r [Guarded],
        site: Site<'_, 'r, '_>,
    ) -> Option<Rc<Fitting>> {
        let called = self.called.filter(|it| it.is_same || self.is_there)?;
        Some(fitting(called.outside, blocks, site))
    }
}

/// How a function is called in its file, with its class.
pub(super) fn name_of(original: &Original) -> String {
    match &original.class {
        Some(class) => format!("{class}.{}", original.name),
        None => original.name.clone(),
    }
}

impl Search<'_, '_, '_> {
    /// Remembers the functions that were looked through and run no match: another call need not look again.
    fn remember_without(&self, answer: Answer) {
        let called = self.beyond.and_then(|it| it.called);
        let is_whole = self.seen.len() <= MAX_FUNCTIONS;
        if let Some(called) = called.filter(|it| it.is_same && is_whole && !answer.is_yes()) {
            let seen = self.seen.iter().map(|(id, _)| (called.word, *id));
            let without = &self.site.subject.answers.without;
            without.borrow_mut().extend(seen);
        }
    }

    /// Returns whether it is asked what a call runs: a call of a coroutine function runs nothing yet.
    pub(in crate::matching::reach) fn is_called(&self) -> bool {
        let called = self.beyond.and_then(|it| it.called);
        called.is_some_and(|it| !it.is_run)
    }

    /// Returns whether a call was looked through that runs the code, without a sure match. What it calls is collected
    /// all the same.
    pub(in crate::matching::reach) fn is_known_without(&self, owner: NodeId) -> bool {
        let without = self.site.subject.answers.without.borrow();
        let beyond = self.beyond.filter(|it| !it.is_collecting());
        let called = beyond.and_then(|it| it.called);
        called.is_some_and(|it| without.contains(&(it.word, owner)))
    }

    /// Looks a function of another file through, and what it calls of a third one.
    pub(super) fn called_there(
        &mut self,
        called: Called,
        beyond: &Beyond,
        original: &Original,
    ) -> Option<Answer> {
        if beyond.is_there {
            return None;
        }
        let (mut answer, mut met) = self.in_file(called, original, !called.is_run);
        if answer != Some(Answer::Yes)
            && !called.is_run
            && let Some(farther) = self.farther(called, original)
        {
            (answer, met) = farther;
        }
        if let Some(met) = met {
            beyond.met.borrow_mut().get_or_insert(met);
        }
        answer
    }

    /// What a function of another file runs there: the file may have no word of a match. `and_calls`: what its
    /// functions call is asked next.
    pub(super) fn in_file(
        &self,
        called: Called,
        original: &Original,
        and_calls: bool,
    ) -> read_off::Called {
        if !self.may_stand_in(called.word, &original.path) {
            return (None, None);
        }
        let name = name_of(original);
        let find = |inherited| {
            let all = self.of_file_there(called, original, inherited, and_calls);
            all.get(&name).cloned()
        };
        find(false).or_else(|| find(true)).unwrap_or_default()
    }

    /// What the functions of another file run, read once: those that stand in it, or the one that a class there
    /// has otherwise, or that is awaited.
    fn of_file_there(
        &self,
        called: Called,
        original: &Original,
        inherited: bool,
        and_calls: bool,
    ) -> Arc<CalledByName> {
        let (patterns, subject) = ((self.all, self.outside), self.site.subject);
        let is_one = inherited || called.is_run;
        let named = || match called.is_run {
            true => format!("await {}", name_of(original)),
            false => name_of(original),
        };
        let of = is_one.then(|| (original.path.clone(), named()));
        let asked = subject.asks_file(&original.path, called.word, of);
        subject.facts.read_off().called(asked.clone(), || {
            let found = subject.of_other_file(&original.path, |other| {
                if and_calls && !is_one {
                    self.calls_in(called, &original.path, other);
                }
                match is_one {
                    true => found_there(patterns, called, other, (asked, from_ref(original))),
                    false => found_there(patterns, called, other, (asked, &originals(other))),
                }
            });
            found.unwrap_or_default()
        })
    }

    /// Returns whether the words of a match stand in a file.
    fn may_stand_in(&self, word: WordId, path: &Path) -> bool {
        let subject = self.site.subject;
        let stands = || subject.standing_in(path, |_, standing| standing.has_any(self.all));
        let find = || stands().unwrap_or_default().into();
        let asked = subject.asks_file(path, word, None);
        subject.facts.read_off().answer(asked, find).is_yes()
    }
}
