//! State that other tasks see: read before a site and written after it?
//!
//! Where it is, a new suspension point between them lets another task in, and its update is lost.

use std::rc::Rc;

use ruff_python_ast::Expr;
use ruff_text_size::TextRange;

use super::holding::takes_turns;
use super::site::{Evidence, Site};
use super::subject::Subject;
use crate::matching::answers::state::{Access, Shared};
use crate::matching::uses::is_parameter;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::AccessBy;
use crate::source::cell::cell_at;
use paths::{Paths, all_shared, shown};
use users::users;

pub(super) use across::across;
pub(super) use cleanup::{has_cleanup, meets_cleanup};
pub(super) use loops::loops_over;

mod accesses;

mod across;

mod aliases;

mod anew;

mod carried;

mod changed;

mod cleanup;

mod handed;

mod key;

mod loops;

mod lost;

pub(super) mod paths;

mod presence;

#[cfg(test)]
mod tests;

mod told;

mod users;

/// An attribute, global or nonlocal is read before the site and written after it, with no lock of
/// tasks held. Where only what the function itself does counts, what was read also decides what is written, or
/// whether it is.
pub(super) fn read_before_written_after(
    by: &[AccessBy],
    site: Site,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let by_called = by.contains(&AccessBy::Called);
    let counts_given = by.iter().any(|it| *it != AccessBy::Own);
    let paths = Paths::through(site);
    let all = match subject.context.enclosing_function(site.node) {
        Some(function) => all_shared(subject, function, by_called),
        None => match cell_around(site) {
            Some(cell) => in_cell(site, cell, by_called),
            None => return Answer::No,
        },
    };
    let counted = all
        .iter()
        .filter(|it| counts_given || !is_of_given(subject, it));
    let raced = counted.filter(|shared| paths.race(shared, !by_called));
    let mut names: Vec<String> = raced.map(|shared| shown(subject, shared)).collect();
    if names.is_empty() || takes_turns(site) {
        return Answer::No;
    }
    names.sort_unstable();
    evidence.why(format!(
        "`{}` is read before the await and written after it",
        names[0]
    ));
    evidence.names = names;
    Answer::Yes
}

/// It is an attribute of an object that callers give, or of a part of that. A collection that they give is one that
/// others have, mostly.
fn is_of_given<'a>(subject: &Subject<'a>, shared: &Shared<'a>) -> bool {
    let first = shared.accesses.first();
    let mut object = first.and_then(|it| key::object(subject, it.node));
    while let Some(Expr::Attribute(part)) = object {
        object = Some(&part.value);
    }
    match object {
        Some(Expr::Name(name)) => {
            is_parameter(subject, name.into()) && subject.resolver.receiver(name).is_none()
        }
        _ => false,
    }
}

/// The cell of a site that stands outside of all functions.
fn cell_around(site: Site) -> Option<TextRange> {
    let subject = site.subject;
    let start = subject.tree.range(site.node).start();
    cell_at(subject.module.cells(), start).map(|cell| cell.range)
}

/// The state that a cell reads and writes around a site, and that functions write: in front of the cell and
/// behind it other tasks come to it anyway.
fn in_cell<'a>(site: Site<'_, '_, 'a>, cell: TextRange, by_called: bool) -> Rc<[Shared<'a>]> {
    let subject = site.subject;
    let inside = |access: &&Access| cell.contains_range(subject.tree.range(access.node));
    let all = all_shared(subject, NodeId::ROOT, by_called);
    let own = all.iter().filter_map(|shared| {
        let accesses: Vec<Access> = shared.accesses.iter().filter(inside).copied().collect();
        let has_write = accesses.iter().any(|access| access.writes);
        let is_shared = has_write && users(subject, shared.key).any(|user| user.writes);
        is_shared.then_some(Shared {
            accesses,
            ..*shared
        })
    });
    own.collect()
}
