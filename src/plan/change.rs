//! A change: edits that stand or fall together, with recipe, safety and a reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ruff_text_size::TextRange;

use super::comments::Comments;
use super::law::BrokenLaw;
use super::look::Look;
use super::need::Need;
use super::ruling::Rulings;
use super::stop::Stop;
use crate::config::group::InForce;
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::source::EditError;
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::text::edit::{Edit, EditSet};
use crate::text::shift::Shift;
use crate::text::wording::Wording;

pub use super::change_id::{ChangeId, Naming};
pub use super::problem::Problem;

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
        why: BrokenLaw,
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

/// A def that a change rewrites, and that other files use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// What it is called.
    pub name: String,
    /// Those files, sorted.
    pub files: Vec<PathBuf>,
    /// Methods of other classes that change with it, by their files in the project and their names.
    pub relatives: Vec<(PathBuf, String)>,
}

/// The unit of review: its sites are made together or not at all.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its name.
    pub id: ChangeId,
    /// The name that it had as long as equal ones stood in the same function; `None`: it has that still.
    pub twin: Option<ChangeId>,
    /// The recipe it is made for.
    pub recipe: String,
    /// The rule that matched.
    pub rule: String,
    /// The functions and classes that its first match stands in, as `Class.method`; empty at the top
    /// level.
    pub within: String,
    /// The place of its recipe in the selection: the earlier one wins.
    pub order: usize,
    /// Safe or review; a manual case is a [`Finding`].
    pub safety: Safety,
    /// What it does to the program, the doubts about it, and what to check first.
    pub said: Wording,
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
    /// Statements that no coroutine runs any more: nothing in them can await.
    pub sealed: Option<TextRange>,
    /// What it needs from the rest of the file; resolved for all wanted changes together.
    pub needs: Vec<Need>,
    /// Changes it cannot do without.
    pub requires: Vec<ChangeId>,
    /// Defs whose uses in other files change with it.
    pub followed: Vec<Followed>,
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
    /// The functions and classes that it stands in, as `Class.method`.
    pub within: String,
    /// The recipe's severity.
    pub severity: Severity,
    /// Whether it matters little: it is shown to who asks for it.
    pub is_minor: bool,
    /// What is wrong, why it was not changed, what to do.
    pub said: Wording,
    /// The places that keep it from being changed, where there are several: at the end each is a finding of its
    /// own, in its file.
    pub stops: Vec<Stop>,
}

/// A change that the Python of the code does not allow yet. Nothing is wrong there, so it is counted, and told who asks
/// about the line.
#[derive(Debug, Clone)]
pub struct Postponed {
    /// The site, and why nothing is changed.
    pub finding: Finding,
    /// The first Python that allows it.
    pub since: (u8, u8),
}

/// Changes planned on one text of a file.
#[derive(Debug, Clone)]
pub struct Layer {
    /// The text they are planned on: the file's own, or what the layer before leaves.
    pub source: SourceFile,
    /// Sorted by place.
    pub changes: Vec<Change>,
    /// The edits of its wanted changes and of what they need, in offsets of its text.
    pub edits: EditSet,
}

impl Layer {
    /// Takes back the changes that are made at a level.
    pub fn withdraw(&mut self, level: Safety, why: &BrokenLaw) {
        let wanted = self.changes.iter_mut();
        for change in wanted.filter(|change| change.is_wanted(level)) {
            change.status = Status::Withdrawn { why: why.clone() };
        }
        self.edits = EditSet::default();
    }
}

/// All that would happen in one file.
#[derive(Debug, Clone)]
pub struct FilePlan {
    /// Level it was made for.
    pub level: Safety,
    /// Level whose changes a migration makes here; `diff` plans more than that, to show it.
    pub applied: Safety,
    /// At least one; the first holds the file as it is on disk.
    pub layers: Vec<Layer>,
    /// Sorted by place.
    pub findings: Vec<Finding>,
    /// Findings that are counted, and told who asks about the line.
    pub minor: Vec<Finding>,
    /// Changes that need a newer Python.
    pub postponed: Vec<Postponed>,
    /// What was decided of its changes before they were planned.
    pub rulings: Rulings,
    /// Requirements for packages that its wanted changes begin to import.
    pub installs: Vec<String>,
}

impl FilePlan {
    /// A plan whose first layer is still to come.
    pub fn begun(level: Safety, applied: Safety, rulings: Rulings) -> Self {
        Self {
            level,
            applied,
            layers: Vec::new(),
            findings: Vec::new(),
            minor: Vec::new(),
            postponed: Vec::new(),
            rulings,
            installs: Vec::new(),
        }
    }

