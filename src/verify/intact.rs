//! Law 4: bytes outside the edits are the same, in the text and in the file.

use ruff_text_size::{Ranged, TextSize};

use crate::matching::subject::Subject;
use crate::source::SourceFile;
use crate::text::edit::EditSet;

/// Compares the new file with the old one, gap by gap between the edits.
///
/// The new file is read back from its bytes, so that what is compared is what will be on disk.
pub(super) fn check(subject: &Subject, edits: &EditSet, after: &SourceFile) -> Result<(), String> {
    let read = SourceFile::from_bytes(after.path(), after.bytes().to_vec())
        .map_err(|error| error.to_string())?;
    let (old, new) = (subject.text(), read.text());
    let (mut old_end, mut new_end) = (TextSize::new(0), 0);
    for edit in edits.flattened(old) {
        let gap = &old[old_end.to_usize()..edit.start().to_usize()];
        let rest = new
            .get(new_end..)
            .and_then(|rest| rest.strip_prefix(gap)?.strip_prefix(edit.text()));
        let Some(rest) = rest else {
            return Err("text outside the edits would change".into());
        };
        new_end = new.len() - rest.len();
        old_end = edit.end();
    }
    if new.get(new_end..) == Some(&old[old_end.to_usize()..]) {
        Ok(())
    } else {
        Err("text outside the edits would change".into())
    }
}
