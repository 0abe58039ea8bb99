//! Is a function awaited where something holds? Asked of each await that runs it, in this file and in others,
//! and of those that run the function around that.
//!
//! Where the function waits anyway it let others run there before: then nothing is new.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustc_hash::FxHashSet;

use self::awaits::function_around;
use self::files::{Files, Way, called};
use self::waits::waits_anyway;
use super::site::{Evidence, Found, Site};
use super::subject::Subject;
use crate::matching::answers::code::Verdict;
use crate::project::read_off::{AtAwait, Elsewhere, Function, Holding, Looked, RunsKey};
use crate::recipe::answer::Answer;
use crate::recipe::condition::AskedElsewhere;
use crate::semantic::MAX_FUNCTIONS;
use crate::source::cell::Position;

mod awaits;

mod files;

mod waits;

mod ways;

pub(super) use waits::{is_awaited, is_in_wait, waits_to_enter};
pub(super) use ways::last_wait;

/// The condition holds where the function around the site is awaited, or may be.
pub(super) fn awaited(word: &AskedElsewhere, site: Site, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let Some(def) = subject.context.runner(site.node) else {
        return Answer::No;
    };
    let Some(function) = function_around(subject, site.node) else {
        return Answer::No;
    };
    if waits_anyway(subject, site.node) {
        return Answer::No;
    }
    let find = || Rc::new(Search::new(subject, word).verdict(&function));
    let verdict = subject.answers.awaited.or_find(&(word.id, def), find);
    evidence.unknown.extend_from_slice(&verdict.unknown);
    if let Some((path, position, found)) = &verdict.found {
        tell(subject, (path, *position), found, evidence);
    }
    verdict.answer
}

fn tell(
    subject: &Subject,
    (path, position): (&Path, Option<Position>),
    found: &AtAwait,
    evidence: &mut Evidence,
) {
    let line = match position {
        Some(position) if path == subject.path() => position.words(),
        Some(position) => position.line_in(&subject.name_of_file(path)),
        None => {
            let file = format!("`{}`", subject.name_of_file(path));
            evidence.unparsed = Some(file.clone());
            file
        }
    };
    evidence.found = Some(Found::In {
        name: None,
        line: Some(line),
    });
    evidence.why = found.why.clone();
    evidence.names.clone_from(&found.names);
}

/// What was looked for among the awaits of other files, each under the name that stands there: all methods of a class
/// and of those below it run where one of them does.
type AskedKeys = FxHashSet<(String, RunsKey)>;

/// The functions that were not looked for so far, each once, and where one was come by.
#[derive(Default)]
struct Ahead {
    seen: FxHashSet<Function>,
    waiting: VecDeque<(Function, Option<(PathBuf, Position)>)>,
}

impl Ahead {
    /// Returns whether more would not be come to.
    fn is_full(&self) -> bool {
        self.seen.len() > MAX_FUNCTIONS
    }

    fn add(&mut self, function: &Function, from: Option<(&Path, Position)>) {
        if !self.is_full() && self.seen.insert(function.clone()) {
            let from = from.map(|(path, position)| (path.to_owned(), position));
            self.waiting.push_back((function.clone(), from));
        }
    }
}

/// One question, and what it came by.
struct Search<'s, 'r, 'a> {
    files: Files<'s, 'r, 'a>,
    asked: AskedKeys,
    open: Ahead,
    verdict: Verdict,
}

impl<'s, 'r, 'a> Search<'s, 'r, 'a> {
    fn new(subject: &'s Subject<'a>, word: &'r AskedElsewhere) -> Self {
        Self {
            files: Files { subject, word },
            asked: AskedKeys::default(),
            open: Ahead::default(),
            verdict: Verdict {
                answer: Answer::No,
                found: None,
                unknown: Vec::new(),
            },
        }
    }

    /// Looks at the awaits of a function, and of those that run it.
    fn verdict(mut self, function: &Function) -> Verdict {
        self.open.add(function, None);
        let mut looked_for = 0;
        while let Some((function, from)) = self.open.waiting.pop_front() {
            if looked_for == MAX_FUNCTIONS {
                let at = from.map(|(path, position)| (path, Some(position)));
                self.may_be(at, format!("what awaits `{}`", function.name));
                break;
            }
            looked_for += 1;
            if self.look_for(&function).is_break() {
                break;
            }
        }
        self.verdict
    }

    /// Looks for a function in its own file and in this one, of which only this one knows what it has now, then in the
    /// other files that name it, and in what it is given to.
    fn look_for(&mut self, function: &Function) -> ControlFlow<()> {
        let (files, keys) = (self.files, function.keys());
        let own = files.own(function);
        let mut takers: Vec<(PathBuf, String)> = Vec::new();
        for path in &own {
            let looked = files.look(path, &Way::Named(&keys));
            self.note(&looked)?;
            takers.extend(looked.takers);
        }
        let known = files.as_known(&own);
        for key in keys {
            if self
                .asked
                .insert((called(function).to_owned(), key.clone()))
            {
                let elsewhere = files.elsewhere(function, key);
                self.note_all(&elsewhere, &known, &mut takers)?;
            }
        }
        takers.sort_unstable();
        takers.dedup();
        for (file, taker) in takers {
            let looked = files.look(&files.path_of(&file), &Way::GivenTo(&taker));
            self.note(&looked)?;
        }
        ControlFlow::Continue(())
    }

    /// Notes what files say, but those that were looked at already.
    fn note_all(
        &mut self,
        elsewhere: &Elsewhere,
        but: &[PathBuf],
        takers: &mut Vec<(PathBuf, String)>,
    ) -> ControlFlow<()> {
        let is_other = |it: &&Looked| !but.contains(&it.path);
        for looked in elsewhere.told().filter(is_other) {
            self.note_told(looked)?;
        }
        for looked in elsewhere.running().filter(is_other) {
            if self.open.is_full() {
                break;
            }
            self.note_around(looked);
        }
        let giving = elsewhere.giving().filter(is_other);
        takers.extend(giving.flat_map(|it| it.takers.clone()));
        ControlFlow::Continue(())
    }

    fn note(&mut self, looked: &Looked) -> ControlFlow<()> {
        self.note_told(looked)?;
        self.note_around(looked);
        ControlFlow::Continue(())
    }

    /// What holds somewhere, or may, ends the search.
    fn note_told(&mut self, looked: &Looked) -> ControlFlow<()> {
        let path = looked.path.clone();
        match &looked.told {
            Holding::Nothing => ControlFlow::Continue(()),
            Holding::Unread => {
                let file = self.files.subject.name_of_file(&path);
                self.may_be(Some((path, None)), format!("what `{file}` awaits"));
                ControlFlow::Continue(())
            }
            Holding::At(position, found) => {
                self.verdict.answer = found.answer;
                self.verdict.found = Some((path, Some(*position), found.clone()));
                ControlFlow::Break(())
            }
        }
    }

    fn note_around(&mut self, looked: &Looked) {
        for (function, position) in &looked.around {
            self.open.add(function, Some((&looked.path, *position)));
        }
    }

    /// Notes a place of which it is not known whether the condition holds there; the first is told.
    fn may_be(&mut self, at: Option<(PathBuf, Option<Position>)>, unknown: String) {
        self.verdict.answer = Answer::Unknown;
        if !self.verdict.unknown.contains(&unknown) {
            self.verdict.unknown.push(unknown);
        }
        if let (None, Some((path, position))) = (&self.verdict.found, at) {
            self.verdict.found = Some((path, position, AtAwait::unknown()));
        }
    }
}

#[cfg(test)]
mod tests;
