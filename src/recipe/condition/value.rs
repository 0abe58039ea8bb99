//! What the keys of conditions take: the type of a value decides its shape in the schema, how it is read, and which
//! patterns are in it.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashSet, FxHasher};

use super::words::{
    AccessBy, Across, AnnotatedPart, Awaits, Callers, Fate, FileTrait, Form, InStub, MadeIn,
    Outcome, Place, Store, UsedElsewhere,
};
use super::{Condition, Guarded, Patterns, Spelling, VersionReq, metavariables};

/// Values that may hold patterns.
pub trait Compares {
    /// Returns the patterns with which code of this file is compared; those that another file is asked with are
    /// left out.
    fn compared(&self) -> Vec<&Guarded> {
        Vec::new()
    }
}

/// Makes a list with a shape of its own.
macro_rules! list {
    ($($(#[$doc:meta])* $name:ident([$list:ty] of $element:ty);)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        pub struct $name(pub $list);

        impl Deref for $name {
            type Target = [$element];

            fn deref(&self) -> &[$element] {
                &self.0
            }
        }
    )+};
}

list! {
    /// Qualified names.
    Names([Vec<String>] of String);
    /// Qualified names, and modules for all names in them.
    Globs([Vec<String>] of String);
    /// The same; none: there are none.
    GlobsOrNone([Vec<String>] of String);
    /// Rows of the table of kinds, or qualified classes; none: it is not known what it is.
    Kinds([Vec<String>] of String);
    /// Names of parameters.
    Texts([Vec<String>] of String);
    /// Patterns; none: nothing matches.
    PatternsOrNone([Patterns] of Guarded);
    /// Patterns of decorators.
    Decorators([Patterns] of Guarded);
    /// What the body of a `try` contains.
    TryBody([Patterns] of Guarded);
    /// What the body of a class contains.
    ClassBody([Patterns] of Guarded);
    /// What a cell contains.
    CellCode([Patterns] of Guarded);
    /// The roles of a teardown.
    TeardownRole([Vec<String>] of String);
}

/// Rows of the table of roles, or words of [`Role`](super::words::Role).
#[derive(Debug, Clone)]
pub struct Roles {
    /// Any of them.
    pub names: Vec<String>,
    /// Whether other files are read for one.
    pub ask_files: bool,
}

impl Deref for Roles {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.names
    }
}

/// The name of a metavariable, without `$`.
#[derive(Debug, Clone)]
pub struct CaptureName(pub String);

impl Deref for CaptureName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// The only value of a key: `unknown`.
#[derive(Debug, Clone, Copy)]
pub struct Unknown;

/// The only value of a key: `shared`.
#[derive(Debug, Clone, Copy)]
pub struct SharedOnly;

/// A condition about an `await` that may run the function: no metavariables mean anything in it.
#[derive(Debug, Clone)]
pub struct AtAwait(pub Box<AskedElsewhere>);

/// A condition about the file as it was before the changes of this run.
#[derive(Debug, Clone)]
pub struct AtFirst(pub Box<Condition>);

/// Calls that may run at once.
#[derive(Debug, Clone)]
pub struct Calls {
    /// The captured calls, in their order.
    pub calls: Vec<String>,
    /// Calls that change nothing.
    pub reads: Patterns,
}

/// A file of one of the names, above this one, has a text.
#[derive(Debug, Clone)]
pub struct Says {
    /// The names of files.
    pub files: Vec<String>,
    /// What one of them has.
    pub texts: Vec<Spelling>,
}

/// What may enclose a site.
#[derive(Debug, Clone)]
pub enum Enclosure {
    /// A `for` or `while`.
    Loop,
    /// The body of a `try`.
    Try,
    /// An `except` body.
    Except,
    /// A `finally` body.
    Finally,
    /// `if __name__ == "__main__":`.
    MainGuard,
    /// A statement that matches.
    Pattern(Box<Guarded>),
}

/// What may be done with what a call of a function gives, or what it may run.
#[derive(Debug, Clone)]
pub struct Used {
    /// What no other word has: answers are kept by it.
    pub id: WordId,
    /// One of these.
    pub patterns: Patterns,
}

/// What a called function contains, or what it calls.
#[derive(Debug, Clone)]
pub struct CalledFunction {
    /// One of these.
    pub code: Used,
    /// What stands in one of these blocks does not count.
    pub outside: Used,
    /// What is unknown is not so.
    pub is_sure: bool,
    about: Arc<OnceLock<Option<FxHashSet<String>>>>,
}

impl CalledFunction {
    /// Asks for code, outside of blocks.
    pub fn new(code: Used, outside: Used, is_sure: bool) -> Self {
        Self {
            code,
            outside,
            is_sure,
            about: Arc::default(),
        }
    }

