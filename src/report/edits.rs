//! A change → its own edits as places and texts, for editors and pages that show or make them.
//!
//! They are what the change itself rewrites, indentation included. Imports, definitions and lines that
//! several changes need together are not among them: a migration adds these once for all of a file.

use ruff_text_size::Ranged;
use serde::Serialize;

use super::rows::{Row, Share};
use crate::plan::fingerprint::Fingerprints;
use crate::source::cell::Position;
use crate::text::edit::{Edit, EditSet};

/// What only the first line of a change has.
#[derive(Debug, Serialize)]
pub(super) struct Primary<'p> {
    /// The functions and classes around it.
    within: &'p str,
    /// Of what a decision is about; a change that is not made has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'p str>,
    /// The text that places of edits count in: 0 is the file on disk, 1 what the changes of layer 0 leave,
    /// and so on.
    layer: usize,
    edits: Vec<OwnEdit<'p>>,
}

/// A stretch of a text and the new text.
#[derive(Debug, Serialize)]
pub(super) struct OwnEdit<'p> {
    /// Where it begins.
    pub(super) start: Position,
    /// The place after its last character.
    pub(super) end: Position,
    /// What stands there.
    pub(super) old: &'p str,
    /// What stands there afterwards.
    pub(super) new: String,
    /// Whether a new cell, after all others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) new_cell: bool,
}

impl<'p> Primary<'p> {
    /// Takes what is said of a change at its first site; `None` for all other sites.
    pub(super) fn of(row: &Row<'p>, fingerprints: &'p Fingerprints<'_>) -> Option<Self> {
        let share = row.primary()?;
        let path = row.file.original().path();
        Some(Self {
            within: &share.change.within,
            fingerprint: fingerprints.find(path, &share.change.id),
            layer: share.layer,
            edits: own_edits(row, share),
        })
    }
}

/// Returns the edits of a change, sorted and disjoint.
pub(super) fn own_edits<'p>(row: &Row<'p>, share: Share<'p>) -> Vec<OwnEdit<'p>> {
    let Some(layer) = row.file.layers.get(share.layer) else {
        return Vec::new();
    };
    let (source, change) = (&layer.source, share.change);
    let own = EditSet::new(change.edits.clone(), change.shifts.clone());
    // A change that was withdrawn may claim the same bytes twice.
    let flat: Vec<Edit> =
        own.map_or_else(|_| change.edits.clone(), |own| own.flattened(source.text()));
    let edit = |edit: &Edit| OwnEdit {
        start: source.position(edit.start()),
        end: source.position(edit.end()),
        old: &source.text()[edit.range()],
        new: edit.text().to_owned(),
        new_cell: edit.is_cell(),
    };
    flat.iter().map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::super::rows;
    use super::super::sample::{self, Sample};
    use super::*;
    use crate::recipe::safety::Safety;

    #[test]
    fn edits_have_the_places_of_their_text() {
        let file = Sample::script().plan();
        let row = rows::told(&file)[0];
        let edits = own_edits(&row, row.primary().expect("it is the first site"));
        let json = serde_json::to_string(&edits).expect("it is JSON");
        assert_eq!(
            json,
            r#"[{"start":{"line":4,"column":5},"end":{"line":4,"column":18},"old":"time.sleep(1)","new":"await asyncio.sleep(1)"}]"#
        );
    }

    #[test]
    fn in_a_notebook_they_count_in_the_cell() {
        let file = sample::notebook(Safety::Review);
        let row = rows::told(&file)[0];
        let edits = own_edits(&row, row.primary().expect("it is the first site"));
        assert_eq!(edits[0].start.cell, Some(2));
        assert_eq!((edits[0].end.line, edits[0].end.column), (2, 17));
    }
}
