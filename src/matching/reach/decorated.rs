//! What a decorator does with the def below it, as far as its name says so.

use ruff_python_ast::{Decorator, ExprRef, StmtFunctionDef};

use super::Search;
use crate::bind::resolve::Meaning;
use crate::project::is_of_python;
use crate::python::own;
use crate::recipe::answer::Answer;

impl<'a> Search<'_, '_, 'a> {
    /// Whether a def under the decorator runs once for the same arguments.
    pub(super) fn remembers(&self, decorator: &'a Decorator) -> bool {
        let meaning = self.site.subject.resolver.meaning(called(decorator));
        matches!(meaning, Meaning::Qualified(name) if own::keeps_results(&name))
    }

    /// Whether a method gives itself where it is named: nothing runs there, unlike that of a property.
    pub(super) fn is_only_named(&self, method: &'a StmtFunctionDef) -> bool {
        let resolver = self.site.subject.resolver;
        method.decorator_list.iter().all(|decorator| {
            let meaning = resolver.meaning(called(decorator));
            matches!(meaning, Meaning::Qualified(name) if own::keeps_the_function(&name))
        })
    }

    /// What a decorator of another library runs instead is not known.
    pub(super) fn decorator(&mut self, decorator: &'a Decorator) -> Answer {
        let expression = called(decorator);
        match self.site.subject.resolver.meaning(expression) {
            Meaning::Qualified(name) if is_of_python(&name) => Answer::No,
            // `@value.setter` of the property that stands before it.
            Meaning::Attribute { .. } => Answer::No,
            _ => self.unread(expression),
        }
    }
}

/// What a decorator names: `f` of `@f` and of `@f(1)`.
fn called(decorator: &Decorator) -> ExprRef<'_> {
    match ExprRef::from(&decorator.expression) {
        ExprRef::Call(call) => (&call.func).into(),
        other => other,
    }
}
