//! Containers of Python's own: what stands in them, and what their methods give.

/// Containers that are gone over by what stands in them.
const ROWS: [&str; 22] = [
    "collections.abc.Collection",
    "collections.abc.Generator",
    "collections.abc.Iterable",
    "collections.abc.Iterator",
    "collections.abc.MutableSequence",
    "collections.abc.Sequence",
    "collections.abc.Set",
    "collections.deque",
    "frozenset",
    "list",
    "set",
    "typing.Collection",
    "typing.Deque",
    "typing.FrozenSet",
    "typing.Generator",
    "typing.Iterable",
    "typing.Iterator",
    "typing.List",
    "typing.MutableSequence",
    "typing.Sequence",
    "typing.Set",
    "weakref.WeakSet",
];

/// Containers of values by keys.
const TABLES: [&str; 11] = [
    DEFAULT_TABLE,
    "collections.OrderedDict",
    "collections.abc.Mapping",
    "collections.abc.MutableMapping",
    "dict",
    "typing.DefaultDict",
    "typing.Dict",
    "typing.Mapping",
    "typing.MutableMapping",
    "typing.OrderedDict",
    "weakref.WeakValueDictionary",
];

/// What is gone over by `async for`, and gives what its annotation names first.
const ASYNC_ROWS: [&str; 6] = [
    "collections.abc.AsyncGenerator",
    "collections.abc.AsyncIterable",
    "collections.abc.AsyncIterator",
    "typing.AsyncGenerator",
    "typing.AsyncIterable",
    "typing.AsyncIterator",
];

/// What an iterator is annotated with.
pub const ITERATOR: &str = "typing.Iterator";

/// The container of values that need not be alike.
pub const TUPLE: &str = "tuple";

/// Returns whether an annotation is that of a tuple.
pub fn is_tuple(container: &str) -> bool {
    matches!(container, "tuple" | "typing.Tuple")
}

/// Returns which parameter of a container's annotation is that of what a loop over it gives.
pub fn element_of(container: &str) -> Option<usize> {
    let is_row = ROWS.contains(&container) || TABLES.contains(&container);
    is_row.then_some(0)
}

/// Returns the same for a loop by `async for`.
pub fn async_element_of(container: &str) -> Option<usize> {
    ASYNC_ROWS.contains(&container).then_some(0)
}

/// Forms of annotations with types in brackets that are no containers.
const FORMS: [&str; 10] = [
    "Awaitable",
    "ClassVar",
    "Coroutine",
    "Final",
    "Optional",
    "Tuple",
    "Type",
    "Union",
    "tuple",
    "type",
];

/// Returns whether what stands in brackets behind a name are types, by the last part of the name.
pub fn holds_types(form: &str) -> bool {
    let containers = ROWS.iter().chain(&TABLES).chain(&ASYNC_ROWS);
    let mut last = containers.filter_map(|name| name.rsplit('.').next());
    FORMS.contains(&form) || last.any(|it| it == form)
}

/// Returns which parameter of an annotation is that of what an await gives.
pub fn result_of(awaited: &str) -> Option<usize> {
    match awaited {
        "asyncio.Future" | "asyncio.Task" | "collections.abc.Awaitable" | "typing.Awaitable" => {
            Some(0)
        }
        "collections.abc.Coroutine" | "typing.Coroutine" => Some(2),
        _ => None,
    }
}

/// What a method of a container gives, by the parameters of the container's annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// One of that parameter.
    Part(usize),
    /// An iterator over those of a parameter.
    Each(usize),
    /// An iterator over pairs of the first two.
    Pairs,
    /// Such a container.
    Same,
}

/// Returns what a method of a container gives.
pub fn method_gives(container: &str, method: &str) -> Option<Gives> {
    let is_table = TABLES.contains(&container);
    let is_row = ROWS.contains(&container);
    match method {
        "values" if is_table => Some(Gives::Each(1)),
        "keys" if is_table => Some(Gives::Each(0)),
        "items" if is_table => Some(Gives::Pairs),
        "get" | "pop" | "setdefault" if is_table => Some(Gives::Part(1)),
        "pop" | "popleft" if is_row => Some(Gives::Part(0)),
        "copy" if is_table || is_row => Some(Gives::Same),
        _ => None,
    }
}

/// Returns whether a method with so many arguments gives nothing else than the container has: `get(key, default)` may,
/// and `setdefault` puts it there.
pub fn gives_no_other(method: &str, n_arguments: usize) -> bool {
    n_arguments <= 1 || method == "setdefault"
}

/// Returns what a function of Python's own gives, by the elements of its first argument.
pub fn function_gives(function: &str) -> Option<Made> {
    match function {
        "list" | "sorted" => Some(Made::Container("list")),
        "set" => Some(Made::Container("set")),
        "frozenset" => Some(Made::Container("frozenset")),
        "tuple" => Some(Made::Tuple),
        "iter" | "reversed" => Some(Made::Container(ITERATOR)),
        "enumerate" => Some(Made::Numbered),
        "next" => Some(Made::Next),
        _ => None,
    }
}

/// What a function of Python's own makes of the elements of its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// A container of them.
    Container(&'static str),
    /// A tuple of them.
    Tuple,
    /// Pairs of a number and one of them.
    Numbered,
    /// One of them.
    Next,
}

/// The table that makes a value for a key it does not have, as its first argument says.
pub const DEFAULT_TABLE: &str = "collections.defaultdict";

/// The function that says of what class a value is.
pub const CAST: &str = "typing.cast";

/// Returns whether a function of one container gives each of its elements, and nothing else.
pub fn gives_elements(function: &str) -> bool {
    matches!(
        function_gives(function),
        Some(Made::Container(_) | Made::Tuple)
    )
}

/// Returns which parameter of a container's annotation is that of `container[key]`.
pub fn item_of(container: &str) -> Option<usize> {
    let is_row = matches!(
        container,
        "collections.abc.MutableSequence"
            | "collections.abc.Sequence"
            | "collections.deque"
            | "list"
            | "typing.Deque"
            | "typing.List"
            | "typing.MutableSequence"
            | "typing.Sequence"
    );
    let is_table = TABLES.contains(&container);
    is_row.then_some(0).or(is_table.then_some(1))
}
