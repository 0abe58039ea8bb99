//! A plan and what became of its files → what `awaitify migrate` says it did.

use std::io::{self, Write};
use std::path::PathBuf;

use super::notes::{self, Texts, Told};
use super::settings;
use super::summary;
use super::tally::{Counts, Tally};
use super::to_check;
use super::view::{self, View, count};
use crate::plan::change::{FilePlan, Plan};
use crate::text::shown::Shown;
use crate::write::error::{JournalError, WriteError};

/// What became of the files.
#[derive(Debug, Default)]
pub struct Migration {
    /// Files with new bytes, as the plan names them; sorted.
    pub written: Vec<PathBuf>,
    /// Files that stayed as they were although changes were wanted.
    pub failed: Vec<WriteError>,
    /// Commands that put the old bytes back.
    pub undo: Vec<String>,
    /// What went wrong with what is kept for that.
    pub unmarked: Vec<JournalError>,
}

impl Migration {
    /// Returns whether the file has its new bytes.
    pub fn has_written(&self, file: &FilePlan) -> bool {
        let path = file.original().path();
        self.written
            .binary_search_by(|written| written.as_path().cmp(path))
            .is_ok()
    }

    fn applied(&self, plan: &Plan) -> usize {
        let written = plan.files.iter().filter(|file| self.has_written(file));
        written.map(|file| file.wanted().count()).sum()
    }
}

/// How a migration is told.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// The command as typed, without a level.
    pub next: &'a str,
    /// Whether each finding is told.
    pub verbose: bool,
}

/// Writes what was done, what is left and how to go on.
///
/// # Errors
/// The writer fails.
pub fn write(
    out: &mut dyn Write,
    view: &View,
    plan: &Plan,
    migration: &Migration,
    wish: Manner,
) -> io::Result<()> {
    let tally = Tally::of(plan);
    files(out, view, plan, migration)?;
    to_check::written(out, view, plan, &|file| migration.has_written(file))?;
    if wish.verbose {
        notes::findings(out, view, plan)?;
    }
    notes::not_made(out, view, plan, Told::All)?;
    settings::in_force(out, view, &plan.in_force)?;
    by_recipe(out, view, &tally)?;
    writeln!(out, "{}", headline(plan, migration))?;
    summary::install(out, view, plan, &|file| migration.has_written(file))?;
    for command in &migration.undo {
        let command = view.paint(view::HEADING, command);
        writeln!(out, "Undo with: {command}")?;
    }
    left(out, view, &tally, wish.next)?;
    summary::minor(out, view, plan)
}

/// Says how much was written.
pub(super) fn headline(plan: &Plan, migration: &Migration) -> String {
    let applied = count(migration.applied(plan), "change");
    let written = count(migration.written.len(), "file");
    let scanned = plan.scanned;
    match migration.written.len() {
        0 if scanned == 0 => summary::NO_FILES.to_owned(),
        0 => format!("Nothing written; {} read.", count(scanned, "file")),
        _ => format!("Applied {applied}, wrote {written} of {scanned}."),
    }
}

/// Names each written file, with how much was changed there.
fn files(out: &mut dyn Write, view: &View, plan: &Plan, migration: &Migration) -> io::Result<()> {
    let written = plan.files.iter().filter(|file| migration.has_written(file));
    let mut written = written.peekable();
    if written.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "{}", view.paint(view::HEADING, "Written"))?;
    for file in written {
        let changes = count(file.wanted().count(), "change");
        writeln!(out, "{}: {changes}", view.name(file.original().path()))?;
    }
    writeln!(out)
}

/// Says what is left, a line for each recipe.
fn by_recipe(out: &mut dyn Write, view: &View, tally: &Tally) -> io::Result<()> {
    let left = |counts: &Counts| {
        let review = (counts.review > 0).then(|| format!("{} to review", counts.review));
        let findings = (counts.findings > 0).then(|| count(counts.findings, "finding"));
        let left: Vec<String> = review.into_iter().chain(findings).collect();
        (!left.is_empty()).then(|| left.join(", "))
    };
    let recipes = tally.left.iter();
    let recipes: Vec<_> = recipes
        .filter_map(|(recipe, counts)| Some((recipe, left(counts)?)))
        .collect();
    if recipes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", view.paint(view::HEADING, "Left"))?;
    for (recipe, left) in recipes {
        writeln!(out, "{}: {left}", view.paint(view::RECIPE, recipe))?;
    }
    writeln!(out)
}

/// Writes the errors alone: what could not be read, parsed or written.
///
/// # Errors
/// The writer fails.
pub fn errors(
    out: &mut dyn Write,
    view: &View,
    plan: &Plan,
    migration: &Migration,
    texts: Texts<'_>,
) -> io::Result<()> {
    notes::problems(out, view, &plan.problems, texts)?;
    failures(out, view, &migration.failed, &migration.unmarked)
}

/// Writes what could not be written, and what went wrong with what is kept.
///
/// # Errors
/// The writer fails.
pub fn failures(
    out: &mut dyn Write,
    view: &View,
    failed: &[WriteError],
    unmarked: &[JournalError],
) -> io::Result<()> {
    let word = view.paint(view::FAILED, "error");
    for error in failed {
        let path = view.name(error.path());
        let message = error.to_string();
        writeln!(out, "{word}: {}: {}", path, Shown(&message))?;
    }
    for error in unmarked {
        writeln!(out, "{word}: {}", Shown(&error.to_string()))?;
    }
    Ok(())
}

fn left(out: &mut dyn Write, view: &View, tally: &Tally, next: &str) -> io::Result<()> {
    let review = tally.total.review - tally.planned.review;
    if review > 0 {
        let command = format!("{next} --safety review");
        let command = view.paint(view::HEADING, &command);
        let them = if review == 1 { "it" } else { "them" };
        writeln!(
            out,
            "{} to review not applied; apply {them} with: {command}",
            count(review, "change")
        )?;
    }
    if tally.total.findings > 0 {
        writeln!(
            out,
            "{} left; awaitify check shows {}.",
            count(tally.total.findings, "finding"),
            if tally.total.findings == 1 {
                "it"
            } else {
                "them"
            }
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::recipe::safety::Safety;

    #[track_caller]
    fn check(level: Safety, written: &[&str], expected: &str) {
        let migration = Migration {
            written: written.iter().map(PathBuf::from).collect(),
            ..Migration::default()
        };
        let mut out = Vec::new();
        let plan = sample::plan(level);
        write(
            &mut out,
            &View::plain("/"),
            &plan,
            &migration,
            Manner {
                next: "awaitify migrate .",
                verbose: false,
            },
        )
        .expect("a vector takes everything");
        let text = String::from_utf8(out).expect("reports are text");
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn says_what_was_done_and_what_is_left() {
        check(
            Safety::Safe,
            &["job.py"],
            "
Applied 1 change, wrote 1 file of 4.
2 changes to review not applied; apply them with: awaitify migrate . --safety review
1 finding left; awaitify check shows it.
",
        );
    }

    #[test]
    fn counts_only_what_is_in_the_files() {
        check(
            Safety::Review,
            &["job.py", "odd.py"],
            "\nApplied 2 changes, wrote 2 files of 4.\n1 finding left; awaitify check shows it.\n",
        );
        check(
            Safety::Review,
            &[],
            "\nNothing written; 4 files read.\n1 finding left; awaitify check shows it.\n",
        );
    }
}
