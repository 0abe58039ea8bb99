//! All projects → what a run says of them at its end: what could not be understood, and what was read.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::{FactError, Projects};

impl Projects {
    /// Returns what could not be understood so far, sorted, each once.
    pub fn errors(&self) -> Vec<FactError> {
        let projects = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        let errors = projects.values().filter_map(|place| {
            let project = place.now();
            project.manifest.get()?.error.clone()
        });
        let mut errors: Vec<FactError> = errors.collect();
        errors.sort();
        errors
    }

    /// Returns how often files were parsed for questions about others.
    pub fn parsed(&self) -> usize {
        let projects = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        let projects = projects.values().map(|place| place.now());
        let projects = projects.chain(self.given.clone());
        let parsed = projects.map(|it| it.files().parsed.load(Ordering::Relaxed));
        parsed.sum()
    }

    /// Returns how often a file was read from the disk.
    pub fn n_read(&self) -> usize {
        self.room.n_read.load(Ordering::Relaxed)
    }
}
