//! `where` and `when` in YAML → [`Condition`]; patterns with conditions, which are both.

use std::borrow::Cow;
use std::sync::Arc;

use ruff_text_size::TextSize;

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use super::named::pattern_name;
use super::spread;
use super::text::capture;
use crate::recipe::condition::{Condition, Enclosure, SpeaksOf, Spelling, Typed, Word};
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::pattern::Arity;
use crate::recipe::schema::{ENCLOSURES, STORED_PLACE, VALUE};
use crate::recipe::shape::UNKNOWN;
use crate::recipe::yaml::{Key, Node, Value};

/// What can be asked of captures with `unknown` alone: whether it is known does not depend on the values.
const ASKED_ALONE: &[&str] = &["is", "name", "made-by"];

impl Compiler<'_> {
    /// Compiles a map of words; `key` is where it stands.
    pub(super) fn condition(&mut self, key: &str, node: &Node, bound: &Bound) -> Option<Condition> {
        let entries = node.entries().iter();
        let parts = all_of(entries.map(|(word, value)| self.condition_entry(word, value, bound)));
        if key == "not" && node.entries().len() > 1 {
            let problem = Problem::Law(Law::AmbiguousNot);
            let complaint = Complaint::new(node.span.start(), problem);
            self.add(
                key,
                complaint.expected("a list of maps of one key, or `all`"),
            );
        }
        parts.map(all)
    }

    fn condition_entry(&mut self, key: &Key, value: &Node, bound: &Bound) -> Option<Condition> {
        let combine = match key.text.as_str() {
            "all" => Condition::All,
            "any" => Condition::Any,
            "not" => Condition::None,
            _ => return self.words(key, value, bound),
        };
        let elements = value.elements().iter();
        let parts = all_of(elements.map(|element| self.part(&key.text, element, bound)));
        parts.map(|parts| combine(parts.into_iter().collect()))
    }

    /// Compiles one of several; rules and rows share what is made of more, or names patterns.
    fn part(&mut self, key: &str, node: &Node, bound: &Bound) -> Option<Condition> {
        let is_group =
            matches!(node.entries(), [(first, _)] if matches!(&*first.text, "all" | "any" | "not"));
        if !is_group && !names_patterns(node) {
            return self.condition(key, node, bound);
        }
        let shared = self.shared_condition(key, node, bound)?;
        Some(Condition::clone(&shared))
    }

    /// Compiles a site word, or what a subject is asked: every key below it is a word of its own.
    fn words(&mut self, key: &Key, value: &Node, bound: &Bound) -> Option<Condition> {
        let subject = key.text.as_str();
        let is_capture = subject.starts_with('$');
        if !is_subject(subject) {
            let (known, or_unknown) = self.known_values("", subject, value);
            let word = Word::Site(self.question(subject, &known, bound)?);
            let typed = Typed {
                subject: None,
                word: subject.to_owned(),
                value: value.clone(),
                or_unknown,
                speaks_of: SpeaksOf::default(),
            };
            return Some(Condition::Word(word, typed));
        }
        if is_capture {
            let (arity, name) = capture(subject);
            let complaint = bound.complain(name, arity, key.span.start());
            if let Some(complaint) = complaint.filter(|_| subject != VALUE) {
                self.add(subject, complaint);
            }
        }
        let asked = value.entries().iter().map(|(key, value)| {
            if capture(subject).0 == Arity::Body && key.text != "has" {
                let word = key.text.clone();
                self.break_law(subject, &key.to_node(), Law::AskedOfStatements { word });
            }
            let (known, or_unknown) = self.known_values(subject, &key.text, value);
            let word = self.asked_of(subject, &key.text, &known, bound)?;
            let typed = Typed {
                subject: Some(subject.to_owned()),
                word: key.text.clone(),
                value: value.clone(),
                or_unknown,
                speaks_of: SpeaksOf::default(),
            };
            Some(Condition::Word(word, typed))
        });
        all_of(asked).map(all)
    }

    /// Returns the values without `unknown`, and whether it was among them.
    fn known_values<'n>(
        &mut self,
        subject: &str,
        key: &str,
        value: &'n Node,
    ) -> (Cow<'n, Node>, bool) {
        if !is_unknown_too(key, value) {
            return (Cow::Borrowed(value), false);
        }
        let known = value
            .elements()
            .iter()
            .filter(|element| !is_unknown(element));
        let known: Vec<Node> = known.cloned().collect();
        let may_be_alone = subject.starts_with('$') && ASKED_ALONE.contains(&key);
        if known.is_empty() && !may_be_alone {
            self.break_law(key, value, Law::UnknownAlone);
        }
        let (value, span) = (Value::List(known).into(), value.span);
        (Cow::Owned(Node { value, span }), true)
    }

    fn asked_of(&mut self, subject: &str, key: &str, value: &Node, bound: &Bound) -> Option<Word> {
        match subject {
            "function" => self.question(key, value, bound).map(Word::Function),
            "file" => self.question(key, value, bound).map(Word::File),
            "project" => self.question(key, value, bound).map(Word::Project),
            "stored" => {
                let (arity, place) = capture(STORED_PLACE);
                let bound = bound.with(&[(place.to_owned(), arity)]);
                self.question(key, value, &bound).map(Word::Stored)
            }
            _ => Some(Word::Capture {
                name: capture(subject).1.to_owned(),
                word: self.question(key, value, bound)?,
            }),
        }
    }

    pub(super) fn enclosures(
        &mut self,
        key: &str,
        value: &Node,
        bound: &Bound,
    ) -> Option<Vec<Enclosure>> {
        let mut enclosures = Vec::new();
        for element in value.elements() {
            let text = element.text().unwrap_or_default();
            let is_word = text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            match text {
                "loop" => enclosures.push(Enclosure::Loop),
                "try" => enclosures.push(Enclosure::Try),
                "except" => enclosures.push(Enclosure::Except),
                "finally" => enclosures.push(Enclosure::Finally),
                "main-guard" => enclosures.push(Enclosure::MainGuard),
                _ if is_word && !text.is_empty() => {
                    self.add(
                        key,
                        Complaint::unknown(element.span.start(), "word", text, ENCLOSURES),
                    );
                }
                _ => {
                    let patterns = self.patterns(key, element, bound)?;
                    let patterns = patterns.iter().cloned().map(Box::new);
                    enclosures.extend(patterns.map(Enclosure::Pattern));
                }
            }
        }
        Some(enclosures)
    }

    pub(super) fn kind_names(&mut self, key: &str, value: &Node) -> Option<Vec<String>> {
        let names = self.named_texts(key, value)?;
        for (at, name) in &names {
            if let Some(complaint) = self.library.kinds.complain(*at, name) {
                self.add(key, complaint);
            }
        }
        Some(names.into_iter().map(|(_, name)| name).collect())
    }

    pub(super) fn listed(&mut self, key: &str, value: &Node) -> Option<Vec<String>> {
        let names = self.named_texts(key, value)?;
        Some(names.into_iter().map(|(_, name)| name).collect())
    }

    /// Names, each with its place; `<name>` of a named pattern stands for the names that it lists.
    fn named_texts(&mut self, key: &str, value: &Node) -> Option<Vec<(TextSize, String)>> {
        let mut names = Vec::new();
        for element in value.elements() {
            let at = element.span.start();
            let texts: Vec<String> = match self.named_patterns(key, element) {
                Some(group) => group?.iter().map(|it| it.pattern.text.clone()).collect(),
                None => {
                    let spread = spread::spread(element.text()?, &|_| None);
                    spread.into_iter().map(|it| it.text).collect()
                }
            };
            names.extend(texts.into_iter().map(|text| (at, text)));
        }
        Some(names)
    }

    pub(super) fn spellings(&mut self, key: &str, value: &Node) -> Option<Vec<Spelling>> {
        let elements = value.elements().iter();
        all_of(elements.map(|element| self.spelling(key, element)))
    }

    /// The name of a capture that the rule has.
    pub(super) fn captured(&mut self, key: &str, value: &Node, bound: &Bound) -> Option<String> {
        let (arity, name) = capture(value.text()?);
        if let Some(complaint) = bound.complain(name, arity, value.span.start()) {
            self.add(key, complaint);
        }
        Some(name.to_owned())
    }
}

