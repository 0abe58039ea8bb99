//! What the verb `keep-handle` is told.

use super::condition::Guarded;
use super::pattern::Pattern;
use super::template::{Message, Template};

/// How a value gets an owner, and how the owner ends it.
#[derive(Debug)]
pub struct Keep {
    /// What the value is called.
    pub name: Message,
    /// The value's type, where a file annotates such things.
    pub of_type: Option<Template>,
    /// That of a collection of them.
    pub collection_type: Option<Template>,
    /// What the teardown does to each value.
    pub each: Template,
    /// What it does to all of them afterwards, where it can await.
    pub then: Template,
    /// The collection that keeps several.
    pub collection: Template,
    /// What a variable for one of them is called.
    pub one: String,
    /// How one comes into the collection and leaves it.
    pub kept: Vec<Template>,
    /// What a teardown may do that ends the value already, and why nothing is added then.
    pub ended_by: Vec<(Guarded, String)>,
    /// What waits until the value has done its work, and what is to be done then: an end behind it is
    /// right, an end before it is not.
    pub waited_by: Vec<(Guarded, String)>,
    /// What a teardown's lines look like: `each` and `then` as patterns.
    pub ends: [Pattern; 2],
    /// The exception that ends what runs.
    pub stopped_by: Option<String>,
}
