//! What is installed beside the program: completions for shells, and manual pages.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Arguments;
use super::exit::Ending;
use super::terminal::Terminal;
use crate::text::shown;

/// Writes what a shell reads to complete the program's words.
pub(super) fn completions(terminal: &mut Terminal, shell: Shell) -> anyhow::Result<Ending> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // Into memory first: a reader that goes away would make it panic.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    terminal.out.write_all(&script)?;
    Ok(Ending::default())
}

/// Writes the program's manual page, or into a directory the pages of all commands.
pub(super) fn man(terminal: &mut Terminal, directory: Option<&Path>) -> anyhow::Result<Ending> {
    let command = Arguments::command();
    match directory {
        None => Man::new(command).render(&mut terminal.out)?,
        Some(directory) => clap_mangen::generate_to(command, directory)
            .with_context(|| format!("while writing pages into {}", shown::path(directory)))?,
    }
    Ok(Ending::default())
}
