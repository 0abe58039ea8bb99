//! The keys of recipes and tables with the types of their values, as data.
//!
//! [`shape::check`](super::shape::check) compares files with it.

use super::Severity;
use super::parameter::ParameterType;
use super::shape::Shape;

pub mod field;

mod pattern;

mod condition;

mod example;

pub mod keep;

pub mod lifecycle;

pub mod pack;

pub mod role;

mod rule;

mod sides;

pub mod table;

mod verb;

use condition::{CALLED, CAPTURE};
pub use condition::{CONDITION, ENCLOSURES, STORED_PLACE, VALUE};
use example::{EXAMPLE, FILES};
use field::{map, optional, required};
use pattern::PATTERN;
pub use pattern::{PATTERN_KEYS, PATTERNS};
pub use rule::{DOUBT, rule_fields};
use rule::{FINDING_IF, MINOR_IF, RULE};
use verb::{ARGUMENTS, EXCEPTIONS};

/// Types that the JSON Schema names: those that stand in more than one place, or in themselves.
pub static NAMED: &[(&str, &Shape)] = &[
    ("rule", &RULE),
    ("condition", &CONDITION),
    ("pattern", &PATTERN),
    ("metavariable", &CAPTURE),
    ("called", &CALLED),
    ("doubt", &DOUBT),
    ("example", &EXAMPLE),
    ("files", &FILES),
];

/// A recipe file.
pub static RECIPE: Shape = map(&[
    optional(
        "id",
        &Shape::Text,
        "the name of the recipe, and of its file. Default: the name of the file",
    ),
    required(
        "title",
        &Shape::Text,
        "what the recipe does, in one line without a period",
    ),
    optional(
        "area",
        &Shape::Text,
        "the section of the catalog, which `--select` can name. Default: the name of the folder",
    ),
    optional(
        "severity",
        &Shape::Word(Severity::WORDS),
        "the harm if nobody changes the code. Default: `medium`",
    ),
    required(
        "why",
        &Shape::Text,
        "the manual page: the problem in the code, and the code to write instead",
    ),
    optional(
        "python",
        &Shape::Requirement,
        "target versions of Python. For other targets the recipe does nothing",
    ),
    optional(
        "after",
        &Shape::Any(&Shape::Text),
        "recipes that run first. This recipe matches the code that they leave",
    ),
    optional(
        "before",
        &Shape::Any(&Shape::Text),
        "recipes that run later. They match the code that this recipe leaves",
    ),
    optional(
        "noqa",
        &Shape::Any(&Shape::Text),
        "codes of linters. A `# noqa` comment with one of them also turns off this recipe for its line",
    ),
    optional(
        "parameters",
        &Shape::Entries(&PARAMETER),
        "values that a project can set: `$limit` in templates, `{limit}` in messages",
    ),
    optional(
        "common",
        &Shape::Any(&Shape::Text),
        "names of files in a folder `common`. Their patterns, conditions and bodies come before those of the recipe",
    ),
    optional(
        "patterns",
        &Shape::Entries(&PATTERNS),
        "patterns with names. A pattern uses them as `<name>`",
    ),
    optional(
        "conditions",
        &Shape::Entries(&CONDITION),
        "conditions with names. A rule uses them as `<name>`, where a condition is",
    ),
    optional(
        "bodies",
        &Shape::Entries(&Shape::Row),
        "keys that several rules share. A rule takes them by `use`",
    ),
    optional(
        "for-each",
        &Shape::Either(&Shape::Text, &FOR_EACH),
        "a table. The rules apply to each row: `$row.column` in code, `{row.column}` in texts. Two rows with one new name turn `except (a, b)` into `except (n, n)`, and nothing warns",
    ),
    optional(
        "where",
        &CONDITION,
        "a condition that each rule has in addition to its own",
    ),
    optional(
        "does",
        &Shape::Text,
        "the `does` of each rule that has a verb and no `does`",
    ),
    optional(
        "problem",
        &Shape::Text,
        "the `problem` of each rule that has a verb and no `problem`",
    ),
    optional(
        "finding-if",
        &FINDING_IF,
        "the `finding-if` of each rule that has a verb and no `finding-if`",
    ),
    optional(
        "minor-if",
        &MINOR_IF,
        "the `minor-if` of each rule that has none",
    ),
    optional(
        "doubts",
        &Shape::AnyOrNone(&DOUBT),
        "doubts of each rule that has a verb. They come before its own",
    ),
    optional(
        "arguments",
        &ARGUMENTS,
        "the `arguments` of each rule that rewrites. A rule's own line takes precedence",
    ),
    optional(
        "follow-value",
        &Shape::Entries(&Shape::Python),
        "the `follow-value` of each rule that rewrites and has none",
    ),
    optional(
        "exceptions",
        &EXCEPTIONS,
        "the `exceptions` of each rule that rewrites and has none",
    ),
    required(
        "rules",
        &Shape::List(&RULE),
        "the rules. At each site the first one that applies decides. `x = f()` and `f()` are two sites, and so are `f()` and its callee `f`",
    ),
    required(
        "examples",
        &Shape::List(&EXAMPLE),
        "examples, which document the recipe and test it. The files of an example are a whole project without libraries: a change that is `safe` in a repository may be `review` there",
    ),
]);

/// What several recipes have in common.
pub static COMMON: Shape = map(&[
    required("about", &Shape::Text, "what the file is about"),
    optional(
        "patterns",
        &Shape::Entries(&PATTERNS),
        "patterns with names, as in a recipe",
    ),
    optional(
        "conditions",
        &Shape::Entries(&CONDITION),
        "conditions with names, as in a recipe",
    ),
    optional(
        "bodies",
        &Shape::Entries(&Shape::Row),
        "keys that rules share, as in a recipe",
    ),
]);

static FOR_EACH: Shape = map(&[
    required("table", &Shape::Text, "the name of the table"),
    required(
        "where",
        &CONDITION,
        "which rows: `$row.column: {text: …}` with the exact text of a cell, or `$name` for a parameter. A rule can also ask this in its own `where`",
    ),
]);

static PARAMETER: Shape = map(&[
    required(
        "type",
        &Shape::Word(ParameterType::WORDS),
        "the type of the value. A `text` becomes a string. A `name` is imported where the change uses it",
    ),
    required(
        "default",
        &Shape::Text,
        "the value where the project sets none",
    ),
    required("about", &Shape::Text, "what the value is for"),
]);

/// The verb that `collect` with names is for.
pub const INTO_CONTEXT_KEY: &str = "into-context-manager";

/// The key of the capture in its `attach`.
pub const ATTACHED: &str = "of";

/// Follow-ups that can stand for a verb.
pub const EDITS_ALONE: &[&str] = &["arguments", "add"];

/// The keys of a rule of which it has exactly one.
pub const ACTIONS: &[&str] = &[
    "rewrite",
    "remove",
    "require",
    "extract",
    "keep-handle",
    "into-context-manager",
    "report",
];

/// The keys of a rule that only make sense beside a verb.
pub const FOLLOW_UPS: &[&str] = &[
    "does",
    "problem",
    "doubts",
    "names",
    "add",
    "wrap",
    "also-remove",
    "also-rewrite",
    "wherever",
    "arguments",
    "follow-value",
    "gives",
    "exceptions",
    "drop-unused",
    "requires",
];
