//! A plan → what programs, forges and editors are given of it.

use std::io::Write;

use super::args::PlanForm;
use super::run;
use super::terminal::Terminal;
use crate::plan::change::Plan;
use crate::report::migration::{self, Migration};
use crate::report::notes::{self, Told};
use crate::report::{github, gitlab, json, markdown, sarif};

/// Writes a plan; `migration` says what was written, `None`: nothing was to be.
///
/// JSON has what went wrong in its lines. Of the others it is told with the errors too.
pub(super) fn write(
    terminal: &mut Terminal,
    form: PlanForm,
    plan: &Plan,
    migration: Option<&Migration>,
) -> anyhow::Result<()> {
    let (out, view) = (&mut terminal.out, &terminal.view);
    match form {
        PlanForm::Json => return Ok(json::write(out, view, plan, migration)?),
        PlanForm::Sarif => sarif::write(out, view, plan, run::has_failed(plan))?,
        PlanForm::Github => github::write(out, view, plan)?,
        PlanForm::Gitlab => gitlab::write(out, view, plan)?,
        PlanForm::Markdown => markdown::write(out, view, plan, migration)?,
    }
    // On a terminal the errors come last.
    terminal.out.flush()?;
    let (err, view) = (&mut terminal.err, &terminal.err_view);
    notes::not_made(err, view, plan, Told::Withdrawn)?;
    notes::problems(err, view, &plan.problems, &|problem| {
        run::text_of(plan, problem)
    })?;
    if let Some(migration) = migration {
        migration::failures(err, view, &migration.failed, &migration.unmarked)?;
    }
    Ok(())
}
