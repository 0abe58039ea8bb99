//! Does running a function reach code that matches? In its body, or in a function of the file that it
//! calls or that is handed to it.
//!
//! What Python itself comes with is taken for code without a match, and so are operators, attributes and
//! subscripts; other code that this file does not show makes the answer unknown.

use ruff_python_ast::{AnyNodeRef, Decorator, ExprCall, ExprRef, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::plain::plain;
use super::site::{Evidence, Site, any};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::project::is_of_python;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

mod given;

/// Returns whether calling what the expression stands for reaches a match.
pub(super) fn reaches<'r, 'a>(
    patterns: &'r [Guarded],
    callable: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let mut search = Search {
        patterns,
        site,
        seen: FxHashSet::default(),
        unread: None,
    };
    let answer = search.called_with(callable, search.behind(callable));
    if let Some(unread) = search.unread.filter(|_| answer == Answer::Unknown) {
        evidence
            .unknown
            .push(format!("what `{unread}` does is not in this file"));
    }
    answer
}

struct Search<'s, 'r, 'a> {
    patterns: &'r [Guarded],
    site: Site<'s, 'r, 'a>,
    /// Functions and lambdas that were looked through.
    seen: FxHashSet<NodeId>,
    /// The first callee whose code is not here.
    unread: Option<&'a str>,
}

impl<'a> Search<'_, '_, 'a> {
    /// What a call of the expression's value runs.
    fn callable(&mut self, expression: ExprRef<'a>) -> Answer {
        let node = AnyNodeRef::from(expression);
        match expression {
            ExprRef::Lambda(_) => self.code(self.site.subject.tree.id(expression)),
            ExprRef::Call(call) => self.made(call),
            // `VARIABLE.get` is called as it is.
            _ if self.site.fits_any(self.patterns, node).is_yes() => Answer::Yes,
            _ => match self.named(expression) {
                Some(answer) => answer,
                None => self.valued(expression),
            },
        }
    }

    /// A function that a call makes, `functools.partial(f, 1)`: Python's own runs what it is given.
    fn made(&mut self, call: &'a ExprCall) -> Answer {
        let callee = ExprRef::from(&call.func);
        match self.site.subject.resolver.meaning(callee) {
            Meaning::Qualified(name) if is_of_python(&name) => {
                let given = call.arguments.iter_source_order().map(|it| it.value());
                let mut given = given.filter(|value| !value.is_literal_expr());
                let first = given.next().map(|it| self.callable(it.into()));
                let rest = any(given, |value| self.given(value.into()));
                first.unwrap_or(Answer::No).or(rest)
            }
            _ => self.unread(call.into()),
        }
    }

    /// A function, method or class that a name stands for; `None` for the name of a value.
    fn named(&mut self, expression: ExprRef<'a>) -> Option<Answer> {
        let resolver = self.site.subject.resolver;
        let here = resolver.local_callables(expression);
        if !here.is_empty() {
            return Some(any(here, |callable| self.of_file(callable)));
        }
        match resolver.meaning(expression) {
            Meaning::Qualified(name)
                if is_of_python(&name) && self.site.subject.own.function(&name).runs.is_none() =>
            {
                Some(Answer::No)
            }
            Meaning::Qualified(_) => Some(self.unread(expression)),
            _ => None,
        }
    }

    fn of_file(&mut self, callable: AnyNodeRef<'a>) -> Answer {
        match callable {
            AnyNodeRef::StmtFunctionDef(function) => self.function(function),
            AnyNodeRef::StmtClassDef(class) => self.class(class),
            _ => Answer::Unknown,
        }
    }

    /// A value that is called, or whose method is.
    fn valued(&mut self, expression: ExprRef<'a>) -> Answer {
        if let ExprRef::Attribute(method) = expression
            && plain(self.site.subject, (&method.value).into()).is_some()
        {
            return Answer::No;
        }
        let origins = self.site.subject.resolver.origins(expression);
        any(origins, |origin| match origin {
            Origin::Made(made @ (ExprRef::Lambda(_) | ExprRef::Call(_))) => self.callable(made),
            _ => self.unread(expression),
        })
    }

    /// A coroutine is made to be run, and most likely it is run there.
    fn function(&mut self, function: &'a StmtFunctionDef) -> Answer {
        let decorated = any(&function.decorator_list, |it| self.decorator(it));
        let body = self.code(self.site.subject.tree.id(function));
        decorated.or(body)
    }

    /// What a decorator of another library runs instead is not known.
    fn decorator(&mut self, decorator: &'a Decorator) -> Answer {
        let expression = match ExprRef::from(&decorator.expression) {
            ExprRef::Call(call) => (&call.func).into(),
            other => other,
        };
        match self.site.subject.resolver.meaning(expression) {
            Meaning::Qualified(name) if is_of_python(&name) => Answer::No,
            _ => self.unread(expression),
        }
    }

    /// A class makes its instance by `__init__`, its own or that of a base.
    fn class(&mut self, class: &'a StmtClassDef) -> Answer {
        if !self.seen.insert(self.site.subject.tree.id(class)) {
            return Answer::No;
        }
        let mut methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        match methods.rfind(|method| method.name.as_str() == "__init__") {
            Some(init) => self.function(init),
            None => any(class.bases(), |base| {
                let base = ExprRef::from(base);
                self.named(base).unwrap_or_else(|| self.unread(base))
            }),
        }
    }

    /// The code of a def or lambda, and what it calls.
    fn code(&mut self, owner: NodeId) -> Answer {
        if !self.seen.insert(owner) {
            return Answer::No;
        }
        let tree = self.site.subject.tree;
        any(tree.descendants(owner), |id| {
            let node = tree.node(id);
            let fits = self.site.fits_any(self.patterns, node);
            match node {
                _ if fits.is_yes() => fits,
                AnyNodeRef::ExprCall(call) => fits.or(self.call(call)),
                other => fits.or(self.goes_over(other)),
            }
        })
    }

    fn call(&mut self, call: &'a ExprCall) -> Answer {
        let given = call.arguments.iter_source_order();
        let given = given.map(|it| it.value().into()).collect();
        self.called_with(ExprRef::from(&call.func), given)
    }

    /// What a call of the expression's value with these arguments runs.
    fn called_with(&mut self, callee: ExprRef<'a>, given: Vec<ExprRef<'a>>) -> Answer {
        if self.is_consumer(callee) {
            return any(given, |value| self.consumed(value));
        }
        let answer = match callee {
            ExprRef::Name(_) | ExprRef::Attribute(_) | ExprRef::Lambda(_) | ExprRef::Call(_) => {
                self.callable(callee)
            }
            other => self.unread(other),
        };
        answer.or(any(given, |value| self.given(value)))
    }

    fn unread(&mut self, expression: ExprRef<'a>) -> Answer {
        let text = &self.site.subject.text()[expression.range()];
        self.unread.get_or_insert(text);
        Answer::Unknown
    }
}

#[cfg(test)]
mod tests;
