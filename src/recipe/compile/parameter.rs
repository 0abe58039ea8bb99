//! `parameters` in YAML → their values in this run, and texts with the values in place of the names.

use ruff_text_size::{TextRange, TextSize};

use super::compiler::Compiler;
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::parameter::{Given, Parameter, ParameterType, Value};
use crate::recipe::snippet::metavariables;
use crate::recipe::template::FIELDS;
use crate::recipe::yaml::{Key, Node};

impl Compiler<'_> {
    /// Reads the parameters, with what this run sets.
    pub(super) fn read_parameters(&mut self, root: &Node) {
        for (key, node) in root.child("parameters").map_or(&[][..], Node::entries) {
            self.check_parameter_name(key);
            if let Some(parameter) = self.parameter(key, node) {
                self.parameters.push(parameter);
            }
        }
    }

    fn parameter(&mut self, key: &Key, node: &Node) -> Option<Parameter> {
        let kind = ParameterType::from_word(node.child("type")?.text()?)?;
        let value = self.value_of(kind, "default", node.child("default")?)?;
        let set = self.set.iter().find(|(name, _)| *name == key.text);
        Some(Parameter {
            name: key.text.clone(),
            kind,
            value: set.map_or_else(|| value.clone(), |(_, value)| value.clone()),
            default: value,
            about: node.child("about")?.text()?.to_owned(),
        })
    }

    /// Reads a value of a type.
    pub(super) fn value_of(
        &mut self,
        kind: ParameterType,
        key: &str,
        node: &Node,
    ) -> Option<Value> {
        let given = Given::Typed(node.text()?.to_owned());
        let value = kind.read(&given);
        if value.is_none() {
            let word = given.shown();
            let noun = "value";
            let problem = Problem::Unknown { noun, word };
            let complaint = Complaint::new(node.span.start(), problem);
            self.add(key, complaint.expected(kind.expected()));
        }
        value
    }

    /// `{why}` means something else already, and `$row` is the row of a table.
    fn check_parameter_name(&mut self, key: &Key) {
        let name = key.text.as_str();
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        if !is_name || name == "row" || FIELDS.contains(&name) {
            let name = name.to_owned();
            let problem = Problem::Law(Law::ParameterName { name });
            let complaint = Complaint::new(key.span.start(), problem);
            self.add("parameters", complaint.expected("a name such as limit"));
        }
    }

    /// Puts the values into the text of a template.
    pub(super) fn with_parameters(&self, text: &str) -> Filled {
        let mut filled = Filled::default();
        let mut from = 0;
        for (name, range) in metavariables(text) {
            let parameter = self.parameters.iter().find(|known| known.name == name);
            if let Some(parameter) = parameter {
                let range = range.start().to_usize()..range.end().to_usize();
                filled.text.push_str(&text[from..range.start]);
                filled.put(&parameter.value.code, range.len());
                from = range.end;
            }
        }
        filled.text.push_str(&text[from..]);
        filled
    }

    /// Puts the values into the text of a message.
    pub(super) fn message_with_parameters(&self, text: &str) -> Filled {
        let mut filled = Filled::default();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let field = behind.split_once('}');
            let known = field.and_then(|(name, behind)| {
                let mut parameters = self.parameters.iter();
                Some((parameters.find(|known| known.name == name)?, behind))
            });
            filled.text.push_str(before);
            match known {
                Some((parameter, behind)) => {
                    let shown = &parameter.value.shown;
                    let braces = shown.replace('{', "{{").replace('}', "}}");
                    filled.put(&braces, rest.len() - before.len() - behind.len());
                    rest = behind;
                }
                None => {
                    filled.text.push('{');
                    rest = behind;
                }
            }
        }
        filled.text.push_str(rest);
        filled
    }

    /// A pattern that captures `$limit` would mean something else than its value.
    pub(super) fn check_captured(&mut self, key: &str, name: &str, at: TextSize) {
        if self.parameters.iter().any(|known| known.name == name) {
            let name = name.to_owned();
            let problem = Problem::Law(Law::ParameterCaptured { name });
            self.add(key, Complaint::new(at, problem));
        }
    }
}

/// A text with values, which knows where it stood before.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) text: String,
    /// For every value its range in `text`, and how long its name was.
    values: Vec<(TextRange, TextSize)>,
}

impl Filled {
    fn put(&mut self, value: &str, typed: usize) {
        let start = size(self.text.len());
        self.text.push_str(value);
        let range = TextRange::new(start, size(self.text.len()));
        self.values.push((range, size(typed)));
    }

    /// Translates an offset in the text into one in what was typed.
    pub(super) fn typed(&self, offset: TextSize) -> TextSize {
        let mut typed = TextSize::new(0);
        let mut from = TextSize::new(0);
        for (range, length) in &self.values {
            if range.start() >= offset {
                break;
            }
            typed += range.start() - from;
            if offset < range.end() {
                return typed;
            }
            typed += *length;
            from = range.end();
        }
        typed + (offset - from)
    }
}

fn size(length: usize) -> TextSize {
    // Texts of a recipe are smaller than 4 GiB.
    TextSize::new(u32::try_from(length).unwrap_or(u32::MAX))
}
