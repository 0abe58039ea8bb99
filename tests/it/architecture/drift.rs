//! What drifts: the same notion written once more. Each list may only get shorter.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};

use super::check_but;
use super::sources::{ROOT, sources, walk};
use crate::support::Project;

/// How constants begin that say how far something is followed.
const LIMITS: &[&str] = &[
    "MAX_STEPS",
    "MAX_DEPTH",
    "MAX_ABOVE",
    "MAX_BASES",
    "MAX_FUNCTIONS",
];

/// Where they stand.
const LIMITED: &[&str] = &[
    "bind/events.rs: MAX_DEPTH",
    "bind/events.rs: MAX_STEPS",
    "bind/mod.rs: MAX_STEPS",
    "bind/mro.rs: MAX_ABOVE",
    "bind/resolve.rs: MAX_STEPS",
    "matching/awaited/awaits.rs: MAX_STEPS",
    "matching/own_part.rs: MAX_STEPS",
    "matching/plain.rs: MAX_STEPS",
    "matching/reach.rs: MAX_FUNCTIONS",
    "project/driven.rs: MAX_STEPS",
    "project/driven/given.rs: MAX_DEPTH",
    "project/lineage.rs: MAX_BASES",
    "project/replacement/records.rs: MAX_DEPTH",
    "semantic/mod.rs: MAX_FUNCTIONS",
];

/// Names of types that stand in more than two files, with how many.
const SHARED_NAMES: &[(&str, usize)] = &[
    ("Around", 4),
    ("Asked", 5),
    ("Awaits", 3),
    ("Body", 3),
    ("Ending", 3),
    ("Entry", 5),
    ("Fate", 3),
    ("File", 4),
    ("Form", 4),
    ("Found", 3),
    ("Given", 5),
    ("Key", 4),
    ("Known", 3),
    ("Line", 4),
    ("Lines", 3),
    ("Origin", 3),
    ("Outcome", 3),
    ("Parameter", 6),
    ("Place", 8),
    ("Places", 3),
    ("Reader", 4),
    ("Room", 3),
    ("Row", 3),
    ("Runs", 3),
    ("Search", 7),
    ("Setting", 5),
    ("Settings", 3),
    ("Shared", 3),
    ("Site", 3),
    ("Spelled", 3),
    ("Strings", 3),
    ("Used", 3),
    ("Uses", 4),
    ("Way", 3),
    ("Words", 3),
];

/// Words of recipes that one file uses.
const RARE_WORDS: &[&str] = &[
    "absent",
    "after-yield",
    "along",
    "annotated",
    "annotates",
    "argument",
    "attach",
    "before-yield",
    "ended-by",
    "ends-at-once",
    "fails-but-for",
    "had",
    "header",
    "here",
    "holds-nothing",
    "imports-only",
    "independent",
    "into-context-manager",
    "like",
    "loops-over",
    "not-of",
    "run-by",
    "settings",
    "stopped-by",
    "tries",
    "waited-by",
    "yields",
];

#[test]
fn how_far_things_are_followed_is_said_in_few_places() {
    check_but("a limit of steps has its place", LIMITED, |source| {
        let names = source.lines().filter_map(|(_, line)| {
            let (before, after) = line.split_once("const ")?;
            let name = after.split(':').next()?;
            let is_item = before.is_empty() || before.starts_with("pub");
            (is_item && LIMITS.contains(&name)).then(|| name.to_owned())
        });
        names.collect()
    });
}

#[test]
fn a_name_of_a_type_means_one_thing() {
    let mut defined: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources() {
        for (_, line) in source.lines() {
            let keywords = ["struct ", "enum ", "trait "];
            let item = keywords.iter().find_map(|it| line.split_once(it));
            let Some((before, name)) = item else { continue };
            // What a macro makes is indented.
            let is_public = before.trim_start().starts_with("pub") && !before.contains("fn");
            let is_item = before.is_empty() || is_public;
            let name = name.split(|c: char| !c.is_alphanumeric()).next();
            if let Some(name) = name.filter(|name| is_item && !name.is_empty()) {
                *defined.entry(name.to_owned()).or_default() += 1;
            }
        }
    }
    defined.retain(|_, files| *files > 2);
    let known = SHARED_NAMES.iter();
    let known: BTreeMap<String, usize> = known.map(|(name, n)| ((*name).to_owned(), *n)).collect();
    assert_eq!(
        defined, known,
        "another name; a smaller number is taken over"
    );
}

/// Returns all mappings in a value, itself among them.
fn mappings(value: &Value) -> Vec<&Map<String, Value>> {
    let (own, inside): (_, Vec<&Value>) = match value {
        Value::Object(entries) => (Some(entries), entries.values().collect()),
        Value::Array(elements) => (None, elements.iter().collect()),
        _ => (None, Vec::new()),
    };
    own.into_iter()
        .chain(inside.into_iter().flat_map(mappings))
        .collect()
}

/// The key that is none of a rule's is its name, in the place of `match`.
fn write_out_names(recipe: &mut Value, schema: &Value) {
    let known = &schema["$defs"]["rule"]["properties"];
    let rules = recipe.get_mut("rules").and_then(Value::as_array_mut);
    for rule in rules.into_iter().flatten().filter_map(Value::as_object_mut) {
        let name = rule.keys().find(|key| known.get(key).is_none()).cloned();
        if let Some(pattern) = name.and_then(|name| rule.remove(&name)) {
            rule.insert("match".to_owned(), pattern);
        }
    }
}

#[test]
fn a_word_of_recipes_has_more_than_one_user() {
    let run = Project::empty().run(&["recipe", "schema"]);
    let schema: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let all = mappings(&schema).into_iter();
    let words = all.filter_map(|it| it.get("properties")?.as_object());
    let words = words.flat_map(|properties| properties.keys().cloned());
    let mut users: BTreeMap<String, usize> = words.map(|word| (word, 0)).collect();
    for path in walk(&Path::new(ROOT).join("codemods"), "yaml") {
        let text = std::fs::read_to_string(&path).expect("a recipe is UTF-8");
        let mut recipe: Value = serde_saphyr::from_str(&text).expect("it is YAML");
        write_out_names(&mut recipe, &schema);
        let keys = mappings(&recipe).into_iter().flat_map(Map::keys);
        let keys: BTreeSet<&String> = keys.collect();
        for key in keys {
            users.entry(key.clone()).and_modify(|users| *users += 1);
        }
    }
    // Of what a path says, the recipes of the documentation show the key.
    for path in walk(&Path::new(ROOT).join("docs/examples"), "yaml") {
        let text = std::fs::read_to_string(&path).expect("a recipe is UTF-8");
        let keys = text.lines().filter_map(|line| line.split(':').next());
        for key in keys.filter(|key| *key == "area") {
            users.entry(key.to_owned()).and_modify(|users| *users += 1);
        }
    }
    let unused: Vec<&String> = users
        .iter()
        .filter(|it| *it.1 == 0)
        .map(|it| it.0)
        .collect();
    assert!(unused.is_empty(), "words that nobody uses: {unused:?}");
    users.retain(|_, users| *users == 1);
    let rare: Vec<&str> = users.keys().map(String::as_str).collect();
    assert_eq!(
        rare, RARE_WORDS,
        "compose it of others, or take it off the list"
    );
}
