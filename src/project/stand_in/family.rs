//! What a method's class gets without a word of the method's name, and the classes that its objects ask
//! before it.

use std::path::Path;

use super::{Search, StandIn};
use crate::bind::callable::MAX_BASES;
use crate::bind::replaced::Put;
use crate::project::definition::{Class, Definition};
use crate::project::families::{Families, Giving, Several, Whose};
use crate::project::outline::{Callable, Named};
use crate::python::own;
use crate::recipe::answer::Answer;

impl Search<'_> {
    /// What the classes of the project say of a method.
    pub(super) fn of_families(&self, families: &Families) -> Vec<StandIn> {
        if self.original.class.is_none() {
            return Vec::new();
        }
        let given = families.giving.iter().filter(|it| self.may_give(it));
        let given = given.map(|it| StandIn {
            path: it.path.clone(),
            what: format!("{}.{}", it.to.shown(), self.original.name),
            is_meant: Answer::Yes,
            put: Put::Unknown,
            is_own: false,
            unnamed: Some((it.position, it.what.clone())),
            is_below: self.is_below(it),
        });
        let asked = families.several.iter();
        let asked = asked.filter_map(|it| self.asked_before(it));
        given.chain(asked).collect()
    }

    /// Objects of the method's class, or of one that derives from it, are meant.
    pub(in crate::project) fn may_give(&self, giving: &Giving) -> bool {
        let (start, end) = &giving.names;
        let rest = self.original.name.strip_prefix(start.as_str());
        if !rest.is_some_and(|rest| rest.ends_with(end.as_str())) {
            return false;
        }
        let path = &giving.path;
        let is_above = |file: &Path, class: &str| {
            let mut above = self.above.iter();
            giving.of_objects && above.any(|(path, name)| path == file && name == class)
        };
        match &giving.to {
            Whose::Here(class, bases) => {
                let is_it = *path == self.original.path
                    && self.original.class.as_deref() == Some(class.as_str());
                let mut bases = bases.iter();
                is_it
                    || is_above(path, class)
                    || bases.any(|base| self.is_base(path, base).is_yes())
            }
            Whose::There(name) => {
                self.means(path, name, MAX_BASES).is_yes()
                    || matches!(self.definitions.find(self.files, path, name),
                        Definition::Class(it) if is_above(&it.path, &it.name))
            }
        }
    }

    /// Another class of its file is given it, which is none that the method's derives from.
    fn is_below(&self, giving: &Giving) -> bool {
        let Whose::Here(class, _) = &giving.to else {
            return false;
        };
        let is_it = giving.path == self.original.path
            && self.original.class.as_deref() == Some(class.as_str());
        let mut above = self.above.iter();
        !is_it && !above.any(|(path, name)| *path == giving.path && name == class)
    }

    fn is_base(&self, path: &Path, base: &Named) -> Answer {
        match base {
            Ok(base) => self.means(path, base, MAX_BASES),
            Err(_) => Answer::Unknown,
        }
    }

    /// What a class with several bases finds before the method.
    fn asked_before(&self, several: &Several) -> Option<StandIn> {
        let path = &several.path;
        let mut bases = several.bases.iter();
        let at = bases.position(|base| self.is_base(path, base).is_yes())?;
        let mut before = several.bases[..at].iter();
        before.find_map(|base| self.member(path, base, MAX_BASES))
    }

    /// The method of a class that the method's does not derive from.
    fn member(&self, path: &Path, class: &Named, steps: u32) -> Option<StandIn> {
        let name = &self.original.name;
        let found = |path: &Path, class: &str, is_meant, put| {
            Some(StandIn {
                path: path.to_owned(),
                what: format!("{class}.{name}"),
                is_meant,
                put,
                is_own: false,
                unnamed: None,
                is_below: true,
            })
        };
        let unread = |class: &str| found(path, class, Answer::Unknown, Put::Unknown);
        let (Ok(class), Some(steps)) = (class, steps.checked_sub(1)) else {
            return unread("a base");
        };
        match self.definitions.find(self.files, path, class) {
            Definition::Class(class) if self.is_above(&class) => None,
            Definition::Class(class) => match own_member(&class, name) {
                Some(put) => found(&class.path, &class.name, Answer::Yes, put),
                None => {
                    let mut bases = class.bases.iter();
                    bases.find_map(|base| self.member(&class.path, base, steps))
                }
            },
            Definition::Outside(name) if own::is_for_types(&name) || own::is_open(&name) => None,
            Definition::Outside(name) => unread(&name),
            _ => unread(class),
        }
    }

    fn is_above(&self, class: &Class) -> bool {
        let mut above = self.above.iter();
        above.any(|(path, name)| *path == class.path && *name == class.name)
    }
}

/// What a class itself has of that name.
fn own_member(class: &Class, name: &str) -> Option<Put<Callable>> {
    if class.set.contains(name) {
        return Some(Put::Unknown);
    }
    let mut methods = class.methods.iter();
    let (_, method) = methods.rfind(|(known, _)| known == name)?;
    Some(Put::Def(method.clone()))
}
