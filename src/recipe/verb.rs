//! What a rule does: its verb, and what it adds.

use super::condition::{Guarded, Patterns};
use super::into_context::IntoContext;
use super::keep::Keep;
use super::template::Template;
use super::word::words;

/// What a rule does.
#[derive(Debug)]
pub enum Verb {
    /// The matched text becomes the template's.
    Rewrite(Template),
    /// Only these captures become their templates'.
    RewriteParts(Vec<(String, Template)>),
    /// What was matched goes.
    Remove(Removed),
    /// The list of packages that was matched gets this requirement.
    Require(String),
    /// Statements become a function of their own, called in their place.
    Extract(Box<Extract>),
    /// The value gets an owner that ends it.
    Keep(Box<Keep>),
    /// Functions that are registered become one context manager.
    IntoContext(Box<IntoContext>),
}

/// What the verb `extract` is told.
#[derive(Debug)]
pub struct Extract {
    /// Which statements move: the first extent that holds all sites.
    pub statements: Vec<Extent>,
    /// What moves with them, when it stands before: statements with a match.
    pub along: Patterns,
    /// What must not run inside of the function, and why.
    pub refuse: Vec<(Guarded, String)>,
    /// What the header of the def becomes whose body moves.
    pub header: Option<Template>,
    /// The function's header: `async def $main()`.
    pub into: Template,
    /// What stands in their place: `asyncio.run($main())`.
    pub run: Template,
}

/// What of a match `remove` takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// The matched statement; of an import what is imported.
    Statement,
    /// The compound statement that holds it, as a whole.
    Block,
    /// The entry of a dependency file, or the word in a line that installs packages.
    Entry,
}

words!(Removed: Statement "statement", Block "block", Entry "entry");

/// A definition or statement that a rule needs.
#[derive(Debug)]
pub struct Add {
    /// What is written.
    pub text: Template,
    /// Where it stands.
    pub at: AddPlace,
}

/// Where it stands.
#[derive(Debug)]
pub enum AddPlace {
    /// Behind the function of the module that the capture names.
    Beside(String),
    /// Before the statement of the site.
    Before,
    /// Behind the statement of the site.
    After,
    /// Behind the def of the site, as the body of another one that has its header as it was.
    OldHeader,
    /// At the module's own level, one for all sites of the file.
    Module {
        /// The name, of those that the rule wishes for, that it defines.
        name: String,
        /// Statements of that level that define it as well.
        reuse: Patterns,
    },
}

impl AddPlace {
    /// The words for places that need no capture.
    pub const WORDS: &'static [&'static str] = &["before", "after", "module", "old-header"];
}

/// Which statements `extract` moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The block that holds the sites: the body of the main guard.
    Block,
    /// Statements of the module's own level, from the first site, or what moves along, to the last.
    FirstToLast,
    /// The one statement of a function that holds the sites: the new function stands in that one.
    Site,
    /// The body of the matched def, but for its docstring: the function stands inside of the def.
    Body,
}

words!(Extent: Block "block", FirstToLast "first-to-last", Site "site", Body "body");
