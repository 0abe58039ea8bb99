//! Is this value of that kind? Origins of the value × rows of the kinds table.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::TextRange;

use super::class::{derives, inherits, is_below, is_class};
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::bind::typed::{Referent, Signature, Type};
use crate::bind::value::Origin;
use crate::matching::answers::code::KindAnswer;
use crate::project::definition::Definition;
use crate::python::stdlib::is_builtin;
use crate::recipe::answer::Answer;
use crate::recipe::condition::is_named;
use crate::recipe::kind::Kind;
use crate::semantic::call::Target;

mod annotation;

mod decorated;

mod derived;

mod element;

mod imported;

mod owned;

mod row;

pub(crate) use annotation::unquoted;

pub(super) use annotation::{annotates, is_annotated};

pub(super) use decorated::are_of;

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
            answer: Answer::from(owned::is_owned(subject, expression, row)),
            why: None,
        };
    }
    let address = row.map_or(wanted.as_ptr(), |row| std::ptr::from_ref(row).cast());
    let question = (subject.tree.id(expression), address);
    let asked = Asked::wholly(row);
    let find = || of_origins(subject, expression, wanted, asked, &mut Vec::new());
    subject.answers.kinds.or_find(&question, find)
}

/// Returns whether the value is surely of the kind: why it may not be is not looked for.
pub(super) fn is_surely<'a>(subject: &Subject<'a>, expression: ExprRef<'a>, wanted: &str) -> bool {
    let Some(row) = subject.kinds.find(wanted) else {
        return is_kind(subject, expression, wanted).answer.is_yes();
    };
    if !row.owned_by.is_empty() {
        return owned::is_owned(subject, expression, row);
    }
    let question = (subject.tree.id(expression), std::ptr::from_ref(row).cast());
    let asked = Asked::surely(row);
    let find = || of_origins(subject, expression, wanted, asked, &mut Vec::new());
    let surely = || find().answer.is_yes();
    subject.answers.surely.or_find(&question, surely)
}

/// What is asked of a value.
#[derive(Clone, Copy)]
struct Asked<'k> {
    /// `None`: the class that is wanted is no row of the table.
    row: Option<&'k Kind>,
    /// Whether no and unknown need not be told apart, which is often dear.
    only_yes: bool,
    /// So many other files may still be asked.
    files_left: u8,
}

/// A value may come from a file that has it from another one.
const FILES: u8 = 2;

impl<'k> Asked<'k> {
    fn wholly(row: Option<&'k Kind>) -> Self {
        Self {
            row,
            only_yes: false,
            files_left: FILES,
        }
    }

    fn surely(row: &'k Kind) -> Self {
        Self {
            only_yes: true,
            ..Self::wholly(Some(row))
        }
    }
}

/// `derived`: the expressions whose kind is asked already, by which a value is made from itself.
fn of_origins<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    wanted: &str,
    asked: Asked,
    derived: &mut Vec<TextRange>,
) -> KindAnswer {
    let by_origins = by_origins(subject, expression, wanted, asked, derived);
    if by_origins.answer != Answer::Unknown {
        return by_origins;
    }
    let answer = match asked.row {
        Some(row) if is_in_other_file(subject, expression, row, asked) => Answer::Yes,
        Some(row) => row::of_object(subject, expression, row, asked.only_yes),
        None => match subject.instance(expression) {
            Some((class, _)) => is_below(subject, &class, &|class| is_named(class, wanted)),
            None => Answer::Unknown,
        },
    };
    KindAnswer {
        answer,
        ..by_origins
    }
}

fn is_in_other_file<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    row: &Kind,
    asked: Asked,
) -> bool {
    let Some(files_left) = asked.files_left.checked_sub(1) else {
        return false;
    };
    let asked = Asked {
        files_left,
        ..Asked::surely(row)
    };
    imported::is_there(subject, expression, (row, files_left), |there, value| {
        let found = of_origins(there, value, &row.id, asked, &mut Vec::new());
        found.answer.is_yes()
    })
}

