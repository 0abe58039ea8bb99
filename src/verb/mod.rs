//! Match → change: one file per verb. A verb edits only its own site; what it needs from the rest of
//! the file it says as [`Need`](crate::plan::need::Need)s.

use ruff_python_ast::AnyNodeRef;

use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::follow_up::SETTINGS;
use crate::recipe::{Add, AddPlace, Extent, Rule, Verb};

use fresh::Given;
use place::Place;
use settings::Settings;

mod refusal;

mod way;

mod listed;

mod stops;

mod draft;

mod precedence;

mod side;

mod middle;

mod gap;

mod copied;

mod layout;

mod comments;

mod nesting;

mod along;

mod hanging;

mod render;

mod concrete;

mod spelling;

mod place;

mod rewrite;

mod remove;

mod require;

pub mod obstacle;

mod aligned;
mod block;

mod extracted;

mod main_guard;

mod stretch;

mod extract;

mod lines;

mod inner;

mod items;

mod body;

mod add;

mod old_header;

mod made;

mod wrap;

mod define;

mod keep;

mod into_context;

pub mod fresh;

mod fold;
mod follow_up;

mod header;

mod arguments;

mod settings;

mod exceptions;

mod value;

mod callers;

mod chain;

#[cfg(test)]
mod tests;

pub use draft::{Draft, Sites};
pub use refusal::Refusal;

/// Drafts the change of matches that belong together: one, or all that share a collected value.
///
/// # Errors
/// The verb cannot be carried out here; the sentence says why.
pub fn draft<'a, 'd>(
    subject: &Subject<'a>,
    sites: &'d Sites,
    given: &mut Given,
    matches: &[&Match<'_, 'a>],
) -> Result<Draft<'d>, Refusal> {
    let mut draft = Draft::new(sites);
    draft.changed = matches.iter().map(|found| found.range).collect();
    let Some(first) = matches.first() else {
        return Ok(draft);
    };
    let settings = Settings::of(subject, matches, &mut draft)?;
    let mut names = names(subject, first, given)?;
    if first.captures.find(SETTINGS).is_none() {
        names.push((SETTINGS.to_owned(), settings.text()));
    }
    for found in matches {
        if prints_own_text(subject, found) {
            return Err(Refusal::TextPrinted);
        }
        at_site(subject, found, (&names, &settings), given, &mut draft)?;
        follow_up::needs(subject, found, &mut draft)?;
    }
    follow_up::wherever(subject, matches, &mut draft)?;
    together(subject, matches, &names, &mut draft)?;
    if let Some(wrap) = &first.rule.shares.wrap {
        wrap::wrap(subject, matches, wrap, &names, &mut draft)?;
    }
    for add in &first.rule.add {
        add::add(subject, first, add, &names, &mut draft)?;
    }
    comments::keep_in_place(subject, &mut draft);
    aligned::follow(subject, &mut draft);
    Ok(draft)
}

/// Drafts what uses of a def of another file, which a rule rewrites there, become here; returns where
/// something changes, in order.
///
/// # Errors
/// The rule does not know what becomes of a use.
pub fn draft_following<'a, 'd>(
    subject: &Subject<'a>,
    sites: &'d Sites,
    rule: &Rule,
    (uses, changing): (&[NodeId], chain::Seen),
) -> Result<(Draft<'d>, Vec<NodeId>), Refusal> {
    let mut draft = Draft::new(sites);
    draft.callers = changing;
    let mut places = Vec::new();
    if let Some(Verb::IntoContext(verb)) = &rule.verb {
        places = into_context::there::leave(subject, verb, uses, &mut draft)?;
    }
    for used in uses {
        match subject.tree.node(*used) {
            AnyNodeRef::StmtFunctionDef(def) => {
                callers::change_relative(subject, rule, *used, &mut draft)?;
                places.push(subject.tree.id(&def.name));
            }
            _ => places.extend(value::follow_there(subject, rule, *used, &mut draft)?),
        }
    }
    if let Some(why) = draft.stops.take_first() {
        return Err(why);
    }
    comments::keep_in_place(subject, &mut draft);
    aligned::follow(subject, &mut draft);
    places.extend(&draft.called);
    places.sort_unstable();
    places.dedup();
    Ok((draft, places))
}

