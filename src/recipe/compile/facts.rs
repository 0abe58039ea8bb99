//! What conditions ask of other files, in YAML, and roles.

use super::bound::Bound;
use super::compiler::{Compiler, texts};
use crate::recipe::condition::{
    About, AskedElsewhere, Condition, ElsewhereHas, Role, WaysTo, WordId,
};
use crate::recipe::error::{Complaint, Law};
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

    pub(super) fn ways_to(&mut self, word: &str, value: &Node, bound: &Bound) -> Option<WaysTo> {
        let id = self.word_id(word, value);
        let mut asked = |key: &str| match value.child(key) {
            Some(node) => self.condition(key, node, bound),
            None => Some(Condition::Any([].into())),
        };
        Some(WaysTo {
            id,
            meets: asked("meets")?,
            until: asked("until")?,
            without: asked("without")?,
            seen: value.child("seen").and_then(Node::text) == Some("true"),
        })
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

    /// Returns whether other files are read for a role: for who else uses the function, or what that gives it to.
    pub(super) fn asks_files(&self, role: &str) -> bool {
        let row = self.library.roles.row(role);
        Role::from_word(role) == Some(Role::EntryPoint) || row.is_some_and(|row| row.anywhere)
    }
}
