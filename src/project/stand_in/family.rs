//! What a method's class gets without a word of the method's name, and the classes that its objects ask
//! before it.

use std::path::Path;

use super::StandIn;
use crate::bind::replaced::Put;
use crate::project::definition::{Class, Definition};
use crate::project::families::{Giving, Whose};
use crate::project::lineage::MAX_BASES;
use crate::project::lineage::key;
use crate::project::method::Method;
use crate::project::outline::{Callable, Named};
use crate::project::part::Project;
use crate::python::stdlib;
use crate::recipe::answer::Answer;

impl Method<'_> {
    /// What the classes of the project say of it.
    pub(super) fn of_families(&self, project: &Project) -> Vec<StandIn> {
        let families = project.families();
        let given = families.giving.to(self).map(|it| StandIn {
            path: it.path.clone(),
            what: format!("{}.{}", it.to.shown(), self.original.name),
            is_meant: Answer::Yes,
            put: Put::Unknown,
            is_own: false,
            unnamed: Some((it.position, it.what.clone())),
            is_below: self.is_below(it),
            is_said: false,
        });
        let several = families.several_of.get(&self.own).into_iter().flatten();
        let asked = several.filter_map(|(place, base)| {
            let several = families.several.get(*place as usize)?;
            // What a class with several bases finds before the method.
            let mut before = several.bases.iter().take(*base as usize);
            before.find_map(|base| self.member(&several.path, base, MAX_BASES, project))
        });
        given.chain(asked).collect()
    }

    /// Another class of its file is given it, which is none that the method's derives from.
    fn is_below(&self, giving: &Giving) -> bool {
        let Whose::Here(class, _) = &giving.to else {
            return false;
        };
        let class = key(&giving.path, class);
        class != self.own && !self.known.contains(&class)
    }

    /// The method of a class that the method's does not derive from.
    fn member(&self, path: &Path, class: &Named, steps: u32, project: &Project) -> Option<StandIn> {
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
                is_said: false,
            })
        };
        let unread = |class: &str| found(path, class, Answer::Unknown, Put::Unknown);
        let (Ok(class), Some(steps)) = (class, steps.checked_sub(1)) else {
            return unread("a base");
        };
        match project.definitions().find(project.files(), path, class) {
            Definition::Class(class) if self.is_above(&class) => None,
            Definition::Class(class) => match own_member(&class, name) {
                Some(put) => found(&class.path, &class.name, Answer::Yes, put),
                None => {
                    let mut bases = class.bases.iter();
                    bases.find_map(|base| self.member(&class.path, base, steps, project))
                }
            },
            Definition::Outside(name) if stdlib::is_empty(&name) || stdlib::is_open(&name) => None,
            Definition::Outside(name) => unread(&name),
            _ => unread(class),
        }
    }

    fn is_above(&self, class: &Class) -> bool {
        self.known.contains(&key(&class.path, &class.name))
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
