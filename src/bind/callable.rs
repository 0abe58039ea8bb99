//! The classes and defs of a file that expressions name, and what a call of one may run.

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtClassDef, StmtFunctionDef};

use rustc_hash::FxHashSet;

use super::base::Base;
use super::replaced::{By, Owner, Replacement, replacements};
use super::resolve::{Meaning, Resolver};
use super::scope::BindingKind;
use super::value::Origin;
use crate::python::own;

/// Base classes of base classes are followed as far as this.
pub const MAX_BASES: u32 = 16;

impl<'a> Resolver<'a> {
    /// Returns whether a decorator may make something else of a def.
    pub fn is_decorated(&self, function: &'a StmtFunctionDef) -> bool {
        function.decorator_list.iter().any(|decorator| {
            let meaning = self.meaning((&decorator.expression).into());
            !matches!(meaning, Meaning::Qualified(name) if own::only_notes(&name))
        })
    }

    /// Returns whether a method has no object of its own.
    pub fn is_static(&self, function: &'a StmtFunctionDef) -> bool {
        self.has_decorator(function, own::STATIC)
    }

    /// Returns whether the object of a method is its class.
    pub fn is_of_class(&self, function: &'a StmtFunctionDef) -> bool {
        self.has_decorator(function, own::OF_CLASS)
    }

    fn has_decorator(&self, function: &'a StmtFunctionDef, wanted: &str) -> bool {
        let mut decorators = function.decorator_list.iter();
        decorators.any(|it| {
            let meaning = self.meaning((&it.expression).into());
            matches!(meaning, Meaning::Qualified(name) if name == wanted)
        })
    }

    /// Returns the decorators that may make something else of a def; `None` where one is not known.
    pub fn decorators(&self, function: &'a StmtFunctionDef) -> Option<Vec<String>> {
        let decorators = function.decorator_list.iter();
        let named = decorators.map(|it| match self.meaning((&it.expression).into()) {
            Meaning::Qualified(name) => Some(name),
            _ => None,
        });
        let changes = |it: &Option<String>| !it.as_deref().is_some_and(own::keeps_the_function);
        named.filter(changes).collect()
    }

