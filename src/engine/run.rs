//! The driver: files that are planned each by itself → the plans of a run.
//!
//! There is one list of files that are to be planned again. What puts a file on it:
//!
//! - its changes are decided on elsewhere, by a file that has to change with it (`followers`) or that is
//!   kept equal to it (`pairs`): it is planned anew;
//! - what it asked other files has other answers, as these changed (`reached`): what it wants now goes on
//!   top.
//!
//! Once the list is empty, later stages look at all files as they are then (`later`).

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rayon::prelude::*;

use super::ignored::Heeded;
use super::layer::{self, Finished};
use super::outcome::Outcome;
use super::recipes::Engine;
use super::settings::{MAX_TURNS, Settings};
use crate::plan::change::{Change, FilePlan};
use crate::plan::ruling::Rulings;
use crate::project::noted::{Noted, Questions};
use crate::project::{Facts, Rewritten};
use crate::recipe::order::Stage;
use crate::source::SourceFile;

use followers::Following;
use imports::Imports;
use pairs::Ties;
use reached::Reached;

mod followers;

mod imports;

mod later;

mod minor;

mod once;

mod pairs;

mod reached;

mod stopping;

/// What is said of files that are put on the list too often.
const NO_FIXPOINT: &str =
    "not changed: this file and others would change each other in every run: select fewer recipes";

/// A file of a run.
pub(super) struct File<'j> {
    path: &'j Path,
    engine: &'j Engine<'j>,
    outcome: Outcome,
    /// Whether its text is given: then it has a plan in any case.
    is_given: bool,
    /// What is decided of its changes from outside of it; its plan was made with that.
    rulings: Rulings,
    /// The plan that is gone on with since others changed; `None`: the file is planned anew.
    base: Option<Option<FilePlan>>,
    /// The first layer that others do not know yet.
    first_new: usize,
    /// Whether Jupytext keeps it equal to another one; found when first asked for.
    has_pair: OnceLock<bool>,
    /// How often it was on the list.
    n_turns: usize,
    /// Whether it stays as it is, as that was too often.
    is_left: bool,
}

impl<'j> File<'j> {
    /// Takes what came of a file by itself.
    pub(super) fn new(path: &'j Path, engine: &'j Engine<'j>, outcome: Outcome) -> Self {
        Self {
            path,
            engine,
            outcome,
            is_given: false,
            rulings: Rulings::default(),
            base: None,
            first_new: 0,
            has_pair: OnceLock::new(),
            n_turns: 0,
            is_left: false,
        }
    }

    /// Says that the text is given.
    pub(super) fn given(mut self, is_given: bool) -> Self {
        self.is_given = is_given;
        self
    }

    fn plan(&self) -> Option<&FilePlan> {
        self.outcome.plan.as_ref()
    }

    /// Says at last which comments keep nothing away; returns what came of the file.
    fn finish(mut self, on_disk: &dyn Facts) -> Outcome {
        if let Some(comments) = &self.outcome.comments
            && !comments.is_empty()
            && let Some(source) = self.source(on_disk)
        {
            let engine = self.engine;
            let entries = engine.may_hold_entries(&source);
            let heeded = &self.outcome.heeded;
            let idle = engine.heeding().idle(comments, &source, entries, heeded);
            self.outcome.marked = comments.has_marks.then(|| source.path().to_owned());
            for (problem, unused) in idle {
                self.outcome.problems.push(problem);
                self.outcome.unused.extend(unused);
            }
        }
        self.outcome
    }

    /// Returns the file as it was given.
    fn source(&self, facts: &dyn Facts) -> Option<SourceFile> {
        match self.plan() {
            Some(plan) => Some(plan.original().clone()),
            None => facts.source(self.path),
        }
    }

    /// Iterates over the changes that are made.
    fn wanted(&self) -> impl Iterator<Item = &Change> {
        self.plan().into_iter().flat_map(FilePlan::wanted)
    }

    /// Iterates over those that others do not know yet.
    fn news(&self) -> impl Iterator<Item = &Change> {
        let plan = self.plan().into_iter();
        plan.flat_map(|plan| plan.wanted_from(self.first_new))
    }

    fn changes_mut(&mut self) -> impl Iterator<Item = &mut Change> {
        let layers = self
            .outcome
            .plan
            .iter_mut()
            .flat_map(|plan| &mut plan.layers);
        layers.flat_map(|layer| &mut layer.changes)
    }

