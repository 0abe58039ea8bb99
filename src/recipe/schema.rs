//! The keys of recipes and tables with the types of their values, as data.
//!
//! [`shape::check`](super::shape::check) compares files with it.

use super::parameter::ParameterType;
use super::shape::{Field, Keys, Shape};
use super::verb::Removed;
use super::{Severity, Together};

pub mod field;

mod pattern;

mod condition;

mod example;

mod file;

pub mod keep;

pub mod lifecycle;

pub mod pack;

pub mod role;

mod sides;

pub mod table;

mod verb;

use condition::CAPTURE;
pub use condition::{CONDITION, ENCLOSURES, STORED_PLACE, VALUE};
use example::{EXAMPLE, FILES};
use field::{map, optional, required, required_or};
use keep::KEEP;
pub use pattern::PATTERN_KEYS;
use pattern::{PATTERN, PATTERNS};
use verb::{ADD, ARGUMENTS, CLAIMS, EXCEPTIONS, EXTRACT, INTO_CONTEXT, WRAP};

/// Types that the JSON Schema names: those that stand in more than one place, or in themselves.
pub static NAMED: &[(&str, &Shape)] = &[
    ("rule", &RULE),
    ("condition", &CONDITION),
    ("pattern", &PATTERN),
    ("capture", &CAPTURE),
    ("doubt", &DOUBT),
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
        "before",
        &Shape::Any(&Shape::Text),
        "these recipes are planned on the text that it leaves",
    ),
    optional(
        "noqa",
        &Shape::Any(&Shape::Text),
        "codes of linters' rules that mean the same: `# noqa` with one of them keeps the recipe away",
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
        "conditions",
        &Shape::Entries(&CONDITION),
        "named once, used as <name> where a condition is",
    ),
    optional(
        "bodies",
        &Shape::Entries(&Shape::Row),
        "keys that several rules have in common, named for their `use`",
    ),
    optional(
        "for-each",
        &Shape::Either(&Shape::Text, &FOR_EACH),
        "a table: every rule once for each row that has the columns it names as $row.column or {row.column}",
    ),
    optional("where", &CONDITION, "joined to every rule's"),
    optional(
        "does",
        &Shape::Text,
        "of each rule with a verb that has none: what its change does to the program",
    ),
    optional(
        "doubts",
        &Shape::AnyOrNone(&DOUBT),
        "of each rule with a verb, before its own",
    ),
    ARGUMENTS_FIELD,
    FOLLOW_VALUE_FIELD,
    EXCEPTIONS_FIELD,
    required("rules", &Shape::List(&RULE), "tried in order at each site"),
    required(
        "examples",
        &Shape::List(&EXAMPLE),
        "tests and documentation",
    ),
]);

const ARGUMENTS_FIELD: Field = optional(
    "arguments",
    &ARGUMENTS,
    "keyword arguments of the matched call: keep, drop, another one, or cases; else: keep (the default) or refuse the others; of the recipe: of each rule that rewrites, behind its own",
);

const FOLLOW_VALUE_FIELD: Field = optional(
    "follow-value",
    &Shape::Entries(&Shape::Python),
    "later uses of $value, or of the def whose header is rewritten, and what they become, the first line that fits: a template or keep; else: keep or refuse (the default) the others; of the recipe: of each rule that rewrites and has none",
);

const EXCEPTIONS_FIELD: Field = optional(
    "exceptions",
    &EXCEPTIONS,
    "exceptions that handlers around the site and its value's uses name, and what they name instead; of the recipe: of each rule that rewrites and has none",
);

