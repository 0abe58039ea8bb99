//! Files as their own rules leave them → what rests on all of them: rules about a program's files, then
//! entries for packages.
//!
//! Each stage sees all files as the changes of the stages before leave them. What it does is a layer on top
//! of a file's plan, and requires the changes of other files that made it possible.

use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{File, Run};
use crate::engine::before::Prerequisite;
use crate::engine::layer::{Addition, Later, plan_addition};
use crate::engine::recipes::Engine;
use crate::plan::change::{FilePlan, Problem};
use crate::project::import_index::names_module;
use crate::recipe::Recipe;
use crate::recipe::order::{self, Stage};
use crate::recipe::pattern::Pattern;
use crate::source::{SourceFile, package_list};

impl Run<'_> {
    /// Plans a later stage of some of the files.
    pub(super) fn add_stage(&mut self, stage: Stage, places: Range<usize>) {
        let files = &self.files[places.clone()];
        if !files.iter().any(|file| file.outcome.goes_on(stage)) {
            return;
        }
        let freed = match stage {
            Stage::Entries => self
                .files
                .iter()
                .flat_map(|file| freed_by(self, file))
                .collect(),
            _ => Vec::new(),
        };
        if stage == Stage::Entries && freed.is_empty() {
            return;
        }
        self.look();
        let world = World {
            run: self,
            stage,
            freed,
        };
        let additions = places
            .into_par_iter()
            .filter_map(|place| Some((place, world.plan(place)?)));
        let additions: Vec<(usize, Result<Addition, Problem>)> = additions.collect();
        for (place, addition) in additions {
            let File {
                outcome, engine, ..
            } = &mut self.files[place];
            match addition {
                Ok(addition) => {
                    outcome.heeded.extend(addition.heeded.iter().cloned());
                    addition.put_on(&mut outcome.plan, engine);
                }
                Err(problem) => outcome.problems.push(problem),
            }
        }
    }

    /// Returns the plan of a file that has wanted changes.
    fn changed(&self, path: &Path) -> Option<&FilePlan> {
        let file = &self.files[self.place(path)?];
        file.wanted().next().and(file.plan())
    }
}

/// A package that changes of a recipe took the last use from, or made the first use of, in one file.
struct Freed {
    recipe: String,
    /// Its normalized name.
    package: String,
    /// The changes began to use it instead.
    is_gained: bool,
    /// The file, in full.
    path: PathBuf,
    by: Vec<Prerequisite>,
}

/// Returns the packages whose last use in a file its wanted changes take away, or whose first they make.
fn freed_by(run: &Run, file: &File) -> Vec<Freed> {
    let Some(plan) = file.plan() else {
        return Vec::new();
    };
    let mut freed = Vec::new();
    for (recipe, package, is_gained) in file.engine.packages() {
        let own = plan.wanted().filter(|change| change.recipe == recipe.id);
        let by: Vec<_> = own
            .map(|change| Prerequisite::new(&recipe.id, change))
            .collect();
        let module = package.replace('-', "_");
        let names = |source: &SourceFile| names_module(source.text(), &module);
        let after = || plan.after().is_ok_and(|after| names(&after) == is_gained);
        if !by.is_empty() && names(plan.original()) != is_gained && after() {
            freed.push(Freed {
                recipe: recipe.id.clone(),
                package: package.to_owned(),
                is_gained,
                path: run.on_disk.whole(file.path),
                by,
            });
        }
    }
    freed
}

/// All files at a stage.
struct World<'w, 'j> {
    run: &'w Run<'j>,
    stage: Stage,
    freed: Vec<Freed>,
}

impl World<'_, '_> {
    /// Plans the stage for one file; `None` where it has nothing to say.
    fn plan(&self, place: usize) -> Option<Result<Addition, Problem>> {
        let File {
            path,
            engine,
            outcome,
            ..
        } = &self.run.files[place];
        if !outcome.goes_on(self.stage) {
            return None;
        }
        let freed = self.freed_for(path)?;
        let current = self.current(&self.run.files[place])?;
        let asks_for = |recipe: &Recipe, pattern: &Pattern| {
            let mut freed = freed.iter();
            freed.any(|freed| {
                let same = Some(freed.package.as_str()) == pattern.package();
                same && freed.recipe == recipe.id && freed.is_gained == pattern.lacks
            })
        };
        let prerequisites = || match self.stage {
            Stage::Entries => freed.iter().flat_map(|freed| freed.by.clone()).collect(),
            _ => self.made_possible(path, engine),
        };
        let later = Later {
            engine,
            facts: self.run.facts(),
            stage: self.stage,
            is_asked: &asks_for,
        };
        let earlier = outcome.plan.as_ref();
        Some(plan_addition(&later, earlier, current, &prerequisites))
    }

    /// Returns a file as it is now, if the stage may have something to say about it.
    fn current(&self, file: &File) -> Option<SourceFile> {
        let current = match file.plan() {
            Some(plan) => plan.after().ok()?,
            None => self.run.on_disk.source(file.path)?,
        };
        let is_asked = match self.stage {
            Stage::Entries => file.engine.may_hold_entries(&current),
            stage => file.engine.may_match(stage, &current),
        };
        // Both of a pair would have to change alike, and the other one is not looked at again.
        (is_asked && self.run.on_disk.pairs_of(&current).is_empty()).then_some(current)
    }

    /// Returns the changes of other files of the program that recipes of the stage come after.
    fn made_possible(&self, path: &Path, engine: &Engine) -> Vec<Prerequisite> {
        let mut prerequisites = Vec::new();
        for other in self.run.facts().program(path) {
            let Some(plan) = self.run.changed(&other) else {
                continue;
            };
            for recipe in &engine.recipes {
                let before = plan.wanted().filter(|change| {
                    order::comes_after(recipe, &change.recipe) && change.recipe != recipe.id
                });
                prerequisites.extend(before.map(|change| Prerequisite::new(&recipe.id, change)));
            }
        }
        prerequisites
    }

    /// Returns what was freed in the project of a file; `None`: entries are asked for, and nothing was,
    /// so that the file need not be read.
    fn freed_for(&self, path: &Path) -> Option<Vec<&Freed>> {
        if self.stage != Stage::Entries {
            return Some(Vec::new());
        }
        let facts = self.run.on_disk;
        let root = facts.root_of(path);
        let listed_for = package_list::folder_of(&facts.whole(path)).map(Path::to_owned);
        let freed = self.freed.iter();
        // What another folder of the project needs is no list of this file's.
        let is_near = |freed: &&Freed| {
            let mut folder = listed_for.iter();
            !freed.is_gained || folder.any(|folder| freed.path.starts_with(folder))
        };
        let own = freed.filter(|freed| freed.path.starts_with(&root));
        let own: Vec<&Freed> = own.filter(is_near).collect();
        (!own.is_empty()).then_some(own)
    }
}
