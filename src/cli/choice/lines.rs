//! `FILE:LINE` → the lines of a plan's files that are meant.

use anyhow::bail;
use ruff_text_size::{Ranged, TextLen, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Spots;
use crate::cli::args::RunArguments;
use crate::cli::spot::{Spot, spot};
use crate::plan::change::{Change, ChangeId, FilePlan, Plan, Status};
use crate::project::root::real_path;
use crate::project::since::ChangedLines;
use crate::source::SourceFile;
use crate::source::walk::plain;
use crate::text::edit::Edit;
use crate::text::shown;

/// Takes the lines from paths that name one: `a.py:3`, where there is an `a.py` and no `a.py:3`.
pub(in crate::cli) fn take_lines(run: &mut RunArguments) -> anyhow::Result<Vec<Spot>> {
    let typed = run.paths.clone();
    let mut lines: Vec<Spot> = Vec::new();
    for path in &mut run.paths {
        let line = path.to_str().and_then(|text| spot(text).ok());
        if let Some(mut line) = line.filter(|line| !path.exists() && line.file.is_file()) {
            line.file = plain(&line.file).into_owned();
            // A file is looked at once, however often and in how many ways it is named.
            let real = real_path(&line.file);
            let known = lines.iter().find(|known| real_path(&known.file) == real);
            if let Some(known) = known {
                line.file.clone_from(&known.file);
            }
            path.clone_from(&line.file);
            lines.push(line);
        }
    }
    if !lines.is_empty() && lines.len() < typed.len() {
        let whole = typed.iter().find(|path| run.paths.contains(path));
        let whole = whole.map_or_else(String::new, |path| shown::path(path));
        bail!("{whole} is a whole path: it does not go with FILE:LINE");
    }
    run.paths.sort();
    run.paths.dedup();
    Ok(lines)
}

/// What changes write besides their own text, by their names.
pub(super) type Besides = FxHashMap<ChangeId, Vec<Edit>>;

/// Finds the lines of a plan's files that were typed, and the changes there: those with a site in the line;
/// where there is none, those that rewrite it.
pub(super) fn of_spots(
    plan: &Plan,
    spots: &[Spot],
    besides: impl Fn() -> anyhow::Result<Besides>,
) -> anyhow::Result<(FxHashSet<ChangeId>, Spots)> {
    let mut lines = Spots::new();
    let mut all = FxHashSet::default();
    for spot in spots {
        let typed = spot.typed();
        let mut files = plan.files.iter();
        let file = files.find(|file| file.original().path() == spot.file);
        let line = file.and_then(|file| line_of(file.original(), spot));
        let (Some(file), Some(line)) = (file, line) else {
            bail!("no change at {typed}; `awaitify explain {typed}` says why");
        };
        let mut found = with_site(file, line);
        if found.is_empty() {
            found = writing(file, line, &besides()?);
        }
        let (made, left): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|change| change.is_wanted(file.level));
        match (made.is_empty(), left.is_empty()) {
            (true, true) => bail!("no change at {typed}; `awaitify explain {typed}` says why"),
            (true, false) => bail!("the change at {typed} is one to review: use --safety review"),
            (false, _) => all.extend(made.into_iter().map(|change| change.id.clone())),
        }
        add(&mut lines, spot, line);
    }
    Ok((all, lines))
}

/// Returns where the lines stand that were typed; those of files of which nothing is told are left out.
pub(in crate::cli) fn lines_of(plan: &Plan, spots: &[Spot]) -> anyhow::Result<Spots> {
    let mut lines = Spots::new();
    for spot in spots {
        let mut files = plan.files.iter();
        let file = files.find(|file| file.original().path() == spot.file);
        let Some(file) = file else {
            continue;
        };
        let Some(line) = line_of(file.original(), spot) else {
            bail!("there is no line {}", spot.typed());
        };
        add(&mut lines, spot, line);
    }
    Ok(lines)
}

fn add(lines: &mut Spots, spot: &Spot, line: TextRange) {
    let known = lines
        .entry(spot.file.clone())
        .or_insert_with(|| ChangedLines::Lines(Vec::new()));
    if let ChangedLines::Lines(lines) = known {
        lines.push(line);
    }
}

/// Returns the changes of a file that have a site in a line.
fn with_site(file: &FilePlan, line: TextRange) -> Vec<&Change> {
    let line = ChangedLines::Lines(vec![line]);
    let is_on = |change: &&Change| change.sites.iter().any(|site| line.touch(site.range));
    proposed(file.changes()).filter(is_on).collect()
}

/// Returns the changes of a file that rewrite a line of it.
fn writing<'p>(file: &'p FilePlan, line: TextRange, besides: &Besides) -> Vec<&'p Change> {
    let is_there = |edit: &Edit| match edit.range().intersect(line) {
        Some(common) => !common.is_empty(),
        None => false,
    };
    let writes = |change: &&Change| {
        let besides = besides.get(&change.id).into_iter().flatten();
        change.edits.iter().chain(besides).any(is_there)
    };
    // The others are planned on another text.
    let first = file.layers.iter().take(1);
    let changes = first.flat_map(|layer| &layer.changes);
    proposed(changes).filter(writes).collect()
}

fn proposed<'p>(changes: impl Iterator<Item = &'p Change>) -> impl Iterator<Item = &'p Change> {
    changes.filter(|change| change.status == Status::Proposed)
}

/// Returns where a line stands in a file's text.
fn line_of(source: &SourceFile, spot: &Spot) -> Option<TextRange> {
    let start = source.line_start(spot.cell, spot.line)?;
    let end = source.line_start(spot.cell, spot.line + 1).or_else(|| {
        let mut cells = source.cells().iter();
        let cell = cells.find(|cell| Some(cell.number) == spot.cell);
        cell.map(|cell| cell.range.end())
    });
    let end = end.unwrap_or(source.text().text_len());
    (start < end).then(|| TextRange::new(start, end))
}
