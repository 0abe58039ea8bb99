//! A def that becomes a coroutine function → the plain functions that call it become coroutine functions, too,
//! up to where a program starts; or the change is not made, and says which caller is in the way.
//!
//! What callers of other files become is drafted in those files. Here it is only asked whether they may.

use std::path::PathBuf;

use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};

use super::chain::Def;
use super::draft::Draft;
use super::follow_up::also_rewrite_at;
use super::place::Place;
use super::refusal::Refusal;
use super::rewrite::rewrite;
use super::value::{At, follow_there, replaced};
use crate::matching::capture::Captures;
use crate::matching::elsewhere::fit_at;
use crate::matching::family::relatives;
use crate::matching::judge::why_left;
use crate::matching::place::{defined_name, function_to_await_in};
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, unify};
use crate::matching::used::uses_of_method;
use crate::plan::change::Followed;
use crate::plan::stop::Stop;
use crate::project::driven::name_of;
use crate::project::gift::Callee;
use crate::python::tree::NodeId;
use crate::recipe::follow_up::FollowValue;
use crate::recipe::template::Template;
use crate::recipe::{Rule, Verb};
use crate::semantic::MAX_FUNCTIONS;

mod beside;

mod family;

mod overload;

pub(super) use beside::changes_alone;
use beside::{is_rewritten, look_beside};
pub(super) use family::change_relative;
pub(super) use overload::is_defined_again;

/// Follows the uses of a def whose header a site of the rule rewrites, and whatever changes because of that.
pub(super) fn follow_all<'a>(
    subject: &Subject<'a>,
    at: At<'_, '_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<Vec<NodeId>, Refusal> {
    draft.seed = Some(def_of(subject, at.node));
    let followed = follow_from(subject, at, draft);
    settled(subject, at.node, followed, draft)
}

fn follow_from<'a>(
    subject: &Subject<'a>,
    at: At<'_, '_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<Vec<NodeId>, Refusal> {
    look_beside(subject, at.rule, at.node, draft);
    let uses = at.follow(subject, draft)?;
    if uses.is_empty() && draft.followed.is_empty() {
        return Err(Refusal::NotCalled);
    }
    beside::change_all(subject, at, draft)?;
    Ok(uses)
}

/// Follows the uses of a def that changes, unless that was done.
pub(super) fn follow_def<'a>(
    subject: &Subject<'a>,
    at: At<'_, '_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<Vec<NodeId>, Refusal> {
    let is_new = draft.callers.insert(def_of(subject, at.node));
    if is_new {
        overload::change_all(subject, at.rule, at.node, draft)?;
    }
    match is_new {
        _ if draft.callers.len() > MAX_FUNCTIONS => Err(Refusal::NotFollowed),
        false => Ok(Vec::new()),
        true if subject.context.is_method(at.node) => follow_method(subject, at, draft),
        true => at.follow_uses(subject, draft),
    }
}

/// Returns what came of following a def: an error if one of its uses cannot change, or those of what changes with it.
fn settled<T>(
    subject: &Subject,
    def: NodeId,
    followed: Result<T, Refusal>,
    draft: &mut Draft<'_>,
) -> Result<T, Refusal> {
    let (all, is_all) = draft.stops.take();
    let (name, place) = (defined_name(subject, def), line_of(subject, def));
    let told = all.into_iter().map(|(mut stop, why)| {
        let through = why.between();
        stop.why = format!(
            "this keeps `{name}` ({place}) as it is{through}: {}",
            stop.why
        );
        (stop, why)
    });
    let (stops, refusals): (Vec<Stop>, Vec<Refusal>) = told.unzip();
    // What ended the search may only follow from what was noted before.
    let last = followed.as_ref().err().filter(|_| is_all).cloned();
    let mut said = refusals.into_iter().chain(last);
    let Some(first) = said.next() else {
        return followed;
    };
    let more = said.count();
    if more == 0 {
        return Err(first);
    }
    Err(Refusal::Stopped {
        first: Box::new(first),
        more,
        is_all,
        stops,
    })
}

