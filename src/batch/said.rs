//! What a migration said → what is known of it.

use serde_json::Value;

use super::record::MemberState;
use crate::trial::check::FAILS_WITH;

/// Counts what a migration did, by the lines of `--format json`.
pub(super) fn count(objects: &str, known: &mut MemberState) {
    for line in objects.lines() {
        let Ok(object) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let is = |key: &str, word: &str| object[key] == word;
        if is("type", "change") && is("role", "primary") && is("status", "applied") {
            known.changes += 1;
        } else if is("type", "finding") {
            known.findings += 1;
            let reason = object["reason"].as_str().unwrap_or_default();
            known.taken_back += u32::from(reason.contains(FAILS_WITH));
        } else if is("type", "summary") {
            let files = object["files_changed"].as_u64().unwrap_or_default();
            known.files = u32::try_from(files).unwrap_or(u32::MAX);
        }
    }
}

/// Returns the line that says what is wrong.
pub(super) fn last_line(said: &str) -> String {
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let error = said.lines().find(|line| line.starts_with("error: "));
    let line = error
        .or_else(|| lines.next_back())
        .unwrap_or("it said nothing");
    line.trim_start_matches("error: ").to_owned()
}
