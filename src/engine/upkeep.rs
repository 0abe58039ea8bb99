//! A plan → comments of this program's own on top of it: unused ones go, and what is left for a person is marked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

use ruff_text_size::TextRange;

use super::before::Before;
use super::recipes::Engine;
use super::settings::Input;
use super::{Job, pool};
use crate::plan::change::{FilePlan, Layer, Plan, Status};
use crate::plan::comments::Unused;
use crate::project::{Facts, Rewritten};
use crate::source::SourceFile;
use crate::verify::verified;

use marks::Left;

mod marks;

mod removal;

mod unused;

/// Which comments are written and removed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Upkeep {
    /// What is left for a person is marked.
    pub markers: bool,
    /// What keeps nothing away is removed.
    pub unused: bool,
}

/// Puts changes of comments on a plan; `is_meant` says whether those at a place are.
///
/// # Errors
/// The threads cannot be started.
pub fn keep_up(
    plan: &mut Plan,
    jobs: &[Job],
    wishes: Upkeep,
    is_meant: &dyn Fn(&Path, TextRange) -> bool,
    facts: &dyn Facts,
) -> Result<(), rayon::ThreadPoolBuildError> {
    let (left, marked) = match wishes.markers {
        true => left(plan, jobs, facts)?,
        false => Default::default(),
    };
    let unused = match wishes.unused {
        true => unused_of(plan, is_meant),
        false => BTreeMap::new(),
    };
    let places: BTreeMap<PathBuf, usize> = (plan.files.iter())
        .map(|file| file.original().path().to_owned())
        .zip(0..)
        .collect();
    let of_file = |path: &Path| unused.get(path).map_or(&[][..], Vec::as_slice);
    pool(1)?.install(|| {
        for (input, engine) in jobs {
            let path = &input.path;
            let left = left.get(path).map_or(&[][..], Vec::as_slice);
            let work = Work {
                engine,
                facts,
                unused: of_file(path),
                left: wishes.markers.then_some(left),
            };
            if !work.unused.is_empty() || !left.is_empty() || marked.contains(path) {
                work.add_to(plan, places.get(path).copied(), input);
            }
        }
    });
    plan.files
        .sort_by(|a, b| a.original().path().cmp(b.original().path()));
    Ok(())
}

/// Returns the unused comments of each file that are meant.
fn unused_of(
    plan: &Plan,
    is_meant: &dyn Fn(&Path, TextRange) -> bool,
) -> BTreeMap<PathBuf, Vec<Unused>> {
    let mut unused: BTreeMap<PathBuf, Vec<Unused>> = BTreeMap::new();
    for comment in &plan.comments.unused {
        let path = &comment.problem.path;
        // A line is changed as a whole.
        if is_meant(path, TextRange::at(comment.start, 1.into())) {
            unused
                .entry(path.clone())
                .or_default()
                .push(comment.clone());
        }
    }
    unused
}

/// What is left of each file, and the files that have marks.
type AllLeft = (BTreeMap<PathBuf, Vec<Left>>, BTreeSet<PathBuf>);

/// Plans what a plan leaves: a second run finds nothing else.
fn left(
    plan: &Plan,
    jobs: &[Job],
    facts: &dyn Facts,
) -> Result<AllLeft, rayon::ThreadPoolBuildError> {
    let mut after: BTreeMap<&Path, SourceFile> = BTreeMap::new();
    let mut rewritten = Vec::new();
    for file in plan.files.iter().filter(|it| it.wanted().next().is_some()) {
        if let Ok(new) = file.after() {
            after.insert(file.original().path(), new.clone());
            rewritten.push(Rewritten {
                before: file.original().clone(),
                after: new,
            });
        }
    }
    let jobs = jobs.iter().map(|(input, engine)| {
        let given = after.get(&*input.path).map(|new| new.bytes().to_vec());
        let input = Input {
            given: given.or_else(|| input.given.clone()),
            ..input.clone()
        };
        (input, *engine)
    });
    let jobs: Vec<Job> = jobs.collect();
    let now = facts.with(rewritten);
    let second = super::plan(&jobs, 0, &AtomicUsize::new(0), &*now)?;
    let left = second.files.iter().map(|file| {
        let path = file.original().path().to_owned();
        (path, Left::of(file))
    });
    let left = left.filter(|(_, left)| !left.is_empty()).collect();
    Ok((left, second.comments.marked.into_iter().collect()))
}

/// What is to be done about the comments of one file.
struct Work<'w> {
    engine: &'w Engine<'w>,
    facts: &'w dyn Facts,
    unused: &'w [Unused],
    /// What is left for a person; `None`: nobody asks for marks.
    left: Option<&'w [Left]>,
}

impl Work<'_> {
    /// Puts a layer on the plan of a file, which is begun where there is none.
    fn add_to(&self, plan: &mut Plan, place: Option<usize>, input: &Input) {
        let settings = &self.engine.settings;
        let file = match place {
            Some(place) => Some(plan.files[place].clone()),
            None => {
                let source = input.read(self.facts).ok();
                source.map(|it| FilePlan::untouched(it, settings.level, settings.applied))
            }
        };
        // Of a pair both would have to change alike.
        let file = file.filter(|file| self.facts.pairs_of(file.original()).is_empty());
        let Some(mut file) = file else {
            return;
        };
        let (Some(layer), done) = self.layer(&file) else {
            return;
        };
        let is_done = |problem: &_| done.iter().any(|unused| unused.problem == *problem);
        plan.problems.retain(|problem| !is_done(problem));
        file.layers.push(layer);
        match place {
            Some(place) => plan.files[place] = file,
            None => plan.files.push(file),
        }
    }

    /// Returns the layer, and the unused comments that it removes.
    fn layer(&self, file: &FilePlan) -> (Option<Layer>, Vec<Unused>) {
        let Ok(after) = file.after() else {
            return (None, Vec::new());
        };
        let before = Before::new(file, &after);
        let planned = self.engine.analyze(&after, None, self.facts, |subject| {
            let cleaned = unused::clean(subject, &before, self.unused);
            let (mut changes, mut removals) = (cleaned.changes, cleaned.removals);
            if let Some(left) = self.left {
                let is_on = |id: &str| self.engine.recipes.iter().any(|it| it.id == id);
                let (marked, gone) = marks::changes(subject, &before, left, &is_on);
                changes.extend(marked);
                removals.extend(gone);
            }
            let from = changes.len();
            changes.extend(removal::changes(subject, &before, removals, from));
            let (mut changes, edits, new) = verified(subject, changes, file.level);
            // What the file's encoding has no form for is not marked.
            changes.retain(|change| change.status == Status::Proposed);
            (changes, edits, new.is_some().then_some(cleaned.done))
        });
        match planned {
            Ok((changes, edits, Some(done))) => {
                let layer = Layer {
                    source: after,
                    changes,
                    edits,
                };
                (Some(layer), done)
            }
            _ => (None, Vec::new()),
        }
    }
}
