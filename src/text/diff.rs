//! Two texts → hunks: what a unified diff shows, without a rendering.
//!
//! A line ends at `\n` only, as in git: a lone `\r` stays inside its line, so that a patch made of
//! these hunks can be applied. The result depends on the texts alone: no time limit.

use std::ops::Range;

use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::edit::Edit;

/// Unchanged lines shown before and after a change.
const CONTEXT: usize = 3;

/// Which of the two texts a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In both.
    Context,
    /// In the old one only.
    Removed,
    /// In the new one only.
    Added,
}

/// One line of a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiffLine<'a> {
    /// Where it stands.
    pub side: Side,
    /// Its number in the old text, from 1; `None` for an added line.
    pub old: Option<usize>,
    /// Its number in the new text, from 1; `None` for a removed line.
    pub new: Option<usize>,
    /// The line with its end.
    pub text: &'a str,
}

impl DiffLine<'_> {
    /// Returns whether this is a last line without a line end ("\ No newline at end of file").
    pub fn lacks_newline(&self) -> bool {
        !self.text.ends_with('\n')
    }
}

/// Neighboring changes with the lines around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk<'a> {
    /// First line in the old text, from 1; where there is none, the line before (as `@@ -0,0` says).
    pub old_start: usize,
    /// Number of lines in the old text.
    pub old_len: usize,
    /// First line in the new text; see `old_start`.
    pub new_start: usize,
    /// Number of lines in the new text.
    pub new_len: usize,
    /// The lines, removed before added.
    pub lines: Vec<DiffLine<'a>>,
}

impl Hunk<'_> {
    /// Moves it down by lines that stand above the texts it was found in.
    fn shift(&mut self, [old, new]: [usize; 2]) {
        self.old_start += old;
        self.new_start += new;
        for line in &mut self.lines {
            line.old = line.old.map(|number| number + old);
            line.new = line.new.map(|number| number + new);
        }
    }
}

/// Returns the hunks that lead from `old` to `new`; none where they are equal.
pub fn hunks<'a>(old: &'a str, new: &'a str) -> Vec<Hunk<'a>> {
    if old == new {
        return Vec::new();
    }
    let (prefix, suffix) = common_ends(old, new);
    let lines_before = old[..prefix].matches('\n').count();
    let old_lines: Vec<&str> = lines(old, prefix, suffix);
    let new_lines: Vec<&str> = lines(new, prefix, suffix);
    let operations = capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines);
    group_diff_ops(operations, CONTEXT)
        .iter()
        .map(|group| hunk(group, &old_lines, &new_lines, lines_before))
        .collect()
}

/// Returns the hunks that lead from a text to what edits make of it; the edits are in order. What is far from all
/// of them is not compared.
pub fn hunks_near<'a>(old: &'a str, edits: &[Edit], new: &'a str) -> Vec<Hunk<'a>> {
    let mut windows: Vec<[Range<usize>; 2]> = Vec::new();
    for edit in edits {
        let (start, end) = (edit.start().to_usize(), edit.end().to_usize());
        let (from, to) = (lines_above(old, start), lines_below(old, end));
        let grown = edit.text().len();
        match windows.last_mut() {
            Some([before, after]) if from <= before.end => {
                let to = to.max(before.end);
                after.end = after.end + (to - before.end) + grown - (end - start);
                before.end = to;
            }
            last => {
                let shifted = last.map_or(from, |[before, after]| after.end + from - before.end);
                let length = to - from + grown - (end - start);
                windows.push([from..to, shifted..shifted + length]);
            }
        }
    }
    let mut all = Vec::new();
    let (mut done, mut above) = ([0, 0], [0, 0]);
    for window in windows {
        for (side, text) in [old, new].into_iter().enumerate() {
            above[side] += text[done[side]..window[side].start].matches('\n').count();
            done[side] = window[side].start;
        }
        let [before, after] = window;
        let mut found = hunks(&old[before], &new[after]);
        found.iter_mut().for_each(|hunk| hunk.shift(above));
        all.extend(found);
    }
    all
}

/// Lines around an edit in which its hunk ends: two hunks this near are one.
const NEAR: usize = 2 * CONTEXT + 1;

/// Returns where the lines begin that are near and above an offset.
fn lines_above(text: &str, offset: usize) -> usize {
    let ends = text[..offset].rmatch_indices('\n');
    ends.map(|(at, _)| at + 1).nth(NEAR).unwrap_or(0)
}

