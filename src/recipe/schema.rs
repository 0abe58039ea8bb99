//! The keys of recipes and tables with the types of their values, as data.
//!
//! [`shape::check`](super::shape::check) compares files with it.

use super::condition::{Fate, FileTrait, Form, MadeIn, Place, Role};
use super::parameter::ParameterType;
use super::shape::{Field, Keys, Shape};
use super::{Extent, Removed, Severity};

mod example;

use example::{EXAMPLE, FILES};

pub mod pack;

pub mod table;

const fn required(key: &'static str, shape: &'static Shape, about: &'static str) -> Field {
    Field {
        key,
        shape,
        required: true,
        about,
    }
}

const fn optional(key: &'static str, shape: &'static Shape, about: &'static str) -> Field {
    Field {
        key,
        shape,
        required: false,
        about,
    }
}

const fn map(fields: &'static [Field]) -> Shape {
    Shape::Map(Keys {
        fields,
        captures: None,
    })
}

/// Types that the JSON Schema names: those that stand in more than one place, or in themselves.
pub static NAMED: &[(&str, &Shape)] = &[
    ("rule", &RULE),
    ("condition", &CONDITION),
    ("pattern", &PATTERN),
    ("capture", &CAPTURE),
    ("case", &CASE),
    ("example", &EXAMPLE),
    ("files", &FILES),
];

/// A recipe file.
pub static RECIPE: Shape = map(&[
    required("id", &Shape::Text, "the file's name"),
    required("title", &Shape::Text, "one line without a period"),
    required("area", &Shape::Text, "folder and section of the catalog"),
    required(
        "severity",
        &Shape::Word(Severity::WORDS),
        "harm when nothing is done",
    ),
    required("why", &Shape::Text, "the manual page"),
    optional(
        "python",
        &Shape::Requirement,
        "other targets: the recipe is silent",
    ),
    optional(
        "after",
        &Shape::Any(&Shape::Text),
        "planned on the text that these recipes leave",
    ),
    optional(
        "opposes",
        &Shape::Any(&Shape::Text),
        "never on together with these recipes",
    ),
    optional(
        "parameters",
        &Shape::Entries(&PARAMETER),
        "values that a project may set: $limit in templates, {limit} in messages",
    ),
    optional(
        "patterns",
        &Shape::Entries(&PATTERNS),
        "named once, used as <name>",
    ),
    optional(
        "for-each",
        &Shape::Text,
        "a table: every rule once for each row that has the columns it names as $row.column or {row.column}",
    ),
    optional("where", &CONDITION, "joined to every rule's"),
    required("rules", &Shape::List(&RULE), "tried in order at each site"),
    required(
        "examples",
        &Shape::List(&EXAMPLE),
        "tests and documentation",
    ),
]);

static PARAMETER: Shape = map(&[
    required(
        "type",
        &Shape::Word(ParameterType::WORDS),
        "what its value may be",
    ),
    required("default", &Shape::Text, "its value where nobody sets it"),
    required("about", &Shape::Text, "what it is for"),
]);

static RULE: Shape = map(&[
    optional("id", &Shape::Text, "name in reports"),
    required("match", &PATTERNS, "any of these patterns"),
    optional("where", &CONDITION, "whether the rule applies"),
    optional(
        "rewrite",
        &Shape::Python,
        "verb: the matched text becomes this",
    ),
    optional(
        "remove",
        &Shape::Word(Removed::WORDS),
        "verb: what was matched goes",
    ),
    optional("extract", &EXTRACT, "verb: statements become a function"),
    optional(
        "add",
        &ADD,
        "beside a verb: a definition that it needs, once for all sites of the change",
    ),
    optional("report", &Shape::Text, "no verb: a finding"),
    optional("safety", &Shape::Any(&SAFETY), "first case that holds"),
    optional(
        "names",
        &Shape::Entries(&Shape::Any(&Shape::Name)),
        "fresh names and what they would like to be",
    ),
    optional("site", &Shape::Capture, "the place that is reported"),
    optional(
        "collect",
        &Shape::Capture,
        "all sites with the same value of it are one change",
    ),
    optional(
        "also-remove",
        &PATTERNS,
        "statements of the same place that go too",
    ),
    optional(
        "also-rewrite",
        &Shape::Entries(&Shape::Python),
        "the same inside what the verb moves",
    ),
    optional(
        "drop-unused",
        &Shape::Any(&Shape::Capture),
        "bindings that go when only housekeeping is left",
    ),
]);

