//! What Python brings along itself: builtins and the standard library.

use ruff_python_stdlib::builtins::is_python_builtin;
use ruff_python_stdlib::sys::is_known_standard_library;

pub mod container;

/// Oldest and newest minor version whose standard library counts: a module of either is in it.
const STANDARD_VERSIONS: [u8; 2] = [8, 13];

/// Names that the newest Python has are builtins.
const NEWEST_MINOR: u8 = u8::MAX;

/// Returns whether a name is a builtin, those that a notebook adds among them there.
pub fn is_builtin(name: &str, is_notebook: bool) -> bool {
    is_python_builtin(name, NEWEST_MINOR, is_notebook)
}

/// Builtins by which names are bound that no code of the file binds.
pub const BINDS_BY_TEXT: [&str; 4] = ["exec", "globals", "locals", "vars"];

/// Builtins that read the names around them where they are given nothing.
pub const READS_LOCALS: [&str; 3] = ["dir", "locals", "vars"];

/// Builtins that run a text.
pub const RUNS_TEXT: [&str; 2] = ["eval", "exec"];

/// Returns whether a builtin may look at the names around its call: in another function these are others.
pub fn looks_round(builtin: &str) -> bool {
    READS_LOCALS.contains(&builtin) || RUNS_TEXT.contains(&builtin)
}

/// What ends a coroutine from outside, and what takes it along with all errors.
pub const ENDINGS: [&str; 3] = ["asyncio.CancelledError", "BaseException", "Exception"];

/// The method that ends a task from outside.
pub const CANCEL: &str = "cancel";

/// Modules whose classes say what others do.
const OPEN: [&str; 4] = ["abc.", "collections.abc.", "types.", "typing."];

/// Returns whether a class of Python's own is one that others fill in.
pub fn is_open(class: &str) -> bool {
    let last = class.rsplit('.').next().unwrap_or(class);
    last.starts_with("Abstract") || OPEN.iter().any(|module| class.starts_with(module))
}

/// Returns whether a base class is for type checkers, or only lets others fill it in: objects have nothing
/// of it.
pub fn is_empty(base: &str) -> bool {
    [
        "abc.ABC",
        "object",
        "typing.Generic",
        "typing.Protocol",
        "typing_extensions.Protocol",
    ]
    .contains(&base)
}

/// Returns whether a class that derives from that base says what objects have, of whatever class they are.
pub fn is_protocol(base: &str) -> bool {
    ["typing.Protocol", "typing_extensions.Protocol"].contains(&base)
}

/// Returns whether a base class of Python's own has no plain iteration, attribute lookup or `with` for its
/// objects: those for type checkers, and those that say what is async.
pub fn is_bare(base: &str) -> bool {
    let is_async = |name: &str| name.starts_with("Async") || name.starts_with("AbstractAsync");
    let last = base.rsplit('.').next().unwrap_or(base);
    is_empty(base) || is_open(base) && is_async(last)
}

/// Returns whether a value that is annotated with a name of Python's own may be a coroutine.
pub fn may_be_awaited(annotation: &str) -> bool {
    let last = annotation.rsplit('.').next().unwrap_or(annotation);
    let is_open = [
        "Annotated",
        "Any",
        "Callable",
        "Optional",
        "Union",
        "object",
    ]
    .contains(&last);
    is_open || ["Awaitable", "Coroutine", "CoroutineType"].contains(&last)
}

/// Returns whether a function reads all attributes of an object, whatever their names are.
pub fn reads_all_attributes(function: &str) -> bool {
    [
        "copy.copy",
        "copy.deepcopy",
        "pickle.dump",
        "pickle.dumps",
        "vars",
    ]
    .contains(&function)
}

/// Returns whether a function gives an attribute of what it is given, by its name.
pub fn reads_attribute(function: &str) -> bool {
    function == "getattr"
}

/// Attributes of a function that say how it is written down, and nothing of what a call gives.
const WRITTEN: [&str; 4] = ["__doc__", "__module__", "__name__", "__qualname__"];

/// Returns whether an attribute of a function says no more than how it is written down.
pub fn is_written(attribute: &str) -> bool {
    WRITTEN.contains(&attribute)
}

/// Methods that run what a generator has next.
const RUNS: [&str; 4] = ["__iter__", "__next__", "send", "throw"];

/// Returns whether a function takes from what it is given what that has next.
pub fn goes_through(function: &str) -> bool {
    ["iter", "list", "next", "reversed", "set", "sorted", "tuple"].contains(&function)
}

