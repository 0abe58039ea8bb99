//! The words of patterns in one text, each looked for once.

use std::cell::OnceCell;

use memchr::memmem::Finder;

use super::{form, spelling};
use crate::recipe::condition::Guarded;
use crate::recipe::pattern::{Pattern, Spelled};
use crate::semantic::memo::Memo;

/// A text, with what was looked for in it.
#[derive(Debug)]
pub(crate) struct Standing<'t> {
    text: &'t str,
    words: Memo<Spelled, bool>,
    may_differ: OnceCell<bool>,
}

impl<'t> Standing<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            words: Memo::default(),
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
            let finder = Finder::new(&word.word);
            form::stands(&finder, word.form, self.text.as_bytes())
        })
    }

    fn may_differ(&self) -> bool {
        let find = || spelling::may_differ(self.text);
        *self.may_differ.get_or_init(find)
    }
}