/// The keys of a rule of which it has exactly one.
pub const ACTIONS: &[&str] = &["rewrite", "remove", "extract", "report"];

/// The keys of a rule that only make sense beside a verb.
pub const FOLLOW_UPS: &[&str] = &[
    "safety",
    "names",
    "add",
    "also-remove",
    "also-rewrite",
    "drop-unused",
];

static EXTRACT: Shape = map(&[
    required(
        "statements",
        &Shape::Any(&Shape::Word(Extent::WORDS)),
        "which statements move: the first extent that holds all sites",
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

static ADD: Shape = map(&[
    required(
        "text",
        &Shape::Python,
        "the definition; names of `names` stand in its comments too",
    ),
    required("at", &ADD_AT, "where it stands"),
]);

static ADD_AT: Shape = map(&[required(
    "beside",
    &Shape::Capture,
    "behind the function that this names",
)]);

static SAFETY: Shape = Shape::OneOf(&[
    required("manual", &CASE, "never edited"),
    required("review", &CASE, "a person looks at it first"),
    required("safe", &CASE, "applied by default"),
]);

static CASE: Shape = map(&[
    optional("when", &CONDITION, "every case but the last has one"),
    required("because", &Shape::Text, "the reason a person reads"),
]);

static PATTERNS: Shape = Shape::Any(&PATTERN);
static PATTERNS_OR_NONE: Shape = Shape::AnyOrNone(&PATTERN);
static PATTERN: Shape = Shape::Either(&Shape::Python, &GUARDED);
static GUARDED: Shape = map(&[
    optional("match", &PATTERNS, "any of these patterns"),
    optional("magic", &Shape::Text, "a line magic: `%gui asyncio`"),
    optional(
        "dependency",
        &Shape::Text,
        "a package: its entries in dependency files and lines that install it",
    ),
    optional("where", &CONDITION, "asked of what it captures"),
]);

/// The keys of a pattern that is a map, of which it has exactly one.
pub const PATTERN_KEYS: &[&str] = &["match", "magic", "dependency"];

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
        optional("python", &Shape::Requirement, "the target version"),
        optional("result", &Shape::Any(&FATE), "what becomes of the value"),
        optional(
            "holding",
            &Shape::Any(&Shape::Kind),
            "a value of this kind is entered or acquired",
        ),
        optional(
            "read-before-written-after",
            &Shape::Word(&["shared"]),
            "shared state around the site",
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
        optional("function", &FUNCTION, "facts of the innermost function"),
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

/// Words of `within` that are no patterns.
pub const ENCLOSURES: &[&str] = &["loop", "try", "except", "finally", "main-guard"];

static CONDITIONS: Shape = Shape::Any(&CONDITION);
static PLACE: Shape = Shape::WordOrUnknown(Place::WORDS);
static FATE: Shape = Shape::WordOrUnknown(Fate::WORDS);
static ROLE: Shape = Shape::WordOrUnknown(Role::WORDS);

static CAPTURE: Shape = map(&[
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
    optional("text", &Shape::Any(&Shape::Text), "spelled so"),
    optional(
        "form",
        &Shape::Any(&Shape::Word(Form::WORDS)),
        "what it looks like",
    ),
    optional(
        "made-by",
        &PATTERNS,
        "its one binding that reaches the site is this",
    ),
    optional(
        "made-in",
        &Shape::Any(&Shape::Word(MadeIn::WORDS)),
        "where its value was made",
    ),
    optional("uses", &PATTERNS, "some other use matches"),
    optional("only-uses", &PATTERNS_OR_NONE, "every other use matches"),
    optional("has", &PATTERNS, "it contains a match"),
]);

static FUNCTION: Shape = map(&[
    optional("role", &Shape::Any(&ROLE), "what it is for"),
    optional("has", &PATTERNS, "its body contains a match"),
]);

static CELL: Shape = map(&[required("has", &PATTERNS, "it contains a match")]);

static FILE: Shape = map(&[
    optional(
        "is",
        &Shape::Any(&Shape::Word(FileTrait::WORDS)),
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
]);

static PROJECT: Shape = map(&[required(
    "imports",
    &Shape::Any(&Shape::Name),
    "a file of it uses one of these modules, as the changes of this run leave it",
)]);
