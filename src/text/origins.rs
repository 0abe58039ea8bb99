//! Where offsets of a new text stood in the old one.

use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::edit::EditSet;

/// Offsets of a new text → offsets of the old one; made once, asked often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// Per edit, sorted: where it stands in the new text, and what it replaced in the old one.
    edits: Vec<(TextRange, TextRange)>,
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
            (new, edit.range())
        });
        Self {
            edits: moved.collect(),
        }
    }

    /// Returns where an offset of the new text stood in the old one: inside inserted text, the
    /// start of what it replaced.
    pub fn offset(&self, offset: TextSize) -> TextSize {
        let next = self.edits.partition_point(|(new, _)| new.start() <= offset);
        match self.edits[..next].last() {
            None => offset,
            Some((new, old)) if offset < new.end() => old.start(),
            Some((new, old)) => old.end() + (offset - new.end()),
        }
    }

    /// Returns where a range of the new text stood in the old one.
    pub fn range(&self, range: TextRange) -> TextRange {
        let start = self.offset(range.start());
        TextRange::new(start, self.offset(range.end()).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::Edit;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit::replacement(TextRange::new(start.into(), end.into()), text)
    }

    #[test]
    fn an_offset_of_the_new_text_is_traced_back() {
        let set = EditSet::new(vec![edit(0, 3, "1"), edit(4, 7, "2222")], vec![])
            .expect("the edits are disjoint");
        let origins = Origins::new("one two end", &set);
        let old = |new: u32| origins.offset(new.into()).to_u32();
        assert_eq!([old(0), old(1), old(2), old(6), old(7)], [0, 3, 4, 7, 8]);
    }
}
