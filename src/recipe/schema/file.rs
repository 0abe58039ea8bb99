//! Keys of `elsewhere`, `file` and `project`: what whole files are asked.

use super::field::{map, optional, required};
use super::pattern::PATTERNS;
use crate::recipe::condition::FileTrait;
use crate::recipe::shape::Shape;

pub(super) static ELSEWHERE: Shape = map(&[
    required("has", &PATTERNS, "one of them contains a match"),
    optional(
        "not-of",
        &Shape::Capture,
        "what they call on this, a name of this file that they import, does not count",
    ),
    optional(
        "of",
        &Shape::Capture,
        "only attributes of this, a name of this file that they import, and calls that are given it, count",
    ),
    optional(
        "names",
        &Shape::Capture,
        "only code counts in which this name stands, also as an attribute",
    ),
]);

pub(super) static FILE: Shape = map(&[
    optional(
        "is",
        &Shape::Any(&Shape::WordOrUnknown(FileTrait::WORDS)),
        "what it is",
    ),
    optional("imports", &Shape::Any(&Shape::Name), "a module"),
    optional(
        "imports-only",
        &Shape::AnyOrNone(&Shape::Name),
        "nothing but these modules, the project's and Python's own",
    ),
    optional("has", &PATTERNS, "it contains a match"),
    optional("had", &PATTERNS, "it did before the changes of this run"),
    optional(
        "one-task",
        &PATTERNS,
        "one task runs all its functions: what these calls are given, and what that awaits",
    ),
]);

pub(super) static PROJECT: Shape = map(&[
    optional(
        "imports",
        &Shape::Any(&Shape::Name),
        "a file of it uses one of these modules, as the changes of this run leave it",
    ),
    optional(
        "says",
        &SAYS,
        "what its files of other sorts say: settings, dependencies, hooks",
    ),
]);

static SAYS: Shape = map(&[
    required(
        "in",
        &Shape::Any(&Shape::Text),
        "names of files, in the directory of the file or above it",
    ),
    required(
        "text",
        &Shape::Any(&Shape::Text),
        "one of them has it, or what a `/regex/` finds",
    ),
]);
