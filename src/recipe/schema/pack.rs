//! The keys of packs.

use super::field::{map, optional, required};
use crate::recipe::shape::Shape;

/// A pack.
pub static PACK: Shape = map(&[
    required("id", &Shape::Text, "the file's name; a selector too"),
    required("about", &Shape::Text, "whom it is for"),
    optional("default", &Shape::Flag, "on where nobody chooses"),
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
        "recipes that come in this order, whichever packs they are in",
    ),
]);
