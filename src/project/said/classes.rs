//! Expressions of a file → the classes that they are, or are objects of.

use ruff_python_ast::{ExprCall, ExprRef, StmtClassDef};
use rustc_hash::FxHashMap;

use crate::bind::base::Base;
use crate::bind::resolve::Meaning;
use crate::bind::typed::{Referent, Type};
use crate::bind::value::Origin;
use crate::project::lineage::{ClassRef, LocalClass};
use crate::project::outline::Reader;
use crate::python::tree::NodeId;

/// The classes of a file that something is said of.
pub(super) struct Classes<'r, 'a> {
    reader: &'r Reader<'r, 'a>,
    places: FxHashMap<NodeId, u32>,
    pub(super) all: Vec<LocalClass>,
}

impl<'r, 'a> Classes<'r, 'a> {
    pub(super) fn new(reader: &'r Reader<'r, 'a>) -> Self {
        Self {
            reader,
            places: FxHashMap::default(),
            all: Vec::new(),
        }
    }

    /// Returns the place of a class of the file; its bases are added before others speak of it.
    pub(super) fn place(&mut self, class: &'a StmtClassDef) -> u32 {
        let id = self.reader.tree.id(class);
        if let Some(place) = self.places.get(&id) {
            return *place;
        }
        // The nodes of a file are fewer than that.
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.places.insert(id, place);
        self.all.push(LocalClass {
            name: class.name.as_str().into(),
            bases: Vec::new(),
        });
        let bases = self.reader.resolver.bases(class).into_iter();
        let bases = bases.map(|base| match base {
            Base::Here(base) => ClassRef::Here(self.place(base)),
            Base::There(name) => ClassRef::There(name.into()),
            Base::Unread(_) => ClassRef::Unread,
        });
        let bases = bases.collect();
        self.all[place as usize].bases = bases;
        place
    }

    /// Returns the class that an expression names.
    pub(super) fn named(&mut self, class: ExprRef<'a>) -> ClassRef {
        match self.reader.resolver.local_class(class) {
            Some(class) => ClassRef::Here(self.place(class)),
            None => match self.reader.resolver.meaning(class) {
                Meaning::Qualified(name) => ClassRef::There(name.into()),
                _ => ClassRef::Unread,
            },
        }
    }

    /// The class that is called, or that of the object that a function says or returns.
    fn of_call(&mut self, call: &'a ExprCall) -> ClassRef {
        match self.named((&call.func).into()) {
            ClassRef::Unread => {}
            named => return named,
        }
        match self.reader.resolver.typed(call.into()) {
            Type::Object {
                class: Referent::Class(class),
                ..
            } => ClassRef::Here(self.place(class)),
            _ => ClassRef::Unread,
        }
    }

    /// Returns the class that a value is, or is an object of; `None` where it is surely a plain value.
    pub(super) fn of_value(&mut self, value: ExprRef<'a>) -> Option<ClassRef> {
        match self.named(value) {
            ClassRef::Unread => {}
            named => return Some(named),
        }
        match self.reader.resolver.origins(value)[..] {
            [Origin::Made(ExprRef::Call(call))] => Some(self.of_call(call)),
            [Origin::Made(made)] if made.is_literal_expr() => None,
            _ => Some(ClassRef::Unread),
        }
    }
}
