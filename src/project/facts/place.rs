//! A project as it is known now: what was read of it may be forgotten, and read again.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::Projects;
use crate::project::files::{Disk, Texts};
use crate::project::original::Original;
use crate::project::part::Project;

/// A root, and what is known of its project now.
#[derive(Debug)]
pub(super) struct Place(Mutex<Arc<Project>>);

impl Place {
    pub(super) fn of(project: Arc<Project>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(project)))
    }

    pub(super) fn now(&self) -> Arc<Project> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets what can be read again.
    pub(super) fn rest(&self) {
        let mut project = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *project = Arc::new(project.at_rest());
    }
}

impl Projects {
    pub(super) fn find(&self, path: &Path) -> Arc<Place> {
        let mut roots = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        let root = roots.of(path);
        let mut known = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.entry(root.clone()).or_insert_with(|| {
            let room = Arc::clone(&self.room);
            let texts = Texts::Disk(Arc::new(Disk::new(root.clone(), room)));
            Place::of(Arc::new(Project::new(root, texts)))
        });
        place.clone()
    }

    pub(super) fn below(&self, original: &Original) -> (Arc<Project>, Original) {
        let (project, path) = self.project_of(&original.path);
        let (class, name) = (original.class.clone(), original.name.clone());
        (project, Original { path, class, name })
    }
}
