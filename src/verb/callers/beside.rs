//! What is called beside a def that becomes a coroutine function, and runs a loop, too → it changes with that, or
//! nothing does: a coroutine would call it. And may a function change for one use alone?

use std::collections::BTreeSet;
use std::path::PathBuf;

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::{change, def_of, family, header_fit, place_of};
use crate::bind::resolve::Meaning;
use crate::matching::capture::Captures;
use crate::matching::definition::def_named;
use crate::matching::elsewhere::holds_at;
use crate::matching::family::relatives;
use crate::matching::judge::why_left;
use crate::matching::place::{function_to_await_in, place};
use crate::matching::reach::surely_runs;
use crate::matching::subject::Subject;
use crate::matching::unify::unify;
use crate::matching::used::{defs_called, defs_named};
use crate::plan::change::Followed;
use crate::project::definition::Definition;
use crate::python::tree::NodeId;
use crate::recipe::Rule;
use crate::recipe::condition::Place;
use crate::verb::chain::{Beside, Def, Seen};
use crate::verb::draft::Draft;
use crate::verb::extract::first_fit;
use crate::verb::refusal::Refusal;
use crate::verb::value::At;

/// Changes what is called beside the defs that change, here, and lets those of other files follow.
pub(super) fn change_all<'a>(
    subject: &Subject<'a>,
    at: At<'_, '_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let mut elsewhere = Vec::new();
    while let Some(beside) = draft.beside.pop() {
        let stop = Refusal::CallsAnother {
            caller: beside.caller,
            callee: beside.name,
        };
        let Some(callee) = beside.callee else {
            return Err(stop);
        };
        if draft.callers.contains(&callee) {
            continue;
        }
        let changes = change_beside(subject, at, &callee, draft);
        let Ok(changes) = changes else {
            return Err(stop);
        };
        if changes {
            elsewhere.push(callee);
        } else if !draft.callers.contains(&callee) {
            return Err(stop);
        }
    }
    if !elsewhere.is_empty() {
        lead(subject, at.node, elsewhere, draft);
    }
    Ok(())
}

/// Changes what is called beside a def that changes, if it does what the rule rewrites; returns whether it changes
/// in another file, where that is drafted later.
fn change_beside<'a>(
    subject: &Subject<'a>,
    at: At<'_, '_, 'a>,
    (file, name): &Def,
    draft: &mut Draft<'_>,
) -> Result<bool, Refusal> {
    if *file == subject.facts.name_in_project(subject.path()) {
        if let Some(def) = def_named(subject, name).filter(|def| is_site(subject, at.rule, *def)) {
            change(subject, (at.rule, at.follow), def, draft)?;
        }
        return Ok(false);
    }
    let path = subject.facts.root_of(subject.path()).join(file);
    let changes = subject.of_other_file(&path, |other| {
        let def = def_named(other, name).filter(|def| is_site(other, at.rule, *def));
        def.map_or(Ok(false), |_| {
            family::relative_changes(other, (at.rule, at.follow), name, draft)
        })
    });
    changes.unwrap_or(Ok(false))
}

/// Lets defs of other files follow the one that changes.
fn lead(subject: &Subject, def: NodeId, others: Vec<Def>, draft: &mut Draft<'_>) {
    let root = subject.facts.root_of(subject.path());
    let files: BTreeSet<PathBuf> = others.iter().map(|(file, _)| root.join(file)).collect();
    for followed in &mut draft.followed {
        followed.relatives.extend(others.iter().cloned());
    }
    let (_, name) = def_of(subject, def);
    draft.followed.push(Followed {
        name,
        files: files.into_iter().collect(),
        relatives: others,
    });
}

/// Returns whether a def changes by itself.
fn is_site(subject: &Subject, rule: &Rule, def: NodeId) -> bool {
    let (node, none) = (subject.tree.node(def), Captures::default());
    let mut headers = rule.patterns.iter();
    let fit = headers.find_map(|it| unify(&it.pattern, node, &none, subject));
    let holds = fit.is_some_and(|fit| {
        let answer = holds_at(subject, def, &fit.captures, &rule.condition);
        answer.is_yes()
    });
    let mut own = subject.context.own_nodes(def);
    holds && own.any(|id| is_rewritten(subject, rule, id))
}

pub(super) fn is_rewritten(subject: &Subject, rule: &Rule, id: NodeId) -> bool {
    first_fit(subject, rule, &Captures::default(), id).is_some()
}