/// Returns whether a function takes all that its first argument has, before it does anything else that shows.
pub fn reads_all(function: &str) -> bool {
    [
        "collections.Counter",
        "collections.OrderedDict",
        "collections.deque",
        "dict",
        "frozenset",
        "list",
        "math.fsum",
        "math.prod",
        "max",
        "min",
        "set",
        "sorted",
        "statistics.fmean",
        "statistics.mean",
        "statistics.median",
        "sum",
        "tuple",
    ]
    .contains(&function)
}

/// Returns whether a method of a text takes all that its argument has.
pub fn is_joined(method: &str) -> bool {
    method == "join"
}

/// Returns whether an attribute of a generator runs it, or tells of its frame.
pub fn is_of_generator(attribute: &str) -> bool {
    RUNS.contains(&attribute) || attribute.starts_with("gi_")
}

/// Returns whether a function is asked what a value is, or has.
pub fn asks_what(function: &str) -> bool {
    ["hasattr", "isinstance", "type"].contains(&function)
}

/// Returns whether the classes that a metaclass makes have what their bodies say.
pub fn is_plain_metaclass(metaclass: &str) -> bool {
    [
        "abc.ABCMeta",
        "enum.EnumMeta",
        "enum.EnumType",
        "object",
        "type",
    ]
    .contains(&metaclass)
}

/// The function that gives an object as the classes above one see it.
pub const SUPER: &str = "super";

/// The function that asks whether an object is of a class.
pub const IS_INSTANCE: &str = "isinstance";

/// Returns whether a decorator makes an attribute of a method, which is what a call of that gives.
pub fn gives_property(decorator: &str) -> bool {
    matches!(decorator, "property" | "functools.cached_property")
}

/// Returns whether a decorator that is an attribute of a property says what it does beside being read.
pub fn is_accessor(attribute: &str) -> bool {
    matches!(attribute, "deleter" | "setter")
}

/// What finds functions and methods by their names at run time.
pub const BY_NAME: [&str; 9] = [
    "__dict__",
    "attrgetter",
    "eval",
    "exec",
    "getattr",
    "globals",
    "locals",
    "methodcaller",
    "vars",
];

/// What finds the class of an object.
pub const BY_OBJECT: [&str; 2] = [ITS_CLASS, CLASS_OF];

/// The method that sets an object up.
pub const SETS_UP: &str = "__init__";

/// The method that makes an object, before that is set up.
pub const MAKES: &str = "__new__";

/// The attribute of an object that is its class.
pub const ITS_CLASS: &str = "__class__";

/// Methods of a metaclass that say what the name of a class stands for, or what a call of the class makes.
pub const OF_METACLASS: [&str; 2] = ["__call__", MAKES];

/// The method of an object that says what it gives as an attribute of a class.
pub const GIVES: &str = "__get__";

/// Returns whether Python itself calls a method of that name.
pub fn is_dunder(method: &str) -> bool {
    method.starts_with("__") && method.ends_with("__")
}

/// Functions of a module that Python calls.
const OF_MODULE: [&str; 2] = ["__dir__", "__getattr__"];

/// Returns whether Python itself calls a function of a module that has that name: `def __main__()` is as any other.
pub fn is_called_of_module(function: &str) -> bool {
    OF_MODULE.contains(&function)
}

/// Returns whether a method of an object runs where `with` or `async with` enters it.
pub fn enters(method: &str) -> bool {
    matches!(method, "__aenter__" | "__enter__")
}

/// Returns whether an annotation stands for the class that it is written in.
pub fn is_own_type(annotation: &str) -> bool {
    matches!(annotation, "typing.Self" | "typing_extensions.Self")
}

/// Returns whether an annotation says nothing of what a value is.
pub fn is_any(annotation: &str) -> bool {
    matches!(
        annotation,
        "object" | "typing.Any" | "typing_extensions.Any"
    )
}

/// Returns whether an annotation says that it is one of several.
pub fn is_union(annotation: &str) -> bool {
    annotation == "typing.Union"
}

/// Returns whether an annotation says that there may be none.
pub fn is_optional(annotation: &str) -> bool {
    annotation == "typing.Optional"
}

/// Returns whether an annotation only says how a variable is kept: `Final[X]`.
pub fn is_kept_form(annotation: &str) -> bool {
    matches!(
        annotation,
        "typing.ClassVar" | "typing.Final" | "typing_extensions.Final"
    )
}

