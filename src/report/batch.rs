//! What is known of a campaign's repositories → a table, JSON lines or Markdown.

use std::io::{self, Write};

use serde::Serialize;

use super::view::count;
use crate::batch::state::{MemberState, Progress};
use crate::text::shown::Shown;

/// Writes a line for each repository, and a sum.
///
/// # Errors
/// The writer fails.
pub fn text(out: &mut dyn Write, all: &[MemberState]) -> io::Result<()> {
    let width = all.iter().map(|known| known.name.len()).max().unwrap_or(0);
    for known in all {
        let name = Shown(&known.name).to_string();
        writeln!(out, "{name:width$}  {}", line(known))?;
    }
    writeln!(out, "{}", sum(all))
}

/// Returns what came of a repository.
pub fn line(known: &MemberState) -> String {
    let word = known.step.word();
    match known.step {
        Progress::Waiting | Progress::Running | Progress::Unchanged => word.to_owned(),
        Progress::Failed | Progress::FailsBefore => format!("{word}: {}", Shown(&known.detail)),
        Progress::Changed => {
            let changes = count(counted(known.changes), "change");
            let files = count(counted(known.files), "file");
            let findings = match known.findings {
                0 => String::new(),
                n => format!(", {} left", count(counted(n), "finding")),
            };
            let taken_back = match known.taken_back {
                0 => String::new(),
                n => format!(", {n} taken back"),
            };
            format!("{word}: {changes} in {files}{taken_back}{findings}")
        }
    }
}

/// Says how many repositories are how far.
fn sum(all: &[MemberState]) -> String {
    let steps = [
        Progress::Changed,
        Progress::Unchanged,
        Progress::FailsBefore,
        Progress::Failed,
        Progress::Running,
        Progress::Waiting,
    ];
    let number = |step: Progress| all.iter().filter(|known| known.step == step).count();
    let parts = steps.iter().map(|step| (number(*step), step.word()));
    let parts = parts.filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    let all = match all.len() {
        1 => "1 repository".to_owned(),
        n => format!("{n} repositories"),
    };
    format!("{all}: {}", parts.join(", "))
}

#[derive(Serialize)]
struct MemberLine<'k> {
    name: &'k str,
    source: &'k str,
    step: &'static str,
    detail: &'k str,
    base: Option<&'k str>,
    tip: Option<&'k str>,
    changes: u32,
    files: u32,
    findings: u32,
    taken_back: u32,
    seconds: f64,
    log: &'k str,
}

/// Writes an object for each repository.
///
/// # Errors
/// The writer fails.
pub fn json(out: &mut dyn Write, all: &[MemberState]) -> io::Result<()> {
    for known in all {
        let line = MemberLine {
            name: &known.name,
            source: &known.source,
            step: known.step.word(),
            detail: &known.detail,
            base: known.base.as_deref(),
            tip: known.tip.as_deref(),
            changes: known.changes,
            files: known.files,
            findings: known.findings,
            taken_back: known.taken_back,
            seconds: known.seconds,
            log: &known.log,
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Writes a Markdown table.
///
/// # Errors
/// The writer fails.
pub fn markdown(out: &mut dyn Write, all: &[MemberState]) -> io::Result<()> {
    writeln!(
        out,
        "| Repository | Result | Changes | Files | Taken back | Findings |"
    )?;
    writeln!(out, "|---|---|---:|---:|---:|---:|")?;
    for known in all {
        let cell = |text: &str| Shown(text).to_string().replace('|', "\\|");
        let result = match known.step.has_failed() {
            true => format!("{}: {}", known.step.word(), cell(&known.detail)),
            false => known.step.word().to_owned(),
        };
        writeln!(
            out,
            "| {} | {result} | {} | {} | {} | {} |",
            cell(&known.name),
            known.changes,
            known.files,
            known.taken_back,
            known.findings
        )?;
    }
    writeln!(out, "\n{}", sum(all))
}

fn counted(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
