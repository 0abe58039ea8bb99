//! What each level of safety promises, and the doubts that decide it at the site.

use std::sync::Arc;

use super::condition::Condition;
use super::template::Message;
use super::word::words;

/// How sure a change is; a level contains the ones before it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// The program does the same afterwards: applied by default.
    Safe,
    /// Right in most programs; a person looks at it first.
    Review,
    /// Never edited: a finding with the reason.
    Manual,
}

words!(Safety: Safe "safe", Review "review", Manual "manual");

/// One of a rule's `doubts`. A change is as careful as the most careful doubt that holds, and safe where none does.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// The level where it holds: review or manual.
    pub level: Safety,
    /// `None`: it always holds.
    pub when: Option<Arc<Condition>>,
    /// What is doubtful, in one sentence.
    pub because: Message,
    /// What a reviewer looks at before the change is applied.
    pub check: Option<Message>,
}
