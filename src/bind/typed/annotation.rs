//! An annotation → what it says of what it is written at.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, ExprSubscript, Operator};

use super::symbols::Budget;
use super::{Referent, Type};
use crate::bind::base::Base;
use crate::bind::binding::BindingKind;
use crate::bind::resolve::{Meaning, Resolver};
use crate::python::stdlib;

impl<'a> Resolver<'a> {
    /// Returns what an annotation says: `X | None`, `Optional[X]` and `Annotated[X, …]` say `X`.
    pub fn annotation(&self, annotation: ExprRef<'a>) -> Type<'a> {
        Budget::spend(|budget| self.said_by(annotation, budget))
    }

    pub(super) fn said_by(&self, annotation: ExprRef<'a>, budget: Budget) -> Type<'a> {
        let Some(budget) = budget.next() else {
            return Type::Unknown;
        };
        match annotation {
            ExprRef::StringLiteral(_) => {
                let unquoted = self.unquoted(annotation);
                unquoted.map_or(Type::Unknown, |it| self.said_by(it, budget))
            }
            ExprRef::NoneLiteral(_) => Type::Nothing,
            ExprRef::EllipsisLiteral(_) => Type::Repeated,
            ExprRef::BinOp(union) if union.op == Operator::BitOr => {
                self.union([&*union.left, &*union.right], budget)
            }
            ExprRef::Subscript(generic) => self.generic(generic, budget),
            ExprRef::Name(_) | ExprRef::Attribute(_) => self.named(annotation, budget),
            _ => Type::Unknown,
        }
    }

    /// One of several; `None` beside one other does not count.
    fn union(&self, them: impl IntoIterator<Item = &'a Expr>, budget: Budget) -> Type<'a> {
        let them = them.into_iter().map(|it| self.said_by(it.into(), budget));
        let them: Vec<_> = them.filter(|it| *it != Type::Nothing).collect();
        Type::any_of(them)
    }

    fn generic(&self, generic: &'a ExprSubscript, budget: Budget) -> Type<'a> {
        let inside = match &*generic.slice {
            Expr::Tuple(parts) => &parts.elts[..],
            only => std::slice::from_ref(only),
        };
        if let Meaning::Qualified(form) = self.meaning((&*generic.value).into()) {
            match form.as_str() {
                form if stdlib::is_union(form) => return self.union(inside, budget),
                form if stdlib::is_optional(form)
                    || stdlib::is_annotated_form(form)
                    || stdlib::is_kept_form(form) =>
                {
                    let first = inside.first();
                    return first.map_or(Type::Unknown, |it| self.said_by(it.into(), budget));
                }
                _ => {}
            }
        }
        match self.said_by((&*generic.value).into(), budget) {
            Type::Object {
                class,
                is_exact,
                parts,
            } if parts.is_empty() => {
                let parts = inside.iter().map(|it| self.said_by(it.into(), budget));
                Type::Object {
                    class,
                    is_exact,
                    parts: parts.collect(),
                }
            }
            alias => alias,
        }
    }

    /// What a name stands for that is no form: a class, or another name for an annotation.
    fn named(&self, annotation: ExprRef<'a>, budget: Budget) -> Type<'a> {
        match self.meaning(annotation) {
            Meaning::Qualified(name) if stdlib::is_own_type(&name) => return Type::Own,
            Meaning::Qualified(name) if stdlib::is_any(&name) => return Type::Unknown,
            Meaning::Local(binding) => {
                let names = self.flow().names();
                let binding = names.binding(binding);
                let tree = names.tree();
                let value = match (binding.kind, tree.node(binding.statement)) {
                    (BindingKind::Assignment { value, .. }, _) => tree.node(value).as_expr_ref(),
                    (BindingKind::TypeAlias, AnyNodeRef::StmtTypeAlias(alias)) => {
                        Some((&*alias.value).into())
                    }
                    _ => None,
                };
                if let Some(value) = value {
                    return self.said_by(value, budget);
                }
            }
            _ => {}
        }
        match self.base(annotation)[..] {
            [Base::Here(class)] => object(Referent::Class(class)),
            [Base::There(ref name)] => object(Referent::Here(name.clone())),
            _ => Type::Unknown,
        }
    }

    /// The object of the class that an expression names.
    pub(super) fn object_of(&self, class: ExprRef<'a>, budget: Budget) -> Type<'a> {
        match class {
            ExprRef::Name(_) | ExprRef::Attribute(_) => self.named(class, budget),
            _ => Type::Unknown,
        }
    }

    /// Returns what a string spells that is an annotation.
    fn unquoted(&self, annotation: ExprRef<'a>) -> Option<ExprRef<'a>> {
        let tree = self.flow().names().tree();
        let mut inside = tree.children(tree.id(annotation));
        inside.find_map(|id| tree.node(id).as_expr_ref())
    }
}

fn object(class: Referent<'_>) -> Type<'_> {
    Type::Object {
        class,
        is_exact: false,
        parts: Vec::new(),
    }
}
