//! A configuration file as text, and places in it: where a setting comes from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ruff_source_file::LineIndex;
use ruff_text_size::TextSize;

/// A file as it was read.
#[derive(Debug)]
pub struct Document {
    /// Absolute, links resolved.
    pub path: PathBuf,
    /// As shown: below the current directory without it.
    pub name: String,
    /// Without a byte order mark.
    pub text: String,
    /// The directory that its globs and paths are seen from.
    pub base: PathBuf,
    /// What it may name lies in here; `None`: the user named it, and it may name anything.
    pub tree: Option<PathBuf>,
}

/// A place in a configuration.
#[derive(Debug, Clone)]
pub struct Place {
    document: Arc<Document>,
    /// In bytes of the document's text.
    pub at: TextSize,
}

impl Place {
    /// A place in a document, in bytes of its text.
    pub fn new(document: &Arc<Document>, at: usize) -> Self {
        Self {
            document: Arc::clone(document),
            at: TextSize::new(u32::try_from(at).unwrap_or(u32::MAX)),
        }
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.document.path
    }

    /// Returns what the file's settings may not lead out of.
    pub fn tree(&self) -> Option<&Path> {
        self.document.tree.as_deref()
    }

    /// Returns the line, from 1.
    pub fn line(&self) -> usize {
        let lines = LineIndex::from_source_text(&self.document.text);
        lines.line_index(self.at).get()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.document.name, self.line())
    }
}

/// Who said something.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A flag, as typed.
    Flag(&'static str),
    /// A configuration.
    File(Place),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::File(place) => place.fmt(f),
        }
    }
}

/// A value and who set it.
#[derive(Debug, Clone)]
pub struct Sourced<T> {
    /// What was set.
    pub value: T,
    /// By whom.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value from a flag.
    pub fn flag(flag: &'static str, value: T) -> Self {
        Self {
            value,
            origin: Origin::Flag(flag),
        }
    }
}
