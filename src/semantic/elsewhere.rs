//! What a class says of its objects × what other code of the project puts there, which may be something else.

use std::sync::Arc;

use super::Model;
use super::class::{Class, Key};
use crate::bind::replaced::Put;
use crate::bind::typed::{Referent, Signature, Symbols, Type};
use crate::project::original::Original;
use crate::project::outline::Callable;
use crate::project::stand_in::StandIn;
use crate::recipe::answer::Answer;

impl<'a> Model<'a> {
    /// Returns whether code outside of a class, and of those above it, may set an attribute to something else
    /// than is found there. An annotation speaks for what is not seen to be of another class.
    pub(super) fn sets_otherwise(&self, class: &Class<'a>, name: &str, found: &Type<'a>) -> bool {
        let put = self.stand_ins(class, name);
        let mut others = put.iter().filter(is_elsewhere).peekable();
        if others.peek().is_none() {
            return false;
        }
        let all = self.mro(class);
        let mut said = all.iter().filter_map(|it| self.said_of(it, name));
        let is_declared = said.any(|it| it.is_declared);
        let Type::Object { class: found, .. } = found else {
            return !is_declared;
        };
        others.any(|it| match &it.put {
            Put::Made(made) => {
                let made = Referent::There(it.path.as_path().into(), made.clone());
                match is_declared {
                    true => self.may_be(&made, found) == Some(false),
                    false => Key::of(&self.class_of(&made)) != Key::of(&self.class_of(found)),
                }
            }
            _ => !is_declared,
        })
    }

    /// Returns whether other code may put a method in the place of one that does not say the same.
    pub(super) fn overrides_otherwise(
        &self,
        class: &Class<'a>,
        name: &str,
        found: &Signature<'a>,
    ) -> bool {
        let says_the_same = |it: &StandIn, header: &Callable| {
            let is_plain = Signature::is_unchanged(header.decorators.as_deref());
            let returns = header.returns.there(&it.path.as_path().into());
            is_plain && header.is_async == found.is_async && self.is_alike(&returns, &found.returns)
        };
        let put = self.stand_ins(class, name);
        put.iter().filter(is_elsewhere).any(|it| match &it.put {
            Put::Def(header) => !says_the_same(it, header),
            _ => true,
        })
    }

    /// Two names say the same of what they are written at.
    fn is_alike(&self, one: &Type<'a>, other: &Type<'a>) -> bool {
        match (one, other) {
            (Type::Object { class: one, .. }, Type::Object { class: other, .. }) => {
                self.is_same(one, other) == Some(true)
            }
            (one, other) => one == other && *one != Type::Unknown,
        }
    }

    /// Returns what the project puts under a name of a class, and what classes below have there.
    pub fn stand_ins(&self, class: &Class<'a>, name: &str) -> Arc<[StandIn]> {
        let (path, class) = match class {
            Class::Here(class) => (self.path().to_owned(), class.name.to_string()),
            class => match class.in_project() {
                Some(class) => (class.path.clone(), class.name.clone()),
                None => return Arc::default(),
            },
        };
        self.facts.stand_ins(&Original {
            path,
            class: Some(class),
            name: name.to_owned(),
        })
    }
}

/// It may be put there, and not by what the class says itself.
fn is_elsewhere(it: &&StandIn) -> bool {
    !it.is_said && it.is_meant != Answer::No
}
