//! What a value is, said by names: as far as one file says it. What is said of names by other files is asked of
//! [`Symbols`].

use std::path::Path;
use std::sync::Arc;

use ruff_python_ast::{StmtClassDef, StmtFunctionDef};

pub use member::Sourced;
pub use symbols::{Budget, Receiver, Reply, Signature, Symbol, Symbols};

mod annotation;

mod contained;

mod local;

mod member;

mod narrowed;

mod parameter;

mod reduce;

mod value;

mod symbols;

/// What stands for a class, a function or a variable.
#[derive(Debug, Clone)]
pub enum Referent<'a> {
    /// A class of this file.
    Class(&'a StmtClassDef),
    /// A def of this file.
    Def(&'a StmtFunctionDef),
    /// What this file calls so.
    Here(String),
    /// What another file calls so.
    There(Arc<Path>, String),
}

impl Referent<'_> {
    /// Returns the qualified name, as its file means it.
    pub fn qualified(&self) -> Option<&str> {
        match self {
            Self::Here(name) | Self::There(_, name) => Some(name),
            Self::Class(_) | Self::Def(_) => None,
        }
    }
}

impl PartialEq for Referent<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Class(one), Self::Class(other)) => std::ptr::eq(*one, *other),
            (Self::Def(one), Self::Def(other)) => std::ptr::eq(*one, *other),
            (Self::Here(one), Self::Here(other)) => one == other,
            (Self::There(path, one), Self::There(home, other)) => path == home && one == other,
            _ => false,
        }
    }
}

impl Eq for Referent<'_> {}

/// Which part of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    /// What a loop over it gives.
    Each,
    /// What an async loop over it gives.
    AsyncEach,
    /// What stands at a key, or at a place that is known.
    Item(Option<usize>),
    /// Several of its elements, in a container of its class.
    Slice,
}

impl Portion {
    /// What a loop gives, or an async one.
    pub(super) fn each(is_async: bool) -> Self {
        match is_async {
            true => Self::AsyncEach,
            false => Self::Each,
        }
    }
}

