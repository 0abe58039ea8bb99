//! What a function surely runs, through the files of the project.
//!
//! Looked for is code that it runs itself: not what it hands to somebody else, nor the body of a
//! generator, which runs where somebody goes over it.

use std::cell::RefCell;

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprCall, ExprRef, StmtClassDef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::given::Given;
use super::{INIT, MAKERS, Search};
use crate::bind::context::FrameKind;
use crate::bind::scope::ScopeId;
use crate::bind::typed::Receiver;
use crate::matching::asked::{asked, remembered};
use crate::matching::capture::Captures;
use crate::matching::place::line_of;
use crate::matching::site::{Evidence, Found, Site, any};
use crate::project::definition::Definition;
use crate::project::original::Original;
use crate::project::read_off::Met;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;
use crate::semantic::Model;
use crate::semantic::class::{Class, Method};

pub(in crate::matching) use called::of_called;

use called::Called;
use farther::Collected;

mod called;

mod farther;

/// What was looked through in other files, and what was met.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    /// It is asked what a call runs, in its own file, in another one, and in those that this one calls.
    called: Option<Called>,
    /// That is the other file.
    is_there: bool,
    /// Nothing is looked through but one function; what it calls is collected.
    calls: Option<Collected>,
    seen: RefCell<FxHashSet<Original>>,
    met: RefCell<Option<Met>>,
}

impl Beyond {
    /// Returns whether it is asked what a function calls, and not what that runs.
    pub(super) fn is_collecting(&self) -> bool {
        self.calls.is_some()
    }

    /// Says where the first match stands.
    fn tell(&self, answer: Answer, site: Site, evidence: &mut Evidence) {
        let Some(met) = self.met.take().filter(|_| answer.is_yes()) else {
            return;
        };
        let is_here = met.path == site.subject.path();
        let file = || site.subject.name_of_file(&met.path);
        let line = match is_here {
            true => met.line,
            false => format!("{}, {}", file(), met.line),
        };
        evidence.found = Some(Found::In {
            name: Some(met.code),
            line: Some(line),
        });
    }
}

/// Returns whether a def of the file has a match, or a function of the project that it calls.
pub(in crate::matching) fn of_function<'r, 'a>(
    patterns: &'r [Guarded],
    function: NodeId,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let find = || looked_through(patterns, function, site);
    let start = subject.tree.range(function).start();
    let asked = asked(patterns, site, Some(start));
    let is_same = asked
        .as_ref()
        .is_some_and(|(.., spelled)| spelled.is_empty());
    let (answer, met) = match subject.as_on_disk().filter(|_| is_same) {
        // The same patterns are asked of a def by all files that come to it.
        Some(path) => {
            let asked = (
                path,
                start,
                patterns.as_ptr() as usize,
                subject.target.version,
            );
            subject.facts.read_off().reached(asked, find)
        }
        None => remembered(&subject.answers.reached, asked.as_ref(), find),
    };
    let beyond = Beyond {
        met: RefCell::new(met),
        ..Beyond::default()
    };
    beyond.tell(answer, site, evidence);
    answer
}

/// Returns whether it has one, and the first that was met.
fn looked_through<'r, 'a>(
    patterns: &'r [Guarded],
    function: NodeId,
    site: Site<'_, 'r, 'a>,
) -> (Answer, Option<Met>) {
    let AnyNodeRef::StmtFunctionDef(def) = site.subject.tree.node(function) else {
        return (Answer::Unknown, None);
    };
    let beyond = Beyond::default();
    let mut search = Search::new(patterns, site, Some(&beyond));
    search.known = search.parameters(def, &Given::unknown(), false);
    let answer = search.code(function);
    (answer, beyond.met.take())
}

/// Returns whether a method of the value's class, inherited ones too, has a match, or a function of the project
/// that one calls.
pub(in crate::matching) fn offered<'r, 'a>(
    patterns: &'r [Guarded],
    value: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
) -> Answer {
    let beyond = Beyond::default();
    let mut search = Search::new(patterns, site, Some(&beyond));
    let Some((class, _)) = site.subject.instance(value) else {
        return Answer::Unknown;
    };
    // What a library's class above it does is not the project's.
    let of_project = |it: &&Class| matches!(it, Class::Here(_)) || it.in_project().is_some();
    let classes = site.subject.mro(&class);
    let mut above = classes.iter().skip(1).filter(of_project);
    any(
        classes.first().into_iter().chain(&mut above),
        |class| match class {
            Class::Here(class) => search.all_methods(class),
            class => {
                let found = class.in_project().and_then(|class| {
                    search.elsewhere(Original {
                        path: class.path.clone(),
                        class: Some(class.name.clone()),
                        name: String::new(),
                    })
                });
                found.unwrap_or(Answer::Unknown)
            }
        },
    )
}

impl<'a> Search<'_, '_, 'a> {
    pub(super) fn has_met(&self) -> bool {
        self.beyond.is_some_and(|it| it.met.borrow().is_some())
    }

    /// Takes back what was met since then, which does not count.
    pub(super) fn forget(&self, met_before: bool) {
        if let Some(beyond) = self.beyond.filter(|_| !met_before) {
            beyond.met.take();
        }
    }

