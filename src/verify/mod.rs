//! Does the new text keep the laws? Changes that break one are withdrawn and reported, not written.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::matching::subject::Subject;
use crate::plan::change::{Change, ChangeId, Status};
use crate::plan::law::BrokenLaw;
use crate::plan::needs::resolve;
use crate::plan::together;
use crate::python::parse::Module;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::text::edit::EditSet;

mod refused;

mod syntax;

mod intact;

/// A file that wanted changes leave: it keeps the laws.
#[derive(Debug)]
pub struct Checked {
    /// The file.
    pub source: SourceFile,
    /// Its syntax, if it is code.
    pub module: Option<Module>,
}

/// Returns the changes, those that break a law withdrawn, with the edits of the wanted ones and the
/// file they leave (`None`: nothing is wanted).
pub fn verified(
    subject: &Subject,
    mut changes: Vec<Change>,
    level: Safety,
) -> (Vec<Change>, EditSet, Option<Checked>) {
    loop {
        let wanted: Vec<usize> = (0..changes.len())
            .filter(|index| changes[*index].is_wanted(level))
            .collect();
        if wanted.is_empty() {
            return (changes, EditSet::default(), None);
        }
        let law = match attempt(subject, &changes, &wanted) {
            Ok((edits, after)) => {
                drop_idle(subject, &mut changes, &wanted, &edits);
                let changes_text = edits != EditSet::default();
                return (changes, edits, changes_text.then_some(after));
            }
            Err(law) => law,
        };
        for (index, why) in culprits(subject, &changes, &wanted, &law) {
            changes[index].status = Status::Withdrawn { why };
        }
        withdraw_orphaned(&mut changes);
    }
}

/// Withdraws what requires a change that is withdrawn.
fn withdraw_orphaned(changes: &mut [Change]) {
    let here = together::ids(changes);
    loop {
        let orphaned = together::orphaned(changes, |id| here.contains(id));
        if orphaned.is_empty() {
            return;
        }
        for change in changes.iter_mut() {
            if let Some(required) = orphaned.get(&change.id) {
                let required = required.0.clone();
                let why = BrokenLaw::Bereft { required };
                change.status = Status::Withdrawn { why };
            }
        }
    }
}

/// Drops wanted changes that change nothing: those of a recipe that have no edits of their own and that
/// no other change requires, where the others need the same text without them.
fn drop_idle(subject: &Subject, changes: &mut Vec<Change>, wanted: &[usize], edits: &EditSet) {
    let mut bare: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    let required: FxHashSet<&ChangeId> =
        changes.iter().flat_map(|change| &change.requires).collect();
    for &index in wanted {
        if changes[index].edits.is_empty() && !required.contains(&changes[index].id) {
            bare.entry(changes[index].order).or_default().push(index);
        }
    }
    let is_idle = |group: &Vec<usize>| {
        let others = wanted.iter().filter(|index| !group.contains(index));
        let others: Vec<&Change> = others.map(|index| &changes[*index]).collect();
        resolve(subject, &others).is_ok_and(|same| same == *edits)
    };
    bare.retain(|_, group| is_idle(group));
    let idle: FxHashSet<usize> = bare.into_values().flatten().collect();
    let mut index = 0..;
    changes.retain(|_| index.next().is_none_or(|index| !idle.contains(&index)));
}

