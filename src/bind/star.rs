//! `from module import *` → the names that it binds, where the module is read.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::scope::{BindingId, BindingKind, Bindings, from_module};

/// The names that a star import of a module binds; whether it surely does.
pub type StarNames = FxHashMap<String, bool>;

impl Bindings<'_> {
    /// Says what the star imports bind, by their modules; `None` for one that is not read.
    pub fn read_stars(&mut self, read: impl Fn(&str) -> Option<Arc<StarNames>>) {
        let stars = self.stars.iter();
        let known = stars.filter_map(|id| match self.binding(*id).kind {
            BindingKind::StarImport { import } => Some((*id, read(&from_module(import))?)),
            _ => None,
        });
        self.star_names = known.collect();
    }

    /// Returns whether a star import may bind a name.
    pub fn star_may_bind(&self, star: BindingId, name: &str) -> bool {
        let known = self.star_names.get(&star);
        known.is_none_or(|names| names.contains_key(name))
    }

    /// Returns whether a star import surely binds a name.
    pub fn star_binds(&self, star: BindingId, name: &str) -> bool {
        let known = self.star_names.get(&star);
        known.is_some_and(|names| names.get(name) == Some(&true))
    }
}
