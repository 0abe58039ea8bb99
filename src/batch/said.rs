//! What a migration said → what is known of it.

use serde_json::Value;

use super::record::MemberState;
use crate::trial::check::FAILS_WITH;

/// How an error begins.
const ERROR: &str = "error: ";

/// What goes without saying: a tree of the campaign's is thrown away.
const NOTHING: &str = "nothing was written: ";

/// Lines of an error that are told; the log has the others.
const MOST: usize = 3;

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
            let reason = object["reason"].as_str().unwrap_or_default();
            match reason.contains(FAILS_WITH) {
                true => known.taken_back += 1,
                false => known.findings += 1,
            }
        } else if is("type", "summary") {
            let files = object["files_changed"].as_u64().unwrap_or_default();
            known.files = u32::try_from(files).unwrap_or(u32::MAX);
        }
    }
}

/// Returns what is wrong: the error, with the lines that list what it is about; what a check said, its log has.
/// An error of a file is one of the `objects`.
pub(super) fn error_of(said: &str, objects: &str) -> String {
    let mut lines = said.lines().skip_while(|line| !line.starts_with(ERROR));
    if let Some(first) = lines.next() {
        let is_listed = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
        let more: Vec<&str> = lines
            .take_while(is_listed)
            .map(str::trim)
            .take(MOST)
            .collect();
        let first = first.trim_start_matches(ERROR).trim_start_matches(NOTHING);
        let between = if more.is_empty() { "" } else { " " };
        return format!("{first}{between}{}", more.join("; "));
    }
    let objects = objects.lines();
    let objects = objects.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut errors = objects.filter(|object| object["type"] == "error");
    if let Some(error) = errors.next() {
        let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        return format!("{}: {}", text("path"), text("message"));
    }
    let mut lines = said.lines().rev().map(str::trim);
    let last = lines.find(|line| !line.is_empty());
    last.unwrap_or("it said nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_lines() {
        for (said, expected) in [
            ("warning: x\nerror: it: a\n", "it: a"),
            (
                "error: nothing was written: `x` fails\n    1 failed",
                "`x` fails",
            ),
            (
                "error: these:\n  a.py, which x\n  b.py\nCommit them",
                "these: a.py, which x; b.py",
            ),
            ("thread panicked\n\n", "thread panicked"),
            ("", "it said nothing"),
        ] {
            assert_eq!(error_of(said, ""), expected);
        }
        let object = "{\"type\":\"error\",\"path\":\"a.py\",\"message\":\"is not there\"}\n";
        assert_eq!(error_of("", object), "a.py: is not there");
    }
}
