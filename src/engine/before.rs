//! The layers that led to a text → the way back to the file on disk, and what the text rests on.

use ruff_text_size::TextRange;

use crate::plan::change::{Change, ChangeId, FilePlan};
use crate::plan::ruling::Ruling;
use crate::source::SourceFile;
use crate::text::edit::{EditSet, Origins};

/// What was done to a file before the text that is looked at.
pub(super) struct Before<'p> {
    plan: &'p FilePlan,
    original: &'p SourceFile,
    /// From the file on disk to the text, one step per layer.
    steps: Vec<Origins>,
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
        }
    }

    /// Goes one step further: to the text that `edits` of `text` leave.
    pub(super) fn then(mut self, text: &str, edits: &EditSet) -> Self {
        self.steps.push(Origins::new(text, edits));
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

    /// Returns what was decided of a change.
    pub(super) fn ruling(&self, id: &ChangeId) -> Option<&'p Ruling> {
        self.plan.rulings.of(id)
    }

    /// Iterates over the changes that made the text what it is.
    pub(super) fn wanted(&self) -> impl Iterator<Item = &'p Change> {
        self.plan.wanted()
    }

    /// Iterates over the names of all changes so far, those that are not made included.
    pub(super) fn ids(&self) -> impl Iterator<Item = ChangeId> {
        self.plan.changes().map(|change| change.id.clone())
    }
}
