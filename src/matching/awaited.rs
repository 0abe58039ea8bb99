//! Is a function awaited where something holds? Asked of each await that runs it, in this file and in others,
//! and of those that run the function around that.
//!
//! Where the function waits anyway it let others run there before: then nothing is new.

use std::cell::LazyCell;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use self::awaits::{at_awaits, awaits, function_around};
use self::waits::waits_anyway;
use super::site::{Evidence, Found, Site};
use super::subject::Subject;
use crate::matching::answers::code::Verdict;
use crate::project::read_off::{
    AtAwait, AtAwaits, Await, Awaits, Function, NamedBy, Runs, RunsKey,
};
use crate::python::dotted::is_or_is_in;
use crate::recipe::answer::Answer;
use crate::recipe::condition::AskedElsewhere;
use crate::semantic::MAX_FUNCTIONS;
use crate::source::cell::Position;

mod awaits;

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
    let search = Search { subject, word };
    let find = || Rc::new(search.verdict(function));
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
        None => format!("`{}`", subject.name_of_file(path)),
    };
    evidence.found = Some(Found::In {
        name: None,
        line: Some(line),
    });
    evidence.why = found.why.clone();
    evidence.names.clone_from(&found.names);
}

/// A file where a function may be awaited.
struct Place {
    path: PathBuf,
    /// `None`: it cannot be parsed.
    awaits: Option<Arc<Awaits>>,
    way: Way,
}

/// How a function comes to be awaited.
enum Way {
    /// By its name, as one of these.
    Named(Rc<[RunsKey]>),
    /// By this def or class, which it is given to.
    GivenTo(String),
}

impl Way {
    /// The places among the awaits of a file of those that run the function this way.
    fn awaits(&self, awaits: &Awaits) -> Vec<usize> {
        match self {
            Self::Named(keys) => awaits.of(keys),
            Self::GivenTo(taker) => {
                let mut given = awaits.of_given();
                given.retain(|at| is_given(&awaits.all()[*at], taker));
                given
            }
        }
    }
}

impl Verdict {
    /// Notes a place of which it is not known whether the condition holds there; the first is told.
    fn may_be(&mut self, at: Option<(PathBuf, Option<Position>)>, unknown: String) {
        self.answer = Answer::Unknown;
        self.unknown.push(unknown);
        if let (None, Some((path, position))) = (&self.found, at) {
            self.found = Some((path, position, AtAwait::unknown()));
        }
    }
}

struct Search<'s, 'r, 'a> {
    subject: &'s Subject<'a>,
    word: &'r AskedElsewhere,
}

/// What was looked for among the awaits of other files, each under the name that stands there: all methods of a class
/// and of those below it run where one of them does.
type AskedKeys = FxHashSet<(String, RunsKey)>;

