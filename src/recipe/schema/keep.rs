//! The keys of the verb `keep-handle`, and of the table that says how things end.

use super::field::{map, optional, required};
use super::pattern::PATTERNS;
use super::table::COLUMN;
use crate::recipe::shape::{Field, Shape};

pub(super) static KEEP: Shape = map(&[
    optional(
        "name",
        &Shape::Text,
        "what the value is called; on an object with an underscore before it; without it the value is stored already, as `where: {stored: …}` says",
    ),
    optional(
        "type",
        &Shape::Python,
        "the value's type, where the file annotates such things; $result is what runs gives",
    ),
    required(
        "end",
        &Shape::Either(&Shape::Name, &END),
        "how the owner's teardown ends it: a row of the table endings, or as here",
    ),
    optional(
        "many",
        &MANY,
        "beside name: where the site may run more than once",
    ),
]);

/// The table of endings.
pub static ENDINGS: Shape = map(&[
    required("columns", &Shape::Entries(&COLUMN), "what the rows may say"),
    required("rows", &Shape::List(&ROW), "one ending each"),
]);

static ROW: Shape = map(&[ID, ONE, EACH, AT, THEN, ENDED_BY, WAITED_BY, STOPPED_BY]);
static END: Shape = map(&[ONE, EACH, AT, THEN, ENDED_BY, WAITED_BY, STOPPED_BY]);

const ID: Field = required("id", &Shape::Text, "the ending's name");
const ONE: Field = required(
    "one",
    &Shape::Name,
    "what a variable for one of several is called",
);
const EACH: Field = required("each", &Shape::Python, "what is done to each $handle");
const AT: Field = optional(
    "at",
    &Shape::Word(&["first", "last"]),
    "whether the teardown ends it before all else it does (the default), or after",
);
const THEN: Field = optional(
    "then",
    &WAITINGS,
    "what is done to all $*handles afterwards, where the teardown can await: the first of these that the file has",
);
const ENDED_BY: Field = optional(
    "ended-by",
    &Shape::Entries(&Shape::Text),
    "pattern: what a teardown that has it does already, so that nothing is added to it",
);
const WAITED_BY: Field = optional(
    "waited-by",
    &Shape::Entries(&Shape::Text),
    "pattern: what a teardown that has it waits for, so that the end may stand behind it only",
);
const STOPPED_BY: Field = optional(
    "stopped-by",
    &Shape::Name,
    "the exception that ends what runs: one that swallows it in a loop would be waited for in vain",
);

static WAITINGS: Shape = Shape::Any(&WAITING);
static WAITING: Shape = Shape::Either(&Shape::Python, &LIKE);

static LIKE: Shape = map(&[
    required(
        "like",
        &PATTERNS,
        "it is written so where the file has a match, whose captures may be named",
    ),
    optional(
        "names",
        &NAMES,
        "fresh names and what they would like to be",
    ),
    optional("each", &Shape::Python, "lines for each $handle"),
    optional("all", &Shape::Python, "lines for all $*handles"),
]);

static MANY: Shape = map(&[
    required("in", &Shape::Python, "the collection that keeps them"),
    optional("type", &Shape::Python, "the collection's type"),
    required(
        "each",
        &Shape::Any(&Shape::Python),
        "how a $handle comes into the collection $handles, and leaves it",
    ),
]);

static NAMES: Shape = Shape::Entries(&Shape::Any(&Shape::Name));
