//! `awaitify migrate`: writes the changes of the chosen level and says what it did.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::bail;

use super::args::verify::VerifyArguments;
use super::args::{MigrateArguments, OutputArguments, PlanForm, RunArguments};
use super::choice::Choice;
use super::commit::Git;
use super::diff::{show_form, show_text};
use super::exit::Ending;
use super::form;
use super::input::Stdin;
use super::interrupt::{self, Held};
use super::run::{self, Reader};
use super::terminal::Terminal;
use super::trial::{Attempt, Trial};
use crate::plan::change::{FilePlan, Plan};
use crate::plan::together;
use crate::report::decisions;
use crate::report::migration::{self, Manner, Migration};
use crate::report::notes::{self, Told};
use crate::report::tally::Tally;
use crate::report::view::View;
use crate::source::SourceFile;
use crate::trial::check::Check;
use crate::write::atomic::{KeptRun, Order, Rewrite, write_all};
use crate::write::error::{JournalError, WriteError, undo_in};
use crate::write::guard::{Unguarded, unguarded};
use crate::write::journals::{About, Keeping, named_top};
use crate::write::room;
use crate::write::undo::settle;

/// Files named in a refusal; the others are counted.
const NAMED: usize = 5;

/// Some files have no copy that git could bring back.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Refused {
    message: String,
}

/// What was typed.
struct Wishes<'a> {
    arguments: &'a MigrateArguments,
    choice: &'a Choice,
    /// The paths without lines.
    trees: &'a [PathBuf],
    /// Where commits go.
    git: Option<&'a Git>,
}

impl Wishes<'_> {
    /// Writes a plan, says what was done, and commits it where that is asked for.
    fn migrate(
        &self,
        terminal: &mut Terminal,
        output: &OutputArguments,
        run: (&RunArguments, Reader),
        plan: Plan,
    ) -> anyhow::Result<Attempt> {
        let held = interrupt::hold()?;
        let written = self.write(terminal, output, run, plan, &held)?;
        tell(terminal, output, self, &written.plan, &written.migration)?;
        held.obey();
        self.commit(terminal, &written)?;
        Ok(written)
    }

    /// Writes a plan, or of its changes those with which a check passes.
    fn write(
        &self,
        terminal: &mut Terminal,
        output: &OutputArguments,
        (run, reader): (&RunArguments, Reader),
        plan: Plan,
        held: &Held,
    ) -> anyhow::Result<Attempt> {
        let stop = held.came();
        let verify = &self.arguments.verify;
        if verify.commands.is_empty() {
            let (migration, kept) = write(&terminal.view, &plan, self, stop)?;
            return Ok(Attempt {
                plan,
                steps: self.choice.steps.clone(),
                migration,
                kept,
            });
        }
        let trial = Trial {
            check: check(verify, &terminal.view.base),
            before: !verify.not_before,
            limit: verify.limit,
            output,
            run,
            reader: self.choice.reader(reader),
            by_recipe: self.git.is_some(),
            stop,
        };
        let tried = trial.write(terminal, &plan, |terminal, plan| {
            write(&terminal.view, plan, self, stop)
        });
        if tried.is_err() {
            held.obey();
        }
        tried
    }

    /// Commits what was written, where that is asked for and all of it was.
    fn commit(&self, terminal: &mut Terminal, written: &Attempt) -> anyhow::Result<()> {
        let steps = written.steps.as_deref().unwrap_or_default();
        match self.git.filter(|_| written.migration.failed.is_empty()) {
            Some(git) => git.commit(terminal, &written.plan, steps),
            None => Ok(()),
        }
    }

    fn next_command(&self) -> String {
        run::next_command(&self.arguments.run, self.choice)
    }
}

/// Returns the commands that have to pass.
fn check(verify: &VerifyArguments, base: &Path) -> Check {
    Check {
        commands: verify.commands.clone(),
        folder: base.to_owned(),
        log: verify.log.as_ref().map(|log| base.join(log)),
    }
}

