//! An expression → what names the class of the object that it gives: by what makes the object, or by an
//! annotation.

use ruff_python_ast::{
    AnyNodeRef, Expr, ExprCall, ExprRef, Operator, StmtClassDef, StmtFunctionDef,
};

use super::resolve::{Meaning, Resolver};
use super::value::Origin;
use crate::python::own;

/// Calls of functions whose result is a call of a function are followed as far as this.
const MAX_STEPS: u32 = 4;

/// An object by its class.
#[derive(Debug, Clone, Copy)]
pub struct Instance<'a> {
    /// What names its class.
    pub class: ClassOf<'a>,
    /// Whether it is of that class itself, and not of one that derives from it.
    pub is_exact: bool,
}

/// What names the class of an object.
#[derive(Debug, Clone, Copy)]
pub enum ClassOf<'a> {
    /// The class itself: `self` in a method of it.
    Own(&'a StmtClassDef),
    /// An expression that names a class: `Gauge` of `Gauge()`, or of `gauge: Gauge`.
    Named(ExprRef<'a>),
    /// The result of a call of this: of a class of another file, or of a function there.
    Result {
        /// What is called.
        callee: ExprRef<'a>,
        /// Whether it is what the call gives when it is awaited.
        is_awaited: bool,
    },
}

impl<'a> Resolver<'a> {
    /// Returns what names the class of the object that an expression gives, where there is but one that it
    /// may be; `None` beside it does not count.
    pub fn instance(&self, value: ExprRef<'a>) -> Option<Instance<'a>> {
        self.instance_within(value, MAX_STEPS)
    }

    /// Returns the same of a class of this file.
    pub(super) fn local_instance_within(
        &self,
        value: ExprRef<'a>,
        steps: u32,
    ) -> Option<(&'a StmtClassDef, bool)> {
        let Instance { class, is_exact } = self.instance_within(value, steps)?;
        let class = match class {
            ClassOf::Own(class) => class,
            ClassOf::Named(expression) => self.local_class(expression)?,
            ClassOf::Result { .. } => return None,
        };
        Some((class, is_exact))
    }

    fn instance_within(&self, value: ExprRef<'a>, steps: u32) -> Option<Instance<'a>> {
        let steps = steps.checked_sub(1)?;
        if let ExprRef::Name(name) = value
            && let Some((class, method)) = self.receiver(name)
        {
            let class = ClassOf::Own(class);
            let is_exact = false;
            return (!self.is_of_class(method)).then_some(Instance { class, is_exact });
        }
        match self.only_origin(value)? {
            Origin::Made(ExprRef::Call(call)) => self.result(call, false, steps),
            Origin::Made(ExprRef::Await(awaited)) => {
                match self.only_origin((&*awaited.value).into())? {
                    Origin::Made(ExprRef::Call(call)) => self.result(call, true, steps),
                    _ => None,
                }
            }
            Origin::Annotated(annotation) => self.annotated_with(annotation.into(), steps),
            _ => None,
        }
    }

    /// The one place that a value comes from.
    fn only_origin(&self, value: ExprRef<'a>) -> Option<Origin<'a>> {
        let mut origins = self.origins(value);
        if origins.len() > 1 {
            origins.retain(|it| !matches!(it, Origin::Made(ExprRef::NoneLiteral(_))));
        }
        match <[_; 1]>::try_from(origins) {
            Ok([only]) => Some(only),
            Err(_) => None,
        }
    }

    /// The object that a call gives: one of the class, or of what the function is said to return.
    fn result(&self, call: &'a ExprCall, is_awaited: bool, steps: u32) -> Option<Instance<'a>> {
        let callee = ExprRef::from(&*call.func);
        let of_class = |class| Instance {
            class,
            is_exact: true,
        };
        let callables = match self.local_definition(callee) {
            Some(found) => vec![found],
            None => self.callables_within(callee, steps),
        };
        match callables[..] {
            [AnyNodeRef::StmtClassDef(class)] if !is_awaited => Some(of_class(ClassOf::Own(class))),
            [AnyNodeRef::StmtFunctionDef(def)] => self.returned(def, callee, is_awaited, steps),
            [] => Some(of_class(ClassOf::Result { callee, is_awaited })),
            _ => None,
        }
    }

    /// What a def of this file says that it returns.
    fn returned(
        &self,
        def: &'a StmtFunctionDef,
        callee: ExprRef<'a>,
        is_awaited: bool,
        steps: u32,
    ) -> Option<Instance<'a>> {
        if def.is_async != is_awaited || self.is_decorated(def) {
            return None;
        }
        let returns = ExprRef::from(def.returns.as_deref()?);
        match (self.meaning(returns), callee) {
            (Meaning::Qualified(name), ExprRef::Attribute(method)) if own::is_own_type(&name) => {
                self.instance_within((&*method.value).into(), steps)
            }
            _ => self.annotated_with(returns, steps),
        }
    }

    /// The class that an annotation names: `X | None`, `Optional[X]` and `Annotated[X, …]` name `X`.
    fn annotated_with(&self, annotation: ExprRef<'a>, steps: u32) -> Option<Instance<'a>> {
        let steps = steps.checked_sub(1)?;
        let named = |class| Instance {
            class: ClassOf::Named(class),
            is_exact: false,
        };
        match annotation {
            ExprRef::StringLiteral(_) => self.annotated_with(self.unquoted(annotation)?, steps),
            ExprRef::BinOp(union) if union.op == Operator::BitOr => {
                self.beside_none([&*union.left, &*union.right], steps)
            }
            ExprRef::Subscript(generic) => {
                let form = match self.meaning((&*generic.value).into()) {
                    Meaning::Qualified(name) => name,
                    _ => return Some(named((&*generic.value).into())),
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
                    _ => Some(named((&*generic.value).into())),
                }
            }
            ExprRef::Name(_) | ExprRef::Attribute(_) => Some(named(annotation)),
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

    /// Returns what a string spells that is an annotation.
    fn unquoted(&self, annotation: ExprRef<'a>) -> Option<ExprRef<'a>> {
        let tree = self.flow().names().tree();
        let mut inside = tree.children(tree.id(annotation));
        inside.find_map(|id| tree.node(id).as_expr_ref())
    }
}