/// What a verb does with all sites of the change.
fn together<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(), Refusal> {
    match matches.first().and_then(|first| first.rule.verb.as_ref()) {
        Some(Verb::Rewrite(_)) => items::split(subject, matches, draft),
        Some(Verb::Extract(verb)) if verb.statements.contains(&Extent::Site) => {
            inner::extract_here(subject, matches, verb, names, draft)
        }
        Some(Verb::Extract(verb)) => extract::extract(subject, matches, verb, draft),
        Some(Verb::IntoContext(verb)) => {
            into_context::into_context(subject, matches, verb, names, draft)
        }
        _ => Ok(()),
    }
}

/// The names that a change is given: those of the module that others share, and its own.
fn names<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    given: &mut Given,
) -> Result<Vec<(String, String)>, Refusal> {
    let rule = found.rule;
    let mut names = define::names(subject, found)?;
    let is_own = |name: &str| names.iter().all(|(shared, _)| shared != name);
    let own = rule.names.iter().filter(|(name, _)| is_own(name));
    let wishes = |wishes| fresh::wishes(subject, &found.captures, wishes);
    let own: Vec<_> = own.map(|(name, all)| (name.clone(), wishes(all))).collect();
    let is_beside = |add: &Add| matches!(add.at, AddPlace::Beside(_));
    let is_made = |add: &Add| match &add.at {
        AddPlace::Beside(capture) => made::made_at(subject, found, capture).is_some(),
        _ => false,
    };
    names.extend(match &rule.verb {
        // What stands beside a variable serves all changes that want it there.
        _ if rule.add.iter().any(is_made) => {
            fresh::module_names(subject, &own, &mut Given::default())?
        }
        _ if rule.add.iter().any(is_beside) => fresh::module_names(subject, &own, given)?,
        Some(Verb::Extract(verb)) if verb.statements.contains(&Extent::Site) => {
            fresh::names_in_function(subject, found.node, &own, given)?
        }
        // Each object has one of its own.
        Some(Verb::IntoContext(_)) => fresh::names_in_function(subject, found.node, &own, given)?,
        Some(Verb::Extract(_)) if rule.add.is_empty() => Vec::new(),
        _ => fresh::local_names(subject, found.node, &own)?,
    });
    Ok(names)
}

/// What a verb does at each of its sites.
fn at_site<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    (names, settings): (&[(String, String)], &Settings),
    given: &mut Given,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    match &found.rule.verb {
        Some(Verb::Rewrite(template)) if items::around(subject, found).is_some() => {
            items::rewrite_item(subject, found, &template.with_names(names), draft)?;
        }
        Some(Verb::Rewrite(template)) => {
            let (place, template) = (Place::of_match(found), template.with_names(names));
            rewrite::rewrite(subject, place, &template, &found.captures, draft)?;
            follow_up::also_rewrite(subject, found, draft)?;
        }
        Some(Verb::RewriteParts(parts)) => {
            rewrite::rewrite_parts(subject, found, parts, names, draft)?;
            follow_up::also_rewrite(subject, found, draft)?;
        }
        Some(Verb::Remove(removed)) => remove::remove(subject, found, *removed, draft)?,
        Some(Verb::Require(requirement)) => require::require(subject, found, requirement, draft)?,
        Some(Verb::Keep(verb)) => keep::keep(subject, found, verb, given, draft)?,
        Some(Verb::Extract(_) | Verb::IntoContext(_)) | None => {}
    }
    arguments::arguments(subject, found, settings, draft)?;
    let uses = value::follow(subject, found, draft)?;
    exceptions::exceptions(subject, found, &uses, draft)
}

/// `f"{x()=}"` prints `x()` itself.
fn prints_own_text(subject: &Subject, found: &Match) -> bool {
    subject.tree.ancestors(found.node).any(|id| {
        matches!(subject.tree.node(id), AnyNodeRef::InterpolatedElement(element) if element.debug_text.is_some())
    })
}
