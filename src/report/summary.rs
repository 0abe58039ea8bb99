//! Counts → the table by recipe and the lines that say what to do next.

use std::io::{self, Write};

use super::tally::{Counts, Tally};
use super::view::{self, View, count};
use crate::plan::change::Plan;
use crate::recipe::safety::Safety;

/// Writes `recipe / safe / review / findings`, aligned; nothing when there is nothing.
///
/// # Errors
/// The writer fails.
pub fn table(out: &mut dyn Write, view: &View, tally: &Tally) -> io::Result<()> {
    if tally.recipes.is_empty() {
        return Ok(());
    }
    let names = tally.recipes.keys().map(|name| name.chars().count());
    let width = names.max().unwrap_or(0).max("recipe".len());
    let head = format!("{:<width$}    safe  review  findings", "recipe");
    writeln!(out, "{}", view.paint(view::HEADING, &head))?;
    for (name, counts) in &tally.recipes {
        let name = format!("{name:<width$}");
        writeln!(out, "{}{}", view.paint(view::RECIPE, &name), row(*counts))?;
    }
    if tally.recipes.len() > 1 {
        let total = format!("{:<width$}{}", "total", row(tally.total));
        writeln!(out, "{}", view.paint(view::HEADING, &total))?;
    }
    writeln!(out)
}

fn row(counts: Counts) -> String {
    let Counts {
        safe,
        review,
        findings,
    } = counts;
    format!(
        "  {:>6}  {:>6}  {:>8}",
        dash(safe),
        dash(review),
        dash(findings)
    )
}

/// A column of zeros hides the numbers that matter.
fn dash(number: usize) -> String {
    match number {
        0 => "-".to_owned(),
        _ => number.to_string(),
    }
}

/// How to go on from a dry run.
#[derive(Debug, Clone, Copy)]
pub struct Next<'a> {
    /// As it would be typed, without a level: `awaitify migrate src`.
    pub command: &'a str,
    /// The level that was asked for.
    pub chosen: Safety,
}

/// Writes what `diff` found, and as its last line the command that applies it.
///
/// # Errors
/// The writer fails.
pub fn diff(
    out: &mut dyn Write,
    view: &View,
    plan: &Plan,
    tally: &Tally,
    next: Next<'_>,
) -> io::Result<()> {
    let shown = tally.total.at(plan.level);
    if shown == 0 {
        writeln!(out, "No changes in {}.", count(plan.scanned, "file"))?;
        return hidden(out, view, tally, plan.level, next.command);
    }
    let changes = count(shown, "change");
    let files = count(tally.files, "file");
    write!(out, "{changes} in {files} of {}: ", plan.scanned)?;
    writeln!(out, "{}.", by_level(tally.total, plan.level))?;
    hidden(out, view, tally, plan.level, next.command)?;
    let only_review = tally.total.safe == 0;
    let flag = match next.chosen {
        Safety::Safe if !only_review => "",
        _ => " --safety review",
    };
    let command = format!("{}{flag}", next.command);
    writeln!(out, "Apply with: {}", view.paint(view::HEADING, &command))
}

fn by_level(total: Counts, level: Safety) -> String {
    match (level, total.safe, total.review) {
        (Safety::Safe, safe, _) | (_, safe, 0) => format!("{safe} safe, applied by default"),
        (_, 0, review) => format!("{review} to review, applied with --safety review"),
        (_, safe, review) => format!(
            "{safe} safe, applied by default; {review} to review, applied too with --safety review"
        ),
    }
}

/// Says what a run at level safe does not show.
fn hidden(
    out: &mut dyn Write,
    view: &View,
    tally: &Tally,
    level: Safety,
    next: &str,
) -> io::Result<()> {
    let review = tally.total.review;
    if level > Safety::Safe || review == 0 {
        return Ok(());
    }
    let them = if review == 1 { "it" } else { "them" };
    let command = format!("{next} --safety review");
    writeln!(
        out,
        "{} to review left out; include {them} with: {}",
        count(review, "change"),
        view.paint(view::HEADING, &command)
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(level: Safety, chosen: Safety, expected: &str) {
        let plan = sample::plan(level);
        let tally = Tally::of(&plan);
        let view = View::plain("/");
        let next = Next {
            command: "awaitify migrate src",
            chosen,
        };
        let mut out = Vec::new();
        table(&mut out, &view, &tally).expect("a vector takes everything");
        diff(&mut out, &view, &plan, &tally, next).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    const TABLE: &str = "\
recipe                safe  review  findings
blocking-pause           1       -         -
library-owns-loop        -       -         1
run-until-finished       -       1         -
second                   -       1         -
total                    1       2         1

";

    #[test]
    fn at_level_review_it_says_how_to_include_the_rest() {
        check(
            Safety::Review,
            Safety::Safe,
            &format!(
                "{TABLE}\
3 changes in 3 files of 4: 1 safe, applied by default; 2 to review, applied too with --safety review.
Apply with: awaitify migrate src
"
            ),
        );
    }

    #[test]
    fn at_level_safe_it_says_what_is_left_out() {
        check(
            Safety::Safe,
            Safety::Safe,
            &format!(
                "{TABLE}\
1 change in 1 file of 4: 1 safe, applied by default.
2 changes to review left out; include them with: awaitify migrate src --safety review
Apply with: awaitify migrate src
"
            ),
        );
    }

    #[test]
    fn the_next_command_keeps_the_level_that_was_asked_for() {
        check(
            Safety::Review,
            Safety::Review,
            &format!(
                "{TABLE}\
3 changes in 3 files of 4: 1 safe, applied by default; 2 to review, applied too with --safety review.
Apply with: awaitify migrate src --safety review
"
            ),
        );
    }
}
