//! What a change asks of the rest of its file: said by a verb, resolved for all wanted changes together.

use ruff_text_size::{TextRange, TextSize};

use crate::bind::import::ImportNeed;
use crate::text::edit::Edit;

/// Something a change needs from the rest of its file. Offsets are those of its layer's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A name that must be imported.
    Import(ImportNeed),
    /// A name that not every Python has: whether the code may write it rests on the version it is written for.
    Python,
    /// A name that the new text has, which must mean what it does by itself.
    Meant {
        /// What it means: `asyncio.sleep`.
        qualified: String,
        /// As it is spelled there.
        spelled: String,
    },
    /// An import that is there already and must stay: the start of its alias.
    Keeps {
        /// Start of the import's alias.
        alias: TextSize,
    },
    /// Code around the captures of a site: its names mean something else afterwards, or are gone, also
    /// where a word of them stays (`sleep(1)` becomes `asyncio.sleep(1)`).
    Released {
        /// Where it stands now.
        range: TextRange,
    },
    /// Text of a capture that is written at another place: its names are still used.
    Copied {
        /// Where the code stands now.
        range: TextRange,
    },
    /// A statement that goes.
    Remove {
        /// The statement.
        statement: TextRange,
    },
    /// An import that goes where nothing uses it any more.
    DropImport {
        /// Start of the import's alias.
        alias: TextSize,
    },
    /// The binding of this name may go, if only housekeeping of its kind is left.
    DropUnused {
        /// A use of the name at the change's site.
        use_of: TextRange,
    },
    /// A line beside those that other changes write there.
    Line(Line),
    /// A definition at the module's own level, for all changes that need it.
    Definition(Definition),
    /// Something that ends where other things of its owner end.
    Ending(Box<Ending>),
}

/// A line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The statement before which it stands, or the one behind which.
    pub at: TextSize,
    /// The start of that statement, which has its indentation.
    pub beside: TextSize,
    /// It stands behind.
    pub behind: bool,
    /// The line, without indentation.
    pub line: String,
    /// So many blank lines part it from what it stands before.
    pub apart: usize,
}

/// A definition at the module's own level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The blank lines above the statement before which it stands.
    pub blank: TextRange,
    /// A line that begins a cell stands above those: nothing parts it from that.
    pub opens_cell: bool,
    /// The code, with the file's line ends.
    pub code: String,
    /// It is a function.
    pub is_block: bool,
    /// What it stands before is a function or class.
    pub is_above_block: bool,
    /// How lines end.
    pub line_break: String,
}

/// The end of one thing that an owner keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Where the owner begins, and the name of the method: things with the same end together.
    pub of: (TextSize, String),
    /// Where that is written.
    pub place: EndingPlace,
    /// The thing, or the collection that keeps several, as the method calls it.
    pub target: String,
    /// What is done to it, or to each of several.
    pub each: String,
    /// The variable for one of several; `None`: it is one thing.
    pub one: Option<String>,
    /// What is `None` there where it is missing; `None`: it never is.
    pub there: Option<String>,
    /// What a list of those that are there is called in that case, and how they end.
    pub listed: Option<Listed>,
    /// What says afterwards, in that case, that it is gone.
    pub gone: Option<String>,
    /// How its end is waited for; `None`: it cannot be.
    pub then: Option<Waiting>,
    /// What makes a new method known to those who call it.
    pub known_by: Option<Edit>,
}

/// A list of things that end together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The list.
    pub name: String,
    /// The variable for one of them.
    pub one: String,
    /// What is done to each.
    pub each: String,
    /// How their end is waited for.
    pub then: Option<Waiting>,
}

/// The lines that wait for the end of things, which may be several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Of one.
    Each(String),
    /// Of all together: the text before them and behind.
    All(String, String),
}

/// Where ends are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingPlace {
    /// What the lines replace.
    pub range: TextRange,
    /// What stands before them: the header of a new method.
    pub before: String,
    /// What stands behind.
    pub after: String,
    /// Their indentation.
    pub base: String,
    /// One more level of it.
    pub unit: String,
    /// How lines end.
    pub line_break: String,
    /// They replace code within a line: its indentation and its line end are there already.
    pub begins: bool,
    /// They are a cell of their own.
    pub is_cell: bool,
}
