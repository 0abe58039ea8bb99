//! What a page asks for → decisions of a session, and what they are now.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::session::{Came, Session};
use crate::plan::change::ChangeId;
use crate::plan::decision::{Decision, Decisions, Verdict};

/// What a page asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
pub enum Wish {
    /// Decides of some changes alike.
    Decide {
        /// What is decided.
        verdict: Verdict,
        /// Of these.
        changes: Vec<ChangeId>,
    },
    /// Comments on one.
    Comment {
        /// The change.
        change: ChangeId,
        /// What is said; empty: the comment goes.
        note: String,
    },
    /// Takes the last step back.
    Undo {},
}

/// Why nothing is done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WishError {
    /// The page is of another plan.
    #[error("no change of this review is called `{}`", .0.0)]
    Unknown(ChangeId),
    /// A page asks for no reason.
    #[error("a suppressed change needs a reason, which the terminal asks for")]
    Unreasoned,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// In a sentence.
    told: String,
    /// Decisions that are other ones now; none: what was decided is taken back.
    decisions: BTreeMap<ChangeId, Option<Decision>>,
    /// Comments on what is not decided yet.
    notes: BTreeMap<ChangeId, String>,
}

impl Session<'_> {
    /// Does what a page asks for.
    ///
    /// # Errors
    /// It names a change that is not in the review.
    pub fn ask(&mut self, asked: Wish) -> Result<Came, WishError> {
        match asked {
            Wish::Decide {
                verdict: Verdict::Suppress,
                ..
            } => Err(WishError::Unreasoned),
            Wish::Decide { verdict, changes } => {
                let places: FxHashMap<&ChangeId, usize> = (0..)
                    .zip(&self.items)
                    .map(|(at, it)| (&it.change.id, at))
                    .collect();
                let place = |id: ChangeId| places.get(&id).copied().ok_or(WishError::Unknown(id));
                let items: Vec<usize> = changes.into_iter().map(place).collect::<Result<_, _>>()?;
                self.decide(&items, verdict);
                Ok(Came::Decided)
            }
            Wish::Comment { change, note } => {
                let is_here = self.items.iter().any(|item| item.change.id == change);
                match is_here {
                    true => Ok(self.comment(change, note)),
                    false => Err(WishError::Unknown(change)),
                }
            }
            Wish::Undo {} => Ok(self.undo()),
        }
    }

    /// Returns what is not as it was before, and what is said of that.
    pub fn answer(&self, before: &Decisions) -> Answer {
        let now = self.decisions.iter();
        let now = now.filter(|now| before.of(&now.change) != Some(*now));
        let now = now.map(|it| (it.change.clone(), Some(it.clone())));
        let gone = before.iter().map(|it| &it.change);
        let gone = gone.filter(|id| self.decisions.of(id).is_none());
        let notes = self.notes.iter();
        Answer {
            told: self.told.clone(),
            decisions: now.chain(gone.map(|id| (id.clone(), None))).collect(),
            notes: notes.map(|(id, note)| (id.clone(), note.clone())).collect(),
        }
    }
}
