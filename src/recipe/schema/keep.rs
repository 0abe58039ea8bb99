//! The keys of the verb `keep-handle`, and of the table that says how things end.

use super::field::{map, optional, required};
use super::pattern::PATTERNS;
use super::table::COLUMN;
use crate::recipe::shape::{Field, Shape};

pub(super) static KEEP: Shape = map(&[
    optional(
        "name",
        &Shape::Text,
        "the name for the value. An attribute begins with an underscore. Leave it out where `stored` finds the value",
    ),
    optional(
        "type",
        &Shape::Python,
        "the type of the value, where `__init__` annotates attributes. `$result` is what the coroutine returns",
    ),
    required(
        "end",
        &Shape::Either(&Shape::Name, &END),
        "how the teardown ends the value: a row of the table `endings`, or its keys",
    ),
    optional(
        "many",
        &MANY,
        "the collection for a site that may run more than once. Its name is `name` with an `s`. A class needs an `__init__`, and an async teardown",
    ),
]);

/// The table of endings.
pub static ENDINGS: Shape = map(&[
    optional(
        "columns",
        &Shape::Entries(&COLUMN),
        "what the rows may say, for readers",
    ),
    required("rows", &Shape::List(&ROW), "one ending each"),
]);

static ROW: Shape = map(&[ID, ONE, EACH, AT, THEN, ENDED_BY, WAITED_BY, STOPPED_BY]);
static END: Shape = map(&[ONE, EACH, AT, THEN, ENDED_BY, WAITED_BY, STOPPED_BY]);

const ID: Field = required("id", &Shape::Text, "the name of the ending");
const ONE: Field = required(
    "one",
    &Shape::Name,
    "the name of a variable for one value of several",
);
const EACH: Field = required("each", &Shape::Python, "the code that ends one `$handle`");
const AT: Field = optional(
    "at",
    &Shape::Word(&["first", "last"]),
    "whether the teardown ends it before all its other code (the default), or after",
);
const THEN: Field = optional(
    "then",
    &WAITINGS,
    "the code after that for all `$*handles`, where the teardown can await. Of a list, the first form that the file uses",
);
const ENDED_BY: Field = optional(
    "ended-by",
    &Shape::Entries(&Shape::Text),
    "patterns for code that already ends the value in a teardown, each with the reason of the finding",
);
const WAITED_BY: Field = optional(
    "waited-by",
    &Shape::Entries(&Shape::Text),
    "patterns for code in a teardown that waits for the value, each with the reason of the finding. `$shared` is what both use",
);
const STOPPED_BY: Field = optional(
    "stopped-by",
    &Shape::Name,
    "the exception that ends the running code. A loop that catches it makes the site a finding",
);

static WAITINGS: Shape = Shape::Any(&WAITING);
static WAITING: Shape = Shape::Either(&Shape::Python, &LIKE);

static LIKE: Shape = map(&[
    required(
        "like",
        &PATTERNS,
        "this form is used where the file has a match, whose metavariables it can name",
    ),
    optional(
        "names",
        &NAMES,
        "fresh names, each with the spellings to try in order",
    ),
    optional("each", &Shape::Python, "lines for each `$handle`"),
    optional("all", &Shape::Python, "lines for all `$*handles`"),
]);

static MANY: Shape = map(&[
    required("in", &Shape::Python, "the empty collection"),
    optional(
        "type",
        &Shape::Python,
        "the type of the collection, where `__init__` annotates attributes",
    ),
    required(
        "each",
        &Shape::Any(&Shape::Python),
        "how a `$handle` gets into the collection `$handles`, and out of it",
    ),
]);

static NAMES: Shape = Shape::Entries(&Shape::Any(&Shape::Name));
