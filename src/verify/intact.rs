//! Law 4: bytes outside the edits are the same.

use ruff_text_size::{Ranged, TextSize};

use crate::plan::law::BrokenLaw;
use crate::text::edit::EditSet;

/// Compares the new text with the old one, gap by gap between the edits.
///
/// The new text must be the one read back from the bytes that will be on disk
/// ([`SourceFile::with_text`](crate::source::SourceFile::with_text) gives no other).
pub(super) fn check(old: &str, edits: &EditSet, new: &str) -> Result<(), BrokenLaw> {
    let mut old_end = TextSize::new(0);
    let mut rest = new;
    for edit in edits.flattened(old) {
        let gap = &old[old_end.to_usize()..edit.start().to_usize()];
        rest = rest
            .strip_prefix(gap)
            .and_then(|rest| rest.strip_prefix(edit.text()))
            .ok_or(BrokenLaw::OutsideEdits)?;
        old_end = edit.end();
    }
    if rest == &old[old_end.to_usize()..] {
        Ok(())
    } else {
        Err(BrokenLaw::OutsideEdits)
    }
}

#[cfg(test)]
mod tests {
    use ruff_text_size::TextRange;

    use super::*;
    use crate::text::edit::Edit;

    #[track_caller]
    fn check_new(new: &str, expected: Result<(), BrokenLaw>) {
        let edit = Edit::replacement(TextRange::new(4.into(), 7.into()), "2");
        let edits = EditSet::new(vec![edit], Vec::new()).expect("one edit overlaps nothing");
        assert_eq!(check("one two end", &edits, new), expected);
    }

    #[test]
    fn only_the_edited_bytes_may_differ() {
        check_new("one 2 end", Ok(()));
        check_new("One 2 end", Err(BrokenLaw::OutsideEdits));
        check_new("one 2 end ", Err(BrokenLaw::OutsideEdits));
        check_new("one 3 end", Err(BrokenLaw::OutsideEdits));
    }
}
