//! The keys of conditions: site words, and what captures and other subjects are asked.

use super::field::{map, optional, required};
use super::file::{ELSEWHERE, FILE, PROJECT};
use super::pattern::{PATTERNS, PATTERNS_OR_NONE};
use super::sides::SIDES;
use crate::recipe::condition::{
    AccessBy, Across, AnnotatedPart, Awaits, Callers, Fate, Form, MadeIn, Outcome, Place, Store,
    UsedElsewhere,
};
use crate::recipe::shape::{Keys, Shape};

/// `where` and `when`.
pub static CONDITION: Shape = Shape::Map(Keys {
    fields: &[
        optional("all", &CONDITIONS, "all of these conditions hold"),
        optional("any", &CONDITIONS, "at least one of these conditions holds"),
        optional("not", &CONDITIONS, "none of these conditions holds"),
        optional(
            "inside",
            &Shape::Any(&PLACE),
            "the innermost place around the site. A `function` is a sync function, a `generator` a generator expression",
        ),
        optional(
            "outer",
            &Shape::Any(&PLACE),
            "the place around the innermost one",
        ),
        optional(
            "within",
            &PATTERNS,
            "around the site, in its function: `loop`, `try`, `except`, `finally`, `main-guard`, or a header that matches",
        ),
        optional(
            "matched",
            &Shape::Word(&["unknown"]),
            "it is unknown whether the pattern matches, as after a star import",
        ),
        optional(
            "can-await",
            &Shape::Flag,
            "whether the code at the site can use `await`",
        ),
        optional(
            "preceded-by",
            &PATTERNS,
            "a match runs before the site, on every path",
        ),
        optional(
            "followed-by",
            &PATTERNS,
            "a match runs after the site, on every path",
        ),
        optional(
            "python",
            &Shape::Requirement,
            "the target version of Python",
        ),
        optional(
            "may-run-on",
            &Shape::Requirement,
            "one of the Python versions that the code may run on, from the target version up",
        ),
        optional(
            "result",
            &Shape::Any(&FATE),
            "what the code does with the value of the site",
        ),
        optional(
            "passed-to",
            &Shape::Any(&Shape::Globs),
            "the value is an argument of a call of one of these functions",
        ),
        optional(
            "holding",
            &Shape::Any(&Shape::Kind),
            "the code around the site has entered or acquired a value of this kind",
        ),
        optional(
            "read-before-written-after",
            &Shape::Any(&ACCESS),
            "the function (`called`: or one that it calls) reads shared state before the site and writes it after",
        ),
        optional(
            "across",
            &Shape::Any(&ACROSS),
            "how the function uses shared state before and after the site, without an asyncio lock",
        ),
        optional(
            "on-both-sides",
            &SIDES,
            "code before the site and code after it use the same thing, without an asyncio lock",
        ),
        optional(
            "awaited",
            &CONDITION,
            "this holds at an `await` of the function around the site, in any file. Metavariables mean nothing in it. `{found.line}`, `{why}` and `{names}` are about that `await`",
        ),
        optional(
            "loops-over",
            &Shape::Word(&["shared"]),
            "a loop around the site iterates over a collection that other tasks may change",
        ),
        optional(
            "patched",
            &Shape::Any(&Shape::Names),
            "a test of the project patches one of these names",
        ),
        optional(
            "catches",
            &Shape::Any(&Shape::Names),
            "a handler around the site catches one of these exceptions and does not raise it again",
        ),
        optional(
            "handles",
            &Shape::Any(&Shape::Names),
            "a handler around the site catches one of these exceptions, and may raise it again",
        ),
        optional(
            "takes",
            &Shape::Any(&Shape::Names),
            "the matched `except` is the first of its `try` that catches one of these exceptions",
        ),
        optional(
            "try",
            &TRY,
            "facts of the `try` of the matched `except`, or of the innermost one around the site",
        ),
        optional(
            "independent",
            &INDEPENDENT,
            "calls that may run at once: none changes shared state or needs the result of another",
        ),
        optional(
            "outcome",
            &Shape::Any(&Shape::Word(Outcome::WORDS)),
            "what `keep-handle` found out about the end of the value. Needs that verb",
        ),
        optional(
            "teardown",
            &TEARDOWN,
            "facts of the function that ends the value. Needs `keep-handle`",
        ),
        optional("stored", &STORED, "facts of the place that keeps the value"),
        optional(
            "function",
            &FUNCTION,
            "facts of the matched function, or of the innermost one around the site",
        ),
        optional(
            "class",
            &CLASS,
            "facts of the matched class, or of the innermost one around the site",
        ),
        optional(
            "elsewhere",
            &ELSEWHERE,
            "code in other files that may run in the same process",
        ),
        optional(
            "cell",
            &CELL,
            "facts of the cell. In a file without cells, facts of the file",
        ),
        optional("file", &FILE, "facts of the file"),
        optional(
            "program",
            &CONDITION,
            "a condition about another file that may run in the same process, as the other changes leave it",
        ),
        optional("project", &PROJECT, "facts of the project"),
    ],
    captures: Some(&CAPTURE),
});

