//! `from module import *` → the names that it binds, where the module is read.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::binding::{BindingId, BindingKind, from_module};
use super::scope::Bindings;

/// The names that a star import of a module binds.
pub type StarNames = FxHashMap<String, StarName>;

/// A name that a star import binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarName {
    /// Whether it surely does.
    pub is_sure: bool,
    /// What the name means, where that is not of the project: its qualified name at home.
    pub outside: Option<String>,
}

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

    /// Returns whether a star import of a module that is read binds a name, or may.
    pub fn is_starred(&self, name: &str) -> bool {
        let mut known = self.star_names.values();
        known.any(|names| names.contains_key(name))
    }

    /// Iterates over what star imports of modules that are read surely bind to names, where that is not of
    /// the project.
    pub(super) fn starred_from_outside(&self) -> impl Iterator<Item = &str> {
        let names = self.star_names.values().flat_map(|it| it.values());
        let sure = names.filter(|it| it.is_sure);
        sure.filter_map(|it| it.outside.as_deref())
    }

    /// Returns what a star import surely binds to a name.
    pub fn star_binds(&self, star: BindingId, name: &str) -> Option<&StarName> {
        let known = self.star_names.get(&star)?;
        known.get(name).filter(|it| it.is_sure)
    }
}
