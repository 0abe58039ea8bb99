//! Is what has the name of a class that class, and what a call of it makes an object of it? A decorator, a
//! metaclass, and the method that makes objects may give something else.

use super::Model;
use super::class::{Class, Key};
use crate::bind::resolve::Meaning;
use crate::project::definition::{self, Definition};
use crate::python::stdlib;

impl<'a> Model<'a> {
    /// Returns whether something may make something else of a class, or of one above it.
    pub(super) fn is_remade(&self, class: &Class<'a>) -> bool {
        let find = || {
            self.mro(class).iter().any(|it| self.has_maker(it)) || self.resolver.remakes_classes()
        };
        self.memos.remade.or_find(&Key::of(class), find)
    }

    fn has_maker(&self, class: &Class<'a>) -> bool {
        if let Class::Here(class) = class {
            let makers = self.resolver.makers(class);
            let mut decorators = makers.decorators.iter();
            return makers.makes_other
                || decorators.any(|(it, is_called)| match self.resolver.meaning(*it) {
                    Meaning::Qualified(name) => {
                        !self.keeps_class(&self.definition(&name), *is_called)
                    }
                    _ => true,
                })
                || makers.metaclass.is_some_and(|it| {
                    let metaclass = self.class(it);
                    metaclass.is_none_or(|it| self.makes_otherwise(&it))
                });
        }
        let Some(there) = class.in_project() else {
            return false;
        };
        let makers = &there.makers;
        let mut decorators = makers.decorators.iter();
        makers.makes_other
            || decorators.any(|(it, is_called)| match it {
                Ok(name) => {
                    let decorator = self.definition_in(&there.path, name);
                    !self.keeps_class(&decorator, *is_called)
                }
                Err(_) => true,
            })
            || makers.metaclass.as_ref().is_some_and(|it| match it {
                Ok(name) => self.makes_otherwise(&self.class_in(&there.path, name)),
                Err(_) => true,
            })
    }

    /// The decorator gives a class of the same name and methods.
    fn keeps_class(&self, decorator: &Definition, is_called: bool) -> bool {
        match decorator {
            Definition::Function { header, .. } => header.hands_back.keeps(is_called),
            Definition::Outside(name) => {
                stdlib::keeps_the_class(name)
                    || self
                        .keepers
                        .classes
                        .contains(&self.resolver.canonical(name.clone()))
            }
            _ => false,
        }
    }

    /// A metaclass says what a call of its classes gives, or what their names stand for, or is not read.
    fn makes_otherwise(&self, metaclass: &Class<'a>) -> bool {
        self.mro(metaclass).iter().any(|it| match it {
            Class::Named(named) => match &named.is {
                Definition::Outside(name) => !stdlib::is_plain_metaclass(name),
                Definition::Class(_) => self.has_own(it, &stdlib::OF_METACLASS),
                _ => true,
            },
            Class::Here(_) => self.has_own(it, &stdlib::OF_METACLASS),
            Class::Unread(_) => true,
        })
    }

    fn has_own(&self, class: &Class<'a>, names: &[&str]) -> bool {
        names.iter().any(|name| match class {
            Class::Here(class) => {
                let scope = self.names.scope_opened_by(self.tree.id(*class));
                scope.is_some_and(|it| !self.names.bindings_of(it, name).is_empty())
            }
            class => {
                let sets = |it: &definition::Class| it.set.contains(*name);
                class.method(name).is_some() || class.in_project().is_some_and(sets)
            }
        })
    }
}
