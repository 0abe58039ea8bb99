//! Texts of a recipe → patterns, templates and messages, and whether their captures are bound.

use std::sync::Arc;

use ruff_text_size::TextSize;

use super::bound::Bound;
use super::compiler::Compiler;
use super::parameter::Filled;
use super::spread::{choice, stray_bar, tight_bar};
use crate::recipe::condition::Spelling;
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::pattern::{Arity, Pattern};
use crate::recipe::template::{Message, Template};
use crate::recipe::yaml::{Node, Scalar, Style};

/// Splits a key or value such as `$x` or `$*xs` into arity and name.
pub(super) fn capture(text: &str) -> (Arity, &str) {
    [Arity::Body, Arity::Keywords, Arity::Rest, Arity::One]
        .into_iter()
        .find_map(|arity| Some((arity, text.strip_prefix(arity.sigil())?)))
        .unwrap_or((Arity::One, text))
}

impl Compiler<'_> {
    /// Parses a pattern without conditions.
    pub(super) fn pattern(&mut self, key: &str, node: &Node) -> Option<Arc<Pattern>> {
        let scalar = node.scalar()?;
        self.check_bars(key, scalar, stray_bar(&scalar.text), Law::StrayBar)?;
        let pattern = match self.parsed.get(&scalar.text) {
            Some(known) => known.clone(),
            None => {
                let pattern = Arc::new(self.place(key, scalar, Pattern::parse(&scalar.text))?);
                self.parsed.insert(scalar.text.clone(), pattern.clone());
                pattern
            }
        };
        for (name, _) in &pattern.captures {
            self.check_captured(key, name, node.span.start());
        }
        Some(pattern)
    }

    /// Says where a choice can be, which Python would read as an operator.
    fn check_bars(
        &mut self,
        key: &str,
        scalar: &Scalar,
        bar: Option<usize>,
        law: Law,
    ) -> Option<()> {
        let Some(at) = bar else {
            return Some(());
        };
        let expected = match law {
            Law::StrayBar => "a list of patterns, or `a | b` with blanks for Python's `|`",
            Law::ChoiceOfTexts => "a list of texts, or a `/regex/`",
            _ => {
                "a metavariable that the pattern captures, such as `$name`, and whose `text` a condition asks"
            }
        };
        let at = scalar.file_offset(TextSize::new(u32::try_from(at).unwrap_or(u32::MAX)));
        let complaint = Complaint::new(at, Problem::Law(law));
        self.add(key, complaint.expected(expected));
        None
    }

    /// Reads a line magic.
    pub(super) fn magic(&mut self, node: &Node) -> Option<Pattern> {
        let scalar = node.scalar()?;
        self.place("magic", scalar, Pattern::magic(&scalar.text))
    }

    /// Reads how a capture may be spelled.
    pub(super) fn spelling(&mut self, key: &str, node: &Node) -> Option<Spelling> {
        let scalar = node.scalar()?;
        if !scalar.text.starts_with('/') {
            self.check_bars(key, scalar, choice(&scalar.text), Law::ChoiceOfTexts)?;
        }
        if self.report.is_tested() {
            return Some(Spelling::tested(&scalar.text));
        }
        self.place(key, scalar, Spelling::parse(&scalar.text))
    }

    /// Parses a template; all its captures must be bound.
    pub(super) fn template(&mut self, key: &str, node: &Node, bound: &Bound) -> Option<Template> {
        let scalar = node.scalar()?;
        self.check_bars(key, scalar, tight_bar(&scalar.text), Law::ChoiceWritten)?;
        let filled = self.with_parameters(&scalar.text);
        let parsed = Template::parse(&filled.text).map_err(|complaint| typed(complaint, &filled));
        let template = self.place(key, scalar, parsed)?;
        for slot in &template.slots {
            let word = format!("{}{}", slot.arity.sigil(), slot.name);
            let at = scalar.file_offset(find_word(&scalar.text, &word));
            if let Some(complaint) = bound.complain(&slot.name, slot.arity, at) {
                self.add(key, complaint);
            }
        }
        Some(template)
    }

    /// Parses a message; all its captures must be bound.
    pub(super) fn message(&mut self, key: &str, node: &Node, bound: &Bound) -> Option<Message> {
        let scalar = node.scalar()?;
        let filled = self.message_with_parameters(&scalar.text);
        let parsed = Message::parse(&filled.text).map_err(|complaint| typed(complaint, &filled));
        let message = self.place(key, scalar, parsed)?;
        for name in message.captures() {
            let at = scalar.file_offset(find_word(&scalar.text, &format!("${name}")));
            // A message shows the text of any capture: `{$rest}` is `$*rest` too.
            if let Some(complaint) = bound
                .complain(name, Arity::One, at)
                .filter(|_| !bound.has(name))
            {
                self.add(key, complaint);
            }
        }
        Some(message)
    }

    /// Returns the name of a bound capture.
    pub(super) fn bound_capture(
        &mut self,
        key: &str,
        node: &Node,
        bound: &Bound,
    ) -> Option<String> {
        let (arity, name) = capture(node.text()?);
        if let Some(complaint) = bound.complain(name, arity, node.span.start()) {
            self.add(key, complaint);
            return None;
        }
        Some(name.to_owned())
    }

    /// Reports a mistake in a scalar at its place in the file.
    fn place<T>(&mut self, key: &str, scalar: &Scalar, parsed: Result<T, Complaint>) -> Option<T> {
        let mut complaint = match parsed {
            Ok(parsed) => return Some(parsed),
            Err(complaint) => complaint,
        };
        complaint.at = scalar.file_offset(complaint.at);
        if complaint.expected.is_none() {
            let expected = explain_yaml(scalar).or_else(|| explain_python(&complaint.problem));
            complaint.expected = expected.map(str::to_owned);
        }
        self.add(key, complaint);
        None
    }
}

/// Gives a mistake its place in what was typed.
fn typed(mut complaint: Complaint, filled: &Filled) -> Complaint {
    complaint.at = filled.typed(complaint.at);
    complaint
}

/// Says which trap of YAML may have cut a snippet short.
fn explain_yaml(scalar: &Scalar) -> Option<&'static str> {
    let count = |brackets: [char; 3]| scalar.text.matches(brackets).count();
    if scalar.style != Style::Plain {
        None
    } else if scalar.tight_comment.is_some() {
        Some("quotes around a text that holds ` #`")
    } else if scalar.ends_at_comma && count(['(', '[', '{']) > count([')', ']', '}']) {
        Some("quotes around a text that holds `, ` inside […] or {…}")
    } else {
        None
    }
}

/// Says what would have been right where Python's parser says only what is wrong.
fn explain_python(problem: &Problem) -> Option<&'static str> {
    match problem {
        Problem::Python { message } if message.contains("EOF") => {
            Some("what closes the open bracket or quote")
        }
        Problem::Python { .. } => {
            Some("an expression, statements, or a header such as `with $cm`; captures are `$x`")
        }
        _ => None,
    }
}

/// Returns the offset at which `word` stands as a whole in `text`; 0 where it does not.
fn find_word(text: &str, word: &str) -> TextSize {
    let is_name_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let found = text
        .match_indices(word)
        .find(|(at, _)| !text[at + word.len()..].starts_with(is_name_part));
    let at = found.map_or(0, |(at, _)| at);
    TextSize::new(u32::try_from(at).unwrap_or(u32::MAX))
}
