//! Enums whose variants are words of conditions.

use crate::recipe::word::words;

/// Any name, in `undefined`.
pub const ANY_NAME: &str = "any";

words! {
    /// Where code runs.
    pub enum Place {
        Cell "cell" "the top level of a notebook cell, its main guard included",
        Script "script" "the top level or the main guard of a plain `.py` file",
        Coroutine "coroutine" "the body of an `async def`, with its list, set and dict comprehensions",
        Function "function" "the body of a sync function",
        Lambda "lambda" "the body of a lambda",
        Generator "generator" "a generator expression, except its first iterable",
        ClassBody "class-body" "the body of a class",
    }
}

words! {
    /// What the code does with a value.
    pub enum Fate {
        Discarded "discarded" "it is a statement; in a function also one bound to `_`, or to a name that nothing reads",
        Displayed "displayed" "the notebook shows it: it is the last expression of a cell, without `;`",
        Awaited "awaited" "an `await` takes it",
        Stored "stored" "it is bound to a name, attribute, item or collection",
        Passed "passed" "it is an argument",
        Returned "returned" "the function returns it",
        Yielded "yielded" "the function yields it",
        Entered "entered" "it is an item of a `with`",
        Iterated "iterated" "a `for` iterates over it",
        Used "used" "it is an operand, is called, or one of its attributes is used",
    }
}

words! {
    /// Which code reads and writes shared state.
    pub enum AccessBy {
        Shared "shared" "the function itself",
        Own "own" "the function itself, and no caller gives it the object",
        Called "called" "the function, or a function of the file that it calls",
    }
}

words! {
    /// How a function uses shared state before and after a site.
    pub enum Across {
        WrittenThenRead "written-then-read" "it writes the state before the site and reads it after",
        WrittenInParts "written-in-parts" "it writes parts of the state before and after, and other code reads both parts",
        ReadInParts "read-in-parts" "it reads parts of the state before and after, and other code writes both parts",
        CalledThenAsked "called-then-asked" "it calls a method of an object for its effect before, and reads the object after",
        TestedThenCalled "tested-then-called" "it tests an object before, and calls a method of it for its effect after",
    }
}

words! {
    /// What an expression looks like.
    pub enum Form {
        Literal "literal" "a number, a string, a constant, or a list, tuple, dict or set in brackets",
        Name "name" "a name",
        Attribute "attribute" "an attribute",
        Call "call" "a call",
        Lambda "lambda" "a lambda",
        Parameter "parameter" "a parameter of the function around it",
        Class "class" "the name of a class of the project",
        Receiver "receiver" "the object or class whose method it is in: the first parameter, or `super()`",
    }
}

words! {
    /// Where a value was made.
    pub enum MadeIn {
        SamePlace "same-place" "in the function or cell of the site, and not by a function of the project, which may keep it",
        SameFile "same-file" "in the file of the site",
        Elsewhere "elsewhere" "in another file",
        Unseen "unseen" "in code that awaitify does not follow: only an annotation says what the value is",
        Parameter "parameter" "by the caller: it is a parameter with an annotation, or an attribute that keeps one",
    }
}

words! {
    /// What another file does with an attribute.
    pub enum UsedElsewhere {
        Mentioned "mentioned" "it reads the attribute, passes it on, or names it in a string. It does not await it, iterate over it, or call one of its methods",
    }
}

words! {
    /// The place that keeps a value until the teardown.
    pub enum Store {
        Attribute "attribute" "an attribute of `self`; in a function that yields, of any object",
        Name "name" "a name of the module, or of a function that yields",
        Collection "collection" "a collection in one of these",
    }
}

words! {
    /// A part of a function that may have an annotation.
    pub enum AnnotatedPart {
        Parameter "parameter" "a parameter",
        Return "return" "the result",
    }
}

words! {
    /// How often a function awaits.
    pub enum Awaits {
        None "none" "never",
        One "one" "with one `await`",
        Many "many" "more often, or with `async for` or `async with`",
    }
}