/// Migrates, or with `--dry-run` shows the same plan.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &MigrateArguments,
) -> anyhow::Result<Ending> {
    let stdin = Stdin::read(&arguments.run)?;
    let (run, choice) = Choice::of(&arguments.run, &arguments.choice, stdin.as_ref())?;
    let mut choice = choice.with_comments(arguments.comments)?;
    if stdin.is_none() && !arguments.dry_run {
        settle(&run.paths, &terminal.view.base)?;
    }
    let git = Git::of(arguments, stdin.as_ref(), &terminal.view.base)?;
    choice.steps = git.as_ref().map(|_| Vec::new());
    let reader = Reader::Program;
    if !arguments.verify.commands.is_empty() && stdin.is_some() {
        bail!("--verify does not go with standard input");
    }
    let mut plan = run::plan(terminal, output, &run, stdin.as_ref(), reader, &mut choice)?;
    let wishes = Wishes {
        arguments,
        choice: &choice,
        trees: &run.paths,
        git: git.as_ref(),
    };
    let failed = match (arguments.dry_run, arguments.format.shared()) {
        (true, None) => show_text(terminal, output, &arguments.run, &choice, &plan)?,
        (true, Some(form)) => show_form(terminal, form, &plan)?,
        (false, form) if let Some(stdin) = &stdin => print(terminal, stdin, form, &plan)?,
        (false, _) => {
            let written = wishes.migrate(terminal, output, (&run, reader), plan)?;
            plan = written.plan;
            !written.migration.failed.is_empty() || !written.migration.unmarked.is_empty()
        }
    };
    Ok(Ending {
        failed: failed || choice.has_refused() || run::has_failed(&plan),
        found: arguments.exit_code && Tally::of(&plan).total.findings > 0,
    })
}

/// Prints the new text of the standard input, whole; returns whether there is none.
fn print(
    terminal: &mut Terminal,
    stdin: &Stdin,
    form: Option<PlanForm>,
    plan: &Plan,
) -> anyhow::Result<bool> {
    let word = match form {
        None => None,
        Some(PlanForm::Markdown) => Some("markdown"),
        Some(_) => Some("json"),
    };
    if let Some(word) = word {
        bail!("with `-` the new text is printed; --format {word} goes with --dry-run");
    }
    let is_broken = plan.problems.iter().any(|problem| problem.is_failure());
    if !is_broken {
        let after = plan.files.first().map(FilePlan::after).transpose()?;
        // What is left out, or is in another language, stays as it is.
        let bytes = after.as_ref().map_or(&stdin.bytes[..], SourceFile::bytes);
        terminal.out.write_all(bytes)?;
        terminal.out.flush()?;
    }
    run::tell_problems(terminal, plan)?;
    Ok(is_broken)
}

fn write(
    view: &View,
    plan: &Plan,
    wishes: &Wishes<'_>,
    stop: &AtomicBool,
) -> anyhow::Result<(Migration, Vec<KeptRun>)> {
    let arguments = wishes.arguments;
    (wishes.git).map_or(Ok(()), |git| git.check_files(plan))?;
    let (after, failed) = new_texts(plan);
    let rewrites: Vec<Rewrite<'_>> = (after.iter().map(rewrite))
        .filter(|rewrite| rewrite.before != rewrite.after)
        .collect();
    if !arguments.allow_dirty {
        let files = rewrites.iter().filter_map(|it| Some((it.path, it.before?)));
        refuse(view, &unguarded(&files.collect::<Vec<_>>()))?;
    }
    plan.unfinished.iter().for_each(|left| room::clear(left));
    let current = fs::canonicalize(&view.base)?;
    let order = Order {
        trees: wishes.trees,
        current: &current,
        top: None,
        about: About {
            command: wishes.next_command(),
            undoes: None,
        },
        pending: Vec::new(),
        keeping: keeping(arguments),
    };
    let outcome = write_all(&rewrites, failed, &order, stop).map_err(explained)?;
    let undo = outcome.kept.iter();
    let undo = undo.map(|run| undo_in(named_top(&current, &run.top)));
    let migration = Migration {
        written: outcome.written,
        failed: outcome.failed,
        undo: undo.collect(),
        unmarked: outcome.unmarked,
    };
    Ok((migration, outcome.kept))
}

/// A file, its new text, and those that it rests on.
type NewText<'p> = (&'p FilePlan, SourceFile, Vec<&'p Path>);

