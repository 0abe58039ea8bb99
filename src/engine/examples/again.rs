//! Law 3 for a recipe alone: it finds nothing to do in what it leaves.

use super::{facts, plan};
use crate::engine::layer::plan_once;
use crate::engine::outcome::Outcome;
use crate::engine::recipes::Engine;
use crate::project::facts::Projects;
use crate::source::SourceFile;

/// A file that a second run changes again.
pub(super) struct Unstable {
    /// What the first run leaves.
    pub(super) first: SourceFile,
    /// What the second makes of it.
    second: SourceFile,
}

/// What keeps a second run from it.
pub(super) const ADVICE: &str =
    "; exclude the new code in `where`, such as by `not: [{result: awaited}]`";

impl Unstable {
    /// Shows what the second run does.
    pub(super) fn told(&self) -> String {
        let diff = similar::TextDiff::from_lines(self.first.text(), self.second.text());
        let mut diff = diff.unified_diff();
        let diff = diff.header("after the first run", "after the second");
        format!("a second run would change it again{ADVICE}:\n{diff}")
    }
}

/// Returns what one recipe goes on with in a file: a run puts it on top of the first change, where
/// another recipe may have made it possible, or takes back both.
pub(super) fn own(engine: &Engine, outcome: &Outcome, facts: &Projects) -> Option<Unstable> {
    // One recipe has one stratum: what follows rests on what it left.
    let first = outcome.plan.as_ref()?.layers.get(1)?.source.clone();
    let plan = plan_once(engine, first.clone(), facts).ok()?;
    plan.wanted().next()?;
    let second = plan.after().ok()?;
    Some(Unstable { first, second })
}

/// Returns what a second run changes in one of the files that an example gave.
pub(super) fn seen_from_outside(engine: &Engine, after: &[SourceFile]) -> Option<String> {
    let again = plan(engine, after, &facts(after));
    let mut plans = again.iter().filter_map(|outcome| outcome.plan.as_ref());
    let plan = plans.find(|plan| plan.wanted().next().is_some())?;
    let (first, second) = (plan.original().clone(), plan.after().ok()?);
    Some(Unstable { first, second }.told())
}
