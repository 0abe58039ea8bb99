//! What is told besides the diffs: findings, changes that are not made, and problems.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::snippet::{self, Pointer, Weight};
use super::view::{self, View};
use super::{alike, place};
use crate::plan::change::{Change, ChangeId, FilePlan, Plan, Problem, Status};
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::text::shown::Shown;

/// Gives the text a problem points into, so that the line can be shown; `None`: only named.
pub type Texts<'a> = &'a dyn Fn(&Problem) -> Option<SourceFile>;

/// Writes the findings, the most harmful first: `path:line:column recipe: reason`. Those of one recipe and
/// reason are one entry, with their places below it.
///
/// # Errors
/// The writer fails.
pub fn findings(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    let told = of_findings(view, plan);
    if told.is_empty() {
        return Ok(());
    }
    heading(out, view, "Findings")?;
    alike::write(out, view, told.into_iter())?;
    writeln!(out)
}

/// Returns what is said of the findings, the most harmful first.
pub(super) fn of_findings<'p>(view: &View, plan: &'p Plan) -> Vec<alike::Remark<'p>> {
    let mut told = Vec::new();
    for file in &plan.files {
        let path = view.name(file.original().path());
        told.extend(file.findings.iter().map(|finding| {
            let said = alike::Remark {
                recipe: &finding.site.recipe,
                text: finding.said.whole(),
                place: place::location(&path, finding.site.position),
            };
            (Reverse(finding.severity), said)
        }));
    }
    told.sort_by_key(|(severity, _)| *severity);
    told.into_iter().map(|(_, said)| said).collect()
}

/// Which of the changes that are not made are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Those that gave way to another, and those that failed verification.
    All,
    /// Those that failed verification.
    Withdrawn,
}

/// Writes the changes that are not made, and why.
///
/// # Errors
/// The writer fails.
pub fn not_made(out: &mut dyn Write, view: &View, plan: &Plan, told: Told) -> io::Result<()> {
    let mut begun = false;
    for file in &plan.files {
        let path = view.name(file.original().path());
        for change in file.changes() {
            if told == Told::Withdrawn && !matches!(change.status, Status::Withdrawn { .. }) {
                continue;
            }
            let Some(why) = why_not_made(file, change) else {
                continue;
            };
            if !begun {
                heading(out, view, "Not made")?;
                begun = true;
            }
            let place = match change.sites.first() {
                Some(site) => place::location(&path, site.position),
                None => path.clone(),
            };
            line(out, view, &place, &change.recipe, &why)?;
        }
    }
    if begun { writeln!(out) } else { Ok(()) }
}

/// Writes what could not be read or parsed, with its line where `texts` has it.
///
/// # Errors
/// The writer fails.
pub fn problems(
    out: &mut dyn Write,
    view: &View,
    problems: &[Problem],
    texts: Texts<'_>,
) -> io::Result<()> {
    for problem in problems {
        let path = view.name(&problem.path);
        // There may be many of those that nobody named.
        let text = problem.is_failure().then(|| texts(problem)).flatten();
        let drawn = match (problem.position, text) {
            (Some(position), Some(source)) => draw(out, view, problem, position, &source)?,
            _ => false,
        };
        if drawn {
            continue;
        }
        let place = match problem.position {
            Some(position) => place::location(&path, position),
            None => path,
        };
        let (style, word) = match problem.is_failure() {
            true => (view::FAILED, "error"),
            false => (view::REVIEW, "warning"),
        };
        let (word, place) = (view.paint(style, word), Shown(&place));
        writeln!(out, "{word}: {place}: {}", Shown(&problem.message))?;
    }
    Ok(())
}

/// Returns whether the position is in the text, so that the line was drawn.
fn draw(
    out: &mut dyn Write,
    view: &View,
    problem: &Problem,
    position: Position,
    source: &SourceFile,
) -> io::Result<bool> {
    let Some(row) = row(source, position) else {
        return Ok(false);
    };
    let before = row.char_indices().nth(position.column.saturating_sub(1));
    let column = before.map_or(row.len(), |(at, _)| at);
    let mut path = view.name(&problem.path);
    if let Some(cell) = position.cell {
        path.push_str(&format!(" · cell {cell}"));
    }
    let pointer = Pointer {
        weight: Weight::Error,
        message: &Shown(&problem.message).to_string(),
        path: &path.to_string(),
        text: row,
        first_line: position.line,
        range: column..column + 1,
        label: None,
        hint: None,
    };
    snippet::draw(out, view, &pointer)?;
    Ok(true)
}

/// Returns the line at a position, without its end.
fn row(source: &SourceFile, position: Position) -> Option<&str> {
    let text = match position.cell {
        None => source.text(),
        Some(number) => {
            let cell = source.cells().iter().find(|cell| cell.number == number)?;
            &source.text()[cell.range]
        }
    };
    text.lines().nth(position.line.checked_sub(1)?)
}

