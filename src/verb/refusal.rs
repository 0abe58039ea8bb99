//! Why a verb does nothing at a site.

use super::chain::Def;
use super::into_context::unmanaged::Unmanaged;
use super::obstacle::Obstacle;
use crate::bind::import::NameTaken;
use crate::matching::owner::unowned::Unowned;
use crate::plan::stop::Stop;

/// Why a verb does nothing at a site: the match becomes a finding that says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A name of the template means something else here.
    #[error(transparent)]
    NameTaken(#[from] NameTaken),
    /// A name of the template is newer than the Python that the code is written for.
    #[error("`{name}` needs Python {}.{}, the code is written for {}.{}", since.0, since.1, target.0, target.1)]
    TooOld {
        /// The name, qualified.
        name: String,
        /// The first Python that has it.
        since: (u8, u8),
        /// What the code is written for.
        target: (u8, u8),
    },
    /// The value of a statement that would go is used.
    #[error("its value is used")]
    ValueUsed,
    /// What would go is a part of a statement, whose names something needs.
    #[error("it is part of a longer statement: put it in a separate one")]
    NotAlone,
    /// A comment would go with the code.
    #[error("the code to remove has a comment: move the comment out first")]
    HoldsComment,
    /// A block needs a statement.
    #[error("the import is the only statement of its block")]
    OnlyStatement,
    /// Statements cannot stand in brackets.
    #[error("the statement is in parentheses: remove them first")]
    InBrackets,
    /// A name that would go is needed for something else.
    #[error("`{name}` is used elsewhere")]
    StillUsed {
        /// The name.
        name: String,
    },
    /// A name that would go may be needed by what is not read.
    #[error("`{name}` may be used by code that is evaluated, named in a string or in another file")]
    MayBeUsed {
        /// The name.
        name: String,
    },
    /// A program writes the list.
    #[error("another program writes this file: add `{requirement}` to its input")]
    ListGenerated {
        /// What would be added.
        requirement: String,
    },
    /// An entry of the list does not stand in a line of its own.
    #[error("the list is not one entry a line: add `{requirement}`")]
    ListUnclear {
        /// What would be added.
        requirement: String,
    },
    /// There is no compound statement around the site.
    #[error("it is not in a block")]
    NoBlock,
    /// One keyword stands for several items.
    #[error("the `with` has several items: move this one to a separate `with`")]
    SeveralItems,
    /// What a `with` gives would have no name any more.
    #[error("`as {name}` would be lost")]
    LosesName {
        /// The name.
        name: String,
    },
    /// The value gets no name whose uses could be rewritten.
    #[error("awaitify cannot follow the value")]
    NotFollowed,
    /// Nobody in sight would gain from the change of a function, and others would have to follow it.
    #[error("no code of the project calls it")]
    NotCalled,
    /// A function that would have to change as well cannot.
    #[error("{caller} calls it{}, and {why}", said_between(.through))]
    Caller {
        /// The function, and where it is called.
        caller: String,
        /// What it calls in between, the nearest last.
        through: Vec<String>,
        /// Why not.
        why: String,
    },
    /// Several uses cannot change.
    #[error("{first}; {}", said_more(*.more, *.is_all))]
    Stopped {
        /// What is said of the first.
        first: Box<Refusal>,
        /// How many others there are.
        more: usize,
        /// Whether all were looked for.
        is_all: bool,
        /// All of them.
        stops: Vec<Stop>,
    },
    /// An object of which the class is not known may have the method that would change.
    #[error("{place} may use it: `{line}`")]
    Unclear {
        /// Where.
        place: String,
        /// The first line of the statement.
        line: String,
    },
    /// A function that would change with it also calls one that cannot change with it.
    #[error("{caller} also calls `{callee}`, which may run an event loop")]
    CallsAnother {
        /// The function, and where.
        caller: String,
        /// What it calls.
        callee: String,
    },
    /// What would change with it does what the rule rewrites, in another file.
    #[error("it runs an event loop, too")]
    RunsLoopToo,
    /// A doubt of the rule holds of a function that would change with it, or something else may stand for it.
    #[error("{0}")]
    Left(String),
    /// The recipe knows nothing about a use of it in another file.
    #[error("{file} has `{line}`, which would also have to change")]
    UsedElsewhere {
        /// The other file.
        file: String,
        /// The first line of the statement.
        line: String,
    },
    /// Another file uses a name that is not the def's alone.
    #[error("{file} uses `{name}`, which this file binds more than once: change them together")]
    SeveralDefs {
        /// The name.
        name: String,
        /// The other file.
        file: String,
    },
    /// What is not analyzed may use it.
    #[error("a magic, or a cell that does not parse, also names `{name}`")]
    Mentioned {
        /// The name.
        name: String,
    },
    /// Another file may use it.
    #[error("{file} may also use it")]
    MayBeUsedIn {
        /// The other file.
        file: String,
    },
    /// A test puts a double in its place.
    #[error("{file} replaces it with a mock, which would also have to change")]
    ReplacedIn {
        /// The test.
        file: String,
    },
    /// A string names it.
    #[error("{file} names it in a string, for code that would also have to change")]
    SpelledIn {
        /// The file.
        file: String,
    },
    /// The recipe knows nothing about a use of the value.
    #[error("the value is also used in `{line}`")]
    ValueUsedFor {
        /// The first line of the statement.
        line: String,
    },
    /// What makes the value is not changed.
    #[error("its object is created in code that cannot change")]
    NotJoined,
    /// The recipe's author says why not.
    #[error("{because}")]
    Argument {
        /// A sentence.
        because: String,
    },
    /// The recipe says nothing about an argument.
    #[error("awaitify has no equivalent for `{argument}`")]
    UnknownArgument {
        /// The argument.
        argument: String,
    },
    /// What the sites share is made once.
    #[error("`{argument}` would apply to all calls of the function")]
    SettingsDiffer {
        /// The argument.
        argument: String,
    },
    /// An async comprehension would stand in another one.
    #[error("a comprehension in another one cannot be async before Python 3.11")]
    ComprehensionNested,
    /// The code's own text is printed.
    #[error("the f-string prints the code itself (`=`), which would change")]
    TextPrinted,
    /// There is no place for a definition before the statement.
    #[error(
        "its statement shares a line with others, so awaitify cannot add a definition before it"
    )]
    NotBefore,
    /// There is no function beside which a definition would stand.
    #[error("`{name}` is not a function at the top level, after which the new one would go")]
    NotBeside {
        /// What should be one.
        name: String,
    },
    /// Nobody owns the value.
    #[error(transparent)]
    Unowned(#[from] Unowned),
    /// What would get a name is a part of something else.
    #[error("it is part of a longer statement: start it in a separate one")]
    PartOfStatement,
    /// There is nothing to end it by.
    #[error("no variable keeps it: store it in an attribute")]
    NotStored,
    /// A collection that objects share, or that is not there yet.
    #[error(
        "`{collection}` has no value in `__init__`, so it may be missing or shared when `{class}` ends: set it there"
    )]
    NoFirstValue {
        /// The collection.
        collection: String,
        /// The class.
        class: String,
    },
    /// Other statements stand on the same line.
    #[error("the line has other statements: put each on a separate line")]
    SharesLine,
    /// What is kept stands on the line of a header.
    #[error("a block is on the line of its header: put it below")]
    OneLineBlock,
    /// The body of the teardown is no block.
    #[error("the body of `{method}` is on the line of its header: put it below")]
    OneLine {
        /// The teardown.
        method: String,
    },
    /// What ends the value has to be awaited.
    #[error("`{method}` is a sync function and cannot await the end: make it a coroutine")]
    SyncTeardown {
        /// The teardown.
        method: String,
    },
    /// What is ended last may be passed by.
    #[error(
        "`{method}` returns early, so its last line is not always reached: end it there yourself"
    )]
    LeavesEarly {
        /// The teardown.
        method: String,
    },
    /// There is no one place at the module's own level.
    #[error("the file has no place for `{name}` above its functions: define it yourself")]
    NoModulePlace {
        /// What would be defined.
        name: String,
    },
    /// An attribute has no place to begin.
    #[error(
        "`{class}` has no `__init__` that could set the attribute: write one, with the body on separate lines"
    )]
    NoInit {
        /// The class.
        class: String,
    },
    /// The owner ends it already.
    #[error("{by} has `{code}`, which {because}")]
    EndedAlready {
        /// The teardown.
        by: String,
        /// What it does.
        code: String,
        /// What it does, as a predicate.
        because: String,
    },
    /// The owner does something that code which is not read may wait for.
    #[error(
        "{by} has `{code}`, which the {one} may need (its code is not known here): keep the {one}, and end it after that"
    )]
    MayDepend {
        /// The teardown.
        by: String,
        /// What it does.
        code: String,
        /// What the value is called.
        one: String,
    },
    /// What runs is told to end, but not woken.
    #[error(
        "{by} has `{code}`, which the {one} only tests between its waits: keep the {one}, and cancel it if it may wait for long"
    )]
    OnlyTested {
        /// The teardown.
        by: String,
        /// What it does.
        code: String,
        /// What the value is called.
        one: String,
    },
    /// What runs would wait for itself.
    #[error("its own code calls `{method}`, which would then wait for itself: end it elsewhere")]
    EndsItself {
        /// The teardown.
        method: String,
    },
    /// What was just begun would be ended.
    #[error(
        "`{method}` calls `{teardown}` itself, which would end the new value: await it there, or end it elsewhere"
    )]
    EndedAtOnce {
        /// The method that begins it.
        method: String,
        /// The teardown.
        teardown: String,
    },
    /// What runs does not stop.
    #[error(
        "`{function}` catches {exception} in its loop and continues, so a teardown would wait forever: let it raise"
    )]
    NeverEnds {
        /// The function.
        function: String,
        /// The exception.
        exception: String,
    },
    /// What runs is not told to stop.
    #[error(
        "`{function}` catches {exception} and does not raise it again, so a teardown would wait forever: let it raise"
    )]
    NeverTold {
        /// The function.
        function: String,
        /// The exception.
        exception: String,
    },
    /// What is registered cannot become a context manager.
    #[error(transparent)]
    Unmanaged(#[from] Unmanaged),
    /// Statements cannot become a function.
    #[error(transparent)]
    NotExtractable(#[from] Obstacle),
}

impl Refusal {
    /// Says why a use cannot change, as a clause beside that use.
    pub(super) fn at_use(&self) -> String {
        match self {
            Self::Caller { why, .. } => why.clone(),
            Self::UsedElsewhere { .. } | Self::ValueUsedFor { .. } => {
                "this use would also have to change".to_owned()
            }
            other => other.to_string(),
        }
    }

    /// Says what lies between a function and the use that cannot change.
    pub(super) fn between(&self) -> String {
        match self {
            Self::Caller { through, .. } => said_between(through),
            _ => String::new(),
        }
    }

    /// Another method would have to change as well: its file, and its name.
    pub(super) fn also_changes((file, name): &Def) -> Self {
        Self::Left(format!(
            "`{name}` ({}) would also have to change",
            file.display()
        ))
    }
}

/// Says how many other places keep it as it is.
fn said_more(more: usize, is_all: bool) -> String {
    match (more, is_all) {
        (1, true) => "other code stops it, too".to_owned(),
        (_, true) => format!("{more} other places stop it, too"),
        _ => format!("at least {more} other places stop it, too"),
    }
}

/// Says what lies between a function and the one that calls it.
fn said_between(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" through {}", names.join(", ")),
    }
}