/// The subject that is the value of the matched expression; nothing need capture it.
pub const VALUE: &str = "$value";

/// The subject that is the place which keeps the matched value, in the patterns of `stored`.
pub const STORED_PLACE: &str = "$stored";

/// Words of `within` that are no patterns.
pub const ENCLOSURES: &[&str] = &["loop", "try", "except", "finally", "main-guard"];

static CONDITIONS: Shape = Shape::Any(&CONDITION);
static PLACE: Shape = Shape::WordOrUnknown(Place::WORDS);
static ACROSS: Shape = Shape::Word(Across::WORDS);
static ACCESS: Shape = Shape::Word(AccessBy::WORDS);

static FATE: Shape = Shape::WordOrUnknown(Fate::WORDS);

pub(super) static CAPTURE: Shape = map(&[
    optional(
        "is",
        &Shape::Any(&Shape::Kind),
        "the value is of one of these kinds or classes. `module.*`: made by a class or function of the module",
    ),
    optional(
        "name",
        &Shape::Any(&Shape::Globs),
        "it refers to one of these qualified names, whatever the file calls them. `module.*`: any name of the module",
    ),
    optional(
        "undefined",
        &Shape::Any(&Shape::Names),
        "it is one of these names (`any`: every name), and nothing defines it",
    ),
    optional(
        "annotates",
        &Shape::Any(&Shape::Kind),
        "it is an annotation for values of one of these kinds",
    ),
    optional(
        "text",
        &Shape::Any(&Shape::Text),
        "its source is one of these texts, or contains a match of a `/regex/`",
    ),
    optional(
        "form",
        &Shape::Any(&Shape::Word(Form::WORDS)),
        "what the expression looks like",
    ),
    optional(
        "made-by",
        &PATTERNS,
        "the one assignment that reaches the site has a value that matches. A finding can name its metavariables",
    ),
    optional(
        "made-of",
        &Shape::Any(&Shape::Kind),
        "a part of the value is of this kind, made in the function and known nowhere else",
    ),
    optional(
        "made-in",
        &Shape::Any(&Shape::WordOrUnknown(MadeIn::WORDS)),
        "where the value was made: in the function of the site, in its file, or in another file",
    ),
    optional("uses", &PATTERNS, "another use of it matches"),
    optional(
        "only-uses",
        &PATTERNS_OR_NONE,
        "all other uses of it match. `[]`: there is no other use",
    ),
    optional("has", &PATTERNS, "it contains a match"),
    optional(
        "reaches",
        &PATTERNS,
        "the function that it names or calls contains a match, or calls a function that does",
    ),
    optional(
        "offers",
        &PATTERNS,
        "a method of its class contains a match, or calls a function that does",
    ),
    optional(
        "fails-but-for",
        &PATTERNS,
        "an exception may leave the function that it calls, by a `raise` or an `await`. Matches do not count",
    ),
    optional(
        "replaced-by-other-than",
        &Shape::Any(&Shape::Kind),
        "the project replaces or overrides the function that it calls, by none of these kinds",
    ),
    optional(
        "holds-nothing",
        &Shape::Flag,
        "whether code that enters and leaves it changes nothing for other code",
    ),
    optional(
        "ends-quietly",
        &Shape::Flag,
        "whether each task surely ends at once if cancelled, since it waits for time alone. `{why}` says why not",
    ),
]);

