//! Recipes × file → matches: which rule applies where, how safe it is, and why.
//!
//! Nothing here edits. One pass over the nodes serves all rules.

use std::cell::LazyCell;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextRange;

use crate::matching::capture::{Captured, Captures};
use crate::matching::dispatch::{Dispatch, Entry, RenamedNames};
use crate::matching::judge::judge;
use crate::matching::other_python::other_python;
use crate::matching::refusals::{Refusals, first_unmet, is_met};
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::matching::superseded::superseded;
use crate::matching::under::under;
use crate::matching::unify::{Fit, unify};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Condition, Fate, Guarded, SiteWord, VersionReq, Word};
use crate::recipe::pattern::Pattern;
use crate::recipe::{CALLEE, LazyRule, Recipe, ReportedSite, Rule};
use crate::source::cell::{CellKind, cell_at};

pub use found::Match;

pub mod answers;

pub mod subject;

pub mod analysis;

pub mod opened;

pub mod capture;

pub mod found;

mod beginning;

mod node_words;

mod among;

pub(crate) mod may_fit;

mod sides;

pub(crate) mod site;

mod undefined;

pub mod unify;

pub(crate) mod arguments;

mod statements;

mod standing;

mod variables;

mod header;

mod extent;

mod class;

mod class_use;

mod registry_use;

pub(crate) mod members;

pub(crate) mod definition;

pub(crate) mod kind;

mod declared;

pub(crate) mod place;

pub(crate) mod read_whole;

mod asked;

mod file_word;

mod function_word;

pub mod claims;

pub(crate) mod fate;

mod followed;

pub(crate) mod forwards;

mod held;

mod plain;

pub(crate) mod reach;

mod replaced;

pub(crate) mod relied;

mod given;

mod overriding;

mod importable;

mod refusals;

mod role;

mod stub;

pub(crate) mod taken;

mod patch;

mod under;

mod yields;

mod evaluate;

mod run_by;

pub(crate) mod becoming;

mod by_hand;

mod called_in;
pub(crate) mod callers;

pub mod elsewhere;

pub mod owner;

pub mod entry;

mod no_function;

mod older;

mod superseded;

mod other_python;

pub(crate) mod used;

pub(crate) mod family;

mod made;

pub(crate) mod uses;

mod holding;

mod awaited;

mod independent;

mod one_task;

mod own_part;

mod failing;

pub(crate) mod attribute;

pub(crate) mod handlers;

mod shared;

mod capture_word;

pub(crate) mod judge;

mod mentioned;

pub(crate) mod message;

pub mod dispatch;

pub mod prefilter;

pub mod trace;

#[cfg(test)]
mod words;

