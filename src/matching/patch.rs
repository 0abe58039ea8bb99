//! Does the file itself replace a function by a double (`patch("time.sleep")`)?

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef};

use super::site::Evidence;
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{is_named, module_of};

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

/// Returns whether a call or an assignment of the file patches the qualified name, or one of a module.
fn in_file(subject: &Subject, qualified: &str) -> bool {
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
    matches!(subject.resolver.meaning(expression), Meaning::Qualified(name) if is_named(&name, qualified))
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
            text(arguments.first()).is_some_and(|target| ends_so(target, qualified))
        }
        "object" | "setattr" => {
            let Some((module, member)) = qualified.rsplit_once('.') else {
                return false;
            };
            let is_all = module_of(qualified).is_some();
            let is_member = |name| is_all || name == member;
            let is_of_module = |target: &'a Expr| {
                means(subject, target.into(), module)
                    || is_all && means(subject, target.into(), qualified)
            };
            text(arguments.get(1)).is_some_and(is_member)
                && arguments.first().is_some_and(is_of_module)
        }
        _ => false,
    }
}

/// Returns whether a text is the qualified name, or ends with it behind a dot: `app.poll.time.sleep`.
fn ends_so(target: &str, qualified: &str) -> bool {
    let after_dots = target.match_indices('.').map(|(at, _)| &target[at + 1..]);
    let mut ends = std::iter::once(target).chain(after_dots);
    ends.any(|end| is_named(end, qualified))
}

fn text(argument: Option<&Expr>) -> Option<&str> {
    let literal = argument?.as_string_literal_expr()?;
    Some(literal.value.to_str())
}
