//! Why functions that are registered cannot become a context manager: what a person has to do.

/// Why functions that are registered cannot become a context manager.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmanaged {
    /// What the sites share is not made by one call that is seen.
    #[error(
        "`{name}` is not made by one call of this file: give it its {argument} where it is made"
    )]
    NotMadeHere {
        /// What the sites share.
        name: String,
        /// The argument that it lacks.
        argument: String,
    },
    /// The arguments of the call are not all seen.
    #[error("`{code}` may hold a {argument} already")]
    OpenArguments {
        /// `**kwargs`.
        code: String,
        /// The argument.
        argument: String,
    },
    /// The call has the argument.
    #[error(
        "`{name}` has a {argument} already, and what is registered beside it never runs: call it from there, or leave it out"
    )]
    Given {
        /// What the sites share.
        name: String,
        /// The argument.
        argument: String,
    },
    /// What the sites share has another name, too.
    #[error(
        "`{line}` hands `{name}` on, or registers in another way: not all that is registered is seen"
    )]
    HandedOn {
        /// The first line of the statement.
        line: String,
        /// What the sites share.
        name: String,
    },
    /// It is not certain that the site is reached.
    #[error(
        "`{line}` does not follow in the block of the call that makes `{name}`, so whether it runs is not known"
    )]
    Elsewhere {
        /// The first line of the registration.
        line: String,
        /// What the sites share.
        name: String,
    },
    /// The block is left before all is registered.
    #[error("`{line}` may leave before all is registered")]
    LeavesBefore {
        /// The first line of the statement.
        line: String,
    },
    /// The match registers in a way that is not known.
    #[error("`{line}` is neither a decorator nor a statement of its own that names the function")]
    Form {
        /// The first line.
        line: String,
    },
    /// A decorator above the registration.
    #[error(
        "the decorators above `{decorator}` make something else of `{function}` than what is registered"
    )]
    DecoratedAbove {
        /// The registration.
        decorator: String,
        /// The function.
        function: String,
    },
    /// Whether the function is to be awaited is not known.
    #[error("whether `{function}` is to be awaited is not known")]
    Color {
        /// The function.
        function: String,
    },
    /// The function cannot be called so.
    #[error("`{function}` takes parameters, and is called without any: it fails at the start")]
    Parameters {
        /// The function.
        function: String,
    },
    /// The function never runs.
    #[error("`{function}` is a generator: calling it runs nothing")]
    Generator {
        /// The function.
        function: String,
    },
    /// The name may mean something else when it is called.
    #[error(
        "`{name}` is bound more than once, or means something else there: give each its own name"
    )]
    Rebound {
        /// The name.
        name: String,
    },
    /// Another file registers in a way that cannot be followed.
    #[error("{file} registers at `{name}`, too: {why}")]
    There {
        /// That file.
        file: String,
        /// What the sites share.
        name: String,
        /// What stands in the way.
        #[source]
        why: Box<Unmanaged>,
    },
    /// That file needs what the sites share for something else.
    #[error(
        "`{line}` needs it, too, so the files would import each other; move the functions to another file"
    )]
    DoesMore {
        /// The first line of the statement.
        line: String,
    },
    /// That file has to import this one.
    #[error(
        "its `{line}` may be needed for more, so the files would import each other; move the functions to another file"
    )]
    NeedsImport {
        /// The first line of the import.
        line: String,
    },
    /// The file does not import that one.
    #[error(
        "this file does not import it behind the call that makes `{name}`; import it there, or call its functions here"
    )]
    NotImported {
        /// What the sites share.
        name: String,
    },
    /// Something registers after the import that is in that file.
    #[error(
        "`{line}` follows an import, so their order depends on what is imported first; import below what registers"
    )]
    OrderOpen {
        /// The first line of the registration.
        line: String,
    },
    /// The file that makes it cannot name the function.
    #[error(
        "the name `{name}` is taken here or replaced by a test; import the function under another name for the lifespan"
    )]
    Unnamed {
        /// The function.
        name: String,
    },
    /// The two files would import each other.
    #[error(
        "its imports lead back to this file, which would call its functions; move them to another file"
    )]
    LeadsRound,
    /// The function cannot be imported from that file.
    #[error("`{function}` is no def of the file's own level, bound once")]
    NoFunction {
        /// The function.
        function: String,
    },
    /// A coroutine cannot be awaited in a plain generator.
    #[error("`{function}` is a coroutine function, which a plain generator cannot await")]
    NeedsAsync {
        /// The function.
        function: String,
    },
}
