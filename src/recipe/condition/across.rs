//! State on both sides of a site.

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