words! {
    /// Whether the project uses the name of a function.
    pub enum Callers {
        None "none" "no code does, except the definition",
        Some "some" "some code does",
        UnusedClass "unused-class" "it is a method of a class that no code uses, tests left out",
        UnusedRegistry "unused-registry" "methods of objects decorate it that its module makes, and that no other code uses",
    }
}

words! {
    /// How a stub declares a function.
    pub enum InStub {
        Sync "def" "as a plain function",
        Async "async-def" "as a coroutine function",
    }
}

words! {
    /// Roles that the code around a function shows; all others are rows of a table.
    pub enum Role {
        Callback "callback" "the code passes the function as a value",
        Method "method" "it is a method",
        Override "override" "it is a method that a base class also has",
        Overridden "overridden" "it is a method in whose place other code of the project puts another, as a class below does",
        Dunder "dunder" "its name begins and ends with `__`: Python calls it",
        ConsoleScript "console-script" "the project names it as a console script",
        EntryPoint "entry-point" "the program starts with it: a console script, or called under a main guard or at the top level of a program",
    }
}

words! {
    /// The kind of a file.
    pub enum FileTrait {
        Notebook "notebook" "an `.ipynb` file",
        Percent "percent" "a percent notebook, which runs cell by cell",
        Plain "plain" "a `.py` file without cells, or one that surely runs as a script",
        MaybeScript "maybe-script" "a notebook that may also run as a script",
        Test "test" "a file of tests",
        Importable "importable" "other files import it",
    }
}

words! {
    /// What `keep-handle` found out about the end of a value.
    pub enum Outcome {
        Many "many" "the site may run many times in the life of the owner; an attribute keeps only the last value",
        NotRead "not-read" "the code that runs awaits code that awaitify cannot read, or may mistake its own cancellation for another one",
        Signaled "signaled" "the teardown sets a flag that the code that runs reads",
        TeardownCreated "teardown-created" "the owner had no teardown; the change adds one",
        TeardownRegistered "teardown-registered" "the change also registers the teardown",
        OwnStart "own-start" "the owner starts the value in its own way, which also ends it",
        NotAwaited "not-awaited" "the teardown is a sync function and cannot wait",
        NotAlwaysReached "not-always-reached" "some way out does not reach the teardown",
        LeavesEarly "leaves-early" "the teardown may return before its last line",
        BareYield "bare-yield" "no `finally` surrounds the `yield`: an exception there skips the teardown",
        OwnerNotebook "owner-notebook" "a notebook keeps the value: all cells share its names and its event loop",
        MayLack "may-lack" "the teardown may run although the site did not",
        EndsItself "ends-itself" "the code that runs ends without a cancellation",
        LosesWork "loses-work" "the code that runs waits in a second loop: a cancellation loses the work at hand",
        OtherPair "other-pair" "the teardown belongs to another method than the one with the site",
        WaitsForOthers "waits-for-others" "the teardown waits for something that it does not end itself",
        NotQuiet "not-at-once" "something in the code that runs may delay its end; `{why}` says what",
        EndedEarly "ended-early" "the teardown would come too early: the method with the site calls it, and may run again, or the code that runs calls it",
        Unowned "unowned" "nothing owns the value: the site is a finding",
    }
}

/// Lists the words of each enum with what they mean.
pub static MEANINGS: &[(&[&str], &[&str])] = &[
    (Place::WORDS, Place::MEANINGS),
    (Fate::WORDS, Fate::MEANINGS),
    (AccessBy::WORDS, AccessBy::MEANINGS),
    (Across::WORDS, Across::MEANINGS),
    (Form::WORDS, Form::MEANINGS),
    (MadeIn::WORDS, MadeIn::MEANINGS),
    (UsedElsewhere::WORDS, UsedElsewhere::MEANINGS),
    (Store::WORDS, Store::MEANINGS),
    (AnnotatedPart::WORDS, AnnotatedPart::MEANINGS),
    (Awaits::WORDS, Awaits::MEANINGS),
    (Callers::WORDS, Callers::MEANINGS),
    (InStub::WORDS, InStub::MEANINGS),
    (FileTrait::WORDS, FileTrait::MEANINGS),
    (Outcome::WORDS, Outcome::MEANINGS),
];
