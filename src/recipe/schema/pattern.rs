//! The keys of patterns.

use super::condition::CONDITION;
use super::field::{map, optional};
use crate::recipe::shape::Shape;

/// A pattern, or several.
pub static PATTERNS: Shape = Shape::Any(&PATTERN);

pub(super) static PATTERNS_OR_NONE: Shape = Shape::AnyOrNone(&PATTERN);

pub(super) static PATTERN: Shape = Shape::Either(&Shape::Python, &GUARDED);

static GUARDED: Shape = map(&[
    optional("match", &PATTERNS, "any of these patterns matches"),
    optional(
        "magic",
        &Shape::Text,
        "a line magic of a notebook: `%gui asyncio`",
    ),
    optional(
        "dependency",
        &Shape::Text,
        "the entries and install lines of a package, after this recipe removed the last use of it in a file",
    ),
    optional("where", &CONDITION, "a condition that the match must meet"),
    optional(
        "lacking",
        &Shape::Text,
        "dependency files that do not list this package, after a change of this recipe began to use it",
    ),
    optional(
        "table",
        &Shape::Text,
        "under `patterns`: a table whose patterns this is. `where` selects rows by `$row.column: {text: …}`",
    ),
    optional(
        "column",
        &Shape::Text,
        "the column of the table that has the patterns",
    ),
]);

/// The keys of a pattern that is a map, of which it has exactly one.
pub const PATTERN_KEYS: &[&str] = &["match", "magic", "dependency", "lacking"];
