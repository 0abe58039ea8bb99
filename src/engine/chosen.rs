//! Some of a plan's changes → a plan of these alone, verified anew.

use std::path::Path;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::recipes::Engine;
use super::{Job, pool};
use crate::plan::change::{Change, ChangeId, FilePlan, Plan};
use crate::project::Facts;
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
    chosen: &FxHashSet<ChangeId>,
    threads: usize,
    facts: &dyn Facts,
) -> Result<(), rayon::ThreadPoolBuildError> {
    let engines = jobs.iter().map(|(input, engine)| (&*input.path, *engine));
    let engines: FxHashMap<&Path, &Engine> = engines.collect();
    pool(threads)?.install(|| {
        plan.files.par_iter_mut().for_each(|file| {
            if let Some(engine) = engines.get(file.original().path()) {
                choose_of(file, engine, chosen, facts);
            }
        });
    });
    Ok(())
}

fn choose_of(
    file: &mut FilePlan,
    engine: &Engine,
    chosen: &FxHashSet<ChangeId>,
    facts: &dyn Facts,
) {
    let level = file.level;
    let is_out = |change: &Change| change.is_wanted(level) && !chosen.contains(&change.id);
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
