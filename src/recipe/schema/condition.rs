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
        optional("all", &CONDITIONS, "all hold"),
        optional("any", &CONDITIONS, "at least one holds"),
        optional("not", &CONDITIONS, "none of them holds"),
        optional("inside", &Shape::Any(&PLACE), "the innermost place"),
        optional(
            "outer",
            &Shape::Any(&PLACE),
            "the place around the innermost",
        ),
        optional(
            "within",
            &PATTERNS,
            "loop, try, except, finally, main-guard or a pattern around the site",
        ),
        optional(
            "matched",
            &Shape::Word(&["unknown"]),
            "the pattern fits only perhaps",
        ),
        optional(
            "can-await",
            &Shape::Flag,
            "an await compiles and is awaited here",
        ),
        optional(
            "preceded-by",
            &PATTERNS,
            "matched on every path before the site",
        ),
        optional(
            "followed-by",
            &PATTERNS,
            "matched on every path after the site",
        ),
        optional("python", &Shape::Requirement, "the target version"),
        optional(
            "may-run-on",
            &Shape::Requirement,
            "a Python the code may run on; any older or newer one where nobody says",
        ),
        optional("result", &Shape::Any(&FATE), "what becomes of the value"),
        optional(
            "passed-to",
            &Shape::Any(&Shape::Name),
            "it is an argument of a call of one of these",
        ),
        optional(
            "holding",
            &Shape::Any(&Shape::Kind),
            "a value of this kind is entered or acquired",
        ),
        optional(
            "read-before-written-after",
            &Shape::Any(&ACCESS),
            "state that other tasks see, around the site; called: also by functions that it calls",
        ),
        optional(
            "across",
            &Shape::Any(&ACROSS),
            "how state that other tasks see is used on both sides of the site, unless one task runs the file",
        ),
        optional(
            "on-both-sides",
            &SIDES,
            "code before and code after the site, or the site, that is about the same thing",
        ),
        optional(
            "awaited",
            &CONDITION,
            "this holds at an await that runs the function around the site, in any file, unless each way by the site waits elsewhere; captures mean nothing in it; {found.line}, {why} and {names} are those of that await",
        ),
        optional(
            "loops-over",
            &Shape::Word(&["shared"]),
            "a loop around the site goes over what other tasks may change",
        ),
        optional(
            "patched",
            &Shape::Any(&Shape::Name),
            "a test of the project patches it",
        ),
        optional(
            "catches",
            &Shape::Any(&Shape::Name),
            "a handler around the site stops one of these exceptions",
        ),
        optional(
            "handles",
            &Shape::Any(&Shape::Name),
            "a handler around the site takes one of these exceptions, and may raise it again",
        ),
        optional(
            "takes",
            &Shape::Any(&Shape::Name),
            "the matched except is the first of its try that takes one of these exceptions",
        ),
        optional(
            "try",
            &TRY,
            "facts of the try of the matched except, or of the innermost one",
        ),
        optional(
            "independent",
            &INDEPENDENT,
            "calls that may run at once: none changes what others see, or reads what another's statement binds",
        ),
        optional(
            "outcome",
            &Shape::Any(&Shape::Word(Outcome::WORDS)),
            "what had to be done to end what the site begins: asked where there is keep-handle",
        ),
        optional(
            "teardown",
            &TEARDOWN,
            "facts of the def that ends what the site begins: asked where there is keep-handle",
        ),
        optional(
            "stored",
            &STORED,
            "facts of the place that keeps the matched value",
        ),
        optional(
            "function",
            &FUNCTION,
            "facts of the matched function, or the innermost one",
        ),
        optional(
            "class",
            &CLASS,
            "facts of the matched class, or the innermost one",
        ),
        optional(
            "elsewhere",
            &ELSEWHERE,
            "facts of some other file that may run in the same process, as it is on disk",
        ),
        optional("cell", &CELL, "facts of the cell"),
        optional("file", &FILE, "facts of the file"),
        optional(
            "program",
            &CONDITION,
            "some other file is so that may run in the same process",
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
        "kinds or qualified classes",
    ),
    optional(
        "name",
        &Shape::Any(&Shape::Name),
        "refers to one of these qualified names",
    ),
    optional(
        "undefined",
        &Shape::Any(&Shape::Name),
        "it is one of these names, `any` for whatever name, and nothing binds it: no code of the file, no star import, no magic, no text that is executed",
    ),
    optional(
        "annotates",
        &Shape::Any(&Shape::Kind),
        "it is an annotation, and values of it are of one of these kinds",
    ),
    optional(
        "text",
        &Shape::Any(&Shape::Text),
        "spelled so; a `/regex/` is found in it, anywhere but for ^ and $",
    ),
    optional(
        "form",
        &Shape::Any(&Shape::Word(Form::WORDS)),
        "what it looks like",
    ),
    optional(
        "made-by",
        &PATTERNS,
        "its one binding that reaches the site is this; a finding may name what the pattern captures",
    ),
    optional(
        "made-of",
        &Shape::Any(&Shape::Kind),
        "a value of this kind is part of it, which its function makes and does not hand out",
    ),
    optional(
        "made-in",
        &Shape::Any(&Shape::WordOrUnknown(MadeIn::WORDS)),
        "where its value was made",
    ),
    optional("uses", &PATTERNS, "some other use matches"),
    optional("only-uses", &PATTERNS_OR_NONE, "every other use matches"),
    optional("has", &PATTERNS, "it contains a match"),
    optional(
        "reaches",
        &PATTERNS,
        "the function it names, or whose coroutine it is, contains a match, or a function that one calls",
    ),
    optional(
        "offers",
        &PATTERNS,
        "a method of its class contains a match, or reaches one as `function: {reaches: …}` says",
    ),
    optional(
        "fails-but-for",
        &PATTERNS,
        "an exception may leave the function that it calls: a raise, or something it waits for outside of a try that takes all, but for these",
    ),
    optional(
        "replaced-by-other-than",
        &Shape::Any(&Shape::Kind),
        "the project overrides the function that it calls, sets it, or gives the parameter that it is, by what is of none of these kinds",
    ),
    optional(
        "holds-nothing",
        &Shape::Flag,
        "entered and left, it surely changes nothing for others",
    ),
    optional(
        "ends-quietly",
        &Shape::Flag,
        "all that the task runs, or each of the tasks, is read, and waits for time alone: cancelled, it ends at once; {why} is what is not so",
    ),
]);

