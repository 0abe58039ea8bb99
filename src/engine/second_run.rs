//! Law 3: the same recipes find nothing more to do in what they leave.

use super::Engine;
use super::layer::plan_layers;
use crate::plan::change::{FilePlan, Status};
use crate::plan::law::BrokenLaw;
use crate::project::Facts;
use crate::recipe::order::Stage;
use crate::text::edit::EditSet;

/// Plans the plan's result once more; if that would change it again, everything is withdrawn: a bug
/// of a recipe, reported and not written.
pub(super) fn verify(engine: &Engine, plan: &mut FilePlan, facts: &dyn Facts) {
    // What was left is found again.
    if plan.wanted().next().is_none() || plan.rulings.leave_some() {
        return;
    }
    let Ok(after) = plan.after() else {
        return;
    };
    // Most often the words went with the sites.
    if !engine.may_match(Stage::File, &after) {
        return;
    }
    let Ok((again, _)) = plan_layers(engine, after, plan.rulings.clone(), facts) else {
        return;
    };
    let mut restless: Vec<String> = again.wanted().map(|change| change.recipe.clone()).collect();
    restless.dedup();
    if restless.is_empty() {
        return;
    }
    let why = BrokenLaw::Restless { recipes: restless };
    let level = plan.level;
    for layer in &mut plan.layers {
        for change in layer
            .changes
            .iter_mut()
            .filter(|change| change.is_wanted(level))
        {
            change.status = Status::Withdrawn { why: why.clone() };
        }
        layer.edits = EditSet::default();
    }
}