    /// Forgets what other files decided.
    fn begin_anew(&mut self) -> Rulings {
        (self.base, self.first_new, self.n_turns) = (None, 0, 0);
        match self.is_left {
            true => Rulings::leave_all(NO_FIXPOINT.to_owned()),
            false => Rulings::default(),
        }
    }
}

/// All files of a run.
pub(super) struct Run<'j> {
    files: Vec<File<'j>>,
    /// What the files say on disk.
    on_disk: &'j dyn Facts,
    /// What they say as the changes leave them; `None`: nobody looked yet.
    now: Option<Box<dyn Facts>>,
    /// The files by their whole paths.
    places: OnceLock<HashMap<PathBuf, usize>>,
    imports: OnceLock<Imports>,
    ties: OnceLock<Ties>,
    following: Following,
    /// Which changes were the reason that files are gone on with.
    reached: Reached,
    /// How often files were gone on with.
    n_rounds: usize,
}

impl<'j> Run<'j> {
    /// Takes files that are planned each by itself.
    pub(super) fn new(files: Vec<File<'j>>, on_disk: &'j dyn Facts) -> Self {
        let mut following = Following::default();
        (0..files.len()).for_each(|place| following.note(place));
        Self {
            files,
            on_disk,
            now: None,
            places: OnceLock::new(),
            imports: OnceLock::new(),
            ties: OnceLock::new(),
            following,
            reached: Reached::default(),
            n_rounds: 0,
        }
    }

    /// Plans files again until nothing is left to do, then the later stages; returns what came of the files, in
    /// their order.
    pub(super) fn finish(self) -> Vec<Outcome> {
        let all = 0..self.files.len();
        self.finish_of(all)
    }

    /// The same where later stages are asked for some of the files.
    pub(super) fn finish_of(mut self, places: Range<usize>) -> Vec<Outcome> {
        self.converge();
        self.add_stage(Stage::Program, places.clone());
        self.add_stage(Stage::Entries, places.clone());
        self.tell_stops();
        self.tell_once(places);
        self.hide_minor();
        let (files, on_disk) = (self.files.into_iter(), self.on_disk);
        files.map(|file| file.finish(on_disk)).collect()
    }

    /// Plans files again until none puts another one on the list.
    fn converge(&mut self) {
        loop {
            let mut following = std::mem::take(&mut self.following);
            let mut list = followers::decided(self, &mut following);
            self.following = following;
            if list.is_empty() {
                list = pairs::decided(self);
            }
            if list.is_empty() {
                list = self.go_on();
            }
            if list.is_empty() {
                break;
            }
            if self.is_over(&list) {
                list = self.leave(&list);
            }
            self.plan_again(list);
        }
        followers::require_each_other(self);
        pairs::require_each_other(self);
    }

    /// Puts the files on the list for which changes since the last time may matter.
    fn go_on(&mut self) -> Vec<(usize, Rulings)> {
        self.reached = reached::reached(self);
        let reached = self.reached.files();
        if !reached.is_empty() {
            self.look();
            self.n_rounds += 1;
            for file in &mut self.files {
                file.base = None;
                file.first_new = file.plan().map_or(0, |plan| plan.layers.len());
            }
        }
        let files = reached.into_iter();
        files
            .map(|place| (place, self.files[place].rulings.clone()))
            .collect()
    }

    /// Plans files with what is decided now.
    fn plan_again(&mut self, list: Vec<(usize, Rulings)>) {
        for (place, rulings) in &list {
            let file = &mut self.files[*place];
            file.rulings = rulings.clone();
            file.n_turns += 1;
            if self.now.is_some() && file.base.is_none() {
                file.base = Some(file.outcome.plan.clone());
            }
        }
        let planned = list.into_par_iter();
        let planned: Vec<_> = planned
            .map(|(place, _)| (place, self.plan(place)))
            .collect();
        for (place, (plan, heeded, asked)) in planned {
            let outcome = &mut self.files[place].outcome;
            outcome.plan = plan;
            outcome.heeded.extend(heeded);
            outcome.asked.add(asked);
            self.following.note(place);
        }
    }

