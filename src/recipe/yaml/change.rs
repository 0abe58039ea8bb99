//! Nodes → the same with something else in them. Copies share all that stays as it is.

use std::sync::Arc;

use ruff_text_size::{TextRange, TextSize};

use super::{Node, Value};
use crate::recipe::error::Report;

impl Node {
    /// Returns the value behind `key`, to change it; `None` also where this is no map. Copies of the node stay.
    pub fn child_mut(&mut self, key: &str) -> Option<&mut Node> {
        // A map that has no such key is shared further.
        self.child(key)?;
        let Value::Map(entries) = Arc::make_mut(&mut self.value) else {
            return None;
        };
        let mut entries = entries.iter_mut();
        entries
            .find(|(entry, _)| entry.text == key)
            .map(|it| &mut it.1)
    }

    /// Returns the elements of a list, to change them; none where this is no list. Copies of the node stay.
    pub fn elements_mut(&mut self) -> &mut [Node] {
        if !matches!(&*self.value, Value::List(_)) {
            return &mut [];
        }
        match Arc::make_mut(&mut self.value) {
            Value::List(elements) => elements,
            _ => &mut [],
        }
    }

    /// Returns the value as it stands in the place of its name: what is wrong in it is wrong there. Of a tested file
    /// nothing is, and the value is shared.
    pub fn moved(&self, at: TextSize, report: &Report<'_>) -> Node {
        let value = match &*self.value {
            _ if report.is_tested() => None,
            Value::Scalar(scalar) => {
                let moved = scalar.replaced(scalar.text.clone(), at);
                Some(Value::Scalar(moved).into())
            }
            _ => {
                let moved = self.with_values(|value| Some(value.moved(at, report)));
                moved.map(|moved| moved.value)
            }
        };
        let value = value.unwrap_or_else(|| self.value.clone());
        let span = TextRange::empty(at);
        Node { value, span }
    }

    /// Puts what `put` gives in the places of the values of a list or a map; `None` where it gives nothing, and the
    /// node can be shared.
    pub fn with_values(&self, mut put: impl FnMut(&Node) -> Option<Node>) -> Option<Node> {
        let value = match &*self.value {
            Value::List(elements) => Value::List(with_some(elements, put)?),
            Value::Map(entries) => Value::Map(with_some(entries, |(key, value)| {
                put(value).map(|value| (key.clone(), value))
            })?),
            Value::Nothing | Value::Scalar(_) => return None,
        };
        Some(Node {
            value: value.into(),
            span: self.span,
        })
    }
}

/// Returns the parts with those that `put` gives in their places; `None`, without a copy, where it gives nothing.
fn with_some<T: Clone>(parts: &[T], mut put: impl FnMut(&T) -> Option<T>) -> Option<Vec<T>> {
    let mut numbered = parts.iter().enumerate();
    let (at, first) = numbered.find_map(|(at, part)| Some((at, put(part)?)))?;
    let mut all = Vec::with_capacity(parts.len());
    all.extend_from_slice(&parts[..at]);
    all.push(first);
    all.extend(numbered.map(|(_, part)| put(part).unwrap_or_else(|| part.clone())));
    Some(all)
}
