//! A plan → what `awaitify diff` shows: diffs, findings, what is not made, problems, a summary.

use std::io::{self, Write};

use super::notes::{self, Texts, Told};
use super::summary::Next;
use super::tally::Tally;
use super::view::{self, View};
use super::{diff, settings, summary, to_check};
use crate::plan::change::{FilePlan, Plan};

/// What the report is asked for besides the plan.
pub struct Wish<'a> {
    /// Only diffs, findings and problems.
    pub quiet: bool,
    /// How to apply what is shown.
    pub next: Next<'a>,
    /// Where problems find the text they point into.
    pub texts: Texts<'a>,
}

/// Writes the whole report; returns whether every file could be shown.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, plan: &Plan, wish: &Wish<'_>) -> io::Result<bool> {
    let mut complete = true;
    for file in &plan.files {
        complete &= write_file(out, view, file)?;
    }
    to_check::before(out, view, plan)?;
    notes::findings(out, view, plan)?;
    notes::not_made(out, view, plan, Told::All)?;
    notes::problems(out, view, &plan.problems, wish.texts)?;
    if !plan.problems.is_empty() {
        writeln!(out)?;
    }
    if !wish.quiet {
        settings::in_force(out, view, &plan.in_force)?;
        let tally = Tally::of(plan);
        summary::table(out, view, &tally)?;
        summary::diff(out, view, plan, &tally, wish.next)?;
    }
    Ok(complete)
}

fn write_file(out: &mut dyn Write, view: &View, file: &FilePlan) -> io::Result<bool> {
    if file.wanted().next().is_none() {
        return Ok(true);
    }
    match file.after() {
        Ok(after) => diff::write_file(out, view, file, &after)?,
        Err(error) => {
            let path = view.name(file.original().path());
            let word = view.paint(view::FAILED, "error");
            writeln!(out, "{word}: {}: {error}\n", path)?;
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::recipe::safety::Safety;

    #[track_caller]
    fn check(view: &View, quiet: bool, expected: &[&str], missing: &[&str]) {
        let mut out = Vec::new();
        let wish = Wish {
            quiet,
            next: Next {
                does: "Apply",
                command: "awaitify migrate",
                asked: None,
            },
            texts: &|_| None,
        };
        write(&mut out, view, &sample::plan(Safety::Review), &wish)
            .expect("a vector takes everything");
        let text = String::from_utf8(out).expect("reports are text");
        let mut rest = text.as_str();
        for part in expected {
            let at = rest.find(part);
            rest = &rest[at.unwrap_or_else(|| panic!("{part:?} is not in\n{rest}"))..];
        }
        for part in missing {
            assert!(!text.contains(part), "{part:?} is in\n{text}");
        }
    }

    #[test]
    fn sections_stand_in_order() {
        check(
            &View::plain("/"),
            false,
            &[
                "job.py\n@@",
                "nb.ipynb · cell 2\n@@",
                "odd.py\n@@",
                "Findings\n",
                "Not made\n",
                "error: bad.py",
                "total",
                "Apply with: awaitify migrate\n",
            ],
            &["\u{1b}", "# Title"],
        );
    }

    #[test]
    fn quiet_leaves_the_summary_out() {
        check(
            &View::plain("/"),
            true,
            &["odd.py", "Findings"],
            &["total", "Apply with"],
        );
    }

    #[test]
    fn colors_are_gits() {
        let view = View {
            color: true,
            ..View::plain("/")
        };
        check(
            &view,
            false,
            &[
                "\u{1b}[1mjob.py\u{1b}[0m\n\u{1b}[36m@@",
                "\u{1b}[31m-    time.sleep(1)\u{1b}[0m",
            ],
            &[],
        );
    }
}