/// Returns where the lines end that are near and below an offset.
fn lines_below(text: &str, offset: usize) -> usize {
    let ends = text[offset..].match_indices('\n');
    let end = ends.map(|(at, _)| offset + at + 1).nth(NEAR);
    end.unwrap_or(text.len())
}

/// Returns the lines of `new` that are not in `old`, or stand in another order there; counted from 0.
pub fn new_lines(old: &str, new: &str) -> Vec<usize> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let in_old: FxHashSet<&str> = old.iter().copied().collect();
    let in_new: FxHashSet<&str> = new.iter().copied().collect();
    // Only lines of both need to be compared: a text that is new altogether costs nothing.
    let old: Vec<&str> = old
        .into_iter()
        .filter(|line| in_new.contains(line))
        .collect();
    let numbered = new.iter().enumerate();
    let (fresh, shared): (Vec<_>, Vec<_>) =
        numbered.partition(|(_, line)| !in_old.contains(**line));
    let texts: Vec<&str> = shared.iter().map(|(_, line)| **line).collect();
    let moved = capture_diff_slices(Algorithm::Myers, &old, &texts)
        .into_iter()
        .filter(|operation| operation.tag() != DiffTag::Equal)
        .flat_map(|operation| operation.new_range());
    let mut found: Vec<usize> = fresh.iter().map(|(number, _)| *number).collect();
    found.extend(moved.map(|index| shared[index].0));
    found.sort_unstable();
    found
}

fn lines(text: &str, prefix: usize, suffix: usize) -> Vec<&str> {
    text[prefix..text.len() - suffix]
        .split_inclusive('\n')
        .collect()
}

/// Returns the bytes at the beginning and at the end that need not be compared: equal whole lines
/// but for the context of the first and last change.
fn common_ends(old: &str, new: &str) -> (usize, usize) {
    let equal =
        |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(a, b)| a == b).count();
    let prefix = equal(&mut old.bytes().zip(new.bytes()));
    let longest_suffix = old.len().min(new.len()) - prefix;
    let suffix = equal(
        &mut old
            .bytes()
            .rev()
            .zip(new.bytes().rev())
            .take(longest_suffix),
    );

    let before = &old.as_bytes()[..prefix];
    let prefix = before
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, byte)| **byte == b'\n')
        .nth(CONTEXT)
        .map_or(0, |(at, _)| at + 1);
    let after = &old.as_bytes()[old.len() - suffix..];
    let suffix = after
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .nth(CONTEXT)
        .map_or(0, |(at, _)| suffix - at - 1);
    (prefix, suffix)
}

fn hunk<'a>(
    group: &[DiffOp],
    old_lines: &[&'a str],
    new_lines: &[&'a str],
    lines_before: usize,
) -> Hunk<'a> {
    let lines = diff_lines(group, old_lines, new_lines, lines_before);
    let old_len = lines.iter().filter(|line| line.old.is_some()).count();
    let new_len = lines.iter().filter(|line| line.new.is_some()).count();
    let (old_start, new_start) = group.first().map_or((0, 0), |first| {
        (first.old_range().start, first.new_range().start)
    });
    Hunk {
        old_start: lines_before + old_start + usize::from(old_len > 0),
        old_len,
        new_start: lines_before + new_start + usize::from(new_len > 0),
        new_len,
        lines,
    }
}

