//! What all files of the project say of classes and functions: the class of the object that an expression gives.

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtClassDef};

use super::Model;
use super::class::{Class, Key, Method};
use crate::bind::binding::{BindingKind, ScopeId};
use crate::bind::typed::{
    Budget, Passing, Receiver, Referent, Reply, Signature, Sourced, Symbol, Symbols, Type,
};
use crate::project::definition::{self, Definition};
use crate::project::outline::Callable;
use crate::python::stdlib;

impl<'a> Model<'a> {
    /// Returns what an expression is.
    pub fn typed(&self, value: ExprRef<'a>) -> Type<'a> {
        match self.resolver.typed(value) {
            Type::Unknown => Type::Unknown,
            known => self.head(&known),
        }
    }

    /// Returns whether an object may be of another class than it is seen to be: nothing but what calls pass, or
    /// what containers hold, says so, or other code may put something else there.
    pub fn is_guessed(&self, value: ExprRef<'a>) -> bool {
        let (found, is_guessed) = self.head_and_guessed(&self.resolver.said(value));
        match &found {
            Type::Unknown => false,
            Type::Object { class, .. } | Type::Itself(class) => {
                is_guessed || self.may_be_remade(class)
            }
            _ => is_guessed,
        }
    }

    /// Returns the same of a value that a rule is about: of one that is no attribute, nor a name that is assigned one,
    /// only whether its class may be something else.
    pub fn is_guessed_value(&self, value: ExprRef<'a>) -> bool {
        let attribute = match value {
            ExprRef::Name(name) => self.resolver.assigned(name),
            value => Some(value),
        };
        let class = |it| self.instance(it).map(|(class, _)| class);
        match attribute.filter(|it| it.is_attribute_expr()) {
            Some(attribute) => class(attribute).is_some() && self.is_guessed(attribute),
            None => class(value).is_some_and(|it| self.is_remade(&it)),
        }
    }

    /// Returns the class of the object that an expression gives, where there is but one that it may be, and
    /// whether it is of that class itself, not of one that derives from it.
    pub fn instance(&self, value: ExprRef<'a>) -> Option<(Class<'a>, bool)> {
        let (class, is_exact, owner) = self.owner(value)?;
        (owner == Receiver::Object).then_some((class, is_exact))
    }

    /// The same also of a class itself.
    pub(super) fn owner(&self, value: ExprRef<'a>) -> Option<(Class<'a>, bool, Receiver)> {
        let find = || match self.typed(value) {
            Type::Object {
                class, is_exact, ..
            } => Some((self.class_of(&class), is_exact, Receiver::Object)),
            Type::Itself(name) => match self.itself(&name) {
                Reply::Known(Symbol::Class) => Some((self.class_of(&name), true, Receiver::Class)),
                _ => None,
            },
            _ => None,
        };
        self.memos.owners.or_find(&self.tree.id(value), find)
    }

    /// The class that a name of a file stands for.
    pub(super) fn class_of(&self, name: &Referent<'a>) -> Class<'a> {
        match name {
            Referent::Class(class) => Class::Here(class),
            Referent::Def(def) => Class::Unread(def.name.to_string()),
            Referent::Here(name) => self.class_named(name),
            Referent::There(path, name) => {
                let class = self.class_in(path, name);
                match class.in_project().and_then(|it| self.own_class(it)) {
                    Some(own) => Class::Here(own),
                    None => class,
                }
            }
        }
    }

    /// The class, where it is one of this file that others speak of.
    fn own_class(&self, class: &definition::Class) -> Option<&'a StmtClassDef> {
        let is_named_so = class.path.file_name() == self.path().file_name();
        let name = |path: &Path| self.facts.name_in_project(path);
        if !is_named_so || name(&class.path) != name(self.path()) {
            return None;
        }
        let bound = self.names.bindings_of(ScopeId::MODULE, &class.name);
        let binding = self.names.binding(*bound.last()?);
        match (binding.kind, self.tree.node(binding.node)) {
            (BindingKind::Class, AnyNodeRef::StmtClassDef(class)) => Some(class),
            _ => None,
        }
    }

    fn definition_of(&self, name: &Referent<'a>) -> Option<Definition> {
        match name {
            Referent::Here(name) => Some(self.definition(name)),
            Referent::There(path, name) => Some(self.definition_in(path, name)),
            Referent::Class(_) | Referent::Def(_) => None,
        }
    }

    /// What a class says of an attribute; `None` where it is not read.
    pub(super) fn said_of(&self, class: &Class<'a>, name: &str) -> Option<Sourced<'a>> {
        let nothing = |is_method| Sourced {
            of: Type::Unknown,
            is_declared: is_method,
            is_bound: is_method,
        };
        match class {
            Class::Here(class) => Some(self.resolver.attribute_of(class, name)),
            Class::Named(named) => match named.in_project() {
                Some(there) => Some(match there.says.get(name) {
                    Some(it) => Sourced {
                        of: it.of.there(&there.path.as_path().into()),
                        is_declared: it.is_declared,
                        is_bound: it.is_bound,
                    },
                    None => nothing(class.method(name).is_some()),
                }),
                None => class.is_read().then(|| nothing(false)),
            },
            Class::Unread(_) => None,
        }
    }
}

impl<'a> Symbols<'a> for Model<'a> {
    fn itself(&self, name: &Referent<'a>) -> Reply<Symbol<'a>> {
        let Some(found) = self.definition_of(name) else {
            return self.resolver.itself(name);
        };
        Reply::Known(match found {
            Definition::Class(_) => Symbol::Class,
            Definition::Function { path, header, .. } => Symbol::Function(there(&header, &path)),
            Definition::Variable { path, holds, .. } => {
                Symbol::Value(holds.there(&path.as_path().into()))
            }
            Definition::Outside(_) => Symbol::Outside,
            Definition::Unknown(_) => match attribute_of(name) {
                Some(attribute) => Symbol::Value(attribute),
                None => return Reply::Unknown,
            },
            Definition::Ambiguous => return Reply::Unknown,
        })
    }

    fn attribute(
        &self,
        class: &Referent<'a>,
        name: &str,
        of: Receiver,
        _: Budget,
    ) -> Reply<Type<'a>> {
        let all = self.mro(&self.class_of(class));
        let mut set = Vec::new();
        let mut is_open = false;
        for class in all.iter() {
            match self.said_of(class, name) {
                Some(said) if said.is_declared => return Reply::Known(said.of.given(set)),
                Some(said) => set.extend(said.is_bound.then_some(said.of)),
                None => is_open = true,
            }
            if is_open && set.is_empty() {
                return Reply::Unknown;
            }
        }
        // A class that is not read may make another thing of it, as an enum does.
        let is_other = set.is_empty() || is_open && of == Receiver::Class;
        Reply::of((!is_other).then(|| Type::any_of(set)))
    }

    fn method(&self, class: &Referent<'a>, name: &str) -> Reply<Signature<'a>> {
        let all = self.mro(&self.class_of(class));
        let found = self.first_method(&all, name).map(|it| match it {
            Method::Here(def) => self.resolver.header(def),
            Method::There(class, header) => there(header, &class.path),
        });
        Reply::of(found)
    }

    fn is_same(&self, one: &Referent<'a>, other: &Referent<'a>) -> Option<bool> {
        let key = |it: &Referent<'a>| Key::of(&self.class_of(it));
        Some(one == other || key(one) == key(other))
    }

    fn may_be(&self, class: &Referent<'a>, other: &Referent<'a>) -> Option<bool> {
        let (class, other) = (self.class_of(class), self.class_of(other));
        let all = self.mro(&class);
        let wanted = Key::of(&other);
        let is_protocol =
            |it: &Class| matches!(it, Class::Named(named) if stdlib::is_protocol(&named.qualified));
        let may_be = all.iter().any(|it| !it.is_read() || Key::of(it) == wanted);
        let is_open = match &other {
            Class::Named(named) => match &named.is {
                Definition::Outside(name) => stdlib::is_open(name),
                it => !matches!(it, Definition::Class(_)),
            },
            Class::Here(_) => false,
            Class::Unread(_) => true,
        };
        Some(may_be || is_open || self.mro(&other).iter().any(is_protocol))
    }

    fn given_elsewhere(&self, to: &Passing<'a>, budget: Budget) -> Reply<Vec<Type<'a>>> {
        Reply::of(self.given_in_others(to, budget))
    }

    fn may_be_set(&self, class: &Referent<'a>, name: &str, found: &Type<'a>) -> bool {
        self.sets_otherwise(&self.class_of(class), name, found)
    }

    fn may_be_overridden(&self, class: &Referent<'a>, name: &str, found: &Signature<'a>) -> bool {
        self.overrides_otherwise(&self.class_of(class), name, found)
    }

    fn may_be_remade(&self, class: &Referent<'a>) -> bool {
        self.is_remade(&self.class_of(class))
    }
}

/// What is no definition may be an attribute of what is one.
fn attribute_of<'a>(name: &Referent<'a>) -> Option<Type<'a>> {
    let (owner, member) = name.qualified()?.rsplit_once('.')?;
    let owner = match name {
        _ if owner.is_empty() => return None,
        Referent::There(path, _) => Referent::There(path.clone(), owner.to_owned()),
        _ => Referent::Here(owner.to_owned()),
    };
    let owner = Box::new(Type::Itself(owner));
    Some(Type::Member(owner, member.to_owned()))
}

/// What a def of another file says of what its calls give.
fn there<'a>(header: &Callable, path: &Path) -> Signature<'a> {
    let returns = header.returns.there(&path.into());
    Signature::of(
        header.is_async,
        header.is_generator,
        header.decorators.as_deref(),
        returns,
    )
}
