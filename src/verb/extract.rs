//! The verb `extract`: the statements of the main guard become a function that the guard calls.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;

use super::concrete::spliced;
use super::main_guard::MainGuard;
use super::obstacle::Obstacle;
use super::rewrite::rewrite;
use super::spelling::spell_all;
use super::{Draft, Refusal};
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, unify};
use crate::matching::uses::{bindings_of, is_housekeeping, kinds_of};
use crate::python::tree::NodeId;
use crate::recipe::Extent;
use crate::recipe::template::Template;

/// Numbers that are tried behind the wished names of the function.
const NUMBERS: std::ops::Range<u32> = 2..100;

/// Drafts the extraction of the block around the matches.
pub(super) fn extract<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    extent: Extent,
    into: &Template,
    run: &Template,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let Some(first) = matches.first() else {
        return Ok(());
    };
    let guard = MainGuard::around(subject, matches, extent)?;
    guard.check_names()?;
    guard.check_handlers(matches)?;
    let name = fresh_name(subject, first, guard.node)?;
    let rewritten = rewrite_inside(subject, first, guard.node, draft)?;
    check_shared(subject, first, &rewritten)?;

    let run_names = spell_all(subject, guard.node, &run.names, &mut draft.needs)?;
    let header = named(into, &name, &[]);
    let call = named(run, &name, &run_names);
    draft.edits.extend(guard.edits(&header, &call));
    Ok(())
}

/// Writes the rule's templates over what the block holds; returns what was rewritten.
fn rewrite_inside<'a>(
    subject: &Subject<'a>,
    first: &Match<'_, 'a>,
    guard: NodeId,
    draft: &mut Draft,
) -> Result<Vec<NodeId>, Refusal> {
    let given = first.captures.only(collected(first));
    let mut rewritten = Vec::new();
    for id in subject.tree.descendants(guard) {
        let Some((template, fit)) = first_fit(subject, first, &given, id) else {
            continue;
        };
        let place = subject.context.frames(id).next();
        let at_top = place.is_some_and(|frame| frame.node == NodeId::ROOT);
        if !at_top || fit.unsure.is_some() {
            let call = subject.text()[subject.tree.range(id)].to_owned();
            return Err(Obstacle::NotAwaitable { call }.into());
        }
        rewrite(subject, id, template, &fit.captures, draft)?;
        rewritten.push(id);
    }
    Ok(rewritten)
}

/// The first of the rule's `also-rewrite` patterns that a node fits.
fn first_fit<'r, 'a>(
    subject: &Subject<'a>,
    found: &Match<'r, 'a>,
    given: &Captures<'r, 'a>,
    id: NodeId,
) -> Option<(&'r Template, Fit<'r, 'a>)> {
    let node = subject.tree.node(id);
    found
        .rule
        .also_rewrite
        .iter()
        .find_map(|(pattern, template)| {
            let fit = unify(&pattern.pattern, node, given, subject)?;
            Some((template, fit))
        })
}

/// What the matches share must not be needed for anything else.
fn check_shared<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    rewritten: &[NodeId],
) -> Result<(), Obstacle> {
    let Some(shared) = found.captures.expression(collected(found)) else {
        return Ok(());
    };
    let kinds = kinds_of(subject, shared);
    let bindings = bindings_of(subject, shared).into_iter();
    let mut uses = bindings.flat_map(|id| subject.flow.uses(id));
    let is_rewritten = |node: NodeId| {
        rewritten
            .iter()
            .any(|id| subject.tree.contains(*id, node) && is_callee_of(subject, *id, node))
    };
    match uses.find(|node| !is_rewritten(*node) && !is_housekeeping(subject, *node, &kinds)) {
        Some(node) => Err(shared_elsewhere(subject, shared, node)),
        None => Ok(()),
    }
}

fn shared_elsewhere(subject: &Subject, shared: ExprRef, node: NodeId) -> Obstacle {
    let statement = subject.tree.statement(node).unwrap_or(node);
    let text = &subject.text()[subject.tree.range(statement)];
    Obstacle::SharedElsewhere {
        shared: subject.text()[shared.range()].to_owned(),
        line: text.lines().next().unwrap_or_default().to_owned(),
    }
}

/// The metavariable whose value the matches share.
fn collected<'r>(found: &Match<'r, '_>) -> &'r str {
    found.rule.collect.as_deref().unwrap_or_default()
}

/// Whether the name is what the rewritten call is made on: `loop` of `loop.create_task(…)`.
fn is_callee_of(subject: &Subject, call: NodeId, name: NodeId) -> bool {
    match subject.tree.node(call) {
        AnyNodeRef::ExprCall(call) => call.func.range().contains_range(subject.tree.range(name)),
        _ => false,
    }
}

/// The first wish of the rule's `names` that nobody uses in the module.
fn fresh_name(subject: &Subject, found: &Match, guard: NodeId) -> Result<String, Obstacle> {
    let (_, wishes) = found.rule.names.first().ok_or(Obstacle::NoName)?;
    let inside = subject.names.visible_names(ScopeId::MODULE);
    let taken = |name: &str| {
        subject.names.is_taken(ScopeId::MODULE, name)
            || inside.contains(name)
            || subject.tree.descendants(guard).any(
                |id| matches!(subject.tree.node(id), AnyNodeRef::ExprName(used) if used.id == name),
            )
    };
    let numbered = wishes
        .iter()
        .flat_map(|wish| NUMBERS.map(move |number| format!("{wish}_{number}")));
    let mut names = wishes.iter().cloned().chain(numbered);
    names.find(|name| !taken(name)).ok_or(Obstacle::NamesTaken)
}

/// The template's code with its one metavariable replaced by a name.
fn named(template: &Template, name: &str, spelled: &[String]) -> String {
    let slots = template.slots.iter();
    let slots = slots.map(|slot| (slot.range, name.to_owned()));
    let names = template.names.iter().zip(spelled);
    let names = names.map(|(place, spelled)| (place.range, spelled.clone()));
    let code = spliced(&template.code, slots.chain(names).collect());
    code.trim_end_matches(':').to_owned()
}
