//! Texts with slots: `<name>` stands for what a choice or a neighbor gives it, or for nothing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

/// What stands in slots, by their names.
pub(super) type Slots = BTreeMap<String, String>;

/// A slot may hold others, so deep.
const DEPTH: usize = 8;

static SLOT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("<([a-z]+(?:-[a-z]+)*)>").expect("it is an expression"));

/// Fills the slots of a text.
pub(super) fn filled(text: &str, slots: &Slots) -> String {
    let mut text = text.to_owned();
    for _ in 0..DEPTH {
        if !SLOT.is_match(&text) {
            break;
        }
        text = text.lines().map(|line| filled_line(line, slots)).collect();
    }
    text
}

/// Fills a line; a slot that stands alone may hold several lines, or none.
fn filled_line(line: &str, slots: &Slots) -> String {
    let given = |name: &str| {
        slots
            .get(name)
            .map_or("", |text| text.trim_end_matches('\n'))
    };
    let code = line.trim_start();
    let alone = SLOT
        .captures(code)
        .filter(|found| found[0].len() == code.len());
    if let Some(found) = alone {
        let indent = &line[..line.len() - code.len()];
        let lines = given(&found[1]).lines();
        let indented = lines.map(|line| match line.is_empty() {
            true => "\n".to_owned(),
            false => format!("{indent}{line}\n"),
        });
        return indented.collect();
    }
    let filled = SLOT.replace_all(line, |found: &regex::Captures| given(&found[1]).to_owned());
    format!("{filled}\n")
}

/// Returns whether a text has a slot, if only in what stands in other slots.
pub(super) fn has_slot(text: &str, slots: &Slots, name: &str) -> bool {
    let marked: Slots = slots
        .iter()
        .filter(|(other, _)| *other != name)
        .map(|(other, text)| (other.clone(), text.clone()))
        .chain([(name.to_owned(), "@@".to_owned())])
        .collect();
    filled(text, &marked).contains("@@")
}

/// Divides a text at its lines `//- path`.
pub(super) fn files(text: &str) -> Vec<(String, String)> {
    let (_, files) = text
        .split_once("//- ")
        .expect("a program begins with `//- path`");
    let file = |part: &str| {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        (path.trim().to_owned(), text.to_owned())
    };
    files.split("//- ").map(file).collect()
}

#[test]
fn slots_are_filled_line_by_line() {
    let slots = |pairs: &[(&str, &str)]| -> Slots {
        let owned = pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        owned.collect()
    };
    let text = "def f(<args>):\n    <body>\n    <end>\n";
    let given = slots(&[
        ("args", "<one>, b"),
        ("one", "a"),
        ("body", "if a:\n    b()\n\nc()\n"),
    ]);
    let expected = "def f(a, b):\n    if a:\n        b()\n\n    c()\n";
    assert_eq!(filled(text, &given), expected);
    assert!(has_slot(text, &given, "one") && has_slot(text, &given, "end"));
    assert!(!has_slot(text, &given, "two"));
    let two = files("//- a.py\nx\n//- b/c.py\ny\n");
    let owned = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    assert_eq!(two, [owned("a.py", "x\n"), owned("b/c.py", "y\n")]);
}
