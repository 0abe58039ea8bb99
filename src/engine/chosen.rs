//! Some of a plan's changes → a plan of these alone, verified anew.

use std::path::Path;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::recipes::Engine;
use super::{Job, pool};
use crate::plan::change::{Change, ChangeId, FilePlan, Plan};
use crate::plan::closure::{Closure, chosen};
use crate::project::Facts;
use crate::source::{EditError, SourceFile};
use crate::text::edit::EditSet;
use crate::verify::verified;

/// Leaves only the chosen changes of those that would be made. What they need together (imports, names
/// that nobody uses any more) is what these need.
///
/// The chosen ones are closed: what one of them requires is chosen too.
///
/// # Errors
/// The threads cannot be started.
pub fn choose(
    plan: &mut Plan,
    jobs: &[Job],
    meant: &FxHashSet<ChangeId>,
    threads: usize,
    facts: &dyn Facts,
) -> Result<(), rayon::ThreadPoolBuildError> {
    let engines = engines(jobs);
    pool(threads)?.install(|| {
        plan.files.par_iter_mut().for_each(|file| {
            if let Some(engine) = engines.get(file.original().path()) {
                choose_of(file, engine, meant, facts);
            }
        });
    });
    Ok(())
}

/// The changes of one recipe and what they require, on top of those of the recipes before.
#[derive(Debug)]
pub struct RecipeStep {
    /// The recipe.
    pub recipe: String,
    /// The files that it changes: their place in the plan, and their new text.
    pub files: Vec<(usize, SourceFile)>,
    /// Its changes.
    pub changes: FxHashSet<ChangeId>,
}

/// Takes a plan apart by recipe, in their order. The last step's texts are those of the plan.
///
/// # Errors
/// A file's encoding has no form for a text.
pub fn by_recipe(
    plan: &Plan,
    jobs: &[Job],
    facts: &dyn Facts,
) -> Result<Vec<RecipeStep>, EditError> {
    let engines = engines(jobs);
    let mut recipes: Vec<(usize, &str)> = Vec::new();
    for change in plan.files.iter().flat_map(FilePlan::wanted) {
        if !recipes.iter().any(|(_, recipe)| *recipe == change.recipe) {
            recipes.push((change.order, &change.recipe));
        }
    }
    recipes.sort_unstable();
    let closure = Closure::of(plan);
    let mut before = FxHashSet::default();
    let mut steps = Vec::new();
    for (_, recipe) in recipes {
        let own = chosen(plan, |_, change| change.recipe == recipe);
        let now = closure.with_required(&before | &own);
        let changes = &now - &before;
        if changes.is_empty() {
            continue;
        }
        let files = texts(plan, &engines, (&changes, &now), facts)?;
        steps.push(RecipeStep {
            recipe: recipe.to_owned(),
            files,
            changes,
        });
        before = now;
    }
    Ok(steps)
}

/// Returns the texts of the files that new changes are in, with all that is chosen by now.
fn texts(
    plan: &Plan,
    engines: &FxHashMap<&Path, &Engine>,
    (new, now): (&FxHashSet<ChangeId>, &FxHashSet<ChangeId>),
    facts: &dyn Facts,
) -> Result<Vec<(usize, SourceFile)>, EditError> {
    let mut texts = Vec::new();
    for (place, file) in plan.files.iter().enumerate() {
        let engine = engines.get(file.original().path());
        let is_touched = file.wanted().any(|change| new.contains(&change.id));
        if let Some(engine) = engine.filter(|_| is_touched) {
            let mut file = file.clone();
            choose_of(&mut file, engine, now, facts);
            texts.push((place, file.after()?));
        }
    }
    Ok(texts)
}

fn engines<'j>(jobs: &'j [Job<'j>]) -> FxHashMap<&'j Path, &'j Engine<'j>> {
    let engines = jobs.iter().map(|(input, engine)| (&*input.path, *engine));
    engines.collect()
}

fn choose_of(file: &mut FilePlan, engine: &Engine, meant: &FxHashSet<ChangeId>, facts: &dyn Facts) {
    let level = file.level;
    let is_out = |change: &Change| change.is_wanted(level) && !meant.contains(&change.id);
    let is_whole = |layer: &crate::plan::change::Layer| !layer.changes.iter().any(is_out);
    let Some(first) = file.layers.iter().position(|layer| !is_whole(layer)) else {
        return;
    };
    // What is planned on the text of all changes of a layer requires them: none of it is chosen.
    file.layers.truncate(first + 1);
    let layer = &mut file.layers[first];
    layer.changes.retain(|change| !is_out(change));
    let changes = std::mem::take(&mut layer.changes);
    let settled = engine.analyze(&layer.source, None, facts, |subject| {
        verified(subject, changes, level)
    });
    // The text was parsed before.
    (layer.changes, layer.edits) = settled.map_or_else(
        |_| (Vec::new(), EditSet::default()),
        |(changes, edits, _)| (changes, edits),
    );
}
