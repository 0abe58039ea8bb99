//! The keys of what a rule says about its verb: options, what it claims, and what it requires.

use super::condition::CONDITION;
use super::field::{map, optional, required};
use super::pattern::PATTERNS;
use crate::recipe::ClaimExtent;
use crate::recipe::shape::Shape;
use crate::recipe::verb::{AddPlace, Extent};

pub(super) static CLAIMS: Shape = map(&[
    required(
        "in",
        &Shape::Word(ClaimExtent::WORDS),
        "how far around the match",
    ),
    required(
        "from",
        &Shape::Any(&Shape::Text),
        "recipes that leave it: ids, areas, globs",
    ),
]);

pub(super) static EXTRACT: Shape = map(&[
    required(
        "statements",
        &Shape::Any(&Shape::Word(Extent::WORDS)),
        "which statements move: the first extent that holds all sites; body: those of the matched def, into a function inside of it that returns what the def returned",
    ),
    optional(
        "header",
        &Shape::Python,
        "what the header of the def becomes whose body moves",
    ),
    optional(
        "along",
        &PATTERNS,
        "statements with a match move too, when they stand before",
    ),
    optional(
        "refuse",
        &Shape::Entries(&Shape::Text),
        "pattern: why it must not run inside of the function",
    ),
    required("into", &Shape::Python, "the header of the function"),
    required("run", &Shape::Python, "what stands in their place"),
]);

pub(super) static INTO_CONTEXT: Shape = map(&[
    required(
        "into",
        &Shape::Python,
        "the header of the function, with its decorator; its name is the first of `names`",
    ),
    required(
        "before-yield",
        &Shape::Text,
        "what of `collect` runs before the `yield`, in the order of registration",
    ),
    required(
        "after-yield",
        &Shape::Text,
        "what of `collect` runs behind it, in the order of registration",
    ),
    required(
        "attach",
        &ATTACH,
        "how the function comes to what the sites have in common",
    ),
    optional(
        "elsewhere",
        &ELSEWHERE,
        "what registers at the same in files that import it: this file calls it where it imports them",
    ),
]);

static ELSEWHERE: Shape = map(&[
    required("before-yield", &PATTERNS, "what runs before the `yield`"),
    required("after-yield", &PATTERNS, "what runs behind it"),
]);

static ATTACH: Shape = map(&[
    required(
        "argument",
        &Shape::Name,
        "the keyword argument that is given the function",
    ),
    required(
        "of",
        &Shape::Capture,
        "what the sites have in common: the name of what one call makes, which gets the argument",
    ),
]);

pub(super) static ARGUMENTS: Shape =
    Shape::Entries(&Shape::Any(&Shape::Either(&Shape::Python, &ARGUMENT)));

static ARGUMENT: Shape = map(&[
    optional(
        "when",
        &CONDITION,
        "only then; else the next case, and behind the last the argument stays",
    ),
    optional("becomes", &Shape::Python, "another keyword argument"),
    optional("refuse", &Shape::Text, "why the call stays as it is"),
    optional(
        "to",
        &Shape::Word(&["settings"]),
        "it goes to $*settings, what makes the object that the sites share",
    ),
    optional(
        "absent",
        &ABSENT,
        "what is written where the call has no such argument",
    ),
]);

static ABSENT: Shape = Shape::OneOf(&[
    optional("settings", &Shape::Python, "in $*settings"),
    optional(
        "here",
        &Shape::Python,
        "in the call, where $*settings has an argument of that name",
    ),
]);

pub(super) static EXCEPTIONS: Shape =
    Shape::Entries(&Shape::Any(&Shape::Either(&Shape::Name, &EXCEPTION)));

static EXCEPTION: Shape = map(&[
    optional(
        "class",
        &Shape::Name,
        "the exception; its own name: it stays beside the others",
    ),
    optional(
        "refuse",
        &PATTERNS,
        "instead of a class: uses of $error, what a handler was given, that the new exceptions do not know",
    ),
    optional("because", &Shape::Text, "of `refuse`: why"),
    optional("tries", &PATTERNS, "only where what is tried has a match"),
]);

pub(super) static WRAP: Shape = map(&[required(
    "in",
    &Shape::Python,
    "the header of the block: `async with $make() as $name`",
)]);

pub(super) static ADD: Shape = map(&[
    required(
        "text",
        &Shape::Python,
        "a definition or statement; names of `names` stand in its comments too",
    ),
    required(
        "at",
        &ADD_AT,
        "before or after the statement of the site, beside a function, or at the module's own level: there one is for all sites of the file",
    ),
    optional(
        "reuse",
        &PATTERNS,
        "at the module's own level: statements there that serve as well, with the name that `text` defines",
    ),
]);

static ADD_AT: Shape = Shape::Either(&Shape::Word(AddPlace::WORDS), &ADD_BESIDE);

static ADD_BESIDE: Shape = map(&[required(
    "beside",
    &Shape::Capture,
    "behind the function that this names, or the statement that makes the variable of the module, or the attribute in `__init__`",
)]);
