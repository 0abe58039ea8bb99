//! The keys of patterns.

use super::condition::CONDITION;
use super::field::{map, optional};
use crate::recipe::shape::Shape;

pub(super) static PATTERNS: Shape = Shape::Any(&PATTERN);

pub(super) static PATTERNS_OR_NONE: Shape = Shape::AnyOrNone(&PATTERN);

pub(super) static PATTERN: Shape = Shape::Either(&Shape::Python, &GUARDED);

static GUARDED: Shape = map(&[
    optional("match", &PATTERNS, "any of these patterns"),
    optional("magic", &Shape::Text, "a line magic: `%gui asyncio`"),
    optional(
        "dependency",
        &Shape::Text,
        "a package: its entries in dependency files and lines that install it",
    ),
    optional("where", &CONDITION, "asked of what it captures"),
    optional(
        "lacking",
        &Shape::Text,
        "a package that this run begins to use: dependency files that do not list it",
    ),
    optional(
        "table",
        &Shape::Text,
        "under `patterns`: those of a table, in the rows that `where` asks for by `$row.column: {text: …}`",
    ),
    optional(
        "column",
        &Shape::Text,
        "the column of the table that has them",
    ),
]);

/// The keys of a pattern that is a map, of which it has exactly one.
pub const PATTERN_KEYS: &[&str] = &["match", "magic", "dependency", "lacking"];
