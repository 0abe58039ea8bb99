//! What gives classes something → the classes that get it.

use super::{Giving, Whose};
use crate::project::definition::Definition;
use crate::project::lineage::{ByClass, Lineages, key};
use crate::project::method::Method;

/// What gives classes something, by the classes that get it.
#[derive(Debug, Default)]
pub(in crate::project) struct Givings {
    all: Vec<Giving>,
    by_class: ByClass,
    /// What objects are given, by their own class.
    by_own: ByClass,
}

impl Givings {
    pub(super) fn extend(&mut self, all: Vec<Giving>, lineages: Lineages) {
        for giving in all {
            self.add(giving, lineages);
        }
    }

    fn add(&mut self, giving: Giving, lineages: Lineages) {
        // They are fewer than the bytes of all files.
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let path = &giving.path;
        let own = match &giving.to {
            Whose::Here(class, bases) => {
                let own = key(path, class);
                for base in bases {
                    let lineage = lineages.of_base(path, base);
                    self.by_class.add_surely(place, lineage);
                }
                self.by_class.add_to(place, own.clone());
                Some(own)
            }
            Whose::There(name) => {
                self.by_class.add_surely(place, lineages.named(path, name));
                match lineages.definitions.find(lineages.files, path, name) {
                    Definition::Class(class) => Some(key(&class.path, &class.name)),
                    _ => None,
                }
            }
        };
        if let Some(own) = own.filter(|_| giving.of_objects) {
            self.by_own.add_to(place, own);
        }
        self.all.push(giving);
    }

    /// Returns what may give a method to objects of its class, or of one that derives from it, in order.
    pub(in crate::project) fn to(&self, method: &Method) -> impl Iterator<Item = &Giving> {
        let above = method.above().iter();
        let above = above.flat_map(|class| self.by_own.surely(class));
        let all = above.chain(self.by_class.surely(method.own()));
        let mut places: Vec<u32> = all.copied().collect();
        places.sort_unstable();
        places.dedup();
        let name = method.name().to_owned();
        let given = places.into_iter();
        let given = given.filter_map(|place| self.all.get(place as usize));
        given.filter(move |it| it.may_be_of(&name))
    }
}

impl Giving {
    /// Returns whether one of the names may be that.
    fn may_be_of(&self, name: &str) -> bool {
        let (start, end) = &self.names;
        let rest = name.strip_prefix(start.as_str());
        rest.is_some_and(|rest| rest.ends_with(end.as_str()))
    }
}