/// Returns whether an annotation is its first part with something said about it: `Annotated[X, …]`.
pub fn is_annotated_form(annotation: &str) -> bool {
    matches!(
        annotation,
        "typing.Annotated" | "typing_extensions.Annotated"
    )
}

/// The decorator of methods that every class overrides.
const ABSTRACT: &str = "abc.abstractmethod";

/// Decorators that give back the def, for other tools to see.
const NOTES: [&str; 6] = [
    ABSTRACT,
    "typing.final",
    "typing.no_type_check",
    "typing.override",
    "typing_extensions.final",
    "typing_extensions.override",
];

/// Returns whether a decorator of that qualified name gives back the def as it is.
pub fn only_notes(decorator: &str) -> bool {
    NOTES.contains(&decorator)
}

/// Returns whether a decorator of that qualified name says what types a later def of the same name takes.
pub fn is_overload(decorator: &str) -> bool {
    ["typing.overload", "typing_extensions.overload"].contains(&decorator)
}

/// What gives the class of an object.
pub const CLASS_OF: &str = "type";

/// The decorator of methods that are called without an object.
pub const STATIC: &str = "staticmethod";

/// The decorator of methods that are called with their class.
pub const OF_CLASS: &str = "classmethod";

/// Returns whether a call of a def under a decorator of that qualified name gives what it gives without.
pub fn keeps_the_function(decorator: &str) -> bool {
    only_notes(decorator) || [OF_CLASS, STATIC].contains(&decorator)
}

/// Returns whether a decorator of that qualified name gives a class of the same name and methods. All that Python brings
/// along do, but those that keep what a call makes, or choose among functions.
pub fn keeps_the_class(decorator: &str) -> bool {
    decorator == "functools.total_ordering"
        || is_standard(decorator) && !decorator.starts_with("functools.")
        || decorator.starts_with("typing_extensions.")
}

/// Returns whether a call of that name gives a decorator that only names and documents the def.
pub fn gives_name(decorator: &str) -> bool {
    decorator == "functools.wraps"
}

/// Returns whether a function of that name says yes of a coroutine function; `None` where that is not known.
pub fn tests_for_coroutines(function: &str) -> Option<bool> {
    match function {
        "asyncio.iscoroutinefunction" | "inspect.iscoroutinefunction" => Some(true),
        "inspect.isgeneratorfunction" | "inspect.isasyncgenfunction" => Some(false),
        _ => None,
    }
}

/// Returns which of its arguments a function of that name gives back.
pub fn gives_back(function: &str) -> Option<usize> {
    match function {
        "typing.cast" | "typing_extensions.cast" => Some(1),
        "functools.update_wrapper" => Some(0),
        _ => None,
    }
}

/// Returns whether a function of that name may give an object that it gets, or that is in one.
pub fn hands_out(function: &str) -> bool {
    let of_argument = ["getattr", "globals", "locals", "max", "min", "next", "vars"];
    gives_back(function).is_some() || of_argument.contains(&function)
}

/// Returns whether a decorator of that qualified name makes a function run once for the same arguments.
pub fn keeps_results(decorator: &str) -> bool {
    ["functools.cache", "functools.lru_cache"].contains(&decorator)
}

/// Bases whose classes have no attributes but those that are listed, or make members of them.
const FIXED: [&str; 6] = [
    "enum.Enum",
    "enum.Flag",
    "enum.IntEnum",
    "enum.IntFlag",
    "enum.StrEnum",
    "typing.NamedTuple",
];

/// A decorator, and its options that make the attributes of a class all that it has, or that it keeps.
const FIXING: (&str, [&str; 2]) = ("dataclasses.dataclass", ["frozen", "slots"]);

/// Returns whether objects of classes with that base take no new attributes.
pub fn has_fixed_attributes(base: &str) -> bool {
    FIXED.contains(&base)
}

/// Returns whether objects of a class take no new attributes where its decorator has an option.
pub fn fixes_attributes(decorator: &str, option: &str) -> bool {
    decorator == FIXING.0 && FIXING.1.contains(&option)
}

/// Returns whether a decorator of that qualified name says that every class overrides the method.
pub fn is_abstract(decorator: &str) -> bool {
    decorator == ABSTRACT
}

/// Returns whether a module, or what is in it, is of the standard library.
pub fn is_standard(module: &str) -> bool {
    let first = module.split('.').next().unwrap_or(module);
    let mut versions = STANDARD_VERSIONS.iter();
    versions.any(|&version| is_known_standard_library(version, first))
}