/// Finds where the recipes apply: in source order, at a place the first rule of each recipe whose `where` is
/// yes.
pub fn search<'r, 'a>(
    subject: &Subject<'a>,
    recipes: &[&'r Recipe],
    dispatch: &Dispatch<'r>,
) -> Vec<Match<'r, 'a>> {
    let version = subject.target.version;
    let holds = |recipe: &&Recipe| recipe.python.as_ref().is_none_or(|it| it.holds(version));
    let is_asked: Vec<bool> = recipes.iter().map(holds).collect();
    let renamed = RenamedNames::new(subject, dispatch);
    let mut candidates = Vec::new();
    let mut matches = Vec::new();
    let mut refusals = Refusals::default();
    for node in subject.tree.ids() {
        let mut done = None;
        refusals.clear();
        dispatch.candidates(subject, &renamed, node, &mut candidates);
        let place = LazyCell::new(|| place::place(subject, node));
        let soon = LazyCell::new(|| fate::soon(subject, node));
        for entry in &candidates {
            // Nothing need be compared.
            if !is_asked[entry.recipe] || !entry.places.has(*place) {
                continue;
            }
            let recipe = recipes[entry.recipe];
            let rule = &recipe.content.rules[entry.rule];
            let collected = rule.opening.collected_as(entry.pattern);
            let is_done = |(recipe, name): (usize, Option<&str>)| {
                recipe == entry.recipe
                    && (collected.is_none() || name.is_none_or(|it| Some(it) == collected))
            };
            if done.is_some_and(is_done)
                || refusals.hold_for(rule, entry)
                || is_hopeless(rule, entry, &|| *soon)
            {
                continue;
            }
            if let Some(found) = apply(subject, recipe, entry, node, &mut refusals) {
                done = Some((entry.recipe, collected));
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
    refusals: &mut Refusals<'r>,
) -> Option<Match<'r, 'a>> {
    let rule = &recipe.content.rules[entry.rule];
    let fit = fit(subject, &entry.pattern.pattern, node)?;
    let mut fit = whole_fit(subject, rule, fit, node)?;
    let site = Site {
        subject,
        node,
        captures: &fit.captures,
        unsure: fit.unsure.as_deref(),
    };
    let mut evidence = Evidence {
        asked_version: recipe.python.as_ref().is_some_and(VersionReq::divides),
        ..Evidence::default()
    };
    if !is_met(&entry.pattern.condition, site, &mut evidence) {
        return None;
    }
    if let Some(unmet) = first_unmet(&rule.condition, site, &mut evidence) {
        refusals.add(rule, entry, unmet);
        return None;
    }
    if never_runs(subject, node) {
        return None;
    }
    forwards::bind(subject, &rule.condition, &mut fit.captures);
    let site = Site {
        subject,
        node,
        captures: &fit.captures,
        unsure: fit.unsure.as_deref(),
    };
    let (safety, said) = judge(rule, site, evidence)?;
    Some(Match {
        recipe,
        order: entry.recipe,
        rule,
        node,
        range: fit.range,
        sites: reported(rule, site, fit.range),
        collected: rule.opening.collected_as(entry.pattern),
        captures: fit.captures,
        decorators: fit.decorators,
        safety,
        said,
        is_ignored: false,
    })
}

/// Returns whether no run of CPython, from the target up, comes to a node.
fn never_runs(subject: &Subject, node: NodeId) -> bool {
    older::is_for_older(subject, node)
        || superseded(subject, node).is_some()
        || other_python(subject).is_some()
}

/// Binds what the rule takes from around what fits its pattern.
fn whole_fit<'r, 'a>(
    subject: &Subject<'a>,
    rule: &'r Rule,
    mut fit: Fit<'r, 'a>,
    node: NodeId,
) -> Option<Fit<'r, 'a>> {
    if rule.writes_callee() {
        bind_callee(subject, node, &mut fit.captures);
    }
    if !serves(&fit, rule) || !under(subject, rule, node, &mut fit.captures).holds() {
        return None;
    }
    yields::bind(subject, rule, node, &mut fit.captures);
    Some(fit)
}

/// It fits nearly everywhere, and what soon is known to become of the value says no: nothing need be compared.
fn is_hopeless(rule: &LazyRule, entry: &Entry, soon: &dyn Fn() -> Option<Fate>) -> bool {
    let fates = (entry.pattern.pattern.fits_anything()).then(|| rule.fates());
    fates
        .flatten()
        .is_some_and(|fates| soon().is_some_and(|fate| !fates.contains(&fate)))
}

/// Compares the pattern with the node.
fn fit<'r, 'a>(subject: &Subject<'a>, pattern: &'r Pattern, node: NodeId) -> Option<Fit<'r, 'a>> {
    let given = Captures::default();
    let fit = unify(pattern, subject.tree.node(node), &given, subject)?;
    (!is_prose(subject, node)).then_some(fit)
}

/// What is called stands in its place in what is written.
fn bind_callee<'a>(subject: &Subject<'a>, node: NodeId, captures: &mut Captures<'_, 'a>) {
    if let AnyNodeRef::ExprCall(call) = subject.tree.node(node)
        && captures.find(CALLEE).is_none()
    {
        captures.bind(CALLEE, Captured::Expression((&call.func).into()));
    }
}

/// A pattern that fits only perhaps serves only a rule that asks for it.
fn serves(fit: &Fit, rule: &Rule) -> bool {
    fit.unsure.is_none() || asks_for_unsure(&rule.condition)
}

/// What a rule reports of what fits at a site.
fn reported<'r>(rule: &'r Rule, site: Site<'_, 'r, '_>, fits: TextRange) -> Vec<TextRange> {
    let tree = site.subject.tree;
    let first = |pattern: &'r Guarded| {
        let pattern = std::slice::from_ref(pattern);
        let is_inside = |id: &NodeId| fits.contains_range(tree.range(*id));
        site.first_in(pattern, &tree.beginning_in(fits), is_inside, Answer::Yes)
    };
    let places = rule.sites.iter().filter_map(|place| match place {
        ReportedSite::Capture(name) => site.captures.find(name)?.range(),
        ReportedSite::Pattern(pattern) => first(pattern).map(|id| tree.range(id)),
    });
    let places: Vec<TextRange> = places.collect();
    if places.is_empty() {
        return vec![fits];
    }
    places
}

fn is_prose(subject: &Subject, node: NodeId) -> bool {
    let start = subject.tree.range(node).start();
    let cell = cell_at(subject.module.cells(), start);
    cell.is_some_and(|cell| cell.kind == CellKind::Prose)
}

fn asks_for_unsure(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(asks_for_unsure),
        Condition::None(_) => false,
        Condition::Word(word, _) => matches!(word, Word::Site(SiteWord::MatchedUnknown(_))),
    }
}

#[cfg(test)]
mod tests;
