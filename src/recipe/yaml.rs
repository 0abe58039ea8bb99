//! YAML text → nodes with their places; the only module that knows the YAML parser.
//!
//! Plain scalars stay the text that was typed (`3.10`, `yes` and `unknown` are texts), and whether
//! they were quoted is kept. Anchors, tags and several documents are refused: the language has no
//! use for them.

use std::ops::Deref;
use std::sync::Arc;

use ruff_text_size::{TextRange, TextSize};

use super::error::Complaint;
#[cfg(test)]
use super::error::Report;

mod change;

mod read;

mod scalar;

/// One value of a YAML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it holds; shared by the copies of a node.
    pub value: Arc<Value>,
    /// Bytes of the file: of a scalar its text with quotes, of a block scalar its lines, of a list or
    /// map from its beginning to its end.
    pub span: TextRange,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing behind the key.
    Nothing,
    /// Text.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map, in order; every key stands once.
    Map(Vec<(Key, Node)>),
}

/// A text and how it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scalar {
    /// As typed, quotes, escapes and indentation undone.
    pub text: String,
    /// How it was written.
    pub style: Style,
    places: BytePlaces,
    /// A comment that follows a plain scalar without a space behind its `#`.
    pub tight_comment: Option<String>,
    /// Whether a comma of `[…]` or `{…}` ends a plain scalar.
    pub ends_at_comma: bool,
}

/// Where the bytes of a text stand in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum BytePlaces {
    /// One behind the other from here.
    From(TextSize),
    /// All of them here: the text was put in the place of another one.
    At(TextSize),
    /// For every line its offset in the text, and in the file.
    Lines(Vec<(TextSize, TextSize)>),
}

impl Default for BytePlaces {
    fn default() -> Self {
        Self::From(TextSize::default())
    }
}

/// How a text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Without quotes.
    #[default]
    Plain,
    /// In `'…'` or `"…"`.
    Quoted,
    /// As lines under `|` or `>`.
    Block,
}

/// A key of a map. It is its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    /// Bytes of the file.
    pub span: TextRange,
    /// Shared by the copies of the key.
    scalar: Arc<Scalar>,
}

impl Deref for Key {
    type Target = Scalar;

    fn deref(&self) -> &Scalar {
        &self.scalar
    }
}

impl Key {
    /// Puts a text in the place of the key.
    pub fn replaced(&self, text: String) -> Self {
        Self {
            scalar: self.scalar.replaced(text, self.span.start()).into(),
            span: self.span,
        }
    }

    /// Returns the key as a value: keys can be patterns.
    pub fn to_node(&self) -> Node {
        Node {
            value: Value::Scalar(Scalar::clone(self)).into(),
            span: self.span,
        }
    }
}

impl Scalar {
    /// A text that is put in the place of this one, which begins at `at`: what is wrong in it is wrong there.
    pub fn replaced(&self, text: String, at: TextSize) -> Self {
        Self {
            text,
            style: self.style,
            places: BytePlaces::At(at),
            ..Self::default()
        }
    }

    /// Translates a byte offset in `text` into one in the file.
    pub fn file_offset(&self, offset: TextSize) -> TextSize {
        let lines = match &self.places {
            BytePlaces::From(start) => return *start + offset,
            BytePlaces::At(place) => return *place,
            BytePlaces::Lines(lines) => lines,
        };
        let line = lines.partition_point(|(start, _)| *start <= offset);
        match lines.get(line.saturating_sub(1)) {
            Some((start, place)) => *place + offset.checked_sub(*start).unwrap_or_default(),
            None => offset,
        }
    }
}

