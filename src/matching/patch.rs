//! Does the file itself replace a function by a double (`patch("time.sleep")`)?

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef};

use super::site::Evidence;
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::recipe::answer::Answer;

/// Returns whether a test of the project replaces one of the names.
pub(super) fn patched(names: &[String], subject: &Subject, evidence: &mut Evidence) -> Answer {
    for name in names {
        let by = if in_file(subject, name) {
            Some(subject.path().display().to_string())
        } else {
            subject
                .facts
                .patched_in(subject.path(), name)
                .map(|path| path.display().to_string())
        };
        if let Some(by) = by {
            evidence.why(format!("`{name}` is patched by {by}"));
            return Answer::Yes;
        }
    }
    Answer::No
}

/// Returns whether a call or an assignment of the file patches the qualified name.
pub(super) fn in_file(subject: &Subject, qualified: &str) -> bool {
    let is_patch = |id| match subject.tree.node(id) {
        AnyNodeRef::ExprCall(call) => patches(subject, call, qualified),
        AnyNodeRef::ExprAttribute(target) if target.ctx.is_store() => {
            means(subject, target.into(), qualified)
        }
        _ => false,
    };
    let answers = &subject.answers.patched;
    answers.or_find(qualified, || subject.tree.ids().any(is_patch))
}

fn means<'a>(subject: &Subject<'a>, expression: ExprRef<'a>, qualified: &str) -> bool {
    matches!(subject.resolver.meaning(expression), Meaning::Qualified(name) if name == qualified)
}

fn patches<'a>(subject: &Subject<'a>, call: &'a ExprCall, qualified: &str) -> bool {
    let callee = match call.func.as_ref() {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    let arguments = &call.arguments.args;
    match callee {
        "patch" | "setattr" if arguments.first().is_some_and(Expr::is_string_literal_expr) => {
            text(arguments.first()).is_some_and(|target| {
                target == qualified
                    || target
                        .strip_suffix(qualified)
                        .is_some_and(|rest| rest.ends_with('.'))
            })
        }
        "object" | "setattr" => {
            let Some((module, member)) = qualified.rsplit_once('.') else {
                return false;
            };
            text(arguments.get(1)).is_some_and(|name| name == member)
                && arguments
                    .first()
                    .is_some_and(|target| means(subject, target.into(), module))
        }
        _ => false,
    }
}

fn text(argument: Option<&Expr>) -> Option<&str> {
    let literal = argument?.as_string_literal_expr()?;
    Some(literal.value.to_str())
}