    /// What is named of a call: what is called, or what a function that goes over its argument is given.
    fn told_of(&self, call: &'a ExprCall) -> TextRange {
        let goes_over = self.consumer((&call.func).into()).is_some();
        match call.arguments.args.first() {
            Some(Expr::Call(inner)) if goes_over => self.told_of(inner),
            _ => call.func.range(),
        }
    }

    /// Remembers where the first match stands.
    pub(super) fn note(&self, node: NodeId) {
        let Some(beyond) = self.beyond else {
            return;
        };
        let subject = self.site.subject;
        let range = match subject.tree.node(node) {
            AnyNodeRef::ExprCall(call) => self.told_of(call),
            other => other.range(),
        };
        beyond.met.borrow_mut().get_or_insert_with(|| Met {
            code: subject.first_line(range).into_owned(),
            line: line_of(subject, node),
            path: subject.path().to_owned(),
        });
    }

    /// Tells whether code of a def or lambda runs where that does: neighbors mostly stand in one scope.
    pub(super) fn runs_with(&self, owner: NodeId) -> impl FnMut(NodeId) -> bool + use<'a> {
        let Model { names, context, .. } = self.site.subject.model;
        let mut last = None;
        move |node| {
            let scope = names.scope_of(node);
            if let Some((_, runs)) = last.filter(|(known, _)| *known == scope) {
                return runs;
            }
            let mut frames = context.frames(node);
            let frame = frames.find(|frame| frame.kind != FrameKind::Generator);
            let runs = frame.is_some_and(|frame| frame.node == owner);
            last = Some((scope, runs));
            runs
        }
    }

    /// What a call runs of another file of the project; `None` where that is not known.
    pub(super) fn of_project(&mut self, qualified: &str) -> Option<Answer> {
        self.beyond?;
        match self.site.subject.definition(qualified) {
            Definition::Function { path, name, .. } => self.elsewhere(Original {
                path,
                class: None,
                name,
            }),
            Definition::Class(class) => self.elsewhere(Original {
                path: class.path,
                class: Some(class.name),
                name: INIT.to_owned(),
            }),
            _ => None,
        }
    }

    /// What a call of a method runs, where the class of its object is of the project.
    pub(super) fn of_object(&mut self, method: &'a ExprAttribute) -> Option<Answer> {
        self.beyond?;
        let (class, _, n_skipped, receiver) = self.site.subject.owner_of(method)?;
        match receiver {
            Receiver::Object => self.method_of(&class, &method.attr, n_skipped),
            Receiver::Class => None,
        }
    }

    /// Looks a function of another file through, once.
    fn elsewhere(&mut self, original: Original) -> Option<Answer> {
        let beyond = self.beyond?;
        if let Some(calls) = &beyond.calls {
            calls.add(original);
            return Some(Answer::No);
        }
        if let Some(called) = beyond.called {
            return self.called_there(called, beyond, &original);
        }
        if !beyond.seen.borrow_mut().insert(original.clone()) {
            return Some(Answer::No);
        }
        let (patterns, outside, subject) = (self.all, self.outside, self.site.subject);
        let answer = subject.of_other_file(&original.path, |other| {
            let captures = Captures::default();
            let site = Site::at(other, NodeId::ROOT, &captures);
            let search = Search::new(patterns, site, Some(beyond));
            search.without(outside).original(&original)
        });
        answer.flatten()
    }

    /// A def of this file, by what it is called.
    fn original(&mut self, original: &Original) -> Option<Answer> {
        match &original.class {
            None => match self.of_top(&original.name)? {
                AnyNodeRef::StmtFunctionDef(def) => {
                    Some(self.function(def, &Given::unknown(), false))
                }
                _ => None,
            },
            Some(class) => match self.of_top(class)? {
                AnyNodeRef::StmtClassDef(class) if MAKERS.contains(&original.name.as_str()) => {
                    Some(self.class(class, &Given::unknown()))
                }
                AnyNodeRef::StmtClassDef(class) if original.name.is_empty() => {
                    Some(self.all_methods(class))
                }
                AnyNodeRef::StmtClassDef(class) => {
                    self.method_of(&Class::Here(class), &original.name, 0)
                }
                _ => None,
            },
        }
    }

    /// The last def or class of that name at the file's own level.
    fn of_top(&self, name: &str) -> Option<AnyNodeRef<'a>> {
        let Model { names, tree, .. } = self.site.subject.model;
        let last = names.bindings_of(ScopeId::MODULE, name).last()?;
        Some(tree.node(names.binding(*last).node))
    }

    /// The method of a class, or of one above it; so many of them are passed over.
    fn method_of(&mut self, class: &Class<'a>, name: &str, n_skipped: usize) -> Option<Answer> {
        let all = self.site.subject.mro(class);
        let mut all = all.iter().skip(n_skipped);
        match all.find_map(|it| it.method(name))? {
            Method::Here(def) => Some(self.function(def, &Given::unknown(), true)),
            Method::There(class, _) => self.elsewhere(Original {
                path: class.path.clone(),
                class: Some(class.name.clone()),
                name: name.to_owned(),
            }),
        }
    }

    fn all_methods(&mut self, class: &'a StmtClassDef) -> Answer {
        let methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        any(methods, |method| {
            self.function(method, &Given::unknown(), true)
        })
    }
}
