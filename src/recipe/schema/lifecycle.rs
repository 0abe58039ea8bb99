//! The keys of the table of lifecycles.

use super::field::{map, optional, required};
use super::table::COLUMN;
use crate::recipe::hook::Plain;
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
        "classes whose subclasses live so, or on whose objects the hooks are registered; none: any class with the methods",
    ),
    optional(
        "decorators",
        &PATTERNS,
        "decorators of functions that live so: what stands behind their yield ends it",
    ),
    optional("setup", &NAMES, "methods that begin it"),
    optional(
        "teardown",
        &NAMES,
        "methods that end it, the best one first",
    ),
    optional(
        "hooks",
        &Shape::Entries(&Shape::AnyOrNone(&Shape::Python)),
        "how a function $hook is registered on an $owner that begins it: how one is that ends it, the best one first; none: what stands behind its yield does",
    ),
    optional(
        "called",
        &Shape::Python,
        "what hooks are given: $hook($owner)",
    ),
    optional(
        "plain",
        &Shape::Word(Plain::WORDS),
        "where hooks run that are no coroutines",
    ),
    optional(
        "kept",
        &Shape::Python,
        "where a $handle is kept between hooks: $owner.state.$handle, $owner[\"$handle\"], or $handle in the module",
    ),
    optional(
        "own-start",
        &Shape::Python,
        "how the owner starts $coro itself, by a $name, and ends it",
    ),
    optional(
        "unless",
        &UNLESS,
        "which objects call none of the hooks that are registered on them",
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
        "join: the methods of base classes, or other hooks, are called too",
    ),
    optional(
        "create",
        &Shape::Python,
        "the method or hook that is written where there is none, with $...end",
    ),
    required("because", &Shape::Text, "who calls the methods"),
    required("source", &Shape::Text, "where that was read or seen"),
    optional("versions", &Shape::Text, "the versions it holds for"),
]);

static UNLESS: Shape = map(&[
    required("made-by", &super::PATTERNS, "what makes such an object"),
    required(
        "because",
        &Shape::Text,
        "why it calls none and what to do, behind `never runs, since`",
    ),
]);

static NAMES: Shape = Shape::AnyOrNone(&Shape::Name);
static PATTERNS: Shape = Shape::Any(&Shape::Python);
