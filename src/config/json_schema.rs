//! A configuration → its JSON Schema (2020-12), for editors.
//!
//! What keys and types cannot say (folders that exist, names of recipes) is checked when it is read.

use serde_json::{Value, json};

use super::options::Restraint;
use crate::recipe::safety::Safety;

/// Returns the schema of `awaitify.toml`, and of `[tool.awaitify]`.
pub fn configuration() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "awaitify configuration",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "extend": text("another configuration, which says the rest; relative to this file"),
            "packs": texts("the recipes that are on by default"),
            "select": texts("these recipes only: ids, areas, packs or globs over ids"),
            "extend-select": texts("these recipes too"),
            "ignore": texts("these recipes not"),
            "exclude": texts("files and folders to leave out: globs as in a .gitignore, relative to this file"),
            "extend-exclude": texts("more to leave out"),
            "notebooks": texts("globs of percent files that run cell by cell"),
            "scripts": texts("globs of percent files that run as a whole; they go before notebooks"),
            "target-version": {
                "type": "string",
                "pattern": r"^\s*(3\.\d+.*|py3\d+)\s*$",
                "description": "the lowest Python that the code must run on: 3.11 or py311",
            },
            "safety": {
                "enum": [Safety::Safe.word(), Safety::Review.word()],
                "description": "the level that is applied",
            },
            "minor": truth("whether minor findings are shown; else: false"),
            "require-ignore-reason": truth(
                "whether a comment `# awaitify: ignore[recipe-id] reason` counts only with a reason; else: true",
            ),
            "recipes": texts("folders with your recipes, relative to this file"),
            "parameters": parameters(),
            "per-path": {
                "type": "array",
                "items": {"$ref": "#/$defs/per-path"},
                "description": "settings for some paths; of two for one path the later takes precedence",
            },
        },
        "$defs": {"text": {"type": "string", "pattern": r"\S"}, "per-path": per_path()},
    })
}

fn parameters() -> Value {
    json!({
        "type": "object",
        "description": "values for recipes, by id and name",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
    })
}

fn per_path() -> Value {
    let says = ["select", "ignore", "safety"].map(|key| json!({"required": [key]}));
    json!({
        "type": "object",
        "required": ["paths"],
        "anyOf": says,
        "additionalProperties": false,
        "properties": {
            "paths": texts("globs as in a .gitignore, relative to this file"),
            "select": texts("these recipes only"),
            "ignore": texts("these recipes not"),
            "safety": {
                "type": "object",
                "additionalProperties": {"enum": Restraint::WORDS},
                "description": "by recipe, a stricter level for its changes, or off",
            },
            "reason": text("why, for people"),
        },
    })
}

fn text(about: &str) -> Value {
    json!({"$ref": "#/$defs/text", "description": about})
}

fn truth(about: &str) -> Value {
    json!({"type": "boolean", "description": about})
}

fn texts(about: &str) -> Value {
    json!({"type": "array", "items": {"$ref": "#/$defs/text"}, "description": about})
}

#[cfg(test)]
mod tests {
    use super::super::read::{KEYS, PER_PATH_KEYS};
    use super::*;

    #[track_caller]
    fn check(object: &Value, expected: &[&str]) {
        let properties = object["properties"].as_object().expect("it has keys");
        let mut keys: Vec<&str> = properties.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, expected);
    }

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema = configuration();
        check(&schema, &KEYS);
        check(&schema["$defs"]["per-path"], &PER_PATH_KEYS);
    }
}
