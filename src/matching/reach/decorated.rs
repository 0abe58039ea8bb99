//! What a decorator does with the def below it, as far as its name says so.

use ruff_python_ast::{AnyNodeRef, Decorator, ExprRef, StmtFunctionDef};

use super::Search;
use crate::bind::resolve::Meaning;
use crate::project::is_of_python;
use crate::python::stdlib;
use crate::recipe::answer::Answer;

impl<'a> Search<'_, '_, 'a> {
    /// Whether a def under the decorator runs once for the same arguments.
    pub(super) fn remembers(&self, decorator: &'a Decorator) -> bool {
        let meaning = self.site.subject.resolver.meaning(called(decorator));
        matches!(meaning, Meaning::Qualified(name) if stdlib::keeps_results(&name))
    }

    /// Whether a method gives itself where it is named: nothing runs there, unlike that of a property.
    pub(super) fn is_only_named(&self, method: &'a StmtFunctionDef) -> bool {
        let resolver = self.site.subject.resolver;
        method.decorator_list.iter().all(|decorator| {
            let meaning = resolver.meaning(called(decorator));
            matches!(meaning, Meaning::Qualified(name) if stdlib::keeps_the_function(&name))
        })
    }

    /// What a decorator runs around the def below it: what one of another library does is not known.
    pub(super) fn decorator(&mut self, decorator: &'a Decorator) -> Answer {
        let expression = called(decorator);
        if let Some(wrapper) = self.wrapper(decorator) {
            return self.code(self.site.subject.tree.id(wrapper));
        }
        match self.site.subject.resolver.meaning(expression) {
            Meaning::Qualified(name) if is_of_python(&name) => Answer::No,
            // `@value.setter` of the property that stands before it.
            Meaning::Attribute { .. } => Answer::No,
            _ => self.unread(expression),
        }
    }

    /// The def of this file that a decorator puts in the place of the one below it.
    fn wrapper(&self, decorator: &'a Decorator) -> Option<&'a StmtFunctionDef> {
        let of = self.local_def(called(decorator))?;
        let wrapper = self.handed_out(of)?;
        match decorator.expression.is_call_expr() {
            true => self.handed_out(wrapper),
            false => Some(wrapper),
        }
    }

    /// The def that a def hands out by its one `return`.
    fn handed_out(&self, def: &'a StmtFunctionDef) -> Option<&'a StmtFunctionDef> {
        match self.site.subject.resolver.returns(def)[..] {
            [Some(value)] => self.local_def(value.into()),
            _ => None,
        }
    }

    fn local_def(&self, name: ExprRef<'a>) -> Option<&'a StmtFunctionDef> {
        match self.site.subject.resolver.local_definition(name)? {
            AnyNodeRef::StmtFunctionDef(def) => Some(def),
            _ => None,
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
