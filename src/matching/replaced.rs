//! Is the function that a call runs always of one kind? What the project overrides or sets in its place.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::place::defined_name;
use super::site::{Evidence, any};
use super::subject::Subject;
use crate::bind::replaced::Put;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::project::definition::Definition;
use crate::project::original::Original;
use crate::project::outline::Callable;
use crate::project::stand_in::StandIn;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::kind::{AsyncDef, Kind};

/// Returns whether what stands for the called function is of none of the kinds.
pub(super) fn by_other_than<'a>(
    kinds: &[String],
    expression: ExprRef<'a>,
    subject: &Subject<'a>,
    evidence: &mut Evidence,
) -> Answer {
    let ExprRef::Call(call) = expression else {
        return Answer::No;
    };
    let Some(original) = original(subject, (&call.func).into()) else {
        return Answer::No;
    };
    let rows = || kinds.iter().filter_map(|kind| subject.kinds.find(kind));
    any(subject.facts.stand_ins(&original), |stand_in| {
        let is_other = !any(rows(), |row| is_of(row, &stand_in, subject));
        let answer = stand_in.is_meant.and(is_other);
        if answer != Answer::No {
            evidence.why(said(&stand_in, subject));
        }
        answer
    })
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

/// A decorator may make anything of a def.
fn is_async(row: &Kind, def: &Callable) -> Answer {
    match row.async_def {
        _ if def.is_decorated => Answer::Unknown,
        Some(AsyncDef::Itself) => (def.is_async && !def.is_generator).into(),
        _ => Answer::No,
    }
}

fn said(stand_in: &StandIn, subject: &Subject) -> String {
    let file = subject.name_of_file(&stand_in.path);
    let what = &stand_in.what;
    match &stand_in.put {
        Put::Def(def) if !def.is_decorated => format!("{file} defines `{what}` without async"),
        Put::Def(_) => format!("{file} defines `{what}` with a decorator"),
        _ => format!("{file} sets `{what}`"),
    }
}
