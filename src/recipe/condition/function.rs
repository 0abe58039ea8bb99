//! What a def is asked: the matched one, or the innermost around a site.

use super::{Guarded, WordId};
use crate::recipe::word::words;

/// Facts of the innermost function.
#[derive(Debug, Clone)]
pub enum FunctionWord {
    /// `role`: what it is for, a row of the roles table or a word of [`Role`].
    Role(Vec<String>),
    /// `has`: its body contains a match, nested defs left out.
    Has(Vec<Guarded>),
    /// `decorated`: one of its decorators matches.
    Decorated(Vec<Guarded>),
    /// `run-by`: what this captured task runs calls it.
    RunBy(String),
    /// `generator`: it yields, nested defs left out.
    Generator(bool),
    /// `annotated`: it has one of these annotations.
    Annotated(Vec<AnnotatedPart>),
    /// `takes`: it has a parameter of one of these names.
    Takes(Vec<String>),
    /// `yields`: all that it yields is of the type that this capture is.
    Yields(String),
    /// `awaits`: how often its own code waits for something.
    Awaits(Vec<Awaits>),
    /// `callers`: whether somebody names it.
    Callers(Vec<Callers>),
    /// `reaches`: it contains a match, or a function of the project that it calls.
    Reaches(Vec<Guarded>),
    /// `used-otherwise-than`: it is not always called, and what that gives used once, so.
    UsedOtherwiseThan(Box<Used>),
}

/// What may be done with what a call of a function gives.
#[derive(Debug, Clone)]
pub struct Used {
    /// What no other word has: answers are kept by it.
    pub id: WordId,
    /// One of these.
    pub patterns: Vec<Guarded>,
}

/// What of a def may have an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotatedPart {
    /// A parameter.
    Parameter,
    /// What it returns.
    Return,
}

words!(AnnotatedPart: Parameter "parameter", Return "return");

/// How often the code of a def waits: by `await`, `async for` or `async with`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// Never.
    None,
    /// By one `await`.
    One,
    /// More often, or otherwise.
    Many,
}

words!(Awaits: None "none", One "one", Many "many");

/// Whether a def is named anywhere in the project, but where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callers {
    /// Nowhere that is seen.
    None,
    /// Somewhere.
    Some,
}

words!(Callers: None "none", Some "some");

/// Roles of functions that the code around them tells; all others are rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Passed as a value.
    Callback,
    /// A method of a class.
    Method,
    /// A method that a base class has, too.
    Override,
    /// Named `__…__`: Python calls it.
    Dunder,
    /// What a program begins with: a console script, or called by a main guard, or by the
    /// top level of a file that is a program.
    EntryPoint,
}

words!(Role: Callback "callback", Method "method", Override "override", Dunder "dunder", EntryPoint "entry-point");
