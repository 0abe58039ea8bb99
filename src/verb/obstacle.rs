//! Why statements cannot become a function: what the person has to change first.

/// What keeps a block from being extracted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// The matches are not all in the body of one main guard, or all at the module's own level.
    #[error(
        "the calls are not next to each other, at the top level or under one `if __name__ == \"__main__\":`"
    )]
    Scattered,
    /// There is no block to be taken whole.
    #[error("the main guard has another branch, or is on one line")]
    GuardForm,
    /// Another value is used in the same way.
    #[error("the file also has `{code}`, which may run at the same time as the new function")]
    Another {
        /// The code.
        code: String,
    },
    /// Part of a line cannot move.
    #[error("the calls share a line with other statements")]
    SharesLine,
    /// The rule's author refuses it.
    #[error("`{code}` {because}")]
    Refused {
        /// What must not run inside of the function.
        code: String,
        /// Why, as a predicate.
        because: String,
    },
    /// A definition stays the module's.
    #[error("`{name}` is defined between the calls; move it above the first one")]
    DefinedBetween {
        /// The name.
        name: String,
    },
    /// An import stays the module's.
    #[error("there is an import between the calls; move it above the first one")]
    ImportBetween,
    /// A builtin would see other names.
    #[error("`{name}()` reads the names around it, which differ in a function")]
    LooksRound {
        /// The builtin.
        name: String,
    },
    /// Python allows it in modules only.
    #[error("a star import cannot stand in a function")]
    StarImport,
    /// Python takes no annotation of a global.
    #[error(
        "`{name}` is needed elsewhere and has an annotation, which a `global` name cannot have"
    )]
    Annotated {
        /// The name.
        name: String,
    },
    /// What would be awaited is inside a function or class of its own, or only perhaps what it seems.
    #[error("the new function cannot await `{call}` at that place")]
    NotAwaitable {
        /// The code.
        call: String,
    },
    /// What the matches share is needed for something that is not rewritten.
    #[error("`{shared}` is also used in `{line}`")]
    SharedElsewhere {
        /// What the matches share, as the file spells it.
        shared: String,
        /// The first line of the statement that uses it.
        line: String,
    },
    /// What the matches share is needed by others.
    #[error("other code needs `{name}`")]
    NeededElsewhere {
        /// The name.
        name: String,
    },
    /// A function that is no coroutine would hold it.
    #[error("`{line}` awaits, which a function in a thread cannot do")]
    Awaits {
        /// The first line of the statement.
        line: String,
    },
    /// What is open would be handed out, or the coroutine is a generator.
    #[error("`{line}` yields in between")]
    Yields {
        /// The first line of the statement.
        line: String,
    },
    /// A loop outside of the new function would be left.
    #[error("`{line}` leaves a loop around it")]
    LeavesLoop {
        /// The first line of the statement.
        line: String,
    },
    /// The statement returns on some ways only.
    #[error("the block returns in some cases and continues in others")]
    ReturnsSometimes,
    /// The statement binds a name that others need, on some ways only.
    #[error(
        "code after the block needs `{name}`, which the block may not bind: bind it before the block"
    )]
    BoundSometimes {
        /// The name.
        name: String,
    },
    /// A block around the statement would make what the site makes sometimes, or each time, just once.
    #[error("the statement may not evaluate it exactly once: move it to a separate statement")]
    NotOnce,
    /// The recipe's author left it out.
    #[error("the rule gives the function no name")]
    NoName,
    /// Not even a number behind the names helps.
    #[error("all names for the function are taken")]
    NamesTaken,
}
