//! What tells of classes and functions by their names, and how long it is asked.

use std::cell::Cell;

use super::reduce::head;
use super::{Passing, Referent, Type, contained};

/// So many steps a question takes at most, those of what classes say of an attribute apart.
const MAX_IN_ALL: u32 = 250;

/// How many steps a question may still take, and whether its answer rests on what no declaration says.
#[derive(Debug, Clone, Copy)]
pub struct Budget<'b> {
    left: &'b Cell<u32>,
    is_guessed: &'b Cell<bool>,
    /// Whether somebody wants to know that: to find out may be dear.
    is_told: bool,
}

impl<'b> Budget<'b> {
    /// Asks a question with all that one may cost.
    pub(super) fn spend<T>(ask: impl FnOnce(Budget) -> T) -> T {
        Self::spend_on(ask, false).0
    }

    /// The same; `is_told`: also whether the answer is guessed.
    fn spend_on<T>(ask: impl FnOnce(Budget) -> T, is_told: bool) -> (T, bool) {
        let (left, is_guessed) = (Cell::new(MAX_IN_ALL), Cell::new(false));
        let answer = ask(Budget {
            left: &left,
            is_guessed: &is_guessed,
            is_told,
        });
        (answer, is_guessed.get())
    }

    /// Takes a step; `None` where none is left.
    pub(super) fn next(self) -> Option<Self> {
        self.left.set(self.left.get().checked_sub(1)?);
        Some(self)
    }

    /// What is said next is what calls and containers are seen to hold.
    pub(super) fn guess(self) {
        self.is_guessed.set(true);
    }

    /// The same, if the project may have something else there.
    pub(super) fn guess_if(self, may_be_other: impl FnOnce() -> bool) {
        if self.is_told && !self.is_guessed.get() && may_be_other() {
            self.guess();
        }
    }
}

/// What is said of something.
#[derive(Debug)]
pub enum Reply<T> {
    /// It is that.
    Known(T),
    /// It cannot be known.
    Unknown,
    /// Other files would say.
    Elsewhere,
}

impl<T> Reply<T> {
    /// Takes what is known; the rest is not.
    pub fn of(found: Option<T>) -> Self {
        found.map_or(Self::Unknown, Self::Known)
    }
}

/// What a name means.
#[derive(Debug)]
pub enum Symbol<'a> {
    /// A class.
    Class,
    /// A def.
    Function(Signature<'a>),
    /// A variable that holds that.
    Value(Type<'a>),
    /// A class or a function of no file of the project.
    Outside,
}

/// What a def says of what its calls give.
#[derive(Debug, Clone)]
pub struct Signature<'a> {
    /// `async def`.
    pub is_async: bool,
    /// It is async, and yields.
    pub is_generator: bool,
    /// No decorator may make something else of it.
    pub is_plain: bool,
    /// What it returns.
    pub returns: Type<'a>,
}

impl<'a> Signature<'a> {
    /// Returns what a def says, by what its header has and the decorators that change what it gives.
    pub fn of(
        is_async: bool,
        is_generator: bool,
        decorators: Option<&[String]>,
        returns: Type<'a>,
    ) -> Self {
        // A `def` that yields is gone over by `for`, whatever its annotation says.
        let is_untrue = !is_async && is_generator && contained::is_async(&returns);
        Self {
            is_async,
            is_generator: is_async && is_generator,
            is_plain: Self::is_unchanged(decorators),
            returns: if is_untrue { Type::Unknown } else { returns },
        }
    }

    /// Returns whether a call gives what the def says: no decorator that changes it, and none that is not read.
    pub fn is_unchanged(decorators: Option<&[String]>) -> bool {
        decorators.is_some_and(<[String]>::is_empty)
    }
}

/// What tells of classes and functions by their names.
pub trait Symbols<'a> {
    /// Returns what a name means.
    fn itself(&self, name: &Referent<'a>) -> Reply<Symbol<'a>>;

    /// Returns what objects of a class have under a name that is no method, or the class itself.
    fn attribute(
        &self,
        class: &Referent<'a>,
        name: &str,
        of: Receiver,
        budget: Budget,
    ) -> Reply<Type<'a>>;

    /// Returns the method that objects of a class have.
    fn method(&self, class: &Referent<'a>, name: &str) -> Reply<Signature<'a>>;

    /// Returns whether two names are those of one class; `None` where other files would say.
    fn is_same(&self, one: &Referent<'a>, other: &Referent<'a>) -> Option<bool>;

    /// Returns whether objects of a class may be of another one; `None` where other files would say.
    fn may_be(&self, class: &Referent<'a>, other: &Referent<'a>) -> Option<bool>;

    /// Returns what calls of other files give a parameter.
    fn given_elsewhere(&self, to: &Passing<'a>, budget: Budget) -> Reply<Vec<Type<'a>>>;

    /// Returns whether some code may set what objects of a class have under a name, or the class itself, to
    /// something else than is found there.
    fn may_be_set(&self, class: &Referent<'a>, name: &str, found: &Type<'a>) -> bool;

    /// Returns whether a method of objects of a class may be another one than is found there.
    fn may_be_overridden(&self, class: &Referent<'a>, name: &str, found: &Signature<'a>) -> bool;

    /// Returns whether what has the name of a class, or what a call of it makes, may be something else.
    fn may_be_remade(&self, class: &Referent<'a>) -> bool;

    /// Returns what a type comes to.
    fn head(&self, of: &Type<'a>) -> Type<'a>
    where
        Self: Sized,
    {
        Budget::spend(|budget| head(self, of, budget))
    }

    /// The same, as a part of another question.
    fn head_within(&self, of: &Type<'a>, budget: Budget) -> Type<'a>
    where
        Self: Sized,
    {
        head(self, of, budget)
    }

    /// Returns the same, and whether it rests on what calls pass and containers hold, or on what other code may
    /// set to something else.
    fn head_and_guessed(&self, of: &Type<'a>) -> (Type<'a>, bool)
    where
        Self: Sized,
    {
        Budget::spend_on(|budget| head(self, of, budget), true)
    }
}

/// Whose attribute is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// That of objects.
    Object,
    /// That of the class itself.
    Class,
}
