//! Was a value made where a site is, or may others have it, too?

use ruff_python_ast::{ExprCall, ExprRef};

use super::capture::Captures;
use super::may_fit::any_standing;
use super::site::Site;
use super::subject::Subject;
use super::uses::bindings_of;
use crate::bind::MAX_STEPS;
use crate::bind::resolve::Meaning;
use crate::bind::scope::{BindingId, BindingKind, ScopeId};
use crate::project::definition::Definition;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;
use crate::semantic::call::Target;

/// Returns whether the value is made in the site's own function, or at the same top level.
pub(super) fn made_in_same_place<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    site: NodeId,
) -> Answer {
    match expression {
        ExprRef::Call(call) => makes_anew(subject, call).into(),
        ExprRef::Name(_) => is_made_there(subject, expression, site, MAX_STEPS).into(),
        _ => Answer::No,
    }
}

/// Returns whether all that an expression may give is made where the site is: what an attribute, a container or a
/// parameter has may be anybody's.
fn is_made_there<'a>(subject: &Subject<'a>, value: ExprRef<'a>, site: NodeId, steps: u32) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let is_made = |it: ExprRef<'a>| is_made_there(subject, it, site, steps);
    match value {
        ExprRef::Call(call) => makes_anew(subject, call),
        ExprRef::Await(it) => it
            .value
            .as_call_expr()
            .is_some_and(|it| makes_anew(subject, it)),
        ExprRef::BoolOp(it) => it.values.iter().all(|it| is_made(it.into())),
        ExprRef::If(it) => is_made((&it.body).into()) && is_made((&it.orelse).into()),
        ExprRef::Named(it) => is_made((&it.value).into()),
        ExprRef::Name(_) => {
            let bindings = bindings_of(subject, value);
            let mut them = bindings.iter();
            !bindings.is_empty() && them.all(|id| is_bound_there(subject, *id, site, &is_made))
        }
        other => gives_new(other),
    }
}

/// Whether a binding stands where the site does, and binds what is made.
fn is_bound_there<'a>(
    subject: &Subject<'a>,
    id: BindingId,
    site: NodeId,
    is_made: &dyn Fn(ExprRef<'a>) -> bool,
) -> bool {
    let binding = subject.names.binding(id);
    let context = subject.context;
    let around = |node| {
        (
            context.enclosing_function(node),
            context.enclosing_class(node),
        )
    };
    let is_made = match binding.kind {
        BindingKind::With { .. } => true,
        BindingKind::Assignment { value, .. } => {
            subject.tree.node(value).as_expr_ref().is_some_and(is_made)
        }
        _ => false,
    };
    is_made && around(binding.statement) == around(site)
}

/// Returns whether one of the patterns fits what a file of the project assigns to the name that an expression means
/// there: once, at its top; `otherwise` where there is no such file. What a pattern captures stays in it.
pub(super) fn made_there<'r, 'a>(
    patterns: &'r [Guarded],
    expression: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    otherwise: Answer,
) -> Answer {
    let subject = site.subject;
    let Meaning::Qualified(name) = subject.resolver.meaning(expression) else {
        return otherwise;
    };
    let Definition::Variable { path, name, .. } = subject.definition(&name) else {
        return otherwise;
    };
    let mut captures = patterns.iter().flat_map(|it| &it.pattern.captures);
    if captures.any(|(capture, _)| site.captures.find(capture).is_some()) {
        return Answer::Unknown;
    }
    let asked = (patterns.as_ptr(), path, name);
    subject.answers.made_there.or_find(&asked, || {
        let (_, path, name) = &asked;
        let answer = subject.of_other_file(path, |other| made_at_top(patterns, name, other));
        answer.unwrap_or(Answer::Unknown)
    })
}

/// Of what is assigned more than once only what none of the values is can be known.
fn made_at_top(patterns: &[Guarded], name: &str, subject: &Subject) -> Answer {
    let none = Captures::default();
    let is_made = |binding: &BindingId| {
        let BindingKind::Assignment { value, .. } = subject.names.binding(*binding).kind else {
            return Answer::Unknown;
        };
        let (site, made) = (Site::at(subject, value, &none), subject.tree.node(value));
        any_standing(patterns, made, subject, |pattern| {
            site.fits_any(std::slice::from_ref(pattern), made)
        })
    };
    match subject.names.bindings_of(ScopeId::MODULE, name) {
        [binding] => is_made(binding),
        bindings if bindings.iter().all(|it| is_made(it) == Answer::No) => Answer::No,
        _ => Answer::Unknown,
    }
}

/// Returns whether an expression that is no call makes what it gives: a display, a comprehension, an operation.
pub(super) fn gives_new(value: ExprRef) -> bool {
    value.is_literal_expr()
        || matches!(
            value,
            ExprRef::List(_)
                | ExprRef::Dict(_)
                | ExprRef::Set(_)
                | ExprRef::Tuple(_)
                | ExprRef::ListComp(_)
                | ExprRef::DictComp(_)
                | ExprRef::SetComp(_)
                | ExprRef::Generator(_)
                | ExprRef::Lambda(_)
                | ExprRef::FString(_)
                | ExprRef::BinOp(_)
                | ExprRef::UnaryOp(_)
                | ExprRef::Compare(_)
        )
}

/// A function of the project, or a container, may hand out what it keeps.
fn makes_anew<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    let targets = || subject.targets((&*call.func).into());
    match subject.instance(call.into()) {
        Some((_, true)) => true,
        Some((_, false)) => {
            let targets = targets();
            let is_outside = targets.iter().any(|it| matches!(it, Target::Outside(_)));
            !is_outside && !targets.is_empty() && targets.iter().all(|it| subject.gives_new(it))
        }
        None => targets().iter().all(|it| subject.gives_new(it)),
    }
}
