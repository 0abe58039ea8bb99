//! `where` and `when`: maps of words that answer yes, no or unknown.

use super::pattern::Pattern;
use super::word::words;
use super::yaml::Node;

mod across;

mod cost;

mod elsewhere;

mod form;

mod function;

mod names;

mod outcome;

mod patterns;

mod spelling;

mod version;

pub use across::{Across, Sides};
pub use cost::by_cost;
pub use elsewhere::{About, AskedElsewhere, ElsewhereHas, WordId};
pub use form::{Form, MadeIn};
pub use function::{AnnotatedPart, Awaits, Callers, FunctionWord, Role, Used};
pub use names::{is_named, module_of};
pub use outcome::Outcome;
pub use spelling::Spelling;
pub use version::{VersionReq, parse_version};

/// A condition; every key of a map must hold, a list as a value means any of them.
#[derive(Debug, Clone)]
pub enum Condition {
    /// All hold; empty: always yes.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// None of them holds (`not`).
    None(Vec<Condition>),
    /// One word.
    Word(Word, Typed),
}

/// How a word was typed.
#[derive(Debug, Clone)]
pub struct Typed {
    /// What is asked, unless it is the site itself.
    pub subject: Option<String>,
    /// The word.
    pub word: String,
    /// Its value.
    pub value: Node,
    /// Whether `unknown` is among its values: not knowing counts as yes, and what was not known is told.
    pub or_unknown: bool,
}

impl Typed {
    /// Returns it on one line.
    pub fn text(&self) -> String {
        let asked = format!("{}: {}", self.word, self.value.inline());
        match &self.subject {
            Some(subject) => format!("{subject}: {{{asked}}}"),
            None => asked,
        }
    }
}

/// A pattern, perhaps with conditions on what it captures: `{match: …, where: …}`.
#[derive(Debug, Clone)]
pub struct Guarded {
    /// What is compared.
    pub pattern: Pattern,
    /// Asked of a match at its place; always yes where none was written.
    pub condition: Condition,
}

/// Everything a condition may ask.
#[derive(Debug, Clone)]
pub enum Word {
    /// `inside`: the innermost place.
    Inside(Vec<Place>),
    /// `outer`: the place around the innermost.
    Outer(Vec<Place>),
    /// `within`: what encloses the site, inside the innermost function.
    Within(Vec<Enclosure>),
    /// `matched: unknown`: the pattern fits only perhaps.
    MatchedUnknown,
    /// `can-await`: an `await` compiles and is awaited here.
    CanAwait(bool),
    /// `preceded-by`: matched on every path before the site in its function or cells.
    PrecededBy(Vec<Guarded>),
    /// `followed-by`: matched on every path after the site in its function or cells.
    FollowedBy(Vec<Guarded>),
    /// `python`: the target version.
    Python(VersionReq),
    /// `may-run-on`: one of the Pythons that the code may run on.
    MayRunOn(VersionReq),
    /// `result`: what becomes of the value.
    Result(Vec<Fate>),
    /// `passed-to`: it is an argument of a call of one of these functions.
    PassedTo(Vec<String>),
    /// `holding`: a value of this kind is entered or acquired around the site.
    Holding(Vec<String>),
    /// `read-before-written-after`: state that other tasks see.
    ReadBeforeWrittenAfter(Vec<AccessBy>),
    /// `across`: how state that other tasks see is used on both sides of the site.
    Across(Vec<Across>),
    /// `on-both-sides`: code before and code after the site are about the same thing.
    OnBothSides(Box<Sides>),
    /// `awaited`: this holds at an await that may run the function around the site.
    Awaited(Box<AskedElsewhere>),
    /// `loops-over: shared`: a loop around the site goes over what other tasks may change.
    LoopsOver,
    /// `patched`: a test of the project patches this qualified name.
    Patched(Vec<String>),
    /// `catches`: a handler around the site stops one of them; `handles` (false): or takes it, too.
    Catches(Vec<String>, bool),
    /// `takes`: the matched `except` is the first of its `try` that takes one of these exceptions.
    Takes(Vec<String>),
    /// `try: {has: …}`: the body of the `try` of the matched `except`, or of the innermost one around
    /// the site, contains a match, nested defs left out.
    TryHas(Vec<Guarded>),
    /// `$x: {…}`, one key of it; for `$*xs` each element.
    Capture {
        /// Name without `$`.
        name: String,
        /// What it is asked.
        word: CaptureWord,
    },
    /// `outcome`: what had to be done to end what the site begins.
    Outcome(Vec<Outcome>),
    /// `teardown: {role: …}`: what ends what the site begins is for that.
    Teardown(Vec<String>),
    /// `independent`: calls that may run at once.
    Independent {
        /// The captured calls, in their order.
        calls: Vec<String>,
        /// Calls that change nothing.
        reads: Vec<Guarded>,
    },
    /// `stored: {…}`, one key of it: of the place that keeps the matched value.
    Stored(StoredWord),
    /// `function: {…}`, one key of it: of the matched function, or the innermost around the site.
    Function(FunctionWord),
    /// `elsewhere: {has: …}`: some other file of the program, as it is on disk, has a match.
    ElsewhereHas(Box<ElsewhereHas>),
    /// `cell: {has: …}`: the cell has a match; for a file without cells the module's own level.
    CellHas(Vec<Guarded>),
    /// `class: {has: …}`: the body of the matched class, or the innermost, contains a match.
    ClassHas(Vec<Guarded>),
    /// `file: {…}`, one key of it.
    File(FileWord),
    /// `program`: some other file that may run in the same process is so.
    Program(Box<AskedElsewhere>),
    /// `project: {imports: …}`: a file of the project uses one of these modules.
    ProjectImports(Vec<String>),
    /// `project: {says: {in: …, text: …}}`: a file of one of the names, above this one, has a text.
    ProjectSays {
        /// The names of files.
        files: Vec<String>,
        /// What one of them has.
        texts: Vec<Spelling>,
    },
}

