//! Law 3: the same recipes find nothing more to do in what they leave.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::Engine;
use super::before::Resting;
use super::layer::{plan_further, plan_layers};
use crate::plan::change::{FilePlan, Layer, Site};
use crate::plan::law::BrokenLaw;
use crate::project::Facts;
use crate::recipe::order::Stage;
use crate::source::SourceFile;

/// So often what a run leaves is planned once more.
const MAX_ROUNDS: usize = 8;

/// Plans the plan's result once more. What that would change goes on top, and what that leaves is
/// planned again: a change may make possible what was refused before it, as in functions that call each
/// other. Is there always more, everything is withdrawn: a bug of a recipe, reported and not written.
pub(super) fn verified(engine: &Engine, plan: FilePlan, facts: &dyn Facts) -> FilePlan {
    if plan.wanted().next().is_none() {
        return plan;
    }
    calm(engine, plan, facts, &[], 0)
}

/// Goes on with a plan, as what it asks other files has other answers now: what it wants there is put
/// on top, and rests on the changes that made it possible. What is found now is all that is found.
pub(super) fn continued(
    engine: &Engine,
    mut plan: FilePlan,
    facts: &dyn Facts,
    resting: &[Resting],
) -> FilePlan {
    let Ok(after) = plan.after() else {
        return plan;
    };
    if plan.rulings.follows().is_empty() && !engine.may_match(Stage::File, &after) {
        return plan;
    }
    let begun = plan.layers.len();
    plan.findings.clear();
    plan = plan_further(engine, plan, after, facts, resting);
    if plan.wanted_from(begun).next().is_some() {
        plan = calm(engine, plan, facts, resting, begun);
    }
    drop_told(&mut plan, begun);
    plan
}

/// Drops what is not made in later layers, where earlier ones say it of the same site.
fn drop_told(plan: &mut FilePlan, begun: usize) {
    let level = plan.level;
    let (earlier, later) = plan.layers.split_at_mut(begun);
    let named = |site: &Site| (site.recipe.clone(), site.range);
    let sites = earlier.iter().flat_map(|layer| &layer.changes);
    let sites = sites.flat_map(|change| &change.sites);
    let told: FxHashSet<(String, TextRange)> = sites.map(named).collect();
    for layer in later {
        layer.changes.retain(|change| {
            change.is_wanted(level) || !change.sites.iter().any(|site| told.contains(&named(site)))
        });
    }
    let is_empty = |layer: &mut Layer| layer.changes.is_empty();
    while plan.layers.len() > begun && plan.layers.pop_if(is_empty).is_some() {}
}

/// Plans until nothing is left to do; or withdraws all layers from one on.
fn calm(
    engine: &Engine,
    mut plan: FilePlan,
    facts: &dyn Facts,
    resting: &[Resting],
    begun: usize,
) -> FilePlan {
    let mut endless = None;
    for round in 0..=MAX_ROUNDS {
        let Some(restless) = restless(engine, &plan, facts) else {
            return plan;
        };
        // What is told of a run that does not end is what its first rounds did.
        if round == 1 {
            endless = Some((plan.clone(), restless.why));
        }
        plan = plan_further(engine, plan, restless.after, facts, resting);
    }
    if let Some((first, why)) = endless {
        plan = first;
        let level = plan.level;
        if begun > 0 {
            // The text of the next one has what is taken back here.
            plan.layers.truncate(begun + 1);
        }
        let layers = plan.layers[begun..].iter_mut();
        layers.for_each(|layer| layer.withdraw(level, &why));
    }
    plan
}

/// A plan that a second run would go on with.
struct Restless {
    /// The text it leaves.
    after: SourceFile,
    why: BrokenLaw,
}

/// Returns what a plan leaves, if there is more to do in it.
fn restless(engine: &Engine, plan: &FilePlan, facts: &dyn Facts) -> Option<Restless> {
    // What was left is found again.
    if plan.rulings.leave_some() {
        return None;
    }
    let after = plan.after().ok()?;
    // Most often the words went with the sites.
    if !engine.may_match(Stage::File, &after) {
        return None;
    }
    let again = plan_layers(engine, after.clone(), plan.rulings.clone(), facts).ok()?;
    let why = BrokenLaw::restless(again.plan.wanted().map(|change| change.recipe.as_str()))?;
    Some(Restless { after, why })
}

#[cfg(test)]
mod tests {
    use crate::engine::tests::with_shipped;
    use crate::project::Alone;
    use crate::source::SourceFile;

    const TEXT: &str = "\
import asyncio

loop = asyncio.new_event_loop()


async def fetch(row):
    return await loop.run_in_executor(None, row.read)


loop.run_until_complete(fetch())
";

    const AFTER: &str = "\
import asyncio


async def fetch(row):
    return await asyncio.to_thread(row.read)


asyncio.run(fetch())
";

    #[test]
    fn what_was_refused_at_first_goes_on_top_and_rests_on_the_rest() {
        let source = SourceFile::from_text("a.py", TEXT).expect("it can be read");
        let outcome = with_shipped(|engine| engine.plan_source(source, &Alone));
        let plan = outcome.plan.expect("there are sites");
        let after = plan.after().expect("it can be stored");
        assert_eq!((after.text(), plan.findings.len()), (AFTER, 0));
        let [first, second] = plan.wanted().collect::<Vec<_>>()[..] else {
            panic!("there are two changes");
        };
        assert_eq!(first.recipe, "executor-to-thread");
        assert_eq!(second.recipe, "run-until-complete");
        assert_eq!(second.requires, vec![first.id.clone()]);
    }
}
