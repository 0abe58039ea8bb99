//! An expression → the class that it names, or that its object is of, as other files find it.

use ruff_python_ast::{Expr, ExprCall, ExprRef, StmtClassDef};

use super::{Asked, Whose};
use crate::bind::base::Base;
use crate::bind::resolve::Meaning;
use crate::bind::typed::{Referent, Type};

impl<'a> Asked<'_, '_, 'a> {
    /// `self`, `cls`, `type(self)`, `self.__class__` in a method of a class.
    pub(super) fn own_class(&self, value: ExprRef<'a>) -> Option<&'a StmtClassDef> {
        match value {
            ExprRef::Name(name) => self.reader.resolver.receiver(name).map(|it| it.0),
            ExprRef::Attribute(it) if it.attr.as_str() == "__class__" => {
                self.own_class((&it.value).into())
            }
            ExprRef::Call(call) if call.func.as_name_expr()?.id == "type" => {
                self.own_class(call.arguments.args.first()?.into())
            }
            _ => None,
        }
    }

    /// The class that an expression names.
    pub(super) fn class(&self, named: ExprRef<'a>) -> Option<Whose> {
        if let Some(class) = self.reader.resolver.local_class(named) {
            return Some(self.here(class));
        }
        match self.reader.resolver.meaning(named) {
            Meaning::Qualified(name) => Some(Whose::There(name)),
            _ => None,
        }
    }

    /// The class of the object that a call gives: the one that is called, or what a function says or returns.
    pub(super) fn made_by(&self, call: &'a ExprCall) -> Option<Whose> {
        let of_object = || match self.reader.resolver.typed(call.into()) {
            Type::Object {
                class: Referent::Class(class),
                ..
            } => Some(self.here(class)),
            _ => None,
        };
        self.class((&call.func).into()).or_else(of_object)
    }

    /// The classes that an annotation names.
    pub(super) fn annotated(&self, annotation: &'a Expr) -> Vec<Whose> {
        let all = self.reader.resolver.base(annotation.into()).into_iter();
        let classes = all.filter_map(|it| match it {
            Base::Here(class) => Some(self.here(class)),
            Base::There(name) => Some(Whose::There(name)),
            Base::Unread(_) => None,
        });
        classes.collect()
    }
}
