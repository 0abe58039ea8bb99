//! Where a rule applies: what matching tells the verbs and the plan.

use ruff_text_size::TextRange;

use super::capture::Captures;
use crate::python::tree::NodeId;
use crate::recipe::safety::Safety;
use crate::recipe::{Recipe, Rule};

/// What a text has one match of: the recipe's place in the selection, and the node.
pub type MatchKey = (usize, NodeId);

/// A site of another recipe, in a function that a match runs.
#[derive(Debug, Clone)]
pub struct Required<'r, 'a> {
    /// The function's name.
    pub function: &'a str,
    /// The other recipe.
    pub recipe: &'r str,
    /// Whether that is selected.
    pub is_on: bool,
    /// Its match; `None`: it was only looked up, or another recipe claims it.
    pub found: Option<MatchKey>,
    /// The place that is reported.
    pub range: TextRange,
}

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
    /// Decided by the rule's safety cases; manual for a rule that only reports.
    pub safety: Safety,
    /// A sentence a person can act on.
    pub reason: String,
    /// What is changed together with it, or it is not changed.
    pub requires: Vec<Required<'r, 'a>>,
}

impl Match<'_, '_> {
    /// Returns what tells it from all others of its text.
    pub fn key(&self) -> MatchKey {
        (self.order, self.node)
    }
}
