//! `awaitify decisions`: files of several people → one.

use std::io::Write;

use anyhow::{Context, bail};

use super::args::choice::{DecisionsCommand, MergeArguments};
use super::choice::read_decisions;
use super::exit::Ending;
use super::terminal::Terminal;
use crate::plan::decision::{Decision, Decisions};
use crate::text::shown;
use crate::write::store::store;

/// Runs a command about files of decisions.
pub(super) fn run(terminal: &mut Terminal, command: &DecisionsCommand) -> anyhow::Result<Ending> {
    match command {
        DecisionsCommand::Merge(arguments) => merge(terminal, arguments),
    }
}

fn merge(terminal: &mut Terminal, arguments: &MergeArguments) -> anyhow::Result<Ending> {
    let files = arguments.files.iter().map(|path| read_decisions(path));
    let files: Vec<Decisions> = files.collect::<Result<_, _>>()?;
    let mut merged = Decisions::default();
    let mut conflicts = Vec::new();
    for file in files {
        conflicts.extend(merged.merge(file));
    }
    // A third file does not settle what the first two disagree on.
    for [one, _] in &conflicts {
        merged.remove(&one.change);
    }
    match &arguments.output {
        Some(path) if path.exists() && read_decisions(path).is_err() => {
            let path = shown::path(path);
            bail!("{path} exists and is not a file of decisions: it is not overwritten")
        }
        Some(path) => store(path, merged.text().as_bytes())
            .with_context(|| format!("{} cannot be written", shown::path(path)))?,
        None => write!(terminal.out, "{}", merged.text())?,
    }
    for [one, other] in &conflicts {
        let (change, words) = (&one.change.0, [one, other].map(words));
        let [one, other] = words;
        writeln!(terminal.err, "conflict: {change}: {one}; {other}")?;
    }
    Ok(Ending {
        failed: false,
        found: !conflicts.is_empty(),
    })
}

/// Says who decided what.
fn words(decision: &Decision) -> String {
    let mut words = decision.verdict.word().to_owned();
    for (before, said) in [
        (" by ", &decision.by),
        (" at ", &decision.at),
        (": ", &decision.note),
    ] {
        if let Some(said) = said {
            words.push_str(before);
            words.push_str(said);
        }
    }
    if let Some(fingerprint) = &decision.fingerprint {
        words.push_str(&format!(" (code {fingerprint})"));
    }
    words
}
