//! The keys of a rule, and of a doubt.

use super::condition::CONDITION;
use super::field::{map, optional, required_or};
use super::keep::KEEP;
use super::pattern::PATTERNS;
use super::verb::{ADD, ARGUMENTS, CLAIMS, EXCEPTIONS, EXTRACT, INTO_CONTEXT, WRAP};
use crate::recipe::shape::{Field, Keys, Shape};
use crate::recipe::verb::Removed;
use crate::recipe::{Severity, Together};

pub(super) static RULE: Shape = map(&[
    optional(
        "id",
        &Shape::Text,
        "the name of the rule in reports and in `joins`. `- NAME: pattern` is short for `id` and `match`. A name has lowercase letters, digits and `-`",
    ),
    required_or(
        ("match", "collect"),
        &PATTERNS,
        "the code that the rule is about: any of these patterns. `f(1)` does not match `f(x=1)`: write both",
    ),
    optional(
        "under",
        &PATTERNS,
        "a header such as `except $e`. The innermost block of that kind around the site must match it",
    ),
    optional(
        "where",
        &CONDITION,
        "the condition under which the rule applies",
    ),
    optional(
        "rewrite",
        &REWRITE,
        "verb: the code that takes the place of the match, or of some of its metavariables. For one of several names, capture `$name` and ask for its `text`",
    ),
    optional(
        "remove",
        &Shape::Word(Removed::WORDS),
        "verb: deletes the matched statement, the block around it, or the entry of a package. A call goes as a statement, or with the names in a function that nothing reads. Code with a comment in it stays, as a finding",
    ),
    optional(
        "require",
        &Shape::Text,
        "verb, with `lacking`: adds this requirement to the list that says what the changed files need",
    ),
    optional(
        "extract",
        &EXTRACT,
        "verb: moves statements into a new function",
    ),
    optional(
        "keep-handle",
        &KEEP,
        "verb: makes an owner keep the value, and its teardown end it",
    ),
    optional(
        "into-context-manager",
        &INTO_CONTEXT,
        "verb: turns registered handlers into one function that yields between start and stop",
    ),
    optional(
        "add",
        &Shape::Any(&ADD),
        "a definition or statement that the change needs. It can also be the whole change",
    ),
    optional(
        "report",
        &Shape::Text,
        "instead of a verb: the text of a finding",
    ),
    optional(
        "does",
        &Shape::Text,
        "what the change does to the program, in one short sentence",
    ),
    optional(
        "problem",
        &Shape::Text,
        "the problem with the code, as a clause. A finding begins with it where the change is not made",
    ),
    optional(
        "severity",
        &Shape::Word(Severity::WORDS),
        "the harm of its sites if nobody changes the code. Default: that of the recipe",
    ),
    optional(
        "finding-if",
        &FINDING_IF,
        "there is a finding only if this holds: where a doubt keeps the change from being made, and of a `report`",
    ),
    optional(
        "minor-if",
        &MINOR_IF,
        "a finding is minor where this holds: it is counted, and shown with `--minor` only",
    ),
    optional(
        "doubts",
        &Shape::AnyOrNone(&DOUBT),
        "why a change needs review, or is not made. A change without a doubt is safe. `{table: awaits}` has the doubts of a new `await`, `{table: cell-awaits}` those of one in a cell",
    ),
    optional(
        "names",
        &WISHES,
        "fresh names, each with the spellings to try in order. `{$x}_lock` contains a metavariable, `{$x.name}` its last name",
    ),
    optional(
        "site",
        &Shape::Any(&Shape::Python),
        "the places that a report shows: metavariables, or patterns for code inside the match",
    ),
    optional(
        "claims",
        &CLAIMS,
        "recipes that leave the code around the match to this rule",
    ),
    optional(
        "collect",
        &COLLECT,
        "all sites with the same value of this metavariable are one change. With `into-context-manager`: named patterns, instead of `match`",
    ),
    optional(
        "together",
        &Shape::Word(Together::WORDS),
        "all sites in one statement, or in one function, are one change; of a rule with `report`, one finding. With `report`, one finding can also stand for all equal ones of a file or project",
    ),
    optional(
        "joins",
        &Shape::Any(&Shape::Text),
        "ids of rules. The change must also contain a match of one of them",
    ),
    optional(
        "wrap",
        &WRAP,
        "a block that the change writes around the statement of the site",
    ),
    optional(
        "also-remove",
        &PATTERNS,
        "calls that are statements of their own in the same function or cell, and go with the site",
    ),
    optional(
        "also-rewrite",
        &Shape::Entries(&Shape::Python),
        "patterns and templates for code that the verb moves, or under the header that it rewrites",
    ),
    optional(
        "arguments",
        &ARGUMENTS,
        "what each keyword argument of the call becomes: another one, `keep`, `drop`, or cases. To join two arguments, capture them in `match`. `table` names a table whose rows say it: `old` (patterns), and `new` (a template) or `refuse` (text). Positional arguments stay where they are: give those a pattern of their own. `else` is for all others: `keep` (default) or `refuse`",
    ),
    optional(
        "wherever",
        &Shape::Entries(&Shape::Python),
        "patterns and templates for the whole file, where the metavariables have the same values",
    ),
    optional(
        "gives",
        &Shape::Any(&Shape::Python),
        "keyword arguments that the sites of a change add to `$*settings`. It needs `arguments` beside it",
    ),
    optional(
        "follow-value",
        &Shape::Entries(&Shape::Python),
        "what later uses of `$value`, or of the rewritten function, become: a template or `keep`. `$value` is the name that it is assigned to, or the `as` name of a `with`. A use that it rewrites is no finding of another rule. Metavariables of `match` keep their value in it. `table` names a table with the columns `old` and `new`. `else` is for all others: `keep` or `refuse` (default). `callers: follow`: a sync function whose use has to await changes as the rule's function does, and so do its callers. The rule's doubts hold for each. A line for `def $f` is about the header of such a function. Where the function has to stay, a later line that matches is used",
    ),
    optional(
        "exceptions",
        &EXCEPTIONS,
        "exceptions that handlers of the site name, and the exceptions that they name afterwards. `table` names a table with the columns `old` and `new`",
    ),
    optional(
        "drop-unused",
        &Shape::Any(&Shape::Capture),
        "variables. The change deletes their assignments if only housekeeping still uses them",
    ),
    optional(
        "use",
        &Shape::Any(&Shape::Text),
        "names of `bodies` whose keys the rule takes. Its own keys win. Conditions and doubts add up. A `<name>` of `with` may stand for a body, and a body may use others",
    ),
    optional(
        "with",
        &Shape::Any(&Shape::Row),
        "texts for `<name>` in the rule. A list makes one rule for each of its maps",
    ),
    optional(
        "source",
        &Shape::Text,
        "where the facts of the rule come from. `explain` shows it",
    ),
]);

