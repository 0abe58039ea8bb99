//! Where a campaign keeps what was said of a repository.

use std::fs;
use std::path::{Path, PathBuf};

/// One of the files that are kept of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKind {
    /// Errors and warnings of the migration.
    Errors,
    /// Its lines of `--format json`.
    Objects,
    /// What the checks said.
    Checks,
    /// The diff of the branch.
    Patch,
}

impl LogKind {
    /// All.
    pub const ALL: [Self; 4] = [Self::Errors, Self::Objects, Self::Checks, Self::Patch];

    /// Returns where it is, seen from the folder of the campaign.
    pub fn place(self, name: &str) -> PathBuf {
        let kind = match self {
            Self::Errors => "log",
            Self::Objects => "jsonl",
            Self::Checks => "checks",
            Self::Patch => "patch",
        };
        Path::new("logs").join(format!("{name}.{kind}"))
    }

    /// Returns what is in it; nothing where it is not there.
    pub fn read(self, workdir: &Path, name: &str) -> String {
        let bytes = fs::read(workdir.join(self.place(name))).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
