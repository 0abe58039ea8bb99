//! A place that keeps a change from being made, perhaps in another file.

use std::path::PathBuf;

use ruff_text_size::TextRange;

/// A place that keeps a def as it is, since what stands there would have to change with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The file, as the facts name it.
    pub file: PathBuf,
    /// Where, in the text that was looked at.
    pub range: TextRange,
    /// What stands there: that text need not be the one on disk.
    pub text: String,
    /// The functions and classes that it stands in, as `Class.method`.
    pub within: String,
    /// Which def it keeps, and why, as a sentence.
    pub why: String,
}
