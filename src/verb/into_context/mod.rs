//! The verb `into-context-manager`: functions that are registered become one, whose `yield` parts what
//! runs at the start from what runs at the end.
//!
//! It stands before the call that makes what they are registered at, and is given to that call. A body
//! moves into it where it may; else the function stays and is called.

use ruff_python_ast::Keyword;
use ruff_text_size::{Ranged, TextRange, TextSize};

use body::Body;
use maker::Maker;
use parameters::parameters;
use registered::{Form, Registered, Registry};
use unmanaged::Unmanaged;
use written::Part;

use super::draft::Draft;
use super::refusal::Refusal;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::python::cut::Cutter;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::into_context::IntoContext;
use crate::text::blank::blank_lines_before;
use crate::text::edit::Edit;
use crate::verb::header::remove_decorator;
use crate::verb::lines::Lines;

mod argument;

mod body;

mod maker;

mod parameters;

mod registered;

pub(super) mod there;

pub(super) mod unmanaged;

mod wrapper;

mod written;

/// Drafts the context manager of what the matches register.
pub(super) fn into_context<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    verb: &IntoContext,
    names: &[(String, String)],
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let Some(first) = matches.first() else {
        return Ok(());
    };
    let maker = Maker::of(subject, first, verb)?;
    let registry = Registry::of_calls(subject, matches.iter().map(|found| found.node));
    let mut all = Vec::new();
    for found in matches {
        all.extend(registry.of(&maker, verb, found)?);
    }
    maker.check_others(first.rule, matches)?;
    all.extend(there::registered(&maker, (verb, names), &all, draft)?);
    let statements: Vec<NodeId> = all.iter().map(|it| it.statement).collect();
    maker.check_reached(&statements)?;
    all.sort_by_key(|it| it.order);
    let header = parameters(&maker, first, verb, names);
    let parts = parts(&maker, verb, &all, &header)?;
    let function = written::function(&maker, first, (verb, names), &parts, draft)?;
    let above = function.as_ref().map(|it| it.blank);
    draft.needs.extend(function.map(Need::Definition));
    let name = names.first().map_or("", |(_, name)| name.as_str());
    let argument = format!("{}={name}", verb.argument);
    let going = going(&all);
    argument::give(subject, maker.call, &going, &argument, draft);
    let cuts = clear(&maker, &all, &parts, draft)?;
    let cuts = cuts.into_iter().map(|cut| beside(subject, cut, above));
    draft.edits.extend(cuts);
    Ok(())
}

/// The blank lines above the function are its own: what goes right before them takes those above it.
fn beside(subject: &Subject, cut: Edit, blank: Option<TextRange>) -> Edit {
    let range = cut.range();
    match blank.filter(|blank| range.start() < blank.start() && range.end() > blank.start()) {
        Some(blank) => {
            let start = blank_lines_before(subject.text(), range.start(), TextSize::new(0));
            Edit::deletion(TextRange::new(start, blank.start()))
        }
        None => cut,
    }
}

/// What becomes of each function: of a phase with several none moves.
fn parts<'a>(
    maker: &Maker<'_, 'a>,
    verb: &IntoContext,
    all: &[Registered<'a>],
    parameters: &[(String, bool)],
) -> Result<Vec<(bool, Part<'a>)>, Unmanaged> {
    let phase = |name: &str| all.iter().filter(|it| it.name == name).count();
    let is_alone = |it: &Registered| {
        let same = all.iter().filter(|other| other.is_same(it)).count();
        phase(&it.name) == 1 && same == 1
    };
    let mut bodies: Vec<Option<Body<'a>>> = all
        .iter()
        .map(|it| body::moved(maker, it, parameters).filter(|_| is_alone(it)))
        .collect();
    keep_apart(all, &mut bodies);
    let each = all.iter().zip(bodies).map(|(it, body)| {
        let is_before = it.name == verb.before;
        let part = match body {
            Some(body) => Part::Moved(Box::new(body)),
            None => Part::Called(it.call(maker, verb, parameters)?),
        };
        Ok((is_before, part))
    });
    each.collect()
}

/// Bodies in one function share its names: one stays a function where they would meddle with each other,
/// or with what is called.
fn keep_apart(all: &[Registered], bodies: &mut [Option<Body>]) {
    for index in (0..bodies.len()).rev() {
        let others = (0..bodies.len()).filter(|other| *other != index);
        let meddles = bodies[index].as_ref().is_some_and(|body| {
            others.into_iter().any(|other| match &bodies[other] {
                Some(other) => body.meddles_with(other),
                None => body.own.contains(all[other].root()),
            })
        });
        if meddles {
            bodies[index] = None;
        }
    }
}

/// The arguments of the maker that register, in their order.
fn going<'a>(all: &[Registered<'a>]) -> Vec<&'a Keyword> {
    let keywords = all.iter().filter_map(|it| match it.form {
        Form::Argument(keyword) => Some(keyword),
        _ => None,
    });
    let mut keywords: Vec<&Keyword> = keywords.collect();
    keywords.sort_by_key(|it| it.start());
    keywords.dedup_by_key(|it| it.start());
    keywords
}

/// Returns the edits that take the registrations away, and the functions whose bodies moved.
fn clear<'a>(
    maker: &Maker<'_, 'a>,
    all: &[Registered<'a>],
    parts: &[(bool, Part<'a>)],
    draft: &mut Draft<'_>,
) -> Result<Vec<Edit>, Refusal> {
    let subject = maker.subject;
    let siblings = subject.blocks.siblings(maker.statement);
    let place = |statement: NodeId| siblings.iter().position(|id| *id == statement);
    let mut ranges: Vec<TextRange> = siblings.iter().map(|id| subject.tree.range(*id)).collect();
    let mut doomed = vec![false; ranges.len()];
    for (registered, (_, part)) in all.iter().zip(parts) {
        match (registered.form, part) {
            (Form::Decorator(decorator), Part::Called(_)) => {
                remove_decorator(subject, decorator, draft);
            }
            (Form::Statement, _) => {
                let range = subject.tree.range(registered.statement);
                Lines::of(subject, range)?;
                let comments = trivia::comments_in(subject.module, range);
                draft.lost_comments.extend(comments);
                place(registered.statement).inspect(|place| doomed[*place] = true);
            }
            _ => {}
        }
        if let (Part::Moved(body), Some(def)) = (part, registered.def) {
            place(subject.tree.id(def)).inspect(|place| {
                ranges[*place] = body.statement;
                doomed[*place] = true;
            });
        }
        keep_used(registered, part, draft);
    }
    let mut cutter = Cutter::new(subject.text(), subject.module.cells());
    let is_nested = subject.tree.parent(maker.statement) != NodeId::ROOT;
    cutter.statements(&ranges, |place| doomed[place], is_nested);
    Ok(cutter.finish().edits)
}

/// What is written again is still used.
fn keep_used(registered: &Registered, part: &Part, draft: &mut Draft<'_>) {
    if let Part::Moved(body) = part {
        let range = body.statement;
        draft.needs.push(Need::Copied { range });
    }
    let named = registered.named.map(|it| it.range());
    draft
        .needs
        .extend(named.map(|range| Need::Copied { range }));
}