fn why_not_made(file: &FilePlan, change: &Change) -> Option<String> {
    match &change.status {
        Status::Proposed => None,
        Status::Conflict { winner } => Some(format!("gives way to {}", named(file, winner))),
        Status::Withdrawn { why } => Some(format!(
            "withdrawn, because {why}; a bug of rule `{}` in {}.yaml: tell its author",
            change.rule, change.recipe
        )),
    }
}

/// Returns `<recipe> at line N`, or the id of a change of another file.
fn named(file: &FilePlan, id: &ChangeId) -> String {
    let mut changes = file.changes();
    let winner = changes.find(|change| change.id == *id);
    match winner.and_then(|change| Some((change, change.sites.first()?))) {
        Some((change, site)) => format!("{} at {}", change.recipe, site.position.words()),
        None => id.0.clone(),
    }
}

fn heading(out: &mut dyn Write, view: &View, text: &str) -> io::Result<()> {
    writeln!(out, "{}", view.paint(view::HEADING, text))
}

fn line(out: &mut dyn Write, view: &View, place: &str, recipe: &str, why: &str) -> io::Result<()> {
    let recipe = view.paint(view::RECIPE, recipe);
    writeln!(out, "{} {recipe}: {}", Shown(place), Shown(why))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::plan::problem::Gravity;
    use crate::recipe::Severity;
    use crate::recipe::safety::Safety;

    #[track_caller]
    fn check(write: impl Fn(&mut dyn Write, &View, &Plan) -> io::Result<()>, expected: &str) {
        let mut out = Vec::new();
        let plan = sample::plan(Safety::Review);
        write(&mut out, &View::plain("/"), &plan).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn a_finding_is_one_line() {
        check(
            findings,
            "Findings\nodd.py:2:1 library-owns-loop: the caller owns the loop\n\n",
        );
    }

    #[test]
    fn equal_findings_are_one_entry_and_the_worst_come_first() {
        let mut plan = sample::plan(Safety::Review);
        let file = plan.files.iter_mut().find(|file| !file.findings.is_empty());
        let file = file.expect("the sample has a finding");
        let mut again = file.findings[0].clone();
        again.site.position.line = 7;
        let mut worse = file.findings[0].clone();
        worse.severity = Severity::Critical;
        worse.said.reason = "it hangs".to_owned();
        file.findings.extend([again, worse]);
        let mut out = Vec::new();
        findings(&mut out, &View::plain("/"), &plan).expect("a vector takes everything");
        assert_eq!(
            String::from_utf8_lossy(&out),
            "\
Findings
odd.py:2:1 library-owns-loop: it hangs
library-owns-loop: the caller owns the loop
    odd.py:2:1
    odd.py:7:1

"
        );
    }

    #[test]
    fn what_to_check_stands_behind_the_finding() {
        let mut plan = sample::plan(Safety::Review);
        let mut findings_of_all = plan.files.iter_mut().flat_map(|file| &mut file.findings);
        let finding = findings_of_all.next().expect("the sample has a finding");
        finding.said.check = Some("who calls it".to_owned());
        let mut out = Vec::new();
        findings(&mut out, &View::plain("/"), &plan).expect("a vector takes everything");
        assert_eq!(
            String::from_utf8_lossy(&out),
            "Findings\nodd.py:2:1 library-owns-loop: the caller owns the loop. Check: who calls it\n\n"
        );
    }

    #[test]
    fn what_is_not_made_says_why() {
        check(
            |out, view, plan| not_made(out, view, plan, Told::All),
            "\
Not made
odd.py:1:1 first: gives way to second at line 2
odd.py:3:1 third: withdrawn, because the new text does not parse: expected an expression; a bug of rule `rule-1` in third.yaml: tell its author

",
        );
    }

    #[test]
    fn a_problem_without_a_place_is_one_line() {
        check(
            |out, view, plan| problems(out, view, &plan.problems, &|_| None),
            "error: bad.py: not UTF-8, and no encoding is declared\n",
        );
    }

    #[test]
    fn a_problem_in_a_text_shows_the_line() {
        let problem = Problem {
            path: "a.py".into(),
            position: Some(Position {
                cell: None,
                line: 2,
                column: 5,
            }),
            message: "expected an expression".to_owned(),
            gravity: Gravity::Failure,
        };
        let text = |problem: &Problem| {
            SourceFile::from_bytes(problem.path.clone(), b"x\ny = )\nz\n".to_vec()).ok()
        };
        check(
            |out, view, _| problems(out, view, std::slice::from_ref(&problem), &text),
            "\
error: expected an expression
 --> a.py:2:5
  |
2 | y = )
  |     ^
",
        );
    }
}
