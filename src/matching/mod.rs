//! Recipes × file → matches: which rule applies where, how safe it is, and why.
//!
//! Nothing here edits. One pass over the nodes serves all rules.

use ruff_text_size::TextRange;

use crate::matching::capture::Captures;
use crate::matching::dispatch::{Aliases, Dispatch, Entry};
use crate::matching::evaluate::{Evidence, Site, evaluate};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::safety::Safety;
use crate::recipe::{Recipe, Rule};
use crate::source::cell::{CellKind, cell_at};

pub mod subject;

pub mod capture;

pub mod unify;

mod arguments;

mod statements;

mod kind;

mod place;

mod fate;

mod patch;

pub mod evaluate;

pub(crate) mod uses;

mod holding;

mod shared;

mod predicate;

mod message;

pub mod dispatch;

pub mod prefilter;

/// A rule that applies at a place.
#[derive(Debug)]
pub struct Match<'r, 'a> {
    /// The recipe.
    pub recipe: &'r Recipe,
    /// The recipe's place in the order of the selection.
    pub order: usize,
    /// The rule.
    pub rule: &'r Rule,
    /// Where the match begins.
    pub node: NodeId,
    /// The matched text.
    pub range: TextRange,
    /// What the metavariables stand for.
    pub captures: Captures<'r, 'a>,
    /// Decided by the rule's safety cases; manual for a rule that only reports.
    pub safety: Safety,
    /// A sentence a person can act on.
    pub reason: String,
}

/// Finds where the recipes apply, in source order; at a place the first rule of each recipe whose
/// `where` is yes.
pub fn search<'r, 'a>(
    subject: &Subject<'a>,
    recipes: &[&'r Recipe],
    dispatch: &Dispatch<'r>,
) -> Vec<Match<'r, 'a>> {
    let aliases = Aliases::new(subject);
    let mut matches = Vec::new();
    for node in subject.tree.ids() {
        let mut done = None;
        for entry in dispatch.candidates(subject, &aliases, node) {
            if done == Some(entry.recipe) {
                continue;
            }
            if let Some(found) = apply(subject, recipes[entry.recipe], &entry, node) {
                done = Some(entry.recipe);
                matches.push(found);
            }
        }
    }
    matches
}

fn apply<'r, 'a>(
    subject: &Subject<'a>,
    recipe: &'r Recipe,
    entry: &Entry<'r>,
    node: NodeId,
) -> Option<Match<'r, 'a>> {
    let rule = &recipe.rules[entry.rule];
    let fit = unify::unify(
        &entry.pattern.pattern,
        subject.tree.node(node),
        &Captures::default(),
        subject,
    )?;
    let range = subject.tree.range(node);
    if cell_at(subject.module.cells(), range.start())
        .is_some_and(|cell| cell.kind == CellKind::Prose)
    {
        return None;
    }
    // A pattern that fits only perhaps serves only a rule that asks for it.
    if fit.unsure.is_some() && !asks_for_unsure(&rule.condition) {
        return None;
    }
    let site = Site {
        subject,
        node,
        captures: &fit.captures,
        unsure: fit.unsure.as_deref(),
    };
    let mut evidence = Evidence::default();
    let applies = evaluate(&entry.pattern.condition, site, &mut evidence).and(evaluate(
        &rule.condition,
        site,
        &mut evidence,
    ));
    if !applies.is_yes() {
        return None;
    }
    let (safety, reason) = judge(rule, site, evidence);
    Some(Match {
        recipe,
        order: entry.recipe,
        rule,
        node,
        range,
        captures: fit.captures,
        safety,
        reason,
    })
}

/// Decides how safe a match is: the first case that holds. Not knowing counts as holding for the
/// careful cases, and not for `safe`.
fn judge(rule: &Rule, site: Site, evidence: Evidence) -> (Safety, String) {
    if let Some(report) = &rule.report {
        return (Safety::Manual, message::write(report, site, &evidence));
    }
    for case in &rule.safety {
        let mut seen = Evidence::default();
        let holds = match &case.when {
            None => Answer::Yes,
            Some(when) => evaluate(when, site, &mut seen),
        };
        let met = holds.is_yes() || (holds == Answer::Unknown && case.level != Safety::Safe);
        if !met {
            continue;
        }
        seen.unknown.extend(evidence.unknown.iter().cloned());
        let mut reason = message::write(&case.because, site, &seen);
        if holds == Answer::Unknown && !seen.unknown.is_empty() {
            reason.push_str(&format!(" (not known: {})", seen.unknown.join("; ")));
        }
        return (case.level, reason);
    }
    (
        Safety::Manual,
        "no safety case of the rule holds here".into(),
    )
}

fn asks_for_unsure(condition: &crate::recipe::condition::Condition) -> bool {
    use crate::recipe::condition::{Condition, Word};
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(asks_for_unsure),
        Condition::None(_) => false,
        Condition::Word(word) => matches!(word, Word::MatchedUnknown),
    }
}
