//! Does running a function reach code that matches? In its body, or in a function of the file that it
//! calls or that is handed to it, or that Python calls for it: of a property, an operator, a `with`.
//!
//! What Python itself comes with is taken for code without a match, and so are hashes and finalizers;
//! other code that this file does not show makes the answer unknown.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprCall, ExprRef, StmtFunctionDef};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::answers::code::Fitting;
use super::capture::Captures;
use super::kind::calls_async_def;
use super::plain::{Known, plain};
use super::site::{Evidence, Found, Site, any};
use super::subject::Subject;
use crate::bind::replaced::Put;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::project::is_of_python;
use crate::project::original::Original;
use crate::project::stand_in::StandIn;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;
use crate::recipe::plain::Plain;
use beyond::Beyond;
use given::Given;

pub(super) mod beyond;

mod body;

mod class;

mod decorated;

mod given;

mod goes_over;

mod implied;

mod outside;

/// So many functions are looked through, each once for what it is given.
const MAX_FUNCTIONS: usize = 1000;

/// The method that begins an instance.
const INIT: &str = "__init__";

/// Methods that run when a class makes its instance.
const MAKERS: [&str; 3] = ["__new__", INIT, "__post_init__"];

/// Returns whether calling what the expression stands for, or running the coroutine that it makes,
/// reaches a match.
pub(super) fn reaches<'r, 'a>(
    patterns: &'r [Guarded],
    callable: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let mut search = Search::new(patterns, site, None);
    let (callable, given) = match coroutine_call(callable, site.subject) {
        Some(call) => (ExprRef::from(&call.func), Given::of(call)),
        None => (callable, Given::behind(callable, site.subject.tree)),
    };
    let mut answer = search.called_with(callable, &given);
    if answer == Answer::No {
        answer = search.overridden();
    }
    if let Some(met) = search.met.filter(|_| answer.is_yes()) {
        evidence.found.get_or_insert(Found::At(met));
    }
    if let Some(unread) = search.unread.filter(|_| answer == Answer::Unknown) {
        evidence
            .unknown
            .push(format!("the code of `{unread}` is not in this file"));
    }
    answer
}

/// The call of a coroutine function that an expression is.
fn coroutine_call<'a>(callable: ExprRef<'a>, subject: &Subject<'a>) -> Option<&'a ExprCall> {
    match callable {
        ExprRef::Call(call)
            if calls_async_def(subject, (&call.func).into(), true) == Some(true) =>
        {
            Some(call)
        }
        _ => None,
    }
}

/// Returns whether a def surely runs code that fits one of the patterns, in whatever file.
pub(crate) fn surely_runs(patterns: &[Guarded], function: NodeId, subject: &Subject) -> bool {
    let none = Captures::default();
    let site = Site::at(subject, function, &none);
    beyond::of_function(patterns, function, site, &mut Evidence::default()).is_yes()
}

struct Search<'s, 'r, 'a> {
    all: &'r [Guarded],
    /// What stands in one of these blocks does not count.
    outside: &'r [Guarded],
    /// Whether nodes are such blocks: asked of each by all that stands in it.
    is_block_outside: RefCell<FxHashMap<NodeId, bool>>,
    /// Whether the file has any.
    has_blocks_outside: OnceCell<bool>,
    site: Site<'s, 'r, 'a>,
    /// What was looked through in other files; `None`: they are not looked into.
    beyond: Option<&'s Beyond>,
    /// Where the code fits, if all sites of the file ask the same.
    fitting: Option<Rc<Fitting>>,
    /// What the functions around the code are given.
    known: Known,
    /// Functions and lambdas that were looked through, with what they were given.
    seen: FxHashSet<(NodeId, Known)>,
    /// Calls whose value is called that were looked through, with what is known there.
    made: FxHashSet<(NodeId, Known)>,
    /// Methods that were looked through, with their classes.
    methods: BTreeSet<(&'a str, &'a str)>,
    /// The first callee whose code is not here.
    unread: Option<String>,
    /// The first match in this file.
    met: Option<NodeId>,
}

