//! The keys of packs.

use super::field::{map, optional, required};
use crate::recipe::shape::Shape;

/// A pack.
pub static PACK: Shape = map(&[
    required(
        "id",
        &Shape::Text,
        "the name of the pack and of its file. `--select` can name it",
    ),
    required("about", &Shape::Text, "who the pack is for"),
    optional(
        "default",
        &Shape::Flag,
        "whether it is on where the project selects nothing",
    ),
    required(
        "include",
        &Shape::AnyOrNone(&Shape::Text),
        "its recipes (ids and globs), in order of precedence",
    ),
    optional(
        "exclude",
        &Shape::Any(&Shape::Text),
        "recipes that it leaves out (ids and globs)",
    ),
    optional(
        "order",
        &Shape::List(&Shape::Text),
        "recipes that take precedence in this order, whichever packs they are in",
    ),
]);
