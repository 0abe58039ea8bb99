//! State on both sides of a site.

use super::Guarded;
use crate::recipe::word::words;

/// How state that other tasks see is used on both sides of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// Written before and read after.
    WrittenThenRead,
    /// Parts are written before and after, and something else reads both.
    WrittenInParts,
    /// Parts are read before and after, and something else writes both.
    ReadInParts,
    /// A method of an object is called for its effect before, and the object asked after.
    ToldThenAsked,
}

words!(Across: WrittenThenRead "written-then-read", WrittenInParts "written-in-parts", ReadInParts "read-in-parts", ToldThenAsked "told-then-asked");

/// Code on both sides of a site that is about the same thing.
#[derive(Debug, Clone)]
pub struct Sides {
    /// One of these stands before it, or is it.
    pub before: Vec<Guarded>,
    /// One of these stands after it, or is it.
    pub after: Vec<Guarded>,
    /// What these capture so is spelled the same; what captures nothing may be about anything.
    pub of: String,
}