static FOR_EACH: Shape = map(&[
    required("table", &Shape::Text, "the table"),
    required(
        "where",
        &CONDITION,
        "which of its rows, `$row.column: {text: …}`: words, or `$name` for the value of a parameter",
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
    required_or(("match", "collect"), &PATTERNS, "any of these patterns"),
    optional(
        "under",
        &PATTERNS,
        "headers: the innermost block of that kind around the site fits, and its captures are the rule's",
    ),
    optional("where", &CONDITION, "whether the rule applies"),
    optional(
        "rewrite",
        &REWRITE,
        "verb: the matched text becomes this, or only some captures do",
    ),
    optional(
        "remove",
        &Shape::Word(Removed::WORDS),
        "verb: what was matched goes",
    ),
    optional("extract", &EXTRACT, "verb: statements become a function"),
    optional(
        "keep-handle",
        &KEEP,
        "verb: the value gets an owner, whose teardown ends it",
    ),
    optional(
        "into-context-manager",
        &INTO_CONTEXT,
        "verb: functions that are registered become one, whose `yield` parts what runs at the start from what runs at the end",
    ),
    optional(
        "add",
        &Shape::Any(&ADD),
        "a definition that a verb needs, once for all sites of the change; alone, lines that stand beside the site",
    ),
    optional("report", &Shape::Text, "no verb: a finding"),
    optional(
        "does",
        &Shape::Text,
        "what the change does to the program, in one short sentence",
    ),
    optional(
        "doubts",
        &Shape::AnyOrNone(&DOUBT),
        "why a change needs review, or is not made; safe where none holds",
    ),
    optional(
        "names",
        &WISHES,
        "fresh names and what they would like to be, perhaps with a captured name, {$x}_lock, or the last name of a capture: limited_{$work.name}",
    ),
    optional(
        "site",
        &Shape::Any(&Shape::Python),
        "the places that are reported: captures, or patterns of what stands inside the match",
    ),
    optional("claims", &CLAIMS, "what other recipes leave to this rule"),
    optional(
        "collect",
        &COLLECT,
        "all sites with the same value of this capture are one change; or, in the place of `match`, patterns by names, for into-context-manager",
    ),
    optional(
        "together",
        &Shape::Word(Together::WORDS),
        "all sites of one statement, or of one function, are one change; of a statement the first rule that applies to one of them decides",
    ),
    optional(
        "joins",
        &Shape::Any(&Shape::Text),
        "ids of rules: of one of them a match must be part of the same change",
    ),
    optional("wrap", &WRAP, "a block around the statement of the site"),
    optional(
        "also-remove",
        &PATTERNS,
        "statements of the same place that go too",
    ),
    optional(
        "also-rewrite",
        &Shape::Entries(&Shape::Python),
        "the same inside what the verb moves, or under the header it rewrites",
    ),
    ARGUMENTS_FIELD,
    optional(
        "wherever",
        &Shape::Entries(&Shape::Python),
        "the same in the whole file, where the captures stand for the same values",
    ),
    optional(
        "gives",
        &Shape::Any(&Shape::Python),
        "keyword arguments for $*settings: the sites of one change give them to what makes the object they share",
    ),
    FOLLOW_VALUE_FIELD,
    EXCEPTIONS_FIELD,
    optional(
        "drop-unused",
        &Shape::Any(&Shape::Capture),
        "bindings that go when only housekeeping is left: captures of the match, or of also-rewrite",
    ),
    optional(
        "use",
        &Shape::Any(&Shape::Text),
        "bodies of the recipe that the rule has, too; its own keys win, and conditions and doubts go together",
    ),
    optional(
        "with",
        &Shape::Any(&Shape::Row),
        "texts for `<name>` in the rule; of several the rule is made for each",
    ),
    optional(
        "source",
        &Shape::Text,
        "where what it knows was read, for `explain`; of a rule that names columns the `source` of its row",
    ),
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
    "extract",
    "keep-handle",
    "into-context-manager",
    "report",
];

/// The keys of a rule that only make sense beside a verb.
pub const FOLLOW_UPS: &[&str] = &[
    "does",
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

static REWRITE: Shape = Shape::Either(&Shape::Python, &PARTS);
static PARTS: Shape = Shape::Map(Keys {
    fields: &[],
    captures: Some(&Shape::Python),
});

static COLLECT: Shape = Shape::Either(&Shape::Capture, &Shape::Entries(&PATTERNS));

/// One doubt, or the rows of a table in its place.
pub static DOUBT: Shape = map(&[
    optional(
        "table",
        &Shape::Text,
        "in place of `because`: each row of the table, with the columns when and because, perhaps level and check",
    ),
    optional(
        "level",
        &Shape::Word(&["review", "manual"]),
        "review (the default), or manual: the site is a finding",
    ),
    optional("when", &CONDITION, "where it holds; none: everywhere"),
    optional(
        "because",
        &Shape::Text,
        "what is doubtful, in one short sentence",
    ),
    optional(
        "check",
        &Shape::Text,
        "what a reviewer looks at, as a clause after `Check: `",
    ),
]);

static WISHES: Shape = Shape::Entries(&Shape::Any(&Shape::Text));
