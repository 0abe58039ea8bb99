//! The verb `extract`: statements become a function that is called in their place.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::{Ranged, TextRange};

use super::block::Block;
use super::body;
use super::draft::Draft;
use super::extracted::{Extracted, fresh_name, named};
use super::main_guard;
use super::obstacle::Obstacle;
use super::place::Place;
use super::refusal::Refusal;
use super::rewrite::rewrite;
use super::spelling::spell_all;
use super::stretch;
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::elsewhere::fit_at;
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, fits_surely, unify};
use crate::matching::uses::{bindings_of, is_housekeeping, kinds_of};
use crate::python::tree::NodeId;
use crate::recipe::template::Template;
use crate::recipe::{Extent, Extract, Rule};

/// Drafts the extraction of the statements around the matches.
pub(super) fn extract<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    verb: &Extract,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let Some(first) = matches.first() else {
        return Ok(());
    };
    if verb.statements.contains(&Extent::Body) {
        return body::extract(subject, first, verb, draft);
    }
    check_alone(subject, first)?;
    let (block, header) = around(subject, matches, verb)?;
    block.check()?;
    check_refused(verb, &block)?;
    let name = fresh_name(first, &block)?;
    let rewritten = rewrite_inside(first, &block, draft)?;
    let going = check_shared(subject, first, &rewritten)?;

    let place = block.statements[0];
    let run_names = spell_all(subject, place, &verb.run.names, &mut draft.needs)?;
    let shared = first.captures.expression(collected(first));
    let extracted = Extracted {
        header: named(&verb.into, &name, &[]),
        call: named(&verb.run, &name, &run_names),
        globals: block.globals(shared.and_then(shared_name))?,
        going,
    };
    if let Some(header) = header {
        draft
            .edits
            .extend(main_guard::edits(&block, header, &extracted));
    } else {
        let (edits, shifts) = stretch::edits(&block, &extracted);
        draft.edits.extend(edits);
        draft.shifts.extend(shifts);
    }
    Ok(())
}

/// Finds the statements that move by the first extent that holds all matches.
fn around<'s, 'a>(
    subject: &'s Subject<'a>,
    matches: &[&Match<'_, 'a>],
    verb: &Extract,
) -> Result<(Block<'s, 'a>, Option<TextRange>), Obstacle> {
    let mut around = Err(Obstacle::Scattered);
    for extent in &verb.statements {
        if around.as_ref().err() == Some(&Obstacle::Scattered) {
            around = find(subject, matches, verb, *extent);
        }
    }
    around
}

/// Finds the statements that move, and of a main guard its header.
fn find<'s, 'a>(
    subject: &'s Subject<'a>,
    matches: &[&Match<'_, 'a>],
    verb: &Extract,
    extent: Extent,
) -> Result<(Block<'s, 'a>, Option<TextRange>), Obstacle> {
    match extent {
        Extent::Block => {
            main_guard::around(subject, matches).map(|(block, header)| (block, Some(header)))
        }
        // The verb has other ways for them.
        Extent::Site | Extent::Body => Err(Obstacle::Scattered),
        Extent::FirstToLast => {
            let nodes = moving(subject, matches, verb);
            stretch::around(subject, &nodes).map(|block| (block, None))
        }
    }
}

/// No other value may be matched in the file: what is done with it may happen while the function runs,
/// or rest on what is gone afterwards.
fn check_alone<'a>(subject: &Subject<'a>, first: &Match<'_, 'a>) -> Result<(), Obstacle> {
    let given = first.captures.only(collected(first));
    let nothing = Captures::default();
    let is_other = |id: &NodeId| {
        let node = subject.tree.node(*id);
        let fits = |given| {
            let mut patterns = first.rule.patterns.iter();
            patterns.any(|it| unify(&it.pattern, node, given, subject).is_some())
        };
        fits(&nothing) && !fits(&given)
    };
    match subject.tree.ids().find(is_other) {
        Some(other) => Err(Obstacle::Another {
            code: subject.text()[subject.tree.range(other)].to_owned(),
        }),
        None => Ok(()),
    }
}

/// Nothing that the rule refuses may run while the function does: in the block, or in a function of
/// the file, which the block may call.
fn check_refused(verb: &Extract, block: &Block) -> Result<(), Obstacle> {
    let subject = block.subject;
    let may_run = |id: &NodeId| {
        let place = subject.context.frames(*id).next();
        block.holds(*id) || place.is_some_and(|frame| frame.node != NodeId::ROOT)
    };
    for (pattern, because) in &verb.refuse {
        let fits = |id: &NodeId| {
            let node = subject.tree.node(*id);
            unify(&pattern.pattern, node, &Captures::default(), subject).is_some()
        };
        if let Some(found) = subject.tree.ids().find(|id| fits(id) && may_run(id)) {
            return Err(Obstacle::Refused {
                code: subject.text()[subject.tree.range(found)].to_owned(),
                because: because.clone(),
            });
        }
    }
    Ok(())
}

