//! Does only a declaration say what a value is? An annotation may be wrong, and a test may pass something else.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef};

use super::kind::origins;
use super::site::any;
use super::subject::Subject;
use crate::bind::value::Origin;
use crate::recipe::answer::Answer;
use crate::semantic::call::Target;

/// Returns whether an annotation says what the value is: its own, or that of the function which returns it.
///
/// A generator is one whatever it is annotated with.
pub(super) fn is_declared<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Answer {
    any(origins(subject, expression), |origin| match origin {
        Origin::Annotated(_) => Answer::Yes,
        Origin::Made(made) => match made_by(made.into()) {
            Some(call) => is_returned(subject, made, (&*call.func).into()),
            None if made.is_await_expr() => Answer::Unknown,
            None => Answer::No,
        },
        Origin::Unknown(_) => is_of_project(subject, expression),
        _ => Answer::No,
    })
}

/// Nothing is known of what a class of the project says of its attributes, unless its code makes them; libraries say
/// what theirs are.
fn is_of_project<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Answer {
    let ExprRef::Attribute(attribute) = expression else {
        return Answer::No;
    };
    let is_made = |it| matches!(subject.instance(it), Some((_, true)));
    if is_made(expression) {
        return Answer::No;
    }
    match subject.instance((&*attribute.value).into()) {
        Some((class, _)) if class.is_read() => Answer::Unknown,
        _ => Answer::No,
    }
}

/// What a function of the project returns is what its annotation says, or else is not known, unless its code is seen
/// to make it.
fn is_returned<'a>(subject: &Subject<'a>, made: ExprRef<'a>, callee: ExprRef<'a>) -> Answer {
    let class = subject.instance(made).map(|(class, _)| class);
    let is_made = |target: &Target<'a>| {
        let class = class.as_ref();
        class.is_some_and(|class| subject.makes_object_of(target, class))
    };
    let mut targets = subject.targets(callee).into_iter();
    let returns = targets.any(|target| match target {
        target if is_made(&target) => false,
        Target::Here(AnyNodeRef::StmtFunctionDef(def)) => !subject.is_generator(def.into()),
        Target::There(def) => !def.header.is_generator,
        Target::Here(_) | Target::Outside(_) => false,
    });
    returns.into()
}

/// The call that gives a value, awaited or not.
fn made_by(value: AnyNodeRef<'_>) -> Option<&ExprCall> {
    match value {
        AnyNodeRef::ExprCall(call) => Some(call),
        AnyNodeRef::ExprAwait(it) => it.value.as_call_expr(),
        _ => None,
    }
}

/// Returns where a value may come from, without what only says what a name or attribute will be given: code that is
/// seen gives it.
pub(super) fn given_values<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Vec<Origin<'a>> {
    let mut found = origins(subject, expression);
    if found.iter().any(|it| matches!(it, Origin::Made(_))) {
        found.retain(|it| !matches!(it, Origin::Annotated(it) if is_declaration(subject, it)));
    }
    found
}

/// `name: annotation`, or `name: annotation = None`; not in a class whose decorator may give it an `__init__` for that.
fn is_declaration<'a>(subject: &Subject<'a>, annotation: &'a Expr) -> bool {
    let statement = subject.tree.parent(subject.tree.id(annotation));
    let AnyNodeRef::StmtAnnAssign(it) = subject.tree.node(statement) else {
        return false;
    };
    let gives_nothing = it.value.as_deref().is_none_or(Expr::is_none_literal_expr);
    let is_field = matches!(
        subject.tree.parent_node(statement),
        AnyNodeRef::StmtClassDef(class) if !class.decorator_list.is_empty()
    );
    gives_nothing && !is_field
}