fn diff_lines<'a>(
    group: &[DiffOp],
    old_lines: &[&'a str],
    new_lines: &[&'a str],
    lines_before: usize,
) -> Vec<DiffLine<'a>> {
    let line = |side, old: Option<usize>, new: Option<usize>, text| DiffLine {
        side,
        old: old.map(|index| lines_before + index + 1),
        new: new.map(|index| lines_before + index + 1),
        text,
    };
    let mut lines = Vec::new();
    for operation in group {
        let (tag, old, new) = operation.as_tag_tuple();
        if tag == DiffTag::Equal {
            let pairs = old.zip(new);
            lines.extend(
                pairs.map(|(old, new)| line(Side::Context, Some(old), Some(new), old_lines[old])),
            );
        } else {
            lines.extend(old.map(|old| line(Side::Removed, Some(old), None, old_lines[old])));
            lines.extend(new.map(|new| line(Side::Added, None, Some(new), new_lines[new])));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use ruff_text_size::{TextLen, TextRange};

    use super::super::edit::apply;
    use super::*;

    #[test]
    fn lines_are_new_where_they_were_not() {
        for (old, new, expected) in [
            ("a\nb\nc\n", "a\nx\nc\ny", &[1_usize, 3][..]),
            ("a\nb", "a\nb\n", &[][..]),
            ("a\nb\nc\n", "b\nc\na\n", &[2][..]),
            ("a\n", "a\na\n", &[1][..]),
            ("a\nb\n", "a\n", &[][..]),
            ("", "a\n", &[0][..]),
        ] {
            assert_eq!(new_lines(old, new), expected, "{old:?} to {new:?}");
        }
    }

    /// Renders as `diff -u` does, without file names.
    fn unified(old: &str, new: &str) -> String {
        let mut out = String::new();
        for hunk in hunks(old, new) {
            out += &format!(
                "@@ -{},{} +{},{} @@\n",
                hunk.old_start, hunk.old_len, hunk.new_start, hunk.new_len
            );
            for line in hunk.lines {
                out.push(match line.side {
                    Side::Context => ' ',
                    Side::Removed => '-',
                    Side::Added => '+',
                });
                out += line.text;
                if line.lacks_newline() {
                    out += "\n\\ No newline\n";
                }
            }
        }
        out
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        assert_eq!(unified(old, new), expected);
    }

    #[test]
    fn equal_texts_have_no_hunk() {
        check("a\n", "a\n", "");
    }

    #[test]
    fn three_lines_stand_around_a_change() {
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n",
        );
    }

    #[test]
    fn distant_changes_are_hunks_of_their_own() {
        let old: String = (1..=30).map(|line| format!("{line}\n")).collect();
        let new = old.replacen("2\n", "two\n", 1).replace("28\n", "");
        let hunks = hunks(&old, &new);
        assert_eq!(
            (hunks.len(), hunks[1].old_start, hunks[1].new_start),
            (2, 25, 25)
        );
        assert_eq!((hunks[1].old_len, hunks[1].new_len), (6, 5));
    }

    #[test]
    fn hunks_near_edits_are_those_of_the_whole_texts() {
        let old: String = (1..=90).map(|line| format!("{line}\n")).collect();
        // Edits of single lines: some apart, some near each other, at both ends, that add and remove lines.
        let lines: [&[usize]; 6] = [
            &[1],
            &[90],
            &[1, 90],
            &[20, 26, 27],
            &[10, 25, 40],
            &[3, 17, 70],
        ];
        for lines in lines {
            for text in ["", "x\n", "x\ny\nz\n"] {
                let edits: Vec<Edit> = lines
                    .iter()
                    .map(|line| replaced(&old, *line, text))
                    .collect();
                let new = apply(&edits, &old);
                let near = hunks_near(&old, &edits, &new);
                assert_eq!(near, hunks(&old, &new), "{lines:?} to {text:?}");
            }
        }
    }

    fn replaced(old: &str, line: usize, text: &str) -> Edit {
        let before: String = old.split_inclusive('\n').take(line - 1).collect();
        let own = old.split_inclusive('\n').nth(line - 1).unwrap_or_default();
        Edit::replacement(TextRange::at(before.text_len(), own.text_len()), text)
    }

    #[test]
    fn a_missing_last_line_end_is_a_change() {
        check(
            "a\nb",
            "a\nb\n",
            "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline\n+b\n",
        );
    }

    #[test]
    fn an_empty_side_starts_at_the_line_before() {
        check("", "a\n", "@@ -0,0 +1,1 @@\n+a\n");
        check("a\n", "", "@@ -1,1 +0,0 @@\n-a\n");
    }

    #[test]
    fn a_change_within_a_repeated_line_keeps_whole_lines() {
        check("aé\naé\n", "aé\n", "@@ -1,2 +1,1 @@\n aé\n-aé\n");
        check("é\n", "è\n", "@@ -1,1 +1,1 @@\n-é\n+è\n");
    }

    #[test]
    fn a_lone_carriage_return_ends_no_line() {
        check(
            "a\rb\r\n",
            "a\rc\r\n",
            "@@ -1,1 +1,1 @@\n-a\rb\r\n+a\rc\r\n",
        );
    }
}
