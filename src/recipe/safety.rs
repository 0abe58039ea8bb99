//! What each level of safety promises, and the cases that decide it at the site.

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

/// One line of a rule's `safety`.
#[derive(Debug, Clone)]
pub struct SafetyCase {
    /// The level when it holds.
    pub level: Safety,
    /// `None` for the last case, which always holds.
    pub when: Option<Arc<Condition>>,
    /// The reason a person reads.
    pub because: Message,
    /// What a person looks at before it is applied.
    pub check: Option<Message>,
}
