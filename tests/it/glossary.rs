//! Words that mean something of their own in this project are in the glossary.

use std::collections::BTreeSet;

use awaitify::recipe::reference;
use serde_json::Value;

use crate::readme::{ROOT, text};
use crate::support::Project;

/// Terms in messages, in the pages and in the recipe language.
const TERMS: [&str; 40] = [
    "area",
    "baseline",
    "body",
    "campaign",
    "cell",
    "change",
    "check",
    "claim",
    "condition",
    "conflict",
    "decision",
    "doubt",
    "finding",
    "handle",
    "kind",
    "law",
    "level",
    "lifecycle",
    "metavariable",
    "owner",
    "pack",
    "parameter",
    "pattern",
    "percent notebook",
    "reason",
    "recipe",
    "role",
    "row",
    "rule",
    "run",
    "setup",
    "severity",
    "shared state",
    "site",
    "table",
    "target version",
    "teardown",
    "template",
    "verb",
    "withdrawn",
];

/// Statuses of a change in the JSON output that mean what the words mean everywhere.
const ORDINARY: [&str; 2] = ["applied", "proposed"];

/// Words that stand for others in a meaning: `rewrite` is a verb.
fn meanings() -> String {
    rows().into_iter().map(|(_, meaning)| meaning).collect()
}

/// The words of each row, and their meaning.
fn rows() -> Vec<(Vec<String>, String)> {
    let page = text(&std::path::Path::new(ROOT).join("docs/glossary.md"));
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    let rows = rows.filter_map(|row| row.trim_end_matches(" |").split_once(" | "));
    let rows = rows.filter(|(word, _)| *word != "Word");
    rows.map(|(words, meaning)| {
        let words = words.split(", ").map(str::to_owned);
        (words.collect(), meaning.to_owned())
    })
    .collect()
}

fn words() -> BTreeSet<String> {
    rows().into_iter().flat_map(|(words, _)| words).collect()
}

#[test]
fn terms_are_in_the_glossary() {
    let terms: BTreeSet<String> = TERMS.iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(words(), terms, "the glossary, and the terms");
}

#[test]
fn words_with_meanings_of_the_output_are_in_the_glossary() {
    let run = Project::empty().run(&["schema", "json"]);
    let schema: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let mut statuses = BTreeSet::new();
    find_statuses(&schema, &mut statuses);
    assert!(statuses.len() > 3, "they are found: {statuses:?}");
    let known = words();
    let missing: Vec<&String> = statuses
        .iter()
        .filter(|it| !known.contains(*it) && !ORDINARY.contains(&it.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn find_statuses(schema: &Value, found: &mut BTreeSet<String>) {
    let inside: Vec<&Value> = match schema {
        Value::Object(entries) => entries.values().collect(),
        Value::Array(elements) => elements.iter().collect(),
        _ => return,
    };
    if let Some(words) = schema.pointer("/status/enum").and_then(Value::as_array) {
        found.extend(words.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    for value in inside {
        find_statuses(value, found);
    }
}

#[test]
fn verbs_levels_and_severities_are_in_the_glossary() {
    let entries = reference::entries().into_iter();
    let verbs = entries.filter(|it| it.section == "rule" && it.about.starts_with("verb"));
    let verbs: Vec<&str> = verbs.map(|it| it.key).collect();
    assert!(verbs.len() > 4, "they are found: {verbs:?}");
    let severities = reference::entries()
        .into_iter()
        .filter(|it| it.key == "severity" || it.key == "level");
    let words = severities.flat_map(|it| it.words.iter().copied());
    let meanings = meanings();
    let all = verbs.into_iter().chain(words);
    let missing: Vec<&str> = all
        .filter(|word| !meanings.contains(&format!("`{word}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
