//! One origin of a value × a row of the kinds table.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::annotation::class_name;
use super::{calls_async_def, calls_generator, decorated, of_class};
use crate::bind::value::Origin;
use crate::matching::capture::Captures;
use crate::matching::class::is_below;
use crate::matching::members::{class_has, class_surely_has};
use crate::matching::site::any;
use crate::matching::subject::Subject;
use crate::matching::unify::fits_surely;
use crate::project::definition::Definition;
use crate::python::word::whole_words;
use crate::recipe::answer::Answer;
use crate::recipe::kind::{AsyncDef, Kind};
use crate::recipe::pattern::Spelled;
use crate::semantic::class::Class;

pub(super) fn of_row<'a>(
    subject: &Subject<'a>,
    origin: &Origin<'a>,
    row: &Kind,
    only_yes: bool,
) -> Answer {
    if let Origin::Made(made) = origin {
        let (node, given) = (AnyNodeRef::from(*made), Captures::default());
        let is_made = |pattern| fits_surely(pattern, node, &given, subject);
        if row.made_by.iter().any(|it| is_made(it)) {
            return Answer::Yes;
        }
    }
    if let Origin::Made(ExprRef::Call(call)) = origin
        && row.async_def != Some(AsyncDef::Itself)
        && decorated::is_called(subject, (&call.func).into(), &row.decorated_by)
    {
        return Answer::Yes;
    }
    of_async_def(subject, origin, row, only_yes)
        .unwrap_or_else(|| of_class_of_row(subject, origin, row, only_yes))
}

/// Returns what an `async def` says of a row that speaks of one; `None` where the class of the value decides.
fn of_async_def<'a>(
    subject: &Subject<'a>,
    origin: &Origin<'a>,
    row: &Kind,
    only_yes: bool,
) -> Option<Answer> {
    let callee = match origin {
        Origin::Made(ExprRef::Call(call)) => Some(ExprRef::from(&*call.func)),
        _ => None,
    };
    match (row.async_def?, origin, callee) {
        (AsyncDef::Called, _, Some(callee)) => {
            calls_async_def(subject, callee, only_yes).map(Answer::from)
        }
        (AsyncDef::Generator, _, Some(callee)) => {
            Some(calls_generator(subject, callee, false, only_yes))
        }
        (AsyncDef::AsyncGenerator, _, Some(callee)) => {
            let found = calls_generator(subject, callee, true, only_yes);
            found.is_yes().then_some(found)
        }
        (AsyncDef::Itself, Origin::Defined(definition), _) => {
            let node = subject.tree.node(*definition);
            Some(
                node.as_stmt_function_def()
                    .is_some_and(|def| def.is_async)
                    .into(),
            )
        }
        _ => None,
    }
}

fn of_class_of_row<'a>(
    subject: &Subject<'a>,
    origin: &Origin<'a>,
    row: &Kind,
    only_yes: bool,
) -> Answer {
    let is_of_row = |class: &str| row.classes.iter().any(|it| it == class);
    let is_named = matches!(
        origin,
        Origin::Made(ExprRef::Call(_)) | Origin::Annotated(_)
    );
    if only_yes && is_named && !may_be_of(subject, row) {
        return Answer::Unknown;
    }
    let of_class = of_class(subject, origin, &is_of_row);
    let has = |names: &[String], only_yes| match class_of(subject, origin) {
        None => Answer::No,
        Some(Some((class, is_exact))) => has_any(subject, (&class, is_exact), names, only_yes),
        Some(None) => any(names, |_| Answer::Unknown),
    };
    with_methods(of_class, row, only_yes, &has)
}

/// Returns whether the object that an expression gives is of a class of the row.
pub(super) fn of_object<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    row: &Kind,
    only_yes: bool,
) -> Answer {
    if only_yes && !may_be_of(subject, row) {
        return Answer::Unknown;
    }
    let Some((class, is_exact)) = subject.instance(expression) else {
        return Answer::Unknown;
    };
    let is_of_row = |name: &str| {
        let mut makers = row.made_by.iter();
        row.classes.iter().any(|it| it == name) || makers.any(|it| it.fits_calls_of(name))
    };
    let of_class = is_below(subject, &class, &is_of_row);
    let has = |names: &[String], only_yes| has_any(subject, (&class, is_exact), names, only_yes);
    with_methods(of_class, row, only_yes, &has)
}

/// What the methods of a class say beside its name.
fn with_methods(
    of_class: Answer,
    row: &Kind,
    only_yes: bool,
    has: &dyn Fn(&[String], bool) -> Answer,
) -> Answer {
    match of_class {
        Answer::Yes if has(&row.unless, true).is_yes() => Answer::Unknown,
        of_class => of_class.or(has(&row.defines, only_yes)),
    }
}

/// Returns whether the file or its project may speak of a class of the row, or call what makes its values: whatever
/// it calls such a class, or derives from it, it must spell the name once.
fn may_be_of(subject: &Subject, row: &Kind) -> bool {
    let find = || {
        let classes = row
            .classes
            .iter()
            .map(|it| it.rsplit('.').next().unwrap_or(it));
        let mut names = classes.chain(row.defines.iter().map(String::as_str));
        let mut makers = row.made_by.iter().map(|it| it.words());
        let is_spelled = |name: &str| {
            subject.facts.may_spell(subject.path(), name)
                || whole_words(subject.text().as_bytes(), name)
                    .next()
                    .is_some()
        };
        let is_called = |words: &[Spelled]| words.iter().all(|it| is_spelled(&it.word));
        names.any(is_spelled) || makers.any(is_called)
    };
    subject
        .answers
        .may_be_of
        .or_find(&std::ptr::from_ref(row), find)
}

/// Returns whether a class, or a base of it, has one of the methods.
fn has_any<'a>(
    subject: &Subject<'a>,
    (class, is_exact): (&Class<'a>, bool),
    names: &[String],
    only_yes: bool,
) -> Answer {
    any(names, |name| match only_yes {
        true => class_surely_has(subject, class, name).into(),
        false => class_has(subject, class, name, is_exact),
    })
}

/// The class that an origin says, and whether its objects are of that class itself; `Some(None)`: it says one that
/// is not known.
fn class_of<'a>(subject: &Subject<'a>, origin: &Origin<'a>) -> Option<Option<(Class<'a>, bool)>> {
    match origin {
        Origin::Made(made @ ExprRef::Call(call)) => {
            let called = subject.class((&call.func).into()).filter(|it| match it {
                Class::Here(_) => true,
                Class::Named(named) => !matches!(named.is, Definition::Function { .. }),
                Class::Unread(_) => false,
            });
            let called = called.map(|class| (class, true));
            Some(called.or_else(|| subject.instance(*made)))
        }
        Origin::Annotated(annotation) => {
            let class = subject.class(class_name(subject, (*annotation).into()));
            Some(class.map(|class| (class, false)))
        }
        _ => None,
    }
}
