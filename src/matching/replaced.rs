//! Is the function that a call runs always of one kind? What the project overrides or sets in its place.

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::kind::are_of;
use super::patch::patched;
use super::place::defined_name;
use super::relied;
use super::site::{Evidence, any};
use super::subject::Subject;
use crate::bind::replaced::Put;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::bind::value::Origin;
use crate::project::definition::Definition;
use crate::project::original::Original;
use crate::project::outline::Callable;
use crate::project::stand_in::StandIn;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::is_named;
use crate::recipe::kind::{AsyncDef, Kind};
use crate::semantic::call::{Target, There};

/// Returns whether what stands for the called function is of none of the kinds.
pub(super) fn by_other_than<'a>(
    kinds: &[String],
    expression: ExprRef<'a>,
    subject: &Subject<'a>,
    evidence: &mut Evidence,
) -> Answer {
    let made = match expression {
        ExprRef::Call(_) => Some(Origin::Made(expression)),
        named => subject.resolver.origins(named).into_iter().next(),
    };
    let Some(Origin::Made(ExprRef::Call(call))) = made else {
        return Answer::No;
    };
    let callee = ExprRef::from(&call.func);
    if let Meaning::Qualified(name) = subject.resolver.meaning(callee)
        && patched(&[name], subject, evidence).is_yes()
    {
        return Answer::Yes;
    }
    let original = original(subject, callee).or_else(|| method_elsewhere(subject, callee));
    let is_exact = is_exact(subject, callee);
    let originals = original.iter().cloned().chain(of_module(subject, callee));
    let stand_ins: Vec<StandIn> = originals
        .flat_map(|it| subject.facts.stand_ins(&it).to_vec())
        .filter(|it| !(is_exact && it.is_below))
        .collect();
    let known = by_stand_in(kinds, &stand_ins, subject, evidence);
    known
        .or(of_other_object(subject, callee, evidence))
        .or(otherwise(
            subject,
            callee,
            original.as_ref(),
            &stand_ins,
            evidence,
        ))
}

/// What is known to stand for it is of none of the kinds.
fn by_stand_in(
    kinds: &[String],
    stand_ins: &[StandIn],
    subject: &Subject,
    evidence: &mut Evidence,
) -> Answer {
    any(stand_ins, |stand_in| {
        let is_other = !any(kinds, |kind| match subject.kinds.find(kind) {
            Some(row) => is_of(row, stand_in, subject),
            None => is_made_of(kind, stand_in),
        });
        let answer = stand_in.is_meant.and(is_other);
        if answer != Answer::No {
            let file = subject.name_of_file(&stand_in.path);
            evidence.why(stand_in.sentence(&file));
        }
        answer
    })
}

/// Unknown where something is put in the place of what is called, of which it is not known what it is.
fn otherwise<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    original: Option<&Original>,
    stand_ins: &[StandIn],
    evidence: &mut Evidence,
) -> Answer {
    let is_known = |path: &Path| {
        let mut told = stand_ins.iter();
        told.any(|it| it.path == path && it.is_meant != Answer::No)
    };
    let of_original = || relied::original_replaced(subject, original?, &is_known);
    match relied::callee_replaced(subject, callee, &is_known).or_else(of_original) {
        Some(why) => {
            evidence.why(why);
            Answer::Unknown
        }
        None => Answer::No,
    }
}

/// Unknown where the method that calls one of `self` is taken from its class for another object.
fn of_other_object<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    evidence: &mut Evidence,
) -> Answer {
    let ExprRef::Attribute(attribute) = callee else {
        return Answer::No;
    };
    let receiver = attribute.value.as_name_expr();
    let receiver = receiver.and_then(|name| subject.resolver.receiver(name));
    let Some((class, method)) = receiver.filter(|it| it.1.decorator_list.is_empty()) else {
        return Answer::No;
    };
    let original = original_of(subject, subject.tree.id(method));
    let Some((path, position)) = original.and_then(|it| subject.facts.borrowed(&it)) else {
        return Answer::No;
    };
    let place = position.line_in(&subject.name_of_file(&path));
    let name = format!("{}.{}", class.name, method.name);
    evidence.why(format!("{place} uses `{name}` for another object"));
    Answer::Unknown
}

