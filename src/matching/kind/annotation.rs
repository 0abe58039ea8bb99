//! An annotation × a kind → are its values of that kind?

use ruff_python_ast::{Expr, ExprBinOp, ExprRef, Operator};
use ruff_text_size::Ranged;

use super::super::class::{inherits, is_class};
use super::super::site::any;
use super::super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::matching::members::class_has;
use crate::project::definition::Definition;
use crate::python::stdlib::is_annotated_form;
use crate::recipe::answer::Answer;
use crate::recipe::condition::is_named;

/// Returns whether values of an annotation are of the kind.
pub(in crate::matching) fn annotates<'a>(
    subject: &Subject<'a>,
    annotation: ExprRef<'a>,
    wanted: &str,
) -> Answer {
    let Some(row) = subject.kinds.find(wanted) else {
        return is_annotated(subject, annotation, &|class| is_named(class, wanted));
    };
    let is_listed = |class: &str| row.classes.iter().any(|known| known == class);
    let of_class = is_annotated(subject, annotation, &is_listed);
    let class = project_class(subject, annotation);
    let defines = class.map_or(Answer::No, |class| {
        any(&row.defines, |name| match subject.class(class) {
            Some(class) => class_has(subject, &class, name, false),
            None => Answer::Unknown,
        })
    });
    of_class.or(defines)
}

/// The class of the project that an annotation names.
fn project_class<'a>(subject: &Subject<'a>, annotation: ExprRef<'a>) -> Option<ExprRef<'a>> {
    let named = class_name(subject, annotation);
    let is_class = || match subject.resolver.meaning(named) {
        Meaning::Qualified(name) => matches!(subject.definition(&name), Definition::Class(_)),
        _ => false,
    };
    let here = subject.resolver.local_class(named).is_some();
    (here || is_class()).then_some(named)
}

/// Returns what a string spells that is an annotation.
pub(crate) fn unquoted<'a>(subject: &Subject<'a>, annotation: ExprRef<'a>) -> Option<ExprRef<'a>> {
    let quoted = annotation.is_string_literal_expr();
    let quoted = quoted.then(|| subject.module.quoted(annotation.range()))?;
    quoted.map(ExprRef::from)
}

/// Returns whether an annotation names a wanted class; `X | None` and `Optional[X]` name `X`.
pub(in crate::matching) fn is_annotated<'a>(
    subject: &Subject<'a>,
    annotation: ExprRef<'a>,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    match class_name(subject, annotation) {
        ExprRef::BinOp(union) if union.op == Operator::BitOr => either(subject, union, wanted),
        ExprRef::NoneLiteral(_) => Answer::No,
        ExprRef::Subscript(_) | ExprRef::StringLiteral(_) => Answer::Unknown,
        named => names_class(subject, named, wanted),
    }
}

/// Returns what names the class of the values of an annotation: `X` of `X | None`, `Optional[X]`, `Annotated[X, …]`,
/// `X[int]` and `"X"`; what has no such part is returned whole.
pub(super) fn class_name<'a>(subject: &Subject<'a>, annotation: ExprRef<'a>) -> ExprRef<'a> {
    let named = match annotation {
        ExprRef::BinOp(union) if union.op == Operator::BitOr => {
            match ((&union.left).into(), (&union.right).into()) {
                (ExprRef::NoneLiteral(_), kept) | (kept, ExprRef::NoneLiteral(_)) => Some(kept),
                _ => None,
            }
        }
        ExprRef::Subscript(generic) => match subject.resolver.meaning((&generic.value).into()) {
            Meaning::Qualified(name) if name == "typing.Optional" => Some((&generic.slice).into()),
            Meaning::Qualified(name) if is_annotated_form(&name) => match &*generic.slice {
                Expr::Tuple(parts) => parts.elts.first().map(ExprRef::from),
                _ => None,
            },
            _ => Some((&generic.value).into()),
        },
        quoted => unquoted(subject, quoted),
    };
    named.map_or(annotation, |it| class_name(subject, it))
}

/// `X | Y` is known where both are alike.
fn either<'a>(
    subject: &Subject<'a>,
    union: &'a ExprBinOp,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    let left = is_annotated(subject, (&union.left).into(), wanted);
    let right = is_annotated(subject, (&union.right).into(), wanted);
    if left == right { left } else { Answer::Unknown }
}

fn names_class<'a>(
    subject: &Subject<'a>,
    annotation: ExprRef<'a>,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    if let Some(class) = subject.resolver.local_class(annotation) {
        return inherits(subject, class, wanted);
    }
    let Meaning::Qualified(qualified) = subject.resolver.meaning(annotation) else {
        return Answer::Unknown;
    };
    is_class(subject, subject.path(), &qualified, wanted)
}