fn def_of(subject: &Subject, def: NodeId) -> Def {
    let file = subject.facts.name_in_project(subject.path());
    (file, name_of(subject.tree, def))
}

/// Changes the plain function around a use as the rule changes the one that is used.
pub(super) fn change_around<'a>(
    subject: &Subject<'a>,
    rule: &Rule,
    follow: &FollowValue,
    used: NodeId,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let caller = function_to_await_in(subject, used);
    let caller = caller.map_err(|why| stopped_at(subject, used, draft, why))?;
    if draft.callers.contains(&def_of(subject, caller)) {
        return Ok(());
    }
    let name = defined_name(subject, caller).to_owned();
    draft.through.push(name);
    let changed = change(subject, (rule, follow), caller, draft);
    draft.through.pop();
    changed.map_err(|why| stopped_at(subject, used, draft, why.to_string()))
}

fn stopped_at(subject: &Subject, used: NodeId, draft: &Draft<'_>, why: String) -> Refusal {
    Refusal::Caller {
        caller: place_of(subject, used),
        through: draft.through.clone(),
        why,
    }
}

/// Changes a plain def as the rule changes its site's.
fn change<'a>(
    subject: &Subject<'a>,
    (rule, follow): (&Rule, &FollowValue),
    def: NodeId,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let header = header_fit(subject, rule, def);
    let (Some(fit), Some(Verb::Rewrite(template))) = (header, &rule.verb) else {
        return Err(Refusal::NotFollowed);
    };
    if let Some(why) = why_left(rule, subject, def, &fit.captures) {
        return Err(Refusal::Left(why));
    }
    let own = own_header(subject, follow, def);
    let own = own.as_ref().map(|(fit, template)| (fit, *template));
    let (header, template) = own.unwrap_or((&fit, template));
    let place = Place::of_fit(def, header);
    rewrite(subject, place, template, &header.captures, draft)?;
    also_rewrite_at(subject, rule, (def, &fit.captures), draft)?;
    look_beside(subject, rule, def, draft);
    let at = At {
        rule,
        follow,
        captures: &fit.captures,
        node: def,
    };
    let called = at.follow(subject, draft)?;
    draft.called.extend(called);
    Ok(())
}

/// How the rule's header fits a def.
fn header_fit<'r, 'a>(subject: &Subject<'a>, rule: &'r Rule, def: NodeId) -> Option<Fit<'r, 'a>> {
    let header = &rule.patterns.first()?.pattern;
    let node = subject.tree.node(def);
    unify(header, node, &Captures::default(), subject)
}

/// What the header of a caller becomes, where a line says that.
fn own_header<'r, 'a>(
    subject: &Subject<'a>,
    follow: &'r FollowValue,
    def: NodeId,
) -> Option<(Fit<'r, 'a>, &'r Template)> {
    follow.headers.iter().find_map(|(pattern, template)| {
        let fit = fit_at(subject, pattern, def, &Captures::default())?;
        fit.unsure.is_none().then_some((fit, template))
    })
}

/// Returns whether a use in another file changes, which is drafted there later.
pub(super) fn changes_elsewhere(
    other: &Subject,
    rule: &Rule,
    used: NodeId,
    draft: &mut Draft<'_>,
) -> Result<bool, Refusal> {
    let why = match draft.elsewhere(|there| follow_there(other, rule, used, there)) {
        Ok(changed) => return Ok(changed.is_some()),
        Err(why @ Refusal::Caller { .. }) => why,
        Err(_) => Refusal::UsedElsewhere {
            file: other.name_of_file(other.path()),
            line: other.statement_line(used).into_owned(),
        },
    };
    let takes_callers = rule
        .follow_value
        .as_ref()
        .is_some_and(|it| it.takes_callers);
    match takes_callers {
        true => draft.stops.note(other, used, why).map(|()| true),
        false => Err(why),
    }
}

