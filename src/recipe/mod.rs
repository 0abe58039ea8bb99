//! The declarative language: YAML as typed → checked recipes, ready to match.
//!
//! Rust knows verbs, kinds and conditions here, never a codemod.

use std::borrow::Cow;
use std::ops::Deref;

use condition::Guarded;
use example::Example;
use later::Later;
use outline::{Head, Outline};
use selector::Selector;
use template::Template;
use word::words;

mod word;

mod together;

mod embedded;

pub mod answer;

pub mod error;

pub mod yaml;

mod snippet;

pub mod pattern;

pub mod template;

pub mod condition;

pub mod safety;

pub mod follow_up;

pub mod hook;

pub mod lifecycle;

pub mod keep;

pub mod into_context;

mod verb;

pub mod kind;

pub mod parameter;
pub mod plain;
pub mod reference;

pub mod role;

mod rule;
pub mod sign;

pub mod table;

pub mod example;
pub mod shape;

pub mod schema;

pub mod json_schema;

pub mod compile;

pub mod update;

pub mod selector;

pub mod pack;

pub mod order;

pub mod later;

pub mod outline;

pub mod catalog;

pub use rule::Rule;
pub use together::Together;
pub use verb::{Add, AddPlace, Extent, Extract, Removed, Verb};

/// How much harm a site does while nothing is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Style, or a warning of a later Python.
    #[default]
    Low,
    /// Wrong in some runs.
    Medium,
    /// Wrong in most runs.
    High,
    /// Stops everything else.
    Critical,
}

words!(Severity: Low "low", Medium "medium", High "high", Critical "critical");

/// One codemod, checked. It is its head, as far as others ask.
#[derive(Debug, Default)]
pub struct Recipe {
    /// What it says of itself and of others.
    pub head: Head,
    /// What its patterns ask of a file.
    pub outline: Later<Outline>,
    /// All else; of a shipped recipe it is compiled when somebody asks.
    pub content: Later<Content>,
    /// Packs that have it; none: it is on where it is named.
    pub packs: Vec<String>,
    examples: Later<Vec<Example>>,
    /// Where it was read from (`codemods/…` for shipped ones).
    pub path: String,
    /// The YAML itself.
    pub text: Cow<'static, str>,
}

impl Recipe {
    /// Returns its tests and its documentation.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }
}

impl Deref for Recipe {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.head
    }
}

/// What a recipe does, and why.
#[derive(Debug, Default)]
pub struct Content {
    /// One line without a period.
    pub title: String,
    /// Harm of a site when nothing is done, but where a rule says otherwise.
    pub severity: Severity,
    /// The manual page.
    pub why: String,
    /// What a project may set.
    pub parameters: Vec<parameter::Parameter>,
    /// Alternatives, in order: at a site the first whose `where` is yes wins.
    pub rules: Vec<Later<Rule>>,
}

/// The capture that `follow-value` speaks of.
pub const VALUE: &str = "value";

/// The capture by which the body of a def passes on what that is given.
pub const PARAMETERS: &str = "parameters";

/// The capture that is what a matched call calls, as it is spelled there; no pattern need bind it.
pub const CALLEE: &str = "callee";

/// A place of a match that is reported.
#[derive(Debug)]
pub enum ReportedSite {
    /// What a capture stands for.
    Capture(String),
    /// The first of what fits inside the match.
    Pattern(Box<Guarded>),
}

/// What a rule takes from other recipes: they say and do nothing there.
#[derive(Debug)]
pub struct Claim {
    /// How far it reaches around the match.
    pub extent: ClaimExtent,
    /// Which recipes leave it.
    pub from: Vec<Selector>,
}

impl Claim {
    /// Returns whether a recipe leaves it.
    pub fn takes_from(&self, recipe: &Recipe) -> bool {
        self.from.iter().any(|selector| selector.names(recipe))
    }
}

/// What the sites of one change have in common.
#[derive(Debug, Default)]
pub struct Shares {
    /// What they stand in; `None`: each is a change by itself, or what `collect` says.
    pub together: Option<Together>,
    /// What `collect` calls them, and how many of the patterns are called so, in order.
    pub collected: Vec<(String, usize)>,
    /// Rules of the recipe of which one must have a match in the same change; none: it stands alone.
    pub joins: Vec<String>,
    /// The block that is put around them.
    pub wrap: Option<Wrap>,
    /// Arguments that a site gives what makes the object which they share.
    pub gives: Vec<Template>,
}

/// A block that is put around sites.
#[derive(Debug)]
pub struct Wrap {
    /// Its header: `async with $make() as $name`.
    pub header: Template,
}

/// How far a claim reaches around a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimExtent {
    /// The matched text.
    Site,
    /// The innermost function.
    Function,
}

words!(ClaimExtent: Site "site", Function "function");