static STORED: Shape = map(&[
    optional("in", &Shape::Any(&Shape::Word(Store::WORDS)), "what it is"),
    optional(
        "elsewhere",
        &Shape::Any(&Shape::Word(UsedElsewhere::WORDS)),
        "the most that another file of the project does with it, or may do: {found} and {found.line} are where",
    ),
    optional(
        "uses",
        &PATTERNS,
        "something that is done with $stored, anywhere in the project, matches",
    ),
    optional(
        "only-uses",
        &PATTERNS_OR_NONE,
        "whatever else is done with $stored, anywhere in the project, matches or only asks whether it is there",
    ),
]);

static FUNCTION: Shape = map(&[
    optional("role", &Shape::Any(&Shape::Role), "what it is for"),
    optional(
        "has",
        &PATTERNS,
        "its body contains a match, nested defs left out",
    ),
    optional("decorated", &PATTERNS, "one of its decorators matches"),
    optional("run-by", &Shape::Capture, "what this task runs calls it"),
    optional("generator", &Shape::Flag, "it yields, nested defs left out"),
    optional(
        "annotated",
        &Shape::Any(&Shape::Word(AnnotatedPart::WORDS)),
        "it has an annotation there",
    ),
    optional(
        "takes",
        &Shape::Any(&Shape::Text),
        "it has a parameter of one of these names",
    ),
    optional(
        "yields",
        &Shape::Capture,
        "all that it yields is of one type, which this stands for, in a header that is written too",
    ),
    optional(
        "awaits",
        &Shape::Any(&Shape::Word(Awaits::WORDS)),
        "how often its own code waits: never, by one `await`, or more; `async for` and `async with` are more",
    ),
    optional(
        "callers",
        &Shape::Any(&Shape::Word(Callers::WORDS)),
        "whether it is named anywhere in the project",
    ),
    optional(
        "reaches",
        &PATTERNS,
        "it contains a match, or a function that it calls, in other files of the project too: what surely runs where it does; {found} and {found.line} are where",
    ),
    optional(
        "used-otherwise-than",
        &PATTERNS,
        "it is not always called, in the project, and what that gives used once: left alone, or in code that matches around it, its argument if that is a call; {found} is where",
    ),
]);

static TEARDOWN: Shape = map(&[required(
    "role",
    &Shape::Any(&Shape::Role),
    "what it is for",
)]);

static TRY: Shape = map(&[required(
    "has",
    &PATTERNS,
    "what it tries contains a match, nested defs left out",
)]);

static INDEPENDENT: Shape = map(&[
    required(
        "calls",
        &Shape::Any(&Shape::Capture),
        "calls in the order in which they are awaited now",
    ),
    required(
        "reads",
        &PATTERNS,
        "calls and items of a with that change nothing; of others the code is read, as far as it is in this file",
    ),
]);

static CLASS: Shape = map(&[required("has", &PATTERNS, "its body contains a match")]);

static CELL: Shape = map(&[required("has", &PATTERNS, "it contains a match")]);
