//! The keys of an example.

use super::field::{map, optional, required};
use crate::recipe::example::ExampleForm;
use crate::recipe::shape::Shape;

/// An example of a recipe.
pub(super) static EXAMPLE: Shape = map(&[
    required("name", &Shape::Text, "the behavior that the example shows"),
    optional(
        "before",
        &FILES,
        "the code before the change: one text, or texts by file names",
    ),
    optional("after", &FILES, "the code after the change"),
    optional("unchanged", &FILES, "code that the recipe does not change"),
    optional(
        "form",
        &Shape::Word(ExampleForm::WORDS),
        "the kind of file of a text without a name",
    ),
    optional(
        "level",
        &Shape::Word(&["safe", "review"]),
        "the level up to which awaitify makes changes. Default: `review`",
    ),
    optional(
        "safety",
        &Shape::Any(&Shape::WordElse(
            &["safe", "review"],
            "safe or review; `findings` is for findings",
        )),
        "the levels of the changes, in order of place. Findings do not count: `findings` is for them",
    ),
    optional(
        "findings",
        &Shape::AnyOrNone(&Shape::Text),
        "a part of each finding, in order of place. `[]`: no finding",
    ),
    optional(
        "python",
        &Shape::Version,
        "the target version of Python. Default: 3.11",
    ),
    optional(
        "parameters",
        &Shape::Entries(&Shape::Text),
        "values of the recipe's parameters. Default: their own defaults",
    ),
    optional(
        "run",
        &Shape::Flag,
        "whether both programs run and print the same. A test checks it for shipped recipes",
    ),
    optional(
        "fails",
        &Shape::Name,
        "the exception that ends the program before the change. Afterwards the program runs",
    ),
]);

/// The text of one file, or of several by name.
pub(super) static FILES: Shape = Shape::Either(&Shape::File, &Shape::Entries(&Shape::File));
