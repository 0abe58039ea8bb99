//! A YAML value and the type it should have → every unknown key, missing key and wrong type at once.
//!
//! What goes beyond keys and types (Python, captures, kinds, order) is checked while compiling.

use ruff_python_stdlib::identifiers::is_identifier;
use ruff_text_size::TextSize;

use super::condition::{VersionReq, module_of, parse_version};
use super::error::{Complaint, Law, Problem, Report, listed};
use super::yaml::{Key, Node, Scalar, Style, Value};

/// The word that turns an unknown answer into yes.
pub const UNKNOWN: &str = "unknown";

/// The type of a value.
#[derive(Debug)]
pub enum Shape {
    /// Text for people.
    Text,
    /// Python: a pattern or template.
    Python,
    /// The Python of a file, which may have none.
    File,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words; what to write in place of others.
    WordElse(&'static [&'static str], &'static str),
    /// One of these words, or [`UNKNOWN`].
    WordOrUnknown(&'static [&'static str]),
    /// A qualified name: `time.sleep`.
    Name,
    /// The same, or `<group>`: the names of a named pattern.
    Names,
    /// The same, or `time.*`: all names of a module.
    Globs,
    /// A kind of the table of kinds, a qualified or a builtin class.
    Kind,
    /// A role of the table of roles, or one that code tells.
    Role,
    /// A capture with its `$`.
    Capture,
    /// `3.11`.
    Version,
    /// `>=3.11`.
    Requirement,
    /// One value, or a list of at least one.
    Any(&'static Shape),
    /// The same, or an empty list.
    AnyOrNone(&'static Shape),
    /// A list of at least one.
    List(&'static Shape),
    /// A scalar, or else a map.
    Either(&'static Shape, &'static Shape),
    /// A map with these keys.
    Map(Keys),
    /// A map with exactly one of these keys.
    OneOf(&'static [Field]),
    /// A map whose keys are free.
    Entries(&'static Shape),
    /// A row of a table, which has columns of its own.
    Row,
}

/// The keys of a map.
#[derive(Debug)]
pub struct Keys {
    /// Keys that the language knows.
    pub fields: &'static [Field],
    /// The type of the value behind a key such as `$x`; `None`: there are no such keys.
    pub captures: Option<&'static Shape>,
}

/// A key and the type of its value.
#[derive(Debug)]
pub struct Field {
    /// As typed.
    pub key: &'static str,
    /// The value's type.
    pub shape: &'static Shape,
    /// Whether the key must be there.
    pub required: bool,
    /// The key that may stand in its place.
    pub or: Option<&'static str>,
    /// What it means, for the reference.
    pub about: &'static str,
}

/// `because: {why}` is a map in YAML.
const QUOTES: &str = ", in quotes where it begins with { or [";

/// Where a list of keys is not cut.
const ALL_KEYS: &str = ": `awaitify recipe words` lists all";

/// Compares a value with its type and reports everything that differs.
pub fn check(node: &Node, shape: &Shape, key: &str, report: &mut Report<'_>) {
    let at = node.span.start();
    match (shape, &*node.value) {
        (_, Value::Nothing) => {
            let empty = Complaint::new(at, Problem::Empty);
            report.add(key, empty.expected(describe(shape)));
        }
        (Shape::Any(element) | Shape::List(element), Value::List(nodes)) => {
            if nodes.is_empty() {
                let empty = Complaint::new(at, Problem::Empty);
                report.add(key, empty.expected("at least one"));
            }
            check_all(nodes, element, key, report);
        }
        (Shape::AnyOrNone(element), Value::List(nodes)) => check_all(nodes, element, key, report),
        (Shape::Any(element) | Shape::AnyOrNone(element), _) => check(node, element, key, report),
        (Shape::Either(scalar, _), Value::Scalar(_)) => check(node, scalar, key, report),
        (Shape::Either(list @ Shape::Any(_), _), Value::List(_)) => check(node, list, key, report),
        (Shape::Either(_, map), Value::Map(_)) => check(node, map, key, report),
        (Shape::Map(keys), Value::Map(_)) => check_map(node, keys, key, report),
        (Shape::Row, Value::Map(_)) => {}
        (Shape::OneOf(fields), Value::Map(_)) => check_one_of(node, fields, key, report),
        (Shape::Entries(value), Value::Map(entries)) => {
            for (entry, node) in entries {
                check(node, value, &entry.text, report);
            }
        }
        (_, Value::Scalar(scalar)) if is_scalar(shape) => {
            if let Err(complaint) = check_scalar(node, scalar, shape) {
                report.add(key, complaint);
            }
        }
        _ => {
            let found = node.describe();
            let quotes = if is_scalar(shape) { QUOTES } else { "" };
            let complaint = Complaint::new(at, Problem::Type { found });
            report.add(key, complaint.expected(describe(shape) + quotes));
        }
    }
}

fn check_all(nodes: &[Node], element: &Shape, key: &str, report: &mut Report<'_>) {
    for node in nodes {
        check(node, element, key, report);
    }
}

fn check_map(node: &Node, keys: &Keys, key: &str, report: &mut Report<'_>) {
    let at = node.span.start();
    if node.entries().is_empty() {
        report.add(
            key,
            Complaint::new(at, Problem::Empty).expected("at least one key"),
        );
    }
    let mut meant = Vec::new();
    for (entry, value) in node.entries() {
        let field = keys.fields.iter().find(|field| field.key == entry.text);
        let captures = keys.captures.filter(|_| entry.text.starts_with('$'));
        match field.map(|field| field.shape).or(captures) {
            Some(shape) => check(value, shape, &entry.text, report),
            None => {
                let complaint = unknown_key(entry, value, keys, report.text());
                meant.extend(complaint.nearest.clone());
                report.add(key, complaint);
            }
        }
    }
    for field in keys.fields.iter().filter(|field| field.required) {
        let is_there = |key: &str| node.child(key).is_some();
        // A key that is misspelt is told once.
        if !is_there(field.key)
            && !field.or.is_some_and(is_there)
            && !meant.iter().any(|key| key == field.key)
        {
            let missing = field.key;
            let complaint = Complaint::new(at, Problem::Missing { missing });
            report.add(key, complaint.expected(describe(field.shape)));
        }
    }
}

fn unknown_key(entry: &Key, value: &Node, keys: &Keys, text: &str) -> Complaint {
    let valid: Vec<&str> = keys.fields.iter().map(|field| field.key).collect();
    let complaint = Complaint::unknown(entry.span.start(), "key", &entry.text, &valid);
    if complaint.nearest.is_some() {
        return complaint;
    }
    let behind = text[entry.span.end().to_usize()..].trim_start();
    if *value.value == Value::Nothing && !behind.starts_with(':') {
        // A comma inside `{…}` begins the next key.
        return complaint.expected("quotes around a text that holds `, ` inside {…}");
    }
    if entry.text == "not" && valid.contains(&"made-by") {
        return complaint.expected("`not` around the metavariable: `not: [{$x: …}]`");
    }
    if keys.captures.is_some() && is_identifier(&entry.text) {
        let own = format!("`${}` for a metavariable", entry.text);
        return complaint.expected(match valid.is_empty() {
            true => own,
            false => format!("{own}, or {}", listed(&valid, ALL_KEYS)),
        });
    }
    match valid.is_empty() {
        true => complaint,
        false => complaint.expected(listed(&valid, ALL_KEYS)),
    }
}

fn check_one_of(node: &Node, fields: &[Field], key: &str, report: &mut Report<'_>) {
    let valid: Vec<&str> = fields.iter().map(|field| field.key).collect();
    for (entry, value) in node.entries() {
        match fields.iter().find(|field| field.key == entry.text) {
            Some(field) => check(value, field.shape, &entry.text, report),
            None => {
                let place = entry.span.start();
                report.add(key, Complaint::unknown(place, "key", &entry.text, &valid));
            }
        }
    }
    if node.entries().len() != 1 {
        let problem = Problem::Type {
            found: "a map of several keys",
        };
        let complaint = Complaint::new(node.span.start(), problem);
        report.add(
            key,
            complaint.expected(format!("one of {}", valid.join(", "))),
        );
    }
}

fn is_scalar(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Text
            | Shape::Python
            | Shape::File
            | Shape::Flag
            | Shape::Word(_)
            | Shape::WordElse(..)
            | Shape::WordOrUnknown(_)
            | Shape::Name
            | Shape::Names
            | Shape::Globs
            | Shape::Kind
            | Shape::Role
            | Shape::Capture
            | Shape::Version
            | Shape::Requirement
    )
}

fn check_scalar(node: &Node, scalar: &Scalar, shape: &Shape) -> Result<(), Complaint> {
    let at = node.span.start();
    let text = scalar.text.as_str();
    if text.trim().is_empty() && !matches!(shape, Shape::File) {
        return Err(Complaint::new(at, Problem::Empty).expected(describe(shape)));
    }
    let is_right = match shape {
        Shape::Text => return check_comment(node, scalar),
        Shape::Flag => scalar.style == Style::Plain && matches!(text, "true" | "false"),
        Shape::Word(words) | Shape::WordElse(words, _) | Shape::WordOrUnknown(words) => {
            return check_word(at, text, words, shape);
        }
        Shape::Name => is_qualified_name(text),
        Shape::Names => is_qualified_name(text) || is_named_group(text),
        Shape::Globs => {
            let name = module_of(text).unwrap_or(text);
            is_qualified_name(name) || is_named_group(text)
        }
        Shape::Capture => text.strip_prefix('$').is_some_and(is_identifier),
        Shape::Version => parse_version(text).is_some(),
        Shape::Requirement => VersionReq::parse(text).is_some(),
        _ => true,
    };
    if is_right {
        return Ok(());
    }
    let word = text.to_owned();
    let problem = Problem::Unknown {
        noun: "value",
        word,
    };
    Err(Complaint::new(at, problem).expected(describe(shape)))
}

fn check_word(at: TextSize, text: &str, words: &[&str], shape: &Shape) -> Result<(), Complaint> {
    let is_unknown = matches!(shape, Shape::WordOrUnknown(_)) && text == UNKNOWN;
    if is_unknown || words.contains(&text) {
        return Ok(());
    }
    let complaint = Complaint::unknown(at, "word", text, words);
    Err(match shape {
        Shape::WordElse(_, other) => complaint.expected(*other),
        _ => complaint,
    })
}

/// A text ends where ` #` begins: refused where that looks like part of it.
fn check_comment(node: &Node, scalar: &Scalar) -> Result<(), Complaint> {
    match &scalar.tight_comment {
        None => Ok(()),
        Some(comment) => {
            let comment = comment.clone();
            let complaint = Complaint::new(
                node.span.end(),
                Problem::Law(Law::CommentInText { comment }),
            );
            Err(complaint.expected("quotes around a text that holds ` #`"))
        }
    }
}

/// Returns whether a text is `<name>`, of a named pattern that lists names.
fn is_named_group(text: &str) -> bool {
    let name = text.strip_prefix('<').and_then(|it| it.strip_suffix('>'));
    name.is_some_and(|name| !name.is_empty())
}

/// Returns whether a text is names of Python with periods between them; `(a|b)` is any of some names.
fn is_qualified_name(text: &str) -> bool {
    let is_part = |part: &str| {
        let choice = part.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
        choice.unwrap_or(part).split('|').all(is_identifier)
    };
    text.split('.').all(is_part)
}

/// Says what a value must be.
pub fn describe(shape: &Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Python | Shape::File => "Python in a text".to_owned(),
        Shape::Flag => "true or false, without quotes".to_owned(),
        Shape::Word(words) | Shape::WordElse(words, _) | Shape::WordOrUnknown(words) => {
            words.join(", ")
        }
        Shape::Name => "a name such as time.sleep".to_owned(),
        Shape::Names => "a name such as time.sleep, or <group>".to_owned(),
        Shape::Globs => "a name such as time.sleep or time.*, or <group>".to_owned(),
        Shape::Kind => "a kind or a class".to_owned(),
        Shape::Role => "a role of functions".to_owned(),
        Shape::Capture => "a metavariable such as $x".to_owned(),
        Shape::Version => "a version such as \"3.11\"".to_owned(),
        Shape::Requirement => "a requirement such as \">=3.11\" or \">=3.9,<3.12\"".to_owned(),
        Shape::Any(element) | Shape::AnyOrNone(element) => {
            format!("{}, or a list of such", describe(element))
        }
        Shape::List(element) => format!("a list (`- ` begins each), each {}", describe(element)),
        Shape::Either(scalar, map) => format!("{}, or {}", describe(scalar), describe(map)),
        Shape::Map(keys) => {
            let keys: Vec<&str> = keys.fields.iter().map(|field| field.key).take(4).collect();
            match keys.is_empty() {
                true => "a map".to_owned(),
                false => format!("a map with keys such as {}", keys.join(", ")),
            }
        }
        Shape::OneOf(fields) => {
            let keys: Vec<&str> = fields.iter().map(|field| field.key).collect();
            format!("a map with one of {}", keys.join(", "))
        }
        Shape::Entries(_) | Shape::Row => "a map".to_owned(),
    }
}
