//! A plan → SARIF 2.1.0, which code scanning services and editors read.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. A fix has the change's own edits;
//! where the change is not made without others, or on a text that others leave, it has none. The bytes
//! of a notebook are JSON, in which no cell is a region: the message names the place there.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::edits::{OwnEdit, own_edits};
use super::rows::{self, Row, SiteNames};
use super::view::View;
use crate::plan::change::{Plan, Problem, RecipeText, Site};
use crate::recipe::Severity;
use crate::source::FileKind;
use crate::source::cell::Position;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What relative names are seen from.
const BASE: &str = "%SRCROOT%";

/// Writes one run; `failed` says that something went wrong.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, plan: &Plan, failed: bool) -> io::Result<()> {
    let (rules, places) = rules(plan);
    let mut names = SiteNames::default();
    let mut results = Vec::new();
    for row in rows::told_of(plan) {
        let name = names.next(view, &row).0;
        // The other sites of a change belong to its result.
        if row.share.is_some() && row.primary().is_none() {
            continue;
        }
        let mut result = result(view, &row);
        result["ruleIndex"] = json!(places[&*row.site.recipe]);
        result["partialFingerprints"] = json!({"awaitifySite/v1": name});
        results.push(result);
    }
    let notes = plan.problems.iter().map(|problem| note(view, problem));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "awaitify",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": !failed,
                "toolExecutionNotifications": notes.collect::<Vec<_>>(),
            }],
            "columnKind": "unicodeCodePoints",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// Returns the recipes of the results, and the place of each.
fn rules(plan: &Plan) -> (Vec<Value>, BTreeMap<&str, usize>) {
    let used = rows::told_of(plan).map(|row| (row.site.recipe.as_str(), row.severity));
    let used: BTreeMap<&str, Severity> = used.collect();
    let rules = used.iter().map(|(id, severity)| {
        let text = plan.recipes.get(*id);
        rule(id, text, text.map_or(*severity, |text| text.severity))
    });
    let places = used.keys().enumerate().map(|(place, id)| (*id, place));
    (rules.collect(), places.collect())
}

fn rule(id: &str, text: Option<&RecipeText>, severity: Severity) -> Value {
    let mut rule = json!({"id": id, "defaultConfiguration": {"level": level(severity)}});
    if let Some(RecipeText { title, why, .. }) = text {
        rule["shortDescription"] = json!({"text": title});
        rule["fullDescription"] = json!({"text": why});
        rule["help"] = json!({"text": why});
    }
    rule
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High | Severity::Critical => "error",
    }
}

fn result(view: &View, row: &Row<'_>) -> Value {
    let mut result = json!({
        "ruleId": row.site.recipe,
        "level": level(row.severity),
        "message": {"text": row.message()},
        "locations": [{"physicalLocation": location(view, row, row.site)}],
        "properties": {"safety": row.safety, "severity": row.severity},
    });
    let Some(share) = row.primary() else {
        return result;
    };
    let change = share.change;
    result["properties"]["change"] = json!(change.id);
    result["properties"]["requires"] = json!(change.requires);
    let others = change.sites.iter().skip(1).map(|site| {
        json!({
            "physicalLocation": location(view, row, site),
            "message": {"text": site.position.words()},
        })
    });
    let others: Vec<Value> = others.collect();
    if !others.is_empty() {
        result["relatedLocations"] = json!(others);
    }
    let is_text = row.file.original().kind() != FileKind::Notebook;
    // An editor would apply it alone: without an import, or what else it needs.
    let is_whole = change.requires.is_empty() && change.needs.is_empty();
    if is_text && share.layer == 0 && is_whole {
        let edits = own_edits(row, share);
        if !edits.is_empty() {
            result["fixes"] = json!([fix(view, row, &edits)]);
        }
    }
    result
}

