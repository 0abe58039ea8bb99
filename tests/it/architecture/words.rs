//! The words of the recipe language: each has more than one user. What a common file says, each recipe says that
//! names it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};

use super::sources::{ROOT, walk};
use crate::support::Project;

/// Words that one recipe uses.
const RARE_WORDS: &[&str] = &[
    "absent",
    "after-yield",
    "along",
    "annotated",
    "argument",
    "attach",
    "before-yield",
    "ended-by",
    "fails-but-for",
    "had",
    "header",
    "holds-nothing",
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
fn a_word_of_recipes_has_more_than_one_user() {
    let run = Project::empty().run(&["recipe", "schema"]);
    let schema: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let all = mappings(&schema).into_iter();
    let words = all.filter_map(|it| it.get("properties")?.as_object());
    let words = words.flat_map(|properties| properties.keys().cloned());
    let mut users: BTreeMap<String, usize> = words.map(|word| (word, 0)).collect();
    let common = Common::read();
    for path in walk(&Path::new(ROOT).join("codemods"), "yaml") {
        if path.components().any(|it| it.as_os_str() == "common") {
            continue;
        }
        let mut recipe = read(&path);
        write_out_names(&mut recipe, &schema);
        let all = common.said_by(&recipe);
        let all = all.into_iter().flat_map(mappings).flat_map(Map::keys);
        for key in all.collect::<BTreeSet<_>>() {
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

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a recipe is UTF-8");
    serde_saphyr::from_str(&text).expect("it is YAML")
}

/// The parts of rules that common files name.
struct Common(BTreeMap<String, Vec<Value>>);

impl Common {
    fn read() -> Self {
        let mut named: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for path in walk(&Path::new(ROOT).join("codemods/common"), "yaml") {
            let file = read(&path);
            let sections = file.as_object().into_iter().flatten();
            let parts = sections.filter_map(|(_, section)| section.as_object());
            for (name, part) in parts.flatten() {
                named.entry(name.clone()).or_default().push(part.clone());
            }
        }
        Self(named)
    }

    /// Returns a recipe, and what it says by names, directly or through other names.
    fn said_by<'a>(&'a self, recipe: &'a Value) -> Vec<&'a Value> {
        let (mut said, mut seen) = (vec![recipe], BTreeSet::new());
        let mut next = 0;
        while let Some(value) = said.get(next).copied() {
            let mut names = Vec::new();
            names_in(value, &mut names);
            for name in names.into_iter().filter(|name| seen.insert(*name)) {
                said.extend(self.0.get(name).into_iter().flatten());
            }
            next += 1;
        }
        said
    }
}

/// Adds the texts of a value that may be names, and what stands in them as `<name>`.
fn names_in<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => {
            names.push(text);
            let parts = text.split('<').skip(1);
            names.extend(parts.filter_map(|part| Some(part.split_once('>')?.0)));
        }
        Value::Array(elements) => elements.iter().for_each(|it| names_in(it, names)),
        Value::Object(entries) => entries.values().for_each(|it| names_in(it, names)),
        _ => {}
    }
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
