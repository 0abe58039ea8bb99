//! A plan → a Code Quality report, which GitLab shows in merge requests.
//!
//! See <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::rows::{self, Row, SiteNames};
use super::view::View;
use crate::plan::change::{ChangeId, Naming, Plan, Problem};
use crate::plan::problem::Gravity;
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

/// What is told of files as a whole, and of comments, has this name.
const PROBLEM: &str = "awaitify";

/// Writes a list of an object for each problem, each site of the level's changes and each finding.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    let mut names = SiteNames::default();
    let rows = rows::told_of(plan).map(|row| issue(view, &row, names.next(view, &row)));
    let mut told: HashMap<(&Path, &str), usize> = HashMap::new();
    let problems = plan.problems.iter().map(|problem| {
        let nth = told.entry((&problem.path, &problem.message)).or_default();
        *nth += 1;
        of_problem(view, problem, *nth)
    });
    let issues: Vec<Issue<'_>> = problems.chain(rows).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

fn of_problem<'p>(view: &View, problem: &Problem, nth: usize) -> Issue<'p> {
    let path = view.path(&problem.path);
    let what = Naming {
        file: Path::new(&path),
        recipe: PROBLEM,
        rule: PROBLEM,
        within: "",
        matched: &problem.message,
    };
    let of_file = problem.position.filter(|at| at.cell.is_none());
    let cell = problem.position.filter(|at| at.cell.is_some());
    let cell = cell.map(|at| format!("{}: ", at.words()));
    Issue {
        description: format!("{}{}", cell.unwrap_or_default(), problem.message),
        check_name: PROBLEM,
        fingerprint: ChangeId::new(what, nth),
        severity: match problem.gravity {
            Gravity::Failure => "critical",
            Gravity::Fault => "major",
            Gravity::Note => "info",
        },
        location: InFile {
            lines: FromLine {
                begin: of_file.map_or(1, |at| at.line),
            },
            path,
        },
    }
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
        assert_eq!(issues.len(), 5);
        assert_eq!(issues[0]["check_name"], "awaitify");
        assert_eq!(issues[0]["location"]["path"], "bad.py");
        let issues = &issues[1..];
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
