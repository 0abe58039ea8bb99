//! The keys of an example.

use super::field::{map, optional, required};
use crate::recipe::example::ExampleForm;
use crate::recipe::safety::Safety;
use crate::recipe::shape::Shape;

/// An example of a recipe.
pub(super) static EXAMPLE: Shape = map(&[
    required("name", &Shape::Text, "says the behavior"),
    optional("before", &FILES, "files before"),
    optional("after", &FILES, "files after"),
    optional("unchanged", &FILES, "files that stay"),
    optional(
        "form",
        &Shape::Word(ExampleForm::WORDS),
        "what a text without a file name is",
    ),
    optional(
        "level",
        &Shape::Word(&["safe", "review"]),
        "level applied, by default review",
    ),
    optional(
        "safety",
        &Shape::Any(&Shape::Word(Safety::WORDS)),
        "of the changes, in order of place",
    ),
    optional(
        "findings",
        &Shape::AnyOrNone(&Shape::Text),
        "parts of the findings' reasons",
    ),
    optional("python", &Shape::Version, "target version"),
    optional(
        "run",
        &Shape::Flag,
        "whether both sides run and print the same",
    ),
    optional(
        "fails",
        &Shape::Name,
        "the error that ends the files before; those after run",
    ),
]);

/// The text of one file, or of several by name.
pub(super) static FILES: Shape = Shape::Either(&Shape::Python, &Shape::Entries(&Shape::Python));
