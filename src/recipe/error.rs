//! What is wrong in a file of recipes or settings → one line a person can act on, with its place.
//!
//! All errors of a file are collected in a [`Report`], so that one run shows all of them.

use std::cell::OnceCell;
use std::fmt;

use ruff_source_file::LineIndex;
use ruff_text_size::TextSize;

mod law;

pub use law::Law;

/// One mistake in a recipe, a table or a configuration: `path:line:column: key: what happened (expected …; did you mean …?)`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{path}:{line}:{column}: {}{problem}{}",
    prefix(key),
    hints(expected, nearest)
)]
pub struct Mistake {
    /// The file, as shown.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// The key whose value is wrong; empty: the file as a whole.
    pub key: String,
    /// What happened.
    pub problem: Problem,
    /// What would be right.
    pub expected: Option<String>,
    /// The valid word that is spelled most like the wrong one.
    pub nearest: Option<String>,
}

/// What can be wrong in such a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A text that is not what it must be.
    #[error("not {language}: {message}")]
    Syntax {
        /// `YAML`, `TOML`, `a glob`.
        language: &'static str,
        /// In its parser's words.
        message: String,
    },
    /// YAML that the language does not use.
    #[error("{feature} is not part of the language")]
    Feature {
        /// `an anchor`, `a tag`, …
        feature: &'static str,
    },
    /// A key that stands twice in one map.
    #[error("the key stands twice")]
    DuplicateKey,
    /// A key or value that the language does not have.
    #[error("unknown {noun} `{word}`")]
    Unknown {
        /// `key`, `word`, `kind`, …
        noun: &'static str,
        /// As typed.
        word: String,
    },
    /// A required key that is not there.
    #[error("the key `{missing}` is missing")]
    Missing {
        /// The key.
        missing: &'static str,
    },
    /// A column that every row has, left empty.
    #[error("the column `{column}` is missing")]
    EmptyCell {
        /// The column.
        column: String,
    },
    /// A value of the wrong type.
    #[error("this is {found}")]
    Type {
        /// `a map`, `a list`, `text`, `nothing`.
        found: &'static str,
    },
    /// A text or list of nothing.
    #[error("this is empty")]
    Empty,
    /// A snippet that Python's parser refuses.
    #[error("not Python: {message}")]
    Python {
        /// In the parser's words.
        message: String,
    },
    /// `$` that does not begin a metavariable.
    #[error("`$` is not followed by a name")]
    Dollar,
    /// One name with two arities.
    #[error("`{first}` and `{second}` have one name")]
    TwoArities {
        /// As used first.
        first: String,
        /// As used later.
        second: String,
    },
    /// More than one rest in one argument list: which takes what would be a guess.
    #[error("a second `{rest}` in one argument list")]
    TwoRests {
        /// As typed.
        rest: String,
    },
    /// A capture that no pattern of the rule binds.
    #[error("`{capture}` is not bound by {binder}")]
    Unbound {
        /// With its `$`.
        capture: String,
        /// `the rule's patterns`, …
        binder: &'static str,
    },
    /// A message field without its closing brace.
    #[error("`{{` without `}}`")]
    OpenField,
    /// A file, or one that it names, whose text is not known.
    #[error("{message}")]
    Unreadable {
        /// Why.
        message: String,
    },
    /// What a configuration of a tree may not name.
    #[error("`{word}` is outside of the folder of this configuration")]
    OutOfTree {
        /// As written.
        word: String,
    },
    /// Configurations that extend each other.
    #[error("this comes back to itself: {turn}")]
    ExtendsItself {
        /// `a.toml extends b.toml extends a.toml`.
        turn: String,
    },
    /// A `pyproject.toml` that says nothing to awaitify.
    #[error("there is no [tool.awaitify] in it")]
    NoSettings,
    /// A rule of the language that keys and types cannot express.
    #[error("{0}")]
    Law(Law),
}

/// A problem and its hints, before the place in the file is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Byte offset in the text that was read.
    pub at: TextSize,
    /// What happened.
    pub problem: Problem,
    /// What would be right.
    pub expected: Option<String>,
    /// The most similar valid word.
    pub nearest: Option<String>,
}

impl Complaint {
    /// A problem without hints.
    pub fn new(at: TextSize, problem: Problem) -> Self {
        Self {
            at,
            problem,
            expected: None,
            nearest: None,
        }
    }

    /// Says what would be right.
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// One name with two arities, as used first and later.
    pub fn two_arities(at: TextSize, first: String, second: String) -> Self {
        Self::new(at, Problem::TwoArities { first, second })
            .expected("one of them everywhere: `$x` is one expression, `$*x` the other arguments")
    }

    /// A pattern that is not of the sort which its key takes: `a decorator`.
    pub fn not_of_sort(at: TextSize, sort: &'static str) -> Self {
        Self::new(at, Problem::Law(Law::NotOfSort { sort }))
    }

    /// A word that is none of `valid`, which are listed where there is no similar one.
    pub fn unknown(at: TextSize, noun: &'static str, word: &str, valid: &[&str]) -> Self {
        let nearest = nearest(word, valid.iter().copied());
        let expected = (nearest.is_none() && !valid.is_empty()).then(|| listed(valid, ""));
        Self {
            at,
            problem: Problem::Unknown {
                noun,
                word: word.to_owned(),
            },
            expected,
            nearest: nearest.map(str::to_owned),
        }
    }
}

