//! Words that are asked of other files: what these say is kept by the number of the word.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::{Condition, Guarded};

/// What some other file has.
#[derive(Debug, Clone)]
pub struct ElsewhereHas {
    /// Answers are kept by it.
    pub id: WordId,
    /// One of these.
    pub patterns: Vec<Guarded>,
    /// What a capture names, imported from this file, and whether code counts that is about it.
    pub about: Option<About>,
    /// `names`: only code in which the name stands that this capture is.
    pub names: Option<String>,
}

/// A condition that is asked of code in other files.
#[derive(Debug, Clone)]
pub struct AskedElsewhere {
    /// Answers are kept by it.
    pub id: WordId,
    /// What is asked there.
    pub condition: Condition,
}

/// The number of a word: words that ask the same have the same one, in whichever recipes they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WordId(u64);

impl WordId {
    /// Numbers what a word asks, as it is spelled; `recipe`: where the same words may mean something else in
    /// another one.
    pub fn of(asks: &str, recipe: Option<&str>) -> Self {
        let mut hasher = FxHasher::default();
        (asks, recipe).hash(&mut hasher);
        Self(hasher.finish())
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
