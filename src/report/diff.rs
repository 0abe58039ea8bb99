//! A file's plan → its colored unified diff, each hunk under the reasons for it.
//!
//! In a notebook every changed cell has a heading of its own, and lines count within the cell.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::imports::{self, Differing};
use super::place;
use super::view::{self, View};
use crate::plan::change::{Change, FilePlan, Site};
use crate::recipe::safety::Safety;
use crate::source::cell::Position;
use crate::source::{FileKind, SourceFile};
use crate::text::diff::{Hunk, Side, hunks};
use crate::text::shown::Shown;

/// Writes the diff of a file whose wanted changes give `after`; nothing when no text differs.
///
/// # Errors
/// The writer fails.
pub fn write_file(
    out: &mut dyn Write,
    view: &View,
    file: &FilePlan,
    after: &SourceFile,
) -> io::Result<()> {
    let sections = sections(view, file, after);
    sections
        .iter()
        .try_for_each(|section| section.write(out, view))
}

/// Returns what of a file differs: all of its text, or of a notebook each cell.
pub(super) fn sections<'t>(
    view: &View,
    file: &'t FilePlan,
    after: &'t SourceFile,
) -> Vec<Section<'t>> {
    let before = file.original();
    let path = view.name(before.path());
    if before.kind() != FileKind::Notebook {
        return vec![Section {
            file,
            title: path,
            cell: None,
            before: before.text(),
            after: after.text(),
        }];
    }
    // Cells are added behind all others.
    let old = before.cells().iter().map(Some);
    let pairs = old.chain(std::iter::repeat(None)).zip(after.cells());
    let section = pairs.map(|(old, new)| {
        let kind = if old.is_some() { "cell" } else { "new cell" };
        Section {
            file,
            title: format!("{path} · {kind} {}", new.number),
            cell: Some(new.number),
            before: old.map_or("", |old| &before.text()[old.range]),
            after: &after.text()[new.range],
        }
    });
    section.collect()
}

/// Writes the hunks between two texts without heading or reasons.
///
/// # Errors
/// The writer fails.
pub fn write_texts(out: &mut dyn Write, view: &View, before: &str, after: &str) -> io::Result<()> {
    hunks(before, after)
        .iter()
        .try_for_each(|hunk| write_lines(out, view, hunk, true))
}

/// One heading and the hunks under it: a whole file, or a cell.
pub(super) struct Section<'t> {
    file: &'t FilePlan,
    /// The file and the cell.
    pub(super) title: String,
    cell: Option<u32>,
    before: &'t str,
    after: &'t str,
}

impl<'t> Section<'t> {
    fn write(&self, out: &mut dyn Write, view: &View) -> io::Result<()> {
        if self.before == self.after {
            return Ok(());
        }
        let hunks = self.hunks();
        let notes = self.notes(&hunks);
        let path = view.name(self.file.original().path());
        writeln!(out, "{}", view.paint(view::HEADING, &self.title))?;
        for (index, hunk) in hunks.iter().enumerate() {
            write_header(out, view, hunk)?;
            for note in notes.get(&index).into_iter().flatten() {
                note.write(out, view, &path)?;
            }
            if let Some(owners) = imports::owners(self.file, &self.differing(hunk)) {
                let word = view.paint(view::FAINT, "import");
                writeln!(out, "{word}  for {}", Shown(&owners))?;
            }
            write_lines(out, view, hunk, self.cell.is_none())?;
        }
        writeln!(out)
    }