/// By all that the value may come from.
fn by_origins<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    wanted: &str,
    asked: Asked,
    derived: &mut Vec<TextRange>,
) -> KindAnswer {
    if let Some(row) = asked.row
        && (derived::is_part(subject, expression, (row, asked), derived)
            || element::is_element(subject, expression, (row, asked), derived))
    {
        let answer = Answer::Yes;
        return KindAnswer { answer, why: None };
    }
    let mut answers = Vec::new();
    let mut why = None;
    for origin in origins(subject, expression) {
        let answer = match asked.row {
            Some(row) => derived::of_origin(subject, &origin, (row, asked), derived),
            None => of_class(subject, &origin, &|class| is_named(class, wanted)),
        };
        if asked.only_yes && !answer.is_yes() {
            return KindAnswer { answer, why };
        }
        if let Origin::Unknown(reason) = origin {
            why.get_or_insert(reason);
        }
        answers.push(answer);
    }
    let first = answers.first().copied().unwrap_or(Answer::Unknown);
    let agree = answers.iter().all(|answer| *answer == first);
    KindAnswer {
        answer: if agree { first } else { Answer::Unknown },
        why,
    }
}

/// Returns where a value that is used as something may come from: of several origins, `None` is none.
pub(super) fn origins<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Vec<Origin<'a>> {
    let mut origins = subject.resolver.origins(expression);
    let is_none = |it: &Origin| matches!(it, Origin::Made(ExprRef::NoneLiteral(_)));
    if !origins.iter().all(is_none) {
        origins.retain(|it| !is_none(it));
    }
    origins
}

/// Returns no where the one origin of the value is known, whatever it is; else that is unknown.
pub(super) fn is_anything<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> KindAnswer {
    let origins = subject.resolver.origins(expression);
    let answer = match origins.as_slice() {
        [Origin::Unknown(_)] | [] => Answer::Unknown,
        [_] => Answer::No,
        _ => Answer::Unknown,
    };
    let why = origins.into_iter().find_map(|origin| match origin {
        Origin::Unknown(why) => Some(why),
        _ => None,
    });
    KindAnswer { answer, why }
}

/// Returns whether a call of `callee` makes a coroutine; `None` where the def is not in the project, or where
/// `only_yes` counts and no coroutine function has its name.
pub(super) fn calls_async_def<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    only_yes: bool,
) -> Option<bool> {
    let targets = targets(subject, callee, true, only_yes);
    // A decorator may make anything of an `async def`.
    agreed(subject, &targets, |def| {
        (!def.is_decorated || !def.is_async).then_some(def.is_async && !def.is_generator)
    })
}

/// Returns whether what `callee` names is a coroutine function, where all that it may be is known and
/// no decorator makes something else of it.
pub(crate) fn is_coroutine_function<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
) -> Option<bool> {
    if let Meaning::Qualified(qualified) = subject.resolver.meaning(callee)
        && let Definition::Outside(name) = subject.definition(&qualified)
    {
        return is_builtin(&name, false).then_some(false);
    }
    agreed(subject, &subject.targets(callee), |def| {
        (!def.is_decorated && !def.is_generator).then_some(def.is_async)
    })
}

/// Returns whether a call of `callee` makes a generator, an async or a plain one; a decorator may make
/// anything of the def.
fn calls_generator<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    is_async: bool,
    only_yes: bool,
) -> Answer {
    let targets = targets(subject, callee, is_async, only_yes);
    let found = agreed(subject, &targets, |def| {
        (!def.is_decorated).then_some(def.is_async == is_async && def.is_generator)
    });
    found.map_or(Answer::Unknown, Answer::from)
}

/// What a call may run; where `only_yes` counts, nothing if no def of that color has its name.
fn targets<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    is_async: bool,
    only_yes: bool,
) -> Vec<Target<'a>> {
    let (facts, path) = (subject.facts, subject.path());
    subject.targets_named(callee, |name| match is_async {
        _ if !only_yes => true,
        true => facts.defines_coroutine(path, name),
        false => facts.defines(path, name),
    })
}

