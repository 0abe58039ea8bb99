//! Every text of a recipe, a table and what recipes have in common, but the code of examples.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use awaitify::recipe::yaml::{self, Node, Value};

use super::{ROOT, faults, files, turns, words};
use crate::readme::text;

/// The code of an example.
const CODE: [&str; 3] = ["before", "after", "unchanged"];

/// Texts of several lines that are no code.
const PROSE: [&str; 2] = ["why", "about"];

/// What is said of a site, or of a change to it.
const REASONS: [&str; 6] = [
    "because",
    "does",
    "report",
    "doubt",
    "lost-because",
    "refuse",
];

/// Half of the reasons have no more words.
const MOST_WORDS_OF_HALF: usize = 12;

/// What belongs into `check`.
const ASKS: [&str; 4] = ["see that", "check that", "make sure", "see whether"];

/// A text of a recipe.
#[derive(Debug)]
struct Said {
    /// The key that has it, or a list or map with it.
    key: String,
    /// On one line.
    text: String,
    is_reason: bool,
}

/// Finds the texts in a part of a recipe: of code only those that are long enough to look like a sentence.
fn find(node: &Node, key: &str, is_reason: bool, found: &mut Vec<Said>) {
    match &*node.value {
        Value::Map(entries) => {
            for (key, value) in entries {
                let key = key.text.as_str();
                if !CODE.contains(&key) {
                    find(value, key, is_reason || REASONS.contains(&key), found);
                }
            }
        }
        Value::List(elements) => {
            let elements = elements.iter();
            elements.for_each(|it| find(it, key, is_reason, found));
        }
        _ => {
            let text = node.text().unwrap_or_default().trim();
            let is_code = text.contains('\n') && !PROSE.contains(&key);
            // One word is the name of a pattern, a row or a column.
            let paragraphs = text
                .split("\n\n")
                .filter(|it| !is_code && it.trim().contains(char::is_whitespace));
            found.extend(paragraphs.map(|paragraph| Said {
                key: key.to_owned(),
                text: paragraph.split_whitespace().collect::<Vec<_>>().join(" "),
                is_reason,
            }));
        }
    }
}

/// The texts of all files, those of the documentation too.
fn all() -> Vec<(PathBuf, Said)> {
    let root = Path::new(ROOT);
    let folders = ["codemods", "docs/examples", "docs/language"];
    let files = folders
        .iter()
        .flat_map(|folder| files(&root.join(folder), "yaml"));
    let texts = files.flat_map(|path| {
        let root = yaml::parse(&text(&path)).expect("it is YAML");
        let mut found = Vec::new();
        find(&root, "", false, &mut found);
        let found = found.into_iter();
        found.map(|said| (path.clone(), said)).collect::<Vec<_>>()
    });
    texts.collect()
}

#[test]
fn texts_of_recipes_are_plain() {
    let texts = all();
    assert!(texts.len() > 6000, "the texts are found: {}", texts.len());
    let wrong = texts.iter().flat_map(|(path, said)| {
        let faults = match said.key.as_str() {
            // Several of them are joined, with lists of names.
            "findings" => turns(&said.text).map(str::to_owned).collect(),
            _ => faults(&said.text),
        };
        faults
            .into_iter()
            .map(|it| format!("{}: {it}", path.display()))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_a_check_asks_the_reader_to_check() {
    let asks = |said: &Said| {
        let lower = said.text.to_lowercase();
        said.is_reason && said.key != "check" && ASKS.iter().any(|turn| lower.contains(turn))
    };
    let asking: Vec<_> = all().into_iter().filter(|(_, it)| asks(it)).collect();
    assert!(asking.is_empty(), "{asking:?}");
}

#[test]
fn half_of_the_reasons_are_short() {
    let folder = Path::new(ROOT).join("codemods");
    let reasons = all()
        .into_iter()
        .filter(|(path, said)| path.starts_with(&folder) && said.is_reason);
    let reasons: BTreeSet<String> = reasons.map(|(_, said)| said.text).collect();
    let mut lengths: Vec<usize> = reasons.iter().map(|it| words(it)).collect();
    lengths.sort_unstable();
    assert!(lengths.len() > 800, "the reasons are found");
    let median = lengths[lengths.len() / 2];
    assert!(
        median <= MOST_WORDS_OF_HALF,
        "half have {median} words or more"
    );
}

#[test]
fn texts_of_each_place_are_found() {
    let text = "title: a a\nwhy: |\n  b\n  c\n\n  d d\nrules:\n  - match: e\n    refuse: {f: g g}\n    when: {problem: [h h]}\nexamples:\n  - {name: i i, before: j j, findings: [k k]}\n";
    let root = yaml::parse(text).expect("it is YAML");
    let mut found = Vec::new();
    find(&root, "", false, &mut found);
    let texts: Vec<&str> = found.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["a a", "b c", "d d", "g g", "h h", "i i", "k k"]);
    let reasons: Vec<&Said> = found.iter().filter(|it| it.is_reason).collect();
    assert!(matches!(*reasons, [it] if it.text == "g g"), "{reasons:?}");
}