/// A parameter, and what calls give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing<'a> {
    /// What is called: its def, or the class that this sets up; of another method its class.
    pub called: Referent<'a>,
    /// The name that calls spell.
    pub name: String,
    /// They spell it as an attribute of an object.
    pub is_method: bool,
    /// Its place among what calls give in order.
    pub place: Option<usize>,
    /// The name by which they give it.
    pub keyword: Option<String>,
    /// What it is where a call leaves it out.
    pub default: Option<Type<'a>>,
    /// What the calls of its own file give.
    pub given: Vec<Type<'a>>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type<'a> {
    /// An object of a class.
    Object {
        /// The class.
        class: Referent<'a>,
        /// Whether it is of that class itself, and not of one that derives from it.
        is_exact: bool,
        /// What stands in brackets behind the name of the class.
        parts: Vec<Type<'a>>,
    },
    /// What has that name.
    Itself(Referent<'a>),
    /// An object of the class that the method is called on: `Self`.
    Own,
    /// What a call of a coroutine function gives: awaited it is that. It is of no class: a class that derives
    /// may have a plain method that gives something else to await.
    Coroutine(Box<Type<'a>>),
    /// `None`.
    Nothing,
    /// `...` in brackets: what stands before it may stand there any number of times.
    Repeated,
    /// An attribute.
    Member(Box<Type<'a>>, String),
    /// What a call gives, and how many arguments it has.
    Called(Box<Type<'a>>, usize),
    /// What an await gives.
    Awaited(Box<Type<'a>>),
    /// What entering gives, by `async with` or `with`.
    Entered(Box<Type<'a>>, bool),
    /// A part of a container.
    Element(Box<Type<'a>>, Portion),
    /// One of these.
    AnyOf(Vec<Type<'a>>),
    /// What calls give a parameter.
    Passed(Box<Passing<'a>>),
    /// An annotation says the first, and these are assigned.
    Declared(Box<Type<'a>>, Vec<Type<'a>>),
    /// It is not known.
    Unknown,
}

impl<'a> Passing<'a> {
    /// The same with other names; not known where what is called has none.
    fn renamed<'b>(
        &self,
        rename: &dyn Fn(&Referent<'a>) -> Option<Referent<'b>>,
        own: &Type<'b>,
    ) -> Type<'b> {
        let given = self.given.iter().map(|it| it.renamed(rename, own));
        let given: Vec<_> = given.collect();
        match rename(&self.called) {
            Some(called) if !given.contains(&Type::Unknown) => Type::Passed(Box::new(Passing {
                called,
                name: self.name.clone(),
                is_method: self.is_method,
                place: self.place,
                keyword: self.keyword.clone(),
                default: self.default.as_ref().map(|it| it.renamed(rename, own)),
                given,
            })),
            _ => Type::Unknown,
        }
    }
}

impl<'a> Type<'a> {
    /// An object of a class that is called so everywhere.
    pub(super) fn of_python(class: &str, parts: Vec<Self>) -> Self {
        Self::Object {
            class: Referent::Here(class.to_owned()),
            is_exact: false,
            parts,
        }
    }

    /// An object of that class itself.
    pub(super) fn exactly(self) -> Self {
        match self {
            Self::Object { class, parts, .. } => Self::Object {
                class,
                is_exact: true,
                parts,
            },
            _ => Self::Unknown,
        }
    }

    /// The same, where an object may be of a class that derives from its own.
    pub(super) fn of_some_class(self) -> Self {
        match self {
            Self::Object { class, parts, .. } => Self::Object {
                class,
                is_exact: false,
                parts,
            },
            other => other,
        }
    }

    pub(super) fn member(self, name: &str) -> Self {
        self.within(|it| Self::Member(it, name.to_owned()))
    }

    pub(super) fn called(self, n_arguments: usize) -> Self {
        self.within(|it| Self::Called(it, n_arguments))
    }

    pub(super) fn element(self, part: Portion) -> Self {
        self.within(|it| Self::Element(it, part))
    }

    /// Nothing is known of a part of what is not known.
    pub(super) fn within(self, build: impl FnOnce(Box<Self>) -> Self) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            known => build(Box::new(known)),
        }
    }

    /// One of several; not known where one of them is not.
    pub fn any_of(mut all: Vec<Self>) -> Self {
        all.dedup();
        match <[Self; 1]>::try_from(all) {
            Ok([only]) => only,
            Err(all) if all.is_empty() || all.contains(&Self::Unknown) => Self::Unknown,
            Err(all) => Self::AnyOf(all),
        }
    }

    /// What an annotation says, where classes below assign these.
    pub fn given(self, set: Vec<Self>) -> Self {
        match set.is_empty() {
            true => self,
            false => self.within(|it| Self::Declared(it, set)),
        }
    }

    /// Returns whether it says all that can be known of it.
    pub(super) fn is_whole(&self) -> bool {
        matches!(
            self,
            Self::Object { .. }
                | Self::Own
                | Self::Coroutine(_)
                | Self::Nothing
                | Self::Repeated
                | Self::Unknown
        )
    }

    /// Returns the type with other names, not known where one has none, and with what `Self` is.
    pub fn renamed<'b>(
        &self,
        rename: &dyn Fn(&Referent<'a>) -> Option<Referent<'b>>,
        own: &Type<'b>,
    ) -> Type<'b> {
        let one = |it: &Self| it.renamed(rename, own);
        let all = |them: &[Self]| -> Vec<Type<'b>> { them.iter().map(one).collect() };
        match self {
            Self::Object {
                class,
                is_exact,
                parts,
            } => rename(class).map_or(Type::Unknown, |class| Type::Object {
                class,
                is_exact: *is_exact,
                parts: all(parts),
            }),
            Self::Itself(name) => rename(name).map_or(Type::Unknown, Type::Itself),
            Self::Own => own.clone(),
            Self::Nothing => Type::Nothing,
            Self::Repeated => Type::Repeated,
            Self::Member(of, name) => one(of).member(name),
            Self::Called(of, n_arguments) => one(of).called(*n_arguments),
            Self::Awaited(of) => one(of).within(Type::Awaited),
            Self::Coroutine(of) => Type::Coroutine(Box::new(one(of))),
            Self::Entered(of, is_async) => one(of).within(|it| Type::Entered(it, *is_async)),
            Self::Element(of, part) => one(of).element(*part),
            Self::AnyOf(them) => Type::any_of(all(them)),
            Self::Passed(to) => to.renamed(rename, own),
            Self::Declared(of, set) => one(of).within(|it| Type::Declared(it, all(set))),
            Self::Unknown => Type::Unknown,
        }
    }

    /// Returns what another file says, for this one.
    pub fn there<'b>(&self, path: &Arc<Path>) -> Type<'b> {
        let rename = |name: &Referent<'a>| match name {
            Referent::Here(name) => Some(Referent::There(path.clone(), name.clone())),
            Referent::There(path, name) => Some(Referent::There(path.clone(), name.clone())),
            Referent::Class(_) | Referent::Def(_) => None,
        };
        self.renamed(&rename, &Type::Own)
    }

    /// Returns what it is of an object.
    pub(super) fn of(&self, own: &Self) -> Self {
        self.renamed(&|name: &Referent<'a>| Some(name.clone()), own)
    }
}
