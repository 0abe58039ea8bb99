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
        "what the rows may say, for readers",
    ),
    required("rows", &Shape::List(&LIFECYCLE), "one lifecycle each"),
]);

static LIFECYCLE: Shape = map(&[
    required("id", &Shape::Text, "the name of the lifecycle"),
    optional(
        "classes",
        &Shape::Any(&Shape::Globs),
        "classes whose subclasses have it, or whose objects hooks are registered on. None: any class with the methods",
    ),
    optional(
        "decorators",
        &PATTERNS,
        "decorators of functions that have it. Their teardown is the code after `yield`",
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
        "how a `$hook` is registered that begins it on an `$owner`, and how those that end it. None: the code after its `yield`",
    ),
    optional(
        "called",
        &Shape::Python,
        "how hooks are called: `$hook($owner)`",
    ),
    optional("plain", &Shape::Word(Plain::WORDS), "where sync hooks run"),
    optional(
        "kept",
        &Shape::Python,
        "where a `$handle` is kept between hooks: `$owner.state.$handle`, `$owner[\"$handle\"]`, or `$handle` in the module",
    ),
    optional(
        "own-start",
        &Shape::Python,
        "how the owner starts `$coro` itself, by a `$name`, and ends it",
    ),
    optional(
        "unless",
        &UNLESS,
        "objects that call none of the hooks registered on them",
    ),
    required(
        "order",
        &Shape::Word(Order::WORDS),
        "the certain order of setup and teardown",
    ),
    optional(
        "reached",
        &Shape::Word(Reached::WORDS),
        "whether the teardown runs on every way out",
    ),
    optional(
        "overrides",
        &Shape::Word(Overrides::WORDS),
        "`join`: the methods of base classes, or other hooks, run too",
    ),
    optional(
        "create",
        &Shape::Python,
        "the method or hook to write where there is none. `$...end` is what it ends",
    ),
    required("because", &Shape::Text, "who calls the methods"),
    required("source", &Shape::Text, "where that was read or seen"),
    optional("versions", &Shape::Text, "the versions for which it holds"),
]);

static UNLESS: Shape = map(&[
    required(
        "made-by",
        &super::PATTERNS,
        "the calls that make such an object",
    ),
    required(
        "because",
        &Shape::Text,
        "why it calls none, and what to do. The text follows `never runs, since`",
    ),
]);

static NAMES: Shape = Shape::AnyOrNone(&Shape::Name);
static PATTERNS: Shape = Shape::Any(&Shape::Python);