/// Lists of more words are cut.
const MAX_LISTED: usize = 12;

/// So many words of a cut list are named.
const N_LISTED: usize = 9;

/// What is shorter says too little of what was meant.
const MIN_BEGINNING: usize = 3;

/// The errors of one file.
#[derive(Debug)]
pub struct Report<'t> {
    path: &'t str,
    text: &'t str,
    /// Made for the first error: most files have none.
    lines: OnceCell<LineIndex>,
    errors: Vec<(TextSize, Mistake)>,
    /// A test has shown that nothing is wrong: where a mistake would be is of no use.
    is_tested: bool,
}

impl<'t> Report<'t> {
    /// Starts without errors.
    pub fn new(path: &'t str, text: &'t str) -> Self {
        Self {
            path,
            text,
            lines: OnceCell::new(),
            errors: Vec::new(),
            is_tested: false,
        }
    }

    /// Starts for a file that is part of the binary: what is slow to check, a test does.
    pub fn of_tested(path: &'t str, text: &'t str) -> Self {
        Self {
            is_tested: true,
            ..Self::new(path, text)
        }
    }

    /// Returns whether a test has shown that nothing is wrong.
    pub fn is_tested(&self) -> bool {
        self.is_tested
    }

    /// Returns what was reported so far, and goes on with nothing.
    pub fn take(&mut self) -> Self {
        let none = Self {
            is_tested: self.is_tested,
            ..Self::new(self.path, self.text)
        };
        std::mem::replace(self, none)
    }

    /// Returns what names the file.
    pub fn path(&self) -> &'t str {
        self.path
    }

    /// Returns the file's text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Returns whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Adds an error about the value of `key`.
    pub fn add(&mut self, key: &str, complaint: Complaint) {
        // Behind an escape of a quoted text the place is a little off, perhaps inside a character.
        let at = self.text.floor_char_boundary(complaint.at.to_usize());
        let at = TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
        let lines = || LineIndex::from_source_text(self.text);
        let place = self.lines.get_or_init(lines).line_column(at, self.text);
        let error = Mistake {
            path: self.path.to_owned(),
            line: place.line.get(),
            column: place.column.get(),
            key: key.to_owned(),
            problem: complaint.problem,
            expected: complaint.expected,
            nearest: complaint.nearest,
        };
        self.errors.push((at, error));
    }

    /// Returns the errors in order of place; one that was met on two ways is named once.
    pub fn finish(mut self) -> Vec<Mistake> {
        self.errors.sort_by_key(|(at, _)| *at);
        let mut errors: Vec<(TextSize, Mistake)> = Vec::with_capacity(self.errors.len());
        for (at, error) in self.errors {
            let mut same_place = errors
                .iter()
                .rev()
                .take_while(|(earlier, _)| *earlier == at);
            if same_place.all(|(_, earlier)| *earlier != error) {
                errors.push((at, error));
            }
        }
        errors.into_iter().map(|(_, error)| error).collect()
    }
}

/// Returns mistakes, a line each.
pub fn lines(mistakes: &[Mistake]) -> String {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Returns words with commas between: of many the first, the number of the others, and where these are listed.
pub fn listed(words: &[&str], all: &str) -> String {
    if words.len() <= MAX_LISTED {
        return words.join(", ");
    }
    let (first, others) = words.split_at(N_LISTED);
    format!("{}, and {} others{all}", first.join(", "), others.len())
}

/// Returns the word spelled most like `word`, if one is near enough to be what was meant: by few letters, or as the
/// only one that begins the same and goes on, or ends before.
pub fn nearest<'w>(word: &str, valid: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let length = word.chars().count();
    // Of one letter every other one is near.
    let limit = if length < 2 { 0 } else { (length / 3).max(1) };
    let valid: Vec<&str> = valid.collect();
    let by_letters = valid
        .iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate);
    by_letters.or_else(|| {
        let is_long = |text: &str| text.chars().count() >= MIN_BEGINNING;
        let begins = |candidate: &&&str| {
            is_long(candidate)
                && is_long(word)
                && (word.starts_with(**candidate) || candidate.starts_with(word))
        };
        let mut alike = valid.iter().filter(begins);
        let only = alike.next().copied();
        only.filter(|only| alike.all(|it| it == only))
    })
}

fn prefix(key: &str) -> impl fmt::Display {
    if key.is_empty() {
        String::new()
    } else {
        format!("{key}: ")
    }
}

fn hints(expected: &Option<String>, nearest: &Option<String>) -> impl fmt::Display {
    let expected = expected.as_ref().map(|text| format!("expected {text}"));
    let nearest = nearest
        .as_ref()
        .map(|word| format!("did you mean `{word}`?"));
    let hints: Vec<String> = expected.into_iter().chain(nearest).collect();
    if hints.is_empty() {
        String::new()
    } else {
        format!(" ({})", hints.join("; "))
    }
}

#[cfg(test)]
mod tests;
