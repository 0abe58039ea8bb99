//! TOML values of any key: text, lists, tables, and what is said where a value is another.

use toml::de::DeValue;

use super::{Key, Reader, Value, offset};
use crate::config::document::{Origin, Place, Sourced};
use crate::config::options::List;
use crate::recipe::error::{Complaint, Problem};

impl Reader<'_> {
    /// Reads one of some words.
    pub(super) fn word<T>(
        &mut self,
        key: &str,
        value: &Value,
        words: &[&str],
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key, value, &words.join(", "))?;
        let found = words.contains(&text.as_str()).then(|| meaning(&text));
        if found.is_none() {
            let at = offset(value.span().start);
            self.complain(key, Complaint::unknown(at, "word", &text, words));
        }
        found.flatten()
    }

    pub(super) fn texts(
        &mut self,
        key: &str,
        value: &Value,
        expected: &str,
    ) -> Vec<Sourced<String>> {
        self.list(key, value, expected)
            .map(|list| list.value)
            .unwrap_or_default()
    }

    /// Reads a list of texts; `None` if it is no list.
    pub(super) fn list(&mut self, key: &str, value: &Value, expected: &str) -> Option<List> {
        let mut texts = Vec::new();
        for element in self.elements(key, value, expected) {
            let text = self.text(key, element, "a text");
            texts.extend(text.map(|text| self.sourced(element.span().start, text)));
        }
        let is_list = value.get_ref().is_array();
        is_list.then(|| self.sourced(value.span().start, texts))
    }

    pub(super) fn entries<'v, 't>(
        &mut self,
        key: &str,
        value: &'v Value<'t>,
        expected: &str,
    ) -> Vec<(&'v Key<'t>, &'v Value<'t>)> {
        match value.get_ref() {
            DeValue::Table(table) => table.iter().collect(),
            _ => {
                self.wrong_type(key, value, expected);
                Vec::new()
            }
        }
    }

    pub(super) fn elements<'v, 't>(
        &mut self,
        key: &str,
        value: &'v Value<'t>,
        expected: &str,
    ) -> Vec<&'v Value<'t>> {
        match value.get_ref() {
            DeValue::Array(elements) => elements.iter().collect(),
            _ => {
                self.wrong_type(key, value, expected);
                Vec::new()
            }
        }
    }

    pub(super) fn text(&mut self, key: &str, value: &Value, expected: &str) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                let complaint = Complaint::new(offset(value.span().start), Problem::Empty);
                self.complain(key, complaint.expected(expected));
                None
            }
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wrong_type(key, value, expected);
                None
            }
        }
    }

    pub(super) fn truth(&mut self, key: &str, value: &Value) -> Option<Sourced<bool>> {
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(self.sourced(value.span().start, *truth)),
            _ => {
                self.wrong_type(key, value, "true or false");
                None
            }
        }
    }

    pub(super) fn wrong_type(&mut self, key: &str, value: &Value, expected: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let complaint = Complaint::new(offset(value.span().start), Problem::Type { found });
        self.complain(key, complaint.expected(expected));
    }

    pub(super) fn unknown_key(&mut self, key: &str, unknown: &Key, valid: &[&str]) {
        let at = offset(unknown.span().start);
        self.complain(key, Complaint::unknown(at, "key", unknown.get_ref(), valid));
    }

    pub(super) fn complain(&mut self, key: &str, complaint: Complaint) {
        self.complaints.push((key.to_owned(), complaint));
    }

    pub(super) fn sourced<T>(&self, at: usize, value: T) -> Sourced<T> {
        Sourced {
            value,
            origin: Origin::File(Place::new(self.document, at)),
        }
    }
}
