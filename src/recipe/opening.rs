//! What of a rule is known before the rest of it is compiled: a recipe may have hundreds of rules for each call, of which
//! hardly one applies.

use rustc_hash::FxHashSet;

use super::condition::conjunct::Conjunct;
use super::condition::{Guarded, Patterns, PlaceSet};
use super::pattern::Arity;

/// The capture that is what a matched call calls, as it is spelled there; no pattern need bind it.
pub const CALLEE: &str = "callee";

/// What is known of a rule before the rest of it is compiled.
#[derive(Debug)]
pub struct Opening {
    /// Any of them.
    pub patterns: Patterns,
    /// For each of them the places where the rule may apply, as far as is known yet.
    pub places: Vec<PlaceSet>,
    /// What `collect` calls them, and how many of the patterns are called so, in order.
    pub collected: Vec<(String, usize)>,
    /// Parts of its own condition; `None`: what keeps other rules from a node says nothing of this one.
    pub(super) parts: Option<Box<[Conjunct]>>,
}

impl Opening {
    /// Returns whether a part of another rule's condition, which speaks of these metavariables, is one of this rule's, too,
    /// and says the same here; `of_recipe`: it is one of all rules of the recipe.
    pub fn has_part(&self, part: Conjunct, speaks_of: &FxHashSet<String>, of_recipe: bool) -> bool {
        let asks = |parts: &[Conjunct]| of_recipe || parts.contains(&part);
        let several = || several(&self.patterns).any(|name| speaks_of.contains(name));
        self.parts.as_deref().is_some_and(asks) && !several()
    }

    /// Returns what `collect` calls the sites of a pattern; `None`: it has no names for sites.
    pub fn collected_as(&self, pattern: &Guarded) -> Option<&str> {
        if self.collected.is_empty() {
            return None;
        }
        let mut patterns = self.patterns.iter();
        let place = patterns.position(|it| std::ptr::eq(it, pattern))?;
        let mut seen = 0;
        let mut names = self.collected.iter().map(|(name, count)| {
            seen += count;
            (name.as_str(), seen)
        });
        let (name, _) = names.find(|(_, end)| place < *end)?;
        Some(name)
    }
}

/// Iterates over the metavariables of patterns that may be another thing in a pattern that fits the same code.
pub(super) fn several(patterns: &[Guarded]) -> impl Iterator<Item = &str> {
    let captures = patterns.iter().flat_map(|it| &it.pattern.captures);
    let several = captures.filter(|(_, arity)| *arity != Arity::One);
    several.map(|(name, _)| name.as_str()).chain([CALLEE])
}
