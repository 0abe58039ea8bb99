//! The lines of `--format json` → their JSON Schema (2020-12), for programs that read them.

use serde_json::{Value, json};

use crate::recipe::Severity;
use crate::recipe::safety::Safety;

/// Returns the schema of one line.
pub fn lines() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a line of awaitify --format json",
        "oneOf": [
            {"$ref": "#/$defs/primary"},
            {"$ref": "#/$defs/linked"},
            {"$ref": "#/$defs/finding"},
            {"$ref": "#/$defs/error"},
            {"$ref": "#/$defs/per-path"},
            {"$ref": "#/$defs/summary"},
        ],
        "$defs": {
            "primary": primary(),
            "linked": linked(),
            "finding": finding(),
            "error": error(),
            "per-path": per_path(),
            "summary": summary(),
            "edit": edit(),
            "position": position(),
            "counts": counts(),
        },
    })
}

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn number(about: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": about})
}

fn from_one(about: &str) -> Value {
    json!({"type": "integer", "minimum": 1, "description": about})
}

/// An object with these keys alone; `optional` ones may be missing.
fn object(properties: Value, optional: &[&str]) -> Value {
    let keys = properties.as_object().into_iter().flat_map(|it| it.keys());
    let required: Vec<&str> = keys
        .map(String::as_str)
        .filter(|key| !optional.contains(key))
        .collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// Puts keys into an object.
fn with(mut properties: Value, more: Value) -> Value {
    if let (Some(properties), Value::Object(more)) = (properties.as_object_mut(), more) {
        properties.extend(more);
    }
    properties
}

/// The keys of a site.
fn site(kind: &str) -> Value {
    json!({
        "type": {"const": kind},
        "path": text("the file, seen from the current directory, with / between its parts"),
        "cell": from_one("in an .ipynb only: the cell, prose cells counted too"),
        "line": from_one("in the file, or in the cell"),
        "column": from_one("in characters"),
        "recipe": text("its id"),
        "rule": text("the rule of the recipe that matched"),
        "safety": {"enum": Safety::WORDS, "description": "how sure it is; a finding is manual"},
        "severity": {"enum": Severity::WORDS, "description": "how harmful it is"},
        "reason": text("what the change does to the program, or why the finding is not changed"),
        "doubts": {
            "type": "array",
            "items": {"type": "string"},
            "description": "why the change needs review; of a finding the other reasons why it is not changed",
        },
        "check": text("what a reviewer looks at first"),
    })
}

/// What lines of a change may lack.
const OF_SOME: [&str; 5] = ["cell", "doubts", "check", "winner", "withdrawn"];

fn of_change(role: &str) -> Value {
    let more = json!({
        "status": {
            "enum": ["proposed", "applied", "conflict", "withdrawn"],
            "description": "whether it is made",
        },
        "change": text("its name: sites of one path with this name are one change"),
        "role": {"const": role, "description": "each change has one primary line"},
        "requires": {
            "type": "array",
            "items": {"type": "string"},
            "description": "changes that it is not made without",
        },
        "winner": text("of a conflict: the change that is made instead"),
        "withdrawn": text("why it could not be verified"),
    });
    with(site("change"), more)
}

fn linked() -> Value {
    object(of_change("linked"), &OF_SOME)
}

fn primary() -> Value {
    let more = json!({
        "within": text("the functions and classes around it, as Class.method"),
        "fingerprint": text("of what a decision is about: goes into a file of decisions; a change that would not be made has none"),
        "layer": number("the text in which its edits have their places: 0 is the file on disk, 1 the text after layer 0"),
        "edits": {
            "type": "array",
            "items": {"$ref": "#/$defs/edit"},
            "description": "what it rewrites itself, sorted and disjoint; imports and lines that several changes need together are not among them",
        },
    });
    let optional = [&OF_SOME[..], &["fingerprint"]].concat();
    object(with(of_change("primary"), more), &optional)
}

fn finding() -> Value {
    let minor = json!({
        "minor": {"const": true, "description": "it matters little in most programs"},
    });
    let optional = ["cell", "minor", "doubts", "check"];
    object(with(site("finding"), minor), &optional)
}

fn edit() -> Value {
    let position = |about: &str| json!({"$ref": "#/$defs/position", "description": about});
    let properties = json!({
        "start": position("of its first character"),
        "end": position("after its last character"),
        "old": text("what stands there"),
        "new": text("the new text"),
        "new_cell": {"const": true, "description": "a new cell, after all others"},
    });
    object(properties, &["new_cell"])
}

fn position() -> Value {
    let properties = json!({
        "cell": from_one("in an .ipynb only"),
        "line": from_one("in the text, or in the cell"),
        "column": from_one("in characters"),
    });
    object(properties, &["cell"])
}

fn error() -> Value {
    let properties = json!({
        "type": {"const": "error"},
        "path": text("the file"),
        "cell": from_one("in an .ipynb only"),
        "line": from_one("where the place is known"),
        "column": from_one("in characters"),
        "message": text("the problem"),
    });
    object(properties, &["cell", "line", "column"])
}

/// Its other keys are those of the configuration.
fn per_path() -> Value {
    json!({
        "type": "object",
        "required": ["type", "path", "line", "files"],
        "properties": {
            "type": {"const": "per-path"},
            "path": text("the configuration"),
            "line": from_one("where the entry begins"),
            "files": number("how many it holds for"),
        },
    })
}

fn summary() -> Value {
    let counts = json!({"$ref": "#/$defs/counts"});
    let properties = json!({
        "type": {"const": "summary"},
        "level": {"enum": Safety::WORDS, "description": "up to which changes are made"},
        "files_scanned": number("files looked at"),
        "files_changed": number("files that are, or would be, written"),
        "skipped_generated": number("files left alone, because a program wrote them"),
        "skipped_vendored": number("files left alone, because they are copies of another project's"),
        "conflicts": number("changes that gave way to another"),
        "withdrawn": number("changes that could not be verified"),
        "minor": number("minor findings that are left out"),
        "installs": {
            "type": "array",
            "items": {"type": "string"},
            "description": "requirements for packages that the changes begin to import",
        },
        "recipes": {
            "type": "object",
            "additionalProperties": counts,
            "description": "by recipe, of all levels",
        },
    });
    object(properties, &[])
}

fn counts() -> Value {
    let properties = json!({
        "safe": number("safe changes"),
        "review": number("changes to review"),
        "manual": number("findings"),
    });
    object(properties, &[])
}
