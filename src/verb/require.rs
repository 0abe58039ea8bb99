//! The verb `require`: a list of packages gets another one.

use super::draft::Draft;
use super::refusal::Refusal;
use crate::matching::Match;
use crate::matching::entry::lists;
use crate::matching::subject::Subject;
use crate::project::dependency::is_generated;

pub(super) fn require(
    subject: &Subject,
    found: &Match,
    requirement: &str,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let text = subject.text();
    if is_generated(text) {
        let requirement = requirement.to_owned();
        return Err(Refusal::ListGenerated { requirement });
    }
    let mut lists = lists(subject).into_iter();
    let list = lists.find(|list| list.range.start() == found.range.start());
    let edits = list.and_then(|list| list.adding(text, requirement));
    let edits = edits.ok_or_else(|| {
        let requirement = requirement.to_owned();
        Refusal::ListUnclear { requirement }
    })?;
    draft.edits.extend(edits);
    Ok(())
}
