//! Where a rule applies: what matching tells the verbs and the plan.

use ruff_text_size::TextRange;

use super::capture::Captures;
use crate::python::tree::NodeId;
use crate::recipe::safety::Safety;
use crate::recipe::{Recipe, Rule};
use crate::text::wording::Wording;

/// A rule that applies at a place.
#[derive(Debug)]
pub struct Match<'r, 'a> {
    /// The recipe.
    pub recipe: &'r Recipe,
    /// The recipe's place in the order of the selection.
    pub order: usize,
    /// The rule.
    pub rule: &'r Rule,
    /// Where the match begins.
    pub node: NodeId,
    /// The matched text.
    pub range: TextRange,
    /// What is reported of it: one place at least.
    pub sites: Vec<TextRange>,
    /// The decorators that the pattern names.
    pub decorators: Vec<TextRange>,
    /// What `collect` calls such sites, where it has names for them.
    pub collected: Option<&'r str>,
    /// What the metavariables stand for.
    pub captures: Captures<'r, 'a>,
    /// Decided by the doubts that hold; manual for a rule that only reports.
    pub safety: Safety,
    /// A sentence a person can act on, and what to look at.
    pub said: Wording,
    /// A comment keeps the recipe from it: it is not told.
    pub is_ignored: bool,
}