impl<'s, 'r, 'a> Search<'s, 'r, 'a> {
    fn new(patterns: &'r [Guarded], site: Site<'s, 'r, 'a>, beyond: Option<&'s Beyond>) -> Self {
        Self {
            all: patterns,
            outside: &[],
            is_block_outside: RefCell::default(),
            has_blocks_outside: OnceCell::new(),
            site,
            beyond,
            fitting: beyond.and_then(|it| it.fitting(patterns, site)),
            known: Known::new(),
            seen: FxHashSet::default(),
            made: FxHashSet::default(),
            methods: BTreeSet::new(),
            unread: None,
            met: None,
        }
    }

    fn fits(&self, node: AnyNodeRef<'a>) -> Answer {
        let compare = || self.site.fits_any(self.all, node);
        match &self.fitting {
            Some(fitting) => fitting.at(self.site.subject.tree.id(node), compare),
            None => compare(),
        }
    }
}

impl<'a> Search<'_, '_, 'a> {
    fn plain(&self, value: ExprRef<'a>) -> Option<Plain> {
        plain(self.site.subject, &self.known, value)
    }

    /// What a call of the expression's value runs.
    fn callable(&mut self, expression: ExprRef<'a>, given: &Given<'a>) -> Answer {
        let node = AnyNodeRef::from(expression);
        match expression {
            ExprRef::Lambda(_) => self.code(self.site.subject.tree.id(expression)),
            ExprRef::Call(call) => self.made(call, given),
            // `VARIABLE.get` is called as it is.
            _ if self.fits(node).is_yes() => Answer::Yes,
            _ => match self.named(expression, given) {
                Some(answer) => answer,
                None => self.valued(expression, given),
            },
        }
    }

    /// A function that a call makes, `functools.partial(f, 1)`: Python's own runs what it is given.
    fn made(&mut self, call: &'a ExprCall, given: &Given<'a>) -> Answer {
        // In a loop it may be made of what it was before.
        let visit = (self.site.subject.tree.id(call), self.known.clone());
        if !self.made.insert(visit) {
            return Answer::No;
        }
        let callee = ExprRef::from(&call.func);
        match self.site.subject.resolver.meaning(callee) {
            Meaning::Qualified(name) if is_of_python(&name) => {
                let bound = Given::of(call);
                let mut values = bound.values().filter(|value| !value.is_literal_expr());
                let first = values.next();
                let rest: Vec<_> = values.collect();
                let first = first.map(|it| self.callable(it, &bound.before(given)));
                let rest = any(rest, |value| self.given(value));
                first.unwrap_or(Answer::No).or(rest)
            }
            _ => self.unread(call.into()),
        }
    }

    /// A function, method or class that a name stands for; `None` for the name of a value.
    fn named(&mut self, expression: ExprRef<'a>, given: &Given<'a>) -> Option<Answer> {
        let resolver = self.site.subject.resolver;
        let here = resolver.local_callables(expression);
        if !here.is_empty() {
            let bound = match expression {
                // `Class.method(object)`
                ExprRef::Attribute(it) => resolver.local_class((&*it.value).into()).is_none(),
                _ => false,
            };
            return Some(any(here, |callable| self.of_file(callable, given, bound)));
        }
        match resolver.meaning(expression) {
            Meaning::Qualified(name) => {
                let known = self.of_name(&name);
                let known = known.or_else(|| self.of_method(expression));
                Some(known.unwrap_or_else(|| self.unread(expression)))
            }
            _ => None,
        }
    }

    /// A method of an object whose class is of the project; `None` where that is not read.
    fn of_method(&mut self, expression: ExprRef<'a>) -> Option<Answer> {
        match expression {
            ExprRef::Attribute(method) => self.of_object(method),
            _ => None,
        }
    }

    /// A function or class of another file; `None` where that is not read.
    fn of_name(&mut self, name: &str) -> Option<Answer> {
        let own = self.site.subject.own;
        match is_of_python(name) && own.function(name).runs.is_none() {
            true => Some(Answer::No),
            false => self.of_project(name),
        }
    }