/// Notes what a function calls that does what the rule rewrites, perhaps through other functions.
pub(super) fn look_beside(subject: &Subject, rule: &Rule, function: NodeId, draft: &mut Draft<'_>) {
    let mut asked = Seen::default();
    for id in subject.context.own_nodes(function) {
        let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
            continue;
        };
        let called: Vec<Def> = defs_called(subject, call).collect();
        let unknown = not_found(subject, (&call.func).into()).filter(|_| called.is_empty());
        if let Some(name) = unknown {
            draft.beside.push(Beside {
                callee: None,
                name,
                caller: place_of(subject, id),
            });
        }
        for callee in called {
            if draft.callers.contains(&callee) || !asked.insert(callee.clone()) {
                continue;
            }
            if does_alike(subject, rule, &callee) {
                draft.beside.push(Beside {
                    name: callee.1.clone(),
                    callee: Some(callee),
                    caller: place_of(subject, id),
                });
            }
        }
    }
}

/// Returns whether a def does what the rule rewrites, perhaps through other functions.
fn does_alike(subject: &Subject, rule: &Rule, (path, name): &Def) -> bool {
    let patterns: Vec<_> = rule.also_rewrite.iter().map(|(it, _)| it.clone()).collect();
    let runs = |subject: &Subject| {
        let def = def_named(subject, name);
        def.is_some_and(|def| surely_runs(&patterns, def, subject))
    };
    subject.of_file(path, runs).unwrap_or_default()
}

/// What a call names that may be any function of the project.
fn not_found<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> Option<String> {
    let Meaning::Qualified(name) = subject.resolver.meaning(callee) else {
        return None;
    };
    let is_unclear = matches!(
        subject.definition(&name),
        Definition::Unknown(_) | Definition::Ambiguous
    );
    // A method of an object runs no code of the project where that has none of its name.
    let is_foreign = |(object, method): (&str, &str)| {
        matches!(subject.definition(object), Definition::Variable { .. })
            && !subject.facts.defines(subject.path(), method)
    };
    let is_foreign = name.rsplit_once('.').is_some_and(is_foreign);
    (is_unclear && !is_foreign).then_some(name)
}

/// Returns whether the rule may change the function around a node as it changes its sites, and nothing else in
/// that function is left to do what the rule rewrites.
pub(in crate::verb) fn changes_alone(
    subject: &Subject,
    rule: &Rule,
    node: NodeId,
    used: NodeId,
) -> bool {
    let Ok(function) = function_to_await_in(subject, node) else {
        return false;
    };
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    let fit = header_fit(subject, rule, function);
    fit.is_some_and(|fit| why_left(rule, subject, function, &fit.captures).is_none())
        && relatives(subject, def).is_ok_and(|all| all.is_empty())
        && !names_another(subject, rule, function, used)
        && !is_apart(subject, rule, function, used)
}

/// It names another function that does what the rule rewrites.
fn names_another(subject: &Subject, rule: &Rule, function: NodeId, used: NodeId) -> bool {
    let named = |id: NodeId| match subject.tree.node(id).as_expr_ref()? {
        it @ (ExprRef::Name(_) | ExprRef::Attribute(_)) => Some(it),
        _ => None,
    };
    let Some(meant) = named(used).map(|it| defs_named(subject, it).collect::<Vec<_>>()) else {
        return true;
    };
    let own = subject.context.own_nodes(function).filter_map(named);
    let mut others = own.flat_map(|it| defs_named(subject, it));
    others.any(|def| !meant.contains(&def) && does_alike(subject, rule, &def))
}

/// A lambda or the like in it has a use, or does what the rule rewrites.
fn is_apart(subject: &Subject, rule: &Rule, function: NodeId, used: NodeId) -> bool {
    let name = |id: NodeId| match subject.tree.node(id) {
        AnyNodeRef::ExprName(it) => Some(it.id.as_str()),
        AnyNodeRef::ExprAttribute(it) => Some(it.attr.as_str()),
        _ => None,
    };
    let own = name(used);
    let cannot_await = |id| {
        let place = place(subject, id);
        matches!(place, Place::Lambda | Place::Generator | Place::ClassBody)
    };
    let mut all = subject.tree.descendants(function);
    all.any(|id| {
        let is_it = name(id).is_some_and(|it| Some(it) == own) || is_rewritten(subject, rule, id);
        is_it && cannot_await(id)
    })
}
