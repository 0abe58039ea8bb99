//! Does only a declaration say what a value is? An annotation may be wrong, and a test may pass something else.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::kind::origins;
use super::subject::Subject;
use crate::bind::value::Origin;
use crate::recipe::answer::Answer;
use crate::semantic::call::Target;

/// Returns whether an annotation says what the value is: its own, or that of the function which returns it.
///
/// A generator is one whatever it is annotated with.
pub(super) fn is_declared<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Answer {
    let mut answer = Answer::No;
    for origin in origins(subject, expression) {
        answer = answer.or(match origin {
            Origin::Annotated(_) => Answer::Yes,
            Origin::Made(ExprRef::Call(call)) => is_returned(subject, (&*call.func).into()),
            Origin::Made(ExprRef::Await(it)) => match it.value.as_call_expr() {
                Some(call) => is_returned(subject, (&*call.func).into()),
                None => Answer::Unknown,
            },
            Origin::Unknown(_) => is_of_project(subject, expression),
            _ => Answer::No,
        });
    }
    answer
}

/// Nothing is known of what a class of the project says of its attributes; libraries say what theirs are.
fn is_of_project<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Answer {
    let ExprRef::Attribute(attribute) = expression else {
        return Answer::No;
    };
    match subject.instance((&*attribute.value).into()) {
        Some((class, _)) if class.is_read() => Answer::Unknown,
        _ => Answer::No,
    }
}

/// What a function of the project returns is what its annotation says, or else is not known.
fn is_returned<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> Answer {
    let targets = subject.targets(callee);
    let mut returns = targets.iter().map(|target| match target {
        Target::Here(AnyNodeRef::StmtFunctionDef(def)) => !subject.is_generator((*def).into()),
        Target::There(def) => !def.header.is_generator,
        Target::Here(_) | Target::Outside(_) => false,
    });
    returns.any(|it| it).into()
}
