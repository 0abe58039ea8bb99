//! The keys of tables: their columns, and the columns of the one that the compiler itself reads.

use super::condition::CONDITION;
use super::field::{map, optional, required};
use super::pattern::PATTERNS;
use crate::recipe::kind::{AsyncDef, Entered, Serializes};
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
    "maps with the table's columns",
)]);

pub(super) static COLUMN: Shape = map(&[
    required("type", &Shape::Word(ColumnType::WORDS), "the values' type"),
    optional(
        "words",
        &Shape::Any(&Shape::Text),
        "the values of a column of words",
    ),
    optional("required", &Shape::Flag, "whether every row has it"),
    required("about", &Shape::Text, "what it means"),
]);

static KIND: Shape = map(&[
    required("id", &Shape::Text, "the kind's name"),
    optional(
        "made-by",
        &Shape::Any(&Shape::Python),
        "expressions whose value is of the kind",
    ),
    optional(
        "derived",
        &Shape::Any(&Shape::Python),
        "expressions whose value is of the kind where $x in them is",
    ),
    optional(
        "inside",
        &Shape::Any(&Shape::Python),
        "expressions that name what is inside $x",
    ),
    optional(
        "outside",
        &Shape::Any(&Shape::Python),
        "expressions that name what $x is inside",
    ),
    optional(
        "last-part",
        &Shape::Any(&Shape::Python),
        "expressions that give the last part of $x alone",
    ),
    optional("classes", &Shape::Any(&Shape::Name), "qualified classes"),
    optional(
        "defines",
        &Shape::Any(&Shape::Name),
        "methods that tell it: a class that has one, or whose bases do",
    ),
    optional(
        "unless",
        &Shape::Any(&Shape::Name),
        "methods with which a class that derives from one of them may be none",
    ),
    optional(
        "entered",
        &Shape::Word(Entered::WORDS),
        "what entering a value of the kind gives",
    ),
    optional(
        "ambient",
        &Shape::Any(&Shape::Python),
        "two calls give the same object",
    ),
    optional(
        "housekeeping",
        &Shape::Any(&Shape::Python),
        "only looks after the value",
    ),
    optional(
        "owned-by",
        &Shape::Any(&Shape::Python),
        "uses of an object that make its attributes of the kind",
    ),
    optional(
        "attributes",
        &Shape::Any(&Shape::Name),
        "the attributes that owned-by speaks of",
    ),
    optional(
        "async-def",
        &Shape::Word(AsyncDef::WORDS),
        "what of an async def is of the kind",
    ),
    optional(
        "decorated-by",
        &Shape::Any(&Shape::Name),
        "a call of a def of the project under one of these, and no other, is of the kind",
    ),
    optional(
        "serializes",
        &Shape::Word(Serializes::WORDS),
        "whose code takes turns while it is held",
    ),
    optional(
        "called",
        &Shape::Any(&Shape::Name),
        "parts of names that tell it where nothing else does",
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
