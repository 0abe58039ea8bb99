//! Values of Python's own types: their methods run no code of a project.

use std::collections::BTreeMap;

use ruff_python_ast::{
    AnyNodeRef, Expr, ExprBinOp, ExprCall, ExprName, ExprRef, Operator, UnaryOp,
};

use super::subject::Subject;
use crate::bind::binding::{BindingId, BindingKind};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::recipe::plain::Plain;
use crate::semantic::Model;
use crate::semantic::memo::Memo;

/// How far a value is followed through names and operators.
const MAX_STEPS: u32 = 12;

/// Parameters of which it is known what they are given.
pub(super) type Known = BTreeMap<BindingId, Plain>;

/// Returns what the value is, where it surely is of Python's own types.
pub(super) fn plain<'a>(
    subject: &Subject<'a>,
    known: &Known,
    expression: ExprRef<'a>,
) -> Option<Plain> {
    Values::new(subject, known).of(expression, MAX_STEPS)
}

/// Returns whether a value is an object, or holds nothing else.
pub(super) fn holds_plain<'a>(
    subject: &Subject<'a>,
    known: &Known,
    expression: ExprRef<'a>,
) -> bool {
    let held = Values::new(subject, known).held(expression, MAX_STEPS);
    held == Some(Plain::Object)
}

struct Values<'s, 'a> {
    subject: &'s Subject<'a>,
    known: &'s Known,
    /// What names are, followed so many steps: each of the branches that add to a text leads to all before it.
    bindings: Memo<(BindingId, u32), Option<Plain>>,
}

impl<'s, 'a> Values<'s, 'a> {
    fn new(subject: &'s Subject<'a>, known: &'s Known) -> Self {
        let bindings = Memo::default();
        Self {
            subject,
            known,
            bindings,
        }
    }

    fn of(&self, value: ExprRef<'a>, steps: u32) -> Option<Plain> {
        let steps = steps.checked_sub(1)?;
        match value {
            ExprRef::Name(name) => self.of_name(name, steps),
            ExprRef::Named(named) => self.of((&named.value).into(), steps),
            ExprRef::If(choice) => {
                let either = [&choice.body, &choice.orelse];
                all(either.map(|it| self.of(it.into(), steps)))
            }
            ExprRef::BoolOp(operation) => {
                all(operation.values.iter().map(|it| self.of(it.into(), steps)))
            }
            ExprRef::Attribute(_) => {
                let origins = self.subject.resolver.origins(value);
                all(origins.into_iter().map(|it| self.of_origin(it, steps)))
            }
            made => self.of_made(made, steps),
        }
    }

    fn of_name(&self, name: &'a ExprName, steps: u32) -> Option<Plain> {
        let reaching = self.subject.flow.reaching(self.subject.tree.id(name));
        let bindings = reaching.bindings.iter();
        let of_binding = |id: &BindingId| {
            let find = || self.of_binding(*id, steps);
            self.bindings.or_find(&(*id, steps), find)
        };
        all(bindings.map(of_binding)).filter(|_| !reaching.overflow)
    }

    fn of_binding(&self, id: BindingId, steps: u32) -> Option<Plain> {
        let Model { tree, names, .. } = self.subject.model;
        let binding = names.binding(id);
        let of_node = |node| self.of(tree.node(node).as_expr_ref()?, steps);
        match binding.kind {
            BindingKind::Parameter {
                gathers: Some(_), ..
            } => Some(Plain::Container),
            BindingKind::Parameter { .. } if self.known.contains_key(&id) => {
                self.known.get(&id).copied()
            }
            BindingKind::For { iterable: whole }
            | BindingKind::Comprehension { iterable: whole }
            | BindingKind::Unpacking { value: whole } => {
                self.held(tree.node(whole).as_expr_ref()?, steps)
            }
            BindingKind::Assignment {
                value,
                annotation: None,
            } => of_node(value),
            BindingKind::AugmentedAssignment => match tree.node(binding.statement) {
                AnyNodeRef::StmtAugAssign(changed) => all([
                    self.of((&changed.target).into(), steps),
                    self.of((&changed.value).into(), steps),
                ]),
                _ => None,
            },
            _ => {
                let origins = self.subject.resolver.origins_of(id);
                all(origins.into_iter().map(|it| self.of_origin(it, steps)))
            }
        }
    }

    fn of_origin(&self, origin: Origin<'a>, steps: u32) -> Option<Plain> {
        match origin {
            Origin::Made(made) => self.of(made, steps),
            Origin::Annotated(annotation) => of_annotation(self.subject, annotation),
            Origin::Gathered(_) => Some(Plain::Container),
            // A context manager that is listed gives itself, or another such object.
            Origin::Entered(entered) => self.of(entered, steps),
            _ => None,
        }
    }

