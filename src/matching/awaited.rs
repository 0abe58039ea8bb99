//! Is a function awaited where something holds? Asked of each await that runs it, in this file and in others,
//! and of those that run the function around that.
//!
//! Where the function waits anyway it let others run there before: then nothing is new.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use self::awaits::{awaits, function_around};
use self::waits::waits_anyway;
use super::site::{Evidence, Found, Site};
use super::subject::Subject;
use crate::project::read_off::{Asked, Await, Awaits, Function, Question, Runs};
use crate::recipe::answer::Answer;
use crate::recipe::condition::Awaited;

mod awaits;

mod waits;

/// So many functions are looked for above one; what is above more is not known.
const MAX_ABOVE: usize = 100;

/// The condition holds where the function around the site is awaited, or may be.
pub(super) fn awaited(word: &Awaited, site: Site, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let Some(function) = function_around(subject, site.node) else {
        return Answer::No;
    };
    if waits_anyway(subject, site.node) {
        return Answer::No;
    }
    let search = Search { subject, word };
    let mut seen: FxHashSet<Function> = FxHashSet::default();
    let mut open = VecDeque::from([function]);
    let mut answer = Answer::No;
    while let Some(function) = open.pop_front() {
        if !seen.insert(function.clone()) {
            continue;
        }
        if seen.len() > MAX_ABOVE {
            return Answer::Unknown;
        }
        for (path, awaits, name, runs) in search.awaits_of(&function) {
            let Some(awaits) = awaits else {
                let file = subject.name_of_file(&path);
                evidence.unknown.push(format!("what `{file}` awaits"));
                answer = Answer::Unknown;
                continue;
            };
            for found in awaits.of(&name).filter(|it| runs(it)) {
                if found.answer != Answer::No {
                    return tell(subject, &path, found, evidence);
                }
                open.extend(found.inside.clone().filter(|_| !found.waits_anyway));
            }
        }
    }
    answer
}

fn tell(subject: &Subject, path: &Path, found: &Await, evidence: &mut Evidence) -> Answer {
    let line = match path == subject.path() {
        true => found.position.words(),
        false => found.position.line_in(&subject.name_of_file(path)),
    };
    evidence.found = Some(Found::In {
        name: None,
        line: Some(line),
    });
    evidence.why = found.why.clone();
    evidence.names.clone_from(&found.names);
    found.answer
}

/// The awaits of a file, where it can be parsed, and which of them run a function: by its last name.
type Running = (
    PathBuf,
    Option<Arc<Awaits>>,
    String,
    Box<dyn Fn(&Await) -> bool>,
);

struct Search<'s, 'r, 'a> {
    subject: &'s Subject<'a>,
    word: &'r Awaited,
}

impl Search<'_, '_, '_> {
    /// Where a function may be awaited: in its own file, in those that name it, and where it is given to.
    fn awaits_of(&self, function: &Function) -> Vec<Running> {
        let own = self.place_of(&function.path);
        let mut files = self.subject.facts.mentioning(&own, called(function));
        files.insert(0, own);
        let mut found: Vec<Running> = Vec::new();
        let mut takers: Vec<(PathBuf, String)> = Vec::new();
        for path in files {
            let awaits = self.awaits_in(&path);
            if let Some(awaits) = &awaits {
                takers.extend(given_to(awaits, function));
            }
            let (function, name) = (function.clone(), function.name.clone());
            let runs = move |it: &Await| it.runs.iter().any(|runs| names(runs, &function));
            found.push((path, awaits, last_name(&name), Box::new(runs)));
        }
        takers.sort_unstable();
        takers.dedup();
        for (file, taker) in takers {
            let path = self.place_of(&file);
            let awaits = self.awaits_in(&path);
            let runs = move |it: &Await| is_given(it, &taker);
            found.push((path, awaits, String::new(), Box::new(runs)));
        }
        found
    }

    /// Returns how the facts name a file of the project.
    fn place_of(&self, file: &Path) -> PathBuf {
        let (facts, own) = (self.subject.facts, self.subject.path());
        match file == facts.name_in_project(own) {
            true => own.to_owned(),
            false => facts.root_of(own).join(file),
        }
    }

    fn awaits_in(&self, path: &Path) -> Option<Arc<Awaits>> {
        let subject = self.subject;
        let condition = &self.word.condition;
        if path == subject.path() {
            let known = &subject.answers.awaits;
            return Some(known.or_find(&self.word.id, || awaits(subject, condition)));
        }
        let asked = Asked {
            path: path.to_owned(),
            question: Question::Word(self.word.id),
            of: None,
            python: (subject.target.version, subject.target.assumed),
        };
        subject.facts.read_off().awaits(asked, || {
            subject.facts.read_off().count();
            subject.of_other_file(path, |other| awaits(other, condition))
        })
    }
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

fn last_name(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_owned()
}

/// It is the function that runs, by its name.
fn names(runs: &Runs, function: &Function) -> bool {
    let last = function.name.rsplit('.').next();
    let is_method = !function.classes.is_empty();
    match runs {
        Runs::Def(path, name) => *path == function.path && *name == function.name,
        Runs::MethodOf(classes, name) => {
            last == Some(name) && classes.iter().any(|it| function.classes.contains(it))
        }
        Runs::Method(name) => is_method && last == Some(name),
        Runs::Given => false,
    }
}

/// What a function is given to.
fn given_to(awaits: &Awaits, function: &Function) -> Vec<(PathBuf, String)> {
    let given = awaits.given_as(&last_name(&function.name)).iter();
    let given = given.filter(|(runs, _)| names(runs, function));
    given.map(|(_, taker)| taker.clone()).collect()
}

/// An await inside of a def or class runs what that was given.
fn is_given(found: &Await, taker: &str) -> bool {
    let inside = found.inside.as_ref().map_or("", |it| &it.name);
    let rest = inside.strip_prefix(taker);
    found.runs.contains(&Runs::Given) && rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
}

#[cfg(test)]
mod tests;
