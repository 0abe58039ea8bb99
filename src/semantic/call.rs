//! A call → what it may run, in this file and in others of the project.

use std::path::PathBuf;
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprAttribute, ExprRef};

use super::Model;
use super::class::{Class, Method};
use crate::bind::resolve::Meaning;
use crate::project::definition::Definition;
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
                _ => Vec::new(),
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
        let own = self.resolver.class_of_self(attribute);
        let own = own.map(|class| (Class::Here(class), false));
        let above = self.resolver.class_of_super(attribute);
        let (class, is_exact, n_skipped) = match (above, own) {
            (Some(class), _) => (Class::Here(class), true, 1),
            (None, Some((class, is_exact))) => (class, is_exact, 0),
            (None, None) => match self.instance((&*attribute.value).into()) {
                Some((class, is_exact)) => (class, is_exact, 0),
                None => return Vec::new(),
            },
        };
        let all = self.mro(&class);
        let mut known = all.iter().skip(n_skipped).take_while(|it| it.is_read());
        let Some(Method::There(home, header)) = known.find_map(|it| it.method(name)) else {
            return Vec::new();
        };
        let below = match (&class, is_exact) {
            (Class::Here(class), false) => self.resolver.below(class).to_vec(),
            (Class::Named(named), false) => self.resolver.below_named(&named.qualified),
            _ => Vec::new(),
        };
        let overriding = below
            .into_iter()
            .filter_map(|it| match Class::Here(it).method(name) {
                Some(Method::Here(def)) => Some(Target::Here(def.into())),
                _ => None,
            });
        let there = Target::There(There {
            path: home.path.clone(),
            name: format!("{}.{name}", home.name),
            header: Rc::new(header.clone()),
        });
        std::iter::once(there).chain(overriding).collect()
    }
}
