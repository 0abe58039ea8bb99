//! Patterns in YAML: texts, what they leave open, names of patterns, and conditions on what they capture.

use std::sync::Arc;

use ruff_text_size::TextSize;

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use super::condition::join;
use super::spread;
use crate::recipe::condition::{Condition, Guarded, Patterns};
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::pattern::Pattern;
use crate::recipe::schema::PATTERN_KEYS;
use crate::recipe::yaml::{Key, Node, Value};

impl Compiler<'_> {
    /// Compiles the patterns of a value: texts, `<names>`, `{match, where}`, lists of them.
    pub(super) fn patterns(&mut self, key: &str, node: &Node, bound: &Bound) -> Option<Patterns> {
        let elements = match node.elements() {
            [only] => return self.element_patterns(key, only, bound),
            elements => elements.iter(),
        };
        let patterns = all_of(elements.map(|element| self.element_patterns(key, element, bound)))?;
        Some(patterns.iter().flat_map(|it| it.iter().cloned()).collect())
    }

    /// Compiles a pattern or `<name>` that is the key of a map.
    pub(super) fn key_patterns(&mut self, key: &Key) -> Option<Patterns> {
        let node = key.to_node();
        self.element_patterns(&key.text, &node, &Bound::none())
    }

    fn element_patterns(&mut self, key: &str, node: &Node, bound: &Bound) -> Option<Patterns> {
        if node.text().is_none() {
            return self.guarded(node, bound);
        }
        if let Some(named) = self.named_patterns(key, node) {
            return named;
        }
        self.spread_patterns(key, node)
    }

    /// Writes out what the keys of a map leave open.
    pub(super) fn spread_keys(&mut self, entries: &[(Key, Node)]) -> Vec<(Key, Node)> {
        for (key, _) in entries {
            self.compile_named_in(&key.text);
        }
        let spread = |(key, value): &(Key, Node)| {
            let texts = spread::spread(&key.text, &|name| self.named.used(name));
            let keys = texts.into_iter().map(|it| match it.text == key.text {
                true => key.clone(),
                false => key.replaced(it.text),
            });
            keys.map(|key| (key, value.clone())).collect::<Vec<_>>()
        };
        entries.iter().flat_map(spread).collect()
    }

    /// Compiles the patterns that a text stands for.
    fn spread_patterns(&mut self, key: &str, node: &Node) -> Option<Patterns> {
        let scalar = node.scalar()?;
        self.compile_named_in(&scalar.text);
        let spread = spread::spread(&scalar.text, &|name| self.named.used(name));
        if spread.len() > spread::MOST {
            self.break_law(key, node, Law::TooManyPatterns);
            return None;
        }
        if spread.iter().any(|it| spread::unclear(&it.text).is_some()) {
            let at = spread::unclear(&scalar.text).unwrap_or_default();
            let at = scalar.file_offset(TextSize::new(u32::try_from(at).unwrap_or(u32::MAX)));
            let complaint = Complaint::new(at, Problem::Law(Law::UnclearBars));
            let expected = "`f((a|b))` for one of the names, or `f(a | b)` for Python's `|`";
            self.add(key, complaint.expected(expected));
            return None;
        }
        let is_as_typed = spread.len() == 1 && spread[0].text == scalar.text;
        let patterns = spread.into_iter().map(|spread| {
            let pattern = match is_as_typed {
                true => self.pattern(key, node)?,
                false => {
                    let text = scalar.replaced(spread.text, node.span.start());
                    let value = Value::Scalar(text).into();
                    let (value, span) = (value, node.span);
                    self.pattern(key, &Node { value, span })?
                }
            };
            let condition = spread.condition;
            Some(Guarded { pattern, condition })
        });
        all_of(patterns).map(Into::into)
    }

    /// Compiles `{match, where}`; its `where` may name what is bound around it and what it captures.
    fn guarded(&mut self, node: &Node, bound: &Bound) -> Option<Patterns> {
        let inner = self.compared(node, bound)?;
        let Some(condition) = node.child("where") else {
            return Some(inner);
        };
        let mut guarded: Vec<Guarded> = Vec::new();
        // The patterns of a table mostly ask the same, and share what is made of it.
        let mut last = None;
        for it in inner.iter() {
            let bound = bound.with(&it.pattern.captures);
            let condition = self.shared_condition("where", condition, &bound)?;
            let asked = (Arc::as_ptr(&it.condition), Arc::as_ptr(&condition));
            let joined = match guarded.last().filter(|_| last == Some(asked)) {
                Some(same) => same.condition.clone(),
                None => join(&it.condition, &condition),
            };
            last = Some(asked);
            guarded.push(Guarded {
                pattern: it.pattern.clone(),
                condition: joined,
            });
        }
        Some(guarded.into())
    }

    /// Compiles what a map is compared with: code, a magic, or a package.
    fn compared(&mut self, node: &Node, bound: &Bound) -> Option<Patterns> {
        let keys = node.entries().iter();
        let mut keys = keys.filter(|(key, _)| PATTERN_KEYS.contains(&key.text.as_str()));
        let at = node.span.start();
        let Some((key, value)) = keys.next() else {
            let missing = PATTERN_KEYS[0];
            self.add("match", Complaint::new(at, Problem::Missing { missing }));
            return None;
        };
        if let Some((second, _)) = keys.next() {
            let (first, second) = (key.text.clone(), second.text.clone());
            self.break_law(&key.text, node, Law::TwoPatterns { first, second });
            return None;
        }
        let pattern = match key.text.as_str() {
            "magic" => self.magic(value)?,
            "dependency" => Pattern::dependency(value.text()?),
            "lacking" => Pattern::lacking(value.text()?),
            _ => return self.patterns("match", value, bound),
        };
        let (pattern, condition) = (pattern.into(), Condition::always());
        Some([Guarded { pattern, condition }].into())
    }
}
