//! Counts → the table by recipe and the lines that say what to do next.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::tally::{Counts, Tally};
use super::view::{self, View, count};
use crate::plan::change::{FilePlan, Plan};
use crate::recipe::safety::Safety;

/// What is said where there was nothing to look at.
pub const NO_FILES: &str = "No Python files found.";

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
    /// What that does: `Apply`.
    pub does: &'static str,
    /// As it would be typed, without a level: `awaitify migrate src`.
    pub command: &'a str,
    /// `--safety`, where it was typed.
    pub asked: Option<Safety>,
}

impl<'a> Next<'a> {
    /// A command that applies it.
    pub fn apply(command: &'a str, asked: Option<Safety>) -> Self {
        Self {
            does: "Apply",
            command,
            asked,
        }
    }
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
    let shown = tally.planned.changes();
    if plan.scanned == 0 {
        return writeln!(out, "{NO_FILES}");
    }
    if shown == 0 {
        writeln!(out, "No changes in {}.", count(plan.scanned, "file"))?;
        postponed(out, view, plan)?;
        minor(out, view, plan)?;
        return hidden(out, view, tally, next.command);
    }
    let changes = count(shown, "change");
    let files = count(tally.files, "file");
    write!(out, "{changes} in {files} of {}: ", plan.scanned)?;
    writeln!(out, "{}.", by_level(tally, next.asked))?;
    install(out, view, plan, &|_| true)?;
    postponed(out, view, plan)?;
    minor(out, view, plan)?;
    hidden(out, view, tally, next.command)?;
    let flag = match next.asked {
        None if tally.applied.changes() > 0 => "",
        Some(Safety::Safe) if tally.applied.changes() > 0 => " --safety safe",
        _ => " --safety review",
    };
    let command = format!("{}{flag}", next.command);
    writeln!(
        out,
        "{} with: {}",
        next.does,
        view.paint(view::HEADING, &command)
    )
}

/// Says how to install what changes begin to import, of those files.
///
/// # Errors
/// The writer fails.
pub fn install(
    out: &mut dyn Write,
    view: &View,
    plan: &Plan,
    of: &dyn Fn(&FilePlan) -> bool,
) -> io::Result<()> {
    let packages = installs(plan, of);
    if packages.is_empty() {
        return Ok(());
    }
    // A shell takes `>` as a redirection.
    let quoted: Vec<String> = packages.iter().map(|it| format!("\"{it}\"")).collect();
    let command = format!("pip install {}", quoted.join(" "));
    let command = view.paint(view::HEADING, &command);
    writeln!(out, "Install what the new code imports with: {command}")
}

/// Returns the requirements for what changes begin to import, of those files.
pub fn installs<'p>(plan: &'p Plan, of: &dyn Fn(&FilePlan) -> bool) -> BTreeSet<&'p str> {
    let files = plan.files.iter().filter(|file| of(file));
    let installs = files.flat_map(|file| &file.installs);
    installs.map(String::as_str).collect()
}

fn by_level(tally: &Tally, asked: Option<Safety>) -> String {
    let Counts { safe, review, .. } = tally.planned;
    let how = match tally.applied.review {
        configured if asked.is_some() || configured == 0 => "with --safety review".to_owned(),
        configured if configured == review => "as configured".to_owned(),
        configured => format!("with --safety review, {configured} of them as configured"),
    };
    match (safe, review) {
        (safe, 0) => format!("{safe} safe, applied by default"),
        (0, review) => format!("{review} to review, applied {how}"),
        (safe, review) => {
            format!("{safe} safe, applied by default; {review} to review, applied too {how}")
        }
    }
}

/// Says what the plan leaves out because the code is written for an older Python.
fn postponed(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    let all = || plan.files.iter().flat_map(|file| &file.postponed);
    let Some((major, minor)) = all().map(|it| it.since).max() else {
        return Ok(());
    };
    let flag = format!("--target-version {major}.{minor}");
    writeln!(
        out,
        "{} left out for the Python of the code; include with: {}",
        count(all().count(), "site"),
        view.paint(view::HEADING, &flag)
    )
}

/// Says how many findings the plan leaves out because they matter little.
pub(super) fn minor(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    let n_minor = plan.n_minor();
    if n_minor == 0 {
        return Ok(());
    }
    let them = if n_minor == 1 { "it" } else { "them" };
    writeln!(
        out,
        "{} left out; show {them} with: {}",
        count(n_minor, "minor finding"),
        view.paint(view::HEADING, "--minor")
    )
}

/// Says what the plan leaves out because of its level.
fn hidden(out: &mut dyn Write, view: &View, tally: &Tally, next: &str) -> io::Result<()> {
    let review = tally.total.review - tally.planned.review;
    if review == 0 {
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
    fn check(level: Safety, asked: Option<Safety>, expected: &str) {
        let mut plan = sample::plan(level);
        for file in &mut plan.files {
            file.applied = asked.unwrap_or(Safety::Safe);
        }
        check_plan(&plan, asked, expected);
    }

    #[track_caller]
    fn check_plan(plan: &Plan, asked: Option<Safety>, expected: &str) {
        let tally = Tally::of(plan);
        let view = View::plain("/");
        let next = Next {
            does: "Apply",
            command: "awaitify migrate src",
            asked,
        };
        let mut out = Vec::new();
        table(&mut out, &view, &tally).expect("a vector takes everything");
        diff(&mut out, &view, plan, &tally, next).expect("a vector takes everything");
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
            None,
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
            None,
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
            Some(Safety::Review),
            &format!(
                "{TABLE}\
3 changes in 3 files of 4: 1 safe, applied by default; 2 to review, applied too with --safety review.
Apply with: awaitify migrate src --safety review
"
            ),
        );
    }

    #[test]
    fn what_the_configuration_applies_needs_no_flag() {
        let mut plan = sample::plan(Safety::Review);
        for file in &mut plan.files {
            file.applied = Safety::Review;
        }
        let first =
            "3 changes in 3 files of 4: 1 safe, applied by default; 2 to review, applied too";
        let last = "Apply with: awaitify migrate src\n";
        let expected = format!("{TABLE}{first} as configured.\n{last}");
        check_plan(&plan, None, &expected);
        plan.files[1].applied = Safety::Safe;
        let some = "with --safety review, 1 of them as configured";
        let expected = format!("{TABLE}{first} {some}.\n{last}");
        check_plan(&plan, None, &expected);
    }
}
