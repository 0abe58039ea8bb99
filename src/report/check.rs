//! A plan → one line for each site that is left to do, as linters print them, and a summary.

use std::io::{self, Write};

use super::place;
use super::rows;
use super::summary::{NO_FILES, Next, minor};
use super::tally::Tally;
use super::view::{self, View, count};
use crate::plan::change::{FilePlan, Plan};
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::text::shown::Shown;

/// Returns the harm of the worst site that is told; `None` where there is none.
pub fn worst(plan: &Plan) -> Option<Severity> {
    rows::told_of(plan).map(|row| row.severity).max()
}

/// Writes the lines: `path:line:column: recipe [level, severity] reason`.
///
/// # Errors
/// The writer fails.
pub fn sites(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    for file in &plan.files {
        let path = view.name(file.original().path());
        for row in rows::told(file) {
            let place = place::location(&path, row.site.position);
            let place = view.paint(view::HEADING, &place);
            let recipe = view.paint(view::RECIPE, &row.site.recipe);
            let style = match row.safety {
                Safety::Safe => view::SAFE,
                Safety::Review => view::REVIEW,
                Safety::Manual => view::FAILED,
            };
            let level = view.paint(style, row.safety.word());
            let severity = if row.is_minor {
                "minor"
            } else {
                row.severity.word()
            };
            let reason = row.said.whole();
            let reason = Shown(&reason);
            writeln!(out, "{place}: {recipe} [{level}, {severity}] {reason}")?;
        }
    }
    Ok(())
}

/// Writes how much there is, whether any of it is as bad as `threshold`, and how to go on; `next` has
/// the command that applies it.
///
/// # Errors
/// The writer fails.
pub fn summary(
    out: &mut dyn Write,
    view: &View,
    plan: &Plan,
    threshold: Severity,
    next: Next<'_>,
) -> io::Result<()> {
    let tally = Tally::of(plan);
    let (total, planned) = (tally.total, tally.planned);
    writeln!(out, "{}", headline(plan))?;
    if worst(plan).is_some_and(|worst| worst < threshold) {
        let threshold = threshold.word();
        writeln!(out, "None is of severity {threshold} or worse.")?;
    }
    if total.review > planned.review {
        writeln!(out, "{}", left_out(total.review - planned.review))?;
    }
    minor(out, view, plan)?;
    match planned.changes() {
        0 => Ok(()),
        _ => apply(out, view, next),
    }
}

/// Says how much there is, in how many files.
pub(super) fn headline(plan: &Plan) -> String {
    let tally = Tally::of(plan);
    let told = |file: &&FilePlan| !rows::told(file).is_empty();
    match plan.files.iter().filter(told).count() {
        0 if plan.scanned == 0 => NO_FILES.to_owned(),
        0 => format!("Nothing found in {}.", count(plan.scanned, "file")),
        files => {
            let (changes, findings) = (tally.planned.changes(), tally.total.findings);
            let kinds = [(changes, "change"), (findings, "finding")];
            let there = kinds.iter().filter(|(number, _)| *number > 0);
            let there: Vec<String> = there.map(|(number, noun)| count(*number, noun)).collect();
            let (there, files) = (there.join(" and "), count(files, "file"));
            format!("{there} in {files} of {}.", plan.scanned)
        }
    }
}

/// Says what the level of the plan leaves out.
pub(super) fn left_out(review: usize) -> String {
    let left_out = count(review, "change");
    format!("{left_out} to review left out; --safety review includes them.")
}

fn apply(out: &mut dyn Write, view: &View, next: Next<'_>) -> io::Result<()> {
    let asked = next
        .asked
        .map(|level| format!(" --safety {}", level.word()));
    let command = format!("{}{}", next.command, asked.unwrap_or_default());
    let command = view.paint(view::HEADING, &command);
    writeln!(out, "{} with: {command}", next.does)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(level: Safety, threshold: Severity, expected: &str) {
        let plan = sample::plan(level);
        let view = View::plain("/");
        let next = Next {
            does: "Apply",
            command: "awaitify migrate src",
            asked: (level > Safety::Safe).then_some(level),
        };
        let mut out = Vec::new();
        sites(&mut out, &view, &plan).expect("a vector takes everything");
        summary(&mut out, &view, &plan, threshold, next).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn a_site_is_one_line() {
        check(
            Safety::Review,
            Severity::Low,
            "\
job.py:4:5: blocking-pause [safe, high] asyncio.sleep suspends this coroutine only
nb.ipynb:cell 2:2:1: run-until-finished [review, high] the cell waits as before
odd.py:2:1: library-owns-loop [manual, low] the caller owns the loop
odd.py:2:1: second [review, high] why second
3 changes and 1 finding in 3 files of 4.
Apply with: awaitify migrate src --safety review
",
        );
    }

    #[test]
    fn a_higher_level_is_left_out_and_counted() {
        check(
            Safety::Safe,
            Severity::Critical,
            "\
job.py:4:5: blocking-pause [safe, high] asyncio.sleep suspends this coroutine only
odd.py:2:1: library-owns-loop [manual, low] the caller owns the loop
1 change and 1 finding in 2 files of 4.
None is of severity critical or worse.
2 changes to review left out; --safety review includes them.
Apply with: awaitify migrate src
",
        );
    }
}