    /// A plan that does nothing.
    pub fn untouched(source: SourceFile, level: Safety, applied: Safety) -> Self {
        Self {
            layers: vec![Layer {
                source,
                changes: Vec::new(),
                edits: EditSet::default(),
            }],
            ..Self::begun(level, applied, Rulings::default())
        }
    }

    /// Returns the file as it is on disk.
    pub fn original(&self) -> &SourceFile {
        // A plan has at least the layer it was begun with.
        &self.layers.first().expect("a plan has a layer").source
    }

    /// Iterates over all changes, in order of layer and place.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.layers.iter().flat_map(|layer| &layer.changes)
    }

    /// Iterates over the changes that are made at the plan's level.
    pub fn wanted(&self) -> impl Iterator<Item = &Change> {
        self.wanted_from(0)
    }

    /// Iterates over those of a layer and the ones behind it.
    pub fn wanted_from(&self, layer: usize) -> impl Iterator<Item = &Change> {
        let changes = self.layers.iter().skip(layer);
        let changes = changes.flat_map(|layer| &layer.changes);
        changes.filter(|change| change.is_wanted(self.level))
    }

    /// Returns whether a person is told of something, at least in the summary.
    pub fn says_something(&self) -> bool {
        let findings = [&self.findings, &self.minor];
        let is_silent = findings.iter().all(|it| it.is_empty()) && self.postponed.is_empty();
        !is_silent || self.changes().next().is_some()
    }

    /// Only counts minor findings.
    pub fn hide_minor(&mut self) {
        let minor = self.findings.extract_if(.., |finding| finding.is_minor);
        self.minor.extend(minor);
    }

    /// Returns the file with the wanted changes made.
    ///
    /// # Errors
    /// The file's encoding has no form for the new text.
    pub fn after(&self) -> Result<SourceFile, EditError> {
        let mut layers = self.layers.iter();
        // What was taken back is not in the text either that a later layer was planned on.
        if layers.all(|layer| layer.edits.edits().is_empty()) {
            return Ok(self.original().clone());
        }
        // The last layer's text has all edits but its own.
        let last = self.layers.last().expect("a plan has a layer");
        last.source.with_text(&last.edits)
    }
}

/// All that would happen in a run. Every output is a view of it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Level it was made for; the configuration may give files levels of their own.
    pub level: Safety,
    /// Files with changes or findings, sorted by path.
    pub files: Vec<FilePlan>,
    /// Sorted.
    pub problems: Vec<Problem>,
    /// Comments for this program that there is something to do about.
    pub comments: Comments,
    /// What was asked about which files.
    pub looks: Vec<Look>,
    /// Files looked at.
    pub scanned: usize,
    /// Files that were left alone, because a program wrote them.
    pub skipped_generated: usize,
    /// Files that were left alone, because they are copies of another project's.
    pub skipped_vendored: usize,
    /// What the configuration says for some of them only.
    pub in_force: Vec<InForce>,
    /// Folders in which a run that was killed may have left something.
    pub unfinished: Vec<PathBuf>,
    /// By id, what the recipes of its changes and findings are about.
    pub recipes: BTreeMap<String, RecipeText>,
}

/// What a recipe says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeText {
    /// A line.
    pub title: String,
    /// What is wrong where it matches.
    pub why: String,
    /// How harmful that is.
    pub severity: Severity,
}

impl Plan {
    /// A plan of no file.
    pub fn empty(level: Safety) -> Self {
        Self {
            level,
            files: Vec::new(),
            problems: Vec::new(),
            comments: Comments::default(),
            looks: Vec::new(),
            scanned: 0,
            skipped_generated: 0,
            skipped_vendored: 0,
            in_force: Vec::new(),
            unfinished: Vec::new(),
            recipes: BTreeMap::new(),
        }
    }

    /// Returns how many minor findings are only counted.
    pub fn n_minor(&self) -> usize {
        self.files.iter().map(|file| file.minor.len()).sum()
    }

    /// Leaves only the findings at sites that are wanted, and the changes with such a site or that are
    /// `chosen`, to be told. The new text of a file still has all its changes.
    pub fn tell_only(
        &mut self,
        is_wanted: impl Fn(&Path, &Site) -> bool,
        chosen: impl Fn(&Change) -> bool,
    ) {
        for file in &mut self.files {
            let path = file.original().path().to_owned();
            let is_wanted = |site: &Site| is_wanted(&path, site);
            file.findings.retain(|finding| is_wanted(&finding.site));
            file.minor.retain(|finding| is_wanted(&finding.site));
            file.postponed.retain(|it| is_wanted(&it.finding.site));
            for layer in &mut file.layers {
                layer
                    .changes
                    .retain(|change| chosen(change) || change.sites.iter().any(is_wanted));
            }
        }
        self.files.retain(FilePlan::says_something);
    }
}