    fn of_made(&self, made: ExprRef<'a>, steps: u32) -> Option<Plain> {
        match made {
            ExprRef::List(_)
            | ExprRef::Tuple(_)
            | ExprRef::Set(_)
            | ExprRef::Dict(_)
            | ExprRef::ListComp(_)
            | ExprRef::SetComp(_)
            | ExprRef::DictComp(_)
            | ExprRef::Generator(_) => Some(Plain::Container),
            ExprRef::FString(_) => Some(Plain::Object),
            literal if literal.is_literal_expr() => Some(Plain::Object),
            ExprRef::Call(call) => self.of_call(call, steps),
            ExprRef::BinOp(operation) => self.of_operation(operation, steps),
            ExprRef::UnaryOp(operation) if operation.op == UnaryOp::Not => Some(Plain::Object),
            ExprRef::UnaryOp(operation) => self.object((&operation.operand).into(), steps),
            ExprRef::Subscript(part) => self.held((&part.value).into(), steps),
            ExprRef::Compare(comparison) => {
                let operands = std::iter::once(&*comparison.left).chain(&comparison.comparators);
                let all = all(operands.map(|it| self.of(it.into(), steps)));
                all.map(|_| Plain::Object)
            }
            _ => None,
        }
    }

    /// What a value holds: text, numbers and files their like, others what is said of them.
    fn held(&self, value: ExprRef<'a>, steps: u32) -> Option<Plain> {
        let steps = steps.checked_sub(1)?;
        let elements = match value {
            ExprRef::List(list) => &list.elts,
            ExprRef::Tuple(tuple) => &tuple.elts,
            ExprRef::Set(set) => &set.elts,
            ExprRef::ListComp(all) => return self.object((&all.elt).into(), steps),
            ExprRef::SetComp(all) => return self.object((&all.elt).into(), steps),
            ExprRef::Generator(all) => return self.object((&all.elt).into(), steps),
            _ => match self.subject.resolver.origins(value)[..] {
                [Origin::Annotated(annotation)] => return held_by(self.subject, annotation),
                _ => return self.object(value, steps),
            },
        };
        all(elements.iter().map(|it| self.held(it.into(), steps)))
    }

    fn object(&self, value: ExprRef<'a>, steps: u32) -> Option<Plain> {
        self.of(value, steps).filter(|it| *it == Plain::Object)
    }

    fn of_operation(&self, operation: &'a ExprBinOp, steps: u32) -> Option<Plain> {
        let left = self.of((&operation.left).into(), steps)?;
        let right = self.of((&operation.right).into(), steps)?;
        match (left, right) {
            (Plain::Object, Plain::Object) => Some(Plain::Object),
            // `"%s %s" % (a, b)`
            (Plain::Object, _) if operation.op == Operator::Mod => Some(Plain::Object),
            _ => Some(Plain::Container),
        }
    }

    fn of_call(&self, call: &'a ExprCall, steps: u32) -> Option<Plain> {
        let Model { resolver, .. } = self.subject.model;
        let own = self.subject.own;
        let callee = ExprRef::from(&call.func);
        match (resolver.meaning(callee), callee) {
            (Meaning::Qualified(name), _) => own.function(&name).gives,
            (_, ExprRef::Attribute(method)) => match self.of((&method.value).into(), steps)? {
                Plain::Object => Some(Plain::Object),
                Plain::Container => own.method(&method.attr).gives,
            },
            _ => None,
        }
    }
}

/// What values are that may each be it: containers, where one is.
fn all(values: impl IntoIterator<Item = Option<Plain>>) -> Option<Plain> {
    let join = |one, other| match (one, other) {
        (Plain::Object, other) => other,
        (container, _) => container,
    };
    let mut values = values.into_iter();
    let first = values.next()??;
    values.try_fold(first, |found, value| value.map(|value| join(found, value)))
}

/// What a value of that annotation holds: `list[int]`, `tuple[str, ...]`.
fn held_by<'a>(subject: &Subject<'a>, annotation: &'a Expr) -> Option<Plain> {
    let Expr::Subscript(generic) = annotation else {
        return of_annotation(subject, annotation).filter(|it| *it == Plain::Object);
    };
    of_annotation(subject, &generic.value)?;
    let parts = match &*generic.slice {
        Expr::Tuple(parts) => &parts.elts[..],
        only => std::slice::from_ref(only),
    };
    let parts = parts.iter().filter(|part| !part.is_ellipsis_literal_expr());
    all(parts.map(|part| held_by(subject, part)))
}

fn of_annotation<'a>(subject: &Subject<'a>, annotation: &'a Expr) -> Option<Plain> {
    match annotation {
        Expr::BinOp(union) if union.op == Operator::BitOr => {
            match (union.left.as_ref(), union.right.as_ref()) {
                (Expr::NoneLiteral(_), kept) | (kept, Expr::NoneLiteral(_)) => {
                    of_annotation(subject, kept)
                }
                _ => None,
            }
        }
        Expr::Subscript(generic) => of_annotation(subject, &generic.value),
        named => match subject.resolver.meaning(named.into()) {
            Meaning::Qualified(name) => subject.own.function(&name).gives,
            _ => None,
        },
    }
}