impl Search<'_, '_, '_> {
    /// Looks at the awaits of a function, and of those that run it.
    fn verdict(&self, function: Function) -> Verdict {
        let (mut seen, mut asked) = (FxHashSet::<Function>::default(), AskedKeys::default());
        let mut open: VecDeque<(Function, Option<(PathBuf, Position)>)> =
            VecDeque::from([(function, None)]);
        let mut verdict = Verdict {
            answer: Answer::No,
            found: None,
            unknown: Vec::new(),
        };
        while let Some((function, from)) = open.pop_front() {
            if !seen.insert(function.clone()) {
                continue;
            }
            if seen.len() > MAX_FUNCTIONS {
                let at = from.map(|(path, position)| (path, Some(position)));
                verdict.may_be(at, format!("what awaits `{}`", function.name));
                return verdict;
            }
            for Place { path, awaits, way } in self.places_of(&function, &mut asked) {
                let Some(awaits) = awaits else {
                    let file = self.subject.name_of_file(&path);
                    verdict.may_be(Some((path, None)), format!("what `{file}` awaits"));
                    continue;
                };
                let running = way.awaits(&awaits);
                if let Some((position, found)) = self.first(&path, &awaits, &running) {
                    verdict.answer = found.answer;
                    verdict.found = Some((path, Some(position), found));
                    return verdict;
                }
                let running = running.into_iter().map(|at| &awaits.all()[at]);
                let around = running.filter(|it| !it.waits_anyway);
                open.extend(around.filter_map(|it| {
                    let at = (path.clone(), it.position);
                    Some((it.inside.clone()?, Some(at)))
                }));
            }
        }
        verdict
    }

    /// The first of some awaits of a file where the condition holds, or may.
    fn first(
        &self,
        path: &Path,
        awaits: &Awaits,
        running: &[usize],
    ) -> Option<(Position, AtAwait)> {
        // Few files have any: only these are asked more.
        let holds = LazyCell::new(|| self.at_awaits(path, awaits));
        let first = running.iter().find(|at| holds[**at].answer != Answer::No)?;
        Some((awaits.all()[*first].position, holds[*first].clone()))
    }

    /// Where a function may be awaited: in its own file, in those that name it, and where it is given to.
    fn places_of(&self, function: &Function, asked: &mut AskedKeys) -> Vec<Place> {
        let own = self.path_of(&function.path);
        let keys: Rc<[RunsKey]> = function.keys().into();
        let name = called(function);
        let is_new = |key: &&RunsKey| asked.insert((name.to_owned(), (*key).clone()));
        let new: Rc<[RunsKey]> = keys.iter().filter(is_new).cloned().collect();
        let others = self.naming(&own, function, &new).into_iter();
        let others = others.map(|path| (path, new.clone()));
        let mut found: Vec<Place> = Vec::new();
        let mut takers: Vec<(PathBuf, String)> = Vec::new();
        for (path, keys) in [(own.clone(), keys)].into_iter().chain(others) {
            let place = self.place(path, Way::Named(keys));
            if let Some(awaits) = &place.awaits {
                takers.extend(given_to(awaits, function));
            }
            found.push(place);
        }
        takers.sort_unstable();
        takers.dedup();
        let takers = takers.into_iter();
        found.extend(
            takers.map(|(file, taker)| self.place(self.path_of(&file), Way::GivenTo(taker))),
        );
        found
    }

    /// The other files that name a function, as far as they may await it by its name, or give it to others; the file
    /// that asks among them, of which only itself knows what it has now.
    fn naming(&self, own: &Path, function: &Function, keys: &[RunsKey]) -> Vec<PathBuf> {
        let facts = self.subject.facts;
        let Some(program) = facts.program_id(own) else {
            return Vec::new();
        };
        let home = facts.whole(own);
        let (name, last_name) = (called(function), function.last_name());
        let naming = facts.read_off().naming(program, [name, last_name], || {
            let files = facts.mentioning(own, name);
            let mut files: Vec<PathBuf> = files.chain([home.clone()]).collect();
            files.sort();
            let files = files.into_iter().map(|path| {
                let awaits = self.awaits_on_disk(&path);
                (path, awaits)
            });
            NamedBy::new(files.collect(), last_name)
        });
        let others = naming.of(keys, self.subject.path()).into_iter();
        others.filter(|it| **it != home).cloned().collect()
    }

    fn place(&self, path: PathBuf, way: Way) -> Place {
        let awaits = self.awaits_in(&path);
        Place { path, awaits, way }
    }

    /// Returns how the facts name a file of the project.
    fn path_of(&self, file: &Path) -> PathBuf {
        let (facts, own) = (self.subject.facts, self.subject.path());
        match file == facts.name_in_project(own) {
            true => own.to_owned(),
            false => facts.root_of(own).join(file),
        }
    }

    fn awaits_in(&self, path: &Path) -> Option<Arc<Awaits>> {
        let subject = self.subject;
        if path == subject.path() {
            let known = &subject.answers.awaits;
            return Some(known.get_or_init(|| own_awaits(subject)).clone());
        }
        self.awaits_on_disk(path)
    }

    /// The same of a file as the facts have it.
    fn awaits_on_disk(&self, path: &Path) -> Option<Arc<Awaits>> {
        let subject = self.subject;
        let read_off = subject.facts.read_off();
        subject.facts.note(path);
        read_off.awaits(path.to_owned(), || {
            read_off.count();
            subject.of_other_file(path, awaits)
        })
    }

    /// Whether the condition holds at the awaits of a file.
    fn at_awaits(&self, path: &Path, awaits: &Awaits) -> AtAwaits {
        let (subject, word) = (self.subject, self.word);
        let of = |subject: &Subject| at_awaits(subject, awaits, &word.condition);
        if path == subject.path() {
            let known = &subject.answers.at_awaits;
            return known.or_find(&word.id, || of(subject));
        }
        let read_off = subject.facts.read_off();
        read_off.at_awaits(subject.asks_file(path, word.id, None), || {
            read_off.count();
            let found = subject.of_other_file(path, of);
            // It was parsed for its awaits; a person may have removed it since.
            found.unwrap_or_else(|| awaits.all().iter().map(|_| AtAwait::unknown()).collect())
        })
    }
}

/// Where the file that asks awaits; as long as it is as the facts have it, others are spared to parse it.
fn own_awaits(subject: &Subject) -> Arc<Awaits> {
    let read_off = subject.facts.read_off();
    let path = subject.as_on_disk();
    let shared = path.and_then(|it| read_off.awaits(it, || Some(awaits(subject))));
    shared.unwrap_or_else(|| awaits(subject))
}

/// The name that stands where a function is awaited: that of the class where Python calls the method.
fn called(function: &Function) -> &str {
    let mut names = function.name.rsplit('.');
    let last = names.next().unwrap_or_default();
    match names.next() {
        Some(class) if last.starts_with("__") => class,
        _ => last,
    }
}

/// It is the function that runs, by its name.
fn names(runs: &Runs, function: &Function) -> bool {
    let last = function.last_name();
    let is_method = !function.classes.is_empty();
    match runs {
        Runs::Def(path, name) => *path == function.path && *name == function.name,
        Runs::MethodOf(classes, name) => {
            last == name && classes.iter().any(|it| function.classes.contains(it))
        }
        Runs::Method(name) => is_method && last == name,
        Runs::Given => false,
    }
}

/// What a function is given to.
fn given_to(awaits: &Awaits, function: &Function) -> Vec<(PathBuf, String)> {
    let given = awaits.given_as(function.last_name()).iter();
    let given = given.filter(|(runs, _)| names(runs, function));
    given.map(|(_, taker)| taker.clone()).collect()
}

/// An await inside of a def or class runs what that was given.
fn is_given(found: &Await, taker: &str) -> bool {
    let inside = found.inside.as_ref().map_or("", |it| &it.name);
    is_or_is_in(inside, taker)
}

#[cfg(test)]
mod tests;