/// Makes some of the changes and checks the result.
fn attempt(
    subject: &Subject,
    changes: &[Change],
    chosen: &[usize],
) -> Result<(EditSet, Checked), BrokenLaw> {
    let chosen: Vec<&Change> = chosen.iter().map(|index| &changes[*index]).collect();
    let edits = resolve(subject, &chosen)?;
    let source = subject.source.with_text(&edits)?;
    intact::check(subject.text(), &edits, source.text())?;
    let module = syntax::check(subject, &edits, &source)?;
    Ok((edits, Checked { source, module }))
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
    use ruff_text_size::TextRange;

    use super::*;
    use crate::matching::analysis::{Tables, analyze, parse};
    use crate::matching::subject::Target;
    use crate::plan::need::Need;
    use crate::project::Alone;
    use crate::recipe::Severity;
    use crate::recipe::catalog::Catalog;
    use crate::text::edit::Edit;

    fn change(order: usize, (start, end, text): (u32, u32, &str)) -> Change {
        let extent = TextRange::new(start.into(), end.into());
        Change {
            id: ChangeId(format!("pause-{text}-{order}")),
            twin: None,
            recipe: "pause".to_owned(),
            rule: "rule-1".to_owned(),
            within: String::new(),
            order,
            safety: Safety::Safe,
            said: crate::text::wording::Wording::default(),
            severity: Severity::High,
            sites: Vec::new(),
            extent,
            edits: vec![Edit::replacement(extent, text)],
            shifts: Vec::new(),
            sealed: None,
            needs: Vec::new(),
            requires: Vec::new(),
            followed: Vec::new(),
            status: Status::Proposed,
        }
    }

    const LINES: &str = "a\nb\nc\nd\ne\n";

    /// Verifies changes of a text.
    fn verify(text: &str, changes: Vec<Change>) -> (Vec<Change>, Option<String>) {
        let source = SourceFile::from_text("a.py", text).expect("it can be read");
        let catalog = Catalog::shipped_once();
        let target = Target {
            version: (3, 11),
            assumed: false,
        };
        let tables = Tables::new(catalog);
        let module = parse(&source, target, &Alone).expect("the text parses");
        let check = |subject: &Subject| verified(subject, changes, Safety::Safe);
        let (changes, _, new) = analyze(&source, &module, target, None, &tables, &Alone, check);
        (changes, new.map(|new| new.source.text().to_owned()))
    }

    /// Replaces ranges, each as a change of its own.
    #[track_caller]
    fn check(edits: &[(u32, u32, &str)], withdrawn: &[usize], after: &str) {
        let changes = edits.iter().enumerate();
        let changes = changes.map(|(order, edit)| change(order, *edit)).collect();
        let (changes, new) = verify(LINES, changes);
        let lost = |index: &usize| matches!(changes[*index].status, Status::Withdrawn { .. });
        let lost: Vec<usize> = (0..changes.len()).filter(lost).collect();
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
    fn names_are_declared_as_python_wants_it() {
        let text = "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n";
        let changes = vec![change(0, (13, 18, "pass"))];
        let (changes, after) = verify(text, changes);
        assert!(matches!(changes[0].status, Status::Withdrawn { .. }));
        assert_eq!(after, None);
    }

    #[test]
    fn what_python_refuses_though_it_parses_is_withdrawn() {
        let text = "def f(a, b):\n    for x in a:\n        print(x)\n    return b\n";
        let check = |start, end, new: &str| {
            let (changes, after) = verify(text, vec![change(0, (start, end, new))]);
            let Status::Withdrawn { why } = &changes[0].status else {
                return after.is_some().to_string();
            };
            why.to_string()
        };
        let refused = "Python would refuse line";
        assert_eq!(check(9, 10, "c"), "true");
        assert_eq!(
            check(9, 10, "a"),
            format!("{refused} 1: Duplicate parameter \"a\"")
        );
        assert_eq!(check(37, 45, "break"), "true");
        assert_eq!(
            check(50, 58, "break"),
            format!("{refused} 4: `break` outside loop")
        );
    }

    #[test]
    fn what_breaks_a_law_together_is_withdrawn_together() {
        check(
            &[(0, 1, "1"), (4, 7, "3"), (6, 7, "4")],
            &[1, 2],
            "1\nb\nc\nd\ne\n",
        );
    }

    /// A change without edits of its own, with the statement of which it needs that it goes.
    fn bare(order: usize, goes: Option<(u32, u32)>) -> Change {
        let statement = goes.map(|(start, end)| TextRange::new(start.into(), end.into()));
        let needs = statement.map(|statement| Need::Remove { statement });
        Change {
            edits: Vec::new(),
            needs: needs.into_iter().collect(),
            ..change(order, (0, 1, ""))
        }
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        let changes = vec![
            bare(0, None),
            change(1, (0, 1, "1")),
            bare(2, None),
            bare(3, Some((4, 5))),
            bare(4, None),
        ];
        let (changes, new) = verify(LINES, changes);
        let orders: Vec<usize> = changes.iter().map(|change| change.order).collect();
        assert_eq!((orders, new.as_deref()), (vec![1, 3], Some("1\nb\nd\ne\n")));
        let (changes, new) = verify(LINES, vec![bare(0, None)]);
        assert_eq!((changes.len(), new), (0, None));
    }

    #[test]
    fn code_before_the_first_marker_may_go() {
        let text = "import a\n# %%\nb\n";
        let (_, new) = verify(text, vec![change(0, (0, 9, ""))]);
        assert_eq!(new.as_deref(), Some("# %%\nb\n"));
        let (_, new) = verify(text, vec![change(0, (9, 16, ""))]);
        assert_eq!(new, None);
        let (_, new) = verify("# %%\nb\n", vec![change(0, (0, 0, "import a\n"))]);
        assert_eq!(new, None);
    }
}
