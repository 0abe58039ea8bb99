//! How an expression looks, and where its value was made.

use crate::recipe::word::words;

/// What an expression looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number, string, constant or display.
    Literal,
    /// A name.
    Name,
    /// An attribute.
    Attribute,
    /// A call.
    Call,
    /// A lambda.
    Lambda,
    /// A parameter of the function.
    Parameter,
}

words!(Form: Literal "literal", Name "name", Attribute "attribute", Call "call", Lambda "lambda", Parameter "parameter");

/// Where a value was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeIn {
    /// In the same place as the site.
    SamePlace,
    /// Elsewhere in the file.
    SameFile,
    /// In another file.
    Elsewhere,
}

words!(MadeIn: SamePlace "same-place", SameFile "same-file", Elsewhere "elsewhere");
