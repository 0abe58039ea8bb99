//! What Python itself runs of a value: to go over it, to enter it, to ask for its text, or to call it.

use ruff_python_ast::{AnyNodeRef, ExprContext, ExprRef};

use super::Search;
use super::given::Given;
use crate::bind::resolve::Meaning;
use crate::matching::site::any;
use crate::project::is_of_python;
use crate::recipe::answer::Answer;
use crate::recipe::plain::Runs;

impl<'a> Search<'_, '_, 'a> {
    /// `list`, `",".join`: it goes over what it is given.
    pub(super) fn consumer(&self, callee: ExprRef<'a>) -> Option<Runs> {
        let subject = self.site.subject;
        let meaning = subject.resolver.shared_meaning(callee);
        let known = match (&*meaning, callee) {
            (Meaning::Qualified(name), _) => subject.own.function(name),
            (_, ExprRef::Attribute(method)) => {
                let owner = self.plain((&method.value).into());
                owner.map_or_else(Default::default, |_| subject.own.method(&method.attr))
            }
            _ => return None,
        };
        known.runs.filter(|runs| *runs != Runs::Installed)
    }

    /// The code that such a function runs of a value it is given.
    pub(super) fn consumed_by(&mut self, consumer: Runs, value: ExprRef<'a>) -> Answer {
        match consumer {
            Runs::Held => self.asked(value),
            _ => self.consumed(value),
        }
    }

    /// The code that going over a value runs, and asking what it holds.
    fn asked(&mut self, value: ExprRef<'a>) -> Answer {
        let held = match value {
            ExprRef::Starred(all) => ExprRef::from(&all.value),
            value => value,
        };
        let is_made = match held {
            ExprRef::Call(call) => self.makes_generator((&call.func).into()),
            _ => false,
        };
        let answer = self.consumed(held);
        match is_made || (self.plain(held).is_some() && !self.holds_plain(held)) {
            true => answer.or(self.unread(held)),
            false => answer,
        }
    }

    /// Code that goes over a value, enters it, or asks for its text.
    pub(super) fn goes_over(&mut self, node: AnyNodeRef<'a>) -> Answer {
        let value = match node {
            AnyNodeRef::StmtFor(each) => &*each.iter,
            AnyNodeRef::Comprehension(clause) => &clause.iter,
            AnyNodeRef::ExprStarred(all) if all.ctx == ExprContext::Load => &*all.value,
            AnyNodeRef::Keyword(all) if all.arg.is_none() => &all.value,
            AnyNodeRef::ExprYieldFrom(all) => &*all.value,
            AnyNodeRef::WithItem(item) => &item.context_expr,
            AnyNodeRef::InterpolatedElement(shown) => {
                return self.asked((&shown.expression).into());
            }
            _ => return Answer::No,
        };
        self.consumed(value.into())
    }

    /// The code that going over a value runs.
    pub(super) fn consumed(&mut self, value: ExprRef<'a>) -> Answer {
        let subject = self.site.subject;
        let resolver = subject.resolver;
        if self.plain(value).is_some() {
            return Answer::No;
        }
        match value {
            // Where it stands its own code is asked about.
            ExprRef::Starred(_) => Answer::No,
            ExprRef::Call(call) if self.makes_generator((&call.func).into()) => Answer::No,
            ExprRef::Lambda(_) => self.given(value),
            // `key=len`
            _ if !resolver.local_callables(value).is_empty() => self.given(value),
            _ => match resolver.meaning(value) {
                Meaning::Qualified(name)
                    if is_of_python(&name) && subject.own.function(&name).runs.is_none() =>
                {
                    Answer::No
                }
                _ => self.unread(value),
            },
        }
    }

    /// A generator of the file, or a context manager made of one: a call of it was looked through.
    fn makes_generator(&self, callee: ExprRef<'a>) -> bool {
        let subject = self.site.subject;
        let here = subject.resolver.local_callables(callee);
        let is_it = |callable: &AnyNodeRef<'a>| {
            matches!(callable, AnyNodeRef::StmtFunctionDef(_)) && subject.is_generator(*callable)
        };
        !here.is_empty() && here.iter().all(is_it)
    }

    /// A function that is handed to another one may be called there.
    pub(super) fn given(&mut self, expression: ExprRef<'a>) -> Answer {
        if let ExprRef::Lambda(_) = expression {
            return self.callable(expression, &Given::default());
        }
        let resolver = self.site.subject.resolver;
        let here = resolver.local_callables(expression);
        if here.is_empty() {
            return match resolver.meaning(expression) {
                Meaning::Qualified(name) if !is_of_python(&name) => self.unread(expression),
                _ => Answer::No,
            };
        }
        any(here, |callable| match callable {
            AnyNodeRef::StmtFunctionDef(function) => {
                let bound = expression.is_attribute_expr();
                self.function(function, &Given::unknown(), bound)
            }
            _ => Answer::No,
        })
    }
}
