//! What people decided of changes, between runs and between people: a JSON file.
//!
//! A decision names its change, and has a fingerprint of what was looked at: the code that matched and the
//! change's own edits. Where either is another one now, the decision counts no more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::change::{Change, ChangeId};
use super::rewrite::Rewrite;
use crate::python::directive::ignoring;

/// The version of the form that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// What a person says of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is made.
    Accept,
    /// It is not made.
    Reject,
    /// It is not made, and a comment in the code says so and why.
    Suppress,
}

impl Verdict {
    /// Returns it as it stands in a file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Suppress => "suppress",
        }
    }

    /// Returns what was done by it.
    pub fn done(self) -> &'static str {
        match self {
            Self::Accept => "accepted",
            Self::Reject => "rejected",
            Self::Suppress => "suppressed",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The change's name.
    pub change: ChangeId,
    /// What was decided.
    pub verdict: Verdict,
    /// What a person wrote in place of the lines that the change writes; empty: these as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edited: Vec<Rewrite>,
    /// Of what was looked at; `None`: written by hand, and not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The file, from its project's root, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The first line of the code that matched, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, as RFC 3339 has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Why; what is suppressed needs a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Decision {
    /// Returns whether it is about what the change is now, by its fingerprint.
    pub fn holds(&self, now: Option<&str>) -> bool {
        let then = self.fingerprint.as_deref();
        then.is_none_or(|then| now == Some(then))
    }
}

/// A file of decisions, the latest of each change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    each: BTreeMap<ChangeId, Decision>,
}

/// Why a file of decisions is not read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecisionError {
    /// It is no JSON, is cut off, or has another shape.
    #[error("line {line}, column {column}: {message}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// A later program wrote it.
    #[error("it has version {version}, and this awaitify reads version {VERSION}; use a newer one")]
    Newer {
        /// What it says.
        version: u32,
    },
    /// No program wrote it.
    #[error("it has version 0, and the first is 1")]
    Unknown,
    /// One change is decided twice, and not alike.
    #[error("`{}` has two different decisions", change.0)]
    Both {
        /// The change.
        change: ChangeId,
    },
    /// A comment says why it is there.
    #[error("`{}` is suppressed, and no note says why, in words that a comment can hold", change.0)]
    Unreasoned {
        /// The change.
        change: ChangeId,
    },
}

/// The file as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an object with `version` and `decisions`"
)]
struct DecisionFile {
    version: u32,
    decisions: Vec<Decision>,
}

/// What is read of a file of any version.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Decisions {
    /// Reads a file's text.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, DecisionError> {
        // A later version may have any shape.
        if let Ok(Versioned { version }) = serde_json::from_str(text) {
            match version {
                0 => return Err(DecisionError::Unknown),
                1..=VERSION => {}
                _ => return Err(DecisionError::Newer { version }),
            }
        }
        let stored: DecisionFile = serde_json::from_str(text).map_err(|error| malformed(&error))?;
        let mut decisions = Self::default();
        for decision in stored.decisions {
            let note = decision.note.as_deref().unwrap_or_default();
            let has_note = ignoring(decision.change.recipe(), note).is_some();
            if decision.verdict == Verdict::Suppress && !has_note {
                let change = decision.change;
                return Err(DecisionError::Unreasoned { change });
            }
            match decisions.each.get(&decision.change) {
                Some(other) if disagree(other, &decision) => {
                    let change = decision.change;
                    return Err(DecisionError::Both { change });
                }
                _ => decisions.add(decision),
            }
        }
        Ok(decisions)
    }

    /// Returns the text to be stored: sorted by change, so that versions of it can be compared.
    pub fn text(&self) -> String {
        let stored = DecisionFile {
            version: VERSION,
            decisions: self.each.values().cloned().collect(),
        };
        // Strings, numbers and enums of strings have a form in JSON.
        let text = serde_json::to_string_pretty(&stored);
        text.unwrap_or_default() + "\n"
    }

    /// Decides; what was decided of the change before is forgotten.
    pub fn add(&mut self, decision: Decision) {
        self.each.insert(decision.change.clone(), decision);
    }

    /// Forgets what was decided of a change.
    pub fn remove(&mut self, change: &ChangeId) {
        self.each.remove(change);
    }

    /// Returns what was decided of a change.
    pub fn of(&self, change: &ChangeId) -> Option<&Decision> {
        self.each.get(change)
    }

    /// Iterates over all, by change.
    pub fn iter(&self) -> impl Iterator<Item = &Decision> {
        self.each.values()
    }

    /// Takes the decisions of another file in; returns those of changes of which the two say different
    /// things, which are open again.
    pub fn merge(&mut self, other: Self) -> Vec<[Decision; 2]> {
        let mut conflicts = Vec::new();
        for (id, theirs) in other.each {
            match self.each.remove(&id) {
                Some(ours) if disagree(&ours, &theirs) => conflicts.push([ours, theirs]),
                // The later word has the note and the name.
                Some(ours) if ours.at >= theirs.at => self.add(ours),
                _ => self.add(theirs),
            }
        }
        conflicts
    }
}

