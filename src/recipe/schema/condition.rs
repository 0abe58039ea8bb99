//! The keys of conditions: what a site, metavariables and other subjects are asked.

use super::field::{map, optional, required};
use super::pattern::{PATTERNS, PATTERNS_OR_NONE};
use super::sides::SIDES;
use crate::recipe::condition::{
    AccessBy, Across, AnnotatedPart, Awaits, Callers, Fate, FileTrait, Form, InStub, MadeIn,
    Outcome, Place, Store, UsedElsewhere, capture_words, file_words, function_words, project_words,
    site_words, stored_words,
};
use crate::recipe::shape::{Keys, Shape, UNKNOWN};

/// The type of a value → its shape.
macro_rules! shape {
    (Patterns) => { &PATTERNS };
    (Vec<Enclosure>) => { &PATTERNS };
    (Decorators) => { &PATTERNS };
    (AtFirst) => { &PATTERNS };
    (Box<Used>) => { &PATTERNS };
    (PatternsOrNone) => { &PATTERNS_OR_NONE };
    (AtAwait) => { &CONDITION };
    (Box<AskedElsewhere>) => { &CONDITION };
    (Names) => { &Shape::Any(&Shape::Names) };
    (GlobsOrNone) => { &Shape::AnyOrNone(&Shape::Globs) };
    (Globs) => { &Shape::Any(&Shape::Globs) };
    (Kinds) => { &Shape::Any(&Shape::Kind) };
    (Roles) => { &Shape::Any(&Shape::Role) };
    (Texts) => { &Shape::Any(&Shape::Text) };
    (Vec<Spelling>) => { &Shape::Any(&Shape::Text) };
    (CaptureName) => { &Shape::Capture };
    (bool) => { &Shape::Flag };
    (VersionReq) => { &Shape::Requirement };
    (Unknown) => { &Shape::Word(&[UNKNOWN]) };
    (SharedOnly) => { &Shape::Word(&["shared"]) };
    (Box<Sides>) => { &SIDES };
    (TeardownRole) => { &TEARDOWN };
    (CalledFunction) => { &CALLED };
    (TryBody) => { &TRY };
    (ClassBody) => { &CLASS };
    (CellCode) => { &CELL };
    (Calls) => { &INDEPENDENT };
    (Box<ElsewhereHas>) => { &ELSEWHERE };
    (Box<WaysTo>) => { &WAYS };
    (Says) => { &SAYS };
    (Vec<Place>) => { shape!(or unknown Place) };
    (Vec<Fate>) => { shape!(or unknown Fate) };
    (Vec<MadeIn>) => { shape!(or unknown MadeIn) };
    (Vec<FileTrait>) => { shape!(or unknown FileTrait) };
    (Vec<$words:ident>) => { &Shape::Any(&Shape::Word($words::WORDS)) };
    (or unknown $words:ident) => { &Shape::Any(&Shape::WordOrUnknown($words::WORDS)) };
}

/// Lists the keys of a table of questions; others come before and after them.
macro_rules! fields {
    (
        { $($before:expr),* ; $($after:expr),* }
        $(#[$doc:meta])*
        $name:ident: $($variant:ident($($value:tt)+) $key:literal $about:literal,)+
    ) => {
        &[
            $($before,)*
            $(optional($key, shape!($($value)+), $about),)+
            $($after,)*
        ]
    };
}

/// `where` and `when`.
pub static CONDITION: Shape = Shape::Map(Keys {
    fields: site_words!(
        fields optional("all", &CONDITIONS, "all of these conditions hold"),
        optional("any", &CONDITIONS, "at least one of these conditions holds"),
        optional("not", &CONDITIONS, "none of these conditions holds");
        optional(
            "function",
            &FUNCTION,
            "facts of the matched function, or of the innermost one around the site"
        ),
        optional("stored", &STORED, "facts of the place that keeps the value"),
        optional("file", &FILE, "facts of the file"),
        optional("project", &PROJECT, "facts of the project")
    ),
    captures: Some(&CAPTURE),
});

/// The subject that is the value of the matched expression; nothing need capture it.
pub const VALUE: &str = "$value";

/// The subject that is the place which keeps the matched value, in the patterns of `stored`.
pub const STORED_PLACE: &str = "$stored";

/// Words of `within` that are no patterns.
pub const ENCLOSURES: &[&str] = &["loop", "try", "except", "finally", "main-guard"];

static CONDITIONS: Shape = Shape::Any(&CONDITION);

pub(super) static CAPTURE: Shape = map(capture_words!(fields ;));

static STORED: Shape = map(stored_words!(fields ;));
static FUNCTION: Shape = map(function_words!(fields ;));
static FILE: Shape = map(file_words!(fields ;));
static PROJECT: Shape = map(project_words!(fields ;));

static TEARDOWN: Shape = map(&[required(
    "role",
    &Shape::Any(&Shape::Role),
    "what the teardown is for",
)]);

pub(super) static CALLED: Shape = map(&[
    optional(
        "reaches",
        &PATTERNS,
        "it surely runs a match, or calls a function that does, also in other files. `{found}` and `{found.line}` are where",
    ),
    optional(
        "surely-reaches",
        &PATTERNS,
        "`reaches` is certain. It does not hold where that is unknown",
    ),
    optional(
        "outside",
        &PATTERNS,
        "blocks: what they hold or call does not count for `reaches`",
    ),
]);

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

static WAYS: Shape = map(&[
    required("meets", &CONDITION, "a condition about each use"),
    optional(
        "until",
        &CONDITION,
        "uses at which a way begins: it is not followed further back",
    ),
    optional("without", &CONDITION, "uses that do not count"),
    optional(
        "seen",
        &Shape::Flag,
        "true: only a way that is seen counts: to a use that meets this, or keeps a function, or gives it to a library",
    ),
]);

static ELSEWHERE: Shape = map(&[
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

static SAYS: Shape = map(&[
    required(
        "in",
        &Shape::Any(&Shape::Text),
        "names of files, in the folder of the file or above it in its repository. A path is one, too, with `*` in its last part",
    ),
    required(
        "text",
        &Shape::Any(&Shape::Text),
        "one of these texts, or a match of a `/regex/`",
    ),
]);
