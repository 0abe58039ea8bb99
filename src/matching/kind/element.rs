//! What a loop binds: `for path in folder.glob("*")` binds paths if `folder` is one.

use ruff_python_ast::{Expr, ExprRef};
use ruff_text_size::TextRange;

use super::{Asked, of_origins};
use crate::bind::MAX_STEPS;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::matching::unify::unify;
use crate::python::stdlib::container;
use crate::recipe::kind::Kind;

/// Returns whether a loop binds values of the kind alone to the name.
pub(super) fn is_element<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    (row, asked): (&Kind, Asked),
    seen: &mut Vec<TextRange>,
) -> bool {
    let ExprRef::Name(name) = expression else {
        return false;
    };
    let container = subject.resolver.gone_over(name);
    let mut of_kind = OfKind {
        subject,
        row,
        asked,
        seen,
    };
    container.is_some_and(|it| of_kind.gives(it, MAX_STEPS))
}

struct OfKind<'o, 'a> {
    subject: &'o Subject<'a>,
    row: &'o Kind,
    asked: Asked<'o>,
    seen: &'o mut Vec<TextRange>,
}

impl<'a> OfKind<'_, 'a> {
    /// Whether all elements of a container are of the kind.
    fn gives(&mut self, container: ExprRef<'a>, steps: u32) -> bool {
        let Some(steps) = steps.checked_sub(1) else {
            return false;
        };
        match container {
            ExprRef::Tuple(it) => self.are(&it.elts),
            ExprRef::List(it) => self.are(&it.elts),
            ExprRef::Set(it) => self.are(&it.elts),
            ExprRef::ListComp(it) => self.is((&it.elt).into()),
            ExprRef::SetComp(it) => self.is((&it.elt).into()),
            ExprRef::Generator(it) => self.is((&it.elt).into()),
            ExprRef::Name(_) => self.is_unchanged(container, steps),
            made => self.is_made(made, steps),
        }
    }

    /// A name may stand for a list that other code adds to; nothing is added to a result or a tuple.
    fn is_unchanged(&mut self, name: ExprRef<'a>, steps: u32) -> bool {
        let origins = self.subject.resolver.origins(name);
        !origins.is_empty()
            && origins.into_iter().all(|origin| match origin {
                Origin::Made(ExprRef::Tuple(it)) => self.are(&it.elts),
                Origin::Made(made) => self.is_made(made, steps),
                _ => false,
            })
    }

    /// A call that a pattern of the kind speaks of, or that gives the elements of another container.
    fn is_made(&mut self, made: ExprRef<'a>, steps: u32) -> bool {
        let given = Captures::default();
        let fits = self.row.elements.iter().find_map(|pattern| {
            let fit = unify(pattern, made.into(), &given, self.subject)?;
            fit.unsure.is_none().then(|| fit.captures.expression("x"))?
        });
        if let Some(from) = fits {
            return self.is(from);
        }
        let ExprRef::Call(call) = made else {
            return false;
        };
        let passes_on = match self.subject.resolver.meaning((&*call.func).into()) {
            Meaning::Qualified(name) => container::gives_elements(&name),
            _ => false,
        };
        let container = call.arguments.args.first().filter(|_| passes_on);
        container.is_some_and(|it| self.gives(it.into(), steps))
    }

    fn are(&mut self, elements: &'a [Expr]) -> bool {
        !elements.is_empty() && elements.iter().all(|it| self.is(it.into()))
    }

    fn is(&mut self, value: ExprRef<'a>) -> bool {
        let of = of_origins(
            self.subject,
            value,
            &self.row.id,
            self.asked,
            &mut *self.seen,
        );
        of.answer.is_yes()
    }
}
