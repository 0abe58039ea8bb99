//! A plan → the changes that are decided on, one row of the list each.

use crate::plan::change::{Change, FilePlan, Layer, Plan};
use crate::plan::decision::Fingerprints;
use crate::report::place;
use crate::report::view::View;

/// A change on the list.
pub struct Item<'p> {
    /// Its file.
    pub(super) file: &'p FilePlan,
    /// The layer that it is planned on.
    pub(super) layer: &'p Layer,
    /// The change.
    pub(super) change: &'p Change,
    /// The file, as a person names it.
    pub(super) path: String,
    /// `path:line:column` of its first site.
    pub(super) place: String,
    /// What it is, hashed.
    pub(super) fingerprint: Option<String>,
}

impl<'p> Item<'p> {
    /// Returns the changes of a plan that would be made, in order of place.
    pub fn all(plan: &'p Plan, view: &View) -> Vec<Self> {
        let fingerprints = Fingerprints::of(plan);
        let mut items = Vec::new();
        for file in &plan.files {
            let original = file.original().path();
            let path = view.name(original);
            let begin = items.len();
            for layer in &file.layers {
                let wanted = layer.changes.iter();
                let wanted = wanted.filter(|change| change.is_wanted(file.level));
                items.extend(wanted.map(|change| Self {
                    file,
                    layer,
                    change,
                    place: change.sites.first().map_or_else(
                        || path.clone(),
                        |site| place::location(&path, site.position),
                    ),
                    path: path.clone(),
                    fingerprint: fingerprints.find(original, &change.id).map(str::to_owned),
                }));
            }
            let at = |item: &Self| item.change.sites.first().map(|site| site.range.start());
            items[begin..].sort_by_key(at);
        }
        items
    }

    /// Returns the first line of the code that matched.
    pub(super) fn code(&self) -> String {
        let site = self.change.sites.first();
        let code = site.map_or("", |site| &self.file.original().text()[site.range]);
        code.lines().next().unwrap_or_default().to_owned()
    }
}
