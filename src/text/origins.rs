//! Where offsets of a new text stood in the old one.

use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::edit::EditSet;

/// Shorter pieces of text stand in too many places to say where they come from.
const SHORTEST_MOVED: usize = 8;

/// Offsets of a new text → offsets of the old one; made once, asked often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// The old text.
    old: String,
    /// Sorted.
    edits: Vec<Step>,
}

/// What one edit did.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    /// Where it stands in the new text.
    new: TextRange,
    /// What it replaced in the old one.
    old: TextRange,
    /// What it put there.
    text: String,
}

impl Origins {
    /// Notes where the edits of `text` end up.
    pub fn new(text: &str, edits: &EditSet) -> Self {
        let (mut old_end, mut new_end) = (TextSize::new(0), TextSize::new(0));
        let flat = edits.flattened(text);
        let moved = flat.iter().map(|edit| {
            let start = new_end + (edit.start() - old_end);
            let new = TextRange::at(start, edit.text().text_len());
            (old_end, new_end) = (edit.end(), new.end());
            Step {
                new,
                old: edit.range(),
                text: edit.text().to_owned(),
            }
        });
        let edits: Vec<Step> = moved.collect();
        Self {
            old: match edits.is_empty() {
                true => String::new(),
                false => text.to_owned(),
            },
            edits,
        }
    }

    /// Returns where an offset of the new text stood in the old one: inside inserted text, the
    /// start of what it replaced.
    pub fn offset(&self, offset: TextSize) -> TextSize {
        match self.last_before(offset) {
            None => offset,
            Some(step) if offset < step.new.end() => step.old.start(),
            Some(step) => step.old.end() + (offset - step.new.end()),
        }
    }

    /// Returns where a range of the new text stood in the old one: code that was moved at its old place,
    /// and what took the place of other code there.
    ///
    /// # Errors
    /// It stands on lines that are new; where they were put in.
    pub fn range(&self, range: TextRange) -> Result<TextRange, TextSize> {
        let step = self.last_before(range.start());
        let Some(step) = step.filter(|step| range.start() < step.new.end()) else {
            let start = self.offset(range.start());
            return Ok(TextRange::new(start, self.offset(range.end()).max(start)));
        };
        if let Some(copied) = self.copied(step, range) {
            return Ok(copied);
        }
        let start = self.in_place(step, range.start());
        let start = start.ok_or(step.old.start())?;
        Ok(TextRange::new(start, self.offset(range.end()).max(start)))
    }

    fn last_before(&self, offset: TextSize) -> Option<&Step> {
        let next = self
            .edits
            .partition_point(|step| step.new.start() <= offset);
        self.edits[..next].last()
    }

    /// Looks for text of an edit in what edits replaced: in its own place, then where only one has it.
    fn copied(&self, step: &Step, range: TextRange) -> Option<TextRange> {
        let at = (range.start() - step.new.start()).to_usize();
        let text = step.text.as_str();
        let piece = text.get(at..(at + range.len().to_usize()).min(text.len()))?;
        let first = piece.split(['\n', '\r']).next()?.trim_end();
        if first.is_empty() {
            return None;
        }
        let whole = |start: TextSize| {
            let is_same = self.old[start.to_usize()..].starts_with(piece);
            let len = if is_same { piece } else { first }.text_len();
            TextRange::at(start, len)
        };
        let nth = text[..at].matches(first).count();
        let own = self.replaced_at(step, first, nth);
        let own = own.or_else(|| self.replaced_at(step, first, 0));
        own.or_else(|| self.only_place(first))
            .or_else(|| {
                let (line, shift) = line_around(text, at)?;
                Some(self.only_place(line)? + shift)
            })
            .map(whole)
    }

    /// Returns where a text stands in what an edit replaced.
    fn replaced_at(&self, step: &Step, sought: &str, nth: usize) -> Option<TextSize> {
        let (place, _) = self.old[step.old].match_indices(sought).nth(nth)?;
        Some(step.old.start() + TextSize::try_from(place).ok()?)
    }