/// What is asked of a def.
struct Header {
    is_async: bool,
    is_generator: bool,
    /// A decorator may make something else of it than another function of its kind.
    is_decorated: bool,
}

/// What all defs that a call may run agree on; `None` where one of them is not known.
fn agreed<'a>(
    subject: &Subject<'a>,
    targets: &[Target<'a>],
    ask: impl Fn(Header) -> Option<bool>,
) -> Option<bool> {
    let mut answers = targets.iter().map(|target| match target {
        Target::Here(AnyNodeRef::StmtFunctionDef(def)) => {
            let is_generator = subject.is_generator((*def).into());
            let is_plain = Signature::is_unchanged(subject.resolver.decorators(def).as_deref());
            let stays = || def.is_async && !is_generator && subject.stays_coroutine(def);
            ask(Header {
                is_async: def.is_async,
                is_generator,
                is_decorated: !(is_plain || stays()),
            })
        }
        Target::There(def) => {
            let header = &def.header;
            let is_plain = Signature::is_unchanged(header.decorators.as_deref());
            let is_coroutine = header.is_async && !header.is_generator;
            ask(Header {
                is_async: header.is_async,
                is_generator: header.is_generator,
                is_decorated: !(is_plain || is_coroutine && subject.stays_coroutine_there(def)),
            })
        }
        Target::Here(_) | Target::Outside(_) => None,
    });
    let first = answers.next()??;
    answers.all(|other| other == Some(first)).then_some(first)
}

fn of_class<'a>(
    subject: &Subject<'a>,
    origin: &Origin<'a>,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    match origin {
        Origin::Made(ExprRef::Call(call)) => constructed(subject, (&call.func).into(), wanted),
        Origin::Made(expression) if is_display(*expression) => Answer::No,
        Origin::Annotated(annotation) => is_annotated(subject, (*annotation).into(), wanted),
        Origin::Gathered(builtin) => wanted(builtin).into(),
        Origin::Defined(_) | Origin::Module => Answer::No,
        Origin::Made(_) | Origin::Entered(_) | Origin::Imported | Origin::Unknown(_) => {
            Answer::Unknown
        }
    }
}

fn constructed<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    if let ExprRef::Subscript(generic) = callee {
        // `Queue[int]()` makes what `Queue()` makes; of any other subscript nothing is known.
        let made = constructed(subject, (&generic.value).into(), wanted);
        return Answer::Unknown.or(made);
    }
    if let Some(class) = subject.resolver.local_class(callee) {
        return inherits(subject, class, wanted);
    }
    if let Meaning::Qualified(qualified) = subject.resolver.meaning(callee) {
        return made_by_name(subject, &qualified, wanted);
    }
    match subject.resolver.local_definition(callee) {
        Some(AnyNodeRef::StmtFunctionDef(def)) if !def.is_async => {
            let is_plain = Signature::is_unchanged(subject.resolver.decorators(def).as_deref());
            let is_said = is_plain && !subject.is_generator(def.into());
            let returns = def.returns.as_deref().filter(|_| is_said);
            returns.map_or(Answer::Unknown, |it| {
                is_annotated(subject, it.into(), wanted)
            })
        }
        _ => Answer::Unknown,
    }
}

/// Returns whether a call of what is defined elsewhere gives a value of a wanted class.
fn made_by_name(subject: &Subject, qualified: &str, wanted: &dyn Fn(&str) -> bool) -> Answer {
    if wanted(qualified) {
        return Answer::Yes;
    }
    match subject.definition(qualified) {
        Definition::Function { path, header, .. } if !header.is_async && !header.is_generator => {
            match header.returns {
                Type::Object {
                    class: Referent::Here(class),
                    ..
                } if !header.is_decorated => is_class(subject, &path, &class, wanted),
                _ => Answer::Unknown,
            }
        }
        // A builtin makes many things: only classes of the project are known to make themselves.
        Definition::Outside(_) if !qualified.contains('.') => Answer::Unknown,
        _ => derives(subject, qualified, wanted),
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