    /// Plans a file; returns with it which comments kept a recipe from a site, and what it asked.
    fn plan(&self, place: usize) -> (Option<FilePlan>, Heeded, Questions) {
        let file = &self.files[place];
        let facts = match file.rulings.follows() {
            [] => None,
            // What the file follows is done: other recipes may go on from there.
            follows => Some(
                self.facts()
                    .recolored(followers::recolored(file.engine, follows)),
            ),
        };
        let facts = facts.as_deref().unwrap_or(self.facts());
        let untouched = || self.untouched(place);
        let (plan, heeded, asked) = match &file.base {
            None => {
                let source = file.source(self.on_disk);
                let rulings = file.rulings.clone();
                let planned = source.map(|source| file.engine.plan_ruled(source, rulings, facts));
                let planned = planned.unwrap_or_default();
                (planned.plan, planned.heeded, planned.asked)
            }
            Some(base) => match base.clone().or_else(untouched) {
                None => (None, Heeded::new(), Questions::default()),
                Some(mut plan) => {
                    plan.rulings = file.rulings.clone();
                    let noted = Noted::new(facts);
                    let Finished { plan, heeded, .. } = self.plan_on(place, plan, &noted);
                    let is_kept = base.is_some() || plan.says_something();
                    (is_kept.then_some(plan), heeded, noted.questions())
                }
            },
        };
        let plan = plan.or_else(|| file.is_given.then(untouched)?);
        (plan, heeded, asked)
    }

    fn untouched(&self, place: usize) -> Option<FilePlan> {
        let file = &self.files[place];
        let Settings { level, applied, .. } = file.engine.settings;
        let source = file.source(self.on_disk)?;
        Some(FilePlan::untouched(source, level, applied))
    }

    fn plan_on(&self, place: usize, plan: FilePlan, facts: &dyn Facts) -> Finished {
        let engine = self.files[place].engine;
        let further = layer::plan_on(engine, plan.clone(), facts, &[]);
        // Most often there is nothing new, and many changes that it would require.
        if further.plan.layers.len() == plan.layers.len() {
            return further;
        }
        layer::plan_on(engine, plan, facts, &self.reached.by(place, self.imports()))
    }

    /// Returns whether the files of the list were planned too often. What is left does nothing of its own
    /// that could go on.
    fn is_over(&self, list: &[(usize, Rulings)]) -> bool {
        let files = list.iter().map(|(place, _)| &self.files[*place]);
        let mut open = files.filter(|file| !file.is_left);
        open.any(|file| file.n_turns >= MAX_TURNS || self.n_rounds > MAX_TURNS)
    }

    /// Begins anew without changes of the files that were planned too often; returns the list for it.
    fn leave(&mut self, list: &[(usize, Rulings)]) -> Vec<(usize, Rulings)> {
        for (place, _) in list {
            let file = &mut self.files[*place];
            file.is_left |= file.n_turns >= MAX_TURNS || self.n_rounds > MAX_TURNS;
            file.n_turns += 1;
        }
        (self.n_rounds, self.now, self.reached) = (0, None, Reached::default());
        let files = self.files.iter_mut().enumerate();
        let planned = files.filter(|(_, file)| file.n_turns > 0);
        planned
            .map(|(place, file)| (place, file.begin_anew()))
            .collect()
    }

    fn facts(&self) -> &dyn Facts {
        self.now.as_deref().unwrap_or(self.on_disk)
    }

    /// Looks at the files as the changes leave them now.
    fn look(&mut self) {
        let plans = self.files.iter().filter_map(File::plan);
        let plans = plans.filter(|plan| plan.wanted().next().is_some());
        let rewritten = plans.filter_map(|plan| {
            Some(Rewritten {
                before: plan.original().clone(),
                after: plan.after().ok()?,
            })
        });
        self.now = Some(self.on_disk.with(rewritten.collect()));
    }

    /// Returns which file of the run one is.
    fn place(&self, path: &Path) -> Option<usize> {
        let places = self.places.get_or_init(|| {
            let paths = self.files.iter();
            let paths = paths.map(|file| self.on_disk.whole(file.path));
            paths.zip(0..).collect()
        });
        places.get(&self.on_disk.whole(path)).copied()
    }

    /// Returns who imports whom on disk.
    fn imports(&self) -> &Imports {
        self.imports.get_or_init(|| Imports::of(self))
    }

    /// Returns whether Jupytext keeps a file equal to others: these would have to change alike.
    fn has_pair(&self, place: usize) -> bool {
        let file = &self.files[place];
        *file.has_pair.get_or_init(|| {
            let source = file.source(self.on_disk);
            source.is_none_or(|source| !self.on_disk.pairs_of(&source).is_empty())
        })
    }
}

#[cfg(test)]
mod tests;
