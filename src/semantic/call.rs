//! A call → what it may run, in this file and in others of the project.

use std::path::PathBuf;
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprAttribute, ExprRef, StmtClassDef};

use super::Model;
use super::class::{Class, Key, Method, Named};
use crate::bind::resolve::Meaning;
use crate::bind::typed::Receiver;
use crate::project::definition::{self, Definition};
use crate::project::outline::Callable;

/// What a call may run.
#[derive(Debug, Clone)]
pub enum Target<'a> {
    /// A def or class of this file, or what is set in the place of a method.
    Here(AnyNodeRef<'a>),
    /// A def of another file of the project.
    There(There),
    /// Of no file of the project: its name at home.
    Outside(String),
}

/// A def of another file of the project.
#[derive(Debug, Clone)]
pub struct There {
    /// The file, as the facts name it.
    pub path: PathBuf,
    /// Its name there, that of a method behind its class and a dot.
    pub name: String,
    /// What it says of itself.
    pub header: Rc<Callable>,
}

impl<'a> Model<'a> {
    /// Returns what a call of an expression may run, each that this file or a class of the project has; nothing
    /// where that is not known.
    pub fn targets(&self, callee: ExprRef<'a>) -> Vec<Target<'a>> {
        self.targets_named(callee, |_| true)
    }

    /// The same, where defs of other files are looked for only if somebody may want one of that name.
    pub fn targets_named(
        &self,
        callee: ExprRef<'a>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Vec<Target<'a>> {
        let here = self.resolver.local_callables(callee);
        if !here.is_empty() {
            return here.into_iter().map(Target::Here).collect();
        }
        match (self.resolver.meaning(callee), callee) {
            (Meaning::Qualified(qualified), _) if !self.may_mean(&qualified, &is_wanted) => {
                Vec::new()
            }
            (Meaning::Qualified(qualified), _) => match self.definition(&qualified) {
                Definition::Function { path, name, header } => vec![Target::There(There {
                    path,
                    name,
                    header: Rc::new(header),
                })],
                Definition::Outside(name) => vec![Target::Outside(name)],
                _ => match callee {
                    ExprRef::Attribute(method) => self.methods(method),
                    _ => Vec::new(),
                },
            },
            (_, ExprRef::Attribute(method)) if is_wanted(&method.attr) => self.methods(method),
            _ => Vec::new(),
        }
    }

    /// Returns whether a name may be that of a def that is wanted by its own name.
    fn may_mean(&self, qualified: &str, is_wanted: &impl Fn(&str) -> bool) -> bool {
        let name = qualified.rsplit('.').next().unwrap_or(qualified);
        is_wanted(name) || self.facts.may_rename(self.path(), name)
    }

    /// The method of an object that has it from a class of another file, and those of this file that override
    /// it.
    fn methods(&self, attribute: &'a ExprAttribute) -> Vec<Target<'a>> {
        let name = attribute.attr.as_str();
        let Some((class, is_exact, n_skipped, owner)) = self.owner_of(attribute) else {
            return Vec::new();
        };
        if let (&Class::Here(here), Receiver::Object) = (&class, owner) {
            let here = self.resolver.methods_of(here, is_exact, name);
            if !here.is_empty() && n_skipped == 0 {
                return here.into_iter().map(Target::Here).collect();
            }
        }
        let all = self.mro(&class);
        let is_called = |header: &Callable| {
            let is_given = || !header.is_decorated && self.resolver.is_given_object(attribute);
            owner == Receiver::Object || is_static(header) || is_given()
        };
        let first = match self.first_method(&all[n_skipped..], name) {
            Some(Method::There(home, header)) if is_called(header) => Target::There(There {
                path: home.path.clone(),
                name: format!("{}.{name}", home.name),
                header: Rc::new(header.clone()),
            }),
            _ => return Vec::new(),
        };
        let below = match is_exact {
            true => Rc::default(),
            false => self.below(&class),
        };
        let overriding = below
            .iter()
            .filter_map(|it| match Class::Here(it).method(name) {
                Some(Method::Here(def)) => Some(Target::Here(def.into())),
                _ => None,
            });
        std::iter::once(first).chain(overriding).collect()
    }

    /// The class whose method is called, whether the object is of that class itself, how many classes are passed
    /// over, and whether the class itself has it.
    pub(crate) fn owner_of(
        &self,
        attribute: &'a ExprAttribute,
    ) -> Option<(Class<'a>, bool, usize, Receiver)> {
        if let Some((class, n_skipped)) = self.asked_by_super(attribute) {
            return Some((class, true, n_skipped, Receiver::Object));
        }
        if let Some(class) = self.resolver.class_of_self(attribute) {
            return Some((Class::Here(class), false, 0, Receiver::Object));
        }
        let (class, is_exact, owner) = self.owner((&*attribute.value).into())?;
        Some((class, is_exact, 0, owner))
    }

    /// The class of the object of `super().name`, and how many of it and those above it are passed over.
    fn asked_by_super(&self, attribute: &'a ExprAttribute) -> Option<(Class<'a>, usize)> {
        let (own, named) = self.resolver.super_of(attribute.value.as_call_expr()?)?;
        let own = Class::Here(own);
        let Some(named) = named else {
            return Some((own, 1));
        };
        let named = Key::of(&self.class(named)?);
        let above = self.mro(&own);
        let place = above.iter().position(|it| Key::of(it) == named)?;
        Some((own, place + 1))
    }

    /// The classes of this file that have, or may have, a class above them.
    fn below(&self, class: &Class<'a>) -> Rc<[&'a StmtClassDef]> {
        let find = || match class {
            Class::Here(class) => self.resolver.below(class).into(),
            Class::Named(named) => self.below_named(class, named).into(),
            Class::Unread(_) => Rc::default(),
        };
        self.memos.below.or_find(&Key::of(class), find)
    }

    fn below_named(&self, class: &Class<'a>, named: &Named) -> Vec<&'a StmtClassDef> {
        let key = Key::of(class);
        let is_it = |name: &str| {
            let last = name.rsplit('.').next().unwrap_or(name);
            let may_be = |it: &definition::Class| {
                it.name == last || self.facts.may_rename(self.path(), last)
            };
            name == named.qualified
                || named.in_project().is_some_and(may_be) && Key::of(&self.class_named(name)) == key
        };
        self.resolver.below_any(is_it)
    }
}

/// No decorator but one that lets a class call it itself.
fn is_static(header: &Callable) -> bool {
    header.is_decorated && header.decorators.as_ref().is_some_and(Vec::is_empty)
}
