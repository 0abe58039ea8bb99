//! Some of a plan's changes → a plan of these alone, verified anew.

use std::path::Path;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::comment::IGNORE;
use super::ignored::withheld::{removers, with_users};
use super::recipes::Engine;
use super::{Job, pool};
use crate::matching::subject::Subject;
use crate::plan::change::{Change, ChangeId, FilePlan, Layer, Plan, Site, Status};
use crate::plan::closure::{Closure, chosen};
use crate::plan::needs;
use crate::project::Facts;
use crate::python::directive::ignoring;
use crate::python::extent::Extents;
use crate::recipe::safety::Safety;
use crate::source::{EditError, SourceFile};
use crate::text::blank::on_one_line;
use crate::text::edit::{Edit, EditSet};
use crate::text::wording::Wording;
use crate::verify::verified;

/// Which changes of a plan are meant.
#[derive(Debug, Clone, Default)]
pub struct Meant {
    /// Their names. They are closed: what one of them requires is meant too.
    pub changes: FxHashSet<ChangeId>,
    /// Those of which a person wrote the text.
    pub rewritten: FxHashMap<ChangeId, Change>,
    /// Those that a comment is to keep out, and why.
    pub suppressed: FxHashMap<ChangeId, String>,
}

/// Leaves only the meant changes of those that would be made. What they need together (imports, names
/// that nobody uses any more) is what these need.
///
/// # Errors
/// The threads cannot be started.
pub fn choose(
    plan: &mut Plan,
    jobs: &[Job],
    meant: &Meant,
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
#[derive(Debug, Clone)]
pub struct RecipeStep {
    /// The recipe.
    pub recipe: String,
    /// The files that it changes: their place in the plan, and their new text.
    pub files: Vec<(usize, SourceFile)>,
    /// Its changes.
    pub changes: FxHashSet<ChangeId>,
}

/// Returns what each change that would be made writes besides its own text, were it made alone: by its name,
/// in offsets of its layer's text.
///
/// # Errors
/// The threads cannot be started.
pub fn besides(
    plan: &Plan,
    jobs: &[Job],
    threads: usize,
    facts: &dyn Facts,
) -> Result<FxHashMap<ChangeId, Vec<Edit>>, rayon::ThreadPoolBuildError> {
    let engines = engines(jobs);
    let of_layer = |engine: &Engine, layer: &Layer, level: Safety| {
        let wanted = layer.changes.iter().filter(|it| it.is_wanted(level));
        let found = engine.analyze(&layer.source, None, facts, |subject| {
            let named = wanted.map(|it| (it.id.clone(), needs::besides(subject, it)));
            named.collect::<Vec<_>>()
        });
        // The text was parsed before.
        found.unwrap_or_default()
    };
    let of_file = |file: &FilePlan| {
        let Some(engine) = engines.get(file.original().path()) else {
            return Vec::new();
        };
        let layers = file.layers.iter();
        let found = layers.flat_map(|layer| of_layer(engine, layer, file.level));
        found.collect()
    };
    Ok(pool(threads)?.install(|| plan.files.par_iter().flat_map_iter(of_file).collect()))
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
        let meant = Meant {
            changes: now,
            ..Meant::default()
        };
        let files = texts(plan, &engines, (&changes, &meant), facts)?;
        steps.push(RecipeStep {
            recipe: recipe.to_owned(),
            files,
            changes,
        });
        before = meant.changes;
    }
    Ok(steps)
}

