//! Facts about the files on disk → the same as some changes leave them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Place, Projects};
use crate::project::definition::Class;
use crate::project::files::ChangedTexts;
use crate::project::part::Project;
use crate::project::read_off::ReadOff;
use crate::project::{Recolored, Rewritten};

impl Projects {
    /// Takes other texts for some files.
    pub(super) fn rewritten(&self, rewritten: Vec<Rewritten>) -> Self {
        let mut by_root: HashMap<PathBuf, ChangedTexts> = HashMap::new();
        let mut before = HashMap::new();
        for file in rewritten {
            let (project, below) = self.project_of(file.after.path());
            before.insert(project.root.join(&below), file.before);
            let texts = by_root.entry(project.root.clone()).or_default();
            texts.insert(below, file.after.bytes().into());
        }
        let renew = |project: &Arc<Project>| match by_root.get(&project.root) {
            Some(texts) => Arc::new(project.with(texts)),
            None => project.clone(),
        };
        Self {
            before: Arc::new(before),
            ..self.with_projects(renew)
        }
    }

    fn with_projects(&self, renew: impl Fn(&Arc<Project>) -> Arc<Project>) -> Self {
        let known = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        let renewed = known
            .iter()
            .map(|(root, place)| (root.clone(), Place::of(renew(&place.now()))));
        Self {
            current: self.current.clone(),
            by_directory: Mutex::default(),
            by_root: Mutex::new(renewed.collect()),
            roots: Arc::clone(&self.roots),
            room: Arc::clone(&self.room),
            given: self.given.as_ref().map(renew),
            recolored: self.recolored.clone(),
            before: Arc::clone(&self.before),
            read_off: ReadOff::default(),
        }
    }

    /// Takes other colors for some defs.
    pub(super) fn with_colors(&self, defs: Vec<Recolored>) -> Self {
        let mut projects = self.with_projects(Arc::clone);
        projects.recolored.extend(defs);
        projects
    }

    /// Returns whether a def is a coroutine function, where that is not what its file says.
    pub(super) fn color(&self, home: &Path, name: &str) -> Option<bool> {
        let mut recolored = self.recolored.iter().rev();
        let found = recolored.find(|it| it.name == name && it.home == home)?;
        Some(found.is_async)
    }

    /// Gives the methods of a class the colors that they will have.
    pub(super) fn color_methods(&self, class: &mut Class) {
        let is_its = |it: &Recolored| it.home == class.path;
        if !self.recolored.iter().any(is_its) {
            return;
        }
        for at in 0..class.methods.len() {
            let (method, header) = &class.methods[at];
            let color = self.color(&class.path, &format!("{}.{method}", class.name));
            if let Some(is_async) = color.filter(|it| *it != header.is_async) {
                Arc::make_mut(&mut class.says).methods[at].1.is_async = is_async;
            }
        }
    }
}