    /// Returns where a text stands that only one edit replaced.
    fn only_place(&self, sought: &str) -> Option<TextSize> {
        if sought.len() < SHORTEST_MOVED {
            return None;
        }
        let places = self.edits.iter();
        let mut places = places.filter_map(|step| self.replaced_at(step, sought, 0));
        let place = places.next()?;
        places.next().is_none().then_some(place)
    }

    /// Returns where code stands in the old text that text of an edit took the place of, or came before;
    /// `None`: it is on lines of its own.
    fn in_place(&self, step: &Step, offset: TextSize) -> Option<TextSize> {
        let replaced = &self.old[step.old];
        let code = replaced.trim_start();
        if !code.is_empty() {
            return Some(step.old.end() - code.text_len());
        }
        let rest = &step.text[(offset - step.new.start()).to_usize()..];
        let behind = &self.old[step.old.end().to_usize()..];
        let line = behind.split(['\n', '\r']).next()?;
        let code = line.trim_start();
        if rest.contains(['\n', '\r']) || code.is_empty() {
            return None;
        }
        Some(step.old.end() + (line.text_len() - code.text_len()))
    }
}

/// Returns the code of the line around an offset, and how far behind its beginning that is.
fn line_around(text: &str, at: usize) -> Option<(&str, TextSize)> {
    let start = text[..at]
        .rfind(['\n', '\r'])
        .map_or(0, |before| before + 1);
    let line = text[start..].split(['\n', '\r']).next()?;
    let code = line.trim_start();
    let shift = at.checked_sub(start + line.len() - code.len())?;
    Some((code.trim_end(), TextSize::try_from(shift).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::Edit;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit::replacement(TextRange::new(start.into(), end.into()), text)
    }

    fn origins(text: &str, edits: Vec<Edit>) -> Origins {
        let set = EditSet::new(edits, vec![]).expect("the edits are disjoint");
        Origins::new(text, &set)
    }

    #[test]
    fn an_offset_of_the_new_text_is_traced_back() {
        let origins = origins("one two end", vec![edit(0, 3, "1"), edit(4, 7, "2222")]);
        let old = |new: u32| origins.offset(new.into()).to_u32();
        assert_eq!([old(0), old(1), old(2), old(6), old(7)], [0, 3, 4, 7, 8]);
    }

    /// Checks where the first `sought` of the new text stood: the old text from there on, or `None`.
    #[track_caller]
    fn check(text: &str, edits: Vec<Edit>, new: &str, sought: &str, expected: Option<&str>) {
        let at = new.find(sought).expect("it is in the new text");
        let range = TextRange::at(
            TextSize::try_from(at).expect("it is short"),
            sought.text_len(),
        );
        let found = origins(text, edits).range(range).ok();
        let found = found.map(|range| &text[range.start().to_usize()..]);
        assert_eq!(found, expected);
    }

    #[test]
    fn moved_code_stands_at_its_old_place() {
        let text = "a = 1\nstart(self.run())\nb = 2\nend()\n";
        let moved = vec![edit(6, 24, ""), edit(30, 30, "    start(self.run())\n")];
        let new = "a = 1\nb = 2\n    start(self.run())\nend()\n";
        check(
            text,
            moved,
            new,
            "start(self",
            Some("start(self.run())\nb = 2\nend()\n"),
        );
        let wrapped = vec![edit(6, 23, "with x:\n    go(self.run())")];
        let new = "a = 1\nwith x:\n    go(self.run())\nb = 2\nend()\n";
        check(
            text,
            wrapped,
            new,
            "self.run()",
            Some("self.run())\nb = 2\nend()\n"),
        );
    }

    #[test]
    fn what_takes_a_place_or_comes_before_code_stands_there() {
        let text = "x\nf(1)\n";
        check(
            text,
            vec![edit(2, 3, "await g")],
            "x\nawait g(1)\n",
            "g(1)",
            Some("f(1)\n"),
        );
        check(
            text,
            vec![edit(2, 2, "y = ")],
            "x\ny = f(1)\n",
            "y = f",
            Some("f(1)\n"),
        );
    }

    #[test]
    fn lines_that_are_new_stand_nowhere() {
        let text = "x\n\nf(1)\n";
        check(
            text,
            vec![edit(2, 2, "new_one()\n")],
            "x\nnew_one()\n\nf(1)\n",
            "new_one()",
            None,
        );
    }
}
