//! `awaitify floor`: the least that any run must do, for the benchmark.

use std::io::Write;

use anyhow::Context;

use super::args::{OutputArguments, RunArguments};
use super::exit::Ending;
use super::run::{self, Reader};
use super::terminal::Terminal;
use crate::engine::{Job, floor};
use crate::report::view::count;

/// Visits what recipes could touch; names it when asked to say more.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &RunArguments,
) -> anyhow::Result<Ending> {
    let threads = output.threads.unwrap_or(0);
    let visit = |_: &mut Terminal, jobs: &[Job]| (jobs.len(), floor::run(jobs, threads));
    let done = run::with_jobs(terminal, arguments, None, Reader::Person, visit)?;
    let (n_files, floor) = done.outcome;
    let floor = floor.context("threads cannot be started")?;
    if output.verbose {
        for path in &floor.candidates {
            writeln!(terminal.out, "{}", terminal.view.name(path))?;
        }
    }
    let candidates = floor.candidates.len();
    let (files, nodes) = (count(n_files, "file"), count(floor.nodes, "node"));
    writeln!(terminal.out, "{candidates} of {files} parsed: {nodes}")?;
    Ok(Ending::default())
}