impl Condition {
    /// Returns whether a word of it is about the files of a program as the changes leave them, or
    /// about the file before them: it can be answered only once all files are planned.
    pub fn asks_of_program(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => {
                parts.iter().any(Self::asks_of_program)
            }
            Self::Word(Word::Program(_) | Word::File(FileWord::Had(_)), _) => true,
            Self::Word(..) => false,
        }
    }
}

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

/// What may enclose a site.
#[derive(Debug, Clone)]
pub enum Enclosure {
    /// A `for` or `while`.
    Loop,
    /// The body of a `try`.
    Try,
    /// An `except` body.
    Except,
    /// A `finally` body.
    Finally,
    /// `if __name__ == "__main__":`.
    MainGuard,
    /// A statement that matches.
    Pattern(Box<Guarded>),
}

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

/// Stands for whatever name, in `undefined`.
pub const ANY_NAME: &str = "any";

/// What a capture may be asked.
#[derive(Debug, Clone)]
pub enum CaptureWord {
    /// `is`: kinds of the kinds table, or qualified classes; none: it is not known what it is.
    Is(Vec<String>),
    /// `name`: refers to one of these qualified names.
    Name(Vec<String>),
    /// `undefined`: it is one of these names, or [`ANY_NAME`], and nothing binds it.
    Undefined(Vec<String>),
    /// `annotates`: it is an annotation, and values of it are of one of these kinds.
    Annotates(Vec<String>),
    /// `text`: spelled so.
    Text(Vec<Spelling>),
    /// `form`.
    Form(Vec<Form>),
    /// `made-by`: its one binding that reaches the site is this.
    MadeBy(Vec<Guarded>),
    /// `made-of`: a value of this kind is part of it, which its function made.
    MadeOf(Vec<String>),
    /// `made-in`.
    MadeIn(Vec<MadeIn>),
    /// `uses`: some other use matches, those of its elements included.
    Uses(Vec<Guarded>),
    /// `only-uses`: every other use matches or is housekeeping of its kind; empty: there is none.
    OnlyUses(Vec<Guarded>),
    /// `has`: it contains a match.
    Has(Vec<Guarded>),
    /// `fails-but-for`: an exception may leave the function that it calls, by something else than this.
    FailsButFor(Vec<Guarded>),
    /// `reaches`: the function it names contains a match, or a function that one calls.
    Reaches(Vec<Guarded>),
    /// `offers`: a method of its class contains a match, or calls a function that does.
    Offers(Vec<Guarded>),
    /// `replaced-by-other-than`: the project puts what is of none of these kinds in the place of the
    /// function that it calls, or gives it for the parameter that it is.
    ReplacedByOtherThan(Vec<String>),
    /// `holds-nothing`: entering and leaving it surely changes nothing for others.
    HoldsNothing(bool),
    /// `ends-quietly`: cancelled, the tasks surely end without harm.
    EndsQuietly(bool),
}

/// Facts of the place that keeps a value.
#[derive(Debug, Clone)]
pub enum StoredWord {
    /// `in`: what it is.
    In(Vec<Store>),
    /// `only-uses`: whatever is done with it, anywhere in the project, matches, or only asks whether it
    /// is there; in the patterns `$stored` is the place.
    OnlyUses(Vec<Guarded>),
    /// `uses`: something that is done with it, anywhere in the project, matches.
    Uses(Vec<Guarded>),
    /// `elsewhere`: what other files of the project do with it.
    Elsewhere(Vec<UsedElsewhere>),
}

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

/// Facts of the file.
#[derive(Debug, Clone)]
pub enum FileWord {
    /// `is`.
    Is(Vec<FileTrait>),
    /// `imports`: a module, used or not.
    Imports(Vec<String>),
    /// `imports-only`: nothing but Python's own modules, the project's, and these.
    ImportsOnly(Vec<String>),
    /// `had`: it had a match before the changes of this run, asked as `has` of the file on disk.
    Had(Box<Condition>),
    /// `has`: it contains a match.
    Has(Vec<Guarded>),
    /// `one-task`: one task runs all its functions, those that such a call is given and what they await.
    OneTask(Vec<Guarded>),
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_variants_are_one_to_one() {
        for word in Place::WORDS {
            assert_eq!(Place::from_word(word).map(Place::word), Some(*word));
        }
        assert_eq!(Place::from_word("cel"), None);
    }
}
