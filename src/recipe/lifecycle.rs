//! Lifecycles as data: which method of a class runs first, which one ends what it began, and who sees
//! to that.

pub use super::condition::Outcome;
use std::sync::Arc;

use super::condition::is_among;
use super::hook::Hooks;
use super::pattern::Pattern;
use super::word::words;

/// One row of `codemods/tables/lifecycles.yaml`.
#[derive(Debug)]
pub struct Lifecycle {
    /// The row's name.
    pub id: String,
    /// Qualified classes whose subclasses live so, or what makes their objects where functions are
    /// registered on them; none: any class that has the methods.
    pub classes: Vec<String>,
    /// Decorators of functions that live so: what stands behind their `yield` ends it.
    pub decorators: Vec<Arc<Pattern>>,
    /// Methods that begin it.
    pub setup: Vec<String>,
    /// Methods that end it, the best one first.
    pub teardown: Vec<String>,
    /// Functions that are registered on an object instead.
    pub hooks: Option<Hooks>,
    /// What is sure about their order.
    pub order: Order,
    /// Whether the end is always come to.
    pub reached: Reached,
    /// Whether the methods of bases, or other functions that are registered, are called too.
    pub overrides: Overrides,
    /// The method that is written where the class has none; `None`: a base must have it.
    pub create: Option<NewTeardown>,
    /// Who calls the methods: a sentence for people.
    pub because: String,
    /// Where that was read or seen.
    pub source: String,
    /// The versions it holds for.
    pub versions: Option<String>,
}

impl Lifecycle {
    /// Returns whether the row names a class.
    pub fn is_of(&self, class: &str) -> bool {
        is_among(class, &self.classes)
    }

    /// Returns the row in a line: what begins, what ends, and where that was read.
    pub fn line(&self) -> String {
        let listed = |names: &[String]| names.join(", ");
        let patterns = |patterns: &[Arc<Pattern>]| -> Vec<String> {
            patterns.iter().map(|it| it.text.clone()).collect()
        };
        let begun_by = match &self.hooks {
            Some(hooks) => hooks
                .ways
                .iter()
                .map(|way| way.begins.text.clone())
                .collect(),
            None => [self.setup.clone(), patterns(&self.decorators)].concat(),
        };
        let ended_by: Vec<String> = match &self.hooks {
            Some(hooks) => hooks.ends().map(str::to_owned).collect(),
            None => self.teardown.clone(),
        };
        let begun = if begun_by.is_empty() {
            "any method".to_owned()
        } else {
            listed(&begun_by)
        };
        let ended = if ended_by.is_empty() {
            "-".to_owned()
        } else {
            listed(&ended_by)
        };
        let versions = self.versions.as_ref();
        let versions = versions.map_or(String::new(), |it| format!("; versions: {it}"));
        format!(
            "{}: {begun} → {ended}; from {}{versions}",
            self.id, self.source
        )
    }
}

/// What is sure about setup and teardown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The teardown runs only when the setup has returned.
    SetupFirst,
    /// The teardown may also run when the setup failed half-way.
    Begun,
    /// Whoever has the object calls them, in any order.
    Any,
    /// As `setup-first` where the class has a base that calls them, else as `any`.
    ByBase,
}

words!(Order: SetupFirst "setup-first", Begun "begun", Any "any", ByBase "by-base");

/// Whether the end of a lifecycle is always come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// On every way out.
    Always,
    /// On some ways out; the row's sentence says on which.
    Sometimes,
}

words!(Reached: Always "always", Sometimes "sometimes");

/// What a method of a class does to that of its bases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overrides {
    /// It takes its place.
    Replace,
    /// Both are called.
    Join,
}

words!(Overrides: Replace "replace", Join "join");

/// A teardown as it is written where there is none.
#[derive(Debug)]
pub struct NewTeardown {
    /// The method's name.
    pub name: String,
    /// `async def`.
    pub is_async: bool,
    /// Its only parameter, if it has one.
    pub parameter: Option<String>,
    /// Levels of indentation of what ends, below the header.
    pub depth: usize,
    /// Its lines before the end of what it ends.
    pub before: String,
    /// Its lines behind.
    pub after: String,
}

/// The lifecycles that are known.
#[derive(Debug, Default)]
pub struct Lifecycles {
    /// Rows of one's own before the shipped ones; the first that fits applies.
    pub rows: Vec<Lifecycle>,
}

impl Lifecycles {
    /// Returns whether a method of that name begins an object of some row.
    pub fn begins(&self, name: &str) -> bool {
        self.rows
            .iter()
            .any(|row| row.setup.iter().any(|it| it == name))
    }

    /// Returns whether a method of that name ends an object of some row.
    pub fn ends(&self, name: &str) -> bool {
        self.rows
            .iter()
            .any(|row| row.teardown.iter().any(|it| it == name))
    }
}
