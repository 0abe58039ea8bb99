//! A class → those above it, in this file, in others of the project, and outside of it.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use ruff_python_ast::{ExprRef, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::Model;
use crate::bind::base::Base;
use crate::bind::mro::mro;
use crate::bind::resolve::Meaning;
use crate::project::definition::{self, Definition};
use crate::project::outline::Callable;
use crate::python::stdlib;

/// A class, as far as it is known.
#[derive(Debug, Clone)]
pub enum Class<'a> {
    /// Of this file.
    Here(&'a StmtClassDef),
    /// Of a qualified name.
    Named(Rc<Named>),
    /// Not read: the expression, or the class whose bases are not read.
    Unread(String),
}

/// A class of a qualified name.
#[derive(Debug)]
pub struct Named {
    /// As the file means it that names the class.
    pub qualified: String,
    /// What that is in the project.
    pub is: Definition,
}

impl Named {
    /// Returns the class, where it is of the project.
    pub fn in_project(&self) -> Option<&definition::Class> {
        match &self.is {
            Definition::Class(class) => Some(class),
            _ => None,
        }
    }
}

impl Class<'_> {
    /// Returns whether it is known what it has: one of the project, or one that objects have nothing of.
    pub fn is_read(&self) -> bool {
        match self {
            Self::Named(named) => match &named.is {
                Definition::Class(_) => true,
                Definition::Outside(name) => stdlib::is_empty(name),
                _ => false,
            },
            Self::Here(_) => true,
            Self::Unread(_) => false,
        }
    }

    /// Returns whether it is of this file, or of another one of the project.
    pub fn is_of_project(&self) -> bool {
        matches!(self, Self::Here(_)) || self.in_project().is_some()
    }

    /// Returns the class, where it is of another file of the project.
    pub fn in_project(&self) -> Option<&definition::Class> {
        match self {
            Self::Named(named) => named.in_project(),
            Self::Here(_) | Self::Unread(_) => None,
        }
    }
}

/// What a class has under a name.
#[derive(Debug)]
pub enum Method<'a, 'c> {
    /// A def of this file.
    Here(&'a StmtFunctionDef),
    /// A def of another file of the project: its class, and its header.
    There(&'c definition::Class, &'c Callable),
}

impl<'a> Class<'a> {
    /// The class without what is above it.
    fn cut(self) -> Self {
        match self {
            Self::Here(class) => Self::Unread(class.name.to_string()),
            Self::Named(named) => Self::Unread(named.qualified.clone()),
            Self::Unread(_) => self,
        }
    }

