//! Arguments → a run, its report on the terminal, and an exit code. The only place that prints.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use exit::Ending;
use terminal::Terminal;

use crate::text::shown;

pub mod args;

pub mod exit;

mod terminal;

mod trial;

mod catalog;

mod settings;

mod input;

mod interrupt;

mod progress;

mod pager;

mod choice;

mod run;

mod form;

mod diff;

mod commit;

mod migrate;

mod undo;

mod decisions;

mod review;

mod check;
mod config;

mod batch;

mod recipe;

mod floor;

mod install;

mod schema;

mod recipe_test;

mod spot;

mod explain;

mod graph;

mod new;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and the version come this way too.
        Err(error) => {
            let printed = error.print().map_err(anyhow::Error::from);
            let ended = printed.map(|()| Ending::of_usage(error.exit_code()));
            return ExitCode::from(exit::code(&ended));
        }
    };
    let terminal = Terminal::new(&arguments.output);
    let result = terminal.and_then(|terminal| run_command(&arguments, terminal));
    ExitCode::from(told(&result, &mut io::stderr()))
}

/// Runs a command in the current directory, as a part of another program; returns its exit code.
///
/// Neither output is a terminal. What `err` is given twice goes to one place.
pub fn run_inside(
    arguments: &Arguments,
    out: Box<dyn Write>,
    err: (Box<dyn Write>, &mut dyn Write),
) -> u8 {
    let terminal = Terminal::of(&arguments.output, out, err.0, (false, false));
    let result = terminal.and_then(|terminal| run_command(arguments, terminal));
    told(&result, err.1)
}

/// Says why a run failed; returns the exit code.
fn told(result: &anyhow::Result<Ending>, err: &mut dyn Write) -> u8 {
    if let Err(error) = result
        && !exit::is_broken_pipe(error)
    {
        // Where the error cannot be told either, the exit code still says it.
        let error = shown::lines(&format!("{error:#}"));
        let _ = writeln!(err, "error: {error}");
    }
    exit::code(result)
}

fn run_command(arguments: &Arguments, mut terminal: Terminal) -> anyhow::Result<Ending> {
    let ending = match &arguments.command {
        Command::Diff(diff) => diff::run(&mut terminal, &arguments.output, diff)?,
        Command::Migrate(migrate) => migrate::run(&mut terminal, &arguments.output, migrate)?,
        Command::Undo(undo) => undo::run(&mut terminal, &arguments.output, undo)?,
        Command::Review(review) => review::run(&mut terminal, &arguments.output, review)?,
        Command::Decisions(command) => decisions::run(&mut terminal, command)?,
        Command::Check(check) => check::run(&mut terminal, &arguments.output, check)?,
        Command::Batch(command) => batch::run(&mut terminal, &arguments.output, command)?,
        Command::Config(config) => config::run(&mut terminal, config)?,
        Command::Explain(explain) => explain::run(&mut terminal, &arguments.output, explain)?,
        Command::Graph(graph) => graph::run(&mut terminal, &arguments.output, graph)?,
        Command::Recipe(command) => recipe::run(&mut terminal, &arguments.output, command)?,
        Command::Floor(floor) => floor::run(&mut terminal, &arguments.output, floor)?,
        Command::Schema { form } => schema::run(&mut terminal, *form)?,
        Command::Completions { shell } => install::completions(&mut terminal, *shell)?,
        Command::Man { directory } => install::man(&mut terminal, directory.as_deref())?,
    };
    terminal.out.flush()?;
    Ok(ending)
}
