//! Is this value of that kind? Origins of the value × rows of the kinds table.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, Operator, StmtClassDef};

use super::capture::Captures;
use super::subject::Subject;
use super::unify::unify;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::recipe::answer::Answer;
use crate::recipe::kind::{AsyncDef, Kind};

/// An answer and, where it is not yes, the sentence that says what stood in the way.
#[derive(Debug, Clone)]
pub(super) struct KindAnswer {
    pub(super) answer: Answer,
    pub(super) why: Option<String>,
}

/// Returns whether the value is of the kind (a row of the table, or a qualified class).
///
/// A value that may come from several places is of the kind only if it is from each of them.
pub(super) fn is_kind<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    wanted: &str,
) -> KindAnswer {
    let row = subject.kinds.find(wanted);
    if let Some(row) = row
        && !row.owned_by.is_empty()
    {
        return KindAnswer {
            answer: Answer::from(owned(subject, expression, row)),
            why: None,
        };
    }
    let mut answers = Vec::new();
    let mut why = None;
    for origin in subject.resolver.origins(expression) {
        let answer = match row {
            Some(row) => of_row(subject, &origin, row),
            None => of_class(subject, &origin, &|class| class == wanted),
        };
        if let Origin::Unknown(reason) = origin {
            why.get_or_insert(reason);
        }
        answers.push(answer);
    }
    let all = |wanted: Answer| answers.iter().all(|answer| *answer == wanted);
    let answer = match answers.as_slice() {
        [] => Answer::Unknown,
        _ if all(Answer::Yes) => Answer::Yes,
        _ if all(Answer::No) => Answer::No,
        _ => Answer::Unknown,
    };
    KindAnswer { answer, why }
}

fn of_row<'a>(subject: &Subject<'a>, origin: &Origin<'a>, row: &Kind) -> Answer {
    if let Origin::Made(expression) = origin
        && row
            .made_by
            .iter()
            .any(|pattern| fits(subject, pattern, *expression))
    {
        return Answer::Yes;
    }
    match (row.async_def, origin) {
        (Some(AsyncDef::Called), Origin::Made(ExprRef::Call(call))) => {
            if let Some(is_async) = calls_async_def(subject, (&call.func).into()) {
                return Answer::from(is_async);
            }
        }
        (Some(AsyncDef::Itself), Origin::Defined(definition)) => {
            let node = subject.tree.node(*definition);
            return matches!(node, AnyNodeRef::StmtFunctionDef(function) if function.is_async)
                .into();
        }
        _ => {}
    }
    of_class(subject, origin, &|class| {
        row.classes.iter().any(|known| known == class)
    })
}

fn fits<'a>(
    subject: &Subject<'a>,
    pattern: &crate::recipe::pattern::Pattern,
    expression: ExprRef<'a>,
) -> bool {
    // A lifetime of its own: what the pattern captures is not kept.
    unify(
        pattern,
        AnyNodeRef::from(expression),
        &Captures::default(),
        subject,
    )
    .is_some_and(|fit| fit.unsure.is_none())
}

/// Returns whether a call of `callee` makes a coroutine; `None` where the def is not in this file.
pub(super) fn calls_async_def<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> Option<bool> {
    let resolver = subject.resolver;
    match resolver
        .local_definition(callee)
        .or_else(|| resolver.local_method(callee))?
    {
        AnyNodeRef::StmtFunctionDef(function) => {
            let plain = function.decorator_list.is_empty();
            let generator = function.is_async && is_generator(subject, function.into());
            (plain || !function.is_async).then_some(function.is_async && !generator)
        }
        _ => None,
    }
}

/// Returns whether a def yields, nested defs left out.
pub(super) fn is_generator<'a>(subject: &Subject<'a>, function: AnyNodeRef<'a>) -> bool {
    let tree = subject.tree;
    let id = tree.id(function);
    tree.descendants(id).any(|inner| {
        matches!(
            tree.node(inner),
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_)
        ) && subject.context.enclosing_function(inner) == Some(id)
    })
}

fn of_class<'a>(
    subject: &Subject<'a>,
    origin: &Origin<'a>,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    match origin {
        Origin::Made(ExprRef::Call(call)) => constructed(subject, (&call.func).into(), wanted),
        Origin::Made(expression) if is_display(*expression) => Answer::No,
        Origin::Annotated(annotation) => annotated(subject, annotation, wanted),
        Origin::Defined(_) => Answer::No,
        Origin::Made(_) | Origin::Entered(_) | Origin::Imported(_) | Origin::Unknown(_) => {
            Answer::Unknown
        }
    }
}

