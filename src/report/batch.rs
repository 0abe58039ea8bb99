//! What is known of a campaign's repositories → a table, JSON lines, Markdown or a page.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::view::{View, count};
use crate::batch::member::Member;
use crate::batch::record::{MemberState, Progress};
use crate::text::shown::Shown;

pub mod page;

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
    let detail = match &*known.detail {
        "" => String::new(),
        detail => format!(": {}", Shown(detail)),
    };
    let is_pushed = known.pushed.is_some() && known.pushed == known.head;
    match known.step {
        Progress::Waiting | Progress::Running => word.to_owned(),
        Progress::Unchanged if known.taken_back > 0 => {
            let detail = detail.replacen(':', ",", 1);
            format!("{word}: {} taken back{detail}", known.taken_back)
        }
        Progress::Unchanged | Progress::Failed | Progress::FailsBefore => format!("{word}{detail}"),
        // Pushed it is; it has no pull request.
        Progress::NotPushed if is_pushed => {
            format!(
                "changed: {}, pushed{}",
                changes(known),
                detail.replacen(':', ",", 1)
            )
        }
        Progress::NotPushed => format!("{word}{detail} ({})", changes(known)),
        Progress::Changed => {
            let pushed = match (&known.pull_request, is_pushed) {
                (Some(url), true) => format!(", {}", Shown(url)),
                (None, true) => ", pushed".to_owned(),
                (_, false) => String::new(),
            };
            format!("{word}: {}{pushed}", changes(known))
        }
    }
}

fn changes(known: &MemberState) -> String {
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
    format!("{changes} in {files}{taken_back}{findings}")
}

/// Says how many repositories are how far.
fn sum(all: &[MemberState]) -> String {
    let number = |step: Progress| all.iter().filter(|known| known.step == step).count();
    let parts = Progress::ALL.iter();
    let parts = parts.map(|step| (number(*step), step.word()));
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

/// Says where branches are that only a clone has.
///
/// # Errors
/// The writer fails.
pub fn next(
    out: &mut dyn Write,
    view: &View,
    workdir: &Path,
    all: &[MemberState],
) -> io::Result<()> {
    let clones = workdir.join("clones");
    let is_left = |known: &&MemberState| {
        let clone = clones.join(format!("{}.git", known.name));
        known.step.has_branch() && known.pushed != known.head && clone.exists()
    };
    let place = view.name(&clones);
    match all.iter().filter(is_left).count() {
        0 => Ok(()),
        1 => writeln!(out, "Not pushed: 1 branch in {place} (--push pushes it)."),
        n => writeln!(
            out,
            "Not pushed: {n} branches in {place} (--push pushes them)."
        ),
    }
}

/// Writes a line for each repository that a campaign has.
///
/// # Errors
/// The writer fails.
pub fn plan_text(out: &mut dyn Write, members: &[Member]) -> io::Result<()> {
    for member in members {
        let wants = &member.wants;
        let select = match wants.select.is_empty() {
            true => "the default recipes".to_owned(),
            false => wants.select.join(", "),
        };
        let safety = wants.safety.as_deref().unwrap_or("safe");
        let commands = wants.verify.iter().flat_map(|verify| &verify.commands);
        let verify: String = commands
            .map(|it| format!(", verified by `{}`", Shown(it)))
            .collect();
        let (name, source, branch) = (&member.name, member.source.text(), &member.branch);
        let source = Shown(&source);
        writeln!(
            out,
            "{name}: {source} -> {branch}: {select} ({safety}){verify}"
        )?;
    }
    Ok(())
}

#[derive(Serialize)]
struct PlanLine<'m> {
    name: &'m str,
    source: String,
    branch: &'m str,
    workdir: &'m str,
}

/// Writes an object for each repository that a campaign has, which works in `workdir`.
///
/// # Errors
/// The writer fails.
pub fn plan_json(out: &mut dyn Write, workdir: &Path, members: &[Member]) -> io::Result<()> {
    let workdir = workdir.to_string_lossy();
    for member in members {
        let line = PlanLine {
            name: &member.name,
            source: member.source.text(),
            branch: &member.branch,
            workdir: &workdir,
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct MemberLine<'k> {
    name: &'k str,
    source: &'k str,
    branch: &'k str,
    step: &'static str,
    detail: &'k str,
    base: Option<&'k str>,
    tip: Option<&'k str>,
    head: Option<&'k str>,
    pushed: Option<&'k str>,
    pull_request: Option<&'k str>,
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
            branch: &known.branch,
            step: known.step.word(),
            detail: &known.detail,
            base: known.base.as_deref(),
            tip: known.tip.as_deref(),
            head: known.head.as_deref(),
            pushed: known.pushed.as_deref(),
            pull_request: known.pull_request.as_deref(),
            changes: known.changes,
            files: known.files,
            findings: known.findings,
            taken_back: known.taken_back,
            seconds: known.seconds(),
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
        let result = match (&*known.detail, &known.pull_request) {
            ("", Some(url)) => format!("[{}]({url})", known.step.word()),
            ("", None) => known.step.word().to_owned(),
            (detail, _) => format!("{}: {}", known.step.word(), cell(detail)),
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
