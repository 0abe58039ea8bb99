//! A project as it is known now: what was read of it may be forgotten, and read again.

use std::sync::{Arc, Mutex, PoisonError};

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
