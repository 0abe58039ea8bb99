//! The words of patterns in one text, each looked for once.

use std::cell::OnceCell;
use std::sync::Arc;

use memchr::memmem::Finder;

use super::{form, spelling};
use crate::python::word_set::{WordNumber, WordSet};
use crate::recipe::condition::Guarded;
use crate::recipe::pattern::{Pattern, Spelled};
use crate::semantic::memo::Memo;

/// A text, with what was looked for in it.
#[derive(Debug)]
pub(crate) struct Standing<'t> {
    text: &'t str,
    words: Memo<Spelled, bool>,
    /// The words that stand whole in it.
    whole: OnceCell<Arc<WordSet>>,
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

    /// Takes a text whose words are known.
    pub(crate) fn of(text: &'t str, words: Arc<WordSet>) -> Self {
        let standing = Self::new(text);
        // Nothing was looked for yet.
        standing.whole.set(words).ok();
        standing
    }

    /// Returns whether the text has the words of a pattern.
    pub(crate) fn has(&self, pattern: &Pattern) -> bool {
        match self.lacks(pattern) {
            true => self.may_differ(),
            false => self.missing(pattern).is_none(),
        }
    }

    /// Returns whether a word of a pattern surely stands nowhere in the text, as it is spelled: a look before
    /// [`Standing::has`]. Patterns have many words, and a text is not gone over for each.
    pub(crate) fn lacks(&self, pattern: &Pattern) -> bool {
        let whole = self.whole();
        let mut numbers = pattern.word_numbers().iter();
        numbers.any(|word| !whole.may_have(*word))
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
        let stands = || {
            let finder = Finder::new(&word.word);
            form::stands(&finder, word.form, self.text.as_bytes())
        };
        let number = WordNumber::of(word.word.as_bytes());
        self.whole().may_have(number) && self.words.or_find(word, stands)
    }

    fn whole(&self) -> &WordSet {
        let find = || Arc::new(WordSet::of(self.text.as_bytes()));
        self.whole.get_or_init(find)
    }

    pub(crate) fn may_differ(&self) -> bool {
        let find = || spelling::may_differ(self.text);
        *self.may_differ.get_or_init(find)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_may_stand_whole_are_those_that_do() {
        let long = "a".repeat(65);
        let text = format!("go_on(x).sleep\n1if größe: {long} 0{long}2b");
        let words = WordSet::of(text.as_bytes());
        for word in ["go", "go_on", "x", "sleep", "if", "gr", "e", "b", "a"] {
            let expected = memchr::memmem::find_iter(text.as_bytes(), word)
                .any(|at| form::is_whole(text.as_bytes(), at, at + word.len()));
            let number = WordNumber::of(word.as_bytes());
            assert_eq!(words.may_have(number), expected, "{word}");
        }
    }
}
