//! The keys of the table of roles.

use super::condition::CONDITION;
use super::field::{map, optional, required};
use super::table::COLUMN;
use crate::recipe::shape::Shape;

/// The table of roles.
pub static ROLES: Shape = map(&[
    required("columns", &Shape::Entries(&COLUMN), "what the rows may say"),
    required("rows", &Shape::List(&ROLE), "one role each"),
]);

static ROLE: Shape = map(&[
    required("role", &Shape::Text, "the name of the role"),
    optional("decorators", &PATTERNS, "one of its decorators matches"),
    optional(
        "given-to",
        &PATTERNS,
        "code that passes the function on, as `$f`",
    ),
    optional(
        "anywhere",
        &Shape::Flag,
        "whether `given-to` is also searched in other files of the project",
    ),
    optional(
        "starts-program",
        &Shape::Flag,
        "whether a program starts there: a function that it calls is an `entry-point`, unless another file uses it",
    ),
    optional(
        "awaited",
        &Shape::Flag,
        "whether what calls such a method of `bases` awaits it if it is a coroutine function",
    ),
    optional(
        "nested",
        &Shape::Flag,
        "whether a function inside such a function has the role, too",
    ),
    optional(
        "bases",
        &Shape::Any(&Shape::Name),
        "it is a method of a class that derives from one of these",
    ),
    optional(
        "methods",
        &Shape::Any(&Shape::Text),
        "which methods of `bases`",
    ),
    optional(
        "named",
        &Shape::Any(&Shape::Text),
        "its name. `*` means any letters",
    ),
    optional("when", &CONDITION, "a condition that holds at its header"),
    optional(
        "stays",
        &Shape::Text,
        "why such a function stays sync where what it calls turns async: `awaitify graph` says it",
    ),
]);

static PATTERNS: Shape = Shape::Any(&Shape::Python);
