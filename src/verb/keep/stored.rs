//! A value that is stored already: its place must be there when the owner ends.

use ruff_python_ast::ExprRef;
use ruff_text_size::Ranged;

use super::kept::Kept;
use super::storage::begin_stored;
use crate::matching::owner::Stored;
use crate::matching::owner::stored::has_first_value;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::python::tree::NodeId;
use crate::verb::draft::Draft;
use crate::verb::refusal::Refusal;

/// Gives the place a first value where it may be asked for before it has one.
pub(super) fn prepare<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    kept: &Kept<'a>,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let owner = &kept.owner;
    let (Some(class), Some(stored)) = (owner.class, &owner.stored) else {
        return Ok(());
    };
    if has_first_value(subject, stored) {
        return Ok(());
    }
    if owner.many {
        return Err(Refusal::NoFirstValue {
            collection: kept.target(),
            class: class.name.to_string(),
        });
    }
    let statement = subject.tree.statement(site).unwrap_or(site);
    if owner.may_lack {
        let line = begin_stored(subject, class, statement, kept)?;
        draft.needs.push(Need::Line(line));
    }
    Ok(())
}

/// What a place is called: on an object without the object.
pub(super) fn name(subject: &Subject, stored: &Stored, of_object: bool) -> String {
    match stored.holder {
        ExprRef::Attribute(attribute) if of_object => attribute.attr.to_string(),
        holder => subject.text()[holder.range()].to_owned(),
    }
}
