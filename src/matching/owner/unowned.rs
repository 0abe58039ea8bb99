//! Why nobody owns what a site begins: what the person has to change first.

/// What keeps a value from getting an owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unowned {
    /// The top level of a module or cell.
    #[error(
        "nothing owns a task of the top level; keep it in a name, and end it where the program ends"
    )]
    NoFunction,
    /// A magic runs the code.
    #[error("the {magic} magic may run it many times; start the task in a cell without it")]
    InMagic {
        /// The magic.
        magic: String,
    },
    /// A last cell could not end it.
    #[error("a last cell could not wait for its end: {why}")]
    NoLastCell {
        /// Why.
        why: String,
    },
    /// A lambda or comprehension of a cell.
    #[error("it stands in a lambda or comprehension; start it in a statement of its own")]
    InExpression,
    /// A function has no object to keep it on.
    #[error(
        "`{function}` is no method, and nothing lives on to own the task; keep it in a name and await it"
    )]
    NoMethod {
        /// The function.
        function: String,
    },
    /// A lambda or comprehension in a method.
    #[error(
        "in `{function}` it stands in a lambda or comprehension; start it in a statement of its own"
    )]
    Inside {
        /// The method.
        function: String,
    },
    /// A metaclass or decorator may replace the methods.
    #[error("`{by}` may make another class of `{class}`; keep the task by hand")]
    Remade {
        /// The class.
        class: String,
        /// What makes it.
        by: String,
    },
    /// Its objects have no attribute for it.
    #[error("objects of `{class}` take no new attribute, because of {why}; keep the task by hand")]
    Closed {
        /// The class.
        class: String,
        /// What sees to that.
        why: String,
    },
    /// No lifecycle of the table fits.
    #[error(
        "`{class}` has no method that ends what `{method}` starts; add one, such as `async def aclose(self)`, that cancels and awaits it"
    )]
    NoLifecycle {
        /// The class.
        class: String,
        /// The method.
        method: String,
    },
    /// The class lacks every method that its row ends with, and the row writes none.
    #[error("`{class}` has no `{wanted}` that could end the task; write one that is awaited")]
    NoTeardown {
        /// The class.
        class: String,
        /// The methods.
        wanted: String,
    },
    /// The row names no method that ends it.
    #[error("`{class}` has no method that is awaited at its end: {because}")]
    NoEnd {
        /// The class.
        class: String,
        /// What happens instead.
        because: String,
    },
    /// The end may be in a base that is not read.
    #[error(
        "no teardown in `{class}`, and its base class `{base}` is not readable: a created teardown might hide one there"
    )]
    UnreadBase {
        /// The class.
        class: String,
        /// The base.
        base: String,
    },
    /// The inherited end cannot be called by an override.
    #[error(
        "`{class}` inherits `{method}`, which is no coroutine method without arguments; end the task there by hand"
    )]
    OtherTeardown {
        /// The class.
        class: String,
        /// The method.
        method: String,
    },
    /// Two methods may be the end.
    #[error(
        "both `{first}` and `{second}` of `{class}` may end it; let one call the other, or end the task by hand"
    )]
    TwoTeardowns {
        /// The class.
        class: String,
        /// One method.
        first: String,
        /// The other.
        second: String,
    },
    /// Several things, and an end that cannot wait for them.
    #[error(
        "`{method}` is a plain def that a task may call, so it can neither wait for the tasks nor cancel all: make it a coroutine"
    )]
    CannotWait {
        /// The method.
        method: String,
    },
    /// The teardown waits for what the task does.
    #[error(
        "`{method}` waits for `{code}`, which a cancelled task never changes; keep the task, and cancel it behind that loop"
    )]
    WaitsFor {
        /// The method.
        method: String,
        /// What it waits for.
        code: String,
    },
    /// The teardown cannot be edited.
    #[error("nothing can be added to `{method}`: {why}")]
    NotEditable {
        /// The method.
        method: String,
        /// Why.
        why: &'static str,
    },
    /// It is started by what ends things.
    #[error("`{method}` is what ends such tasks, and starts one itself; {advice}")]
    InTeardown {
        /// The method.
        method: String,
        /// What to do.
        advice: &'static str,
    },
    /// It is registered on several objects.
    #[error(
        "`{function}` is registered more than once: one name cannot keep the tasks of several; keep them by hand"
    )]
    TwoOwners {
        /// The function.
        function: String,
    },
    /// Nothing that ends it is registered, and the table does not say how.
    #[error(
        "nothing is registered that ends what `{function}` starts; register a function that cancels and awaits the task"
    )]
    NoHook {
        /// The function.
        function: String,
    },
    /// What it is registered on never calls it.
    #[error("`{function}` never runs, since {because}")]
    NeverRuns {
        /// The function.
        function: String,
        /// Why, and what to do.
        because: String,
    },
    /// A function does not see what it is registered on.
    #[error(
        "`{function}` cannot reach the object it is registered on, which would keep the task; give it that object as a parameter"
    )]
    OutOfReach {
        /// The function.
        function: String,
    },
    /// A name of the module cannot be bound by a nested function.
    #[error(
        "`{function}` is not at the top level of the module that would keep the task; move it there, or keep the task by hand"
    )]
    Nested {
        /// The function.
        function: String,
    },
}
