//! The classes and defs of a file that expressions name, and what a call of one may run.

use std::rc::Rc;

use ruff_python_ast::{
    AnyNodeRef, ExprAttribute, ExprCall, ExprRef, StmtClassDef, StmtFunctionDef,
};

use rustc_hash::FxHashSet;

use super::binding::{BindingId, BindingKind};
use super::replaced::replacements;
use super::replacement::{By, Owner, Replacement};
use super::resolve::{Meaning, Resolver};
use super::value::Origin;
use crate::python::stdlib;

impl<'a> Resolver<'a> {
    /// Returns whether a decorator may make something else of a def.
    pub fn is_decorated(&self, function: &'a StmtFunctionDef) -> bool {
        function.decorator_list.iter().any(|decorator| {
            let meaning = self.meaning((&decorator.expression).into());
            !matches!(meaning, Meaning::Qualified(name) if stdlib::only_notes(&name))
        })
    }

    /// Returns whether a method has no object of its own.
    pub fn is_static(&self, function: &'a StmtFunctionDef) -> bool {
        self.has_decorator(function, |name| name == stdlib::STATIC)
    }

    /// Returns whether the object of a method is its class.
    pub fn is_of_class(&self, function: &'a StmtFunctionDef) -> bool {
        self.has_decorator(function, |name| name == stdlib::OF_CLASS)
    }

