//! A name → the files of a project in whose text it stands. Each file is read once, and not parsed.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::Files;
use crate::python::word::{hash, words};

/// By the hash of a name; two names with one hash make a file be read in vain.
#[derive(Debug, Default)]
pub(super) struct WordIndex {
    files: FxHashMap<u64, Vec<u32>>,
    /// The names that stand behind `def`.
    defs: FxHashSet<u64>,
}

impl WordIndex {
    /// Reads all Python files.
    pub(super) fn build(files: &Files) -> Self {
        let mut index = Self::default();
        for (place, path) in files.python.iter().enumerate() {
            // A disk's files are fewer than that.
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            let text = files.texts.read(path);
            let mut hashes: FxHashSet<u64> = FxHashSet::default();
            let mut is_defined = false;
            for word in words(&text) {
                let hash = hash(word.as_bytes());
                hashes.insert(hash);
                if is_defined {
                    index.defs.insert(hash);
                }
                is_defined = word == "def";
            }
            for hash in hashes {
                index.files.entry(hash).or_default().push(place);
            }
        }
        index
    }

    /// Returns whether a file has a def of that name.
    pub(super) fn defines(&self, name: &str) -> bool {
        self.defs.contains(&hash(name.as_bytes()))
    }

    /// Returns the files that have the name, in order of path.
    pub(super) fn of<'f>(
        &self,
        name: &str,
        files: &'f Files,
    ) -> impl Iterator<Item = &'f PathBuf> + use<'f, '_> {
        let places = self.files.get(&hash(name.as_bytes())).into_iter().flatten();
        places.filter_map(|place| files.python.get(*place as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::files::Texts;

    #[test]
    fn a_name_is_found_where_it_stands_as_a_word() {
        let texts = [
            ("a.py", "def go(): pass\n"),
            ("b.py", "x.go(1)\n"),
            ("c.py", "gone(go_on)\n"),
        ];
        let files = Files::list(Texts::of(&texts));
        let index = WordIndex::build(&files);
        let of = |name: &str| -> Vec<PathBuf> { index.of(name, &files).cloned().collect() };
        assert_eq!(of("go"), ["a.py", "b.py"].map(PathBuf::from));
        assert_eq!(of("gone"), ["c.py"].map(PathBuf::from));
        assert!(of("on").is_empty());
        assert!(index.defines("go") && !index.defines("gone"));
    }
}
