//! An annotation → what names the class of what it is written at.

use ruff_python_ast::{Expr, ExprRef, Operator};

use super::Instance;
use crate::bind::resolve::{Meaning, Resolver};
use crate::python::own;

impl<'a> Resolver<'a> {
    /// The class that an annotation names: `X | None`, `Optional[X]` and `Annotated[X, …]` name `X`.
    pub(super) fn annotated_with(
        &self,
        annotation: ExprRef<'a>,
        steps: u32,
    ) -> Option<Instance<'a>> {
        let steps = steps.checked_sub(1)?;
        match annotation {
            ExprRef::StringLiteral(_) => self.annotated_with(self.unquoted(annotation)?, steps),
            ExprRef::BinOp(union) if union.op == Operator::BitOr => {
                self.beside_none([&*union.left, &*union.right], steps)
            }
            ExprRef::Subscript(generic) => {
                let form = match self.meaning((&*generic.value).into()) {
                    Meaning::Qualified(name) => name,
                    _ => String::new(),
                };
                match (&*generic.slice, form.as_str()) {
                    (Expr::Tuple(parts), form) if own::is_annotated_form(form) => {
                        self.annotated_with(parts.elts.first()?.into(), steps)
                    }
                    (Expr::Tuple(parts), "typing.Union") => match &parts.elts[..] {
                        [left, right] => self.beside_none([left, right], steps),
                        _ => None,
                    },
                    (kept, "typing.Optional") => self.annotated_with(kept.into(), steps),
                    _ => self.named((&*generic.value).into(), false),
                }
            }
            ExprRef::Name(_) | ExprRef::Attribute(_) => self.named(annotation, false),
            _ => None,
        }
    }

    fn beside_none(&self, [left, right]: [&'a Expr; 2], steps: u32) -> Option<Instance<'a>> {
        match (left, right) {
            (Expr::NoneLiteral(_), kept) | (kept, Expr::NoneLiteral(_)) => {
                self.annotated_with(kept.into(), steps)
            }
            _ => None,
        }
    }

    /// Returns whether an annotation stands for the class of the method's own object.
    pub(super) fn is_self_type(&self, annotation: ExprRef<'a>) -> bool {
        matches!(self.meaning(annotation), Meaning::Qualified(name) if own::is_own_type(&name))
    }

    /// Returns what a string spells that is an annotation.
    fn unquoted(&self, annotation: ExprRef<'a>) -> Option<ExprRef<'a>> {
        let tree = self.flow().names().tree();
        let mut inside = tree.children(tree.id(annotation));
        inside.find_map(|id| tree.node(id).as_expr_ref())
    }
}
