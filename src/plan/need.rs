//! What a change asks of the rest of its file: said by a verb, resolved for all wanted changes together.

use ruff_text_size::{TextRange, TextSize};

use crate::bind::import::ImportNeed;

/// Something a change needs from the rest of its file. Offsets are those of its layer's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A name that must be imported.
    Import(ImportNeed),
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
}
