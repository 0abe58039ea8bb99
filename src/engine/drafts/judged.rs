//! A drafted change → how safe it is, and why.

use crate::matching::subject::Subject;
use crate::matching::{Match, relied};
use crate::plan::change::ChangeId;
use crate::plan::need::Need;
use crate::recipe::safety::Safety;
use crate::text::wording::Wording;
use crate::verb::Draft;

/// A change is as safe as the least safe of what it is made of and rests on.
pub(super) fn judged<'a>(
    subject: &Subject<'a>,
    group: &[&Match<'_, 'a>],
    draft: &Draft,
    resting: &[(ChangeId, Safety)],
) -> (Safety, Wording) {
    let matched = group.iter().map(|found| found.safety);
    let before = resting.iter().map(|(_, safety)| *safety);
    let mut safety = matched.chain(before).max().unwrap_or(Safety::Review);
    let mut said = group[0].said.clone();
    if let Some(lost) = draft.lost(subject.text()) {
        safety = safety.max(Safety::Review);
        said.also(&lost);
    }
    // What is for a person to read need not be asked about.
    if safety == Safety::Safe
        && let Some(replaced) = replaced(subject, group, draft)
    {
        safety = Safety::Review;
        said.doubt(replaced);
        said.also_check("whether the new code still does the same");
    }
    let assumption = subject.target.assumption();
    if let Some(assumed) = assumption.filter(|assumed| !said.reason.contains(assumed))
        && draft.needs.contains(&Need::Python)
    {
        said.reason.push_str(&assumed);
    }
    (safety, said)
}

/// Says where something else is put in the place of a name that the change relies on.
fn replaced<'a>(subject: &Subject<'a>, group: &[&Match<'_, 'a>], draft: &Draft) -> Option<String> {
    let written = draft.needs.iter().find_map(|need| match need {
        Need::Meant { qualified, spelled } => relied::written_replaced(subject, qualified, spelled),
        _ => None,
    });
    let found = || group.iter().find_map(|it| relied::replaced(subject, it));
    written.or_else(found)
}