fn constructed<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    if let Some(class) = subject.resolver.local_class(callee) {
        return inherits(subject, class, wanted, 0);
    }
    match subject.resolver.meaning(callee) {
        Meaning::Qualified(qualified) if wanted(&qualified) => Answer::Yes,
        _ => match subject.resolver.local_definition(callee) {
            Some(AnyNodeRef::StmtFunctionDef(function)) if !function.is_async => function
                .returns
                .as_deref()
                .map_or(Answer::Unknown, |returns| {
                    annotated(subject, returns, wanted)
                }),
            _ => Answer::Unknown,
        },
    }
}

/// Returns whether a class of the file is, or derives from, a wanted class.
fn inherits<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    wanted: &dyn Fn(&str) -> bool,
    depth: u32,
) -> Answer {
    if depth > 8 {
        return Answer::Unknown;
    }
    class.bases().iter().fold(Answer::No, |answer, base| {
        let base = ExprRef::from(base);
        answer.or(match subject.resolver.local_class(base) {
            Some(base) => inherits(subject, base, wanted, depth + 1),
            None => match subject.resolver.meaning(base) {
                Meaning::Qualified(qualified) if wanted(&qualified) => Answer::Yes,
                // A base class of the language itself is no library's.
                Meaning::Qualified(qualified) if !qualified.contains('.') => Answer::No,
                _ => Answer::Unknown,
            },
        })
    })
}

/// Returns whether an annotation names a wanted class; `X | None` and `Optional[X]` name `X`.
fn annotated<'a>(
    subject: &Subject<'a>,
    annotation: &'a Expr,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    match annotation {
        Expr::BinOp(union) if union.op == Operator::BitOr => {
            match (union.left.as_ref(), union.right.as_ref()) {
                (Expr::NoneLiteral(_), kept) | (kept, Expr::NoneLiteral(_)) => {
                    annotated(subject, kept, wanted)
                }
                (left, right) => {
                    let (left, right) = (
                        annotated(subject, left, wanted),
                        annotated(subject, right, wanted),
                    );
                    if left == right { left } else { Answer::Unknown }
                }
            }
        }
        Expr::Subscript(generic) => match subject.resolver.meaning((&generic.value).into()) {
            Meaning::Qualified(name) if name == "typing.Optional" => {
                annotated(subject, &generic.slice, wanted)
            }
            _ => annotated(subject, &generic.value, wanted),
        },
        Expr::StringLiteral(_) => Answer::Unknown,
        annotation => {
            let annotation = ExprRef::from(annotation);
            if let Some(class) = subject.resolver.local_class(annotation) {
                return inherits(subject, class, wanted, 0);
            }
            match subject.resolver.meaning(annotation) {
                Meaning::Qualified(qualified) => match wanted(&qualified) {
                    true => Answer::Yes,
                    false if qualified == "typing.Any" || qualified == "object" => Answer::Unknown,
                    // Another class may still derive from a wanted one.
                    false if qualified.contains('.') => Answer::Unknown,
                    false => Answer::No,
                },
                _ => Answer::Unknown,
            }
        }
    }
}

fn is_display(expression: ExprRef) -> bool {
    expression.is_literal_expr()
        || matches!(
            expression,
            ExprRef::List(_)
                | ExprRef::Dict(_)
                | ExprRef::Set(_)
                | ExprRef::Tuple(_)
                | ExprRef::FString(_)
                | ExprRef::Lambda(_)
        )
}

/// Returns whether the value is an attribute of an object that is used as its owner elsewhere:
/// `client.loop` where `client.run()` stands too.
fn owned<'a>(subject: &Subject<'a>, expression: ExprRef<'a>, row: &Kind) -> bool {
    let ExprRef::Attribute(attribute) = expression else {
        return false;
    };
    row.attributes
        .iter()
        .any(|name| name == attribute.attr.as_str())
        && row.owned_by.iter().any(|pattern| {
            let mut given = Captures::default();
            given.bind(
                "owner",
                super::capture::Captured::Expression((&attribute.value).into()),
            );
            subject
                .tree
                .ids()
                .any(|id| unify(pattern, subject.tree.node(id), &given, subject).is_some())
        })
}
