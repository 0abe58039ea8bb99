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
        "how much code around the match the claim covers",
    ),
    required(
        "from",
        &Shape::Any(&Shape::Text),
        "recipes that leave this code as it is: ids, areas, globs",
    ),
]);

pub(super) static EXTRACT: Shape = map(&[
    required(
        "statements",
        &Shape::Any(&Shape::Word(Extent::WORDS)),
        "the statements that move: a main guard's `block`, all from `first-to-last` site, a `site`, or a function's `body`",
    ),
    optional(
        "header",
        &Shape::Python,
        "with `body`: the new header of the matched function",
    ),
    optional(
        "along",
        &PATTERNS,
        "with `first-to-last`: earlier statements that move too if they contain a match",
    ),
    optional(
        "refuse",
        &Shape::Entries(&Shape::Text),
        "with `block` and `first-to-last`: code that must not run inside the new function, as a map of pattern to reason",
    ),
    required("into", &Shape::Python, "the header of the new function"),
    required(
        "run",
        &Shape::Python,
        "the code that takes the place of the statements",
    ),
]);

pub(super) static INTO_CONTEXT: Shape = map(&[
    required(
        "into",
        &Shape::Python,
        "the decorator and header of the function. Its name is the first of `names`",
    ),
    required(
        "before-yield",
        &Shape::Text,
        "the name in `collect` of the handlers that run before `yield`, in order of registration",
    ),
    required(
        "after-yield",
        &Shape::Text,
        "the name in `collect` of the handlers that run after `yield`, in order of registration",
    ),
    required("attach", &ATTACH, "how the object gets the function"),
    optional(
        "elsewhere",
        &ELSEWHERE,
        "registrations in files that import the object, and that this file imports",
    ),
]);

static ELSEWHERE: Shape = map(&[
    required(
        "before-yield",
        &PATTERNS,
        "registrations of handlers that run before `yield`",
    ),
    required(
        "after-yield",
        &PATTERNS,
        "registrations of handlers that run after `yield`",
    ),
]);

static ATTACH: Shape = map(&[
    required(
        "argument",
        &Shape::Name,
        "the keyword argument that takes the function",
    ),
    required(
        "of",
        &Shape::Capture,
        "the object, which one call of the file makes. That call gets the argument",
    ),
]);

pub(super) static ARGUMENTS: Shape =
    Shape::Entries(&Shape::Any(&Shape::Either(&Shape::Python, &ARGUMENT)));

static ARGUMENT: Shape = map(&[
    optional(
        "when",
        &CONDITION,
        "the condition of this case. If no case applies, the argument stays",
    ),
    optional(
        "becomes",
        &Shape::Python,
        "the keyword argument to write instead",
    ),
    optional(
        "refuse",
        &Shape::Text,
        "why the call stays as it is. The site is a finding",
    ),
    optional(
        "to",
        &Shape::Word(&["settings"]),
        "the argument moves to `$*settings`, for the call that makes the shared object",
    ),
    optional(
        "absent",
        &ABSENT,
        "what to write where the call does not have the argument",
    ),
]);

static ABSENT: Shape = Shape::OneOf(&[
    optional(
        "settings",
        &Shape::Python,
        "a keyword argument for `$*settings`",
    ),
    optional(
        "here",
        &Shape::Python,
        "a keyword argument for this call, where `$*settings` has another value for it",
    ),
]);

pub(super) static EXCEPTIONS: Shape =
    Shape::Entries(&Shape::Any(&Shape::Either(&Shape::Name, &EXCEPTION)));

static EXCEPTION: Shape = map(&[
    optional(
        "class",
        &Shape::Name,
        "an exception that the handler names afterwards. The name of the old one keeps it",
    ),
    optional(
        "refuse",
        &PATTERNS,
        "uses of the caught `$error` that do not work with the new exceptions. The site is a finding",
    ),
    optional("because", &Shape::Text, "the reason for `refuse`"),
    optional(
        "tries",
        &PATTERNS,
        "the exception is only for a `try` whose body has a match",
    ),
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
        "the definition or statement. Its comments can contain fresh names, too",
    ),
    required(
        "at",
        &ADD_AT,
        "where to write it: before or after the statement of the site, once in the module, or beside a definition. `old-header`: as the body of a function with the name and parameters that the matched `def` had. `$*parameters` passes them on",
    ),
    optional(
        "reuse",
        &PATTERNS,
        "at module level: statements to use instead, which bind the name that `text` defines",
    ),
]);

static ADD_AT: Shape = Shape::Either(&Shape::Word(AddPlace::WORDS), &ADD_BESIDE);

static ADD_BESIDE: Shape = map(&[required(
    "beside",
    &Shape::Capture,
    "the function, module variable or attribute after whose definition the text goes",
)]);
