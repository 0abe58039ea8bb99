//! What the verb `into-context-manager` is told.

use super::condition::Patterns;
use super::template::Template;

/// How functions that are registered become one context manager.
#[derive(Debug)]
pub struct IntoContext {
    /// The header of the function, with its decorator.
    pub header: Template,
    /// What is called so in `collect` runs before the `yield`.
    pub before: String,
    /// What is called so runs behind it.
    pub after: String,
    /// The keyword argument that is given the function.
    pub argument: String,
    /// The capture whose maker is given it.
    pub of: String,
    /// What registers at the same in other files: what it is called in `collect`, and the patterns.
    pub elsewhere: Vec<(String, Patterns)>,
}