/// The name of this file by which it comes to a function, or to the class of its object.
fn of_module<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> Option<Original> {
    let mut root = callee;
    while let ExprRef::Attribute(attribute) = root {
        root = (&attribute.value).into();
    }
    let ExprRef::Name(name) = root else {
        return None;
    };
    let scope = subject.names.scope_of(subject.tree.id(name));
    if subject.names.lookup(scope, &name.id) == Some(ScopeId::MODULE) {
        return Some(Original {
            path: subject.path().to_owned(),
            class: None,
            name: name.id.to_string(),
        });
    }
    let ExprRef::Attribute(method) = callee else {
        return None;
    };
    match subject.resolver.origins((&method.value).into())[..] {
        [Origin::Made(ExprRef::Call(made))] => of_module(subject, (&made.func).into()),
        _ => None,
    }
}

/// What the project may put something in the place of: a method, or a function at the top of a file.
fn original<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> Option<Original> {
    let tree = subject.tree;
    if let Some(AnyNodeRef::StmtFunctionDef(def)) =
        subject.resolver.local_callables(callee).into_iter().next()
    {
        return original_of(subject, tree.id(def));
    }
    let Meaning::Qualified(qualified) = subject.resolver.meaning(callee) else {
        return None;
    };
    let Definition::Function { path, .. } = subject.facts.definition(subject.path(), &qualified)
    else {
        return None;
    };
    let (_, name) = qualified.rsplit_once('.')?;
    Some(Original {
        path,
        class: None,
        name: name.to_owned(),
    })
}

/// The method of a class of another file that is called.
fn method_elsewhere<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> Option<Original> {
    let mut targets = subject.targets(callee).into_iter();
    let Some(Target::There(There { path, name, .. })) = targets.next() else {
        return None;
    };
    let (class, name) = name.rsplit_once('.')?;
    Some(Original {
        path,
        class: Some(class.to_owned()),
        name: name.to_owned(),
    })
}

/// No class that derives from the object's has a say in which method of it is called.
fn is_exact<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> bool {
    let ExprRef::Attribute(method) = callee else {
        return false;
    };
    let resolver = subject.resolver;
    let of_class = || {
        let class = resolver.local_class((&*method.value).into());
        class.is_some() && resolver.is_given_object(method)
    };
    let instance = || subject.instance((&*method.value).into());
    let is_super = |call| resolver.super_of(call).is_some();
    method.value.as_call_expr().is_some_and(is_super)
        || of_class()
        || instance().is_some_and(|it| it.1)
}

/// Returns a def of the file as the rest of the project knows it; `None` where nobody else can reach it.
pub(super) fn original_of(subject: &Subject, def: NodeId) -> Option<Original> {
    let class = match subject.tree.parent_node(def) {
        AnyNodeRef::StmtClassDef(class) => Some(class.name.to_string()),
        _ if subject.names.scope_of(def) == ScopeId::MODULE => None,
        _ => return None,
    };
    Some(Original {
        path: subject.path().to_owned(),
        class,
        name: defined_name(subject, def).to_owned(),
    })
}

fn is_of(row: &Kind, stand_in: &StandIn, subject: &Subject) -> Answer {
    match &stand_in.put {
        Put::Def(def) => is_async(row, def),
        Put::Named(name) => match subject.facts.definition(&stand_in.path, name) {
            Definition::Function { header, .. } => is_async(row, &header),
            _ => Answer::Unknown,
        },
        Put::Made(class) if row.classes.contains(class) => Answer::Yes,
        Put::Made(_) | Put::Unknown => Answer::Unknown,
        Put::Inert => Answer::No,
    }
}

/// What is called is of a class, or is a function of that name, that is no row of the table.
fn is_made_of(wanted: &str, stand_in: &StandIn) -> Answer {
    match &stand_in.put {
        Put::Made(name) | Put::Named(name) if is_named(name, wanted) => Answer::Yes,
        // A decorator may make anything of a def.
        Put::Def(def) => match def.is_decorated {
            true => Answer::Unknown,
            false => Answer::No,
        },
        Put::Made(_) | Put::Named(_) | Put::Unknown => Answer::Unknown,
        Put::Inert => Answer::No,
    }
}

/// A decorator may make anything of a def.
fn is_async(row: &Kind, def: &Callable) -> Answer {
    match row.async_def {
        _ if are_of(def.decorators.as_deref(), &row.decorated_by) => Answer::Yes,
        _ if def.is_decorated => Answer::Unknown,
        Some(AsyncDef::Itself) => (def.is_async && !def.is_generator).into(),
        Some(AsyncDef::AsyncGenerator) => (def.is_async && def.is_generator).into(),
        _ => Answer::No,
    }
}
