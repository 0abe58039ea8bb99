//! The keys of the table of lifecycles.

use super::table::COLUMN;
use super::{map, optional, required};
use crate::recipe::lifecycle::{Order, Overrides, Reached};
use crate::recipe::shape::Shape;

/// The table of lifecycles.
pub static LIFECYCLES: Shape = map(&[
    optional(
        "columns",
        &Shape::Entries(&COLUMN),
        "what the rows may say, for who reads them",
    ),
    required("rows", &Shape::List(&LIFECYCLE), "one lifecycle each"),
]);

static LIFECYCLE: Shape = map(&[
    required("id", &Shape::Text, "the lifecycle's name"),
    optional(
        "classes",
        &Shape::Any(&Shape::Name),
        "classes whose subclasses live so; none: any class with the methods",
    ),
    optional(
        "decorators",
        &PATTERNS,
        "decorators of functions that live so: what stands behind their yield ends it",
    ),
    required(
        "setup",
        &Shape::AnyOrNone(&Shape::Text),
        "methods that begin it",
    ),
    required(
        "teardown",
        &Shape::AnyOrNone(&Shape::Text),
        "methods that end it, the best one first",
    ),
    required(
        "order",
        &Shape::Word(Order::WORDS),
        "what is sure about their order",
    ),
    optional(
        "reached",
        &Shape::Word(Reached::WORDS),
        "whether the end is always come to",
    ),
    optional(
        "overrides",
        &Shape::Word(Overrides::WORDS),
        "join: the methods of base classes are called too, without super()",
    ),
    optional(
        "create",
        &Shape::Python,
        "the method that is written where the class has none, with $...end",
    ),
    required("because", &Shape::Text, "who calls the methods"),
    required("source", &Shape::Text, "where that was read or seen"),
    optional("versions", &Shape::Text, "the versions it holds for"),
]);

static PATTERNS: Shape = Shape::Any(&Shape::Python);
