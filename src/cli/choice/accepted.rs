//! A plan and a file of decisions → the changes that are accepted as they are now, and why others are not.

use rustc_hash::FxHashSet;

use crate::engine::Meant;
use crate::plan::change::{Change, ChangeId, FilePlan, Layer, Plan};
use crate::plan::decision::{Decision, Decisions, Fingerprints, Verdict};
use crate::plan::rewrite::rewritten;
use crate::report::decisions::{Decided, Refused, Unmade};

/// Returns the changes that are accepted as they are now.
pub(super) fn accepted(plan: &Plan, decisions: &Decisions) -> (Meant, Decided) {
    let mut accepted = Accepted {
        decisions,
        fingerprints: Fingerprints::of(plan),
        there: FxHashSet::default(),
        meant: Meant::default(),
        came: Decided::default(),
    };
    for file in &plan.files {
        accepted.add(file);
    }
    let Accepted {
        there,
        meant,
        mut came,
        ..
    } = accepted;
    let gone = decisions.iter().filter(|it| it.verdict == Verdict::Accept);
    came.gone = gone.filter(|it| !there.contains(&it.change)).count();
    (meant, came)
}

/// What is accepted of the files so far.
struct Accepted<'p> {
    decisions: &'p Decisions,
    fingerprints: Fingerprints<'p>,
    /// The changes that the plan has.
    there: FxHashSet<&'p ChangeId>,
    meant: Meant,
    came: Decided,
}

impl<'p> Accepted<'p> {
    fn add(&mut self, file: &'p FilePlan) {
        let path = file.original().path();
        let mut is_rewritten = false;
        for layer in &file.layers {
            let is_behind = is_rewritten;
            let changes = layer.changes.iter();
            for change in changes.filter(|change| change.is_wanted(file.level)) {
                self.there.insert(&change.id);
                let Some(decision) = self.decisions.of(&change.id) else {
                    self.came.undecided += 1;
                    continue;
                };
                if decision.verdict == Verdict::Reject {
                    self.came.rejected += 1;
                    continue;
                }
                is_rewritten |= !decision.edited.is_empty();
                let fingerprint = self.fingerprints.find(path, &change.id);
                let made = match decision.holds(fingerprint) {
                    false => Err(Unmade::Changed),
                    true if is_behind => Err(Unmade::Behind),
                    true => made(decision, layer, change),
                };
                match made {
                    Ok(rewritten) => {
                        let rewritten = rewritten.map(|new| (change.id.clone(), new));
                        self.meant.rewritten.extend(rewritten);
                        self.meant.changes.insert(change.id.clone());
                    }
                    Err(why) => self.came.refused.push(Refused::new(path, change, why)),
                }
            }
        }
    }
}

/// Returns an accepted change with the text that a person wrote for it; `None`: with its own.
fn made(decision: &Decision, layer: &Layer, change: &Change) -> Result<Option<Change>, Unmade> {
    match decision.edited.is_empty() {
        true => Ok(None),
        false => Ok(Some(rewritten(layer, change, &decision.edited)?)),
    }
}
