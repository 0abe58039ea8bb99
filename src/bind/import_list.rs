//! The names of one import statement, some gone and some new → edits inside the statement.
//!
//! A list on one line is edited in place; a list over several lines keeps its layout, its trailing
//! comma and every line with a comment.

use ruff_python_ast::Alias;
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::python::cut::trailing_comment;
use crate::text::blank::{is_blank, line_break_at, line_end, line_start};
use crate::text::edit::Edit;

/// An import statement whose names change.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameList<'a> {
    /// The module text.
    pub(super) text: &'a str,
    /// The statement.
    pub(super) statement: TextRange,
    /// Its names, at least one.
    pub(super) names: &'a [Alias],
}

impl NameList<'_> {
    /// Returns the edits that take out the names marked `gone` and put in `added` (`a`, `a as b`;
    /// sorted, none of them there already). Empty if nothing would be left.
    pub(super) fn change(&self, mut gone: Vec<bool>, added: &[String]) -> Vec<Edit> {
        if self.has_lines() {
            self.keep_commented(&mut gone);
        }
        let mut left: Vec<&Alias> = self.left(0..self.names.len(), &gone);
        if left.is_empty() && self.text[self.range()].contains('#') {
            left = self.names.iter().collect();
        }
        let mut slots = slots(left.iter().map(|name| self.source(name)), added);
        if left.len() == self.names.len() {
            return self.insertions(&left, &slots);
        }
        let cut = match left.is_empty() {
            true => None,
            false => self.cut_lines(&gone, &mut slots),
        };
        if let Some(mut edits) = cut {
            edits.extend(self.insertions(&left, &slots));
            return edits;
        }
        let names = merged(left.iter().map(|name| self.source(name)), added);
        match names.is_empty() {
            true => Vec::new(),
            false => vec![Edit::replacement(self.range(), names.join(", "))],
        }
    }

    fn range(&self) -> TextRange {
        let ends = self.names.first().zip(self.names.last());
        ends.map_or(self.statement, |(first, last)| {
            first.range().cover(last.range())
        })
    }

    fn source(&self, name: &Alias) -> &str {
        &self.text[name.range()]
    }

    fn left(&self, names: std::ops::Range<usize>, gone: &[bool]) -> Vec<&Alias> {
        names
            .filter(|&index| !gone[index])
            .map(|index| &self.names[index])
            .collect()
    }

    /// Returns whether the names stand in parentheses over several lines.
    fn has_lines(&self) -> bool {
        let text = &self.text[self.statement];
        text.ends_with(')') && text.contains(['\n', '\r'])
    }

    /// Iterates over the names line by line.
    fn lines(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        let line = |index: usize| line_start(self.text, self.names[index].start());
        let mut start = 0;
        std::iter::from_fn(move || {
            let first = start;
            let at = (first < self.names.len()).then(|| line(first))?;
            start = (first..self.names.len())
                .find(|&index| line(index) != at)
                .unwrap_or(self.names.len());
            Some(first..start)
        })
    }

    fn comma_end(&self, name: &Alias) -> Option<TextSize> {
        let rest = &self.text[name.end().to_usize()..self.statement.end().to_usize()];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let length = u32::try_from(blank + 1).ok()?;
        rest[blank..]
            .starts_with(',')
            .then(|| name.end() + TextSize::new(length))
    }

    /// A comment may be about the name before it: that name stays.
    fn keep_commented(&self, gone: &mut [bool]) {
        for line in self.lines() {
            let last = &self.names[line.end - 1];
            let end = self.comma_end(last).unwrap_or(last.end());
            if trailing_comment(self.text, end).is_some() {
                gone[line].fill(false);
            }
        }
    }

    /// Returns whether nothing but these names, a comma and a comment stands on their line.
    fn is_alone(&self, line: &std::ops::Range<usize>) -> bool {
        let (first, last) = (&self.names[line.start], &self.names[line.end - 1]);
        let end = self.comma_end(last).unwrap_or(last.end());
        let before = TextRange::new(line_start(self.text, first.start()), first.start());
        let after = TextRange::new(end, line_end(self.text, end));
        let after = self.text[after].trim();
        is_blank(&self.text[before]) && (after.is_empty() || after.starts_with('#'))
    }

    /// Cuts names line by line, and takes the new names of a line that is written anew out of `slots`;
    /// `None` if the layout does not allow it.
    fn cut_lines<'n>(&'n self, gone: &[bool], slots: &mut Vec<Vec<&'n str>>) -> Option<Vec<Edit>> {
        if !self.has_lines() {
            return None;
        }
        let (mut edits, mut open, mut passed) = (Vec::new(), slots.clone(), 0);
        for line in self.lines() {
            let left = self.left(line.clone(), gone);
            let own = passed..passed + left.len();
            passed = own.end;
            if left.len() == line.len() {
                continue;
            }
            let (first, last) = (&self.names[line.start], &self.names[line.end - 1]);
            if !left.is_empty() {
                let mut names: Vec<&str> = Vec::new();
                for (name, slot) in left.iter().zip(own) {
                    names.append(&mut open[slot]);
                    names.push(self.source(name));
                }
                if passed + 1 == open.len() {
                    names.append(&mut open[passed]);
                }
                let range = first.range().cover(last.range());
                edits.push(Edit::replacement(range, names.join(", ")));
            } else if self.is_alone(&line) {
                let start = line_start(self.text, first.start());
                let end = line_end(self.text, last.end());
                edits.push(Edit::deletion(TextRange::new(start, end)));
            } else {
                // A comment inside would be lost: the names are left standing.
                let has_comment = self.text[self.range()].contains('#');
                return has_comment.then(Vec::new);
            }
        }
        *slots = open;
        Some(edits)
    }

    fn insertions(&self, left: &[&Alias], slots: &[Vec<&str>]) -> Vec<Edit> {
        let filled = slots.iter().enumerate().filter(|(_, new)| !new.is_empty());
        filled
            .map(|(index, new)| match left.get(index) {
                Some(next) => self.before(next, new),
                None => self.behind(left[left.len() - 1], new),
            })
            .collect()
    }

    /// Returns the white space before the name, if the list has one name a line.
    fn indentation(&self, name: &Alias) -> Option<&str> {
        let is_own = |line: &std::ops::Range<usize>| {
            line.len() == 1 && self.names[line.start].range() == name.range()
        };
        let line = self.lines().find(is_own)?;
        let indent = TextRange::new(line_start(self.text, name.start()), name.start());
        (self.has_lines() && self.is_alone(&line)).then_some(&self.text[indent])
    }

    fn before(&self, next: &Alias, new: &[&str]) -> Edit {
        let Some(indent) = self.indentation(next) else {
            return Edit::insertion(next.start(), format!("{}, ", new.join(", ")));
        };
        let line_break = line_break_at(self.text, next.start());
        let lines: String = new
            .iter()
            .map(|name| format!("{indent}{name},{line_break}"))
            .collect();
        Edit::insertion(line_start(self.text, next.start()), lines)
    }

    fn behind(&self, last: &Alias, new: &[&str]) -> Edit {
        let comma = self.comma_end(last);
        match (self.indentation(last), comma) {
            (Some(indent), Some(_)) => {
                let line_break = line_break_at(self.text, last.start());
                let lines: String = new
                    .iter()
                    .map(|name| format!("{indent}{name},{line_break}"))
                    .collect();
                Edit::insertion(line_end(self.text, last.end()), lines)
            }
            (Some(indent), None) if trailing_comment(self.text, last.end()).is_none() => {
                let line_break = line_break_at(self.text, last.start());
                let lines = new.join(&format!(",{line_break}{indent}"));
                Edit::insertion(last.end(), format!(",{line_break}{indent}{lines}"))
            }
            _ => Edit::insertion(last.end(), format!(", {}", new.join(", "))),
        }
    }
}

