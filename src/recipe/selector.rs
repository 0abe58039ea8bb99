//! What a user or recipe types to mean recipes: an id, an area, a pack, or a glob over ids.

use globset::{Glob, GlobMatcher};

use super::Recipe;

/// An id, an area, a pack, or a glob over ids.
#[derive(Debug)]
pub struct Selector {
    text: String,
    glob: Option<GlobMatcher>,
}

impl Selector {
    pub(super) fn new(text: &str) -> Self {
        let glob = is_glob(text).then(|| Glob::new(text).ok()).flatten();
        Self {
            text: text.to_owned(),
            glob: glob.map(|glob| glob.compile_matcher()),
        }
    }

    /// Returns whether it means the recipe.
    pub fn names(&self, recipe: &Recipe) -> bool {
        let is_whole = self.text == recipe.area || recipe.packs.contains(&self.text);
        is_whole || self.matches_id(&recipe.id)
    }

    pub(super) fn matches_id(&self, id: &str) -> bool {
        self.text == id || self.glob.as_ref().is_some_and(|glob| glob.is_match(id))
    }
}

pub(super) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}
