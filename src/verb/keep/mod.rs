//! The verb `keep-handle`: a value gets a name on its owner, if it is not stored already, and an end in
//! the owner's teardown.
//!
//! In this order: the owner (which [`matching::owner`](crate::matching::owner) finds), the name, where
//! it is stored, and its end.

use kept::Kept;
use storage::statement;

use super::draft::Draft;
use super::fresh::Given;
use super::refusal::Refusal;
use crate::matching::Match;
use crate::matching::owner::{self, Teardown};
use crate::matching::subject::Subject;
use crate::recipe::keep::Keep;

mod kept;

mod already;

mod annotation;

mod cell;

mod end;

mod hook;

mod name;

mod own_start;

mod quote;

mod running;

mod storage;

mod stored;

mod waiting;

/// Drafts what keeps the value of a match, and what ends it.
pub(super) fn keep<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    keep: &Keep,
    given: &mut Given,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    if let Some(storage) = &keep.storage
        && let Some(notebook) = owner::notebook(subject, found.node)?
    {
        return cell::keep(subject, found, (keep, storage), &notebook, given, draft);
    }
    let owner = owner::find(subject, found.node)?;
    running::check(subject, found.node, &keep.end, &owner)?;
    running::check_many(subject, &owner)?;
    already::check(subject, found.node, &keep.end, &owner)?;
    end::check_room(subject, &keep.end, owner.teardown)?;
    if let Teardown::OwnStart(template) = owner.teardown {
        return own_start::start(subject, found.node, &owner, template, draft);
    }
    let kept = Kept {
        quote: quote::of(subject),
        name: match (&keep.storage, &owner.stored) {
            (Some(storage), _) => name::free(subject, found, storage, &owner, given)?,
            (None, Some(stored)) => stored::name(subject, stored, owner.class.is_some()),
            (None, None) => return Err(Refusal::NotStored),
        },
        hook: name::of_hook(subject, &owner, given)?,
        owner,
    };
    match &keep.storage {
        Some(storage) => {
            let statement = statement(subject, found.node)?;
            storage::store(subject, statement, storage, &kept, draft)?;
        }
        None => stored::prepare(subject, found.node, &kept, draft)?,
    }
    end::end(subject, &keep.end, &kept, draft)
}
