//! Keys of `elsewhere`, `file` and `project`: what whole files are asked.

use super::field::{map, optional, required};
use super::pattern::PATTERNS;
use crate::recipe::condition::FileTrait;
use crate::recipe::shape::Shape;

pub(super) static ELSEWHERE: Shape = map(&[
    required("has", &PATTERNS, "one of these files contains a match"),
    optional(
        "not-of",
        &Shape::Capture,
        "a name of this file. Where other files import it, calls on it do not count",
    ),
    optional(
        "of",
        &Shape::Capture,
        "a name of this file. Where other files import it, only its attributes and calls with it count",
    ),
    optional(
        "names",
        &Shape::Capture,
        "a name. Only code that contains it counts, also as an attribute",
    ),
]);

pub(super) static FILE: Shape = map(&[
    optional(
        "is",
        &Shape::Any(&Shape::WordOrUnknown(FileTrait::WORDS)),
        "the kind of file. A `percent` file runs cell by cell. A `maybe-script` may also run as a script",
    ),
    optional(
        "imports",
        &Shape::Any(&Shape::Names),
        "it imports one of these modules",
    ),
    optional(
        "imports-only",
        &Shape::AnyOrNone(&Shape::Names),
        "all modules that it imports are these, of the project, or of the standard library",
    ),
    optional("has", &PATTERNS, "it contains a match"),
    optional(
        "had",
        &PATTERNS,
        "it contained a match before an earlier recipe of this run changed it",
    ),
    optional(
        "one-task",
        &PATTERNS,
        "one task runs all its functions: those passed to these calls, and those that they await",
    ),
]);

pub(super) static PROJECT: Shape = map(&[
    optional(
        "imports",
        &Shape::Any(&Shape::Names),
        "a file of the project uses one of these modules, after the changes",
    ),
    optional(
        "says",
        &SAYS,
        "texts in other files of the project, such as settings and dependencies",
    ),
]);

static SAYS: Shape = map(&[
    required(
        "in",
        &Shape::Any(&Shape::Text),
        "names of files, in the folder of the file or above it",
    ),
    required(
        "text",
        &Shape::Any(&Shape::Text),
        "one of these texts, or a match of a `/regex/`",
    ),
]);
