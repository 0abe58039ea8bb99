//! A change: edits that stand or fall together, with recipe, safety and a reason.

use std::path::PathBuf;

use ruff_text_size::TextRange;

use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::source::EditError;
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::text::edit::{Edit, EditSet, Shift};

/// A change's name, the same in every run over the same text: `<recipe>-<8 hex digits>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct ChangeId(pub String);

/// Why a wanted change is not made, or that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It would be made at its level.
    Proposed,
    /// Another change claims the same place.
    Conflict {
        /// The change that is made instead.
        winner: ChangeId,
    },
    /// Verification failed: a bug of the recipe, never written.
    Withdrawn {
        /// What the verifier saw.
        why: String,
    },
}

/// One place of a change.
#[derive(Debug, Clone)]
pub struct Site {
    /// The matched text, in the file as it is on disk.
    pub range: TextRange,
    /// Where it begins, for people.
    pub position: Position,
    /// The recipe whose rule made this site.
    pub recipe: String,
    /// That rule.
    pub rule: String,
}

/// The unit of review: its sites are made together or not at all.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its name.
    pub id: ChangeId,
    /// The recipe it is made for.
    pub recipe: String,
    /// The rule that matched.
    pub rule: String,
    /// Safe or review; a manual case is a [`Finding`].
    pub safety: Safety,
    /// A sentence a person can act on.
    pub reason: String,
    /// The recipe's severity.
    pub severity: Severity,
    /// The first is the primary one.
    pub sites: Vec<Site>,
    /// From the first matched byte to the last, in offsets of its layer's text.
    pub extent: TextRange,
    /// Own edits, in offsets of its layer's text.
    pub edits: Vec<Edit>,
    /// Own indentation shifts.
    pub shifts: Vec<Shift>,
    /// What it needs from the rest of the file; resolved for all wanted changes together.
    pub needs: Vec<super::needs::Need>,
    /// Changes it cannot do without.
    pub requires: Vec<ChangeId>,
    /// Whether it would be made.
    pub status: Status,
}

impl Change {
    /// Returns whether it is made at the level.
    pub fn is_wanted(&self, level: Safety) -> bool {
        self.status == Status::Proposed && self.safety <= level
    }
}

/// Something a person should know, without an edit.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Where.
    pub site: Site,
    /// The recipe's severity.
    pub severity: Severity,
    /// What is wrong, why it was not changed, what to do.
    pub reason: String,
}

/// A file, or a part of it, that could not be read or parsed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// Where, if in the text.
    pub position: Option<Position>,
    /// One line.
    pub message: String,
    /// Whether the exit code says so; a broken cell of a readable notebook does not.
    pub fatal: bool,
}

/// Changes planned on one text of a file.
#[derive(Debug)]
pub struct Layer {
    /// The text they are planned on: the file's own, or what the layer before leaves.
    pub source: SourceFile,
    /// Sorted by place.
    pub changes: Vec<Change>,
    /// The edits of its wanted changes and of what they need, in offsets of its text.
    pub edits: EditSet,
}

/// All that would happen in one file.
#[derive(Debug)]
pub struct FilePlan {
    /// At least one; the first holds the file as it is on disk.
    pub layers: Vec<Layer>,
    /// Sorted by place.
    pub findings: Vec<Finding>,
}

impl FilePlan {
    /// Returns the file as it is on disk.
    pub fn original(&self) -> &SourceFile {
        // A plan has at least the layer it was begun with.
        &self.layers.first().expect("a plan has a layer").source
    }

    /// Iterates over all changes, in order of layer and place.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.layers.iter().flat_map(|layer| &layer.changes)
    }

    /// Iterates over the changes that are made at the level.
    pub fn wanted(&self, level: Safety) -> impl Iterator<Item = &Change> {
        self.changes().filter(move |change| change.is_wanted(level))
    }

    /// Returns the file with the wanted changes of the plan's level made.
    ///
    /// # Errors
    /// The file's encoding has no form for the new text.
    pub fn after(&self) -> Result<SourceFile, EditError> {
        // The last layer's text has all edits but its own.
        let last = self.layers.last().expect("a plan has a layer");
        last.source.with_text(&last.edits)
    }
}

/// All that would happen in a run. Every output is a view of it.
#[derive(Debug)]
pub struct Plan {
    /// Level it was made for.
    pub level: Safety,
    /// Files with changes or findings, sorted by path.
    pub files: Vec<FilePlan>,
    /// Sorted.
    pub problems: Vec<Problem>,
    /// Files looked at.
    pub scanned: usize,
}
