//! A method that becomes a coroutine function → so do those that stand for it, or that it stands for.

use ruff_python_ast::StmtFunctionDef;

use super::{change, def_of, is_rewritten};
use crate::matching::definition::def_named;
use crate::matching::family::Named;
use crate::matching::subject::Subject;
use crate::matching::used::{callees_of, inheriting};
use crate::project::gift::Callee;
use crate::python::tree::NodeId;
use crate::recipe::Rule;
use crate::recipe::follow_up::FollowValue;
use crate::verb::draft::Draft;
use crate::verb::refusal::Refusal;
use crate::verb::value::At;

/// Leaves out what code calls by a class above that has the method, too, or inherits it: that is followed there.
pub(super) fn not_followed<'a>(
    subject: &Subject<'a>,
    def: &'a StmtFunctionDef,
    family: &[Named],
) -> Vec<Callee> {
    let inheriting = inheriting(subject, def);
    let mut callees = callees_of(subject, def);
    callees.retain(|it| {
        let Some(above) = it.of.as_ref().filter(|_| it.is_below) else {
            return true;
        };
        let (file, class) = above;
        let method = (file.clone(), format!("{class}.{}", it.name));
        !family.contains(&method) && !inheriting.contains(above)
    });
    callees
}

/// Changes the methods of this file that stand for one that changes, or that it stands for; returns those of other
/// files, which change there.
pub(super) fn change_all<'a>(
    subject: &Subject<'a>,
    at: At<'_, '_, 'a>,
    family: Vec<Named>,
    draft: &mut Draft<'_>,
) -> Result<Vec<Named>, Refusal> {
    let here = subject.facts.name_in_project(subject.path());
    let mut elsewhere = Vec::new();
    for relative in family {
        let (file, name) = &relative;
        if draft.callers.contains(&relative) {
            continue;
        }
        let stop = |why: Refusal| {
            let file = file.display();
            Refusal::Left(format!(
                "`{name}` ({file}) has to change with it, and {why}"
            ))
        };
        if *file == here {
            let def = def_named(subject, name).ok_or(Refusal::NotFollowed)?;
            if !subject.is_async(def) {
                change(subject, (at.rule, at.follow), def, draft).map_err(stop)?;
            }
            continue;
        }
        let path = subject.facts.root_of(subject.path()).join(file);
        let changes = subject.of_other_file(&path, |other| {
            relative_changes(other, (at.rule, at.follow), name, draft)
        });
        let changes = changes.unwrap_or(Err(Refusal::NotFollowed));
        if changes.map_err(stop)? {
            elsewhere.push(relative);
        }
    }
    Ok(elsewhere)
}

/// Returns whether a def of another file changes, which is drafted there later.
pub(super) fn relative_changes(
    other: &Subject,
    (rule, follow): (&Rule, &FollowValue),
    name: &str,
    draft: &mut Draft<'_>,
) -> Result<bool, Refusal> {
    let def = def_named(other, name).ok_or(Refusal::NotFollowed)?;
    if other.is_async(def) {
        return Ok(false);
    }
    // It would change by itself, too: of those that meet, the first one leads.
    let itself = def_of(other, def);
    let is_led = draft.seed.as_ref().is_some_and(|seed| *seed < itself);
    let mut own = other.context.own_nodes(def);
    if !is_led && own.any(|id| is_rewritten(other, rule, id)) {
        return Err(Refusal::RunsLoopToo);
    }
    let changed = draft.elsewhere(|there| change(other, (rule, follow), def, there));
    changed.map(|()| true)
}

/// Changes a method that stands for one of another file that changes, or that it stands for, unless that was done.
pub(in crate::verb) fn change_relative(
    subject: &Subject,
    rule: &Rule,
    def: NodeId,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    match &rule.follow_value {
        Some(follow) if !draft.callers.contains(&def_of(subject, def)) => {
            change(subject, (rule, follow), def, draft)
        }
        _ => Ok(()),
    }
}