/// What must be inside of the function: the matches, what the rule rewrites, and what moves along.
fn moving<'a>(subject: &Subject<'a>, matches: &[&Match<'_, 'a>], verb: &Extract) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = matches.iter().map(|found| found.node).collect();
    let Some(first) = matches.first() else {
        return nodes;
    };
    let given = first.captures.only(collected(first));
    let of_module = |id: &NodeId| {
        let place = subject.context.frames(*id).next();
        place.is_some_and(|frame| frame.node == NodeId::ROOT)
    };
    let moves = |id: &NodeId| {
        let node = subject.tree.node(*id);
        let mut along = verb.along.iter();
        first_fit(subject, first.rule, &given, *id).is_some()
            || along.any(|it| fits_surely(&it.pattern, node, &Captures::default(), subject))
    };
    nodes.extend(subject.tree.ids().filter(of_module).filter(moves));
    nodes
}

/// Writes the rule's templates over what the block holds; returns what was rewritten.
fn rewrite_inside<'a>(
    first: &Match<'_, 'a>,
    block: &Block<'_, 'a>,
    draft: &mut Draft,
) -> Result<Vec<NodeId>, Refusal> {
    let subject = block.subject;
    let given = first.captures.only(collected(first));
    let mut rewritten = Vec::new();
    for id in block.nodes() {
        let Some((template, fit)) = first_fit(subject, first.rule, &given, id) else {
            continue;
        };
        let place = subject.context.frames(id).next();
        let at_top = place.is_some_and(|frame| frame.node == NodeId::ROOT);
        if !at_top || fit.unsure.is_some() {
            let call = subject.text()[subject.tree.range(id)].to_owned();
            return Err(Obstacle::NotAwaitable { call }.into());
        }
        let place = Place::of_fit(id, &fit);
        rewrite(subject, place, template, &fit.captures, draft)?;
        rewritten.push(id);
    }
    Ok(rewritten)
}

/// The first of the rule's `also-rewrite` patterns that a node fits.
pub(super) fn first_fit<'r, 'a>(
    subject: &Subject<'a>,
    rule: &'r Rule,
    given: &Captures<'r, 'a>,
    id: NodeId,
) -> Option<(&'r Template, Fit<'r, 'a>)> {
    let mut lines = rule.also_rewrite.iter();
    lines.find_map(|(pattern, template)| Some((template, fit_at(subject, pattern, id, given)?)))
}

/// What the matches share must not be needed for anything else; returns the statements that make it
/// and look after it.
fn check_shared<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    rewritten: &[NodeId],
) -> Result<Vec<NodeId>, Obstacle> {
    let Some(shared) = found.captures.expression(collected(found)) else {
        return Ok(Vec::new());
    };
    let kinds = kinds_of(subject, shared);
    let bindings = bindings_of(subject, shared);
    let made = bindings
        .iter()
        .map(|id| subject.names.binding(*id).statement);
    let mut going: Vec<NodeId> = made.collect();
    let is_rewritten = |node: NodeId| {
        rewritten
            .iter()
            .any(|id| subject.tree.contains(*id, node) && is_callee_of(subject, *id, node))
    };
    if let Some(name) = shared_name(shared)
        && (subject.names.is_exported(name) || subject.facts.other_file_uses(subject.path(), name))
    {
        return Err(Obstacle::NeededElsewhere { name: name.into() });
    }
    let uses = bindings.iter().flat_map(|id| subject.flow.uses(*id));
    // Also where the value never comes: the name would be gone.
    let named = shared_name(shared).into_iter().flat_map(|name| {
        let all = subject.names.references_to(Some(ScopeId::MODULE), name);
        all.map(|reference| reference.node)
    });
    for node in uses.chain(named).filter(|node| !is_rewritten(*node)) {
        if !is_housekeeping(subject, node, &kinds) {
            return Err(shared_elsewhere(subject, shared, node));
        }
        going.extend(subject.tree.statement(node));
    }
    Ok(going)
}

fn shared_name<'a>(shared: ExprRef<'a>) -> Option<&'a str> {
    match shared {
        ExprRef::Name(name) => Some(name.id.as_str()),
        _ => None,
    }
}

fn shared_elsewhere(subject: &Subject, shared: ExprRef, node: NodeId) -> Obstacle {
    Obstacle::SharedElsewhere {
        shared: subject.text()[shared.range()].to_owned(),
        line: subject.statement_line(node).into_owned(),
    }
}

/// The metavariable whose value the matches share.
fn collected<'r>(found: &Match<'r, '_>) -> &'r str {
    found.rule.collect.as_deref().unwrap_or_default()
}

/// Whether the name is what the rewritten call is made on: `loop` of `loop.run_until_complete(…)`.
fn is_callee_of(subject: &Subject, call: NodeId, name: NodeId) -> bool {
    match subject.tree.node(call) {
        AnyNodeRef::ExprCall(call) => call.func.range().contains_range(subject.tree.range(name)),
        _ => false,
    }
}
