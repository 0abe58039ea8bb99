//! A file of decisions → its JSON Schema (2020-12), for programs that write one.

use serde_json::{Value, json};

use super::decision::{VERSION, Verdict};

/// Returns the schema.
pub fn decisions() -> Value {
    let verdicts = [Verdict::Accept, Verdict::Reject, Verdict::Suppress].map(Verdict::word);
    let text = |about: &str| json!({"type": ["string", "null"], "description": about});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "awaitify decisions",
        "type": "object",
        "required": ["version", "decisions"],
        "additionalProperties": false,
        "properties": {
            "version": {
                "type": "integer",
                "minimum": 0,
                "maximum": VERSION,
                "description": "of this form",
            },
            "decisions": {"type": "array", "items": {"$ref": "#/$defs/decision"}},
        },
        "$defs": {"decision": {
            "type": "object",
            "required": ["change", "verdict"],
            "additionalProperties": false,
            "properties": {
                "change": {"type": "string", "description": "the change's name, as the reports have it"},
                "verdict": {
                    "enum": verdicts,
                    "description": "the decision; a suppressed change gets a comment with the reason",
                },
                "edited": rewrites(),
                "fingerprint": text("a hash of the reviewed code and edits; without it they are not compared"),
                "file": text("the file, from its project's root, for people"),
                "code": text("the first line of the code that matched, for people"),
                "by": text("who decided"),
                "at": text("the time, in the format of RFC 3339"),
                "note": text("why"),
            },
        }},
    })
}

/// Returns the schema of lines that a person wrote.
fn rewrites() -> Value {
    let lines = json!({
        "type": "object",
        "required": ["before", "after"],
        "additionalProperties": false,
        "properties": {
            "before": {"type": "string", "description": "whole lines of the file, with their line ends"},
            "after": {"type": "string", "description": "the new text"},
        },
    });
    let about = "the lines that the reviewer wrote in place of the change";
    json!({"type": "array", "items": lines, "description": about})
}
