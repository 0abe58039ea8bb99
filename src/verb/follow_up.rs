//! Follow-ups of a rule: what else is rewritten, statements that go too, bindings that may go.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::draft::Draft;
use super::extract::first_fit;
use super::place::Place;
use super::refusal::Refusal;
use super::remove;
use super::rewrite::rewrite;
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::elsewhere::fit_at;
use crate::matching::may_fit::may_fit;
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, fits_surely, unify};
use crate::plan::need::Need;
use crate::python::tree::NodeId;
use crate::recipe::Rule;

/// Adds what the rule's `also-remove` and `drop-unused` ask for.
pub(super) fn needs<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    if !found.rule.also_remove.is_empty() {
        also_remove(subject, found, draft)?;
    }
    for name in &found.rule.drop_unused {
        if let Some(ExprRef::Name(captured)) = found.captures.expression(name) {
            let use_of = subject.tree.range(subject.tree.id(captured));
            draft.needs.push(Need::DropUnused { use_of });
        }
    }
    Ok(())
}

/// Rewrites what stands under the header that was rewritten, nested defs and lambdas left out.
pub(super) fn also_rewrite<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    also_rewrite_at(subject, found.rule, (found.node, &found.captures), draft)
}

/// The same for a rule at a node where its header was rewritten.
pub(super) fn also_rewrite_at<'r, 'a>(
    subject: &Subject<'a>,
    rule: &'r Rule,
    (node, captures): (NodeId, &Captures<'r, 'a>),
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    if rule.also_rewrite.is_empty() {
        return Ok(());
    }
    let place = |node: NodeId| subject.context.frames(node).next().map(|frame| frame.node);
    let inside = match subject.tree.node(node) {
        AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) => Some(node),
        _ => place(node),
    };
    let mut done: Vec<Fit<'_, 'a>> = Vec::new();
    for id in subject.tree.descendants(node) {
        if is_gone(&mut done, subject.tree.range(id)) || place(id) != inside {
            continue;
        }
        let Some((template, fit)) = first_fit(subject, rule, captures, id) else {
            continue;
        };
        if fit.unsure.is_none() {
            let place = Place::of_fit(id, &fit);
            rewrite(subject, place, template, &fit.captures, draft)?;
            drop_unused(subject, (rule, captures), &fit.captures, draft);
            done.push(fit);
        }
    }
    Ok(())
}

/// What another line wrote over is gone, but for its captures. What ended before a range begins holds nothing
/// that is still to come.
fn is_gone(done: &mut Vec<Fit>, range: TextRange) -> bool {
    while done
        .pop_if(|fit| fit.range.end() <= range.start())
        .is_some()
    {}
    done.iter().any(|fit| {
        fit.range.contains_range(range)
            && !fit.captures.ranges().any(|kept| kept.contains_range(range))
    })
}

/// What `drop-unused` names of what stands under the header.
fn drop_unused(
    subject: &Subject,
    (rule, bound): (&Rule, &Captures),
    captures: &Captures,
    draft: &mut Draft<'_>,
) {
    let names = rule.drop_unused.iter();
    for name in names.filter(|name| bound.find(name).is_none()) {
        if let Some(ExprRef::Name(captured)) = captures.expression(name) {
            let use_of = subject.tree.range(subject.tree.id(captured));
            draft.needs.push(Need::DropUnused { use_of });
        }
    }
}

/// Rewrites the rest of the file, where the captures stand for the same values.
pub(super) fn wherever<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let Some(found) = matches.first().filter(|it| !it.rule.wherever.is_empty()) else {
        return Ok(());
    };
    let patterns = found.rule.wherever.iter().map(|(it, _)| &*it.pattern);
    let file = subject.tree.span(NodeId::ROOT);
    let own: FxHashSet<NodeId> = matches.iter().map(|it| it.node).collect();
    for id in may_fit(patterns, &found.captures, &file, subject) {
        if own.contains(&id) {
            continue;
        }
        let fits = found.rule.wherever.iter().find_map(|(pattern, template)| {
            let fit = fit_at(subject, pattern, id, &found.captures)?;
            let is_it = fit.unsure.is_none() && means_the_same(subject, found, id);
            let node = subject.tree.node(id);
            // The captures as they stand there: what they bind there stays.
            let here = is_it.then(|| unify(&pattern.pattern, node, &Captures::default(), subject));
            Some((here??, template))
        });
        if let Some((fit, template)) = fits {
            rewrite(
                subject,
                Place::of_fit(id, &fit),
                template,
                &fit.captures,
                draft,
            )?;
        }
    }
    Ok(())
}

/// Whether the names that a match captured mean at a place what they mean at the match; `self` is
/// another object of the same class.
fn means_the_same<'a>(subject: &Subject<'a>, found: &Match<'_, 'a>, at: NodeId) -> bool {
    let names = subject.names;
    let class = |id: NodeId| subject.context.enclosing_class(id);
    let roots = found.captures.roots();
    roots.into_iter().all(|root| {
        let there = subject.tree.id(root);
        let owner = names.lookup(names.scope_of(there), &root.id);
        let here = names.lookup(names.scope_of(at), &root.id);
        let is_self = || {
            let attribute = subject.tree.parent_node(there);
            let of_self = match attribute {
                AnyNodeRef::ExprAttribute(it) => subject.resolver.class_of_self(it).is_some(),
                _ => false,
            };
            of_self && class(there).is_some() && class(there) == class(at)
        };
        owner == here || is_self()
    })
}

/// Statements of the same place that fit a pattern, the captures standing for the same values.
fn also_remove<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let place = |node: NodeId| subject.context.frames(node).next().map(|frame| frame.node);
    let here = place(found.node);
    for id in candidates(subject, found) {
        let AnyNodeRef::StmtExpr(statement) = subject.tree.node(id) else {
            continue;
        };
        if place(id) != here {
            continue;
        }
        let node = AnyNodeRef::from(&*statement.value);
        let fits = found
            .rule
            .also_remove
            .iter()
            .any(|pattern| fits_surely(&pattern.pattern, node, &found.captures, subject));
        if fits && same_values(subject, &found.captures, id) {
            draft.needs.push(remove::whole(subject, id)?);
        }
    }
    Ok(())
}

/// The statements that use what the match captured; all, where it captured no name.
fn candidates(subject: &Subject, found: &Match) -> Vec<NodeId> {
    let names: Vec<_> = found.captures.names().collect();
    let mut patterns = found.rule.also_remove.iter();
    if names.is_empty() || patterns.any(|pattern| pattern.pattern.captures.is_empty()) {
        return subject.tree.ids().collect();
    }
    let bindings = names
        .iter()
        .flat_map(|name| subject.flow.reaching(subject.tree.id(*name)).bindings);
    let uses = bindings.flat_map(|binding| subject.flow.uses(binding));
    let mut statements: Vec<_> = uses
        .filter_map(|node| subject.tree.statement(node))
        .collect();
    statements.sort_unstable();
    statements.dedup();
    statements
}

/// The captured names mean the same bindings inside the statement.
fn same_values<'a>(subject: &Subject<'a>, captures: &Captures<'_, 'a>, statement: NodeId) -> bool {
    subject.tree.descendants(statement).all(|id| {
        let AnyNodeRef::ExprName(name) = subject.tree.node(id) else {
            return true;
        };
        let captured = captures.names().find(|captured| captured.id == name.id);
        captured.is_none_or(|captured| {
            let at_site = subject.flow.reaching(subject.tree.id(captured)).bindings;
            let here = subject.flow.reaching(id).bindings;
            here.iter().any(|binding| at_site.contains(binding))
        })
    })
}
