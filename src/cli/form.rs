//! A plan → what programs, forges and editors are given of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::PlanForm;
use super::run;
use super::terminal::Terminal;
use crate::plan::change::Plan;
use crate::project::root::repository;
use crate::report::migration::{self, Migration};
use crate::report::view::View;
use crate::report::{github, gitlab, json, markdown, sarif};
use crate::source::EditError;
use crate::text::shown::Shown;

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
    let from_top = &from_top(view);
    match form {
        PlanForm::Json => return Ok(json::write(out, view, plan, migration)?),
        PlanForm::Sarif => {
            let failed = run::has_failed(plan) || unwritable(plan).next().is_some();
            sarif::write(out, from_top, plan, failed)?;
        }
        PlanForm::Github => github::write(out, from_top, plan)?,
        PlanForm::Gitlab => gitlab::write(out, from_top, plan)?,
        PlanForm::Markdown => markdown::write(out, from_top, plan, migration)?,
    }
    run::tell_problems(terminal, plan)?;
    let (err, view) = (&mut terminal.err, &terminal.err_view);
    if let Some(migration) = migration {
        migration::failures(err, view, &migration.failed, &migration.unmarked)?;
        return Ok(());
    }
    for (path, error) in unwritable(plan) {
        let path = view.name(path);
        writeln!(err, "error: {path}: {}", Shown(&error.to_string()))?;
    }
    Ok(())
}

/// Returns a view that names files from the top of the repository, as a forge knows them.
fn from_top(view: &View) -> View {
    let top = repository(&view.base);
    let below = top.as_deref().map(|top| view.base.strip_prefix(top));
    View {
        below: below
            .and_then(Result::ok)
            .map_or_else(PathBuf::new, Path::to_owned),
        ..view.clone()
    }
}

/// Iterates over the files whose wanted changes have no form in them.
pub(super) fn unwritable(plan: &Plan) -> impl Iterator<Item = (&Path, EditError)> {
    let files = plan.files.iter();
    let wanted = files.filter(|file| file.wanted().next().is_some());
    wanted.filter_map(|file| Some((file.original().path(), file.after().err()?)))
}
