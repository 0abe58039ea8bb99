//! Settings and a recipe that is off → who turned it off, for people who ask.

use super::document::{Origin, Sourced};
use super::options::{List, Options, PerPath, Restraint};
use super::select::ids;
use crate::recipe::catalog::Catalog;

impl Options {
    /// Returns who turned a recipe off where these entries of `per-path` hold; `None`: it is on.
    ///
    /// The order is that of [`Options::selection`].
    pub fn off(&self, entries: &[usize], catalog: &Catalog, recipe: &str) -> Option<String> {
        let asked = Asked { catalog, recipe };
        let mut off = match &self.select {
            Some(select) => asked.not_in(select),
            None if self.of_packs(catalog).any(|on| on.id == recipe) => None,
            None => Some("it is in none of the packs that are on".to_owned()),
        };
        if self.extend_select.iter().any(|name| asked.is(name)) {
            off = None;
        }
        off = asked.ignored(self.ignore.iter()).or(off);
        for entry in entries.iter().filter_map(|index| self.per_path.get(*index)) {
            let select = entry.select.as_ref();
            if let Some(select) = select.filter(|_| !self.is_selected_by_flag()) {
                off = asked.not_in(select);
            }
            off = asked.off_by(entry).or(off);
        }
        let typed = self.ignore.iter();
        let typed = typed.filter(|name| matches!(name.origin, Origin::Flag(_)));
        asked.ignored(typed).or(off)
    }
}

/// The recipe that is asked about.
struct Asked<'a> {
    catalog: &'a Catalog,
    recipe: &'a str,
}

impl Asked<'_> {
    fn is(&self, name: &Sourced<String>) -> bool {
        ids(name, self.catalog).contains(&self.recipe)
    }

    fn not_in(&self, select: &List) -> Option<String> {
        let is_named = select.value.iter().any(|name| self.is(name));
        (!is_named).then(|| format!("{} does not select it", select.origin))
    }

    fn ignored<'n>(&self, mut names: impl Iterator<Item = &'n Sourced<String>>) -> Option<String> {
        let name = names.find(|name| self.is(name))?;
        Some(format!("{} ignores it", name.origin))
    }

    /// Says what an entry for paths has against it.
    fn off_by(&self, entry: &PerPath) -> Option<String> {
        let mut restraints = entry.safety.iter();
        let is_off =
            |(name, to): &&(Sourced<String>, Restraint)| *to == Restraint::Off && self.is(name);
        let turned = || {
            let (name, _) = restraints.find(is_off)?;
            Some(format!("{} turns it off", name.origin))
        };
        let off = self.ignored(entry.ignore.iter()).or_else(turned)?;
        Some(match &entry.reason {
            Some(reason) => format!("{off}: {reason}"),
            None => off,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::config::document::{Document, Place};
    use crate::config::globs::Globs;

    const RECIPE: &str = "blocking-sleep";

    fn names(flag: &'static str, names: &[&str]) -> Vec<Sourced<String>> {
        let names = names.iter();
        names
            .map(|name| Sourced::flag(flag, (*name).to_owned()))
            .collect()
    }

    fn entry(ignore: &[&str], off: &[&str], reason: Option<&str>) -> Arc<PerPath> {
        let document = Arc::new(Document {
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
    fn check(options: &Options, expected: Option<&str>) {
        let catalog = Catalog::shipped_once();
        let entries: Vec<usize> = (0..options.per_path.len()).collect();
        let off = options.off(&entries, catalog, RECIPE);
        assert_eq!(off.as_deref(), expected);
        // It says what the selection does.
        let selection = options.selection(&entries, catalog);
        assert_eq!(selection.on.contains(RECIPE), expected.is_none());
    }

    #[test]
    fn the_last_word_is_told() {
        let select = |list: &[&str]| Some(Sourced::flag("select", names("select", list)));
        check(&Options::default(), None);
        let none = Options {
            packs: Some(Sourced::flag("packs", names("packs", &["strict"]))),
            ..Options::default()
        };
        check(&none, Some("it is in none of the packs that are on"));
        let mut options = Options {
            select: select(&["tasks"]),
            ..Options::default()
        };
        check(&options, Some("select does not select it"));
        options.extend_select = names("extend-select", &["blocking"]);
        check(&options, None);
        options.ignore = names("ignore", &["blocking-*"]);
        check(&options, Some("ignore ignores it"));
        options.ignore.clear();
        options.per_path = vec![
            entry(&[RECIPE], &[], Some("next year")),
            entry(&["tasks"], &[], None),
        ];
        check(&options, Some("ignore ignores it: next year"));
        options.per_path = vec![entry(&[], &[RECIPE], None)];
        check(&options, Some("off turns it off"));
    }
}
