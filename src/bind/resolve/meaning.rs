//! What an expression means, or why that is not known.

use std::fmt;

use crate::bind::binding::BindingId;

/// What an expression means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The object of that qualified name: `time.sleep`, `.mod.name` for a relative import, `open` for
    /// a builtin.
    Qualified(String),
    /// A function, class, parameter or variable of this file.
    Local(BindingId),
    /// An attribute of something local.
    Attribute {
        /// What the first name is bound by.
        base: BindingId,
        /// The attributes, joined by dots: `loop.time` of `self.loop.time`.
        path: String,
    },
    /// Not known.
    Unknown {
        /// Why.
        why: Why,
        /// The qualified name it may have.
        maybe: Option<String>,
    },
}

impl Meaning {
    /// Returns the qualified name that it has, or may have, and why that is not certain. What no file defines, `__name__`
    /// among it, means itself.
    pub fn named(&self) -> Option<(&str, Option<&Why>)> {
        match self {
            Self::Qualified(name) => Some((name, None)),
            Self::Unknown {
                why,
                maybe: Some(maybe),
            } => Some((maybe, Some(why))),
            Self::Unknown {
                why: Why::Undefined(name),
                maybe: None,
            } => Some((name, None)),
            _ => None,
        }
    }

    /// Returns the qualified name of what it surely is.
    pub fn qualified(self) -> Option<String> {
        match self {
            Self::Qualified(name) => Some(name),
            _ => None,
        }
    }
}

/// Why it is not known what an expression means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Imports that differ may reach the place.
    SeveralImports(String),
    /// Several bindings may reach the place.
    Rebound(String),
    /// A star import may bind the name.
    StarImport {
        /// The name.
        name: String,
        /// The star import's module.
        module: String,
    },
    /// No binding reaches the place.
    UnboundHere(String),
    /// Nothing binds the name.
    Undefined(String),
    /// The name is imported for type checkers only.
    TypingOnly(String),
    /// A cell that can't be read mentions the name.
    BrokenCell(String),
    /// The expression is neither a name nor an attribute of one.
    Computed,
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::SeveralImports(name) => write!(out, "`{name}` is imported from different places"),
            Why::Rebound(name) => write!(out, "`{name}` has several values that may reach here"),
            Why::StarImport { name, module } => {
                write!(out, "`{name}` may come from `from {module} import *`")
            }
            Why::UnboundHere(name) => write!(out, "`{name}` is used before it is bound"),
            Why::Undefined(name) => write!(out, "`{name}` is not defined in this file"),
            Why::TypingOnly(name) => write!(out, "`{name}` is imported for type checkers only"),
            Why::BrokenCell(name) => {
                write!(out, "`{name}` is mentioned in a cell that can't be read")
            }
            Why::Computed => write!(out, "it is computed where it is used"),
        }
    }
}