impl Decisions {
    /// Gives decisions of one among several equal changes the name that it has now, where it is the only one.
    pub fn rename<'c>(&mut self, changes: impl Iterator<Item = &'c Change>) {
        for change in changes {
            let twin = change.twin.as_ref().and_then(|twin| self.each.remove(twin));
            if let Some(decision) = twin {
                let change = change.id.clone();
                let renamed = Decision { change, ..decision };
                self.each.entry(renamed.change.clone()).or_insert(renamed);
            }
        }
    }
}

/// Returns whether two decisions say different things, or speak of different code.
fn disagree(one: &Decision, other: &Decision) -> bool {
    let is_other_code = match (&one.fingerprint, &other.fingerprint) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    one.verdict != other.verdict || one.edited != other.edited || is_other_code
}

fn malformed(error: &serde_json::Error) -> DecisionError {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let place = format!(" at line {line} column {column}");
    DecisionError::Malformed {
        line,
        column,
        message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(each: &[(&str, Verdict, Option<&str>)]) -> Decisions {
        let mut decisions = Decisions::default();
        for (change, verdict, at) in each {
            decisions.add(Decision {
                change: ChangeId((*change).to_owned()),
                verdict: *verdict,
                edited: Vec::new(),
                fingerprint: None,
                file: None,
                code: None,
                by: None,
                at: at.map(str::to_owned),
                note: None,
            });
        }
        decisions
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error = Decisions::parse(text).expect_err("it is wrong");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn what_is_written_is_read() {
        let written = decisions(&[
            ("b", Verdict::Accept, None),
            ("a", Verdict::Reject, Some("2026-01-02T03:04:05Z")),
        ]);
        let text = written.text();
        assert!(text.find("\"a\"") < text.find("\"b\""), "{text}");
        assert_eq!(Decisions::parse(&text), Ok(written));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        check_error("", "line 1, column 0: EOF while parsing a value");
        check_error(
            "{\"version\": 1, \"decisions\": [\n {\"change\": \"a\", \"verdict\": \"yes\"}]}",
            "line 2, column 33: unknown variant `yes`, expected one of `accept`, `reject`, `suppress`",
        );
        check_error(
            "[]",
            "line 1, column 2: invalid length 0, expected an object with `version` and `decisions`",
        );
        check_error(
            "{\"version\": 0, \"decisions\": []}",
            "it has version 0, and the first is 1",
        );
        check_error(
            "{\"version\": 2, \"future\": []}",
            "it has version 2, and this awaitify reads version 1; use a newer one",
        );
        check_error(
            r#"{"version": 1, "decisions": [{"change": "a", "verdict": "accept"}, {"change": "a", "verdict": "reject"}]}"#,
            "`a` has two different decisions",
        );
        check_error(
            r#"{"version": 1, "decisions": [{"change": "a", "verdict": "suppress", "note": " "}]}"#,
            "`a` is suppressed, and no note says why, in words that a comment can hold",
        );
    }

    #[test]
    fn two_files_are_one_but_for_what_they_disagree_on() {
        let mut ours = decisions(&[
            ("a", Verdict::Accept, Some("2026-01-01")),
            ("b", Verdict::Accept, None),
        ]);
        let theirs = decisions(&[
            ("a", Verdict::Accept, Some("2026-01-02")),
            ("b", Verdict::Reject, None),
            ("c", Verdict::Reject, None),
        ]);
        let conflicts = ours.merge(theirs);
        let ids: Vec<&str> = conflicts.iter().map(|[one, _]| &*one.change.0).collect();
        assert_eq!(ids, ["b"]);
        let kept = ours
            .iter()
            .map(|it| (&*it.change.0, it.verdict, it.at.as_deref()));
        assert_eq!(
            kept.collect::<Vec<_>>(),
            [
                ("a", Verdict::Accept, Some("2026-01-02")),
                ("c", Verdict::Reject, None),
            ]
        );
    }
}
