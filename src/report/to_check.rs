//! What a person looks at for the changes of a plan, each text of a recipe once.

use std::io::{self, Write};

use super::after::After;
use super::alike::{self, Remark};
use super::place;
use super::view::{self, View};
use crate::plan::change::{FilePlan, Plan};

/// Writes what to look at before the shown changes are applied.
///
/// # Errors
/// The writer fails.
pub fn before(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    let files = plan.files.iter();
    let told = files.flat_map(|file| told(view, file, None)).collect();
    section(out, view, "Check before you apply", told)
}

/// Writes what to look at in the files that were written, with the lines that they have now.
///
/// # Errors
/// The writer fails.
pub fn written(
    out: &mut dyn Write,
    view: &View,
    plan: &Plan,
    has_written: &dyn Fn(&FilePlan) -> bool,
) -> io::Result<()> {
    let files = plan.files.iter();
    let written = files.filter(|file| has_written(file));
    let told = written.flat_map(|file| {
        let is_told = file.wanted().any(|change| change.said.check.is_some());
        let after = is_told.then(|| file.after().ok()).flatten();
        let after = after.as_ref();
        told(view, file, after.map(|it| After::new(file.original(), it)))
    });
    section(out, view, "Check what was written", told.collect())
}

/// Writes it as comments of a patch, which programs that apply patches pass over.
///
/// # Errors
/// The writer fails.
pub fn comments(out: &mut dyn Write, view: &View, plan: &Plan) -> io::Result<()> {
    let plain = View {
        color: false,
        ..view.clone()
    };
    let mut lines = Vec::new();
    before(&mut lines, &plain, plan)?;
    for line in lines.split(|byte| *byte == b'\n') {
        if !line.is_empty() {
            out.write_all(&[b"# ", line, b"\n"].concat())?;
        }
    }
    Ok(())
}

fn section(out: &mut dyn Write, view: &View, title: &str, told: Vec<Remark>) -> io::Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", view.paint(view::HEADING, title))?;
    alike::write(out, view, told.into_iter())?;
    writeln!(out)
}

/// A change is told at its primary site.
fn told<'p>(view: &View, file: &'p FilePlan, mut after: Option<After>) -> Vec<Remark<'p>> {
    let path = view.name(file.original().path());
    let wanted = file.wanted();
    let told = wanted.filter_map(|change| {
        let position = change.sites.first()?.position;
        let position = match &mut after {
            Some(after) => after.position(position),
            None => position,
        };
        Some(Remark {
            recipe: &change.recipe,
            text: change.said.check.clone()?,
            place: place::location(&path, position),
        })
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;
    use crate::recipe::safety::Safety;
    use crate::source::SourceFile;

    /// Two changes of a recipe with equal things to check, one with another, and one above the level.
    fn plan(level: Safety) -> Plan {
        let one = Sample::new("one.py", "a()\nb()\n")
            .change("r", Safety::Safe, &[("a()", "x = 1\na()")], "why")
            .checked("that it ends")
            .change("r", Safety::Review, &[("b()", "2")], "another why")
            .checked("that it ends");
        let two = Sample::new("two.py", "a()\nb()\nc()\n")
            .change("r", Safety::Review, &[("a()", "1"), ("c()", "3")], "why")
            .checked("that it ends")
            .change("s", Safety::Safe, &[("b()", "2")], "why")
            .checked("who calls it");
        let files = [one, two].map(|sample| sample.level(level).plan());
        Plan {
            files: files.into(),
            ..super::super::sample::plan(level)
        }
    }

    #[track_caller]
    fn check(write: impl Fn(&mut dyn Write, &View) -> io::Result<()>, expected: &str) {
        let mut out = Vec::new();
        write(&mut out, &View::plain("/")).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn what_is_equal_is_one_entry_with_its_places() {
        check(
            |out, view| before(out, view, &plan(Safety::Review)),
            "\
Check before you apply
r: that it ends
    one.py:1:1
    one.py:2:1
    two.py:1:1
two.py:2:1 s: who calls it

",
        );
    }

    #[test]
    fn only_what_is_wanted_is_told() {
        check(
            |out, view| before(out, view, &plan(Safety::Safe)),
            "\
Check before you apply
one.py:1:1 r: that it ends
two.py:2:1 s: who calls it

",
        );
        let nothing = super::super::sample::plan(Safety::Review);
        check(|out, view| before(out, view, &nothing), "");
    }

    #[test]
    fn of_what_was_written_the_new_lines_are_named() {
        let is_one = |file: &FilePlan| file.original().path().ends_with("one.py");
        check(
            |out, view| written(out, view, &plan(Safety::Review), &is_one),
            "\
Check what was written
r: that it ends
    one.py:2:1
    one.py:3:1

",
        );
    }

    #[test]
    fn comments_of_a_patch_have_no_blank_lines() {
        check(
            |out, view| comments(out, view, &plan(Safety::Safe)),
            "\
# Check before you apply
# one.py:1:1 r: that it ends
# two.py:2:1 s: who calls it
",
        );
    }

    #[test]
    fn a_place_moves_with_its_line() {
        let source = |text: &str| {
            SourceFile::from_bytes("a.py", text.as_bytes().to_vec()).expect("the text can be read")
        };
        let before = source("a()\nif b:\n    x = c()\nd()\n");
        let after = source("import e\na()\nif b:\n    async with t:\n        x = await c()\nd()\n");
        let mut moved = After::new(&before, &after);
        let places = [(1, 1), (3, 9), (4, 1)].map(|(line, column)| {
            let at = crate::source::cell::Position {
                cell: None,
                line,
                column,
            };
            place::location("a.py", moved.position(at))
        });
        assert_eq!(places, ["a.py:2:1", "a.py:4:5", "a.py:6:1"]);
    }
}
