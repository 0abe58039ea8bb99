//! Files before and after → one patch of their bytes that `git apply` takes.
//!
//! Bytes, not text: line ends, encodings and a missing final newline come out as `migrate` would
//! write them. A line ends at `\n` here, as it does for git; a notebook is its raw JSON.

use std::io::{self, Write};
use std::path::Path;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::diff::span;
use super::imports::{self, Differing};
use crate::plan::change::FilePlan;

/// Unchanged lines around a changed one; git refuses hunks with other numbers at ambiguous places.
const CONTEXT: usize = 3;

/// Writes the patch of one file; `path` is relative to where the patch will be applied. Behind the header
/// of a hunk stands whose imports it has, where the plan of the file is given.
///
/// # Errors
/// The writer fails.
pub fn write_file(
    out: &mut dyn Write,
    path: &Path,
    (before, after): (&[u8], &[u8]),
    file: Option<&FilePlan>,
) -> io::Result<()> {
    if before == after {
        return Ok(());
    }
    let name = path_bytes(path);
    for (word, prefix) in [("diff --git ", "a/"), (" ", "b/")] {
        out.write_all(word.as_bytes())?;
        out.write_all(&quoted(prefix, &name))?;
    }
    out.write_all(b"\n")?;
    for (sign, prefix) in [("--- ", "a/"), ("+++ ", "b/")] {
        let name = quoted(prefix, &name);
        out.write_all(sign.as_bytes())?;
        out.write_all(&name)?;
        // Without the tab a reader would take what follows the blank for a date.
        let end = if name.contains(&b' ') { "\t\n" } else { "\n" };
        out.write_all(end.as_bytes())?;
    }
    let (old, new) = (lines(before), lines(after));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    for group in group_diff_ops(ops, CONTEXT) {
        let heading = file.and_then(|file| heading(file, &group, &old, &new));
        write_hunk(out, &group, (&old, &new), heading)?;
    }
    Ok(())
}

fn write_hunk(
    out: &mut dyn Write,
    group: &[DiffOp],
    (old, new): (&[&[u8]], &[&[u8]]),
    heading: Option<String>,
) -> io::Result<()> {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return Ok(());
    };
    let old_range = first.old_range().start..last.old_range().end;
    let new_range = first.new_range().start..last.new_range().end;
    let header = |range: std::ops::Range<usize>| {
        span(range.start + usize::from(!range.is_empty()), range.len())
    };
    write!(out, "@@ -{} +{} @@", header(old_range), header(new_range))?;
    match heading {
        Some(owners) => writeln!(out, " import for {owners}")?,
        None => writeln!(out)?,
    }
    for op in group {
        if let DiffOp::Equal { .. } = op {
            write_lines(out, b' ', &old[op.old_range()])?;
        } else {
            write_lines(out, b'-', &old[op.old_range()])?;
            write_lines(out, b'+', &new[op.new_range()])?;
        }
    }
    Ok(())
}

/// Returns whose imports a hunk has. A notebook's lines are its JSON: of these nothing is said.
fn heading(file: &FilePlan, group: &[DiffOp], old: &[&[u8]], new: &[&[u8]]) -> Option<String> {
    let (first, last) = (group.first()?, group.last()?);
    let mut lines = Differing {
        old: first.old_range().start + 1..last.old_range().end + 1,
        ..Differing::default()
    };
    // Names are looked for: a line in another encoding has none.
    for op in group.iter().filter(|op| op.tag() != DiffTag::Equal) {
        lines.removed.extend(
            old[op.old_range()]
                .iter()
                .filter_map(|line| std::str::from_utf8(line).ok()),
        );
        lines.added.extend(
            new[op.new_range()]
                .iter()
                .filter_map(|line| std::str::from_utf8(line).ok()),
        );
    }
    imports::owners(file, &lines)
}