/// Returns the texts of the files that new changes are in, with all that is chosen by now.
fn texts(
    plan: &Plan,
    engines: &FxHashMap<&Path, &Engine>,
    (new, now): (&FxHashSet<ChangeId>, &Meant),
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

fn choose_of(file: &mut FilePlan, engine: &Engine, meant: &Meant, facts: &dyn Facts) {
    let level = file.level;
    let is_out = |change: &Change| change.is_wanted(level) && !meant.changes.contains(&change.id);
    let is_as_planned = |layer: &Layer| {
        let is_other = |change| is_out(change) || meant.rewritten.contains_key(&change.id);
        !layer.changes.iter().any(is_other)
    };
    let suppressed: Vec<Change> = (file.wanted())
        .filter(|change| meant.suppressed.contains_key(&change.id))
        .cloned()
        .collect();
    let first = match suppressed.is_empty() {
        // Their comments stand in the file as it is on disk.
        false => Some(0),
        true => file.layers.iter().position(|layer| !is_as_planned(layer)),
    };
    let Some(first) = first else {
        return;
    };
    // What is planned on the text of all changes of a layer requires them as they were planned.
    file.layers.truncate(first + 1);
    settle(
        &mut file.layers[first],
        level,
        (engine, facts),
        (meant, suppressed),
    );
}

/// Leaves the meant changes of a layer, with comments in place of those that are suppressed, and makes its edits
/// anew.
fn settle(
    layer: &mut Layer,
    level: Safety,
    (engine, facts): (&Engine, &dyn Facts),
    (meant, suppressed): (&Meant, Vec<Change>),
) {
    let is_out = |change: &Change| change.is_wanted(level) && !meant.changes.contains(&change.id);
    // Nobody asked for what would have given way to another change, or for that one.
    let is_moot = |change: &Change| matches!(&change.status, Status::Conflict { winner } if !meant.changes.contains(winner));
    layer
        .changes
        .retain(|change| !is_out(change) && !is_moot(change));
    for change in &mut layer.changes {
        if let Some(rewritten) = meant.rewritten.get(&change.id) {
            change.clone_from(rewritten);
        }
    }
    let mut changes = std::mem::take(&mut layer.changes);
    let settled = engine.analyze(&layer.source, None, facts, |subject| {
        drop_removers(subject, &mut changes, &suppressed);
        changes.extend(comments(subject, suppressed, &meant.suppressed));
        verified(subject, changes, level)
    });
    // The text was parsed before.
    (layer.changes, layer.edits) = settled.map_or_else(
        |_| (Vec::new(), EditSet::default()),
        |(changes, edits, _)| (changes, edits),
    );
}

/// Drops changes that take away what a suppressed one would have changed, and those that require them.
fn drop_removers(subject: &Subject, changes: &mut Vec<Change>, suppressed: &[Change]) {
    if suppressed.is_empty() {
        return;
    }
    let extents = Extents::new(subject.text(), subject.module, subject.tree);
    for site in suppressed.iter().filter_map(|change| change.sites.first()) {
        let Some(statement) = extents.around(site.range.start()) else {
            continue;
        };
        let wanted = changes.iter().filter(|it| it.is_wanted(Safety::Review));
        let removers = removers(subject, &wanted.collect::<Vec<_>>(), statement);
        let lost = with_users(changes, removers);
        changes.retain(|change| !lost.contains(&change.id));
    }
}

/// Makes comments of changes that are to be kept out.
fn comments(
    subject: &Subject,
    suppressed: Vec<Change>,
    why: &FxHashMap<ChangeId, String>,
) -> Vec<Change> {
    if suppressed.is_empty() {
        return Vec::new();
    }
    let extents = Extents::new(subject.text(), subject.module, subject.tree);
    let mut all = Vec::new();
    for change in suppressed {
        let why = why.get(&change.id).map_or("", String::as_str);
        all.extend(comment(subject, &extents, change, why));
    }
    all
}

/// Makes the comment of a change that is to be kept out; `None`: its reason has no form in one.
fn comment(subject: &Subject, extents: &Extents, change: Change, why: &str) -> Option<Change> {
    let comment = ignoring(&change.recipe, why)?;
    let range = change.sites.first()?.range;
    let edit = match extents.header_end(range.start()) {
        Some(end) => Edit::insertion(end, format!("  {comment}")),
        None => Edit::line_above(subject.text(), extents.line_of(range.start())?, &comment),
    };
    let why = on_one_line(why);
    let sites = change.sites.iter().map(|site| Site {
        recipe: IGNORE.0.to_owned(),
        ..site.clone()
    });
    Some(Change {
        sites: sites.collect(),
        recipe: IGNORE.0.to_owned(),
        order: usize::MAX,
        safety: Safety::Safe,
        said: Wording::reason(format!("the code stays, and a comment says why: {why}")),
        extent: range,
        edits: vec![edit],
        shifts: Vec::new(),
        sealed: None,
        needs: Vec::new(),
        requires: Vec::new(),
        followed: Vec::new(),
        ..change
    })
}
