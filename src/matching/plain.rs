//! Values of Python's own types: their methods run no code of a project.

use ruff_python_ast::{Expr, ExprRef, Operator};

use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::project::is_of_python;

/// A value of one of Python's own types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// Text, a number, an object of the standard library: what its methods give is plain too.
    Object,
    /// A list, dict or the like: what it holds may be anything.
    Container,
}

/// Builtin types that hold other objects.
const CONTAINERS: [&str; 7] = [
    "dict",
    "frozenset",
    "list",
    "range",
    "set",
    "sorted",
    "tuple",
];

/// Builtin types and functions that give no object of a project.
const OBJECTS: [&str; 9] = [
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "float",
    "int",
    "open",
    "repr",
    "str",
];

/// Modules whose classes say what a value can do, not what it is.
const ABSTRACT: [&str; 2] = ["typing.", "collections.abc."];

/// Modules whose context managers hand out what they are given.
const WRAPPERS: [&str; 2] = ["contextlib.", "unittest."];

/// Returns what the value is, where it surely is of Python's own types.
pub(super) fn plain<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<Plain> {
    let origins = subject.resolver.origins(expression);
    let mut found = None;
    for origin in origins {
        let plain = match origin {
            Origin::Made(made) => of_made(subject, made)?,
            Origin::Annotated(annotation) => of_annotation(subject, annotation)?,
            Origin::Entered(manager) => of_entered(subject, manager)?,
            _ => return None,
        };
        match found {
            Some(Plain::Container) => {}
            _ => found = Some(plain),
        }
    }
    found
}

fn of_made<'a>(subject: &Subject<'a>, made: ExprRef<'a>) -> Option<Plain> {
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
        ExprRef::Call(call) => {
            let callee = ExprRef::from(&call.func);
            match (subject.resolver.meaning(callee), callee) {
                (Meaning::Qualified(name), _) => of_name(&name),
                (_, ExprRef::Attribute(method)) => {
                    let owner = plain(subject, (&method.value).into());
                    owner.filter(|owner| *owner == Plain::Object)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// A context manager of Python's own gives itself, or another of Python's own objects.
fn of_entered<'a>(subject: &Subject<'a>, manager: ExprRef<'a>) -> Option<Plain> {
    if let ExprRef::Call(call) = manager
        && let Meaning::Qualified(name) = subject.resolver.meaning((&call.func).into())
        && WRAPPERS.iter().any(|module| name.starts_with(module))
    {
        return None;
    }
    of_made(subject, manager)
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
            Meaning::Qualified(name) => of_name(&name),
            _ => None,
        },
    }
}

/// What a class, or a function that makes values, gives.
fn of_name(name: &str) -> Option<Plain> {
    if CONTAINERS.contains(&name) {
        return Some(Plain::Container);
    }
    let is_concrete = !ABSTRACT.iter().any(|module| name.starts_with(module));
    let is_object = OBJECTS.contains(&name) || (name.contains('.') && is_of_python(name));
    (is_object && is_concrete).then_some(Plain::Object)
}
