//! What is read when somebody asks for it: most of what is shipped is of no use to most runs.

use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

/// A value that is made when it is asked for the first time.
pub struct Later<T>(LazyLock<T, Box<dyn FnOnce() -> T + Send>>);

impl<T> Later<T> {
    /// Makes the value when it is asked for.
    pub fn new(make: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(make)))
    }

    /// Returns whether somebody asked for it.
    pub fn is_made(this: &Self) -> bool {
        // A value that is not made shows itself so.
        LazyLock::get(&this.0).is_some()
    }
}

impl<T: Send + 'static> From<T> for Later<T> {
    fn from(value: T) -> Self {
        let later = Self::new(|| value);
        LazyLock::force(&later.0);
        later
    }
}

impl<T: Default + Send + 'static> Default for Later<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Later<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Later<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}
