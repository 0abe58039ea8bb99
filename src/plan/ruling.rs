//! What was decided of a file's changes from outside of it: which are left, which get more careful, and
//! which follow those of another file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::change::ChangeId;
use crate::recipe::safety::Safety;
use crate::text::wording::Wording;

/// What is decided of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// It is not made, and becomes a finding with this reason.
    Leave(String),
    /// A person looks at it first, for this reason besides its own.
    Review(Wording),
}

/// A change of another file rewrites a def: what uses it here changes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// The change.
    pub change: ChangeId,
    /// Its recipe.
    pub recipe: String,
    /// Its rule, which says what uses become.
    pub rule: String,
    /// How safe it is.
    pub safety: Safety,
    /// Why it is made.
    pub said: Wording,
    /// Its file, from the project's root.
    pub home: PathBuf,
    /// What the def is called there.
    pub name: String,
    /// Methods of other classes that change with it, by their files in the project and their names.
    pub relatives: Vec<(PathBuf, String)>,
    /// The defs that change before it: those that it follows itself, and so on.
    pub earlier: BTreeSet<(PathBuf, String)>,
}

impl Follow {
    /// Returns the defs that change: the one that is followed, those that change with it, and those before it.
    pub fn changing(&self) -> impl Iterator<Item = (PathBuf, String)> {
        let itself = (self.home.clone(), self.name.clone());
        let others = self.relatives.iter().chain(&self.earlier);
        others.cloned().chain([itself])
    }
}

/// What is decided of the changes of a file. Those that nothing is said of are made as planned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rulings {
    all: Option<Ruling>,
    each: FxHashMap<ChangeId, Ruling>,
    follows: Vec<Follow>,
}

impl Rulings {
    /// Leaves every change.
    pub fn leave_all(reason: String) -> Self {
        Self {
            all: Some(Ruling::Leave(reason)),
            ..Self::default()
        }
    }

    /// Takes the changes of other files that this one follows, instead of those it had.
    pub fn following(self, follows: Vec<Follow>) -> Self {
        Self { follows, ..self }
    }

    /// Returns the changes of other files that this one follows.
    pub fn follows(&self) -> &[Follow] {
        &self.follows
    }

    /// Decides of one more change. What was decided first stands, unless the change is left now.
    pub fn add(&mut self, id: ChangeId, ruling: Ruling) {
        let is_final = matches!(ruling, Ruling::Leave(_));
        let known = self.each.entry(id).or_insert_with(|| ruling.clone());
        if is_final {
            *known = ruling;
        }
    }

    /// Returns what is decided of a change.
    pub fn of(&self, id: &ChangeId) -> Option<&Ruling> {
        self.all.as_ref().or_else(|| self.of_alone(id))
    }

    /// Returns what is decided of a change alone.
    pub fn of_alone(&self, id: &ChangeId) -> Option<&Ruling> {
        self.each.get(id)
    }

    /// Returns whether a change is left: then the recipes are not done with the file.
    pub fn leave_some(&self) -> bool {
        let mut each = self.each.values();
        self.all.is_some() || each.any(|ruling| matches!(ruling, Ruling::Leave(_)))
    }
}
