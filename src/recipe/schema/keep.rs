//! The keys of the verb `keep-handle`.

use super::{map, optional, required};
use crate::recipe::shape::Shape;

pub(super) static KEEP: Shape = map(&[
    required(
        "name",
        &Shape::Text,
        "what the value is called; on an object with an underscore before it",
    ),
    optional(
        "type",
        &Shape::Python,
        "the value's type, where the file annotates such things; $result is what runs gives",
    ),
    required("end", &END, "how the owner's teardown ends it"),
    required("many", &MANY, "where the site may run more than once"),
    optional(
        "ended-by",
        &Shape::Entries(&Shape::Text),
        "pattern: what a teardown that has it does already, so that nothing is added to it",
    ),
    optional(
        "waited-by",
        &Shape::Entries(&Shape::Text),
        "pattern: what a teardown that has it waits for, so that the end may stand behind it only",
    ),
    optional(
        "stopped-by",
        &Shape::Name,
        "the exception that ends what runs: one that swallows it in a loop would be waited for in vain",
    ),
]);

static END: Shape = map(&[
    required("each", &Shape::Python, "what is done to each $handle"),
    required(
        "then",
        &Shape::Python,
        "what is done to all $*handles afterwards, where the teardown can await",
    ),
]);

static MANY: Shape = map(&[
    required("in", &Shape::Python, "the collection that keeps them"),
    optional("type", &Shape::Python, "the collection's type"),
    required(
        "one",
        &Shape::Name,
        "what a variable for one of them is called",
    ),
    required(
        "each",
        &Shape::Any(&Shape::Python),
        "how a $handle comes into the collection $handles, and leaves it",
    ),
]);
