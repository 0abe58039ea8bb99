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
        "`{name}` already has a {argument}, so registered functions never run: call them from there"
    )]
    Given {
        /// What the sites share.
        name: String,
        /// The argument.
        argument: String,
    },
    /// What the sites share has another name, too.
    #[error(
        "`{line}` passes `{name}` on, or registers in another way: awaitify cannot see all registrations"
    )]
    HandedOn {
        /// The first line of the statement.
        line: String,
        /// What the sites share.
        name: String,
    },
    /// It is not certain that the site is reached.
    #[error("`{line}` is not in the block that creates `{name}`, so it may not run")]
    Elsewhere {
        /// The first line of the registration.
        line: String,
        /// What the sites share.
        name: String,
    },
    /// The block is left before all is registered.
    #[error("`{line}` may leave before all functions are registered")]
    LeavesBefore {
        /// The first line of the statement.
        line: String,
    },
    /// The match registers in a way that is not known.
    #[error("`{line}` is neither a decorator nor a separate statement that names the function")]
    Form {
        /// The first line.
        line: String,
    },
    /// A decorator above the registration.
    #[error("the decorators above `{decorator}` replace `{function}` after it is registered")]
    DecoratedAbove {
        /// The registration.
        decorator: String,
        /// The function.
        function: String,
    },
    /// Whether the function is to be awaited is not known.
    #[error("awaitify cannot tell whether `{function}` needs an await")]
    Color {
        /// The function.
        function: String,
    },
    /// The function cannot be called so.
    #[error("`{function}` has parameters but is called without arguments: it fails at the start")]
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
    #[error("{file} also registers at `{name}`: {why}")]
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
        "`{line}` also needs it, so the files would import each other; move the functions to another file"
    )]
    DoesMore {
        /// The first line of the statement.
        line: String,
    },
    /// That file has to import this one.
    #[error(
        "other code may need its `{line}`, so the files would import each other; move the functions to another file"
    )]
    NeedsImport {
        /// The first line of the import.
        line: String,
    },
    /// The file does not import that one.
    #[error(
        "this file does not import it after it creates `{name}`: import it there, or call its functions here"
    )]
    NotImported {
        /// What the sites share.
        name: String,
    },
    /// Something registers after the import that is in that file.
    #[error(
        "`{line}` follows an import, so the order depends on other imports: move the import below"
    )]
    OrderOpen {
        /// The first line of the registration.
        line: String,
    },
    /// The file that makes it cannot name the function.
    #[error(
        "the name `{name}` is taken here or replaced by a test; import the function under another name"
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
    #[error("`{function}` is not a function at the top level that is bound once")]
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