static STORED: Shape = map(&[
    optional(
        "in",
        &Shape::Any(&Shape::Word(Store::WORDS)),
        "the kind of place",
    ),
    optional(
        "elsewhere",
        &Shape::Any(&Shape::Word(UsedElsewhere::WORDS)),
        "the most that another file may do with the place: mention it, or work with it, as by `await`. `{found}` is where",
    ),
    optional(
        "uses",
        &PATTERNS,
        "something that is done with $stored, anywhere in the project, matches",
    ),
    optional(
        "only-uses",
        &PATTERNS_OR_NONE,
        "all other uses of `$stored` in the project match, or only test whether it is set",
    ),
]);

static FUNCTION: Shape = map(&[
    optional(
        "role",
        &Shape::Any(&Shape::Role),
        "what the function is for: a row of the table `roles`, or `callback`, `method`, `override`, `dunder`, `entry-point`",
    ),
    optional(
        "has",
        &PATTERNS,
        "its body contains a match, outside nested functions",
    ),
    optional("decorated", &PATTERNS, "one of its decorators matches"),
    optional(
        "run-by",
        &Shape::Capture,
        "the code that this task runs calls it",
    ),
    optional(
        "generator",
        &Shape::Flag,
        "whether it yields, outside nested functions",
    ),
    optional(
        "annotated",
        &Shape::Any(&Shape::Word(AnnotatedPart::WORDS)),
        "it has an annotation for a parameter, or for what it returns",
    ),
    optional(
        "takes",
        &Shape::Any(&Shape::Text),
        "it has a parameter with one of these names",
    ),
    optional(
        "yields",
        &Shape::Capture,
        "all values that it yields have one type. Templates can name it",
    ),
    optional(
        "awaits",
        &Shape::Any(&Shape::Word(Awaits::WORDS)),
        "how often its own code awaits: `none`, by `one` `await`, or `many` (`async for` and `async with`, too)",
    ),
    optional(
        "callers",
        &Shape::Any(&Shape::Word(Callers::WORDS)),
        "whether the project uses its name somewhere, or nowhere",
    ),
    optional(
        "reaches",
        &PATTERNS,
        "it contains a match, or calls a function that does, in any file. `{found}` and `{found.line}` are where",
    ),
    optional(
        "used-otherwise-than",
        &PATTERNS,
        "some code does not call it, or uses the result twice or in code that does not match. `{found}` is where",
    ),
]);

static TEARDOWN: Shape = map(&[required(
    "role",
    &Shape::Any(&Shape::Role),
    "what the teardown is for",
)]);

static TRY: Shape = map(&[required(
    "has",
    &PATTERNS,
    "its body contains a match, outside nested functions",
)]);

static INDEPENDENT: Shape = map(&[
    required(
        "calls",
        &Shape::Any(&Shape::Capture),
        "the calls, in the order in which the code awaits them",
    ),
    required(
        "reads",
        &PATTERNS,
        "calls and `with` items that change nothing. awaitify also reads the functions of the file",
    ),
]);

static CLASS: Shape = map(&[required("has", &PATTERNS, "its body contains a match")]);

static CELL: Shape = map(&[required("has", &PATTERNS, "it contains a match")]);
