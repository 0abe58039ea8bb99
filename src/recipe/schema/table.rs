//! The keys of tables: their columns, and the columns of the one that the compiler itself reads.

use super::condition::CONDITION;
use super::field::{map, optional, required};
use super::pattern::PATTERNS;
use crate::recipe::kind::{AsyncDef, Entered, Serializes, UsedBy};
use crate::recipe::shape::Shape;
use crate::recipe::table::ColumnType;

/// The table of kinds.
pub static KINDS: Shape = map(&[
    required("columns", &Shape::Entries(&COLUMN), "what the rows may say"),
    required("rows", &Shape::List(&KIND), "one kind each"),
]);

/// Any other table.
pub static TABLE: Shape = map(&[
    required("columns", &Shape::Entries(&COLUMN), "what the rows may say"),
    required("rows", &Shape::List(&Shape::Row), "maps with these columns"),
]);

/// Rows for a table that is there, with its columns.
pub static ROWS: Shape = map(&[required(
    "rows",
    &Shape::List(&Shape::Row),
    "maps with the columns of the table",
)]);

pub(super) static COLUMN: Shape = map(&[
    required(
        "type",
        &Shape::Word(ColumnType::WORDS),
        "the type of the values",
    ),
    optional(
        "words",
        &Shape::Any(&Shape::Text),
        "the values that a column of words may have",
    ),
    optional("required", &Shape::Flag, "whether each row must have it"),
    required("about", &Shape::Text, "what it means"),
]);

static KIND: Shape = map(&[
    required("id", &Shape::Text, "the name of the kind"),
    optional(
        "made-by",
        &Shape::Any(&Shape::Python),
        "expressions whose value is of the kind",
    ),
    optional(
        "derived",
        &Shape::Any(&Shape::Python),
        "expressions whose value is of the kind if `$x` in them is",
    ),
    optional(
        "elements",
        &Shape::Any(&Shape::Python),
        "expressions that give values of the kind to a loop if `$x` in them is of the kind",
    ),
    optional(
        "inside",
        &Shape::Any(&Shape::Python),
        "expressions that name something inside `$x`",
    ),
    optional(
        "outside",
        &Shape::Any(&Shape::Python),
        "expressions that name what contains `$x`",
    ),
    optional(
        "last-part",
        &Shape::Any(&Shape::Python),
        "expressions that give the last part of `$x` alone",
    ),
    optional(
        "classes",
        &Shape::Any(&Shape::Name),
        "qualified names of classes",
    ),
    optional(
        "defines",
        &Shape::Any(&Shape::Name),
        "methods. A class that has one, itself or from a base, is of the kind",
    ),
    optional(
        "unless",
        &Shape::Any(&Shape::Name),
        "methods. A class that has one may not be of the kind, even if it derives from one of `classes`",
    ),
    optional(
        "entered",
        &Shape::Word(Entered::WORDS),
        "what a `with` gives for a value of the kind",
    ),
    optional(
        "ambient",
        &Shape::Any(&Shape::Python),
        "calls that always give the same object",
    ),
    optional(
        "housekeeping",
        &Shape::Any(&Shape::Python),
        "code that only looks after the value, such as `$x.close()`",
    ),
    optional(
        "owned-by",
        &Shape::Any(&Shape::Python),
        "uses of an object that make its attributes of the kind",
    ),
    optional(
        "attributes",
        &Shape::Any(&Shape::Name),
        "the attributes for `owned-by`",
    ),
    optional(
        "async-def",
        &Shape::Word(AsyncDef::WORDS),
        "what of an `async def` is of the kind",
    ),
    optional(
        "decorated-by",
        &Shape::Any(&Shape::Name),
        "decorators. A call of a function of the project with one of these, and no other, is of the kind",
    ),
    optional(
        "serializes",
        &Shape::Word(Serializes::WORDS),
        "the code that runs one at a time while it is held",
    ),
    optional(
        "used-by",
        &Shape::Word(UsedBy::WORDS),
        "who may use a value of the kind",
    ),
    optional(
        "called",
        &Shape::Any(&Shape::Name),
        "parts of names that identify it where nothing else does",
    ),
]);

/// What the cells of a column hold.
pub fn cell(column: ColumnType) -> &'static Shape {
    match column {
        ColumnType::Text | ColumnType::Words => &Shape::Text,
        ColumnType::Texts => &Shape::Any(&Shape::Text),
        ColumnType::Patterns => &PATTERNS,
        ColumnType::Template => &Shape::Python,
        ColumnType::Condition => &CONDITION,
    }
}
