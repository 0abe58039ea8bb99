//! What files have of the awaits of a function.

use std::cell::LazyCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::awaits::{at_awaits, awaits};
use crate::matching::subject::Subject;
use crate::project::noted::MAX_NOTED;
use crate::project::program::ProgramId;
use crate::project::read_off::{
    AtAwait, AtAwaits, Await, Awaits, Elsewhere, Function, Holding, Looked, NamedBy, RunsKey,
};
use crate::python::dotted::is_or_is_in;
use crate::recipe::answer::Answer;
use crate::recipe::condition::AskedElsewhere;

/// How a function comes to be awaited.
pub(super) enum Way<'k> {
    /// By its name, as one of these.
    Named(&'k [RunsKey]),
    /// By this def or class, which it is given to.
    GivenTo(&'k str),
}

impl Way<'_> {
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

/// The files of a project, and what is asked of the awaits there.
#[derive(Clone, Copy)]
pub(super) struct Files<'s, 'r, 'a> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) word: &'r AskedElsewhere,
}

impl Files<'_, '_, '_> {
    /// Returns the file of a function, and this one.
    pub(super) fn own(self, function: &Function) -> Vec<PathBuf> {
        let mut own = vec![self.path_of(&function.path), self.subject.path().to_owned()];
        own.dedup();
        own
    }

    /// Returns files as the facts name them.
    pub(super) fn as_known(self, files: &[PathBuf]) -> Vec<PathBuf> {
        files
            .iter()
            .map(|it| self.subject.facts.whole(it))
            .collect()
    }

    /// Returns how the facts name a file of the project.
    pub(super) fn path_of(self, file: &Path) -> PathBuf {
        let (facts, own) = (self.subject.facts, self.subject.path());
        match file == facts.name_in_project(own) {
            true => own.to_owned(),
            false => facts.root_of(own).join(file),
        }
    }

    /// Returns what a file has of the awaits that run a function some way.
    pub(super) fn look(self, path: &Path, way: &Way) -> Looked {
        let awaits = match path == self.subject.path() {
            true => Some(self.own_awaits()),
            false => self.awaits(path),
        };
        looked(path, awaits.as_deref(), way, |awaits| {
            match path == self.subject.path() {
                true => self.at_own_awaits(awaits),
                false => self.at_awaits(path, awaits),
            }
        })
    }

    /// Returns what the files of a program that name a function have of the awaits that one thing runs, each file as
    /// the facts have it.
    pub(super) fn elsewhere(self, function: &Function, key: RunsKey) -> Arc<Elsewhere> {
        let facts = self.subject.facts;
        let home = self.path_of(&function.path);
        let Some(program) = facts.program_id(&home) else {
            return Arc::default();
        };
        let (name, asked) = (
            called(function),
            self.subject.asks_file(&home, self.word.id, None),
        );
        let find = || {
            let naming = self.naming(&program, &home, function);
            let looked = naming.of(&key).map(|path| {
                let way = Way::Named(std::slice::from_ref(&key));
                let awaits = self.awaits(path);
                looked(path, awaits.as_deref(), &way, |awaits| {
                    self.at_awaits(path, awaits)
                })
            });
            Elsewhere::new(looked.collect())
        };
        let known = facts.read_off();
        let elsewhere = known.elsewhere((program.clone(), asked), (name, key.clone()), find);
        elsewhere
            .files()
            .take(MAX_NOTED)
            .for_each(|it| facts.note(it));
        elsewhere
    }

    /// The files of a program that name a function, by what they await of its last name.
    fn naming(self, program: &ProgramId, home: &Path, function: &Function) -> Arc<NamedBy> {
        let facts = self.subject.facts;
        let (name, last_name) = (called(function), function.last_name());
        facts
            .read_off()
            .naming(program.clone(), [name, last_name], || {
                let files = facts.mentioning(home, name);
                let mut files: Vec<PathBuf> = files.chain([facts.whole(home)]).collect();
                files.sort();
                let files = files.into_iter().map(|path| {
                    let awaits = self.awaits(&path);
                    (path, awaits)
                });
                NamedBy::new(files.collect(), last_name)
            })
    }

    /// What this file awaits; as long as it is as the facts have it, others are spared to parse it.
    fn own_awaits(self) -> Arc<Awaits> {
        let subject = self.subject;
        let find = || {
            let path = subject.as_on_disk();
            let shared = path.and_then(|it| self.awaits(&it));
            shared.unwrap_or_else(|| awaits(subject))
        };
        subject.answers.awaits.get_or_init(find).clone()
    }

    /// What a file awaits, as the facts have it.
    fn awaits(self, path: &Path) -> Option<Arc<Awaits>> {
        let subject = self.subject;
        subject.facts.note(path);
        subject
            .facts
            .read_off()
            .awaits(path.to_owned(), || self.ask(path, awaits))
    }

    /// What holds at the awaits of this file.
    fn at_own_awaits(self, awaits: &Awaits) -> AtAwaits {
        let (subject, word) = (self.subject, self.word);
        subject
            .answers
            .at_awaits
            .or_find(&word.id, || match subject.as_on_disk() {
                Some(path) => self.at_awaits(&path, awaits),
                None => at_awaits(subject, awaits, &word.condition),
            })
    }

    /// What holds at the awaits of a file, as the facts have it.
    fn at_awaits(self, path: &Path, awaits: &Awaits) -> AtAwaits {
        let (subject, word) = (self.subject, self.word);
        let read_off = subject.facts.read_off();
        read_off.at_awaits(subject.asks_file(path, word.id, None), || {
            let found = self.ask(path, |it| at_awaits(it, awaits, &word.condition));
            // It was parsed for its awaits; a person may have removed it since.
            found.unwrap_or_else(|| awaits.all().iter().map(|_| AtAwait::unknown()).collect())
        })
    }

    /// Asks a file as the facts have it: this one, where that is what it is.
    fn ask<T>(self, path: &Path, ask: impl FnOnce(&Subject) -> T) -> Option<T> {
        let subject = self.subject;
        let is_this = path == subject.facts.whole(subject.path());
        match is_this && subject.as_on_disk().is_some() {
            true => Some(ask(subject)),
            false => {
                subject.facts.read_off().count();
                subject.of_other_file(path, ask)
            }
        }
    }
}

