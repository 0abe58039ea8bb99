//! Does the file itself replace a function by a double (`patch("time.sleep")`)?

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};

use super::subject::Subject;
use crate::bind::resolve::Meaning;

/// Returns whether a call or an assignment of the file patches the qualified name.
pub(super) fn in_file(subject: &Subject, qualified: &str) -> bool {
    subject.tree.ids().any(|id| match subject.tree.node(id) {
        AnyNodeRef::ExprCall(call) => patches(subject, call, qualified),
        AnyNodeRef::ExprAttribute(target) if target.ctx.is_store() => {
            matches!(subject.resolver.meaning(target.into()), Meaning::Qualified(name) if name == qualified)
        }
        _ => false,
    })
}

fn patches<'a>(subject: &Subject<'a>, call: &'a ExprCall, qualified: &str) -> bool {
    let callee = match call.func.as_ref() {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    let Some((module, member)) = qualified.rsplit_once('.') else {
        return false;
    };
    let text = |argument: Option<&Expr>| match argument {
        Some(Expr::StringLiteral(literal)) => Some(literal.value.to_str().to_owned()),
        _ => None,
    };
    let arguments = &call.arguments.args;
    match callee {
        "patch" | "setattr" if arguments.first().is_some_and(Expr::is_string_literal_expr) => {
            text(arguments.first()).is_some_and(|target| {
                target == qualified || target.strip_suffix(qualified).is_some_and(|rest| rest.ends_with('.'))
            })
        }
        "object" | "setattr" => {
            text(arguments.get(1)).is_some_and(|name| name == member)
                && arguments.first().is_some_and(|target| {
                    matches!(subject.resolver.meaning(target.into()), Meaning::Qualified(name) if name == module)
                })
        }
        _ => false,
    }
}
