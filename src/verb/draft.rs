//! What a verb wants to do with a file.

use crate::text::wording::Wording;
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::chain::{Beside, Def, Seen};
use super::stops::Stops;
use crate::plan::change::Followed;
use crate::plan::need::Need;
use crate::python::tree::NodeId;
use crate::text::edit::Edit;
use crate::text::shift::Shift;

/// Nodes that changes want to rewrite.
pub type Sites = FxHashSet<NodeId>;

/// What a verb wants to do.
#[derive(Debug)]
pub struct Draft<'d> {
    /// All nodes of the file that a change wants to rewrite: they may bind more loosely afterwards.
    pub(super) sites: &'d Sites,
    /// What the sites of this change replace.
    pub(super) changed: Vec<TextRange>,
    /// Own edits.
    pub edits: Vec<Edit>,
    /// Own indentation shifts.
    pub shifts: Vec<Shift>,
    /// What it needs from the rest of the file.
    pub needs: Vec<Need>,
    /// Comments that would stand nowhere any more.
    pub lost_comments: Vec<TextRange>,
    /// Statements that no coroutine runs any more.
    pub sealed: Option<TextRange>,
    /// Annotations of names that have no place for one any more.
    pub lost_annotations: Vec<TextRange>,
    /// What `follow-value` rewrites, each with what it captured, which stands for itself.
    pub rewritten: Vec<(TextRange, Vec<TextRange>)>,
    /// Defs whose uses in other files change with it.
    pub followed: Vec<Followed>,
    /// The def whose header its site rewrites, where others change with that.
    pub(super) seed: Option<Def>,
    /// Defs of all files that were looked at since they change with it.
    pub(super) callers: Seen,
    /// What these call that runs a loop of its own, as far as it does.
    pub(super) beside: Vec<Beside>,
    /// Where they are called in this file.
    pub(super) called: Vec<NodeId>,
    /// What is called between the seed and what is looked at, the nearest last.
    pub(super) through: Vec<String>,
    /// Uses of them that cannot change.
    pub(super) stops: Stops,
}

impl<'d> Draft<'d> {
    pub(super) fn new(sites: &'d Sites) -> Self {
        Self {
            sites,
            changed: Vec::new(),
            edits: Vec::new(),
            shifts: Vec::new(),
            needs: Vec::new(),
            lost_comments: Vec::new(),
            sealed: None,
            lost_annotations: Vec::new(),
            rewritten: Vec::new(),
            followed: Vec::new(),
            seed: None,
            callers: Seen::default(),
            beside: Vec::new(),
            called: Vec::new(),
            through: Vec::new(),
            stops: Stops::default(),
        }
    }

    /// Returns what to say of comments and annotations that have no place any more.
    pub fn lost(&self, text: &str) -> Option<Wording> {
        let kinds = [
            ("a comment", &self.lost_comments),
            ("an annotation", &self.lost_annotations),
        ];
        let kinds = kinds.into_iter().filter(|(_, lost)| !lost.is_empty());
        let said = kinds.map(|(what, lost)| {
            let lost: Vec<&str> = lost.iter().map(|range| &text[*range]).collect();
            Wording {
                reason: format!("{what} would be lost"),
                check: Some(format!("{what} that would be lost: {}", lost.join(" "))),
                ..Wording::default()
            }
        });
        said.reduce(|mut all, next| {
            all.also(&next);
            all
        })
    }

    /// Asks what would be drafted for another file, with what changes already.
    pub(super) fn elsewhere<T>(&mut self, ask: impl FnOnce(&mut Draft<'_>) -> T) -> T {
        let none = Sites::default();
        let mut there = Draft::new(&none);
        there.seed = self.seed.take();
        there.callers = std::mem::take(&mut self.callers);
        there.through = std::mem::take(&mut self.through);
        there.stops = std::mem::take(&mut self.stops);
        let answer = ask(&mut there);
        (self.seed, self.callers) = (there.seed, there.callers);
        (self.through, self.stops) = (there.through, there.stops);
        self.beside.extend(there.beside);
        answer
    }

    /// Takes in what was drafted beside it for the same file.
    pub(super) fn take(&mut self, other: Draft<'_>) {
        self.edits.extend(other.edits);
        self.shifts.extend(other.shifts);
        self.needs.extend(other.needs);
        self.lost_comments.extend(other.lost_comments);
    }
}
