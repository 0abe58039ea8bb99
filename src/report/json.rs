//! A plan → one JSON object per line, for other programs: every site of every change, every finding,
//! every error, and a summary last. Sorted by path, place and recipe.
//!
//! The first line of a change has its own edits besides; a place counts in the text of the change's
//! `layer`, of which 0 is the file on disk. `awaitify schema json` prints the form of the lines.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::edits::Primary;
use super::migration::Migration;
use super::rows::{self, Row, Share};
use super::settings;
use super::summary::installs;
use super::tally::{Counts, Tally};
use super::view::View;
use crate::plan::change::{ChangeId, FilePlan, Plan, Status};
use crate::plan::fingerprint::Fingerprints;
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::source::cell::Position;
use crate::text::wording::Wording;

/// Writes the lines; `migration` says what was written, `None`: nothing was to be.
///
/// # Errors
/// The writer fails.
pub fn write(
    out: &mut dyn Write,
    view: &View,
    plan: &Plan,
    migration: Option<&Migration>,
) -> io::Result<()> {
    let mut records = Vec::new();
    let fingerprints = Fingerprints::of(plan);
    for file in &plan.files {
        let written = migration.is_some_and(|migration| migration.has_written(file));
        add_file(&mut records, view, file, (written, &fingerprints));
    }
    add_errors(&mut records, view, plan, migration);
    records.sort_by(|a, b| a.key().cmp(&b.key()));
    for record in &records {
        write_line(out, record)?;
    }
    for entry in &plan.in_force {
        write_line(out, &settings::in_force_json(view, entry))?;
    }
    let tally = Tally::of(plan);
    let summary = Summary {
        kind: "summary",
        level: plan.level,
        files_scanned: plan.scanned,
        files_changed: migration.map_or(tally.files, |migration| migration.written.len()),
        skipped_generated: plan.skipped_generated,
        skipped_vendored: plan.skipped_vendored,
        conflicts: tally.conflicts,
        withdrawn: tally.withdrawn,
        minor: plan.n_minor(),
        installs: installs(plan, &|file| {
            migration.is_none_or(|it| it.has_written(file))
        }),
        recipes: &tally.recipes,
    };
    write_line(out, &summary)
}

fn write_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// One line but the last.
#[derive(Serialize)]
struct Record<'p> {
    #[serde(rename = "type")]
    kind: &'static str,
    path: String,
    #[serde(flatten)]
    place: Option<Position>,
    #[serde(flatten)]
    body: Body<'p>,
}

impl Record<'_> {
    fn key(&self) -> (&str, Option<Position>, &str) {
        let recipe = match &self.body {
            Body::Change(line) => line.recipe,
            Body::Finding(line) => line.recipe,
            Body::Error { message } => message,
        };
        (&self.path, self.place, recipe)
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'p> {
    Change(ChangeLine<'p>),
    Finding(FindingLine<'p>),
    Error { message: String },
}

#[derive(Serialize)]
struct ChangeLine<'p> {
    recipe: &'p str,
    rule: &'p str,
    safety: Safety,
    severity: Severity,
    status: &'static str,
    change: &'p ChangeId,
    role: &'static str,
    requires: &'p [ChangeId],
    #[serde(flatten)]
    said: &'p Wording,
    #[serde(skip_serializing_if = "Option::is_none")]
    winner: Option<&'p ChangeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn: Option<String>,
    #[serde(flatten)]
    primary: Option<Primary<'p>>,
}

#[derive(Serialize)]
struct FindingLine<'p> {
    recipe: &'p str,
    rule: &'p str,
    safety: Safety,
    severity: Severity,
    /// Only said of one that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    minor: Option<bool>,
    #[serde(flatten)]
    said: &'p Wording,
}

#[derive(Serialize)]
struct Summary<'p> {
    #[serde(rename = "type")]
    kind: &'static str,
    level: Safety,
    files_scanned: usize,
    files_changed: usize,
    skipped_generated: usize,
    skipped_vendored: usize,
    conflicts: usize,
    withdrawn: usize,
    minor: usize,
    installs: BTreeSet<&'p str>,
    recipes: &'p BTreeMap<String, Counts>,
}

fn add_file<'p>(
    records: &mut Vec<Record<'p>>,
    view: &View,
    file: &'p FilePlan,
    (written, fingerprints): (bool, &'p Fingerprints<'_>),
) {
    let path = view.path(file.original().path());
    records.extend(rows::all(file).map(|row| {
        let (kind, body) = match row.share {
            Some(share) => {
                let applied = written && share.change.is_wanted(file.level);
                let primary = Primary::of(&row, fingerprints);
                let line = change_line(&row, share, applied, primary);
                ("change", Body::Change(line))
            }
            None => ("finding", Body::Finding(finding_line(&row))),
        };
        Record {
            kind,
            path: path.clone(),
            place: Some(row.start()),
            body,
        }
    }));
}