    /// Returns what a property gives, where a binding is one.
    pub(super) fn read_by_call(&self, binding: BindingId) -> Option<Origin<'a>> {
        let names = self.flow().names();
        let binding = names.binding(binding);
        let AnyNodeRef::StmtFunctionDef(def) = names.tree().node(binding.node) else {
            return None;
        };
        let is_property = self.has_decorator(def, stdlib::gives_property);
        let returns = def.returns.as_deref().map(Origin::Annotated);
        let unknown = || Origin::Unknown(format!("`self.{}` is a property", def.name));
        is_property.then(|| returns.unwrap_or_else(unknown))
    }

    /// Returns whether a def only says what types a later one of its name takes.
    pub fn is_overload(&self, function: &'a StmtFunctionDef) -> bool {
        self.has_decorator(function, stdlib::is_overload)
    }

    /// Returns whether a decorator of a def has a wanted name.
    pub fn has_decorator(
        &self,
        function: &'a StmtFunctionDef,
        is_wanted: impl Fn(&str) -> bool,
    ) -> bool {
        let mut decorators = function.decorator_list.iter();
        decorators.any(|it| {
            let meaning = self.meaning((&it.expression).into());
            matches!(meaning, Meaning::Qualified(name) if is_wanted(&name))
        })
    }

    /// Returns the decorators that may make something else of a def; `None` where one is not known.
    pub fn decorators(&self, function: &'a StmtFunctionDef) -> Option<Vec<String>> {
        let decorators = function.decorator_list.iter();
        let named = decorators.map(|it| self.meaning((&it.expression).into()).qualified());
        let changes = |it: &Option<String>| !it.as_deref().is_some_and(stdlib::keeps_the_function);
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
        let Meaning::Local(binding) = *self.shared_meaning(expression) else {
            return None;
        };
        let binding = self.flow().names().binding(binding);
        matches!(binding.kind, BindingKind::Function | BindingKind::Class)
            .then(|| self.flow().names().tree().node(binding.node))
    }

    /// Returns what of this file a call of the expression may run: the def or class that a name stands
    /// for, if it can be no other; of `x.name` the method, where a class of this file is that of `x`, and,
    /// where `x` may be of a class that derives from it, those of this file that override it. What is no def
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
        let (class, is_exact) = match self.class_of_self(attribute) {
            Some(class) => (class, false),
            None if self.class_of_super(attribute).is_some() => {
                return self.of_class_itself(attribute);
            }
            None => match self.local_instance((&*attribute.value).into()) {
                Some(found) => found,
                None => return self.of_class_itself(attribute),
            },
        };
        self.methods_of(class, is_exact, name)
    }

    /// Returns what a call of a method of an object may run, and what is set in the place of the method, where
    /// the class has it from this file.
    pub fn methods_of(
        &self,
        class: &'a StmtClassDef,
        is_exact: bool,
        name: &str,
    ) -> Vec<AnyNodeRef<'a>> {
        let Some(method) = self.method(class, name) else {
            return Vec::new();
        };
        let below: &[_] = if is_exact { &[] } else { self.below(class) };
        let overriding = below.iter().filter_map(|it| method_of(it, name));
        let may_be = |other: &'a StmtClassDef| match is_exact {
            true => std::ptr::eq(other, class),
            false => self.are_related(other, class),
        };
        let set = self.set_instead(name, &may_be);
        let method = std::iter::once(method);
        method.chain(overriding).chain(set).collect()
    }

    /// The method that `super().name` is, of a class of this file, or that `Class.name` is where it needs no
    /// object or is given one.
    fn of_class_itself(&self, attribute: &'a ExprAttribute) -> Vec<AnyNodeRef<'a>> {
        let name = attribute.attr.as_str();
        if let Some(class) = self.class_of_super(attribute) {
            let mut above = self.surely_above(class).skip(1);
            return above
                .find_map(|it| method_of(it, name))
                .into_iter()
                .collect();
        }
        let Some(class) = self.local_class((&*attribute.value).into()) else {
            return Vec::new();
        };
        let needs_none = |it: &AnyNodeRef<'a>| match it {
            AnyNodeRef::StmtFunctionDef(def) => self.is_static(def) || self.is_of_class(def),
            _ => false,
        };
        let is_called = self.is_given_object(attribute);
        let method = self.method(class, name);
        match method.is_some_and(|it| is_called || needs_none(&it)) {
            true => self.methods_of(class, true, name),
            false => Vec::new(),
        }
    }

    /// Returns whether a call of `Class.method` passes the object: where the method needs one, it is the first
    /// argument.
    pub fn is_given_object(&self, method: &'a ExprAttribute) -> bool {
        let tree = self.flow().names().tree();
        let call = tree.call_of(tree.id(method));
        let first = call.and_then(|it| it.arguments.args.first());
        first.is_some_and(|it| !it.is_starred_expr())
    }

    /// Returns whether Python gives a def its first parameter, the object or the class, where an expression is
    /// called.
    pub fn gives_first(&self, callee: ExprRef<'a>, def: &'a StmtFunctionDef) -> bool {
        let tree = self.flow().names().tree();
        let is_method = tree.parent_node(tree.id(def)).is_stmt_class_def();
        let is_of_class = || match callee {
            ExprRef::Attribute(it) => self.local_class((&*it.value).into()).is_some(),
            _ => false,
        };
        is_method && !self.is_static(def) && (self.is_of_class(def) || !is_of_class())
    }

    /// Returns the class whose bases `super().name` or `super(Class, self).name` asks.
    pub fn class_of_super(&self, attribute: &'a ExprAttribute) -> Option<&'a StmtClassDef> {
        match self.super_of(attribute.value.as_call_expr()?)? {
            (own, None) => Some(own),
            (own, Some(named)) => {
                let asked = self.local_class(named)?;
                let mut above = self.surely_above(own);
                above.any(|it| std::ptr::eq(it, asked)).then_some(asked)
            }
        }
    }

    /// Returns the class of the object of `super().name`, and of `super(Class, self).name` what names the class.
    pub fn super_of(&self, call: &'a ExprCall) -> Option<(&'a StmtClassDef, Option<ExprRef<'a>>)> {
        let meaning = self.meaning((&*call.func).into());
        let is_super = matches!(meaning, Meaning::Qualified(name) if name == stdlib::SUPER);
        if !is_super || !call.arguments.keywords.is_empty() {
            return None;
        }
        match &*call.arguments.args {
            [] => {
                let tree = self.flow().names().tree();
                let mut around = tree.ancestors(tree.id(call));
                let around = around.find_map(|id| match tree.node(id) {
                    AnyNodeRef::StmtClassDef(class) => Some(class),
                    _ => None,
                });
                Some((around?, None))
            }
            [class, object] => {
                let (own, _) = self.receiver(object.as_name_expr()?)?;
                Some((own, Some(class.into())))
            }
            _ => None,
        }
    }

    /// What a class that is meant has in the place of a method that is no def, by its body or set on it.
    /// What single objects get is not asked here.
    fn set_instead(
        &self,
        name: &str,
        is_meant: &dyn Fn(&'a StmtClassDef) -> bool,
    ) -> Vec<AnyNodeRef<'a>> {
        let tree = self.flow().names().tree();
        let counts = |it: &&Replacement<'a>| match it.owner {
            Owner::Named(_) | Owner::Instance(_) => false,
            Owner::Class(class) => is_meant(class),
            Owner::Value(value) => self.local_class(value).is_some_and(is_meant),
        };
        let all = self.no_defs(name);
        all.iter()
            .filter(counts)
            .map(|it| tree.node(it.node))
            .collect()
    }

    /// What classes and values have under a name that is no def.
    fn no_defs(&self, name: &str) -> Rc<[Replacement<'a>]> {
        if let Some(known) = self.no_defs.borrow().get(name) {
            return known.clone();
        }
        let counts = |it: &Replacement<'a>| {
            !matches!(
                (it.by, it.owner),
                (By::Def(_), _) | (_, Owner::Named(_) | Owner::Instance(_))
            )
        };
        let found: Rc<[_]> = replacements(self, name)
            .into_iter()
            .filter(counts)
            .collect();
        let mut known = self.no_defs.borrow_mut();
        known.insert(name.to_owned(), found.clone());
        found
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

    /// Returns the method that objects of exactly this class have, as far as its bases are of this file.
    pub fn method(&self, class: &'a StmtClassDef, name: &str) -> Option<AnyNodeRef<'a>> {
        let mut classes = self.surely_above(class);
        classes.find_map(|it| method_of(it, name))
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