fn fix(view: &View, row: &Row<'_>, edits: &[OwnEdit<'_>]) -> Value {
    let replacements = edits.iter().map(|edit| {
        json!({
            "deletedRegion": region(edit.start, edit.end),
            "insertedContent": {"text": edit.new},
        })
    });
    json!({
        "description": {"text": row.said.sentence()},
        "artifactChanges": [{
            "artifactLocation": artifact(view, row.file.original().path()),
            "replacements": replacements.collect::<Vec<_>>(),
        }],
    })
}

fn location(view: &View, row: &Row<'_>, site: &Site) -> Value {
    let source = row.file.original();
    let mut location = json!({"artifactLocation": artifact(view, source.path())});
    if site.position.cell.is_none() {
        location["region"] = region(site.position, source.position(site.range.end()));
    }
    location
}

fn region(start: Position, end: Position) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn artifact(view: &View, path: &Path) -> Value {
    let path = view.path(path);
    match path.strip_prefix('/') {
        Some(below) => json!({"uri": format!("file:///{}", uri(below))}),
        None => json!({"uri": uri(&path), "uriBaseId": BASE}),
    }
}

/// Returns a path as RFC 3986 has it.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn note(view: &View, problem: &Problem) -> Value {
    let mut place = json!({"artifactLocation": artifact(view, &problem.path)});
    let mut message = problem.message.clone();
    match problem.position {
        Some(Position {
            cell: None,
            line,
            column,
        }) => {
            place["region"] = json!({"startLine": line, "startColumn": column});
        }
        Some(position) => message = format!("{}: {message}", position.words()),
        None => {}
    }
    json!({
        "level": if problem.is_failure() { "error" } else { "warning" },
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::recipe::safety::Safety;

    fn log(level: Safety) -> Value {
        let mut out = Vec::new();
        let plan = sample::plan(level);
        write(&mut out, &View::plain("/"), &plan, true).expect("a vector takes everything");
        serde_json::from_slice(&out).expect("it is JSON")
    }

    #[test]
    fn results_point_to_their_rules() {
        let log = log(Safety::Review);
        let run = &log["runs"][0];
        let results = run["results"].as_array().expect("it is a list");
        assert_eq!(results.len(), 4);
        for result in results {
            let place = result["ruleIndex"].as_u64().expect("it is a number");
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(place).expect("small")];
            assert_eq!(rule["id"], result["ruleId"]);
        }
        let rule = &run["tool"]["driver"]["rules"][3];
        assert_eq!(rule["shortDescription"]["text"], "A second thing");
        assert_eq!(rule["defaultConfiguration"]["level"], "error");
    }

    #[test]
    fn a_fix_replaces_what_stands_there() {
        let log = log(Safety::Review);
        let result = &log["runs"][0]["results"][0];
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], "job.py");
        let replacement = &change["replacements"][0];
        let region = json!({"startLine": 4, "startColumn": 5, "endLine": 4, "endColumn": 18});
        assert_eq!(replacement["deletedRegion"], region);
        assert_eq!(
            replacement["insertedContent"]["text"],
            "await asyncio.sleep(1)"
        );
    }

    #[test]
    fn a_notebook_has_neither_region_nor_fix() {
        let log = log(Safety::Review);
        let result = &log["runs"][0]["results"][1];
        assert_eq!(
            result["message"]["text"],
            "cell 2 line 2: the cell waits as before"
        );
        assert!(result.get("fixes").is_none());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "nb.ipynb");
        assert!(place.get("region").is_none());
    }

    #[test]
    fn what_is_wrong_is_a_notification() {
        let log = log(Safety::Safe);
        let run = &log["runs"][0]["invocations"][0];
        assert_eq!(run["executionSuccessful"], false);
        let notes = run["toolExecutionNotifications"].as_array();
        assert_eq!(notes.map(Vec::len), Some(1));
    }

    #[test]
    fn a_name_is_a_uri() {
        assert_eq!(uri("a b/é%.py"), "a%20b/%C3%A9%25.py");
    }
}
