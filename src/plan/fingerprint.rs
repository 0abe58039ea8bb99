//! Changes of a plan → what tells whether one is as it was when somebody looked at it.

use std::path::Path;

use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::change::{ChangeId, FilePlan, Plan, Site};
use super::fnv::Fnv;

/// Fingerprints of the changes of a plan that would be made, by file and name.
pub struct Fingerprints<'p> {
    each: FxHashMap<&'p ChangeId, Vec<(&'p Path, String)>>,
}

impl<'p> Fingerprints<'p> {
    /// Takes those of all files.
    pub fn of(plan: &'p Plan) -> Self {
        let mut each = FxHashMap::default();
        for file in &plan.files {
            add_file(&mut each, file);
        }
        Self { each }
    }

    /// Returns that of a change: 12 hex digits.
    pub fn find(&self, file: &Path, change: &ChangeId) -> Option<&str> {
        let mut named = self.each.get(change)?.iter();
        let found = named.find(|(home, _)| *home == file)?;
        Some(&found.1)
    }
}

fn add_file<'p>(each: &mut FxHashMap<&'p ChangeId, Vec<(&'p Path, String)>>, file: &'p FilePlan) {
    let original = file.original();
    for layer in &file.layers {
        let changes = layer.changes.iter();
        for change in changes.filter(|change| change.is_wanted(file.level)) {
            let mut hash = Fnv::default();
            let sites = change.sites.iter();
            let text = |site: &Site| original.text()[site.range].as_bytes();
            sites.for_each(|site| hash.write(text(site)));
            for edit in &change.edits {
                hash.write(layer.source.text()[edit.range()].as_bytes());
                hash.write(edit.text().as_bytes());
            }
            hash.write(change.safety.word().as_bytes());
            let fingerprint = format!("{:012x}", hash.folded());
            let named = each.entry(&change.id).or_default();
            named.push((original.path(), fingerprint));
        }
    }
}
