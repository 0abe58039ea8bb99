//! What a configuration or a command line says, as typed; and how one goes before another.

use std::path::PathBuf;
use std::sync::Arc;

use super::document::{Origin, Place, Sourced};
use super::globs::Globs;
use crate::recipe::parameter::{Given, Setting};
use crate::recipe::safety::Safety;

/// Ids, areas, packs or globs over ids, and who listed them.
pub type List = Sourced<Vec<Sourced<String>>>;

/// What is said; what is not said is `None` or empty.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Another file, absolute, that says the rest.
    pub extend: Option<Sourced<PathBuf>>,
    /// The recipes of these packs, where none are selected.
    pub packs: Option<List>,
    /// Exactly these recipes.
    pub select: Option<List>,
    /// These recipes not.
    pub ignore: Vec<Sourced<String>>,
    /// These recipes too.
    pub extend_select: Vec<Sourced<String>>,
    /// Files and folders to leave out.
    pub exclude: Option<Globs>,
    /// More of them.
    pub extend_exclude: Vec<Globs>,
    /// Percent files that run cell by cell.
    pub notebooks: Option<Globs>,
    /// Percent files that run as a whole.
    pub scripts: Option<Globs>,
    /// The lowest Python the code must run on.
    pub target_version: Option<Sourced<(u8, u8)>>,
    /// The level that is applied.
    pub safety: Option<Sourced<Safety>>,
    /// Whether minor findings are shown.
    pub minor: Option<Sourced<bool>>,
    /// Whether a comment that keeps a recipe away needs a reason.
    pub require_ignore_reason: Option<Sourced<bool>>,
    /// Folders with recipes of one's own, absolute.
    pub recipes: Vec<Sourced<PathBuf>>,
    /// Values of recipes' parameters; of two for one the later holds.
    pub parameters: Vec<Parameter>,
    /// What holds for some paths, in order.
    pub per_path: Vec<Arc<PerPath>>,
}

/// The value of a parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The recipe's id.
    pub recipe: Sourced<String>,
    /// Its name.
    pub name: Sourced<String>,
    /// The value.
    pub given: Sourced<Given>,
}

impl Parameter {
    /// Returns it as a catalog takes it.
    pub fn setting(&self) -> Setting {
        let (recipe, name) = (self.recipe.value.clone(), self.name.value.clone());
        let origin = match &self.given.origin {
            Origin::Flag(flag) => format!("{flag} {recipe}.{name}"),
            Origin::File(place) => place.to_string(),
        };
        Setting {
            recipe,
            name,
            given: self.given.value.clone(),
            origin,
        }
    }
}

/// What holds for some paths.
#[derive(Debug)]
pub struct PerPath {
    /// Where it is said.
    pub place: Place,
    /// Which paths.
    pub paths: Globs,
    /// Exactly these recipes.
    pub select: Option<List>,
    /// These recipes not.
    pub ignore: Vec<Sourced<String>>,
    /// These recipes more carefully.
    pub safety: Vec<(Sourced<String>, Restraint)>,
    /// Why, for people.
    pub reason: Option<String>,
}

/// How much less than a recipe promises is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Restraint {
    /// A person looks at every change.
    Review,
    /// Findings instead of changes.
    Manual,
    /// Nothing at all.
    Off,
}

impl Restraint {
    /// The words of a configuration.
    pub const WORDS: &'static [&'static str] = &["review", "manual", "off"];

    /// Returns what a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Review, Self::Manual, Self::Off];
        let place = Self::WORDS.iter().position(|known| *known == word)?;
        all.get(place).copied()
    }

    /// Returns its word.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl Options {
    /// Puts these before others: a key replaces theirs, but `ignore`, `extend-…`, `recipes`,
    /// `parameters` and `per-path` add to it. A `select` begins the selection anew.
    pub fn over(self, others: Self) -> Self {
        let (ignore, extend_select) = match self.select {
            Some(_) => (self.ignore, self.extend_select),
            None => (
                joined(others.ignore, self.ignore),
                joined(others.extend_select, self.extend_select),
            ),
        };
        Self {
            extend: self.extend,
            packs: self.packs.or(others.packs),
            select: self.select.or(others.select),
            ignore,
            extend_select,
            exclude: self.exclude.or(others.exclude),
            extend_exclude: joined(others.extend_exclude, self.extend_exclude),
            notebooks: self.notebooks.or(others.notebooks),
            scripts: self.scripts.or(others.scripts),
            target_version: self.target_version.or(others.target_version),
            safety: self.safety.or(others.safety),
            minor: self.minor.or(others.minor),
            require_ignore_reason: self.require_ignore_reason.or(others.require_ignore_reason),
            recipes: joined(others.recipes, self.recipes),
            parameters: joined(others.parameters, self.parameters),
            per_path: joined(others.per_path, self.per_path),
        }
    }

    /// Returns whether the selection was typed on the command line.
    pub fn is_selected_by_flag(&self) -> bool {
        let origin = self.select.as_ref().map(|select| &select.origin);
        matches!(origin, Some(Origin::Flag(_)))
    }
}

fn joined<T>(mut first: Vec<T>, second: Vec<T>) -> Vec<T> {
    first.extend(second);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(flag: &'static str, names: &[&str]) -> Vec<Sourced<String>> {
        let names = names.iter().map(|name| (*name).to_owned());
        names.map(|name| Sourced::flag(flag, name)).collect()
    }

    fn options(select: Option<&[&str]>, ignore: &[&str], extend_select: &[&str]) -> Options {
        Options {
            select: select.map(|select| Sourced::flag("s", names("s", select))),
            ignore: names("i", ignore),
            extend_select: names("e", extend_select),
            ..Options::default()
        }
    }

    #[track_caller]
    fn check(first: Options, second: Options, expected: &str) {
        let joined = first.over(second);
        let text = |names: &[Sourced<String>]| {
            let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
            names.join(",")
        };
        let select = joined.select.map(|select| text(&select.value));
        let rest = format!("-{} +{}", text(&joined.ignore), text(&joined.extend_select));
        assert_eq!(format!("{} {rest}", select.unwrap_or_default()), expected);
    }

    #[test]
    fn what_is_ignored_adds_up() {
        let base = || options(Some(&["a"]), &["b"], &["c"]);
        check(options(None, &["d"], &["e"]), base(), "a -b,d +c,e");
    }

    #[test]
    fn a_selection_begins_anew() {
        let base = || options(Some(&["a"]), &["b"], &["c"]);
        check(options(Some(&["x"]), &["y"], &[]), base(), "x -y +");
        check(options(Some(&[]), &[], &[]), base(), " - +");
    }

    #[test]
    fn restraints_have_their_words() {
        for word in Restraint::WORDS {
            assert_eq!(Restraint::from_word(word).map(Restraint::word), Some(*word));
        }
        assert_eq!(Restraint::from_word("safe"), None);
    }
}
