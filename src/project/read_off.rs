//! What was read off other files for the sites of a run: each file is read once for a question.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ruff_text_size::TextSize;
use rustc_hash::{FxHashMap, FxHashSet};

use super::gift::Gifts;
use crate::recipe::answer::Answer;

/// A question about a file that does not depend on the site.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    /// The file.
    pub path: PathBuf,
    /// The word of a recipe, by its address: recipes outlive a run.
    pub word: usize,
    /// The name of a file's own level that the question is about, and that file.
    pub of: Option<(PathBuf, String)>,
    /// What the code is parsed for.
    pub python: (u8, u8),
}

/// Code that fits, or may fit.
#[derive(Debug)]
pub struct Hit {
    /// Yes, or unknown.
    pub answer: Answer,
    /// Where it begins.
    pub place: TextSize,
    /// Its line, in words.
    pub line: String,
    /// The names of variables and attributes that stand in it.
    pub names: FxHashSet<String>,
}

/// `None`: the file cannot be parsed.
type Hits = Option<Arc<[Hit]>>;

/// What was read off files so far.
#[derive(Debug, Default)]
pub struct ReadOff {
    words: Mutex<FxHashMap<PathBuf, Arc<FxHashSet<Box<str>>>>>,
    hits: Mutex<FxHashMap<Asked, Hits>>,
    /// What calls give to functions.
    pub gifts: Gifts,
    parsed: AtomicUsize,
}

impl ReadOff {
    /// Returns whether a name stands in the text of a file, which is read when first asked for.
    pub fn names(&self, path: &Path, name: &str, text: impl FnOnce() -> Option<String>) -> bool {
        let known = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = known.get(path) {
            return words.contains(name);
        }
        drop(known);
        let text = text().unwrap_or_default();
        let is_part = |c: char| !c.is_alphanumeric() && c != '_';
        let words = text.split(is_part).filter(|word| !word.is_empty());
        let words: Arc<FxHashSet<Box<str>>> = Arc::new(words.map(Box::from).collect());
        let is_there = words.contains(name);
        let mut known = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.to_owned(), words);
        is_there
    }

    /// Returns what fits, found when first asked for.
    pub fn hits(&self, asked: Asked, find: impl FnOnce() -> Hits) -> Hits {
        let known = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hits) = known.get(&asked) {
            return hits.clone();
        }
        drop(known);
        // To find one answer may ask for others.
        let hits = find();
        let mut known = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(asked, hits.clone());
        hits
    }

    /// Counts a file that is parsed, or gone over as a whole.
    pub fn count(&self) {
        self.parsed.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how often a file was parsed, or gone over.
    pub fn parsed(&self) -> usize {
        self.parsed.load(Ordering::Relaxed)
    }
}