/// Puts new names among others as an import sorter would, or behind them if they are not sorted.
pub(super) fn merged<'n>(names: impl Iterator<Item = &'n str>, added: &[String]) -> Vec<String> {
    let mut all: Vec<String> = names.map(str::to_owned).collect();
    for name in added {
        let others: Vec<&str> = all.iter().map(String::as_str).collect();
        let at = slot(&others, name);
        all.insert(at, name.clone());
    }
    all
}

/// Returns the new names that stand before each of the others, and behind the last.
fn slots<'n>(names: impl Iterator<Item = &'n str>, added: &'n [String]) -> Vec<Vec<&'n str>> {
    let names: Vec<&str> = names.collect();
    let mut slots = vec![Vec::new(); names.len() + 1];
    for name in added {
        slots[slot(&names, name)].push(name.as_str());
    }
    slots
}

/// Import sorters put constants before classes before the rest, or sort all alike.
fn slot(names: &[&str], new: &str) -> usize {
    let by_kind = |name: &str| (kind(name), name.to_lowercase());
    let alike = |name: &str| (0, name.to_lowercase());
    if names.is_sorted_by_key(|name| by_kind(name)) {
        names.partition_point(|name| by_kind(name) <= by_kind(new))
    } else if names.is_sorted_by_key(|name| alike(name)) {
        names.partition_point(|name| alike(name) <= alike(new))
    } else {
        names.len()
    }
}

