//! Why nobody owns what a site begins: what the person has to change first.

/// What keeps a value from getting an owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unowned {
    /// The top level of a module or cell.
    #[error(
        "nothing ends what the top level starts: keep it in a variable, and end it where the program ends"
    )]
    NoFunction,
    /// A magic runs the code.
    #[error("the {magic} magic may start it many times: move it to a cell without the magic")]
    InMagic {
        /// The magic.
        magic: String,
    },
    /// A last cell could not end it.
    #[error("a last cell could not wait until it ends: {why}")]
    NoLastCell {
        /// Why.
        why: String,
    },
    /// A lambda or comprehension of a cell.
    #[error("it is in a lambda or comprehension: start it in a separate statement")]
    InExpression,
    /// A function has no object to keep it on.
    #[error(
        "`{function}` is not a method, so nothing owns the value: keep it in a name, and end it where the function ends"
    )]
    NoMethod {
        /// The function.
        function: String,
    },
    /// A lambda or comprehension in a method.
    #[error("in `{function}` it is in a lambda or comprehension: start it in a separate statement")]
    Inside {
        /// The method.
        function: String,
    },
    /// A metaclass or decorator may replace the methods.
    #[error("`{by}` may replace the class `{class}`: keep the value yourself")]
    Remade {
        /// The class.
        class: String,
        /// What makes it.
        by: String,
    },
    /// Its objects have no attribute for it.
    #[error(
        "objects of `{class}` take no new attribute, because of {why}: keep the value yourself"
    )]
    Closed {
        /// The class.
        class: String,
        /// What sees to that.
        why: String,
    },
    /// No lifecycle of the table fits.
    #[error(
        "no method of `{class}` ends what `{method}` starts: add one, such as `stop`, or an async `aclose`"
    )]
    NoLifecycle {
        /// The class.
        class: String,
        /// The method.
        method: String,
    },
    /// The class lacks every method that its row ends with, and the row writes none.
    #[error("`{class}` has no `{wanted}` that could end the value: write one that is awaited")]
    NoTeardown {
        /// The class.
        class: String,
        /// The methods.
        wanted: String,
    },
    /// The row names no method that ends it.
    #[error("`{class}` has no method that code awaits at the end: {because}")]
    NoEnd {
        /// The class.
        class: String,
        /// What happens instead.
        because: String,
    },
    /// The end may be in a base that is not read.
    #[error(
        "`{class}` has no teardown, and awaitify cannot read its base class `{base}`: a new teardown might hide one there"
    )]
    UnreadBase {
        /// The class.
        class: String,
        /// The base.
        base: String,
    },
    /// The inherited end cannot be called by an override.
    #[error(
        "`{class}` inherits `{method}`, which is not a coroutine method without arguments: end the value there"
    )]
    OtherTeardown {
        /// The class.
        class: String,
        /// The method.
        method: String,
    },
    /// Two methods may be the end.
    #[error("both `{first}` and `{second}` of `{class}` may end it: let one call the other")]
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
        "`{begins}` may run again, and only an async teardown ends several values: make `{method}` async"
    )]
    CannotWait {
        /// What begins them.
        begins: String,
        /// The method.
        method: String,
    },
    /// The teardown waits for what the value does.
    #[error(
        "`{method}` waits for `{code}`, which cancelled code never changes: keep the value, and end it after that loop"
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
    #[error("`{method}` ends these values, but also starts one: {advice}")]
    InTeardown {
        /// The method.
        method: String,
        /// What to do.
        advice: &'static str,
    },
    /// It is registered on several objects.
    #[error(
        "`{function}` is registered more than once, and one name cannot keep several values: keep them yourself"
    )]
    TwoOwners {
        /// The function.
        function: String,
    },
    /// Nothing that ends it is registered, and the table does not say how.
    #[error("no registered function ends the value from `{function}`: register one")]
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
        "`{function}` cannot reach the object that would keep the value: pass that object as a parameter"
    )]
    OutOfReach {
        /// The function.
        function: String,
    },
    /// A name of the module cannot be bound by a nested function.
    #[error(
        "`{function}` is not at the top level of the module that would keep the value: move it there"
    )]
    Nested {
        /// The function.
        function: String,
    },
}