/// What a file has of the awaits that run a function some way; `holds` asks what is asked there.
fn looked(
    path: &Path,
    awaits: Option<&Awaits>,
    way: &Way,
    holds: impl Fn(&Awaits) -> AtAwaits,
) -> Looked {
    let Some(awaits) = awaits else {
        return Looked::unread(path.to_owned());
    };
    let running = way.awaits(awaits);
    // Few files have any: only these are asked more.
    let holds = LazyCell::new(|| holds(awaits));
    let first = running.iter().find(|at| holds[**at].answer != Answer::No);
    let told = match first {
        Some(at) => Holding::At(awaits.all()[*at].position, holds[*at].clone()),
        None => Holding::Nothing,
    };
    let running = running.iter().map(|at| &awaits.all()[*at]);
    let around = running.filter(|it| !it.waits_anyway);
    let around = around.filter_map(|it| Some((it.inside.clone()?, it.position)));
    Looked {
        path: path.to_owned(),
        told,
        around: around.collect(),
        takers: match way {
            Way::Named(keys) => awaits.takers(keys),
            Way::GivenTo(_) => Vec::new(),
        },
    }
}

/// The name that stands where a function is awaited: that of the class where Python calls the method.
pub(super) fn called(function: &Function) -> &str {
    let mut names = function.name.rsplit('.');
    let last = names.next().unwrap_or_default();
    match names.next() {
        Some(class) if last.starts_with("__") => class,
        _ => last,
    }
}

/// An await inside of a def or class runs what that was given.
fn is_given(found: &Await, taker: &str) -> bool {
    let inside = found.inside.as_ref().map_or("", |it| &it.name);
    is_or_is_in(inside, taker)
}
