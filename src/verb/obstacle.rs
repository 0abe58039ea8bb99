//! Why statements cannot become a function: what the person has to change first.

/// What keeps a block from being extracted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// The matches are not all in the body of one main guard.
    #[error(
        "the calls do not stand together under one `if __name__ == \"__main__\":`; move the code there first"
    )]
    Scattered,
    /// There is no block to be taken whole.
    #[error("the main guard has another branch, or stands in one line")]
    GuardForm,
    /// A handler would be moved to where the interrupt does not come by.
    #[error(
        "the main guard handles KeyboardInterrupt, which asyncio.run raises outside of the coroutine"
    )]
    InterruptHandled,
    /// A name that is global by declaration cannot become local.
    #[error("`{name}` is declared global under the guard")]
    Global {
        /// The name.
        name: String,
    },
    /// Python allows it in modules only.
    #[error("a star import cannot stand in a function")]
    StarImport,
    /// Reading it before it is bound would be an error in a function.
    #[error("`{name}` is a builtin that the guard's own name would hide in the new function")]
    Builtin {
        /// The name.
        name: String,
    },
    /// The other binding would no longer be of the same variable.
    #[error("`{name}` is bound outside the guard too")]
    BoundOutside {
        /// The name.
        name: String,
    },
    /// Somebody needs a name that would become local.
    #[error("`{name}` is set under the guard and read elsewhere")]
    ReadElsewhere {
        /// The name.
        name: String,
    },
    /// What would be awaited is inside a function or class of its own, or only perhaps what it seems.
    #[error("`{call}` stands where the new function cannot await it")]
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
    /// The recipe's author left it out.
    #[error("the rule gives the function no name")]
    NoName,
    /// Not even a number behind the names helps.
    #[error("all names for the function are taken")]
    NamesTaken,
}
