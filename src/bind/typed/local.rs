//! What one file says of its classes and functions; of others it says nothing.

use ruff_python_ast::{AnyNodeRef, Expr, StmtClassDef, StmtFunctionDef};

use super::symbols::{Budget, Receiver, Reply, Signature, Symbol, Symbols};
use super::{Passing, Referent, Type};
use crate::bind::base::Base;
use crate::bind::resolve::Resolver;
use crate::python::stdlib;

impl<'a> Symbols<'a> for Resolver<'a> {
    fn itself(&self, name: &Referent<'a>) -> Reply<Symbol<'a>> {
        match name {
            Referent::Class(_) => Reply::Known(Symbol::Class),
            Referent::Def(def) => Reply::Known(Symbol::Function(self.header(def))),
            Referent::Here(_) | Referent::There(..) => Reply::Elsewhere,
        }
    }

    fn attribute(
        &self,
        class: &Referent<'a>,
        name: &str,
        of: Receiver,
        budget: Budget,
    ) -> Reply<Type<'a>> {
        let &Referent::Class(class) = class else {
            return Reply::Elsewhere;
        };
        let above = self.above(class).iter().filter(|it| !is_empty(it));
        let is_open = above.clone().any(|it| !matches!(it, Base::Here(_)));
        let here = above.filter_map(|it| it.clone().here());
        let mut set = Vec::new();
        for class in std::iter::once(class).chain(here) {
            let own = self.own_attribute(class, name, budget);
            if own.is_declared {
                return Reply::Known(own.of.given(set));
            }
            set.extend(own.is_bound.then_some(own.of));
        }
        let found = Type::any_of(set);
        match found {
            // A class of another file may declare it.
            Type::Unknown if is_open => Reply::Elsewhere,
            Type::Unknown => Reply::Unknown,
            // A class that is not read may make another thing of it, as an enum does.
            _ if is_open && of == Receiver::Class && !is_class(&found) => Reply::Unknown,
            _ => Reply::Known(found),
        }
    }

    fn method(&self, class: &Referent<'a>, name: &str) -> Reply<Signature<'a>> {
        let &Referent::Class(class) = class else {
            return Reply::Elsewhere;
        };
        match self.method(class, name) {
            Some(AnyNodeRef::StmtFunctionDef(def)) => Reply::Known(self.header(def)),
            Some(_) => Reply::Unknown,
            None => {
                let mut above = self.above(class).iter().filter(|it| !is_empty(it));
                match above.any(|it| !matches!(it, Base::Here(_))) {
                    true => Reply::Elsewhere,
                    false => Reply::Unknown,
                }
            }
        }
    }

    fn is_same(&self, one: &Referent<'a>, other: &Referent<'a>) -> Option<bool> {
        match (one, other) {
            (one, other) if one == other => Some(true),
            (Referent::Class(_), Referent::Class(_)) => Some(false),
            _ => None,
        }
    }

    fn may_be(&self, class: &Referent<'a>, other: &Referent<'a>) -> Option<bool> {
        match (class, other) {
            (&Referent::Class(class), &Referent::Class(other)) => {
                let is_read = |it: &Base| matches!(it, Base::Here(_)) || is_empty(it);
                let is_other = std::ptr::eq(class, other) || self.derives(class, other);
                let is_known = self.above(class).iter().all(is_read);
                Some(is_other || !is_known || self.is_protocol(other))
            }
            _ => None,
        }
    }

    fn given_elsewhere(&self, _: &Passing<'a>, _: Budget) -> Reply<Vec<Type<'a>>> {
        Reply::Elsewhere
    }

    fn may_be_set(&self, _: &Referent<'a>, _: &str, _: &Type<'a>) -> bool {
        true
    }

    fn may_be_overridden(&self, _: &Referent<'a>, _: &str, _: &Signature<'a>) -> bool {
        true
    }

    fn may_be_remade(&self, _: &Referent<'a>) -> bool {
        true
    }
}

impl<'a> Resolver<'a> {
    /// Objects of any class may be of it.
    fn is_protocol(&self, class: &'a StmtClassDef) -> bool {
        let mut above = self.above(class).iter();
        above.any(|it| matches!(it, Base::There(name) if stdlib::is_protocol(name)))
    }

    /// Returns what a def of this file says of what its calls give.
    pub fn header(&self, def: &'a StmtFunctionDef) -> Signature<'a> {
        let decorators = self.decorators(def);
        let yields = self.yields(def);
        let returns = self.returned(def, yields);
        Signature::of(def.is_async, yields, decorators.as_deref(), returns)
    }

    /// Returns what a def says that it returns, or what Python has it return where it gives its own object; of one
    /// without an annotation, what its `return` statements give. `yields`: see [`Resolver::yields`].
    pub fn returned(&self, def: &'a StmtFunctionDef, yields: bool) -> Type<'a> {
        match def.returns.as_deref() {
            Some(returns) => self.annotation(returns.into()),
            None if stdlib::enters(&def.name) && self.returns_itself(def) => Type::Own,
            None if yields => Type::Unknown,
            None => Budget::spend(|budget| {
                let given = self.returns(def).into_iter();
                let given = given.map(|value| match value {
                    Some(value) => self.type_of(value.into(), budget),
                    None => Type::Nothing,
                });
                Type::any_of(given.collect())
            }),
        }
    }

    /// Every `return` of a method gives its own object.
    fn returns_itself(&self, def: &'a StmtFunctionDef) -> bool {
        let tree = self.flow().names().tree();
        let inside = tree.descendants(tree.id(def));
        let mut returns = inside.filter_map(|id| match tree.node(id) {
            AnyNodeRef::StmtReturn(it) => Some(it.value.as_deref()),
            _ => None,
        });
        let is_own = |value: Option<&'a Expr>| {
            let name = value.and_then(|it| it.as_name_expr());
            let receiver = name.and_then(|it| self.receiver(it));
            receiver.is_some_and(|(_, of)| std::ptr::eq(of, def))
        };
        returns.next().is_some_and(is_own) && returns.all(is_own)
    }

    /// Returns what the `return` statements of a def give, nested defs left out.
    pub fn returns(&self, def: &'a StmtFunctionDef) -> Vec<Option<&'a Expr>> {
        let names = self.flow().names();
        let id = names.tree().id(def);
        let own = names.scope_opened_by(id);
        let inside = names.tree().descendants(id);
        let returns = inside.filter_map(|id| match names.tree().node(id) {
            AnyNodeRef::StmtReturn(it) if Some(names.scope_of(id)) == own => {
                Some(it.value.as_deref())
            }
            _ => None,
        });
        returns.collect()
    }

    /// Returns whether a def yields, nested defs left out.
    pub fn yields(&self, def: &'a StmtFunctionDef) -> bool {
        let names = self.flow().names();
        let id = names.tree().id(def);
        let own = names.scope_opened_by(id);
        names.tree().descendants(id).any(|id| {
            let node = names.tree().node(id);
            (node.is_expr_yield() || node.is_expr_yield_from()) && Some(names.scope_of(id)) == own
        })
    }
}

/// Its name is that of a class in the body of another.
fn is_class(found: &Type) -> bool {
    matches!(found, Type::Itself(Referent::Class(_)))
}

/// Objects have nothing of it.
fn is_empty(base: &Base) -> bool {
    matches!(base, Base::There(name) if stdlib::is_empty(name))
}