    /// Returns the class of this file that an expression names.
    pub fn local_class(&self, expression: ExprRef<'a>) -> Option<&'a StmtClassDef> {
        match self.local_definition(expression)? {
            AnyNodeRef::StmtClassDef(class) => Some(class),
            _ => None,
        }
    }

    /// Returns the def or class of this file that a name stands for, if it can be no other.
    pub fn local_definition(&self, expression: ExprRef<'a>) -> Option<AnyNodeRef<'a>> {
        let Meaning::Local(binding) = self.meaning(expression) else {
            return None;
        };
        let binding = self.flow().names().binding(binding);
        matches!(binding.kind, BindingKind::Function | BindingKind::Class)
            .then(|| self.flow().names().tree().node(binding.node))
    }

    /// Returns what of this file a call of the expression may run: the def or class that a name stands
    /// for, if it can be no other; for `self.name` the method, and those of the classes of this file
    /// that override it; for `x.name` the method, where `x` is made by a class of this file. What is no def
    /// is set in the place of the method.
    pub fn local_callables(&self, expression: ExprRef<'a>) -> Vec<AnyNodeRef<'a>> {
        if let Some(definition) = self.local_definition(expression) {
            return vec![definition];
        }
        let ExprRef::Attribute(attribute) = expression else {
            return Vec::new();
        };
        let name = attribute.attr.as_str();
        // Most methods are of other files.
        if !self.defs().contains(name) {
            return Vec::new();
        }
        let Some(class) = self.class_of_self(attribute) else {
            return self.callables_of_made((&attribute.value).into(), name);
        };
        let Some(method) = method_of(class, name) else {
            return Vec::new();
        };
        let names = self.flow().names();
        let overriding =
            names
                .bindings()
                .filter_map(|(_, binding)| match names.tree().node(binding.node) {
                    AnyNodeRef::StmtClassDef(other) if self.derives(other, class, MAX_BASES) => {
                        method_of(other, name)
                    }
                    _ => None,
                });
        let may_be = |other: &'a StmtClassDef| self.are_related(other, class, MAX_BASES);
        let set = self.set_instead(name, &may_be);
        let method = std::iter::once(method);
        method.chain(overriding).chain(set).collect()
    }

    /// The method of a value that a class of this file makes, and what is set on the class in its place.
    fn callables_of_made(&self, value: ExprRef<'a>, name: &str) -> Vec<AnyNodeRef<'a>> {
        let Some(class) = self.class_of_made(value) else {
            return Vec::new();
        };
        let Some(method) = self.method(class, name, MAX_BASES) else {
            return Vec::new();
        };
        let is_it = |other: &'a StmtClassDef| std::ptr::eq(other, class);
        let set = self.set_instead(name, &is_it);
        std::iter::once(method).chain(set).collect()
    }

    /// What a class that is meant has in the place of a method that is no def, by its body or set on it.
    /// What single objects get is not asked here.
    fn set_instead(
        &self,
        name: &str,
        is_meant: &dyn Fn(&'a StmtClassDef) -> bool,
    ) -> Vec<AnyNodeRef<'a>> {
        let tree = self.flow().names().tree();
        let counts = |it: &Replacement<'a>| match (it.by, it.owner) {
            (By::Def(_), _) | (_, Owner::Named(_) | Owner::Instance(_)) => false,
            (_, Owner::Class(class)) => is_meant(class),
            (_, Owner::Value(value)) => self.local_class(value).is_some_and(is_meant),
        };
        let all = replacements(self, name).into_iter().filter(counts);
        all.map(|it| tree.node(it.node)).collect()
    }

    /// Returns whether this file has a def of that name.
    pub fn defines(&self, name: &str) -> bool {
        self.defs().contains(name)
    }

    /// The names of all defs of this file.
    fn defs(&self) -> &FxHashSet<&'a str> {
        self.defs.get_or_init(|| {
            let tree = self.flow().names().tree();
            let defs = tree.ids().filter_map(|id| match tree.node(id) {
                AnyNodeRef::StmtFunctionDef(function) => Some(function.name.as_str()),
                _ => None,
            });
            defs.collect()
        })
    }

    /// Returns the class of this file whose call is the one origin of a value.
    fn class_of_made(&self, value: ExprRef<'a>) -> Option<&'a StmtClassDef> {
        match self.origins(value).as_slice() {
            [Origin::Made(ExprRef::Call(call))] => self.local_class((&call.func).into()),
            _ => None,
        }
    }

    /// Returns the method that objects of exactly this class have, as far as its bases are of this file.
    fn method(&self, class: &'a StmtClassDef, name: &str, steps: u32) -> Option<AnyNodeRef<'a>> {
        let steps = steps.checked_sub(1)?;
        let of_base = || {
            let of_types = |it: &Base| matches!(it, Base::There(name) if own::is_for_types(name));
            let mut bases = self.bases(class);
            bases.retain(|it| !of_types(it));
            match bases[..] {
                [Base::Here(base)] => self.method(base, name, steps),
                _ => None,
            }
        };
        method_of(class, name).or_else(of_base)
    }

    /// Returns whether a class of this file has, or may have, another one above it, within so many steps.
    pub fn derives(&self, class: &'a StmtClassDef, from: &StmtClassDef, steps: u32) -> bool {
        steps > 0
            && self
                .bases(class)
                .into_iter()
                .filter_map(Base::here)
                .any(|base| std::ptr::eq(base, from) || self.derives(base, from, steps - 1))
    }

    /// Returns whether one of two classes of this file is, or is above, the other, within so many steps.
    pub fn are_related(&self, a: &'a StmtClassDef, b: &'a StmtClassDef, steps: u32) -> bool {
        std::ptr::eq(a, b) || self.derives(a, b, steps) || self.derives(b, a, steps)
    }
}

fn method_of<'a>(class: &'a StmtClassDef, name: &str) -> Option<AnyNodeRef<'a>> {
    let mut methods = class
        .body
        .iter()
        .filter_map(|statement| statement.as_function_def_stmt());
    methods
        .rfind(|method| method.name.as_str() == name)
        .map(AnyNodeRef::from)
}
