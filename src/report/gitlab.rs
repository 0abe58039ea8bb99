//! A plan → a Code Quality report, which GitLab shows in merge requests.
//!
//! See <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::{self, Write};

use serde::Serialize;

use super::rows::{self, Row, SiteNames};
use super::view::View;
use crate::plan::change::{ChangeId, Plan};
use crate::recipe::Severity;

#[derive(Serialize)]
struct Issue<'p> {
    description: String,
    check_name: &'p str,
    fingerprint: ChangeId,
    severity: &'static str,
    location: InFile,
}

#[derive(Serialize)]
struct InFile {
    path: String,
    lines: FromLine,
}

#[derive(Serialize)]
struct FromLine {
    begin: usize,
}

/// Writes a list of an object for each site of the level's changes and each finding.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    let mut names = SiteNames::default();
    let issues = rows::told_of(plan).map(|row| issue(view, &row, names.next(view, &row)));
    serde_json::to_writer_pretty(&mut *out, &issues.collect::<Vec<_>>())?;
    out.write_all(b"\n")
}

fn issue<'p>(view: &View, row: &Row<'p>, fingerprint: ChangeId) -> Issue<'p> {
    let start = row.start();
    Issue {
        description: row.message(),
        check_name: &row.site.recipe,
        fingerprint,
        severity: match row.severity {
            Severity::Low => "minor",
            Severity::Medium => "major",
            Severity::High => "critical",
            Severity::Critical => "blocker",
        },
        location: InFile {
            path: row.path(view),
            lines: FromLine {
                // Lines of a cell are none of the file; the description has them.
                begin: start.cell.map_or(start.line, |_| 1),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample;
    use super::*;
    use crate::recipe::safety::Safety;

    #[test]
    fn each_site_is_an_object() {
        let mut out = Vec::new();
        let plan = sample::plan(Safety::Review);
        write(&mut out, &View::plain("/"), &plan).expect("a vector takes everything");
        let issues: Vec<Value> = serde_json::from_slice(&out).expect("it is JSON");
        assert_eq!(issues.len(), 4);
        let fingerprint = issues[1]["fingerprint"].as_str().expect("it is text");
        assert!(fingerprint.starts_with("run-until-finished-"));
        assert_eq!(
            issues[1],
            json!({
                "description": "cell 2 line 2: the cell waits as before",
                "check_name": "run-until-finished",
                "fingerprint": fingerprint,
                "severity": "critical",
                "location": {"path": "nb.ipynb", "lines": {"begin": 1}},
            })
        );
        assert_eq!(issues[2]["severity"], "minor");
        assert_eq!(issues[2]["location"]["lines"]["begin"], 2);
    }
}
