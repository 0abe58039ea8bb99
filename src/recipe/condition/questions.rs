//! The questions of conditions: a line for each key has all that the language knows of it, the type of its value, its
//! name, and its meaning. The enums, the schema, the reference and the compiler are made of these lines.

use super::value::{
    AskedElsewhere, AtAwait, AtFirst, CalledFunction, Calls, CaptureName, CellCode, ClassBody,
    Compares, Decorators, ElsewhereHas, Enclosure, Globs, GlobsOrNone, Kinds, Names,
    PatternsOrNone, Roles, Says, SharedOnly, Sides, TeardownRole, Texts, TryBody, Unknown, Used,
    WaysTo,
};
use super::words::{
    AccessBy, Across, AnnotatedPart, Awaits, Callers, Fate, FileTrait, Form, InStub, MadeIn,
    Outcome, Place, Store, UsedElsewhere,
};
use super::{Guarded, Patterns, Spelling, VersionReq};

/// Makes the enum of a table.
macro_rules! questions {
    ({} $(#[$doc:meta])* $name:ident: $($variant:ident($value:ty) $key:literal $about:literal,)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub enum $name {
            $(#[doc = concat!("`", $key, "`: ", $about, ".")] $variant($value),)+
        }

        impl $name {
            /// Returns the patterns with which it compares code of this file.
            pub fn patterns(&self) -> Vec<&Guarded> {
                match self {
                    $(Self::$variant(value) => value.compared(),)+
                }
            }
        }
    };
}

/// Calls a macro with the questions about a site.
macro_rules! site_words {
    ($each:ident $($more:tt)*) => {
        $each! { { $($more)* }
            /// What is asked about a site.
            SiteWord:
            Inside(Vec<Place>) "inside" "the innermost place around the site. A `function` is a sync function, a `generator` a generator expression",
            Outer(Vec<Place>) "outer" "the place around the innermost one",
            Within(Vec<Enclosure>) "within" "around the site, in its function: `loop`, `try`, `except`, `finally`, `main-guard`, or a header that matches",
            MatchedUnknown(Unknown) "matched" "it is unknown whether the pattern matches, as after a star import",
            CanAwait(bool) "can-await" "whether the code at the site can use `await`",
            PrecededBy(Patterns) "preceded-by" "a statement that a match spells runs before the site, on every path",
            FollowedBy(Patterns) "followed-by" "code that a match spells, or a statement that has it, runs after the site, on every path. A site of several statements begins with the first",
            Python(VersionReq) "python" "the target version of Python",
            MayRunOn(VersionReq) "may-run-on" "one of the Python versions that the code may run on, from the target version up",
            Result(Vec<Fate>) "result" "what the code does with the value of the site",
            PassedTo(Globs) "passed-to" "the value is an argument of a call of one of these functions",
            Holding(Kinds) "holding" "the code around the site has entered or acquired a value of this kind",
            ReadBeforeWrittenAfter(Vec<AccessBy>) "read-before-written-after" "the function (`called`: or one that it calls) reads shared state before the site and writes it after",
            Across(Vec<Across>) "across" "how the function uses shared state before and after the site, without an asyncio lock",
            OnBothSides(Box<Sides>) "on-both-sides" "code before the site and code after it use the same thing, without an asyncio lock",
            Awaited(AtAwait) "awaited" "this holds at an `await` of the function around the site, in any file. Metavariables mean nothing in it. `{found.line}`, `{why}` and `{names}` are about that `await`",
            LoopsOver(SharedOnly) "loops-over" "a loop around the site iterates over a collection that other tasks may change",
            Patched(Globs) "patched" "a test of the project patches one of these names",
            Catches(Globs) "catches" "a handler around the site catches one of these exceptions and does not raise it again",
            Handles(Globs) "handles" "a handler around the site catches one of these exceptions, and may raise it again",
            Takes(Globs) "takes" "the matched `except` is the first of its `try` that catches one of these exceptions",
            Try(TryBody) "try" "facts of the `try` of the matched `except`, or of the innermost one around the site",
            Independent(Calls) "independent" "calls that may run at once: none changes shared state or needs the result of another",
            Outcome(Vec<Outcome>) "outcome" "what `keep-handle` found out about the end of the value. Needs that verb",
            Teardown(TeardownRole) "teardown" "facts of the function that ends the value. Needs `keep-handle`",
            Class(ClassBody) "class" "facts of the matched class, or of the innermost one around the site",
            Cell(CellCode) "cell" "facts of the cell. In a file without cells, facts of the file",
            Elsewhere(Box<ElsewhereHas>) "elsewhere" "code in other files that may run in the same process",
            Program(Box<AskedElsewhere>) "program" "a condition about another file that may run in the same process, as the other changes leave it",
        }
    };
}
pub(in crate::recipe) use site_words;
site_words!(questions);

/// Calls a macro with the questions about what a metavariable captured.
macro_rules! capture_words {
    ($each:ident $($more:tt)*) => {
        $each! { { $($more)* }
            /// What is asked about what a metavariable captured.
            CaptureWord:
            Is(Kinds) "is" "the value is of one of these kinds or classes. `module.*`: made by a class or function of the module. Constructors, annotations, attributes and annotated results tell it; of others, such as `c` in `with lib.Client() as c`, the answer is unknown. `unknown` stands in a list",
            Name(Globs) "name" "it refers to one of these qualified names, whatever the file calls them. `module.*`: any name of the module",
            Undefined(Names) "undefined" "it is one of these names (`any`: every name), and nothing defines it",
            Annotates(Kinds) "annotates" "it is an annotation, or a part of one, for values of one of these kinds",
            Text(Vec<Spelling>) "text" "its source, quotes included, is one of these texts, or contains a match of a `/regex/`. A literal in a pattern matches in any quotes",
            Form(Vec<Form>) "form" "what the expression looks like",
            MadeBy(Patterns) "made-by" "the one assignment that reaches the site, here or in the file of the project that it is imported from, has a value that matches. A finding can name its metavariables",
            MadeOf(Kinds) "made-of" "a part of the value is of this kind, made in the function and known nowhere else",
            MadeIn(Vec<MadeIn>) "made-in" "where the value was made: in the function of the site, in its file, in another file, or where awaitify does not see it",
            Uses(Patterns) "uses" "another use of it matches",
            OnlyUses(PatternsOrNone) "only-uses" "all other uses of it match. `[]`: there is no other use",
            Has(Patterns) "has" "it contains a match",
            Reaches(Patterns) "reaches" "the function that it names or calls contains a match, or calls a function of this file that does. `function` also reads other files",
            Function(CalledFunction) "function" "facts of the function that it names or calls: what it surely `reaches`, itself or through its calls, also in other files",
            Forwards(Patterns) "forwards" "all that the function which it names does is a match, in which a call passes on its parameters. A metavariable that is called there names the same function at the site",
            Offers(Patterns) "offers" "a method of its class contains a match, or calls a function that does",
            FailsButFor(Patterns) "fails-but-for" "an exception may leave the function that it calls, by a `raise` or an `await`. Matches do not count",
            ReplacedByOtherThan(Kinds) "replaced-by-other-than" "the project replaces or overrides the function that it calls, by none of these kinds",
            HoldsNothing(bool) "holds-nothing" "whether code that enters and leaves it changes nothing for other code",
            EndsAtOnce(bool) "ends-at-once" "whether each task surely ends at once if cancelled, since it waits only for time, or for objects of asyncio such as queues. `{why}` says why not",
        }
    };
}
pub(in crate::recipe) use capture_words;
capture_words!(questions);

/// Calls a macro with the questions about the place that keeps a value.
macro_rules! stored_words {
    ($each:ident $($more:tt)*) => {
        $each! { { $($more)* }
            /// What is asked about the place that keeps a value.
            StoredWord:
            In(Vec<Store>) "in" "the kind of place",
            Elsewhere(Vec<UsedElsewhere>) "elsewhere" "the most that another file may do with the place. `{found}` is where",
            Uses(Patterns) "uses" "something that is done with $stored, anywhere in the project, matches",
            OnlyUses(PatternsOrNone) "only-uses" "all other uses of `$stored` in the project match, or only test whether it is set",
        }
    };
}
pub(in crate::recipe) use stored_words;
stored_words!(questions);

/// Calls a macro with the questions about the matched function, or the innermost one.
macro_rules! function_words {
    ($each:ident $($more:tt)*) => {
        $each! { { $($more)* }
            /// What is asked about the matched function, or the innermost one.
            FunctionWord:
            Role(Roles) "role" "what the function is for: a row of the table `roles`, or `callback`, `method`, `override`, `dunder`, `entry-point`",
            Has(Patterns) "has" "its body contains a match, outside nested functions",
            Decorated(Decorators) "decorated" "one of its decorators matches",
            RunBy(CaptureName) "run-by" "the code that this task runs calls it",
            Generator(bool) "generator" "whether it yields, outside nested functions",
            Annotated(Vec<AnnotatedPart>) "annotated" "it has an annotation for a parameter, or for what it returns",
            Takes(Texts) "takes" "it has a parameter with one of these names",
            Yields(CaptureName) "yields" "all values that it yields have one type. Templates can name it",
            Awaits(Vec<Awaits>) "awaits" "how often its own code awaits: `none`, by `one` `await`, or `many` (`async for` and `async with`, too)",
            Callers(Vec<Callers>) "callers" "whether the project uses its name somewhere, or nowhere",
            Stub(Vec<InStub>) "stub" "how the stub (`.pyi`) beside its file declares it. `{why}` says it",
            Reaches(Patterns) "reaches" "it contains a match, or calls a function that does, in any file. `{found}` and `{found.line}` are where",
            Forwards(Patterns) "forwards" "all that it does is a match, in which a call passes on its parameters to another function of its class or module",
            SurelyReaches(Patterns) "surely-reaches" "`reaches` is certain. It does not hold where that is unknown",
            OnlyCalledIn(Box<AskedElsewhere>) "only-called-in" "this holds at each call of it, or at each call of the function around that call, and so on. No other code uses these functions. A coroutine counts only where it is awaited",
            WayToIt(Box<WaysTo>) "way-to-it" "some way to it may meet this. A way leads from a use of it to the uses of the function around that use, and so on, by their names. It also counts where a library uses one of these functions, or where nothing does",
            UsedOtherwiseThan(Box<Used>) "used-otherwise-than" "some code does not call it, or uses the result twice or in code that does not match. `return f()` in a sync function counts by how the calls of that function are used; in a coroutine it does not match. `{found}` is where",
        }
    };
}
pub(in crate::recipe) use function_words;
function_words!(questions);

/// Calls a macro with the questions about the file.
macro_rules! file_words {
    ($each:ident $($more:tt)*) => {
        $each! { { $($more)* }
            /// What is asked about the file.
            FileWord:
            Is(Vec<FileTrait>) "is" "the kind of file. A `percent` file runs cell by cell. A `maybe-script` may also run as a script",
            Imports(Globs) "imports" "it imports one of these modules. `module.*`: something of the module, such as a part of the package",
            ImportsOnly(GlobsOrNone) "imports-only" "all modules that it imports are these, in these, of the project, or of the standard library",
            Has(Patterns) "has" "it contains a match",
            Had(AtFirst) "had" "it contained a match before an earlier recipe of this run changed it",
            OneTask(Patterns) "one-task" "one task runs all its functions: those passed to these calls, and those that they await",
        }
    };
}
pub(in crate::recipe) use file_words;
file_words!(questions);

/// Calls a macro with the questions about other files of the project.
macro_rules! project_words {
    ($each:ident $($more:tt)*) => {
        $each! { { $($more)* }
            /// What is asked about other files of the project.
            ProjectWord:
            Imports(Globs) "imports" "a file of the project uses one of these modules, after the changes. `module.*`: something of the module",
            Says(Says) "says" "texts in other files of the project, such as settings and dependencies",
        }
    };
}
pub(in crate::recipe) use project_words;
project_words!(questions);