    /// Returns what differs.
    pub(super) fn hunks(&self) -> Vec<Hunk<'t>> {
        hunks(self.before, self.after)
    }

    /// Returns by hunk the recipes whose changes have a site in it.
    pub(super) fn recipes(&self, hunks: &[Hunk<'_>]) -> BTreeMap<usize, BTreeSet<&'t str>> {
        let notes = self.notes(hunks).into_iter();
        let recipes = notes.map(|(hunk, notes)| {
            let recipes = notes.iter().map(|note| note.change.recipe.as_str());
            (hunk, recipes.collect())
        });
        recipes.collect()
    }

    /// Writes a hunk without reasons.
    pub(super) fn write_hunk(
        &self,
        out: &mut dyn Write,
        view: &View,
        hunk: &Hunk<'_>,
    ) -> io::Result<()> {
        write_header(out, view, hunk)?;
        write_lines(out, view, hunk, self.cell.is_none())
    }

    fn differing<'h>(&self, hunk: &Hunk<'h>) -> Differing<'h> {
        let of = |side: Side| {
            let lines = hunk.lines.iter().filter(move |line| line.side == side);
            lines.map(|line| line.text).collect()
        };
        Differing {
            old: hunk.old_start..hunk.old_start + hunk.old_len,
            cell: self.cell,
            removed: of(Side::Removed),
            added: of(Side::Added),
        }
    }

    /// Returns by hunk the changes that have a site in it.
    ///
    /// A site whose own lines stay as they are (its edits are elsewhere) goes to the hunk after it.
    fn notes(&self, hunks: &[Hunk<'_>]) -> BTreeMap<usize, Vec<Note<'t>>> {
        let mut notes: BTreeMap<usize, Vec<Note<'t>>> = BTreeMap::new();
        for change in self.file.wanted() {
            for (index, site) in change.sites.iter().enumerate() {
                if site.position.cell != self.cell {
                    continue;
                }
                let hunk = hunks
                    .partition_point(|hunk| old_end(hunk) <= site.position.line)
                    .min(hunks.len().saturating_sub(1));
                add(notes.entry(hunk).or_default(), change, site, index > 0);
            }
        }
        for notes in notes.values_mut() {
            notes.sort_by_key(|note| note.lines.first().copied());
        }
        notes
    }
}

/// Returns the first old line behind the hunk.
fn old_end(hunk: &Hunk<'_>) -> usize {
    hunk.old_start + hunk.old_len.max(1)
}

fn add<'p>(notes: &mut Vec<Note<'p>>, change: &'p Change, site: &Site, linked: bool) {
    let line = site.position.line;
    match notes
        .iter_mut()
        .find(|note| std::ptr::eq(note.change, change))
    {
        Some(note) if note.lines.last() == Some(&line) => {}
        Some(note) => note.lines.push(line),
        None => notes.push(Note {
            change,
            at: site.position,
            lines: vec![line],
            linked,
        }),
    }
}

/// The reason for some lines of a hunk.
struct Note<'p> {
    change: &'p Change,
    /// Where its first site in this hunk begins.
    at: Position,
    /// Lines of its sites in this hunk.
    lines: Vec<usize>,
    /// The primary site is elsewhere, and with it the reason.
    linked: bool,
}

impl Note<'_> {
    fn write(&self, out: &mut dyn Write, view: &View, path: &str) -> io::Result<()> {
        let change = self.change;
        let style = match change.safety {
            Safety::Safe => view::SAFE,
            Safety::Review | Safety::Manual => view::REVIEW,
        };
        let place = place::location(path, self.at);
        let others: Vec<String> = self.lines[1..].iter().map(usize::to_string).collect();
        let others = match others.as_slice() {
            [] => String::new(),
            [one] => format!(" and line {one}"),
            more => format!(" and lines {}", more.join(", ")),
        };
        let said = match change.sites.first() {
            Some(primary) if self.linked => format!("goes with {}", primary.position.words()),
            _ => change.said.reason.clone(),
        };
        let (level, recipe) = (change.safety.word(), &change.recipe);
        let place = format!("{}{others}", Shown(&place));
        // As it is written, without colors.
        let before = format!("{level:<6}  {recipe}  {place}: ").chars().count();
        writeln!(
            out,
            "{:<6}  {}  {place}: {}",
            view.paint(style, level),
            view.paint(view::RECIPE, recipe),
            view.wrapped(before, &said),
        )?;
        let doubts = change.said.doubts.iter().filter(|_| !self.linked);
        for doubt in doubts {
            writeln!(out, "        - {}", view.wrapped(10, doubt))?;
        }
        Ok(())
    }
}