/// Returns the files with their new texts and those that they rest on, and what has no new text.
fn new_texts(plan: &Plan) -> (Vec<NewText<'_>>, Vec<WriteError>) {
    let (mut after, mut failed) = (Vec::new(), Vec::new());
    let files = plan.files.iter().zip(together::rests(&plan.files));
    for (file, rests_on) in files.filter(|(file, _)| file.wanted().next().is_some()) {
        match file.after() {
            Ok(new) => after.push((file, new, rests_on)),
            Err(error) => failed.push(WriteError::Unwritable {
                path: file.original().path().to_owned(),
                reason: error.to_string(),
            }),
        }
    }
    (after, failed)
}

fn rewrite<'a>((file, new, rests_on): &'a NewText<'_>) -> Rewrite<'a> {
    Rewrite {
        path: file.original().path(),
        before: Some(file.original().bytes()),
        after: Some(new.bytes()),
        look: None,
        rests_on: rests_on.clone(),
    }
}

fn keeping(arguments: &MigrateArguments) -> Keeping {
    // A trial is undone.
    match arguments.allow_dirty && arguments.verify.commands.is_empty() {
        true => Keeping::Tried,
        false => Keeping::Required,
    }
}

/// Says that nothing was written, and what can be done where the old text cannot be kept.
fn explained(error: JournalError) -> anyhow::Error {
    let message = match error {
        JournalError::Unkept { .. } => {
            format!(
                "nothing was written: {error}\nUse --allow-dirty to change the files all the same."
            )
        }
        error => format!("nothing was written: {error}"),
    };
    Refused { message }.into()
}

fn refuse(view: &View, files: &[Unguarded]) -> Result<(), Refused> {
    if files.is_empty() {
        return Ok(());
    }
    let mut message = "nothing was written, because git could not restore:".to_owned();
    for file in files.iter().take(NAMED) {
        let path = view.name(&file.path);
        // Writing into a string cannot fail.
        let _ = write!(message, "\n  {}, which {}", path, file.why.words());
    }
    if files.len() > NAMED {
        let _ = write!(message, "\n  and {} more", files.len() - NAMED);
    }
    message.push_str("\nCommit them first, or use --allow-dirty to change them all the same.");
    Err(Refused { message })
}

fn tell(
    terminal: &mut Terminal,
    output: &OutputArguments,
    wishes: &Wishes<'_>,
    plan: &Plan,
    migration: &Migration,
) -> anyhow::Result<()> {
    if let Some(form) = wishes.arguments.format.shared() {
        return form::write(terminal, form, plan, Some(migration));
    }
    let next = wishes.next_command();
    if output.quiet {
        notes::not_made(&mut terminal.err, &terminal.err_view, plan, Told::Withdrawn)?;
    } else {
        let wish = Manner {
            next: &next,
            verbose: output.verbose,
        };
        migration::write(&mut terminal.out, &terminal.view, plan, migration, wish)?;
        if let Some(decided) = &wishes.choice.decided {
            decisions::write(&mut terminal.out, &terminal.view, decided)?;
        }
    }
    // On a terminal the errors come last.
    terminal.out.flush()?;
    migration::errors(
        &mut terminal.err,
        &terminal.err_view,
        plan,
        migration,
        &|problem| run::text_of(plan, problem),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::write::guard::Why;

    #[track_caller]
    fn check(count: usize, expected: Option<&str>) {
        let files: Vec<Unguarded> = (0..count)
            .map(|number| Unguarded {
                path: PathBuf::from(format!("{number}.py")),
                why: Why::Modified,
            })
            .collect();
        let message = refuse(&View::plain("/"), &files)
            .err()
            .map(|refused| refused.message);
        assert_eq!(message.as_deref(), expected);
    }

    #[test]
    fn a_refusal_names_five_files_and_counts_the_rest() {
        check(0, None);
        check(
            7,
            Some(
                "nothing was written, because git could not restore:
  0.py, which has changes that are not committed
  1.py, which has changes that are not committed
  2.py, which has changes that are not committed
  3.py, which has changes that are not committed
  4.py, which has changes that are not committed
  and 2 more
Commit them first, or use --allow-dirty to change them all the same.",
            ),
        );
    }
}