    fn of_file(&mut self, callable: AnyNodeRef<'a>, given: &Given<'a>, bound: bool) -> Answer {
        match callable {
            AnyNodeRef::StmtFunctionDef(function) => self.function(function, given, bound),
            AnyNodeRef::StmtClassDef(class) => self.class(class, given),
            _ => Answer::Unknown,
        }
    }

    /// A value that is called, or whose method is.
    fn valued(&mut self, expression: ExprRef<'a>, given: &Given<'a>) -> Answer {
        if let ExprRef::Attribute(method) = expression
            && self.plain((&method.value).into()).is_some()
        {
            return Answer::No;
        }
        if let Some(answer) = self.of_method(expression) {
            return answer;
        }
        let origins = self.site.subject.resolver.origins(expression);
        any(origins, |origin| match origin {
            Origin::Made(made @ (ExprRef::Lambda(_) | ExprRef::Call(_))) => {
                self.callable(made, given)
            }
            _ => self.unread(expression),
        })
    }

    /// A coroutine is made to be run, and most likely it is run there.
    fn function(
        &mut self,
        function: &'a StmtFunctionDef,
        given: &Given<'a>,
        bound: bool,
    ) -> Answer {
        let Site { subject, .. } = self.site;
        if self.is_collected(function) {
            return Answer::No;
        }
        let owner = subject.tree.id(function);
        let is_later = function.is_async && self.is_called();
        if is_later || self.beyond.is_some() && subject.is_generator(function.into()) {
            return Answer::Unknown;
        }
        if let AnyNodeRef::StmtClassDef(class) = subject.tree.parent_node(owner) {
            self.methods.insert((&class.name, &function.name));
        }
        let decorated = any(&function.decorator_list, |it| self.decorator(it));
        let known = self.parameters(function, given, bound);
        let around = std::mem::replace(&mut self.known, known);
        let met_before = self.has_met();
        let mut body = self.code(owner);
        self.known = around;
        if body.is_yes() && function.decorator_list.iter().any(|it| self.remembers(it)) {
            // The first call ran it, and that may be over.
            body = Answer::Unknown;
            self.unread.get_or_insert_with(|| function.name.to_string());
            self.forget(met_before);
        }
        decorated.or(body)
    }

    /// What a call of the expression's value with these arguments runs.
    fn called_with(&mut self, callee: ExprRef<'a>, given: &Given<'a>) -> Answer {
        if let Some(consumer) = self.consumer(callee) {
            return any(given.values(), |value| self.consumed_by(consumer, value));
        }
        let answer = match callee {
            ExprRef::Name(_) | ExprRef::Attribute(_) | ExprRef::Lambda(_) | ExprRef::Call(_) => {
                self.callable(callee, given)
            }
            other => self.unread(other),
        };
        if self.beyond.is_some() {
            return answer;
        }
        answer.or(any(given.values(), |value| self.given(value)))
    }

    /// Another file may put something else in the place of a method that was looked through.
    fn overridden(&mut self) -> Answer {
        let subject = self.site.subject;
        let methods = std::mem::take(&mut self.methods);
        any(methods, |(class, name)| {
            let original = Original {
                path: subject.path().to_owned(),
                class: Some(class.to_owned()),
                name: name.to_owned(),
            };
            let counts = |it: &StandIn| it.is_meant.is_yes() || matches!(it.put, Put::Def(_));
            let stand_ins = subject.facts.stand_ins(&original);
            match stand_ins.iter().find(|it| counts(it)) {
                Some(stand_in) => {
                    self.unread = Some(stand_in.what.clone());
                    Answer::Unknown
                }
                None => Answer::No,
            }
        })
    }

    fn unread(&mut self, expression: ExprRef<'a>) -> Answer {
        let line = self.site.subject.first_line(expression.range());
        self.unread.get_or_insert_with(|| line.into_owned());
        Answer::Unknown
    }
}

#[cfg(test)]
mod tests;
