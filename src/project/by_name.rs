//! What is made of a name when it is first asked for.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

/// By name. Two threads that ask for one wait for each other.
#[derive(Debug)]
pub(super) struct ByName<T>(Mutex<FxHashMap<Box<str>, Slot<T>>>);

type Slot<T> = Arc<OnceLock<Arc<T>>>;

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> ByName<T> {
    /// Returns what there is of a name, or makes it.
    pub(super) fn of(&self, name: &str, make: impl FnOnce() -> T) -> Arc<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match all.get(name) {
            Some(place) => place.clone(),
            None => all.entry(name.into()).or_default().clone(),
        };
        drop(all);
        place.get_or_init(|| Arc::new(make())).clone()
    }
}