fn change_line<'p>(
    row: &Row<'p>,
    share: Share<'p>,
    applied: bool,
    primary: Option<Primary<'p>>,
) -> ChangeLine<'p> {
    let change = share.change;
    let (status, winner, withdrawn) = match &change.status {
        Status::Proposed if applied => ("applied", None, None),
        Status::Proposed => ("proposed", None, None),
        Status::Conflict { winner } => ("conflict", Some(winner), None),
        Status::Withdrawn { why } => ("withdrawn", None, Some(why.to_string())),
    };
    ChangeLine {
        recipe: &row.site.recipe,
        rule: &row.site.rule,
        safety: row.safety,
        severity: row.severity,
        status,
        change: &change.id,
        role: if share.is_primary {
            "primary"
        } else {
            "linked"
        },
        requires: &change.requires,
        said: row.said,
        winner,
        withdrawn,
        primary,
    }
}

fn finding_line<'p>(row: &Row<'p>) -> FindingLine<'p> {
    FindingLine {
        recipe: &row.site.recipe,
        rule: &row.site.rule,
        safety: row.safety,
        severity: row.severity,
        minor: row.is_minor.then_some(true),
        said: row.said,
    }
}

fn add_errors(
    records: &mut Vec<Record<'_>>,
    view: &View,
    plan: &Plan,
    migration: Option<&Migration>,
) {
    for problem in &plan.problems {
        records.push(Record {
            kind: "error",
            path: view.path(&problem.path),
            place: problem.position,
            body: Body::Error {
                message: problem.message.clone(),
            },
        });
    }
    for error in migration
        .into_iter()
        .flat_map(|migration| &migration.failed)
    {
        records.push(Record {
            kind: "error",
            path: view.path(error.path()),
            place: None,
            body: Body::Error {
                message: error.to_string(),
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(level: Safety, written: Option<&[&str]>, expected: &str) {
        let migration = written.map(|written| Migration {
            written: written.iter().map(PathBuf::from).collect(),
            ..Migration::default()
        });
        let mut out = Vec::new();
        write(
            &mut out,
            &View::plain("/"),
            &sample::plan(level),
            migration.as_ref(),
        )
        .expect("a vector takes everything");
        let text = String::from_utf8(out).expect("JSON is text");
        let short: Vec<String> = text.lines().map(brief).collect();
        assert_eq!(short.join("\n") + "\n", expected);
    }

    /// Returns what differs between the tests.
    fn brief(line: &str) -> String {
        let value: serde_json::Value = serde_json::from_str(line).expect("every line is JSON");
        let keys = [
            "type",
            "path",
            "cell",
            "line",
            "recipe",
            "safety",
            "status",
            "files_changed",
        ];
        let parts = keys.iter().filter_map(|key| value.get(key));
        let parts: Vec<String> = parts
            .map(|part| part.to_string().replace('"', ""))
            .collect();
        parts.join(" ")
    }

    #[test]
    fn a_dry_run_proposes() {
        check(
            Safety::Review,
            None,
            "\
error bad.py
change job.py 4 blocking-pause safe proposed
change nb.ipynb 2 2 run-until-finished review proposed
change odd.py 1 first safe conflict
finding odd.py 2 library-owns-loop manual
change odd.py 2 second review proposed
change odd.py 3 third safe withdrawn
summary 3
",
        );
    }

    #[test]
    fn only_what_was_written_at_the_level_is_applied() {
        check(
            Safety::Safe,
            Some(&["job.py", "odd.py"]),
            "\
error bad.py
change job.py 4 blocking-pause safe applied
change nb.ipynb 2 2 run-until-finished review proposed
change odd.py 1 first safe conflict
finding odd.py 2 library-owns-loop manual
change odd.py 2 second review proposed
change odd.py 3 third safe withdrawn
summary 2
",
        );
    }

    #[test]
    fn a_line_has_all_its_keys() {
        let mut out = Vec::new();
        write(
            &mut out,
            &View::plain("/"),
            &sample::plan(Safety::Safe),
            None,
        )
        .expect("a vector takes everything");
        let text = String::from_utf8(out).expect("JSON is text");
        assert_eq!(
            text.lines().nth(1).expect("the plan has changes"),
            r#"{"type":"change","path":"job.py","line":4,"column":5,"recipe":"blocking-pause","rule":"rule-1","safety":"safe","severity":"high","status":"proposed","change":"blocking-pause-00000000","role":"primary","requires":[],"reason":"asyncio.sleep suspends this coroutine only","within":"","fingerprint":"d3059f3205a3","layer":0,"edits":[{"start":{"line":4,"column":5},"end":{"line":4,"column":18},"old":"time.sleep(1)","new":"await asyncio.sleep(1)"}]}"#
        );
    }
}
