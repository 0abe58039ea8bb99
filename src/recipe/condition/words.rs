//! Enums whose variants are words of conditions.

use crate::recipe::word::words;

/// Stands for whatever name, in `undefined`.
pub const ANY_NAME: &str = "any";

/// Where code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Top level of a notebook cell, its main guard included.
    Cell,
    /// Module level or main guard of a plain `.py`.
    Script,
    /// Body of an `async def`, with its list, set and dict comprehensions.
    Coroutine,
    /// Body of a plain `def`.
    Function,
    /// Body of a lambda.
    Lambda,
    /// A generator expression, its first iterable left out.
    Generator,
    /// A class body.
    ClassBody,
}

words!(Place: Cell "cell", Script "script", Coroutine "coroutine", Function "function", Lambda "lambda", Generator "generator", ClassBody "class-body");

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// A statement of its own, or bound to `_` or a name nobody reads.
    Discarded,
    /// The last expression of a cell, without `;`.
    Displayed,
    /// Under `await`.
    Awaited,
    /// Bound to a name, attribute, item or collection.
    Stored,
    /// An argument.
    Passed,
    /// Handed to the caller.
    Returned,
    /// Handed out by a generator.
    Yielded,
    /// A `with` item.
    Entered,
    /// What a `for` goes over.
    Iterated,
    /// Operand, callee, attribute taken.
    Used,
}

words!(Fate: Discarded "discarded", Displayed "displayed", Awaited "awaited", Stored "stored", Passed "passed", Returned "returned", Yielded "yielded", Entered "entered", Iterated "iterated", Used "used");

/// Who reads and writes the state that other tasks see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessBy {
    /// The function itself.
    Shared,
    /// Or a function of the file that it calls.
    Called,
}

words!(AccessBy: Shared "shared", Called "called");

/// How state that other tasks see is used on both sides of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// Written before and read after.
    WrittenThenRead,
    /// Parts are written before and after, and something else reads both.
    WrittenInParts,
    /// Parts are read before and after, and something else writes both.
    ReadInParts,
    /// A method of an object is called for its effect before, and the object asked after.
    ToldThenAsked,
}

words!(Across: WrittenThenRead "written-then-read", WrittenInParts "written-in-parts", ReadInParts "read-in-parts", ToldThenAsked "told-then-asked");

/// What an expression looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number, string, constant or display.
    Literal,
    /// A name.
    Name,
    /// An attribute.
    Attribute,
    /// A call.
    Call,
    /// A lambda.
    Lambda,
    /// A parameter of the function.
    Parameter,
}

words!(Form: Literal "literal", Name "name", Attribute "attribute", Call "call", Lambda "lambda", Parameter "parameter");

/// Where a value was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeIn {
    /// In the same place as the site.
    SamePlace,
    /// Elsewhere in the file.
    SameFile,
    /// In another file.
    Elsewhere,
}

words!(MadeIn: SamePlace "same-place", SameFile "same-file", Elsewhere "elsewhere");

/// What another file does with an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UsedElsewhere {
    /// It looks at it, hands it on, or names it by a text.
    Mentioned,
    /// It waits for it, goes over it, or has a method of it do something.
    Worked,
}

words!(UsedElsewhere: Mentioned "mentioned", Worked "worked-with");

/// What keeps a value, for as long as what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// An attribute of the method's object; in a function that goes on behind its `yield`, of any.
    Attribute,
    /// A name of a function that goes on behind its `yield`, its own or the module's.
    Name,
    /// A collection in one of these.
    Collection,
}

words!(Store: Attribute "attribute", Name "name", Collection "collection");

/// What of a def may have an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotatedPart {
    /// A parameter.
    Parameter,
    /// What it returns.
    Return,
}

words!(AnnotatedPart: Parameter "parameter", Return "return");

/// How often the code of a def waits: by `await`, `async for` or `async with`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// Never.
    None,
    /// By one `await`.
    One,
    /// More often, or otherwise.
    Many,
}

words!(Awaits: None "none", One "one", Many "many");

/// Whether a def is named anywhere in the project, but where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callers {
    /// Nowhere that is seen.
    None,
    /// Somewhere.
    Some,
}

words!(Callers: None "none", Some "some");

/// Roles of functions that the code around them tells; all others are rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Passed as a value.
    Callback,
    /// A method of a class.
    Method,
    /// A method that a base class has, too.
    Override,
    /// Named `__…__`: Python calls it.
    Dunder,
    /// What a program begins with: a console script, or called by a main guard, or by the
    /// top level of a file that is a program.
    EntryPoint,
}

words!(Role: Callback "callback", Method "method", Override "override", Dunder "dunder", EntryPoint "entry-point");

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileTrait {
    /// An `.ipynb`.
    Notebook,
    /// A percent file that is run cell by cell.
    Percent,
    /// A plain module, or a percent file that is surely a script.
    Plain,
    /// A percent file with a sign that it is run as a script too.
    MaybeScript,
    /// A test module.
    Test,
    /// A module that others import, rather than a program.
    Importable,
}

words!(FileTrait: Notebook "notebook", Percent "percent", Plain "plain", MaybeScript "maybe-script", Test "test", Importable "importable");

/// What had to be done to end what a site begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The site may run many times in the life of its owner.
    Many,
    /// What runs waits for code that is not of this file nor of Python's own, or may take its own end
    /// for that of another thing.
    NotRead,
    /// The teardown sets a flag that what runs looks at.
    Told,
    /// The owner had no teardown of its own.
    TeardownCreated,
    /// The teardown was also registered by the change.
    TeardownRegistered,
    /// The owner has a way of its own to start what it ends.
    OwnStart,
    /// The teardown is a plain def, which cannot wait.
    NotAwaited,
    /// The teardown is not come to on every way out.
    NotAlwaysReached,
    /// The teardown may leave before its last line, perhaps because the owner is still in use.
    LeavesEarly,
    /// What ends it stands behind a `yield` that no `finally` is around: an exception there leaves it out.
    BareYield,
    /// A notebook keeps it: cells share their names and their loop.
    OwnerNotebook,
    /// The teardown may run where the site did not.
    MayLack,
    /// What runs has no loop that only ends when it is cancelled.
    EndsItself,
    /// So it is, and it waits in another loop: cancelled, it loses what it is at.
    WorksOff,
    /// The teardown goes with another method than the one that begins it.
    OtherPair,
    /// The teardown waits for what it does not end itself.
    WaitsForOthers,
    /// Something of it is not on the closed list of what surely ends without harm; `{why}` tells what.
    NotQuiet,
    /// Nobody owns it: the site is a finding.
    Unowned,
}

words!(Outcome: Many "many", NotRead "not-read", Told "told", TeardownCreated "teardown-created", TeardownRegistered "teardown-registered", OwnStart "own-start", NotAwaited "not-awaited", NotAlwaysReached "not-always-reached", LeavesEarly "leaves-early", BareYield "bare-yield", OwnerNotebook "owner-notebook", MayLack "may-lack", EndsItself "ends-itself", WorksOff "works-off", WaitsForOthers "waits-for-others", OtherPair "other-pair", NotQuiet "not-quiet", Unowned "unowned");
