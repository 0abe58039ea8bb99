//! The keys of the table of roles.

use super::field::{map, optional, required};
use super::table::COLUMN;
use crate::recipe::shape::Shape;

/// The table of roles.
pub static ROLES: Shape = map(&[
    required("columns", &Shape::Entries(&COLUMN), "what the rows may say"),
    required("rows", &Shape::List(&ROLE), "one role each"),
]);

static ROLE: Shape = map(&[
    required("role", &Shape::Text, "the role's name"),
    optional("decorators", &PATTERNS, "one of its decorators fits"),
    optional("given-to", &PATTERNS, "it is handed over like this, as $f"),
    optional(
        "anywhere",
        &Shape::Flag,
        "given-to is looked for in other files of the project, too",
    ),
    optional("bases", &Shape::Any(&Shape::Name), "classes of its methods"),
    optional("methods", &Shape::Any(&Shape::Text), "which methods"),
    optional(
        "named",
        &Shape::Any(&Shape::Text),
        "its name, * for any letters",
    ),
]);

static PATTERNS: Shape = Shape::Any(&Shape::Python);
