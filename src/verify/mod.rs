//! Does the new text keep the laws? Changes that break one are withdrawn and reported, not written.

use crate::matching::subject::Subject;
use crate::plan::change::{Change, Status};
use crate::plan::needs::resolve;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::text::edit::EditSet;

mod syntax;

mod intact;

/// Returns the changes, those that break a law withdrawn, with the edits of the wanted ones and the
/// file they leave (`None`: nothing is wanted).
pub fn verified(
    subject: &Subject,
    mut changes: Vec<Change>,
    level: Safety,
) -> (Vec<Change>, EditSet, Option<SourceFile>) {
    loop {
        let wanted: Vec<&Change> = changes
            .iter()
            .filter(|change| change.is_wanted(level))
            .collect();
        if wanted.is_empty() {
            return (changes, EditSet::default(), None);
        }
        let why = match attempt(subject, &wanted) {
            Ok((edits, after)) => return (changes, edits, Some(after)),
            Err(why) => why,
        };
        withdraw(subject, &mut changes, level, &why);
    }
}

/// Makes the changes and checks the result.
fn attempt(subject: &Subject, wanted: &[&Change]) -> Result<(EditSet, SourceFile), String> {
    let edits = resolve(subject, wanted).map_err(|overlap| overlap.to_string())?;
    let after = subject
        .source
        .with_text(&edits)
        .map_err(|error| error.to_string())?;
    intact::check(subject, &edits, &after)?;
    syntax::check(subject, &after)?;
    Ok((edits, after))
}

/// Withdraws those that break a law alone; if each is right alone, all of them.
fn withdraw(subject: &Subject, changes: &mut [Change], level: Safety, why: &str) {
    let alone = |change: &Change| attempt(subject, &[change]).err();
    let failing: Vec<Option<String>> = changes
        .iter()
        .map(|change| change.is_wanted(level).then(|| alone(change)).flatten())
        .collect();
    let some_fail = failing.iter().any(Option::is_some);
    for (change, failure) in changes.iter_mut().zip(failing) {
        let why = match failure {
            Some(failure) => failure,
            None if !some_fail && change.is_wanted(level) => why.to_owned(),
            None => continue,
        };
        change.status = Status::Withdrawn { why };
    }
}
