//! Rules of the language that keys and types cannot express.

/// Rules that hold between the parts of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Law {
    /// The id is not the file's name.
    #[error("`{id}` is not the file's name")]
    IdIsFileName {
        /// As typed.
        id: String,
    },
    /// Another file has the id already.
    #[error("a {noun} with the id `{id}` already exists, {other}")]
    TakenId {
        /// `recipe`, `table`, `pack`.
        noun: &'static str,
        /// The file's name.
        id: String,
        /// The other file.
        other: String,
    },
    /// Two rules, kinds or examples with one name.
    #[error("the name `{name}` stands twice")]
    DuplicateName {
        /// As typed.
        name: String,
    },
    /// Neither verb nor report.
    #[error("the rule does nothing")]
    NoVerb,
    /// Two verbs, or a verb and a report.
    #[error("`{first}` and `{second}` in one rule")]
    TwoVerbs {
        /// The earlier key.
        first: String,
        /// The later key.
        second: String,
    },
    /// A verb, and no sentence that says what it does to the program.
    #[error("`{verb}` without `does`")]
    VerbWithoutDoes {
        /// The verb's key.
        verb: String,
    },
    /// Something that only makes sense beside a verb.
    #[error("`{key}` without a verb")]
    NeedsVerb {
        /// The key.
        key: String,
    },
    /// What holds for findings alone, and a verb.
    #[error("`{word}` without `report`: changes are together in a statement or function")]
    NeedsReport {
        /// The word.
        word: &'static str,
    },
    /// No check named what is wrong.
    #[error("this file cannot be compiled: compare it with `awaitify recipe schema`")]
    NotCompiled,
    /// A pattern that says all arguments leaves none for `arguments`.
    #[error("`arguments` has nothing to work on: the match lists all arguments")]
    NoArgumentLeft,
    /// A text with so many open places is no pattern that a person reads.
    #[error("a text that stands for more than 256 patterns")]
    TooManyPatterns,
    /// Names with bars between them, alone in the brackets of a call.
    #[error("`(a|b)` as all arguments of a call has two meanings")]
    UnclearBars,
    /// Bars between what is more than a name.
    #[error("`(a|b)` is a choice of names only, such as `lib.(read|write)` or `f((text|data)=$x)`")]
    StrayBar,
    /// A choice in code that a change writes.
    #[error("a change cannot write `(a|b)`, which is a choice")]
    ChoiceWritten,
    /// A choice where the text of code is compared.
    #[error("`(a|b)` is no choice in a text")]
    ChoiceOfTexts,
    /// A doubt that says nothing.
    #[error("a doubt without `because`")]
    DoubtWithoutText,
    /// Under `not` a map of two keys reads as both or as either.
    #[error("a map of two keys under `not`")]
    AmbiguousNot,
    /// A word about an expression, and statements are captured.
    #[error("`{word}` is asked of statements")]
    AskedOfStatements {
        /// The word.
        word: String,
    },
    /// Recipes that wait for each other.
    #[error("{turn}")]
    Circle {
        /// What one turn of the circle is, as a sentence.
        turn: String,
    },
    /// Not knowing is asked of nothing.
    #[error("`unknown` stands alone")]
    UnknownAlone,
    /// A rule that ranges over a table, and no row has all columns that it names.
    #[error("no row of `{table}` has exactly this text")]
    NoRow {
        /// The table.
        table: String,
    },
    /// A rule names a column, and the recipe no table.
    #[error("`$row` and `{{row}}` need `for-each`, which names a table")]
    RowWithoutTable,
    /// A sentence names a column, and a row that the rule is for leaves it empty.
    #[error("row `{row}` has no `{column}`, which this sentence names")]
    RowLacks {
        /// The row.
        row: String,
        /// The column.
        column: String,
    },
    /// A question about a called function with two answers, or none.
    #[error("one of `reaches` and `surely-reaches`, and not both")]
    ReachesOnce,
    /// Which rows a rule is for must be known before it is made.
    #[error("only the `where` of a rule can ask about the row, and not under `not`")]
    DeepRow,
    /// A parameter that cannot be called so.
    #[error("a parameter cannot be called `{name}`")]
    ParameterName {
        /// As typed.
        name: String,
    },
    /// A pattern that captures what a parameter stands for.
    #[error("`${name}` is a parameter: no pattern captures it")]
    ParameterCaptured {
        /// The parameter.
        name: String,
    },
    /// A comment that was meant as text.
    #[error("the text ends at a comment, `{comment}`")]
    CommentInText {
        /// The comment's beginning.
        comment: String,
    },
    /// A snippet beyond the limit that keeps syntax trees shallow.
    #[error("the snippet is longer than {limit} bytes")]
    TooLong {
        /// In bytes.
        limit: usize,
    },
    /// `extract` needs a function to put statements in.
    #[error("this is not the header of a function")]
    NotAFunctionHeader,
    /// A magic that is none, or runs a whole cell.
    #[error("this is not a line magic")]
    NotAMagic,
    /// Two things to be compared with.
    #[error("`{first}` and `{second}` in one pattern")]
    TwoPatterns {
        /// The earlier key.
        first: String,
        /// The later key.
        second: String,
    },
    /// What counts only about a name, and all that is not about it.
    #[error("`of` and `not-of` in one `elsewhere`")]
    OfAndNotOf,
    /// `remove: entry` takes out what `{dependency: …}` finds, and nothing else does.
    #[error("`remove` cannot remove {found}")]
    RemovesOther {
        /// What the patterns find.
        found: &'static str,
    },
    /// A header becomes a header of its kind, and nothing else does.
    #[error("a header is rewritten as a header of the same kind")]
    OtherHeader,
    /// A word that takes one sort of pattern only.
    #[error("this is not {sort}")]
    NotOfSort {
        /// With its article: `a decorator`.
        sort: &'static str,
    },
    /// `follow-value` speaks of uses of the value.
    #[error("the pattern does not show a use of `$value`")]
    NotOfValue,
    /// A definition of the module without a name of its own.
    #[error("it defines no name from the `names` of the rule")]
    DefinesNothing,
    /// What a site needs around it is no definition that others could share.
    #[error("only a definition at `module` is used for several sites")]
    ReusesElsewhere,
    /// What is dropped needs a name to be ended by.
    #[error("`keep-handle` without `name` needs a value that is already stored")]
    NotStored,
    /// A method that is written to end objects, and would not be called for that.
    #[error("row `{id}` writes `{name}`, which is not among its `teardown`")]
    EndsNothing {
        /// The row.
        id: String,
        /// The method.
        name: String,
    },
    /// A method that is written without a parameter for its object.
    #[error("row `{id}` writes `{name}` without `self`")]
    WithoutObject {
        /// The row.
        id: String,
        /// The method.
        name: String,
    },
    /// A teardown that is written, and no place in it where values end.
    #[error("the line `$...end` is missing")]
    WithoutEnd,
    /// An example in the wrong form.
    #[error("{found}")]
    Example {
        /// What is wrong about it.
        found: &'static str,
    },
}

impl Law {
    /// Returns what would be right, where that is the same wherever it is broken.
    pub fn expected(&self) -> Option<&'static str> {
        match self {
            Self::DuplicateName { .. } => Some("another name"),
            Self::AskedOfStatements { .. } => Some("`has`, which looks into them"),
            Self::NotStored => Some("`name` and `many`, or `where: {stored: …}`"),
            Self::NoArgumentLeft => {
                Some("`$*args` in the match, for the arguments that it does not list")
            }
            Self::UnknownAlone => Some("a list with what may be known, `[…, unknown]`"),
            _ => None,
        }
    }
}