fn write_header(out: &mut dyn Write, view: &View, hunk: &Hunk<'_>) -> io::Result<()> {
    let old = span(hunk.old_start, hunk.old_len);
    let new = span(hunk.new_start, hunk.new_len);
    let header = format!("@@ -{old} +{new} @@");
    writeln!(out, "{}", view.paint(view::HUNK, &header))
}

/// Returns `12,3`, or `12` for one line, as git writes it.
pub(super) fn span(start: usize, count: usize) -> String {
    match count {
        1 => start.to_string(),
        _ => format!("{start},{count}"),
    }
}

/// A cell's last line never has an end: nothing is said of it.
fn write_lines(
    out: &mut dyn Write,
    view: &View,
    hunk: &Hunk<'_>,
    say_no_newline: bool,
) -> io::Result<()> {
    for line in &hunk.lines {
        let (sign, style) = match line.side {
            Side::Context => (" ", anstyle::Style::new()),
            Side::Removed => ("-", view::REMOVED),
            Side::Added => ("+", view::ADDED),
        };
        let text = line.text.trim_end_matches(['\r', '\n']);
        writeln!(out, "{}", view.paint(style, &format!("{sign}{text}")))?;
        if say_no_newline && line.lacks_newline() {
            writeln!(out, "\\ No newline at end of file")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Sample};
    use super::*;

    #[track_caller]
    fn check(file: &FilePlan, expected: &str) {
        let mut out = Vec::new();
        let after = file.after().expect("the sample's edits are disjoint");
        write_file(&mut out, &View::plain("/"), file, &after).expect("a vector takes everything");
        // A blank line parts it from the next heading.
        assert_eq!(String::from_utf8_lossy(&out), format!("{expected}\n"));
    }

    #[test]
    fn reasons_stand_under_the_header_of_their_hunk() {
        check(
            &Sample::script().plan(),
            "\
job.py
@@ -1,5 +1,5 @@
safe    blocking-pause  job.py:4:5: asyncio.sleep suspends this coroutine only
 import time
 
 async def poll():
-    time.sleep(1)
+    await asyncio.sleep(1)
     return 1
",
        );
    }

    #[test]
    fn a_notebook_has_a_heading_per_cell_and_counts_lines_in_it() {
        check(
            &sample::notebook(Safety::Review),
            "\
nb.ipynb · cell 2
@@ -1,2 +1,2 @@
review  run-until-finished  nb.ipynb:cell 2:2:1: the cell waits as before
 x = 1
-loop.run(work())
+await work()
",
        );
    }

    #[test]
    fn a_linked_site_in_another_hunk_points_back() {
        let text = "one()\n\n\n\n\n\n\n\n\n\ntwo()\n";
        let file = Sample::new("a.py", text)
            .change(
                "keep",
                Safety::Review,
                &[("one()", "1"), ("two()", "2")],
                "why",
            )
            .plan();
        check(
            &file,
            "\
a.py
@@ -1,4 +1,4 @@
review  keep  a.py:1:1: why
-one()
+1
 
 
 
@@ -8,4 +8,4 @@
review  keep  a.py:11:1: goes with line 1
 
 
 
-two()
+2
",
        );
    }

    #[test]
    fn a_missing_final_newline_is_said_and_a_crlf_is_not_shown() {
        let file = Sample::new("a.py", "x()\r\ny()")
            .change("r", Safety::Safe, &[("y()", "z()")], "why")
            .plan();
        check(
            &file,
            "\
a.py
@@ -1,2 +1,2 @@
safe    r  a.py:2:1: why
 x()
-y()
\\ No newline at end of file
+z()
\\ No newline at end of file
",
        );
    }
}
