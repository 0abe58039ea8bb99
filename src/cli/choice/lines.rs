//! `FILE:LINE` → the lines of a plan's files that are meant.

use std::collections::hash_map::Entry;

use anyhow::bail;
use ruff_text_size::{TextLen, TextRange};

use super::Spots;
use crate::cli::args::RunArguments;
use crate::cli::spot::{Spot, spot};
use crate::plan::change::{Change, Plan, Status};
use crate::project::since::ChangedLines;
use crate::source::SourceFile;
use crate::text::shown;

/// Takes the lines from paths that name one: `a.py:3`, where there is an `a.py` and no `a.py:3`.
pub(super) fn take_lines(run: &mut RunArguments) -> anyhow::Result<Vec<Spot>> {
    let typed = run.paths.clone();
    let mut lines = Vec::new();
    for path in &mut run.paths {
        let line = path.to_str().and_then(|text| spot(text).ok());
        if let Some(line) = line.filter(|line| !path.exists() && line.file.is_file()) {
            path.clone_from(&line.file);
            lines.push(line);
        }
    }
    if !lines.is_empty() && lines.len() < typed.len() {
        let whole = typed.iter().find(|path| run.paths.contains(path));
        let whole = whole.map_or_else(String::new, |path| shown::path(path));
        bail!("{whole} is a whole path: it does not go with FILE:LINE");
    }
    run.paths.dedup();
    Ok(lines)
}

/// Finds the lines of a plan's files that were typed, each with a change that would be made.
pub(super) fn lines_of(plan: &Plan, spots: &[Spot]) -> anyhow::Result<Spots> {
    let mut lines = Spots::new();
    for spot in spots {
        let files = plan.files.iter();
        let mut files = files.filter(|file| file.original().path() == spot.file);
        let line = files.find_map(|file| Some((file, line_of(file.original(), spot)?)));
        let is_on = |change: &Change, line: TextRange| {
            let line = ChangedLines::Lines(vec![line]);
            change.sites.iter().any(|site| line.touch(site.range))
        };
        let typed = spot.typed();
        let Some((file, line)) = line else {
            bail!("no change at {typed}; `awaitify explain {typed}` says why");
        };
        if !file.wanted().any(|change| is_on(change, line)) {
            let proposed = |change: &Change| change.status == Status::Proposed;
            match file.changes().any(|it| proposed(it) && is_on(it, line)) {
                true => bail!("the change at {typed} is one to review: use --safety review"),
                false => bail!("no change at {typed}; `awaitify explain {typed}` says why"),
            }
        }
        match lines.entry(spot.file.clone()) {
            Entry::Occupied(mut known) => {
                if let ChangedLines::Lines(lines) = known.get_mut() {
                    lines.push(line);
                }
            }
            Entry::Vacant(new) => {
                new.insert(ChangedLines::Lines(vec![line]));
            }
        }
    }
    Ok(lines)
}

/// Returns where a line stands in a file's text.
fn line_of(source: &SourceFile, spot: &Spot) -> Option<TextRange> {
    let part = match spot.cell {
        None => TextRange::up_to(source.text().text_len()),
        Some(number) => {
            source
                .cells()
                .iter()
                .find(|cell| cell.number == number)?
                .range
        }
    };
    let mut start = part.start();
    for (number, line) in (1..).zip(source.text()[part].split_inclusive('\n')) {
        let range = TextRange::at(start, line.text_len());
        if number == spot.line {
            return Some(range);
        }
        start = range.end();
    }
    None
}
