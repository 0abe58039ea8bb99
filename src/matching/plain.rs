//! Values of Python's own types: their methods run no code of a project.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, Operator};

use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::recipe::plain::Plain;

/// Returns what the value is, where it surely is of Python's own types.
pub(super) fn plain<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<Plain> {
    if is_variadic(subject, expression) {
        return Some(Plain::Container);
    }
    let origins = subject.resolver.origins(expression);
    let mut found = None;
    for origin in origins {
        let plain = match origin {
            Origin::Made(made) => of_made(subject, made)?,
            Origin::Annotated(annotation) => of_annotation(subject, annotation)?,
            // A context manager that is listed gives itself, or another such object.
            Origin::Entered(manager) => of_made(subject, manager)?,
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
                (Meaning::Qualified(name), _) => subject.own.function(&name).gives,
                (_, ExprRef::Attribute(method)) => match plain(subject, (&method.value).into())? {
                    Plain::Object => Some(Plain::Object),
                    Plain::Container => subject.own.method(&method.attr).gives,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

/// `*rows` and `**options` of a def.
fn is_variadic<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> bool {
    let ExprRef::Name(name) = expression else {
        return false;
    };
    let tree = subject.tree;
    let is_it = |id| {
        let parameter = subject.names.binding(id).node;
        let AnyNodeRef::Parameters(all) = tree.parent_node(parameter) else {
            return false;
        };
        let mut variadic = all.vararg.iter().chain(&all.kwarg);
        variadic.any(|it| tree.id(&**it) == parameter)
    };
    let reaching = subject.flow.reaching(tree.id(name));
    let bindings = &reaching.bindings;
    !reaching.overflow && !bindings.is_empty() && bindings.iter().all(|id| is_it(*id))
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
