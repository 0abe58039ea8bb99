//! The events of the YAML parser → nodes. Nothing here recurses, so no nesting overflows the stack.

use std::sync::Arc;

use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashSet;
use serde_saphyr::granit_parser::{Event, Parser, ScanError, Span};

use super::scalar::{scalar_node, text_size};
use super::{Key, Node, Value};
use crate::recipe::error::{Complaint, Problem};

/// Reads one document; see [`parse`](super::parse).
pub(super) fn read(text: &str) -> Result<Node, Vec<Complaint>> {
    let mut builder = Builder {
        text,
        open: Vec::new(),
        root: None,
        complaints: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                builder.complaints.push(syntax_complaint(text, &error));
                break;
            }
        }
    }
    if !builder.complaints.is_empty() {
        return Err(builder.complaints);
    }
    Ok(builder.root.unwrap_or(Node {
        value: Value::Nothing.into(),
        span: TextRange::default(),
    }))
}

/// A list or map whose end has not been read yet.
/// What there is for an anchor, and what `&` may have been meant as.
const SHARED: &str =
    "`bodies` and `use` for keys that rules share, or quotes around a text that begins with &";

enum Open {
    List(TextSize, Vec<Node>),
    Map {
        start: TextSize,
        entries: Vec<(Key, Node)>,
        /// The key whose value comes next.
        key: Option<Key>,
        seen: FxHashSet<String>,
    },
}

struct Builder<'t> {
    text: &'t str,
    open: Vec<Open>,
    root: Option<Node>,
    complaints: Vec<Complaint>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) {
        let range = text_range(span);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse(anchor != 0, "an anchor", range);
                self.refuse(tag.is_some(), "a tag", range);
                self.close(scalar_node(self.text, &value, style, range));
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse(anchor != 0, "an anchor", range);
                self.refuse(tag.is_some(), "a tag", range);
                self.open.push(Open::List(range.start(), Vec::new()));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse(anchor != 0, "an anchor", range);
                self.refuse(tag.is_some(), "a tag", range);
                self.open.push(Open::Map {
                    start: range.start(),
                    entries: Vec::new(),
                    key: None,
                    seen: FxHashSet::default(),
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end()),
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.refuse(true, "an alias", range),
            Event::DocumentStart(..) if self.root.is_some() => {
                let feature = "a second document";
                let complaint = Complaint::new(range.start(), Problem::Feature { feature });
                self.complaints.push(complaint);
            }
            _ => {}
        }
    }

    fn refuse(&mut self, found: bool, feature: &'static str, range: TextRange) {
        if found {
            let complaint = Complaint::new(range.start(), Problem::Feature { feature });
            self.complaints.push(complaint.expected(match feature {
                "an anchor" => SHARED,
                _ => QUOTES,
            }));
        }
    }

    fn end(&mut self, end: TextSize) {
        let (start, value) = match self.open.pop() {
            Some(Open::List(start, nodes)) => (start, Value::List(nodes)),
            Some(Open::Map { start, entries, .. }) => (start, Value::Map(entries)),
            None => return,
        };
        let span = TextRange::new(start, end.max(start));
        let value = value.into();
        self.close(Node { value, span });
    }

    /// Puts a complete node where it belongs.
    fn close(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, nodes)) => nodes.push(node),
            Some(Open::Map {
                entries,
                key: key @ Some(_),
                ..
            }) => {
                entries.extend(key.take().map(|key| (key, node)));
            }
            Some(Open::Map { key, seen, .. }) => {
                let at = node.span.start();
                let Value::Scalar(scalar) = Arc::unwrap_or_clone(node.value) else {
                    let feature = "a key that is not text";
                    let complaint = Complaint::new(at, Problem::Feature { feature });
                    self.complaints.push(complaint.expected(QUOTES));
                    *key = Some(Key::default());
                    return;
                };
                if !seen.insert(scalar.text.clone()) {
                    let complaint = Complaint::new(at, Problem::DuplicateKey);
                    self.complaints.push(complaint.expected("one of them"));
                }
                *key = Some(Key {
                    span: node.span,
                    scalar: scalar.into(),
                });
            }
        }
    }
}

const QUOTES: &str = "quotes around a text that begins with one of @ % & * ! [ { > | `";

fn syntax_complaint(text: &str, error: &ScanError) -> Complaint {
    let at = error.marker().byte_offset().unwrap_or(text.len());
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let complaint = Complaint::new(
        text_size(at),
        Problem::Syntax {
            language: "YAML",
            message: error.info(),
        },
    );
    let line = before.rsplit('\n').next();
    let info = error.info();
    let says = |part| info.contains(part);
    if rest.starts_with(['@', '%', '&', '*', '!', '`', '>', ']']) || says("block scalar") {
        complaint.expected(QUOTES)
    } else if rest.starts_with(':')
        || line.is_some_and(|line| line.contains(": ") && ends_flow(line))
    {
        complaint
            .expected("quotes around a text that holds `: ` or ` #`, or `|` before lines of text")
    } else if says("tab") {
        let tab = rest.find('\t').unwrap_or_default();
        let at = text_size(at + tab);
        Complaint { at, ..complaint }.expected("spaces")
    } else if says("quoted scalar") {
        complaint.expected("the closing quote of a text above")
    } else if says("unclosed") {
        complaint.expected("its closing } or ]")
    } else if says("flow") {
        complaint.expected("the closing } or ] of a line above")
    } else if says("block") || says("simple key") {
        complaint.expected("the indentation of what it belongs to")
    } else {
        complaint
    }
}

/// Whether a `[…]` or `{…}` has just been closed: what follows was meant to be one text with it.
fn ends_flow(line: &str) -> bool {
    line.ends_with([']', '}'])
}

fn text_range(span: Span) -> TextRange {
    // Parsing a string yields byte offsets always.
    let range = span.byte_range().unwrap_or_default();
    TextRange::new(
        text_size(range.start),
        text_size(range.end.max(range.start)),
    )
}
