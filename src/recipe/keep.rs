//! What the verb `keep-handle` is told.

use std::sync::Arc;

use super::condition::{Guarded, Patterns};
use super::pattern::Pattern;
use super::template::{Message, Template};

/// How a value gets an owner, and how the owner ends it.
#[derive(Debug)]
pub struct Keep {
    /// How it is stored; `None`: it is already.
    pub storage: Option<Storage>,
    /// How it ends.
    pub end: Arc<End>,
}

/// What a value is stored as.
#[derive(Debug)]
pub struct Storage {
    /// What the value is called.
    pub name: Message,
    /// Its type, where a file annotates such things.
    pub of_type: Option<Template>,
    /// The collection that keeps several.
    pub collection: Template,
    /// Its type.
    pub collection_type: Option<Template>,
    /// What a variable for one of them is called.
    pub one: String,
    /// How one comes into the collection and leaves it.
    pub kept: Vec<Template>,
}

/// How something that runs is ended by whoever keeps it: a row of `codemods/tables/endings.yaml`, or
/// the recipe's own.
#[derive(Debug)]
pub struct End {
    /// What a variable for one of several is called.
    pub one: String,
    /// What the teardown does to each value.
    pub each: Template,
    /// Whether that awaits, which only a coroutine can.
    pub awaits: bool,
    /// Whether that is the last thing that the teardown does, and not the first.
    pub is_last: bool,
    /// What it does afterwards, where it can await: the first that is written so in the file.
    pub then: Vec<Waiting>,
    /// What a teardown may do that ends the value already, and why nothing is added then.
    pub ended_by: Vec<(Guarded, String)>,
    /// What waits until the value has done its work, and what is to be done then: an end behind it is
    /// right, an end before it is not.
    pub waited_by: Vec<(Guarded, String)>,
    /// What a teardown's lines look like: `each` as a pattern, and the last of `then`.
    pub ends: Vec<Arc<Pattern>>,
    /// The exception that ends what runs.
    pub stopped_by: Option<String>,
}

/// How the end of values is waited for.
#[derive(Debug)]
pub struct Waiting {
    /// What the file must have somewhere; what it captures there is named here. Empty: nothing.
    pub like: Patterns,
    /// Fresh names and what they would like to be.
    pub names: Vec<(String, Vec<Message>)>,
    /// The lines.
    pub lines: Template,
    /// They are written for each value, and not of all together.
    pub is_each: bool,
}

/// How things end, by name.
#[derive(Debug, Default)]
pub struct Endings {
    /// Rows of one's own before the shipped ones.
    pub rows: Vec<(String, Arc<End>)>,
}

impl Endings {
    /// Returns the row of that name.
    pub fn find(&self, id: &str) -> Option<&Arc<End>> {
        let mut rows = self.rows.iter();
        rows.find(|(row, _)| row == id).map(|(_, end)| end)
    }
}
