//! A def or attribute of a file, of which the rest of the project is asked.

use std::path::PathBuf;

/// A function at the top of a file, or what a class there has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Original {
    /// The file.
    pub path: PathBuf,
    /// The class; `None`: of an attribute that any object may have.
    pub class: Option<String>,
    /// The def, or the attribute; empty: the class itself.
    pub name: String,
}
