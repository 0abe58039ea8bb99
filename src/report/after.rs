//! Places of a file → where the same lines stand once it is written.

use std::collections::BTreeMap;

use crate::source::cell::Position;
use crate::source::{FileKind, SourceFile};
use crate::text::diff::{DiffLine, Hunk, Side, hunks};

/// A file before and after.
pub(super) struct After<'t> {
    before: &'t SourceFile,
    after: &'t SourceFile,
    /// By cell, made where they are asked for.
    hunks: BTreeMap<Option<u32>, Vec<Hunk<'t>>>,
}

impl<'t> After<'t> {
    pub(super) fn new(before: &'t SourceFile, after: &'t SourceFile) -> Self {
        Self {
            before,
            after,
            hunks: BTreeMap::new(),
        }
    }

    /// Returns where the line of a place is now; of a line that was replaced, where that begins.
    pub(super) fn position(&mut self, at: Position) -> Position {
        let (before, after) = (self.before, self.after);
        let hunks = self.hunks.entry(at.cell).or_insert_with(|| {
            let texts = text(before, at.cell).zip(text(after, at.cell));
            texts.map_or_else(Vec::new, |(old, new)| hunks(old, new))
        });
        let passed = hunks.iter().take_while(|hunk| end(hunk) <= at.line);
        let (old, new) = passed.fold((0, 0), |(old, new), hunk| {
            (old + hunk.old_len, new + hunk.new_len)
        });
        let hunk = hunks.iter().find(|hunk| at.line < end(hunk));
        let hunk = hunk.filter(|hunk| hunk.old_start <= at.line);
        match hunk.and_then(|hunk| replacing(&hunk.lines, at.line)) {
            None => Position {
                line: at.line + new - old,
                ..at
            },
            Some((line, column)) => Position {
                line,
                column: column.unwrap_or(at.column),
                ..at
            },
        }
    }
}

/// Returns the first old line behind the hunk.
fn end(hunk: &Hunk<'_>) -> usize {
    hunk.old_start + hunk.old_len.max(1)
}

/// Returns the new line for an old one, and the column where its code begins if it is another one.
fn replacing(lines: &[DiffLine<'_>], old: usize) -> Option<(usize, Option<usize>)> {
    let place = lines.iter().position(|line| line.old == Some(old))?;
    if lines[place].side == Side::Context {
        return Some((lines[place].new?, None));
    }
    // Removed lines stand before those that came for them.
    let begins = lines[..place].iter();
    let nth = begins
        .rev()
        .take_while(|line| line.side == Side::Removed)
        .count();
    let behind = lines[place..].iter();
    let behind = behind.skip_while(|line| line.side == Side::Removed);
    let added = behind
        .clone()
        .take_while(|line| line.side == Side::Added)
        .take(nth + 1)
        .last();
    let line = added.or_else(|| behind.clone().next())?;
    let code = line.text.trim_start();
    Some((line.new?, Some(line.text.len() - code.len() + 1)))
}

fn text(file: &SourceFile, cell: Option<u32>) -> Option<&str> {
    let Some(number) = cell.filter(|_| file.kind() == FileKind::Notebook) else {
        return Some(file.text());
    };
    let cell = file.cells().iter().find(|cell| cell.number == number)?;
    Some(&file.text()[cell.range])
}
