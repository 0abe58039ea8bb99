//! A user's wish for more care → matches that promise less than their rules do.

use crate::matching::Match;
use crate::recipe::safety::Safety;

/// The best that a recipe's matches may be, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Careful {
    /// Review or manual.
    pub level: Safety,
    /// A part of a sentence: `as pyproject.toml:4 says (the tests measure time)`.
    pub why: String,
}

impl Careful {
    /// Takes from a match what is promised too much.
    pub(super) fn restrain(&self, found: &mut Match) {
        if found.safety >= self.level {
            return;
        }
        let Self { level, why } = self;
        found.reason = match level {
            Safety::Manual => format!(
                "not changed, {why}; it would be {}: {}",
                found.safety.word(),
                found.reason
            ),
            _ => format!("{}; {}, {why}", found.reason, level.word()),
        };
        found.safety = *level;
    }
}
