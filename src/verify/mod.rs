//! Does the new text keep the laws? Changes that break one are withdrawn and reported, not written.

use crate::matching::subject::Subject;
use crate::plan::change::{Change, Status};
use crate::plan::law::BrokenLaw;
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
        let wanted: Vec<usize> = (0..changes.len())
            .filter(|index| changes[*index].is_wanted(level))
            .collect();
        if wanted.is_empty() {
            return (changes, EditSet::default(), None);
        }
        let law = match attempt(subject, &changes, &wanted) {
            Ok((edits, after)) => return (changes, edits, Some(after)),
            Err(law) => law,
        };
        for (index, why) in culprits(subject, &changes, &wanted, &law) {
            changes[index].status = Status::Withdrawn { why };
        }
    }
}

/// Makes some of the changes and checks the result.
fn attempt(
    subject: &Subject,
    changes: &[Change],
    chosen: &[usize],
) -> Result<(EditSet, SourceFile), BrokenLaw> {
    let chosen: Vec<&Change> = chosen.iter().map(|index| &changes[*index]).collect();
    let edits = resolve(subject, &chosen)?;
    let after = subject.source.with_text(&edits)?;
    intact::check(subject.text(), &edits, after.text())?;
    syntax::check(subject, &after)?;
    Ok((edits, after))
}

/// Finds which of the changes that break `law` together do so: those of the failing halves, all the
/// way down; where both halves are right alone, all of them.
///
/// Each attempt parses the file: one bad change among `n` costs about `2 log n`.
fn culprits(
    subject: &Subject,
    changes: &[Change],
    failing: &[usize],
    law: &BrokenLaw,
) -> Vec<(usize, BrokenLaw)> {
    let (first, second) = failing.split_at(failing.len() / 2);
    let mut found = Vec::new();
    // Of a single change, one half is empty and the other one is known to fail.
    if !first.is_empty() {
        for half in [first, second] {
            if let Err(law) = attempt(subject, changes, half) {
                found.extend(culprits(subject, changes, half, &law));
            }
        }
    }
    if found.is_empty() {
        found = failing.iter().map(|index| (*index, law.clone())).collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ruff_text_size::TextRange;

    use super::*;
    use crate::engine::analysis::{Tables, analyze};
    use crate::matching::subject::Target;
    use crate::plan::change::ChangeId;
    use crate::project::Alone;
    use crate::recipe::Severity;
    use crate::recipe::catalog::Catalog;
    use crate::text::edit::Edit;

    fn change(order: usize, (start, end, text): (u32, u32, &str)) -> Change {
        let extent = TextRange::new(start.into(), end.into());
        Change {
            id: ChangeId::new(Path::new("a.py"), "pause", "rule-1", text, order),
            recipe: "pause".to_owned(),
            rule: "rule-1".to_owned(),
            order,
            safety: Safety::Safe,
            reason: String::new(),
            severity: Severity::High,
            sites: Vec::new(),
            extent,
            edits: vec![Edit::replacement(extent, text)],
            shifts: Vec::new(),
            needs: Vec::new(),
            requires: Vec::new(),
            status: Status::Proposed,
        }
    }

    /// Replaces ranges of `a\nb\nc\nd\ne\n`, each as a change of its own.
    #[track_caller]
    fn check(edits: &[(u32, u32, &str)], withdrawn: &[usize], after: &str) {
        let source = SourceFile::from_text("a.py", "a\nb\nc\nd\ne\n").expect("it can be read");
        let catalog = Catalog::shipped().expect("the shipped recipes are right");
        let target = Target {
            version: (3, 11),
            assumed: false,
        };
        let changes = edits.iter().enumerate();
        let changes = changes.map(|(order, edit)| change(order, *edit)).collect();
        let tables = Tables::new(&catalog);
        let found = analyze(&source, target, None, &tables, &Alone, |subject| {
            verified(subject, changes, Safety::Safe)
        });
        let (changes, _, new) = found.expect("the text parses");
        let lost = |index: &usize| matches!(changes[*index].status, Status::Withdrawn { .. });
        let lost: Vec<usize> = (0..changes.len()).filter(lost).collect();
        let new = new.map(|new| new.text().to_owned());
        assert_eq!((lost.as_slice(), new.as_deref()), (withdrawn, Some(after)));
    }

    #[test]
    fn what_breaks_a_law_alone_is_withdrawn_alone() {
        let fine = [(0, 1, "1"), (2, 3, "2"), (8, 9, "5")];
        check(&fine, &[], "1\n2\nc\nd\n5\n");
        let one = [
            (0, 1, "1"),
            (2, 3, "2"),
            (4, 5, "("),
            (6, 7, "4"),
            (8, 9, "5"),
        ];
        check(&one, &[2], "1\n2\nc\n4\n5\n");
        let two = [
            (0, 1, "await a"),
            (2, 3, "2"),
            (4, 5, "3"),
            (6, 7, "("),
            (8, 9, "5"),
        ];
        check(&two, &[0, 3], "a\n2\n3\nd\n5\n");
    }

    #[test]
    fn what_breaks_a_law_together_is_withdrawn_together() {
        check(
            &[(0, 1, "1"), (4, 7, "3"), (6, 7, "4")],
            &[1, 2],
            "1\nb\nc\nd\ne\n",
        );
    }
}
