//! Words that are asked of other files: what these say is kept by the number of the word.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Condition, Guarded};

/// What some other file has.
#[derive(Debug, Clone)]
pub struct ElsewhereHas {
    /// What no other word has: answers are kept by it.
    pub id: WordId,
    /// One of these.
    pub patterns: Vec<Guarded>,
    /// What a capture names, imported from this file, and whether code counts that is about it.
    pub about: Option<About>,
    /// `names`: only code in which the name stands that this capture is.
    pub names: Option<String>,
}

/// What is asked where a function is awaited.
#[derive(Debug, Clone)]
pub struct Awaited {
    /// What no other word has: answers are kept by it.
    pub id: WordId,
    /// Asked of each await.
    pub condition: Condition,
}

/// The number of a word, of all that the process compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WordId(u32);

impl WordId {
    /// Returns one that nothing has yet.
    pub fn new_one() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Which code of another file counts.
#[derive(Debug, Clone)]
pub enum About {
    /// `of`: attributes of what this capture names, and calls that are given it.
    Only(String),
    /// `not-of`: all but calls on what this capture names.
    Not(String),
}
