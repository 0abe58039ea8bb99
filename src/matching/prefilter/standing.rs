//! The words of patterns in one text, each looked for once.

use std::cell::OnceCell;

use memchr::memmem::Finder;
use rustc_hash::FxHashSet;

use super::{form, spelling};
use crate::python::word::hash;
use crate::recipe::condition::Guarded;
use crate::recipe::pattern::{Pattern, Spelled};
use crate::semantic::memo::Memo;

/// Longer words are looked for: they may be data without an end.
const MAX_LENGTH: usize = 64;

/// A text, with what was looked for in it.
#[derive(Debug)]
pub(crate) struct Standing<'t> {
    text: &'t str,
    words: Memo<Spelled, bool>,
    /// Hashes of the words that stand whole in it.
    whole: OnceCell<FxHashSet<u64>>,
    may_differ: OnceCell<bool>,
}

impl<'t> Standing<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            words: Memo::default(),
            whole: OnceCell::new(),
            may_differ: OnceCell::new(),
        }
    }

    /// Returns whether the text has the words of a pattern.
    pub(crate) fn has(&self, pattern: &Pattern) -> bool {
        self.missing(pattern).is_none()
    }

    /// Returns whether the text has the words of one of the patterns.
    pub(crate) fn has_any<'p>(&self, patterns: impl IntoIterator<Item = &'p Guarded>) -> bool {
        let mut patterns = patterns.into_iter();
        patterns.any(|it| self.has(&it.pattern))
    }

    /// Returns the first word of a pattern that the text does not have; `None`: a match may stand there.
    pub(crate) fn missing<'p>(&self, pattern: &'p Pattern) -> Option<&'p Spelled> {
        let missing = pattern.words().iter().find(|it| !self.has_word(it));
        missing.filter(|_| !self.may_differ())
    }

    fn has_word(&self, word: &Spelled) -> bool {
        self.words.or_find(word, || {
            let finder = || Finder::new(&word.word);
            self.may_have(&word.word) && form::stands(&finder(), word.form, self.text.as_bytes())
        })
    }

    /// Patterns have many words, and most stand nowhere in a text: it is not gone over for each.
    fn may_have(&self, word: &str) -> bool {
        let is_plain = word.len() <= MAX_LENGTH && word.bytes().all(joins);
        let whole = || self.whole.get_or_init(|| whole_words(self.text.as_bytes()));
        !is_plain || whole().contains(&hash(word.as_bytes()))
    }

    fn may_differ(&self) -> bool {
        let find = || spelling::may_differ(self.text);
        *self.may_differ.get_or_init(find)
    }
}

fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns hashes of the words that stand whole in a text, as [`form::is_whole`] says: also those behind a digit.
fn whole_words(text: &[u8]) -> FxHashSet<u64> {
    let mut words = FxHashSet::default();
    for run in text.split(|byte| !joins(*byte)) {
        let from = run.len().saturating_sub(MAX_LENGTH);
        for start in from..run.len() {
            if start == 0 || run[start - 1].is_ascii_digit() {
                words.insert(hash(&run[start..]));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_those_that_nothing_joins() {
        let long = "a".repeat(MAX_LENGTH + 1);
        let text = format!("go_on(x).sleep\n1if größe: {long} 0{long}2b");
        let words = whole_words(text.as_bytes());
        let has = |word: &str| {
            let expected = memchr::memmem::find_iter(text.as_bytes(), word)
                .any(|at| form::is_whole(text.as_bytes(), at, at + word.len()));
            assert_eq!(words.contains(&hash(word.as_bytes())), expected, "{word}");
        };
        for word in ["go", "go_on", "x", "sleep", "if", "gr", "e", "b", "a"] {
            has(word);
        }
    }
}