fn write_lines(out: &mut dyn Write, sign: u8, lines: &[&[u8]]) -> io::Result<()> {
    for line in lines {
        out.write_all(&[sign])?;
        out.write_all(line)?;
        if !line.ends_with(b"\n") {
            out.write_all(b"\n\\ No newline at end of file\n")?;
        }
    }
    Ok(())
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Returns prefix and name, in C quotes where git would set them.
fn quoted(prefix: &str, name: &[u8]) -> Vec<u8> {
    let odd = |byte: &u8| !(b' '..=b'~').contains(byte) || matches!(byte, b'"' | b'\\');
    if !name.iter().any(odd) {
        return [prefix.as_bytes(), name].concat();
    }
    let mut quoted = format!("\"{prefix}").into_bytes();
    for byte in name {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', *byte]),
            byte if odd(byte) => quoted.extend(format!("\\{byte:03o}").bytes()),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'"');
    quoted
}

#[cfg(unix)]
fn path_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    /// Applies the patch with git and compares bytes.
    #[track_caller]
    fn check(name: &str, before: &[u8], after: &[u8]) {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        let file = tree.path().join(name);
        fs::create_dir_all(file.parent().expect("the file is in the tree"))
            .expect("the folder can be made");
        fs::write(&file, before).expect("the file can be written");
        let mut patch = Vec::new();
        write_file(&mut patch, Path::new(name), (before, after), None)
            .expect("a vector takes everything");
        let saved = tree.path().join("the.patch");
        fs::write(&saved, &patch).expect("the patch can be written");
        let git = |arguments: &[&str]| {
            let run = Command::new("git")
                .args(arguments)
                .current_dir(tree.path())
                .output();
            let run = run.expect("git is installed");
            let said = String::from_utf8_lossy(&run.stderr).into_owned();
            assert!(
                run.status.success(),
                "{said}\n{}",
                String::from_utf8_lossy(&patch)
            );
        };
        git(&["init", "-q"]);
        git(&["apply", "the.patch"]);
        let applied = fs::read(&file).expect("the file is still there");
        assert_eq!(
            String::from_utf8_lossy(&applied),
            String::from_utf8_lossy(after)
        );
        assert_eq!(applied, after);
    }

    #[test]
    fn git_applies_plain_text_in_several_hunks() {
        let before: String = (1..60).map(|n| format!("line {n}\n")).collect();
        let after = before
            .replace("line 7\n", "seven\n")
            .replace("line 40\n", "")
            .replace("line 50\n", "line 50\nmore\n");
        check("a/b.py", before.as_bytes(), after.as_bytes());
    }

    #[test]
    fn git_applies_crlf_lone_cr_and_mixed_line_ends() {
        check("a.py", b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n");
        check("a.py", b"a\rb\rc\r", b"a\rB\rc\r");
        check("a.py", b"a\r\nb\nc\rd\n", b"a\r\nb\nC\rd\n");
    }

    #[test]
    fn git_applies_with_and_without_a_final_newline() {
        check("a.py", b"a\nb", b"a\nc");
        check("a.py", b"a\nb", b"a\nb\n");
        check("a.py", b"a\nb\n", b"a\nb");
        check("a.py", b"x\na\nb", b"y\na\nb");
    }

    #[test]
    fn git_applies_latin_1_bom_and_form_feed() {
        check(
            "a.py",
            b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            b"# -*- coding: latin-1 -*-\ny = '\xe9'\n",
        );
        check("a.py", b"\xef\xbb\xbfa\n\x0cb\n", b"\xef\xbb\xbfz\n\x0cb\n");
    }

    #[test]
    fn git_applies_to_odd_names() {
        for name in [
            "with space.py",
            "é.py",
            "q\"uote.py",
            "back\\slash.py",
            "tab\t.py",
            " lead/x y.py",
            "a b/.py",
        ] {
            check(name, b"a\n", b"b\n");
        }
    }

    #[test]
    fn an_unchanged_file_has_no_patch() {
        let mut out = Vec::new();
        write_file(&mut out, Path::new("a.py"), (b"a", b"a"), None)
            .expect("a vector takes everything");
        assert!(out.is_empty());
    }
}
