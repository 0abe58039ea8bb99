//! A plan → how many changes and findings there are, by recipe: what every summary is printed from.

use std::collections::BTreeMap;

use crate::plan::change::{Plan, Status};
use crate::recipe::safety::Safety;

/// Counts of one recipe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Safe changes that would be made.
    pub safe: usize,
    /// Review changes that would be made.
    pub review: usize,
    /// Findings.
    #[serde(rename = "manual")]
    pub findings: usize,
}

impl Counts {
    /// Returns how many changes there are.
    pub fn changes(self) -> usize {
        self.safe + self.review
    }

    fn add(&mut self, safety: Safety) {
        match safety {
            Safety::Safe => self.safe += 1,
            Safety::Review => self.review += 1,
            Safety::Manual => self.findings += 1,
        }
    }

    fn add_up_to(&mut self, level: Safety, safety: Safety) {
        if safety <= level {
            self.add(safety);
        }
    }
}

/// Counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// By recipe id; a recipe with nothing is left out.
    pub recipes: BTreeMap<String, Counts>,
    /// The sum of all recipes.
    pub total: Counts,
    /// Changes that the plan makes.
    pub planned: Counts,
    /// Changes that a migration makes.
    pub applied: Counts,
    /// By recipe id, what the plan does not make: changes above its level, and findings.
    pub left: BTreeMap<String, Counts>,
    /// Changes that lost their place to another.
    pub conflicts: usize,
    /// Changes that failed verification.
    pub withdrawn: usize,
    /// Files that the changes of the plan's level would change.
    pub files: usize,
}

impl Tally {
    /// Counts a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut tally = Self::default();
        for file in &plan.files {
            tally.files += usize::from(file.wanted().next().is_some());
            for change in file.changes() {
                match change.status {
                    Status::Proposed => {
                        tally.add(&change.recipe, change.safety);
                        tally.planned.add_up_to(file.level, change.safety);
                        tally.applied.add_up_to(file.applied, change.safety);
                        if change.safety > file.level {
                            tally.leave(&change.recipe, change.safety);
                        }
                    }
                    Status::Conflict { .. } => tally.conflicts += 1,
                    Status::Withdrawn { .. } => tally.withdrawn += 1,
                }
            }
            for finding in &file.findings {
                tally.add(&finding.site.recipe, Safety::Manual);
                tally.leave(&finding.site.recipe, Safety::Manual);
            }
        }
        tally
    }

    fn leave(&mut self, recipe: &str, safety: Safety) {
        let counts = self.left.entry(recipe.to_owned()).or_default();
        counts.add(safety);
    }

    fn add(&mut self, recipe: &str, safety: Safety) {
        if !self.recipes.contains_key(recipe) {
            self.recipes.insert(recipe.to_owned(), Counts::default());
        }
        let counts = self.recipes.get_mut(recipe).into_iter();
        for counts in counts.chain([&mut self.total]) {
            counts.add(safety);
        }
    }
}
