//! Settings and a catalog → which recipes are on for a path, which are off, and who says so.

use std::collections::BTreeMap;

use super::document::{Origin, Sourced};
use super::options::{List, Options, Restraint};
use super::select::ids;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;

/// Whether a recipe is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// It is.
    pub is_on: bool,
    /// Who says so: `pyproject.toml:4 ignores it`.
    pub why: String,
}

impl Options {
    /// Returns where each recipe stands, by id, where these entries of `per-path` hold: one after the
    /// other, the later goes before the earlier.
    pub fn standings<'c>(
        &self,
        entries: &[usize],
        catalog: &'c Catalog,
    ) -> BTreeMap<&'c str, Standing> {
        let mut standings = Standings {
            catalog,
            by_id: BTreeMap::new(),
        };
        match &self.select {
            Some(select) => standings.begin(select),
            None => standings.begin_with_packs(self.packs.as_ref()),
        }
        standings.turn(self.extend_select.iter(), true, "selects it");
        standings.turn(self.ignore.iter(), false, IGNORES);
        for entry in entries.iter().filter_map(|index| self.per_path.get(*index)) {
            let select = entry.select.as_ref();
            // What was typed goes before what holds for a path.
            if let Some(select) = select.filter(|_| !self.is_selected_by_flag()) {
                standings.begin(select);
            }
            let reason = entry.reason.as_ref();
            let does = |does| reason.map_or(String::from(does), |why| format!("{does}: {why}"));
            let off = entry.safety.iter();
            let off = off.filter(|(_, restraint)| *restraint == Restraint::Off);
            standings.turn(off.map(|(name, _)| name), false, &does("turns it off"));
            standings.turn(entry.ignore.iter(), false, &does(IGNORES));
        }
        let typed = self.ignore.iter();
        let typed = typed.filter(|name| matches!(name.origin, Origin::Flag(_)));
        standings.turn(typed, false, IGNORES);
        standings.by_id
    }
}

const IGNORES: &str = "ignores it";

struct Standings<'c> {
    catalog: &'c Catalog,
    by_id: BTreeMap<&'c str, Standing>,
}

impl Standings<'_> {
    /// Begins with the recipes that are on where none are selected: those of the packs, and one's own.
    fn begin_with_packs(&mut self, packs: Option<&List>) {
        for recipe in self.catalog.recipes() {
            let by = match packs {
                Some(packs) => turned_on(packs, recipe),
                None => self.catalog.default_pack(recipe).map(|pack| {
                    let pack = &pack.id;
                    format!("it is in the default pack {pack}")
                }),
            };
            let own = || {
                self.catalog
                    .is_own(recipe)
                    .then(|| "it is one of your recipes".into())
            };
            let by = by.or_else(own);
            let standing = Standing {
                is_on: by.is_some(),
                why: by.unwrap_or_else(|| in_other_packs(recipe)),
            };
            self.by_id.insert(&recipe.id, standing);
        }
    }

    /// Begins anew with what is selected.
    fn begin(&mut self, select: &List) {
        for recipe in self.catalog.recipes() {
            let standing = Standing {
                is_on: false,
                why: format!("{} does not select it", select.origin),
            };
            self.by_id.insert(&recipe.id, standing);
        }
        self.turn(select.value.iter(), true, "selects it");
    }

    /// Turns what is named on or off; of several names of a recipe the first is told.
    fn turn<'n>(
        &mut self,
        names: impl DoubleEndedIterator<Item = &'n Sourced<String>>,
        is_on: bool,
        does: &str,
    ) {
        for name in names.rev() {
            let why = format!("{} {does}", name.origin);
            let standing = Standing { is_on, why };
            let ids = ids(name, self.catalog).into_iter();
            self.by_id.extend(ids.map(|id| (id, standing.clone())));
        }
    }
}

/// Says which of the packs that are on has a recipe.
fn turned_on(packs: &List, recipe: &Recipe) -> Option<String> {
    let mut packs = packs.value.iter();
    let pack = packs.find(|pack| recipe.packs.contains(&pack.value))?;
    Some(format!("{} turns on the pack {}", pack.origin, pack.value))
}

/// Says where a recipe is that no pack turns on.
fn in_other_packs(recipe: &Recipe) -> String {
    match recipe.packs.as_slice() {
        [] => "no pack has it".to_owned(),
        [pack] => format!("only the pack {pack} has it"),
        packs => format!("only the packs {} have it", packs.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::config::document::{Document, Place};
    use crate::config::globs::Globs;
    use crate::config::options::PerPath;

    const RECIPE: &str = "blocking-sleep";

    fn names(flag: &'static str, names: &[&str]) -> Vec<Sourced<String>> {
        let names = names.iter();
        names
            .map(|name| Sourced::flag(flag, (*name).to_owned()))
            .collect()
    }

    fn entry(ignore: &[&str], off: &[&str], reason: Option<&str>) -> Arc<PerPath> {
        let document = Arc::new(Document {
            tree: None,
            path: "/p/awaitify.toml".into(),
            base: "/p".into(),
            text: String::new(),
            name: "awaitify.toml".into(),
        });
        let off = names("off", off).into_iter();
        Arc::new(PerPath {
            place: Place::new(&document, 0),
            paths: Globs::new(Path::new("/p"), Vec::new(), |_, _| {}),
            select: None,
            ignore: names("ignore", ignore),
            safety: off.map(|name| (name, Restraint::Off)).collect(),
            reason: reason.map(str::to_owned),
        })
    }

    #[track_caller]
    fn check(options: &Options, is_on: bool, why: &str) {
        let catalog = Catalog::shipped_once();
        let entries: Vec<usize> = (0..options.per_path.len()).collect();
        let standing = &options.standings(&entries, catalog)[RECIPE];
        assert_eq!((standing.is_on, &*standing.why), (is_on, why));
    }

    #[test]
    fn the_last_word_is_told() {
        let select = |list: &[&str]| Some(Sourced::flag("select", names("select", list)));
        check(
            &Options::default(),
            true,
            "it is in the default pack asyncio",
        );
        let none = Options {
            packs: Some(Sourced::flag("packs", names("packs", &["strict"]))),
            ..Options::default()
        };
        check(&none, false, "only the pack asyncio has it");
        let mut options = Options {
            select: select(&["tasks"]),
            ..Options::default()
        };
        check(&options, false, "select does not select it");
        options.extend_select = names("extend-select", &["blocking"]);
        check(&options, true, "extend-select selects it");
        options.ignore = names("ignore", &["blocking-*"]);
        check(&options, false, "ignore ignores it");
        options.ignore.clear();
        options.per_path = vec![
            entry(&[RECIPE], &[], Some("next year")),
            entry(&["tasks"], &[], None),
        ];
        check(&options, false, "ignore ignores it: next year");
        options.per_path = vec![entry(&[], &[RECIPE], None)];
        check(&options, false, "off turns it off");
    }
}
