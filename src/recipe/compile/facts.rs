//! Facts of files and places that keep a value, in YAML → words of conditions.

use super::bound::Bound;
use super::compiler::{Compiler, texts};
use super::condition::all_words;
use super::text::capture;
use crate::recipe::condition::{
    About, AskedElsewhere, Condition, ElsewhereHas, FileTrait, FileWord, Store, StoredWord, Typed,
    UsedElsewhere, Word, WordId,
};
use crate::recipe::error::{Complaint, Law};
use crate::recipe::schema::STORED_PLACE;
use crate::recipe::yaml::Node;

impl Compiler<'_> {
    pub(super) fn elsewhere_has(&mut self, value: &Node, bound: &Bound) -> Option<ElsewhereHas> {
        if let (Some(of), Some(_)) = (value.child("of"), value.child("not-of")) {
            self.break_law("of", of, Law::OfAndNotOf);
            return None;
        }
        let id = self.word_id("elsewhere", value);
        let mut capture = |key: &str| match value.child(key) {
            Some(of) => self.bound_capture(key, of, bound).map(Some),
            None => Some(None),
        };
        let only = capture("of")?.map(About::Only);
        let not = capture("not-of")?.map(About::Not);
        Some(ElsewhereHas {
            id,
            about: only.or(not),
            names: capture("names")?,
            patterns: self.patterns("has", value.child("has")?, bound)?,
        })
    }

    pub(super) fn asked_elsewhere(
        &mut self,
        word: &str,
        value: &Node,
        bound: &Bound,
    ) -> Option<Box<AskedElsewhere>> {
        Some(Box::new(AskedElsewhere {
            id: self.word_id(word, value),
            condition: self.condition(word, value, bound)?,
        }))
    }

    /// Numbers a word that is asked of other files.
    pub(super) fn word_id(&self, word: &str, value: &Node) -> WordId {
        let asks = format!("{word}: {}", value.inline());
        // Patterns by their names, and parameters, are the recipe's own.
        let is_own = asks.contains('<') || !self.parameters.is_empty();
        WordId::of(&asks, is_own.then(|| self.report.path()))
    }

    pub(super) fn roles(&mut self, key: &str, value: &Node) -> Option<Vec<String>> {
        let names = self.library.roles.names();
        for element in value.elements() {
            let name = element.text()?;
            if !names.contains(&name) {
                let at = element.span.start();
                self.add(key, Complaint::unknown(at, "role", name, &names));
            }
        }
        Some(texts(value))
    }

    pub(super) fn stored_word(
        &mut self,
        key: &str,
        value: &Node,
        bound: &Bound,
    ) -> Option<StoredWord> {
        let (arity, place) = capture(STORED_PLACE);
        let bound = bound.with(&[(place.to_owned(), arity)]);
        Some(match key {
            "in" => StoredWord::In(all_words(value, Store::from_word)?),
            "elsewhere" => StoredWord::Elsewhere(all_words(value, UsedElsewhere::from_word)?),
            "only-uses" => StoredWord::OnlyUses(self.patterns(key, value, &bound)?),
            "uses" => StoredWord::Uses(self.patterns(key, value, &bound)?),
            _ => return None,
        })
    }

    pub(super) fn file_word(&mut self, key: &str, value: &Node, bound: &Bound) -> Option<FileWord> {
        Some(match key {
            "is" => FileWord::Is(all_words(value, FileTrait::from_word)?),
            "imports" => FileWord::Imports(self.listed(key, value)?),
            "imports-only" => FileWord::ImportsOnly(self.listed(key, value)?),
            "had" => {
                let has = FileWord::Has(self.patterns(key, value, bound)?);
                let typed = Typed {
                    subject: Some("file".to_owned()),
                    word: "has".to_owned(),
                    value: value.clone(),
                    or_unknown: false,
                };
                FileWord::Had(Box::new(Condition::Word(Word::File(has), typed)))
            }
            "has" => FileWord::Has(self.patterns(key, value, bound)?),
            "one-task" => FileWord::OneTask(self.patterns(key, value, bound)?),
            _ => return None,
        })
    }
}