/// Returns the keys of a rule.
pub fn rule_fields() -> &'static [Field] {
    match &RULE {
        Shape::Map(keys) => keys.fields,
        _ => &[],
    }
}

static REWRITE: Shape = Shape::Either(&Shape::Python, &PARTS);

static PARTS: Shape = Shape::Map(Keys {
    fields: &[],
    captures: Some(&Shape::Python),
});

static COLLECT: Shape = Shape::Either(&Shape::Capture, &Shape::Entries(&PATTERNS));

static WISHES: Shape = Shape::Entries(&Shape::Any(&Shape::Text));

/// When a change that is not made is a finding.
pub(super) static FINDING_IF: Shape = Shape::Either(&Shape::Word(&["never"]), &CONDITION);

/// When a finding matters little.
pub(super) static MINOR_IF: Shape = Shape::Either(&Shape::Word(&["always", "never"]), &CONDITION);

/// One doubt, or the rows of a table in its place.
pub static DOUBT: Shape = map(&[
    optional(
        "table",
        &Shape::Text,
        "a table of doubts with the columns `when` and `because`, perhaps also `level` and `check`",
    ),
    optional(
        "level",
        &Shape::Word(&["review", "manual"]),
        "`review` (default), or `manual`: awaitify does not make the change and reports a finding",
    ),
    optional(
        "when",
        &CONDITION,
        "the condition of the doubt. Without it, the doubt always holds",
    ),
    optional("because", &Shape::Text, "the doubt, in one short sentence"),
    optional(
        "check",
        &Shape::Text,
        "what a reviewer checks, as a clause after `Check: `",
    ),
]);