impl Node {
    /// Returns the value behind `key`; `None` also where this is no map.
    pub fn child(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|(entry, _)| entry.text == key)
            .map(|(_, node)| node)
    }

    /// Returns the entries, none where this is no map.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &*self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the elements of a list, or the value itself: the language takes one for a list of one.
    pub fn elements(&self) -> &[Node] {
        match &*self.value {
            Value::List(elements) => elements,
            Value::Nothing => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// Returns whether two nodes are copies of one.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.value, &other.value)
    }

    /// Returns what tells its value from others that are kept; copies of a node share it.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.value).addr()
    }

    /// Returns the scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &*self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Returns the text, if it is one.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// Returns the value as it would be typed on one line.
    pub fn inline(&self) -> String {
        let joined = |parts: Vec<String>| parts.join(", ");
        match &*self.value {
            Value::Nothing => String::new(),
            Value::Scalar(scalar) => match scalar.style {
                Style::Quoted => format!("{:?}", scalar.text),
                _ => scalar.text.trim_end().replace('\n', "; "),
            },
            Value::List(nodes) => {
                format!("[{}]", joined(nodes.iter().map(Self::inline).collect()))
            }
            Value::Map(entries) => {
                let entry = |(key, node): &(Key, Self)| format!("{}: {}", key.text, node.inline());
                format!("{{{}}}", joined(entries.iter().map(entry).collect()))
            }
        }
    }

    /// Says what the value is, for error messages.
    pub fn describe(&self) -> &'static str {
        match &*self.value {
            Value::Nothing => "nothing",
            Value::Scalar(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// Parses one YAML document.
///
/// # Errors
///
/// The first syntax error, or everything that the language does not use: anchors, tags, keys that
/// are no text, keys that stand twice.
pub fn parse(text: &str) -> Result<Node, Vec<Complaint>> {
    read::read(text)
}

#[cfg(test)]
mod tests {
    use ruff_text_size::TextSize;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut report = Report::new("r.yaml", text);
        for complaint in parse(text).err().unwrap_or_default() {
            report.add("", complaint);
        }
        let rendered: Vec<String> = report.finish().iter().map(ToString::to_string).collect();
        assert_eq!(rendered, expected, "{text}");
    }

    /// Where the text `needle` of the value of `key` stands in the file.
    #[track_caller]
    fn check_place(text: &str, key: &str, needle: &str, expected: &str) {
        let root = parse(text).expect("it is YAML");
        let scalar = root.child(key).and_then(Node::scalar).expect("a text");
        let offset = scalar.text.find(needle).expect("the needle");
        let place = scalar
            .file_offset(TextSize::try_from(offset).expect("a short text"))
            .to_usize();
        assert_eq!(&text[place..][..expected.len()], expected);
    }

    #[test]
    fn syntax_errors_have_a_place_and_a_hint() {
        let first = "(expected quotes around a text that begins with one of @ % & * ! [ { > | `)";
        let inside =
            "(expected quotes around a text that holds `: ` or ` #`, or `|` before lines of text)";
        check(
            "match: @app.task\n",
            &[&format!(
                "r.yaml:1:8: not YAML: unexpected character: `@' {first}"
            )],
        );
        check(
            "match: %gui x\n",
            &[&format!(
                "r.yaml:1:8: not YAML: unexpected character: `%' {first}"
            )],
        );
        check(
            "a:\n  b: c: d\n",
            &[&format!(
                "r.yaml:2:7: not YAML: mapping values are not allowed in this context {inside}"
            )],
        );
        check(
            "m: {a: b}.c\n",
            &[&format!(
                "r.yaml:1:10: not YAML: while parsing a block mapping, did not find expected key {inside}"
            )],
        );
        check(
            "a:\n\t- b\n",
            &[
                "r.yaml:2:2: not YAML: tabs disallowed within this context (block indentation) (expected spaces)",
            ],
        );
        check(
            "a: [b\n",
            &["r.yaml:1:4: not YAML: unclosed bracket '[' (expected its closing } or ])"],
        );
        check(
            "a: 'x\n",
            &[
                "r.yaml:2:1: not YAML: invalid indentation in multiline quoted scalar (expected the closing quote of a text above)",
            ],
        );
    }

    #[test]
    fn yaml_that_the_language_does_not_use_is_refused_all_at_once() {
        let hint = "(expected quotes around a text that begins with one of @ % & * ! [ { > | `)";
        check(
            "a: &x y\nb: !t y\nc: *x\n",
            &[
                "r.yaml:1:7: an anchor is not part of the language (expected `bodies` and `use` for keys that rules share, or quotes around a text that begins with &)",
                &format!("r.yaml:2:7: a tag is not part of the language {hint}"),
                &format!("r.yaml:3:4: an alias is not part of the language {hint}"),
            ],
        );
        check(
            "a: 1\nb: 2\na: 3\n",
            &["r.yaml:3:1: the key stands twice (expected one of them)"],
        );
        check(
            "? [a]\n: b\n",
            &[&format!(
                "r.yaml:1:3: a key that is not text is not part of the language {hint}"
            )],
        );
        check(
            "a: 1\n---\nb: 1\n",
            &["r.yaml:2:1: a second document is not part of the language"],
        );
    }

    #[test]
    fn plain_scalars_stay_text() {
        let root = parse("a: 3.10\nb: yes\nc: 'unknown'\nd:\n").expect("it is YAML");
        let style = |key| {
            root.child(key)
                .and_then(Node::scalar)
                .map(|scalar| scalar.style)
        };
        assert_eq!(root.child("a").and_then(Node::text), Some("3.10"));
        assert_eq!(root.child("b").and_then(Node::text), Some("yes"));
        assert_eq!(style("a"), Some(Style::Plain));
        assert_eq!(style("c"), Some(Style::Quoted));
        assert_eq!(root.child("d").map(Node::describe), Some("nothing"));
    }

    #[test]
    fn a_value_is_told_on_one_line() {
        let root = parse(
            "w:\n  inside: [cell,\n    script]\n  $x:\n    has: |\n      a\n      b\n    is: 'k'\n",
        );
        let root = root.expect("it is YAML");
        let expected = "{inside: [cell, script], $x: {has: a; b, is: \"k\"}}";
        assert_eq!(root.child("w").map(Node::inline).as_deref(), Some(expected));
    }

    #[test]
    fn offsets_in_block_scalars_point_into_the_file() {
        check_place("a: |\n  x = 1\n    y = ü\n  z = 2\n", "a", "z", "z = 2");
        check_place("a: |\n\n\n  x = 1\n  y\n", "a", "y", "y\n");
        check_place("a: |2\n    x\n   y\n", "a", "y", "y");
        check_place("k:   f($x)\n", "k", "$x", "$x)");
        check_place("k: \"f($x)\"\n", "k", "$x", "$x)");
        check_place("a: |\r\n  x\r\n  yy\r\n", "a", "yy", "yy");
    }
}