fn kind(name: &str) -> u8 {
    let name = name.split_whitespace().next().unwrap_or(name);
    let has_lower = name.chars().any(char::is_lowercase);
    if name.len() > 1 && !has_lower {
        0
    } else {
        u8::from(!name.starts_with(char::is_uppercase)) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse::Module;
    use crate::text::edit::EditSet;
    use ruff_python_ast::Stmt;

    /// Takes out the names that begin with `x` and puts in `added`.
    #[track_caller]
    fn check(text: &str, added: &[&str], expected: &str) {
        for line_break in ["\n", "\r\n", "\r"] {
            let text = text.replace('\n', line_break);
            let module = Module::parse_plain(&text).expect("it parses");
            let Some(Stmt::ImportFrom(import)) = module.statements().next() else {
                panic!("no import");
            };
            let list = NameList {
                text: &text,
                statement: import.range,
                names: &import.names,
            };
            let names = import.names.iter();
            let gone = names.map(|name| name.name.starts_with('x')).collect();
            let added: Vec<String> = added.iter().map(|&name| name.to_owned()).collect();
            let set =
                EditSet::new(list.change(gone, &added), vec![]).expect("the edits are disjoint");
            assert_eq!(set.apply(&text), expected.replace('\n', line_break));
        }
    }

    #[test]
    fn names_are_taken_out_of_a_line() {
        check("from m import a, x as y\n", &[], "from m import a\n");
        check("from m import x, a\n", &[], "from m import a\n");
        check("from m import a, \\\n    x\n", &[], "from m import a\n");
        check("from m import (x, a)\n", &[], "from m import (a)\n");
    }

    #[test]
    fn names_are_taken_out_of_lines() {
        check(
            "from m import (\n    a,\n    x,\n)\n",
            &[],
            "from m import (\n    a,\n)\n",
        );
        check(
            "from m import (\n    a,\n    x\n)\n",
            &[],
            "from m import (\n    a,\n)\n",
        );
        check(
            "from m import (\n    a, x,\n    b,\n)\n",
            &[],
            "from m import (\n    a,\n    b,\n)\n",
        );
        check("from m import (x,\n    b)\n", &[], "from m import (b)\n");
    }

    #[test]
    fn a_commented_name_stays() {
        let text = "from m import (\n    a,\n    x,  # noqa\n)\n";
        check(text, &[], text);
        let text = "from m import (x,\n    b,  # why\n    c)\n";
        check(text, &[], text);
    }

    #[test]
    fn names_are_sorted_in() {
        check("from m import a, c\n", &["b"], "from m import a, b, c\n");
        check("from m import a\n", &["b", "c"], "from m import a, b, c\n");
        check("from m import c, a\n", &["b"], "from m import c, a, b\n");
        check("from m import A, b\n", &["B"], "from m import A, B, b\n");
        check("from m import x, b\n", &["a"], "from m import a, b\n");
        check("from m import x as y\n", &["a"], "from m import a\n");
    }

    #[test]
    fn a_line_may_lose_a_name_and_get_another() {
        check(
            "from m import (a,\n    x, c)\n",
            &["b"],
            "from m import (a,\n    b, c)\n",
        );
        check(
            "from m import (\n    a, x,\n    c, x,\n)\n",
            &["b", "d"],
            "from m import (\n    a,\n    b, c, d,\n)\n",
        );
        check(
            "from m import (a,  # first\n    b, x,\n    x)\n",
            &["c"],
            "from m import (a,  # first\n    b, c, x,\n    x)\n",
        );
    }

    #[test]
    fn a_list_over_lines_keeps_its_layout() {
        check(
            "from m import (\n    a,\n    c,\n)\n",
            &["b"],
            "from m import (\n    a,\n    b,\n    c,\n)\n",
        );
        check(
            "from m import (\n    a,\n)\n",
            &["b"],
            "from m import (\n    a,\n    b,\n)\n",
        );
        check(
            "from m import (\n    a\n)\n",
            &["b"],
            "from m import (\n    a,\n    b\n)\n",
        );
        check(
            "from m import (\n    a,\n    x,\n)\n",
            &["b"],
            "from m import (\n    a,\n    b,\n)\n",
        );
        check(
            "from m import (a,\n    c)\n",
            &["b"],
            "from m import (a,\n    b, c)\n",
        );
    }
}
