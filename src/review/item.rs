//! A plan → the changes that are decided on, one row of the list each.

use rustc_hash::FxHashMap;

use crate::plan::change::{Change, ChangeId, FilePlan, Layer, Plan};
use crate::plan::fingerprint::Fingerprints;
use crate::plan::rewrite::{Rewrite, RewriteError, rewritten};
use crate::report::place;
use crate::report::view::View;
use crate::text::blank::first_line;
use crate::text::edit::Edit;

/// A change on the list.
pub struct Item<'p> {
    /// Its file.
    pub(super) file: &'p FilePlan,
    /// The layer that it is planned on.
    pub(super) layer: &'p Layer,
    /// The change.
    pub(super) change: &'p Change,
    /// What it writes besides its own text.
    pub(super) besides: Vec<Edit>,
    /// The file, as a person names it.
    pub(super) path: String,
    /// `path:line:column` of its first site.
    pub(super) place: String,
    /// What it is, hashed.
    pub(super) fingerprint: Option<String>,
}

impl<'p> Item<'p> {
    /// Returns the changes of a plan that would be made, in order of place.
    ///
    /// `besides` has what they write besides their own text, by their names.
    pub fn all(
        plan: &'p Plan,
        mut besides: FxHashMap<ChangeId, Vec<Edit>>,
        view: &View,
    ) -> Vec<Self> {
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
                    besides: besides.remove(&change.id).unwrap_or_default(),
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

    /// Returns its file.
    pub fn file(&self) -> &'p FilePlan {
        self.file
    }

    /// Returns the change.
    pub fn change(&self) -> &'p Change {
        self.change
    }

    /// Returns the change with lines that a person wrote for it.
    ///
    /// # Errors
    /// They do not fit.
    pub fn rewritten(&self, edited: &[Rewrite]) -> Result<Change, RewriteError> {
        rewritten(self.layer, self.change, edited)
    }

    /// Returns the first line of the code that matched.
    pub(super) fn code(&self) -> String {
        let site = self.change.sites.first();
        let code = site.map_or("", |site| &self.file.original().text()[site.range]);
        first_line(code).to_owned()
    }
}
