//! The code of a template for one site, and what of it is copied from elsewhere in the file.

use ruff_text_size::{TextRange, TextSize};

/// The code of a template for one site.
pub(super) struct Concrete {
    pub(super) code: String,
    /// In its order.
    pub(super) copied: Vec<Copied>,
}

/// Code of the file that is written at another place.
pub(super) struct Copied {
    /// Where it begins in the template's code.
    pub(super) at: TextSize,
    /// Where it stands in the file.
    pub(super) from: TextRange,
}

impl Concrete {
    /// Returns what of a part of the code is copied: where there, and where it stands in the file.
    pub(super) fn copied_in(
        &self,
        part: TextRange,
    ) -> impl Iterator<Item = (TextRange, TextRange)> {
        self.copied.iter().filter_map(move |copied| {
            let there = TextRange::at(copied.at, copied.from.len());
            let common = there.intersect(part).filter(|common| !common.is_empty())?;
            Some((common, common - copied.at + copied.from.start()))
        })
    }
}
