//! The layers that led to a text → the way back to the file on disk, and what the text rests on.

use ruff_text_size::TextRange;

use crate::plan::change::{Change, ChangeId, FilePlan, Site};
use crate::plan::ruling::{Follow, Ruling};
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::text::origins::Origins;

/// A change, perhaps of another file, that made those of a recipe possible.
#[derive(Debug, Clone)]
pub(super) struct Resting {
    /// The recipe whose changes rest on it; `None`: those of all.
    recipe: Option<String>,
    pub(super) id: ChangeId,
    pub(super) safety: Safety,
}

impl Resting {
    /// Says that changes of `recipe` rest on a change.
    pub(super) fn new(recipe: &str, change: &Change) -> Self {
        Self {
            recipe: Some(recipe.to_owned()),
            ..Self::of_all(change)
        }
    }

    /// Says that all changes rest on a change.
    pub(super) fn of_all(change: &Change) -> Self {
        Self {
            recipe: None,
            id: change.id.clone(),
            safety: change.safety,
        }
    }

    fn holds_up(&self, recipe: &str) -> bool {
        self.recipe.as_ref().is_none_or(|own| own == recipe)
    }
}

/// What was done to a file before the text that is looked at.
pub(super) struct Before<'p> {
    plan: &'p FilePlan,
    original: &'p SourceFile,
    /// From the file on disk to the text, one step per layer.
    steps: Vec<Origins>,
    /// Changes of other files.
    elsewhere: &'p [Resting],
}

impl<'p> Before<'p> {
    /// Takes the layers of a plan that was begun; `current` is the text they leave.
    pub(super) fn new(plan: &'p FilePlan, current: &'p SourceFile) -> Self {
        let layers = plan.layers.iter();
        Self {
            plan,
            original: plan.layers.first().map_or(current, |layer| &layer.source),
            steps: layers
                .map(|layer| Origins::new(layer.source.text(), &layer.edits))
                .collect(),
            elsewhere: &[],
        }
    }

    /// Adds the changes of other files that made the text's changes possible.
    pub(super) fn resting_on(mut self, elsewhere: &'p [Resting]) -> Self {
        self.elsewhere = elsewhere;
        self
    }

    /// Returns the file as it is on disk.
    pub(super) fn original(&self) -> &'p SourceFile {
        self.original
    }

    /// Maps a range of the text back to the file on disk.
    pub(super) fn on_disk(&self, range: TextRange) -> TextRange {
        let steps = self.steps.iter().rev();
        steps.fold(range, |range, step| step.range(range))
    }

    /// Returns the site of a rule at a range of the text.
    pub(super) fn site(&self, range: TextRange, recipe: &str, rule: &str) -> Site {
        let range = self.on_disk(range);
        Site {
            range,
            position: self.original.position(range.start()),
            recipe: recipe.to_owned(),
            rule: rule.to_owned(),
        }
    }

    /// Returns what was decided of a change.
    pub(super) fn ruling(&self, id: &ChangeId) -> Option<&'p Ruling> {
        self.plan.rulings.of(id)
    }

    /// Returns the changes of other files that this one follows.
    pub(super) fn follows(&self) -> &'p [Follow] {
        self.plan.rulings.follows()
    }

    /// Returns the changes that a recipe's changes of the text rest on: those that made the text what
    /// it is, and those of other files.
    pub(super) fn resting(&self, recipe: &str) -> Vec<(ChangeId, Safety)> {
        let own = self.plan.wanted();
        let own = own.map(|change| (change.id.clone(), change.safety));
        let others = self.elsewhere.iter().filter(|other| other.holds_up(recipe));
        let others = others.map(|other| (other.id.clone(), other.safety));
        let mut resting: Vec<(ChangeId, Safety)> = Vec::new();
        for (id, safety) in own.chain(others) {
            if resting.iter().all(|(known, _)| *known != id) {
                resting.push((id, safety));
            }
        }
        resting
    }

    /// Iterates over the names of all changes so far, those that are not made included.
    pub(super) fn ids(&self) -> impl Iterator<Item = ChangeId> {
        self.plan.changes().map(|change| change.id.clone())
    }
}
