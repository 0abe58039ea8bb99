//! Sentences with `{…}` fields, filled where a rule applies.

use ruff_text_size::TextSize;

use crate::recipe::error::{Complaint, Problem};

/// Text for people with `{…}` fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Literal text and fields, in order.
    pub parts: Vec<MessagePart>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessagePart {
    /// As typed.
    Text(String),
    /// `{$x}`: the capture's source text on one line.
    Capture(String),
    /// `{$x.name}`: the last name of the capture.
    CaptureName(String),
    /// `{why}`: the sentence of the first word that answered no or unknown.
    Why,
    /// `{names}`: the shared names meant.
    Names,
    /// `{sign}`: why the file may be a script.
    Sign,
    /// `{found}`: where a `has`, `program` or `project` was met.
    Found,
    /// `{found.line}`: the line of that.
    FoundLine,
    /// `{owner}`: who keeps what the site begins.
    Owner,
    /// `{teardown}`: which method of the owner ends it.
    Teardown,
    /// `{lifecycle}`: who calls that, as the table says.
    Lifecycle,
    /// `{function}`, `{class}`, `{file}`, `{python}`.
    Place(Place),
}

/// What `{function}` and its kin name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The innermost function's name.
    Function,
    /// The innermost class's name.
    Class,
    /// The file's name.
    File,
    /// The target version.
    Python,
}

/// Message fields that are no captures.
pub const FIELDS: &[&str] = &[
    "why",
    "names",
    "sign",
    "found",
    "found.line",
    "owner",
    "teardown",
    "lifecycle",
    "function",
    "class",
    "file",
    "python",
];

impl Message {
    /// Returns the text of a message without fields.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [MessagePart::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Parses a message; `{{` and `}}` are braces.
    ///
    /// # Errors
    ///
    /// The first mistake, its place a byte offset in `text`.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..];
            let offset = offset_in(text, brace);
            if brace.starts_with("{{") || brace.starts_with("}}") {
                literal.push_str(&brace[..1]);
                rest = &brace[2..];
            } else if let Some((field, behind)) = brace
                .strip_prefix('{')
                .and_then(|field| field.split_once('}'))
            {
                if !literal.is_empty() {
                    parts.push(MessagePart::Text(std::mem::take(&mut literal)));
                }
                parts.push(parse_field(field, offset + TextSize::new(1))?);
                rest = behind;
            } else {
                let complaint = Complaint::new(offset, Problem::OpenField);
                return Err(complaint.expected("`{{` or `}}` for a brace"));
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(MessagePart::Text(literal));
        }
        Ok(Self { parts })
    }

    /// Iterates over the captures it names.
    pub fn captures(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            MessagePart::Capture(name) | MessagePart::CaptureName(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

fn parse_field(field: &str, at: TextSize) -> Result<MessagePart, Complaint> {
    if let Some(capture) = field.strip_prefix('$') {
        // `{$*args}` is what `{$args}` is.
        let capture = capture.trim_start_matches(['*', '.']);
        let (name, is_name) = match capture.split_once('.') {
            None => (capture, false),
            Some((name, "name")) => (name, true),
            Some((_, other)) => return Err(Complaint::unknown(at, "field", other, &["name"])),
        };
        let name = name.to_owned();
        return Ok(if is_name {
            MessagePart::CaptureName(name)
        } else {
            MessagePart::Capture(name)
        });
    }
    Ok(match field {
        "why" => MessagePart::Why,
        "names" => MessagePart::Names,
        "sign" => MessagePart::Sign,
        "found" => MessagePart::Found,
        "found.line" => MessagePart::FoundLine,
        "owner" => MessagePart::Owner,
        "teardown" => MessagePart::Teardown,
        "lifecycle" => MessagePart::Lifecycle,
        "function" => MessagePart::Place(Place::Function),
        "class" => MessagePart::Place(Place::Class),
        "file" => MessagePart::Place(Place::File),
        "python" => MessagePart::Place(Place::Python),
        _ => return Err(Complaint::unknown(at, "field", field, FIELDS)),
    })
}

fn offset_in(text: &str, rest: &str) -> TextSize {
    // Messages are parts of a file, which is smaller than 4 GiB.
    TextSize::new(u32::try_from(text.len() - rest.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_message(text: &str, expected: &str) {
        let rendered = match Message::parse(text) {
            Ok(message) => format!("{:?}", message.parts),
            Err(error) => {
                let hint = error.nearest.or(error.expected).unwrap_or_default();
                format!("{}: {} ({hint})", u32::from(error.at), error.problem)
            }
        };
        assert_eq!(rendered, expected);
    }

    #[test]
    fn messages_have_fields() {
        check_message("a {$x} b", r#"[Text("a "), Capture("x"), Text(" b")]"#);
        check_message("{$*args}", r#"[Capture("args")]"#);
        check_message("{$x.name}{why}", r#"[CaptureName("x"), Why]"#);
        check_message("{{x}} {python}", r#"[Text("{x} "), Place(Python)]"#);
    }

    #[test]
    fn mistakes_in_messages_have_a_place() {
        check_message("a {nmaes}", "3: unknown field `nmaes` (names)");
        check_message(
            "{row.because}",
            "1: unknown field `row.because` (why, names, sign, found, found.line, owner, teardown, lifecycle, function, class, file, python)",
        );
        check_message("{$x.nam}", "1: unknown field `nam` (name)");
        check_message("a { b", "2: `{` without `}` (`{{` or `}}` for a brace)");
        check_message("a } b", "2: `{` without `}` (`{{` or `}}` for a brace)");
    }
}
