//! What a rule does beside its verb: arguments, later uses of the value, exceptions in handlers.

use std::sync::Arc;

use super::condition::{Condition, Guarded, Patterns};
use super::pattern::Pattern;
use super::template::Template;

/// The capture that `arguments` and `gives` fill: what is given to what makes the shared object.
pub const SETTINGS: &str = "settings";

/// The capture that `refuse` of `exceptions` speaks of: what a handler was given.
pub const ERROR: &str = "error";

/// What becomes of the arguments of a call.
#[derive(Debug, Default)]
pub struct Arguments {
    /// Those that are spoken of.
    pub lines: Vec<ArgumentLine>,
    /// Whether any other refuses the change.
    pub refuses_others: bool,
}

/// What becomes of an argument.
#[derive(Debug)]
pub struct ArgumentLine {
    /// The argument: `data=$d`.
    pub pattern: Arc<Pattern>,
    /// The first whose condition holds.
    pub cases: Vec<(Option<Condition>, ArgumentFate)>,
    /// What is written where there is no such argument.
    pub absent: Option<Absent>,
}

/// What becomes of an argument in one case.
#[derive(Debug)]
pub enum ArgumentFate {
    /// It stays.
    Kept,
    /// It goes.
    Dropped,
    /// It becomes another one: `content=$d`.
    Becomes(Template),
    /// It goes to what makes the object that the sites share.
    Moved,
    /// The call stays as it is, and this is why.
    Refused(String),
}

/// What is written for an argument that is not there.
#[derive(Debug)]
pub enum Absent {
    /// Where the shared object is made.
    Made(Template),
    /// At the site, if the shared object is made with an argument of that name.
    Here(Template),
}

/// An exception that handlers name, and what they name instead.
#[derive(Debug)]
pub struct ExceptionLine {
    /// Its qualified name.
    pub from: String,
    /// Whether it stays beside the others: it is a base of some.
    pub stays: bool,
    /// What is asked of the exception that a handler was given, as `$error`, and why that refuses the
    /// change.
    pub refuses: Vec<(Guarded, String)>,
    /// What comes in its place, or beside it.
    pub to: Vec<ExceptionClass>,
}

/// An exception that handlers name afterwards.
#[derive(Debug)]
pub struct ExceptionClass {
    /// Its name.
    pub class: Template,
    /// Only where what is tried has a match.
    pub tries: Patterns,
}

/// Later uses of a value, and what they become.
#[derive(Debug)]
pub struct FollowValue {
    /// Uses of `$value`, the first line that fits before the next; without a template it stays.
    pub uses: Vec<(Guarded, Option<Template>)>,
    /// What the header of a function around a use becomes, where that is not what the rule's own does.
    pub headers: Vec<(Guarded, Template)>,
    /// Whether other uses stay as they are; otherwise one of them refuses the change.
    pub keeps_others: bool,
    /// Whether a plain function in which a use has to await changes as the rule's own function does, with its
    /// own uses; otherwise it refuses the change.
    pub takes_callers: bool,
}