    /// Returns the def of that name in the body of the class, the last one; nothing of a class that is not
    /// read.
    pub fn method(&self, name: &str) -> Option<Method<'a, '_>> {
        match self {
            Self::Here(class) => {
                let mut methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
                let found = methods.rfind(|it| it.name.as_str() == name);
                found.map(Method::Here)
            }
            Self::Named(named) => {
                let class = named.in_project()?;
                let mut methods = class.methods.iter();
                let (_, header) = methods.rfind(|(method, _)| method == name)?;
                Some(Method::There(class, header))
            }
            Self::Unread(_) => None,
        }
    }
}

impl<'a> Model<'a> {
    /// Returns the method that the first of some classes has; nothing where one before it is not read, or has
    /// something else under the name.
    pub(super) fn first_method<'c>(
        &self,
        classes: &'c [Class<'a>],
        name: &str,
    ) -> Option<Method<'a, 'c>> {
        let mut known = classes.iter().take_while(|it| it.is_read());
        let first = known.find_map(|it| match self.sets(it, name) {
            true => Some(None),
            false => it.method(name).map(Some),
        });
        first.flatten()
    }

    /// Whether a class binds a name to what is no def, or its methods set it.
    fn sets(&self, class: &Class<'a>, name: &str) -> bool {
        match class {
            Class::Here(class) => match self.resolver.method(class, name) {
                Some(method) => !method.is_stmt_function_def(),
                None => false,
            },
            class => class.in_project().is_some_and(|it| it.set.contains(name)),
        }
    }

    /// Returns the class that an expression names; `None` where it has no qualified name.
    pub fn class(&self, expression: ExprRef<'a>) -> Option<Class<'a>> {
        if let Some(class) = self.resolver.local_class(expression) {
            return Some(Class::Here(class));
        }
        match &*self.resolver.shared_meaning(expression) {
            Meaning::Qualified(qualified) => Some(self.class_named(qualified)),
            _ => None,
        }
    }

    /// Returns the class that this file calls by a qualified name.
    pub fn class_named(&self, qualified: &str) -> Class<'a> {
        let find = || self.class_in(self.path(), qualified);
        self.memos.named.or_find(qualified, find)
    }

    /// Returns the class that a file of the project calls by a qualified name.
    pub fn class_in(&self, path: &Path, qualified: &str) -> Class<'a> {
        Class::Named(Rc::new(Named {
            qualified: qualified.to_owned(),
            is: self.definition_in(path, qualified),
        }))
    }

    /// Returns the bases of a class, in their order.
    pub fn bases(&self, class: &Class<'a>) -> Vec<Class<'a>> {
        match class {
            Class::Here(class) => {
                let bases = self.resolver.bases(class).into_iter();
                let known = bases.map(|base| match base {
                    Base::Here(base) => Class::Here(base),
                    Base::There(name) => self.class_named(&name),
                    Base::Unread(base) => Class::Unread(self.text()[base.range()].to_owned()),
                });
                known.collect()
            }
            Class::Named(named) => {
                let Some(class) = named.in_project() else {
                    return Vec::new();
                };
                let bases = class.bases.iter().map(|base| match base {
                    Ok(name) => self.class_in(&class.path, name),
                    Err(_) => Class::Unread(named.qualified.clone()),
                });
                bases.collect()
            }
            Class::Unread(_) => Vec::new(),
        }
    }

    /// Returns the class and those above it, each once, in the order in which Python asks them.
    pub fn mro(&self, class: &Class<'a>) -> Rc<[Class<'a>]> {
        let find = || mro(class.clone(), Key::of, |it| self.bases(it), Class::cut).into();
        self.memos.mro.or_find(&Key::of(class), find)
    }

    /// Returns the names of the topmost classes above a class, in order, or its own where none is; classes from outside
    /// of the project do not count.
    pub fn roots(&self, class: &Class<'a>) -> Arc<[String]> {
        // What is above is found first, without a call for each: one class after the other may derive from the next.
        let mut open = vec![class.clone()];
        let mut is_begun: FxHashSet<Key> = FxHashSet::default();
        while let Some(class) = open.last() {
            let key = Key::of(class);
            if self.known_roots(&key).is_some() {
                open.pop();
                continue;
            }
            let mut bases = self.bases(class);
            bases.retain(|it| name(it).is_some());
            let own = name(class);
            // A class that is above itself is none that Python makes.
            if is_begun.insert(key.clone()) && !bases.is_empty() {
                open.extend(bases);
                continue;
            }
            let above = bases.iter().filter_map(|it| self.known_roots(&Key::of(it)));
            let mut found: Vec<String> = above.flat_map(|it| it.to_vec()).collect();
            found.sort_unstable();
            found.dedup();
            if found.is_empty() {
                found.extend(own);
            }
            self.keep_roots(key, found.into());
        }
        self.known_roots(&Key::of(class)).unwrap_or_default()
    }

    fn known_roots(&self, key: &Key) -> Option<Arc<[String]>> {
        match key {
            Key::There(path, name) => {
                self.facts.note(path);
                self.facts.read_off().roots(path, name)
            }
            Key::Here(_) | Key::Name(_) => self.memos.roots.known(key),
        }
    }

    fn keep_roots(&self, key: Key, roots: Arc<[String]>) {
        match key {
            Key::There(path, name) => self.facts.read_off().keep_roots(path, name, roots),
            Key::Here(_) | Key::Name(_) => self.memos.roots.keep(key, roots),
        }
    }

    /// Returns the classes above one of this file, in that order.
    pub fn above(&self, class: &'a StmtClassDef) -> impl Iterator<Item = Class<'a>> + use<'a> {
        let all = self.mro(&Class::Here(class));
        (1..all.len()).map(move |at| all[at].clone())
    }
}

/// The name of a class; `None`: it is from outside of the project, or not read.
fn name(class: &Class) -> Option<String> {
    match class {
        Class::Here(class) => Some(class.name.to_string()),
        Class::Named(named) => match &named.is {
            Definition::Class(class) => Some(class.name.clone()),
            Definition::Outside(_) => None,
            _ => named.qualified.rsplit('.').next().map(str::to_owned),
        },
        Class::Unread(_) => None,
    }
}

/// A class by what makes it another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Here(*const StmtClassDef),
    There(PathBuf, String),
    Name(String),
}

impl Key {
    pub(super) fn of(class: &Class) -> Self {
        match class {
            Class::Here(class) => Self::Here(*class),
            Class::Named(named) => match named.in_project() {
                Some(class) => Self::There(class.path.clone(), class.name.clone()),
                None => Self::Name(named.qualified.clone()),
            },
            Class::Unread(text) => Self::Name(text.clone()),
        }
    }
}
