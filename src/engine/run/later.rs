//! Files as their own rules leave them → what rests on all of them: rules about a program's files, then
//! entries for packages.
//!
//! Each stage sees all files as the changes of the stages before leave them. What it does is a layer on top
//! of a file's plan, and requires the changes of other files that made it possible.

use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{File, Run};
use crate::engine::before::Prerequisite;
use crate::engine::layer::{Addition, Later, plan_addition};
use crate::engine::recipes::Engine;
use crate::matching::entry::AskedPackages;
use crate::plan::change::{FilePlan, Problem};
use crate::project::dependency::{Entry, List, entries};
use crate::project::import_index::names_module;
use crate::recipe::Recipe;
use crate::recipe::order::{self, Stage};
use crate::recipe::pattern::Pattern;
use crate::source::SourceFile;
use crate::source::package_list::{PackageList, folder_of};

impl Run<'_> {
    /// Plans a later stage of some of the files.
    pub(super) fn add_stage(&mut self, stage: Stage, places: Range<usize>) {
        let files = self.files.iter().enumerate();
        let turned: Vec<Turned> = match stage {
            Stage::Entries => files.flat_map(|(at, it)| turned_by(self, at, it)).collect(),
            _ => Vec::new(),
        };
        self.note_installs(&turned);
        let files = &self.files[places.clone()];
        let is_over = stage == Stage::Entries && turned.is_empty();
        if is_over || !files.iter().any(|file| file.outcome.goes_on(stage)) {
            return;
        }
        self.look();
        let world = World {
            run: self,
            stage,
            folders: self.list_folders(&turned),
            turned,
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

    /// Notes with the plans of files what a project has to install that it did not use.
    fn note_installs(&mut self, turned: &[Turned]) {
        for gained in turned.iter().filter(|it| it.is_gained) {
            let module = gained.package.replace('-', "_");
            let path = self.files[gained.file].path;
            if !self.on_disk.users_of(path, &module).is_empty() {
                continue;
            }
            let file = &mut self.files[gained.file];
            let requirement = file.engine.requirement(&gained.recipe, &gained.package);
            if let (Some(requirement), Some(plan)) = (requirement, &mut file.outcome.plan) {
                plan.installs.push(requirement.to_owned());
            }
        }
    }

    /// Returns the folders that lists of packages are for, if a list may have to get another one.
    fn list_folders(&self, turned: &[Turned]) -> FxHashSet<PathBuf> {
        let files = self.files.iter().map(|file| file.path);
        let lists = files.filter(|path| PackageList::of(path).is_some());
        let lists = lists.filter(|_| turned.iter().any(|it| it.is_gained));
        let whole = lists.map(|path| self.on_disk.whole(path));
        let folders = whole.filter_map(|path| Some(folder_of(&path)?.to_owned()));
        folders.collect()
    }

    /// Returns the plan of a file that has wanted changes.
    fn changed(&self, path: &Path) -> Option<&FilePlan> {
        let file = &self.files[self.place(path)?];
        file.wanted().next().and(file.plan())
    }
}

/// A package that changes of a recipe took the last use from, or made the first use of, in one file.
struct Turned {
    recipe: String,
    /// Its normalized name.
    package: String,
    /// The changes began to use it instead.
    is_gained: bool,
    /// The file, by its place in the run.
    file: usize,
    /// In full.
    path: PathBuf,
    by: Vec<Prerequisite>,
}

impl Turned {
    /// Returns whether rules of a recipe with a pattern are about it.
    fn is_of(&self, recipe: &Recipe, pattern: &Pattern) -> bool {
        let is_it = pattern.package() == Some(&self.package) && self.recipe == recipe.id;
        is_it && self.is_gained == pattern.lacks
    }
}

/// Returns the packages whose last use in a file its wanted changes take away, or whose first they make.
fn turned_by(run: &Run, place: usize, file: &File) -> Vec<Turned> {
    let Some(plan) = file.plan() else {
        return Vec::new();
    };
    let mut turned = Vec::new();
    for (recipe, package, is_gained) in file.engine.packages() {
        let own = plan.wanted().filter(|change| change.recipe == recipe.id);
        let by: Vec<_> = own
            .map(|change| Prerequisite::new(&recipe.id, change))
            .collect();
        let names = |source: &SourceFile| imports(source.text(), package);
        let after = || plan.after().is_ok_and(|after| names(&after) == is_gained);
        if !by.is_empty() && names(plan.original()) != is_gained && after() {
            turned.push(Turned {
                recipe: recipe.id.clone(),
                package: package.to_owned(),
                is_gained,
                file: place,
                path: run.on_disk.whole(file.path),
                by,
            });
        }
    }
    turned
}

fn imports(text: &str, package: &str) -> bool {
    names_module(text, &package.replace('-', "_"))
}

/// Returns whether a file is installed with what a folder's list says: it stands in a package whose top one stands
/// in the folder or in one below, such as `src`; or in the folder, if the list is the project's own.
fn is_installed_from(folder: &Path, list: &List, file: &Path) -> bool {
    let is_package = |folder: &Path| folder.join("__init__.py").is_file();
    let mut above = file.ancestors().skip(1);
    let top = above.find(|above| !is_package(above));
    let is_packaged = top != file.parent();
    match is_packaged {
        true => top == Some(folder) || top.and_then(Path::parent) == Some(folder),
        false => top == Some(folder) && list.is_of_project(),
    }
}

/// All files at a stage.
struct World<'w, 'j> {
    run: &'w Run<'j>,
    stage: Stage,
    turned: Vec<Turned>,
    /// In full: those that lists of packages are for.
    folders: FxHashSet<PathBuf>,
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
        let turned = self.turned_for(path)?;
        let current = self.current(&self.run.files[place])?;
        let asked = AskedPackages {
            is_dropped: &|recipe, pattern| turned.iter().any(|it| it.is_of(recipe, pattern)),
            lacking: &|recipe, pattern, lists| {
                let is_listed = |list: &List| {
                    let mut entries = list.entries.iter();
                    entries.any(|entry| Some(&*entry.package) == pattern.package())
                };
                let users = turned.iter().filter(|it| it.is_of(recipe, pattern));
                let mut users = users.filter(|_| !lists.iter().any(is_listed));
                users.find_map(|user| self.place_for(user, path, lists))
            },
        };
        // What uses a package may change or not: each of its changes wants the entry.
        let dropped = turned.iter().filter(|it| !it.is_gained);
        let prerequisites = || match self.stage {
            Stage::Entries => dropped.clone().flat_map(|it| it.by.clone()).collect(),
            _ => self.made_possible(path, engine),
        };
        let later = Later {
            engine,
            facts: self.run.facts(),
            stage: self.stage,
            asked: &asked,
        };
        let earlier = outcome.plan.as_ref();
        Some(plan_addition(&later, earlier, current, &prerequisites))
    }

    /// Returns which of the lists in `path` a file that begins to use a package is installed with: the first that
    /// has a package which it imports, else the one that says what the project needs.
    fn place_for(&self, user: &Turned, path: &Path, lists: &[List]) -> Option<usize> {
        let plan = self.run.files[user.file].plan()?;
        let text = plan.original().text();
        let is_for_it = |list: &List| {
            let mut entries = list.entries.iter();
            entries.any(|entry| imports(text, &entry.package))
        };
        let folder = self.folder_of(path);
        let is_own = self.run.on_disk.whole(path) == user.path;
        let needed = |list: &List| {
            let folder = folder.as_deref();
            list.is_needed
                && (is_own || folder.is_some_and(|it| is_installed_from(it, list, &user.path)))
        };
        let first = lists.iter().position(|it| it.is_needed && is_for_it(it));
        let first = first.or_else(|| lists.iter().position(is_for_it));
        let first = first.or_else(|| lists.iter().position(needed));
        first.filter(|_| is_own || self.is_main(path, &user.path))
    }

    /// Returns whether of the files with lists for one folder this is one for the code around a file: of most of its
    /// packages that code imports the modules. Others are for tests, documents or tools.
    fn is_main(&self, list: &Path, user: &Path) -> bool {
        let folder = self.folder_of(list);
        let is_rival = |it: &&Path| {
            let is_plain = PackageList::of(it) == Some(PackageList::Requirements);
            is_plain && *it != list && self.folder_of(it) == folder
        };
        let files = self.run.files.iter().map(|file| file.path);
        let mut rivals = files.filter(is_rival).peekable();
        if PackageList::of(list) != Some(PackageList::Requirements) || rivals.peek().is_none() {
            return true;
        }
        let own = self.n_used(list, user);
        own > 0 && rivals.all(|it| self.n_used(it, user) <= own)
    }

    /// Returns of how many packages of a list the code around a file imports the modules.
    fn n_used(&self, list: &Path, user: &Path) -> usize {
        let Some(source) = self.run.on_disk.source(list) else {
            return 0;
        };
        let is_package = |folder: &&Path| folder.join("__init__.py").is_file();
        let around = user.ancestors().skip(1).take_while(is_package).last();
        let is_used = |entry: &&Entry| {
            let users = self
                .run
                .on_disk
                .users_of(user, &entry.package.replace('-', "_"));
            users.iter().any(|it| match around {
                Some(package) => self.run.on_disk.whole(it).starts_with(package),
                None => self.run.on_disk.whole(it).parent() == user.parent(),
            })
        };
        let entries = entries(PackageList::Requirements, source.text());
        entries.iter().filter(is_used).count()
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

    /// Returns the packages that turned in the project of a file; `None`: entries are asked for, and none did, so
    /// that the file need not be read. The packages that a file begins to use belong to the nearest lists.
    fn turned_for(&self, path: &Path) -> Option<Vec<&Turned>> {
        if self.stage != Stage::Entries {
            return Some(Vec::new());
        }
        let root = self.run.on_disk.root_of(path);
        let whole = self.run.on_disk.whole(path);
        let folder = folder_of(&whole);
        let is_near = |turned: &&Turned| {
            let mut above = turned.path.ancestors().skip(1);
            let nearest = above.find(|above| self.folders.contains(*above));
            let is_its_own = || whole == turned.path;
            !turned.is_gained || nearest == folder || is_its_own()
        };
        // A folder `requirements` is for the files around it.
        let is_own = |it: &&Turned| {
            let folder = folder.filter(|_| it.is_gained);
            it.path.starts_with(folder.unwrap_or(&root))
        };
        let own = self.turned.iter().filter(is_own);
        let own: Vec<&Turned> = own.filter(is_near).collect();
        (!own.is_empty()).then_some(own)
    }

    /// Returns the folder that a list is for, in full.
    fn folder_of(&self, list: &Path) -> Option<PathBuf> {
        folder_of(&self.run.on_disk.whole(list)).map(Path::to_owned)
    }
}
