//! How bad it is to leave a site as it is.

use super::word::words;

/// How much harm a site does while nothing is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Style, or a warning of a later Python.
    #[default]
    Low,
    /// Wrong in some runs.
    Medium,
    /// Wrong in most runs.
    High,
    /// Stops everything else.
    Critical,
}

words!(Severity: Low "low", Medium "medium", High "high", Critical "critical");
