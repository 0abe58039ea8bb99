//! How a planned text would break the laws: why changes are withdrawn.

use crate::source::EditError;
use crate::text::edit::Overlap;

/// A law that the new text would break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenLaw {
    /// Two edits claim the same bytes.
    #[error(transparent)]
    Overlap(#[from] Overlap),
    /// The new text cannot be kept in the file.
    #[error(transparent)]
    Unstorable(#[from] EditError),
    /// It does not parse.
    #[error("the new text does not parse: {message}")]
    DoesNotParse {
        /// What the parser said.
        message: String,
    },
    /// A cell that parses now would not any more.
    #[error("a cell would not parse any more: {message}")]
    CellBroken {
        /// What the parser said.
        message: String,
    },
    /// Cells would appear or vanish.
    #[error("the number of cells would change")]
    CellCount,
    /// Syntax that the target version lacks.
    #[error("the new text needs a newer Python than {major}.{minor}")]
    NewerPython {
        /// Of the target version.
        major: u8,
        /// Of the target version.
        minor: u8,
    },
    /// An `await`, `async for` or `async with` outside of a coroutine.
    #[error("an await would not be allowed at line {line}")]
    StrayAwait {
        /// In the new text, from 1; of a notebook, in its cell.
        line: usize,
    },
    /// A `global` or `nonlocal` statement that Python refuses.
    #[error("Python would refuse the global or nonlocal statement at line {line}")]
    Misdeclared {
        /// In the new text, from 1; of a notebook, in its cell.
        line: usize,
    },
    /// What parses, and Python refuses.
    #[error("Python would refuse line {line}: {message}")]
    Refused {
        /// What the parser's own check said.
        message: String,
        /// In the new text, from 1; of a notebook, in its cell.
        line: usize,
    },
    /// Bytes that no change claims would differ.
    #[error("text outside the edits would change")]
    OutsideEdits,
    /// It is made only with another change, and that is withdrawn.
    #[error("it requires {required}, which is withdrawn")]
    Bereft {
        /// The other change's name.
        required: String,
    },
    /// The recipes are not done with what they leave.
    #[error("a second run of {} would change the file again", recipes.join(", "))]
    Unstable {
        /// Those that want more.
        recipes: Vec<String>,
    },
}

impl BrokenLaw {
    /// Takes the recipes of what a second run wants; `None`: nothing.
    pub fn unstable<'r>(recipes: impl Iterator<Item = &'r str>) -> Option<Self> {
        let mut recipes: Vec<String> = recipes.map(str::to_owned).collect();
        recipes.dedup();
        (!recipes.is_empty()).then_some(Self::Unstable { recipes })
    }
}
