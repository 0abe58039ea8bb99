//! What a file takes from another one: read off it once, whatever name is asked for.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

/// The names of one file's own level that another file uses.
#[derive(Debug, Default)]
pub struct TakenFrom {
    /// Any name may be used: the file takes all there is, or hands the module on as a whole.
    pub all: bool,
    /// Names that it uses, or may use.
    pub names: BTreeSet<String>,
    /// Names that its own level imports, from whatever file, and what they are called there.
    pub imported: Vec<(String, String)>,
    /// Names in parts of it that are not parsed.
    pub hidden: BTreeSet<String>,
}

impl TakenFrom {
    /// Returns what the file's own level calls a name that it imports.
    pub fn imported_as<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t str> {
        let of_name = self.imported.iter().filter(move |(it, _)| it == name);
        of_name.map(|(_, called)| called.as_str())
    }
}

/// By the file that takes and the one that it takes from.
pub(super) type TakenBy = FxHashMap<(PathBuf, PathBuf), Option<Arc<TakenFrom>>>;