    /// Returns the metavariables of which it speaks: where a site captures none of them, the same is asked at each.
    /// `None`: it also asks how the site's own pattern fits.
    pub fn about(&self) -> Option<&FxHashSet<String>> {
        let about = self.about.get_or_init(|| {
            let outside = &self.outside.patterns;
            metavariables(self.code.patterns.iter().chain(&**outside))
        });
        about.as_ref()
    }
}

/// Code on both sides of a site that is about the same thing.
#[derive(Debug, Clone)]
pub struct Sides {
    /// One of these stands before it, or is it.
    pub before: Patterns,
    /// One of these stands after it, or is it.
    pub after: Patterns,
    /// What these capture so is spelled the same; what captures nothing may be about anything.
    pub of: String,
}

/// What some other file has.
#[derive(Debug, Clone)]
pub struct ElsewhereHas {
    /// Answers are kept by it.
    pub id: WordId,
    /// One of these.
    pub patterns: Patterns,
    /// What a capture names, imported from this file, and whether code counts that is about it.
    pub about: Option<About>,
    /// `names`: only code in which the name stands that this capture is.
    pub names: Option<String>,
}

/// A condition that is asked of code in other files.
#[derive(Debug, Clone)]
pub struct AskedElsewhere {
    /// Answers are kept by it.
    pub id: WordId,
    /// What is asked there.
    pub condition: Condition,
}

/// What is asked of the code that leads to a function.
#[derive(Debug, Clone)]
pub struct WaysTo {
    /// Answers are kept by it.
    pub id: WordId,
    /// What is asked of each use.
    pub meets: Condition,
    /// Uses behind which nobody looks.
    pub until: Condition,
    /// Uses that do not count.
    pub without: Condition,
    /// Whether only a way counts that is seen.
    pub seen: bool,
}

/// The number of a word: words that ask the same have the same one, in whichever recipes they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WordId(u64);

impl WordId {
    /// Numbers what a word asks, as it is spelled; `recipe`: where the same words may mean something else in
    /// another one.
    pub fn of(asks: &str, recipe: Option<&str>) -> Self {
        let mut hasher = FxHasher::default();
        (asks, recipe).hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Which code of another file counts.
#[derive(Debug, Clone)]
pub enum About {
    /// `of`: attributes of what this capture names, and calls that are given it.
    Only(String),
    /// `not-of`: all but calls on what this capture names.
    Not(String),
}

impl<T: Compares> Compares for Vec<T> {
    fn compared(&self) -> Vec<&Guarded> {
        self.iter().flat_map(Compares::compared).collect()
    }
}

impl Compares for Enclosure {
    fn compared(&self) -> Vec<&Guarded> {
        match self {
            Self::Pattern(pattern) => vec![pattern],
            _ => Vec::new(),
        }
    }
}

impl Compares for Box<Used> {
    fn compared(&self) -> Vec<&Guarded> {
        self.patterns.iter().collect()
    }
}

impl Compares for CalledFunction {
    fn compared(&self) -> Vec<&Guarded> {
        let outside = &self.outside.patterns;
        self.code.patterns.iter().chain(&**outside).collect()
    }
}

impl Compares for Calls {
    fn compared(&self) -> Vec<&Guarded> {
        self.reads.iter().collect()
    }
}

impl Compares for Box<Sides> {
    fn compared(&self) -> Vec<&Guarded> {
        self.before.iter().chain(&*self.after).collect()
    }
}

/// Says of lists of patterns that all are compared.
macro_rules! compares_all {
    ($($name:ty),+) => {$(
        impl Compares for $name {
            fn compared(&self) -> Vec<&Guarded> {
                self.iter().collect()
            }
        }
    )+};
}

compares_all!(
    Patterns,
    PatternsOrNone,
    Decorators,
    TryBody,
    ClassBody,
    CellCode
);

/// Says of values that no pattern is in them, or only such for another file.
macro_rules! compares_nothing {
    ($($name:ty),+) => {
        $(impl Compares for $name {})+
    };
}

compares_nothing!(
    Names,
    Globs,
    GlobsOrNone,
    Kinds,
    Roles,
    Texts,
    TeardownRole,
    CaptureName,
    Unknown,
    SharedOnly,
    AtAwait,
    AtFirst,
    Says,
    Spelling,
    VersionReq,
    bool,
    Box<AskedElsewhere>,
    Box<ElsewhereHas>,
    Box<WaysTo>
);
compares_nothing!(
    Place,
    Fate,
    AccessBy,
    Across,
    Outcome,
    Form,
    MadeIn,
    Store,
    UsedElsewhere,
    AnnotatedPart,
    Awaits,
    Callers,
    InStub,
    FileTrait
);
