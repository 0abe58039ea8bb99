//! A plan → workflow commands, which GitHub shows as annotations beside the lines of a pull request.
//!
//! See <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use std::io::{self, Write};

use super::rows::{self, Row};
use super::view::View;
use crate::plan::change::{Plan, Problem};
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::source::cell::Position;
use crate::text::shown;

/// Writes a command for each site of the level's changes, each finding and each problem.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    for problem in &plan.problems {
        write_problem(out, view, problem)?;
    }
    for row in rows::told_of(plan) {
        write_row(out, view, &row)?;
    }
    Ok(())
}

fn write_problem(out: &mut dyn Write, view: &View, problem: &Problem) -> io::Result<()> {
    let weight = if problem.is_failure() {
        "error"
    } else {
        "warning"
    };
    write!(
        out,
        "::{weight} file={}",
        property(&view.path(&problem.path))
    )?;
    // Lines of a cell are none of the file.
    if let Some(Position {
        cell: None,
        line,
        column,
    }) = problem.position
    {
        write!(out, ",line={line},col={column}")?;
    }
    writeln!(out, "::{}", message(&problem.message))
}

fn write_row(out: &mut dyn Write, view: &View, row: &Row<'_>) -> io::Result<()> {
    let weight = weight(row);
    write!(out, "::{weight} file={}", property(&row.path(view)))?;
    let (start, end) = (row.start(), row.end());
    if start.cell.is_none() {
        let Position { line, column, .. } = start;
        write!(out, ",line={line},col={column},endLine={}", end.line)?;
        // Columns are taken only where there is one line.
        if end.line == line {
            write!(out, ",endColumn={}", end.column)?;
        }
    }
    let title = property(&row.site.recipe);
    writeln!(out, ",title={title}::{}", message(&row.message()))
}

fn weight(row: &Row<'_>) -> &'static str {
    match (row.safety, row.severity) {
        (Safety::Review, _) => "warning",
        (Safety::Manual, Severity::Low) => "notice",
        (Safety::Safe | Safety::Manual, _) => "error",
    }
}

/// Returns what may stand behind the second `::`.
fn message(text: &str) -> String {
    let escaped = shown::lines(text).replace('%', "%25");
    escaped.replace('\r', "%0D").replace('\n', "%0A")
}

/// Returns what may stand behind a `=`.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Sample};
    use super::*;

    #[track_caller]
    fn check(plan: &Plan, expected: &str) {
        let mut out = Vec::new();
        write(&mut out, &View::plain("/"), plan).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn each_site_is_a_command() {
        check(
            &sample::plan(Safety::Review),
            "\
::error file=bad.py::not UTF-8, and no encoding is declared
::error file=job.py,line=4,col=5,endLine=4,endColumn=18,title=blocking-pause::asyncio.sleep suspends this coroutine only
::warning file=nb.ipynb,title=run-until-finished::cell 2 line 2: the cell waits as before
::notice file=odd.py,line=2,col=1,endLine=2,endColumn=4,title=library-owns-loop::the caller owns the loop
::warning file=odd.py,line=2,col=1,endLine=2,endColumn=4,title=second::why second
",
        );
    }

    #[test]
    fn nothing_in_a_text_ends_a_property_or_a_command() {
        let file = Sample::new("a,b:c%.py", "(a,\nb)\n")
            .change(
                "r",
                Safety::Safe,
                &[("(a,\nb)", "1")],
                "100 %\n::error::x\r",
            )
            .plan();
        let mut plan = sample::plan(Safety::Safe);
        (plan.files, plan.problems) = (vec![file], Vec::new());
        check(
            &plan,
            "::error file=a%2Cb%3Ac%25.py,line=1,col=1,endLine=2,title=r::100 %25%0A::error::x\\r\n",
        );
    }
}