/// Follows the uses of a method, by objects whose class is known, in all files.
fn follow_method<'a>(
    subject: &Subject<'a>,
    at: At<'_, '_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<Vec<NodeId>, Refusal> {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(at.node) else {
        return Ok(Vec::new());
    };
    let name = def.name.as_str();
    if subject.is_mentioned(name) {
        return Err(Refusal::Mentioned {
            name: name.to_owned(),
        });
    }
    let family = relatives(subject, def).map_err(Refusal::Left)?;
    if let Some(relative) = family.first().filter(|_| !at.follow.takes_callers) {
        return Err(Refusal::also_changes(relative));
    }
    let all = family::not_followed(subject, def, &family);
    let mut own = uses_of_method(subject, &all).map_err(|id| unclear(subject, id))?;
    // The body of its class may name it, too: `value = property(get_value)`.
    let binding = subject.names.binding_at(at.node);
    own.extend(binding.map_or_else(Vec::new, |it| subject.flow.uses(it)));
    for used in &own {
        at.follow_use(subject, *used, true, draft)?;
    }
    let mut files = files_that_change(subject, at.rule, (def, &all), draft)?;
    let relatives = family::change_all(subject, at, family, draft)?;
    let root = subject.facts.root_of(subject.path());
    files.extend(relatives.iter().map(|(file, _)| root.join(file)));
    files.sort_unstable();
    files.dedup();
    draft.followed.extend(followed(&all, files, relatives));
    Ok(own)
}

fn followed(all: &[Callee], files: Vec<PathBuf>, relatives: Vec<Def>) -> Option<Followed> {
    let own = all.first().filter(|_| !files.is_empty())?;
    let class = own.of.as_ref().map_or("", |(_, class)| class);
    Some(Followed {
        name: format!("{class}.{}", own.name),
        files,
        relatives,
    })
}

/// The other files in which uses of a method change.
fn files_that_change(
    subject: &Subject,
    rule: &Rule,
    (def, all): (&StmtFunctionDef, &[Callee]),
    draft: &mut Draft<'_>,
) -> Result<Vec<PathBuf>, Refusal> {
    let mut files = Vec::new();
    for path in subject.facts.mentioning(subject.path(), &def.name) {
        let changes = subject.of_other_file(&path, |other| {
            if other.is_mentioned(&def.name) {
                return Err(may_be_used(other));
            }
            let uses = uses_of_method(other, all).map_err(|id| unclear(other, id))?;
            if let Some(why) = uses.first().and_then(|_| own_double(other, def)) {
                return Err(why);
            }
            let mut changes = false;
            for used in uses {
                changes |= changes_elsewhere(other, rule, used, draft)?;
            }
            Ok(changes)
        });
        match changes {
            Some(Ok(true)) => files.push(path),
            Some(Ok(false)) => {}
            Some(Err(why)) => return Err(why),
            None => {
                let file = subject.name_of_file(&path);
                return Err(Refusal::MayBeUsedIn { file });
            }
        }
    }
    Ok(files)
}

fn unclear(subject: &Subject, id: NodeId) -> Refusal {
    Refusal::Unclear {
        place: place_of(subject, id),
        line: subject.statement_line(id).into_owned(),
    }
}

fn may_be_used(other: &Subject) -> Refusal {
    Refusal::MayBeUsedIn {
        file: other.name_of_file(other.path()),
    }
}

/// A test that replaces the method where it uses it.
fn own_double(other: &Subject, def: &StmtFunctionDef) -> Option<Refusal> {
    replaced(other, other.path(), def, &def.name)
}

fn line_of(subject: &Subject, id: NodeId) -> String {
    let file = subject.name_of_file(subject.path());
    let position = subject.source.position(subject.tree.range(id).start());
    position.line_in(&file)
}

/// The function around a place, and the line.
fn place_of(subject: &Subject, id: NodeId) -> String {
    let place = line_of(subject, id);
    match subject.context.enclosing_function(id) {
        Some(function) => format!("`{}` ({place})", defined_name(subject, function)),
        None => place,
    }
}