/// Returns whether a key is what the words below it are asked of, and not a word itself.
pub(super) fn is_subject(key: &str) -> bool {
    key.starts_with('$') || matches!(key, "function" | "file" | "project" | "stored")
}

fn is_unknown(element: &Node) -> bool {
    element.text() == Some(UNKNOWN)
}

/// Returns whether a word holds also where its answer is not known.
pub(super) fn is_unknown_too(key: &str, value: &Node) -> bool {
    // It is the only value of `matched`, and a word of its own there.
    key != "matched" && value.elements().iter().any(is_unknown)
}

fn names_patterns(node: &Node) -> bool {
    match &*node.value {
        Value::Nothing => false,
        Value::Scalar(_) => pattern_name(node).is_some(),
        Value::List(elements) => elements.iter().any(names_patterns),
        Value::Map(entries) => entries.iter().any(|(_, value)| names_patterns(value)),
    }
}

/// All hold; of one it is that one.
fn all(mut parts: Vec<Condition>) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => Condition::All(parts.into_iter().chain(last).collect()),
    }
}

/// Both hold.
pub(super) fn join(first: &Arc<Condition>, second: &Arc<Condition>) -> Arc<Condition> {
    match (&**first, &**second) {
        (Condition::All(parts), _) if parts.is_empty() => second.clone(),
        (_, Condition::All(parts)) if parts.is_empty() => first.clone(),
        (one, other) => Arc::new(Condition::All([one.clone(), other.clone()].into())),
    }
}
